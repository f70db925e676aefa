"""Credit over HTTP, by pages and on paper: one year from counting to the yearly confirmation."""

import io
from typing import Any

import openpyxl
import pytest

from auth.principal import Role
from services.credit.words import Bureau
from services.kit.tables import uuid7
from tests.services.credit.factories import YEAR, pay_in, projects, start
from tests.services.ledger.conftest import Site
from tests.services.ledger.factories import TODAY


async def funded(site: Site) -> None:
    """Funds of two projects, the first under construction."""
    first, second, _ = projects()
    async with site.app.state.database.session() as session:
        await start(session, first, TODAY.replace(year=YEAR, month=3))
        await pay_in(session, {(first, f"{YEAR}-04"): 1_234_567, (second, f"{YEAR}-06"): 100})


async def post(site: Site, headers: dict[str, str], path: str, body: Any, seen: int | None = None) -> Any:
    """One POST with a key of its own; the answer must be a good one."""
    sent = headers | {"Idempotency-Key": str(uuid7())}
    if seen is not None:
        sent["If-Match"] = f'"{seen}"'
    answer = await site.client.post(path, json=body, headers=sent)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def test_a_year_over_http(loaded_site: Site) -> None:
    site = loaded_site
    await funded(site)
    clerk, head = [await site.person(Role.city_office) for _ in range(2)]
    finance = await site.person(Role.city_finance)
    run = await post(site, clerk, "/v1/credits/runs", {"month": f"{YEAR}-12"})
    assert run["lines"] == 2
    year = (await site.client.get(f"/v1/credits?year={YEAR}", headers=clerk)).json()
    assert year["current"]
    assert year["totals"][0]["city"] == 1_234_667
    sheet = await post(site, clerk, "/v1/credits/sheets", {"year": YEAR})
    for bureau in Bureau:
        who = finance if bureau is Bureau.finance else clerk
        opinion = {"bureau": bureau.value, "agrees": True, "document_no": "商考〔2027〕1号"}
        path = f"/v1/credits/sheets/{sheet['id']}/opinions"
        sheet = await post(site, who, path, opinion, sheet["revision"])
    assert sheet["state"] == "examined"
    seen = (await site.client.get(f"/v1/credits/sheets/{sheet['id']}", headers=head)).json()
    assert seen["actions"] == ["opine", "confirm"]
    named = {"sha256": sheet["sha256"], "minutes_no": "纪要〔2027〕2号"}
    path = f"/v1/credits/sheets/{sheet['id']}/confirmation"
    same = await site.client.post(
        path,
        json=named,
        headers=clerk | {"Idempotency-Key": str(uuid7()), "If-Match": f'"{sheet["revision"]}"'},
    )
    assert same.status_code == 403
    assert same.json()["type"].endswith("/same-person")
    done = await post(site, head, path, named, sheet["revision"])
    assert done["state"] == "confirmed"
    listed = (await site.client.get("/v1/credits/sheets", headers=clerk)).json()
    assert [one["number"] for one in listed["items"]] == [done["number"]]
    county = await site.person(Role.county_finance, seen["body"]["lines"][0]["origin"])
    own = (await site.client.get(f"/v1/credits/sheets/{sheet['id']}", headers=county)).json()
    assert own["body"]["totals"] == []
    for ending, kind in (("pdf", "application/pdf"), ("xlsx", "spreadsheetml")):
        paper = await site.client.get(f"/v1/credits/sheets/{sheet['id']}.{ending}", headers=county)
        assert kind in paper.headers["content-type"]
    book = openpyxl.load_workbook(io.BytesIO(paper.content), data_only=True)
    assert book.sheetnames == ["指标认定表", "各县区计入", "全市合计", "分项目计入", "审查意见"]
    assert book["审查意见"].max_row == 1 + len(Bureau)


async def test_a_year_by_pages(loaded_site: Site) -> None:
    site = loaded_site
    await funded(site)
    clerk, head = [await site.browser(Role.city_office) for _ in range(2)]
    finance = await site.browser(Role.city_finance, language="en")
    here = f"/credits?year={YEAR}"
    assert "有变动尚未计入" in await clerk.page(here)
    wrong = await clerk.send(here, "/credits/runs", month=f"{YEAR}-13")
    assert wrong.status_code == 422
    assert (await clerk.send(here, "/credits/runs", month=f"{YEAR}-12")).status_code == 303
    assert "12,345.67" in await clerk.page(here)
    filed = await clerk.send(here, "/credits/sheets")
    sheet = filed.headers["location"]
    assert "Agrees" in await finance.page(sheet)
    opinions = f"{sheet}/opinions"
    assert (await clerk.send(sheet, opinions, bureau="", document_no="一号")).status_code == 422
    refused = await clerk.send(sheet, opinions, bureau="tax", agrees="0", document_no="一号")
    assert refused.status_code == 422
    objected = await clerk.send(sheet, opinions, bureau="tax", agrees="0", document_no="一号", words="不符")
    assert objected.status_code == 303
    assert "不同意" in await clerk.page(sheet)
    for bureau in Bureau:
        who = finance if bureau is Bureau.finance else clerk
        sent = await who.send(sheet, opinions, bureau=bureau.value, agrees="1", document_no="二号")
        assert sent.status_code == 303, bureau
    confirming = f"{sheet}/confirmation"
    assert confirming not in await clerk.page(sheet)
    assert (await head.send(sheet, confirming, minutes_no=" ")).status_code == 422
    assert (await head.send(sheet, confirming, minutes_no="纪要一号")).status_code == 303
    assert "本年已认定" in await clerk.page(here)
    county = await site.browser(Role.county_leader, "611021")
    assert "全市去重合计" not in await county.page(here)
    for ending in ("pdf", "xlsx"):
        assert (await county.get(f"{sheet}.{ending}")).status_code == 200
    assert (await clerk.page("/credits?year=abc")).count(str(YEAR)) > 0


@pytest.mark.parametrize("year", ["1999", "x", "2031"])
async def test_a_year_that_cannot_be_filed_says_so(loaded_site: Site, year: str) -> None:
    clerk = await loaded_site.browser(Role.city_office)
    answer = await clerk.send(f"/credits?year={YEAR}", "/credits/sheets", year=year)
    assert answer.status_code in {303, 422}
