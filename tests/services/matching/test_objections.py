"""A county objects to a match; somebody without a hand in it answers; overrides are counted afterwards."""

from collections import Counter
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from auth.errors import NotPermitted
from auth.principal import Principal, Role
from services.kit.database import Database
from services.matching import objection_views as views
from services.matching import objections, overrides, repo, service
from services.matching.errors import BadDecision
from services.matching.objecting import object_to
from services.matching.objection_errors import (
    MatchObjectionAnswered,
    NoSuchMatchObjection,
    NothingToObjectTo,
    NotIndependent,
    NotTheReviewer,
    ObjectionOpen,
)
from services.matching.objection_schemas import MatchAnswerForm, MatchObjectionForm, MessageForm
from services.matching.objection_words import Consequence, Ground, Outcome, Standing
from services.matching.tables import MatchDecision, MatchRun
from services.matching.words import DecisionState, OverrideReason
from tests.services.accounts.factories import bearer, opened
from tests.services.matching import factories as make
from tests.services.projects import factories as projects_make

ORIGIN = projects_make.officer(make.DANFENG)
LOSER = projects_make.officer(make.SHANGZHOU)
STRANGER = projects_make.officer("611024")
AUDITOR = projects_make.principal(Role.auditor, make.CITY)
FORM = MatchObjectionForm(ground=Ground.stock, reasons="本县用地已核实", evidence="核实表")
YEAR = overrides.OverridesQuery(since=date(2027, 1, 1), until=date(2027, 12, 31))


async def decided(pool: Database, run: MatchRun, *, reason: OverrideReason) -> UUID:
    """An override to Luonan's park."""
    async with pool.session() as session:
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
    await make.price(pool, make.HALL, make.LUONAN_PARK)
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        made = await service.decide(
            session,
            make.OFFICE,
            project.id,
            make.LUONAN_PARK,
            run.id,
            override_reason=reason,
            note="见附件",
        )
        return made.id


async def third(app: FastAPI) -> Principal:
    """Somebody of the city's office who had no hand in any match."""
    return (await opened(app.state.database, Role.city_office)).principal


async def test_an_upheld_objection_sends_the_decision_back(
    app: FastAPI, pool: Database, run: MatchRun
) -> None:
    decision = await decided(pool, run, reason=OverrideReason.balance)
    reviewer = await third(app)
    async with pool.session() as session:
        for outsider in (STRANGER, make.OFFICE):
            with pytest.raises(NothingToObjectTo):
                await object_to(session, outsider, FORM, decision=decision)
        with pytest.raises(NothingToObjectTo):
            await object_to(session, ORIGIN, FORM, decision=uuid4())
        [concern] = [row for row in (await views.desk(session, ORIGIN)).concerns if row.decision == decision]
        assert (concern.standing, concern.late, concern.open) == (Standing.origin, False, False)
        made = await object_to(session, ORIGIN, FORM, decision=decision)
        with pytest.raises(ObjectionOpen):
            await object_to(session, ORIGIN, FORM, decision=decision)
        for stranger in (LOSER, STRANGER, projects_make.principal(Role.county_finance, make.DANFENG)):
            with pytest.raises(NoSuchMatchObjection):
                await views.view(session, stranger, made)
            assert (await views.desk(session, stranger)).items == ()
        with pytest.raises(NothingToObjectTo):
            await views.of_decision(session, STRANGER, decision)
        assert [row.id for row in await views.of_decision(session, ORIGIN, decision)] == [made]
        assert len(await views.of_decision(session, AUDITOR, decision)) == 1
        verdict = MatchAnswerForm(upheld=True, reason="用地数据有误")
        with pytest.raises(NotTheReviewer):
            await objections.answer(session, reviewer, made, verdict)
        for person in (make.OFFICE.account, ORIGIN.account):
            with pytest.raises(NotIndependent):
                await objections.name_reviewer(session, make.SECOND, made, person)
        with pytest.raises(NotPermitted):
            await objections.name_reviewer(session, ORIGIN, made, reviewer.account)
        with pytest.raises(NotPermitted):
            await objections.independent(session, ORIGIN, made)
        fit = await objections.independent(session, make.OFFICE, made)
        assert reviewer.account in {row.account for row in fit}
        await objections.name_reviewer(session, make.OFFICE, made, reviewer.account)
        await objections.say(session, ORIGIN, made, MessageForm(text="补充"))
        with pytest.raises(BadDecision):
            await objections.say(session, ORIGIN, made, MessageForm())
        with pytest.raises(NotPermitted):
            await objections.say(session, AUDITOR, made, MessageForm(text="x"))
        shown = await views.view(session, ORIGIN, made)
        assert (shown.reviewer, len(shown.messages), shown.outcome) == (reviewer.name, 1, None)
        await objections.answer(session, reviewer, made, verdict)
        shown = await views.view(session, ORIGIN, made)
        assert (shown.outcome, shown.consequence) == (Outcome.upheld, Consequence.hold_released)
        with pytest.raises(MatchObjectionAnswered):
            await objections.withdraw(session, ORIGIN, made, "撤回")
        assert (await make.project(session, make.HALL)).state is State.pooled
        back = await session.get_one(MatchDecision, (make.CITY, decision))
        assert back.state is DecisionState.returned


