"""The road of a lead and the road of its money, over HTTP alone, on the example city's input."""

from datetime import date
from pathlib import Path

import pytest

from services.accounts.bootstrap import create_demo_accounts
from services.interchange.folder import commit_folder, plan_folder
from services.kit.clock import Clock
from services.matching.runs import execute
from services.regions.ground import existing_counties, existing_parks
from tests.story.deciding import price, record
from tests.story.people import People
from tests.story.settling import argue, audit, net_and_pay

CITY = "611000"
ORIGIN = "611026"
EXAMPLE = Path(__file__).parents[2] / "examples" / "shangluo"
INVESTOR = "故事新材料科技有限公司"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
async def people(app, client):
    async with app.state.database.session() as session:
        plan = await plan_folder(session, EXAMPLE)
        await commit_folder(session, plan, business_date=date(2027, 1, 15))
        counties = {code: row.name for code, row in (await existing_counties(session, CITY)).items()}
        parks = {code: row.owner for code, row in (await existing_parks(session, CITY)).items()}
        made = await create_demo_accounts(session, CITY, name="商洛市", counties=counties, parks=parks)
    return People(client, {account.login: account.password for account in made})


async def register(people: People) -> str:
    officer = await people(f"{ORIGIN}-officer")
    form = {
        "origin": ORIGIN,
        "channel": "以商招商",
        "channel_unit": "本地链主企业",
        "filing_reason": "new_build",
        "name": "故事新材料玻璃纤维项目",
        "investor_name": INVESTOR,
        "investor_credit_code": "914403001922038216",
        "investor_registered": "440300",
        "fund_kind": "province_outside",
        "industry": "3240",
        "investment_fen": 30_000_000_000,
        "fixed_investment_fen": 24_000_000_000,
        "land_mu": 4_000,
        "hall_m2": 0,
        "energy_tce": 2_000,
        "water_td": 60,
        "cod_kg": 500,
        "output_fen": 40_000_000_000,
        "tax_fen": 2_000_000_000,
        "first_talk_on": "2027-01-04",
        "land_deadline": "2027-09-30",
    }
    made = await officer.post("/v1/projects", form)
    return str(made["project"]["id"])


async def move(people: People, login: str, ref: str, action: str) -> None:
    person = await people(login)
    await person.post(f"/v1/projects/{ref}/moves", {"action": action}, seen=f"/v1/projects/{ref}")


async def into_the_pool(people: People, ref: str) -> None:
    await move(people, f"{ORIGIN}-leader", ref, "review")
    await move(people, "office-1", ref, "accept")
    officer = await people(f"{ORIGIN}-officer")
    form = {
        "reason": "positioning",
        "evidence": "产业定位对照表",
        "investor_consent_on": "2027-01-12",
        "floor_ratio_bp": 4_000,
        "floor_years": 5,
        "upfront_fen": 20_000_000,
        "recall_days": 90,
    }
    await officer.post(f"/v1/projects/{ref}/transfers", form, seen=f"/v1/projects/{ref}")
    await move(people, "office-2", ref, "pool")


async def matched(people: People, app, ref: str) -> tuple[str, list[str]]:
    """Run the match; return the run and the project's hosts in order."""
    office = await people("office-1")
    run = (await office.post("/v1/matches/runs", {}, status=202))["id"]
    await execute(app.state.database, Clock(), CITY, run, memory_mb=2048)
    answer = await office.get(f"/v1/matches/runs/{run}")
    assert (answer["state"], answer["verified"], answer["gap_ppm"]) == ("done", True, 0)
    assert answer["value"] == answer["bound"]
    found = await office.get(f"/v1/matches/projects/{ref}?run={run}")
    assert {row["park"] for row in found["rejections"]} | {row["park"] for row in found["candidates"]}
    return run, [row["park"] for row in found["candidates"]]


