"""Filing by the entry rules over HTTP: what refuses, what flags, dated versions, and what is kept of each."""

from typing import Any

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.projects import imports
from tests.services.intake.desk import DANFENG, OFFICE, SHANGZHOU, Desk
from tests.services.projects import factories as make

LEADER = (Role.county_leader, make.DANFENG)
WAN = 1_000_000


def filing(**changes: object) -> dict[str, Any]:
    return make.form(**changes).model_dump(mode="json")


async def register(desk: Desk, **changes: object) -> Any:
    return await desk.ask("POST", "/v1/projects", DANFENG, filing(**changes))


async def test_a_filing_outside_the_scope_is_told_every_broken_rule_with_its_figures(desk: Desk):
    small = await register(
        desk, kind="real_estate", investment_fen=9_000 * WAN, fixed_investment_fen=5_999_99 * 10_000
    )
    assert small.status_code == 422
    told = small.json()
    assert (told["type"], told["rule_set"]) == ("/problems/entry-refused", 1)
    rules = {rule["code"]: rule for rule in told["rules"]}
    assert set(rules) == {"excluded_kinds", "investment_floor", "fixed_floor_manufacturing"}
    floor = rules["fixed_floor_manufacturing"]
    assert (floor["measured"], floor["threshold"], floor["unit"]) == ("5999.99", "6000", "万元")
    assert "宣城" in floor["citation"]
    assert {error["pointer"] for error in told["errors"]} == {
        "/kind",
        "/investment_fen",
        "/fixed_investment_fen",
    }
    async with desk.app.state.database.session() as session:
        assert (await session.execute(text("SELECT count(*) FROM project"))).scalar_one() == 0


async def test_a_move_inside_the_city_is_sent_where_it_belongs(desk: Desk):
    moved = await register(desk, investor_registered="611002")
    assert (moved.status_code, moved.json()["file_at"]) == (422, "/v1/relocations")
    assert [rule["measured"] for rule in moved.json()["rules"]] == ["inside"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"filing_reason": None}, "/filing_reason"),
        ({"channel": "道听途说"}, "/channel"),
        ({"channel": "热线", "channel_reference": None}, "/channel_reference"),
        ({"channel": "驻外招商局", "channel_unit": None}, "/channel_unit"),
        (
            {"channel": "委托招商", "channel_reference": "合同 1 号", "channel_fee_fen": None},
            "/channel_fee_fen",
        ),
        ({"filing_consent_on": "2027-01-16", "filing_consent_evidence": "来函"}, "/filing_consent_on"),
    ],
)
async def test_a_filing_without_reason_or_its_channels_facts_is_refused(
    desk: Desk, change: dict[str, object], pointer: str
):
    refused = await register(desk, **change)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/bad-project")
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_what_is_weighed_is_flagged_and_kept_for_origin_and_office(desk: Desk):
    made = await register(
        desk,
        land_mu=200_000,
        environment_class="report",
        channel="委托招商",
        channel_unit="某招商代理机构",
        channel_reference="合同 1 号",
        channel_fee_fen=50_000_00,
        filing_consent_on="2027-01-10",
        filing_consent_evidence="投资方来函",
    )
    assert made.status_code == 201
    ref = made.json()["project"]["id"]
    path = f"/v1/projects/{ref}"
    await desk.ask("POST", f"{path}/moves", LEADER, {"action": "review"}, version=1)
    accepted = await desk.ask("POST", f"{path}/moves", OFFICE, {"action": "accept"}, version=2)
    assert accepted.status_code == 200
    for who in (DANFENG, OFFICE):
        shown = (await desk.ask("GET", f"{path}/filing", who)).json()
        assert (shown["filing_reason"], shown["channel_fee_fen"]) == ("new_build", 5_000_000)
        assert (shown["filing_consent_on"], shown["accepted_at"] is not None) == ("2027-01-10", True)
        assert [check["stage"] for check in shown["checks"]] == ["register", "accept"]
        flagged = {
            item["code"]: item["measured"]
            for item in shown["checks"][0]["findings"]
            if item["outcome"] == "flagged"
        }
        # 42,120 / 2,000 mu = 21.06; 2,615 / 2,000 = 1.3075.
        assert flagged == {
            "intensity_floor": "21.06",
            "tax_floor": "1.3075",
            "environment_report": "report",
        }
    assert (await desk.ask("GET", f"{path}/filing", SHANGZHOU)).status_code == 404


