"""Target firms and contacts: no more than two counties call on one firm in a week, and nobody learns who."""

from services.regions.settings import set_setting
from tests.services.intake.desk import DANFENG, LUONAN, OFFICE, SHANGZHOU, Desk
from tests.services.projects import factories as make

FIRM = "远景嘉盛智能制造有限公司"


def contact(county: str, **changes: object) -> dict[str, object]:
    facts = {
        "county": county,
        "firm_name": FIRM,
        "contact_on": "2027-01-18",
        "purpose": "visit",
        "person_role": "bureau_head",
    }
    return facts | changes


def target(owner: str, **changes: object) -> dict[str, object]:
    facts = {
        "owner": owner,
        "firm_name": FIRM,
        "chain": "智能无人飞行器",
        "reason": "链主企业，拟在中西部布点",
        "follower": "产业招商工作队",
    }
    return facts | changes


async def test_a_third_county_is_told_the_number_and_the_end_but_not_who(desk: Desk):
    assert (await desk.ask("POST", "/v1/contacts", DANFENG, contact(make.DANFENG))).status_code == 201
    # A second call of the same county is no further county.
    again = contact(make.DANFENG, contact_on="2027-01-20")
    assert (await desk.ask("POST", "/v1/contacts", DANFENG, again)).status_code == 201
    # The same firm written otherwise.
    second = contact(make.SHANGZHOU, firm_name="远景嘉盛智能制造（有限公司）", contact_on="2027-01-22")
    assert (await desk.ask("POST", "/v1/contacts", SHANGZHOU, second)).status_code == 201
    refused = await desk.ask("POST", "/v1/contacts", LUONAN, contact(make.LUONAN))
    assert refused.status_code == 409
    told = refused.json()
    assert told["type"] == "/problems/firm-crowded"
    assert (told["counties"], told["until"], told["free_from"]) == (2, "2027-01-26", "2027-01-27")
    assert make.DANFENG not in refused.text
    assert make.SHANGZHOU not in refused.text
    # On the first open day it is filed.
    later = contact(make.LUONAN, contact_on="2027-01-27")
    assert (await desk.ask("POST", "/v1/contacts", LUONAN, later)).status_code == 201


async def test_a_contact_waits_and_is_filed_when_another_is_taken_back(desk: Desk):
    first = await desk.ask("POST", "/v1/contacts", DANFENG, contact(make.DANFENG))
    await desk.ask("POST", "/v1/contacts", SHANGZHOU, contact(make.SHANGZHOU))
    waits = await desk.ask("POST", "/v1/contacts", LUONAN, contact(make.LUONAN, queue=True))
    assert waits.status_code == 201
    row = waits.json()
    assert (row["state"], row["others"], row["free_from"]) == ("queued", 2, "2027-01-25")
    path = f"/v1/contacts/{row['id']}"
    day = {"contact_on": "2027-01-18"}
    early = await desk.ask("POST", f"{path}/confirm", LUONAN, day, version=1)
    assert early.status_code == 409
    gone = f"/v1/contacts/{first.json()['id']}/withdraw"
    # Another county's contact is not there for one.
    assert (await desk.ask("POST", gone, LUONAN, version=1)).status_code == 404
    assert (await desk.ask("POST", gone, DANFENG, version=1)).json()["state"] == "withdrawn"
    assert (await desk.ask("POST", gone, DANFENG, version=1)).status_code == 412
    assert (await desk.ask("POST", gone, DANFENG, version=2)).status_code == 409
    filed = await desk.ask("POST", f"{path}/confirm", LUONAN, day, version=1)
    assert (filed.status_code, filed.json()["state"]) == (200, "filed")
    assert (await desk.ask("POST", f"{path}/confirm", LUONAN, day, version=2)).status_code == 409
    noted = await desk.ask("POST", f"{path}/result", LUONAN, {"result": "interested"}, version=2)
    assert noted.json()["result"] == "interested"
    twice = await desk.ask("POST", f"{path}/result", LUONAN, {"result": "declined"}, version=3)
    assert twice.status_code == 409


async def test_a_contact_needs_its_purpose_and_is_ones_own_countys(desk: Desk):
    bare = contact(make.DANFENG)
    del bare["purpose"]
    refused = await desk.ask("POST", "/v1/contacts", DANFENG, bare)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/purpose")
    other = await desk.ask("POST", "/v1/contacts", SHANGZHOU, contact(make.DANFENG))
    assert (other.status_code, other.json()["type"]) == (403, "/problems/not-your-region")
    wrong = contact(make.DANFENG, credit_code="911100006000373410")
    refused = await desk.ask("POST", "/v1/contacts", DANFENG, wrong)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "check_digit")


async def test_lateness_is_flagged_and_never_refused(desk: Desk):
    late = contact(make.DANFENG, contact_on="2026-12-20")
    row = (await desk.ask("POST", "/v1/contacts", DANFENG, late)).json()
    assert (row["late"], row["report_due"]) == (True, True)
    row = (await desk.ask("POST", "/v1/contacts", DANFENG, contact(make.DANFENG))).json()
    assert (row["late"], row["report_due"]) == (False, False)