async def agree(people: People, ref: str, parks: list[str], county: str) -> None:
    """Terms before the name, commitment, the investor's choice."""
    office, officer = await people("office-1"), await people(f"{ORIGIN}-officer")
    leader, host = await people(f"{county}-leader"), await people(f"{county}-officer")
    await office.post(f"/v1/projects/{ref}/proposals", {"parks": parks}, seen=f"/v1/projects/{ref}")
    assert INVESTOR not in str(await leader.get(f"/v1/projects/{ref}"))
    consent = {"counties": [county], "consented_on": "2027-01-14", "evidence": "投资方同意函"}
    await officer.post(f"/v1/projects/{ref}/consents", consent, seen=f"/v1/projects/{ref}")
    assert INVESTOR not in str(await leader.get(f"/v1/projects/{ref}"))
    await leader.post(f"/v1/projects/{ref}/terms-acceptances", {"park": parks[0]}, seen=f"/v1/projects/{ref}")
    assert INVESTOR in str(await leader.get(f"/v1/projects/{ref}"))
    commitment = {
        "park": parks[0],
        "land_mu": 4_000,
        "hall_m2": 0,
        "energy_tce": 2_000,
        "water_td": 60,
        "cod_kg": 500,
        "ready_on": "2027-06-30",
        "promises": "供地、能耗、用水",
        "finance_review": "已审核",
        "legal_review": "已通过合法性审查和公平竞争审查",
    }
    await host.post(f"/v1/projects/{ref}/commitments", commitment, seen=f"/v1/projects/{ref}")
    choice = {"park": parks[0], "consented_on": "2027-01-15", "evidence": "选址确认函"}
    await office.post(f"/v1/projects/{ref}/choices", choice, seen=f"/v1/projects/{ref}")
    await record(people, ref, county)


async def sign(people: People, paper: str, sides: dict[str, tuple[str, str]]) -> None:
    """Each side's scan is uploaded by one person and checked by another."""
    for party, (maker, checker) in sides.items():
        upload = await people(maker)
        done = await upload.post(
            f"{paper}/signatures",
            data={"party": party, "signer": "授权代表", "signed_on": "2027-01-15"},
            files={"scan": (f"{party}.pdf", PDF, "application/pdf")},
        )
        found = done.get("signatures") or done["versions"][-1]["signatures"]
        signature = next(row["id"] for row in found if row["party"] == party)
        own = await upload.post(f"{paper}/signatures/{signature}/check", {"accept": True}, status=403)
        assert own["status"] == 403
        kind = "check" if party != "witness" else "witness"
        await (await people(checker)).post(f"{paper}/signatures/{signature}/{kind}", {"accept": True})


async def two_papers(people: People, ref: str, county: str) -> None:
    host = await people(f"{county}-officer")
    shown = (await host.get(f"/v1/projects/{ref}"))["project"]
    paper = await host.post("/v1/confirmations", {"project": shown["id"]})
    sides = {
        "investor": (f"{county}-officer", f"{county}-leader"),
        "origin": (f"{ORIGIN}-officer", f"{ORIGIN}-leader"),
        "host": (f"{county}-officer", f"{county}-leader"),
    }
    await sign(people, f"/v1/confirmations/{paper['id']}", sides)
    terms = {
        "project": shown["id"],
        "method": "fixed",
        "ratios_bp": [3_000],
        "years": 5,
        "effective_on": "2027-01-15",
        "minutes_no": "市政府常务会议纪要〔2027〕3号",
        "minutes_on": "2027-01-15",
        "deduction_consent": True,
    }
    below = await host.post("/v1/agreements", terms, status=422)
    assert below["type"].startswith("/problems/"), "terms below the floor are refused"
    agreement = await host.post("/v1/agreements", {**terms, "ratios_bp": [4_000]})
    at = f"/v1/agreements/{agreement['id']}"
    await host.post(f"{at}/send", seen=at)
    del sides["investor"]
    await sign(people, at, {**sides, "witness": ("finance-1", "finance-2")})
    assert (await host.get(at))["state"] == "in_force"
    assert (await host.get(f"/v1/projects/{ref}"))["project"]["state"] == "signed"
    assert (await host.get(f"{at}.pdf")).startswith(b"%PDF")