async def test_after_signing_only_an_expansion_is_filed(desk: Desk):
    async with desk.app.state.database.session() as session:
        signed = make.project_input("6110-2026-0009", stage="签约", signed_on=make.date(2026, 8, 1))
        await imports.write_projects(session, make.SYSTEM, [signed])
    again = await register(desk)
    assert again.json()["rules"][0]["code"] == "signed_before"
    # The same firm under another code is known by its name.
    assert (await register(desk, investor_credit_code=make.OTHER_CREDIT_CODE)).status_code == 422
    assert (await register(desk, filing_reason="expansion")).status_code == 201


async def test_an_import_is_flagged_at_acceptance_and_not_refused(desk: Desk):
    async with desk.app.state.database.session() as session:
        small = make.project_input(
            "6110-2026-0008",
            stage="登记",
            accepted_on=None,
            investment_fen=100 * WAN,
            fixed_investment_fen=100 * WAN,
        )
        await imports.write_projects(session, make.SYSTEM, [small])
        ref = (await session.execute(text("SELECT public_id FROM project"))).scalar_one()
    path = f"/v1/projects/{ref}"
    await desk.ask("POST", f"{path}/moves", LEADER, {"action": "review"}, version=1)
    accepted = await desk.ask("POST", f"{path}/moves", OFFICE, {"action": "accept"}, version=2)
    assert accepted.status_code == 200
    [check] = (await desk.ask("GET", f"{path}/filing", OFFICE)).json()["checks"]
    broken = {item["code"] for item in check["findings"] if item["outcome"] == "broken"}
    assert broken == {"investment_floor", "fixed_floor_manufacturing"}


async def test_a_new_version_holds_from_its_day_and_old_ones_stay(desk: Desk):
    rules = await desk.ask("GET", "/v1/entry-rules", DANFENG)
    assert rules.headers["etag"] == '"1"'
    [first] = rules.json()["items"]
    assert first["in_force"]
    new = {
        "effective_from": "2027-01-15",
        "note": "提高门槛",
        "rules": [dict(rule) for rule in first["rules"]],
    }
    floor = next(rule for rule in new["rules"] if rule["code"] == "investment_floor")
    floor["threshold"] = "60000"
    assert (await desk.ask("POST", "/v1/entry-rules", DANFENG, new, version=1)).status_code == 403
    assert (await desk.ask("POST", "/v1/entry-rules", OFFICE, new)).status_code == 428
    past = new | {"effective_from": "2027-01-14"}
    refused = await desk.ask("POST", "/v1/entry-rules", OFFICE, past, version=1)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "past")
    made = await register(desk)
    assert made.status_code == 201
    added = await desk.ask("POST", "/v1/entry-rules", OFFICE, new, version=1)
    assert (added.status_code, added.json()["version"], added.headers["etag"]) == (201, 2, '"2"')
    assert (await desk.ask("POST", "/v1/entry-rules", OFFICE, new, version=1)).status_code == 412
    later = new | {"effective_from": "2027-03-01"}
    assert (await desk.ask("POST", "/v1/entry-rules", OFFICE, later, version=2)).status_code == 201
    before = new | {"effective_from": "2027-02-01"}
    refused = await desk.ask("POST", "/v1/entry-rules", OFFICE, before, version=3)
    assert refused.json()["errors"][0]["code"] == "before_last"
    told = (await register(desk, investor_credit_code=make.OTHER_CREDIT_CODE)).json()
    assert (told["rule_set"], told["rules"][0]["threshold"]) == (2, "60000")
    versions = (await desk.ask("GET", "/v1/entry-rules", OFFICE)).json()["items"]
    assert [(row["version"], row["in_force"], row["until"]) for row in versions] == [
        (3, False, None),
        (2, True, "2027-02-28"),
        (1, False, "2027-01-14"),
    ]
    async with desk.app.state.database.session() as session:
        kept = (await session.execute(text("SELECT version FROM entry_rule_set ORDER BY 1"))).scalars().all()
        assert kept == [1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        {"threshold": None},
        {"threshold": "-1"},
        {"threshold": "1e9"},
        {"comparison": "none_of"},
        {"listed": ["x"]},
        {"measure": "industry", "comparison": "none_of", "threshold": None, "listed": ["abc"]},
        {"unknown": 1},
    ],
)
async def test_a_rule_that_cannot_be_is_refused(desk: Desk, change: dict[str, object]):
    rule = {
        "code": "floor",
        "measure": "investment",
        "comparison": "at_least",
        "threshold": "1",
        "effect": "flag",
        "citation": "本市规定",
    }
    body = {"effective_from": "2027-02-01", "note": "x", "rules": [rule | change]}
    refused = await desk.ask("POST", "/v1/entry-rules", OFFICE, body, version=1)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")
    twice = {"effective_from": "2027-02-01", "note": "x", "rules": [rule, rule]}
    assert (await desk.ask("POST", "/v1/entry-rules", OFFICE, twice, version=1)).status_code == 422