async def test_a_waiting_decision_goes_back_and_a_dismissed_objection_moves_nothing(
    app: FastAPI, pool: Database, run: MatchRun
) -> None:
    decision = await decided(pool, run, reason=OverrideReason.other)
    reviewer = await third(app)
    async with pool.session() as session:
        first = await object_to(session, ORIGIN, FORM, decision=decision)
        await objections.name_reviewer(session, reviewer, first, reviewer.account)
        await objections.answer(session, reviewer, first, MatchAnswerForm(upheld=False, reason="数据无误"))
        assert (await repo.waiting(session, make.CITY))[0].id == decision
        second = await object_to(session, ORIGIN, FORM, decision=decision)
        await objections.withdraw(session, ORIGIN, second, "已核对")
        third_one = await object_to(session, ORIGIN, FORM, decision=decision)
        await objections.name_reviewer(session, reviewer, third_one, reviewer.account)
        verdict = MatchAnswerForm(upheld=True, reason="理由不成立", rerun=True)
        await objections.answer(session, reviewer, third_one, verdict)
        shown = await views.view(session, ORIGIN, third_one)
        assert shown.consequence is Consequence.decision_returned
        assert not await repo.waiting(session, make.CITY)
        found = await views.desk(session, make.OFFICE)
        assert [row.outcome for row in found.items] == [Outcome.upheld, Outcome.withdrawn, Outcome.dismissed]


async def _proposal(session: AsyncSession) -> UUID:
    project = await make.project(session, make.LAND)
    return await object_to(session, LOSER, FORM, ref=project.public_id)


async def test_the_database_keeps_the_reviewer_apart(app: FastAPI, pool: Database, run: MatchRun) -> None:
    insert = text(
        "INSERT INTO match_objection_reviewer"
        " (city, objection, seq, reviewer, reviewer_name, by, by_name, on_date)"
        " VALUES (:city, :objection, 9, :who, '', :who, '', '2027-01-15')"
    )
    async with pool.session() as session:
        made = await _proposal(session)
        shown = await views.view(session, LOSER, made)
        assert (shown.decision, shown.standing) == (None, Standing.candidate)
        with pytest.raises(DBAPIError, match="had a hand in a match"):
            await session.execute(insert, {"city": make.CITY, "objection": made, "who": make.OFFICE.account})
        await session.rollback()


async def test_rates_hide_small_counts_from_counties_and_officers_from_all_but_inspection(
    pool: Database, run: MatchRun
) -> None:
    await decided(pool, run, reason=OverrideReason.balance)
    async with pool.session() as session:
        full = await overrides.report(session, make.OFFICE, YEAR)
        assert (full.total.decisions, full.total.overrides, full.total.rate_bp) == (1, 1, 10_000)
        assert [row.period for row in full.periods] == ["2027Q1"]
        assert {row.key: row.overrides for row in full.reasons if row.overrides} == {"balance": 1}
        assert {row.key: row.overrides for row in full.bodies if row.overrides} == {"office": 1}
        assert [(row.key, row.overrides) for row in full.gaining] == [(make.LUONAN, 1)]
        assert full.price is not None
        county = await overrides.report(session, ORIGIN, YEAR)
        assert (county.few, county.total.decisions, county.price) == (3, None, None)
        assert {row.overrides for row in county.reasons} == {None, 0}
        with pytest.raises(NotPermitted):
            await overrides.by_officer(session, make.OFFICE, YEAR)
        [signed] = await overrides.by_officer(session, AUDITOR, YEAR)
        assert (signed.decisions, signed.overrides) == (1, 1)
        logged = await session.execute(
            text("SELECT count(*) FROM audit_event WHERE action = 'matching.overrides_inspected'")
        )
        assert logged.scalar_one() == 1


def test_months_quarters_and_hidden_counts() -> None:
    assert overrides.period_of(date(2027, 4, 1), overrides.Grain.month) == "2027-04"
    assert overrides.period_of(date(2027, 4, 1), overrides.Grain.quarter) == "2027Q2"
    assert [overrides.shown(count, 3) for count in (0, 1, 2, 3)] == [0, None, None, 3]
    counted = overrides.counts(Counter({"a": 2, "b": 5, "c": 9, "d": 0}), None, 3)
    assert [(row.key, row.overrides) for row in counted] == [("a", None), ("b", None), ("c", 9), ("d", 0)]


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


