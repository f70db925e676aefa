"""公开受理: somebody without an account leaves an idea and follows it by a code; the city judges."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.accounts.opaque import digest
from services.intake import jobs
from services.intake.codes import code_digest, new_code, read_code
from services.intake.inbox import erase_due
from services.intake.service import investor_of
from services.kit.clock import Clock
from tests.services.intake.desk import DANFENG, OFFICE, SHANGZHOU, Desk
from tests.services.projects import factories as make

PHONE = "13800000000"


def idea(**changes: object) -> dict[str, object]:
    facts = {
        "city": make.CITY,
        "sender": "investor",
        "firm_name": "远景嘉盛智能制造有限公司",
        "idea": "拟建无人飞行器零部件生产线，约需用地 60 亩",
        "land": "60 亩",
        "contact_name": "李某",
        "contact_phone": PHONE,
        "consent": True,
    }
    return facts | changes


async def leave(desk: Desk, **changes: object) -> dict[str, Any]:
    made = await desk.ask("POST", "/v1/intake", None, idea(**changes))
    assert made.status_code == 201
    return dict(made.json())


async def offer_of(desk: Desk, number: str) -> dict[str, Any]:
    items = (await desk.ask("GET", "/v1/intake-offers", OFFICE)).json()["items"]
    return dict(next(item for item in items if item["number"] == number))


async def test_an_idea_becomes_a_lead_that_its_code_leads_to(desk: Desk):
    left = await leave(desk)
    code = left["code"]
    assert (left["respond_by"], left["judge_by"], left["feed_back_by"]) == (
        "2027-01-18",
        "2027-01-20",
        "2027-01-26",
    )
    shown = (await desk.ask("GET", f"/v1/intake/{code}", None)).json()
    assert (shown["state"], shown["answer_by"], shown["may_withdraw"]) == ("received", "2027-01-18", True)
    assert "2027-01-18" in shown["words"]
    row = await offer_of(desk, left["number"])
    path = f"/v1/intake-offers/{row['id']}"
    # Before it is given to a county, none sees it.
    assert (await desk.ask("GET", path, DANFENG)).status_code == 404
    assert (await desk.ask("POST", f"{path}/respond", DANFENG, version=1)).status_code == 403
    assert (await desk.ask("POST", f"{path}/respond", OFFICE, version=1)).json()["state"] == "responded"
    assert (await desk.ask("POST", f"{path}/respond", OFFICE, version=2)).status_code == 409
    given = {"county": make.DANFENG, "reply": "已请丹凤县与您对接"}
    assert (await desk.ask("POST", f"{path}/assign", OFFICE, given, version=1)).status_code == 412
    nowhere = await desk.ask("POST", f"{path}/assign", OFFICE, given | {"county": "999999"}, version=2)
    assert nowhere.status_code == 422
    assert (await desk.ask("POST", f"{path}/assign", OFFICE, given, version=2)).status_code == 200
    assert (await desk.ask("POST", f"{path}/assign", OFFICE, given, version=3)).status_code == 409
    shown = (await desk.ask("GET", f"/v1/intake/{code}", None)).json()
    assert (shown["state"], shown["answers"], shown["reply"]) == ("assigned", "丹凤县", given["reply"])
    seen = await desk.ask("GET", path, DANFENG)
    assert seen.json()["may_file"]
    assert (await desk.ask("GET", path, SHANGZHOU)).status_code == 404
    # The lead is registered under the offer's number, by the county that it was given to.
    form = make.form(channel="公开受理", channel_unit=None, channel_reference=left["number"])
    lead = await desk.ask("POST", "/v1/projects", DANFENG, form.model_dump(mode="json"))
    ref = lead.json()["project"]["id"]
    other = make.form(channel_reference="别的编号").model_dump(mode="json")
    wrong = (await desk.ask("POST", "/v1/projects", DANFENG, other)).json()["project"]["id"]
    no = await desk.ask("POST", f"{path}/lead", DANFENG, {"project": wrong}, version=3)
    assert no.json()["errors"][0]["code"] == "not_this_offer"
    assert (await desk.ask("POST", f"{path}/lead", DANFENG, {"project": ref}, version=2)).status_code == 412
    done = await desk.ask("POST", f"{path}/lead", DANFENG, {"project": ref}, version=3)
    assert (done.json()["state"], done.json()["project"]) == ("filed", ref)
    assert (await desk.ask("POST", f"{path}/lead", DANFENG, {"project": ref}, version=4)).status_code == 409
    shown = (await desk.ask("GET", f"/v1/intake/{code}", None)).json()
    assert (shown["state"], shown["is_lead"], shown["may_withdraw"]) == ("filed", True, False)
    assert (await desk.ask("POST", f"/v1/intake/{code}/withdraw", None)).status_code == 409
    async with desk.app.state.database.session() as session:
        found = await investor_of(session, code.lower().replace("-", " "))
        assert found is not None
        assert (
            str(found)
            == (
                await session.execute(
                    text("SELECT id::text FROM project WHERE public_id = :ref"), {"ref": ref}
                )
            ).scalar_one()
        )
        assert await investor_of(session, "6110-00000-00000-00000-00000-00000") is None
        assert await investor_of(session, "nothing") is None


async def test_the_contact_is_the_offices_alone_and_every_look_is_written_down(desk: Desk):
    left = await leave(desk)
    row = await offer_of(desk, left["number"])
    path = f"/v1/intake-offers/{row['id']}"
    given = {"county": make.DANFENG, "reply": "已请丹凤县与您对接"}
    await desk.ask("POST", f"{path}/assign", OFFICE, given, version=1)
    for who in (OFFICE, DANFENG):
        for address in (path, "/v1/intake-offers"):
            assert PHONE not in (await desk.ask("GET", address, who)).text
    assert (await desk.ask("POST", f"{path}/contact", DANFENG)).status_code == 403
    told = await desk.ask("POST", f"{path}/contact", OFFICE)
    assert told.json() == {"name": "李某", "phone": PHONE, "erased_on": None}
    office = (await desk.ask("GET", path, OFFICE)).json()["done"]
    assert [event["action"] for event in office] == ["receive", "assign", "read_contact"]
    county = (await desk.ask("GET", path, DANFENG)).json()["done"]
    assert [event["action"] for event in county] == ["receive", "assign"]
    async with desk.app.state.database.session() as session:
        for table in ("audit_event", "idempotency", "intake_event", "intake_offer"):
            rows = (await session.execute(text(f"SELECT t::text FROM {table} AS t"))).scalars().all()
            assert not any(PHONE in item or left["code"] in item for item in rows), table


async def test_who_takes_it_back_has_the_contact_erased(desk: Desk):
    left = await leave(desk)
    path = f"/v1/intake/{left['code']}/withdraw"
    for _ in range(2):
        assert (await desk.ask("POST", path, None)).json()["state"] == "withdrawn"
    row = await offer_of(desk, left["number"])
    assert row["contact_erased"]
    told = (await desk.ask("POST", f"/v1/intake-offers/{row['id']}/contact", OFFICE)).json()
    assert told == {"name": None, "phone": None, "erased_on": "2027-01-15"}
    no = {"reason": "known", "reply": "已在办理"}
    refused = await desk.ask("POST", f"/v1/intake-offers/{row['id']}/refuse", OFFICE, no, version=2)
    assert refused.status_code == 409


async def test_a_refusal_has_a_reason_and_plain_words(desk: Desk):
    left = await leave(desk, sender="citizen")
    row = await offer_of(desk, left["number"])
    path = f"/v1/intake-offers/{row['id']}/refuse"
    assert (
        await desk.ask("POST", path, OFFICE, {"reason": "known", "reply": " "}, version=1)
    ).status_code == 422
    no = {"reason": "out_of_scope", "reply": "房地产项目不在受理范围内"}
    assert (await desk.ask("POST", path, OFFICE, no, version=1)).json()["state"] == "refused"
    shown = (await desk.ask("GET", f"/v1/intake/{left['code']}", None)).json()
    assert (shown["state"], shown["reply"], shown["answer_by"]) == ("refused", no["reply"], None)


async def test_sent_twice_it_is_one_offer_and_one_code(desk: Desk):
    first = await desk.ask("POST", "/v1/intake", None, idea(), key="one-key-of-my-own")
    again = await desk.ask("POST", "/v1/intake", None, idea(), key="one-key-of-my-own")
    assert (first.json(), again.headers["idempotency-replayed"]) == (again.json(), "true")
    other = await desk.ask("POST", "/v1/intake", None, idea(idea="另一个"), key="one-key-of-my-own")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    short = await desk.ask("POST", "/v1/intake", None, idea(), key="short")
    assert (short.status_code, short.json()["type"]) == (400, "/problems/idempotency-key-missing")
    assert len((await desk.ask("GET", "/v1/intake-offers", OFFICE)).json()["items"]) == 1


async def test_without_consent_or_in_no_city_nothing_is_kept(desk: Desk):
    assert (await desk.ask("POST", "/v1/intake", None, idea(consent=False))).status_code == 422
    elsewhere = await desk.ask("POST", "/v1/intake", None, idea(city="990000"))
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (422, "/problems/bad-intake")
    assert (await desk.ask("GET", "/v1/intake-offers", OFFICE)).json()["items"] == []


async def test_wrong_codes_are_all_alike(desk: Desk):
    left = await leave(desk)
    wrong = left["code"][:-1] + ("0" if left["code"][-1] != "0" else "1")
    answers = [await desk.ask("GET", f"/v1/intake/{code}", None) for code in (wrong, "x", "6110-1")]
    plain = [{**answer.json(), "instance": ""} for answer in answers]
    assert {answer.status_code for answer in answers} == {404}
    assert plain[0] == plain[1] == plain[2]
    assert (await desk.ask("POST", f"/v1/intake/{wrong}/withdraw", None)).status_code == 404


async def test_an_address_may_leave_ten_an_hour_and_look_thirty_times_a_minute(desk: Desk):
    for number in range(10):
        await leave(desk, idea=f"想法 {number}")
    more = await desk.ask("POST", "/v1/intake", None, idea(idea="又一个"))
    assert (more.status_code, more.json()["type"]) == (429, "/problems/too-many-offers")
    assert int(more.headers["retry-after"]) > 0
    statuses = [(await desk.ask("GET", "/v1/intake/x", None)).status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    # Another address is not held up.
    transport = httpx.ASGITransport(app=desk.app, client=("10.0.0.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as other:
        assert (await other.get("/v1/intake/x")).status_code == 404


async def test_contacts_are_erased_when_their_time_is_over(desk: Desk):
    left = await leave(desk)
    last = date(2027, 1, 15) + timedelta(days=180)
    async with desk.app.state.database.session() as session:
        assert await erase_due(session, make.CITY, last) == 0
        assert await erase_due(session, make.CITY, last + timedelta(days=1)) == 1
        assert await erase_due(session, make.CITY, last + timedelta(days=2)) == 0
    assert (await offer_of(desk, left["number"]))["contact_erased"]
    assert await jobs.look(desk.app.state.database, Clock()) == 0


async def test_the_database_keeps_what_was_left(desk: Desk):
    await leave(desk)
    for change in (
        "UPDATE intake_offer SET idea = 'x'",
        "DELETE FROM intake_offer",
        "UPDATE intake_event SET office = 'x'",
        "DELETE FROM intake_contact",
        "UPDATE intake_contact SET name = 'x'",
        "UPDATE intake_offer SET state = 'filed'",
    ):
        with pytest.raises(Exception, match=r"violat|change|stays|erased|append"):
            async with desk.app.state.database.session() as session:
                await session.execute(text(change))


def test_codes_are_read_as_people_type_them():
    code = new_code("s" * 40, "611000", "key", "content")
    assert read_code(f" {code.lower()} ") == ("611000", code_digest(code))
    assert code_digest(code) == digest(code.replace("-", ""))
    assert new_code("t" * 40, "611000", "key", "content") != code
    assert read_code(code + "0") is None
    assert len(code) == 34