async def a_year_is_settled(people: People, year: int) -> None:
    one, two = await people("finance-1"), await people("finance-2")
    for month in range(1, 13):
        await one.post(f"/v1/periods/{year}-{month:02}/runs")
    assert not all(check["ok"] for check in (await one.get(f"/v1/years/{year}/close"))["checks"])
    for month in await _months_without_receipts(one, year):
        await one.post(f"/v1/periods/{month}/nil-declaration", {"reason": "当月无入库"})
    for quarter in range(1, 5):
        await one.post("/v1/statements", {"period": f"{year}Q{quarter}"})
    made = (await one.post("/v1/statements", {"period": str(year)}))["items"]
    assert len(made) == 7
    assert sum(row["net_fen"] for row in made) == 0
    for statement in made:
        at = f"/v1/statements/{statement['id']}"
        await one.post(f"{at}/check", seen=at, status=403)
        for login, step in (("finance-2", "check"), ("finance-3", "review"), ("finance-4", "approve")):
            await (await people(login)).post(f"{at}/{step}", seen=at)
        clerk = await people(f"{statement['county']}-finance")
        if statement is made[0]:
            await argue(people, at, statement["county"])
        shown = await clerk.get(at)
        assert shown["state"] == "issued"
        await clerk.post(f"{at}/confirm", {"sha256": shown["sha256"]}, seen=at)
        assert (await clerk.get(f"{at}.pdf")).startswith(b"%PDF")
    await one.post(f"/v1/years/{year}/close-request", {"list_unmatched": True})
    await one.post(f"/v1/years/{year}/close", status=403)
    assert (await two.post(f"/v1/years/{year}/close"))["state"] == "closed"
    books: dict[str, int] = {}
    for row in (await (await people("auditor")).get("/v1/balances"))["items"]:
        books[row["county"]] = books.get(row["county"], 0) + row["fen"]
    assert books
    assert set(books.values()) == {0}, "every county's book balances alone"


async def _months_without_receipts(person, year: int) -> list[str]:
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    return [
        month for month in months if not (await person.get(f"/v1/receipts?month={month}&limit=1"))["items"]
    ]


async def test_a_lead_travels_from_registration_to_two_signed_papers(people, app):
    ref = await register(people)
    await into_the_pool(people, ref)
    run, ranked = await matched(people, app, ref)
    office = await people("office-1")
    owners = {row["code"]: row["owner"] for row in (await office.get("/v1/parks?limit=100"))["items"]}
    parks = [park for park in ranked if owners[park] != CITY]
    county = owners[parks[0]]
    stranger = next(code for code in ("611021", "611022", "611023") if code not in {county, ORIGIN})
    sealed = await (await people(f"{stranger}-officer")).get(f"/v1/projects/{ref}")
    assert INVESTOR not in str(sealed)
    assert "914403001922038216" not in str(sealed)
    assert ORIGIN not in str(sealed)
    await agree(people, ref, parks, county)
    decision = {"run": run, "park": parks[0], "minutes": "联席会议纪要〔2027〕1号"}
    if parks[0] != ranked[0]:
        decision["override_reason"] = "meeting"
        await price(people, app, ref, run, parks[0])
    await office.post(f"/v1/matches/projects/{ref}/decisions", decision, seen=f"/v1/projects/{ref}")
    assert (await office.get(f"/v1/projects/{ref}"))["project"]["state"] == "held"
    await two_papers(people, ref, county)
    history = await office.get(f"/v1/projects/{ref}/moves")
    assert [row["action"] for row in history["items"]][:4] == [
        "register",
        "review",
        "accept",
        "request_transfer",
    ]


async def test_money_travels_from_receipts_to_a_paid_year_and_every_line_leads_back(people, app):
    await a_year_is_settled(people, 2025)
    finance = await people("finance-1")
    page = await finance.get("/v1/statements?kind=year&period=2025&limit=100")
    statement = await finance.get(f"/v1/statements/{page['items'][0]['id']}")
    assert statement["state"] == "closed"
    line = statement["body"]["lines"][0]
    trace = await finance.get(f"/v1/statements/{statement['id']}/lines/{line['line']}/trace")
    assert trace["receipts"]
    assert trace["formula"]
    await net_and_pay(people, 2025)
    await audit(people, app, CITY, 2025)