async def test_each_county_sees_its_own_and_the_office_sees_who_chases_whom(desk: Desk):
    code = make.CREDIT_CODE
    await desk.ask("POST", "/v1/contacts", DANFENG, contact(make.DANFENG, credit_code=code))
    by_code = contact(make.SHANGZHOU, firm_name="嘉盛智造", credit_code=code)
    await desk.ask("POST", "/v1/contacts", SHANGZHOU, by_code)
    await desk.ask("POST", "/v1/targets", LUONAN, target(make.LUONAN))
    await desk.ask("POST", "/v1/contacts", LUONAN, contact(make.LUONAN, firm_name="无人问津有限公司"))
    own = (await desk.ask("GET", "/v1/contacts", DANFENG)).json()["items"]
    assert [row["county"] for row in own] == [make.DANFENG]
    every = (await desk.ask("GET", "/v1/contacts", OFFICE)).json()["items"]
    assert {row["county"] for row in every} == {make.DANFENG, make.SHANGZHOU, make.LUONAN}
    [firm] = (await desk.ask("GET", "/v1/targets/chased", OFFICE)).json()["items"]
    assert (firm["counties"], firm["calls"]) == (3, 2)
    assert (firm["listed_by"], firm["called_by"]) == ([make.LUONAN], [make.SHANGZHOU, make.DANFENG])
    assert (await desk.ask("GET", "/v1/targets/chased", DANFENG)).status_code == 403


async def test_lists_of_target_firms(desk: Desk):
    made = await desk.ask("POST", "/v1/targets", DANFENG, target(make.DANFENG))
    assert made.status_code == 201
    again = await desk.ask("POST", "/v1/targets", DANFENG, target(make.DANFENG, firm_name=f" {FIRM} "))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/firm-listed")
    assert (await desk.ask("POST", "/v1/targets", SHANGZHOU, target(make.DANFENG))).status_code == 403
    assert (await desk.ask("POST", "/v1/targets", SHANGZHOU, target(make.SHANGZHOU))).status_code == 201
    assert (await desk.ask("POST", "/v1/targets", OFFICE, target(make.CITY))).status_code == 201
    own = (await desk.ask("GET", "/v1/targets", DANFENG)).json()["items"]
    assert {row["owner"] for row in own} == {make.DANFENG, make.CITY}
    assert {row["counties"] for row in own} == {None}
    every = (await desk.ask("GET", "/v1/targets", OFFICE)).json()["items"]
    assert [row["counties"] for row in every] == [3, 3, 3]
    path = f"/v1/targets/{made.json()['id']}/close"
    assert (await desk.ask("POST", path, SHANGZHOU, version=1)).status_code == 404
    assert (await desk.ask("POST", path, DANFENG, version=7)).status_code == 412
    assert (await desk.ask("POST", path, DANFENG, version=1)).json()["closed_on"] == "2027-01-15"
    assert (await desk.ask("POST", path, DANFENG, version=2)).status_code == 404


async def test_a_list_is_full(desk: Desk):
    async with desk.app.state.database.session() as session:
        await set_setting(session, make.OFFICE, "target_firms_most", 1, make.form().first_talk_on)
    await desk.ask("POST", "/v1/targets", DANFENG, target(make.DANFENG))
    full = await desk.ask("POST", "/v1/targets", DANFENG, target(make.DANFENG, firm_name="另一家公司"))
    assert (full.status_code, full.json()["most"]) == (409, 1)


async def test_a_move_inside_the_city_is_filed_with_the_base_that_is_owed(desk: Desk):
    moves = {
        "firm_name": "商州老厂有限公司",
        "credit_code": make.CREDIT_CODE,
        "from_region": make.SHANGZHOU,
        "to_region": make.DANFENG,
        "ground": "own_choice",
        "evidence": "企业迁移申请",
        "last_year_tax_fen": 300_000_000,
    }
    filed = await desk.ask("POST", "/v1/relocations", DANFENG, moves)
    assert (filed.status_code, filed.json()["base_fen"]) == (201, 300_000_000)
    small = await desk.ask("POST", "/v1/relocations", SHANGZHOU, moves | {"last_year_tax_fen": 299_999_999})
    assert small.json()["base_fen"] == 0
    assert (await desk.ask("POST", "/v1/relocations", LUONAN, moves)).status_code == 403
    nowhere = moves | {"from_region": "999999"}
    told = (await desk.ask("POST", "/v1/relocations", DANFENG, nowhere)).json()
    assert told["errors"][0]["pointer"] == "/from_region"
    still = moves | {"from_region": make.DANFENG}
    told = (await desk.ask("POST", "/v1/relocations", DANFENG, still)).json()
    assert told["errors"][0]["code"] == "same"
    assert len((await desk.ask("GET", "/v1/relocations", DANFENG)).json()["items"]) == 2
    assert (await desk.ask("GET", "/v1/relocations", LUONAN)).json()["items"] == []
    assert len((await desk.ask("GET", "/v1/relocations", OFFICE)).json()["items"]) == 2