async def test_objections_over_http(
    client: httpx.AsyncClient, app: FastAPI, pool: Database, run: MatchRun
) -> None:
    async with pool.session() as session:
        ref = (await make.project(session, make.LAND)).public_id
    county = (await bearer(app, Role.county_officer, make.DANFENG))[1]
    stranger = (await bearer(app, Role.county_officer, "611024"))[1]
    auditor = (await bearer(app, Role.auditor))[1]
    signed, office = await bearer(app, Role.city_office)
    form = {"ground": "stock", "reasons": "用地已核实"}
    at = f"/v1/matches/projects/{ref}/objections"
    assert (await client.post(at, json=form, headers=stranger | key())).status_code == 404
    made = await client.post(at, json=form, headers=county | key())
    assert (made.status_code, made.json()["outcome"]) == (201, None)
    one = f"/v1/matches/objections/{made.json()['id']}"
    assert (await client.get(one, headers=stranger)).status_code == 404
    assert (await client.get(one, headers=county)).json()["county"] == make.DANFENG
    assert len((await client.get("/v1/matches/objections", headers=auditor)).json()["items"]) == 1
    fit = (await client.get(f"{one}/reviewers", headers=office)).json()
    assert [row["account"] for row in fit] == [str(signed.account)]
    named = {"reviewer": str(signed.account)}
    assert (await client.post(f"{one}/reviewer", json=named, headers=office | key())).status_code == 201
    said = await client.post(f"{one}/messages", json={"text": "请核对"}, headers=county | key())
    assert len(said.json()["messages"]) == 1
    verdict = {"upheld": True, "reason": "数据有误", "rerun": True}
    done = await client.post(f"{one}/answer", json=verdict, headers=office | key())
    assert (done.status_code, done.json()["consequence"]) == (201, "run_requested")
    again = await client.post(f"{one}/withdrawal", json={"reason": "x"}, headers=county | key())
    assert (again.status_code, again.json()["type"]) == (409, "/problems/match-objection-answered")
    nothing = f"/v1/matches/decisions/{uuid4()}/objections"
    assert (await client.get(nothing, headers=county)).status_code == 404
    assert (await client.post(nothing, json=form, headers=county | key())).status_code == 404
    days = "since=2027-01-01&until=2027-12-31&by=month"
    report = (await client.get(f"/v1/reports/overrides?{days}", headers=county)).json()
    assert (report["few"], report["periods"]) == (3, [])
    assert (await client.get(f"/v1/reports/overrides/officers?{days}", headers=office)).status_code == 403
    assert (await client.get(f"/v1/reports/overrides/officers?{days}", headers=auditor)).json() == []


async def test_records_of_compliance_over_http(
    client: httpx.AsyncClient, app: FastAPI, pool: Database, run: MatchRun
) -> None:
    async with pool.session() as session:
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
        hall = (await make.project(session, make.HALL)).public_id
    county = (await bearer(app, Role.county_officer, make.DANFENG))[1]
    office = (await bearer(app, Role.city_office))[1]
    records = f"/v1/projects/{hall}/compliance"
    shown = (await client.get(records, headers=office)).json()
    assert (shown["missing"], shown["county"]) == ([], make.LUONAN)
    assert (await client.get(records, headers=county)).status_code == 404
    sheet = shown["sheet"]["id"]
    host = (await bearer(app, Role.county_officer, make.LUONAN))[1]
    review = {
        "sheet": sheet,
        "drafting_unit": "招商局",
        "basis": "条例",
        "conclusion": "pass",
        "reviewed_on": "2027-01-15",
        "review_again_on": "2027-01-10",
    }
    bad = await client.post(f"{records}/fair-reviews", json=review, headers=host | key())
    assert (bad.status_code, bad.json()["type"]) == (422, "/problems/bad-compliance-record")
    right = {**review, "review_again_on": "2028-01-15"}
    assert (await client.post(f"{records}/fair-reviews", json=right, headers=host | key())).status_code == 201
    minutes = {"sheet": sheet, "body": "party", "number": "1号", "held_on": "2027-01-14", "subject": "承诺"}
    assert (await client.post(f"{records}/minutes", json=minutes, headers=host | key())).status_code == 201
    legal = {"sheet": sheet, "kind": "legal", "outcome": "agreed", "number": "2号"}
    twice = await client.post(f"{records}/opinions", json=legal, headers=office | key())
    assert (twice.status_code, twice.json()["type"]) == (409, "/problems/promise-opinion-given")
    item = {"kind": "award", "what": "税收返还三成", "beneficiary": "firm", "quantity": 1, "unit": "项"}
    listed = await client.post(
        f"{records}/sheets", json={"items": [{**item, "year": 2027}]}, headers=host | key()
    )
    [found] = listed.json()["findings"]
    assert (found["weight"], found["passage"], found["stops"]) == ("blocking", "税收返还", True)
    why = {"text_sha256": found["text_sha256"], "rule": found["rule"], "start": 0, "reason": "引文"}
    cleared = await client.post(f"{records}/clearances", json=why, headers=host | key())
    number = cleared.json()["findings"][0]["clearance"]
    answer = f"{records}/clearances/{number}/answer"
    done = await client.post(answer, json={"agreed": True}, headers=office | key())
    assert (done.status_code, done.json()["findings"][0]["stops"]) == (201, False)
    wordless = await client.post(answer, json={"agreed": False}, headers=office | key())
    assert wordless.status_code == 422
