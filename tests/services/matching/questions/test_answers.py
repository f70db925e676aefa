"""Questions are worked out on the run's frozen input, judged and stored; what they answer is true."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.matching.answer_parts import Lever
from services.kit.database import Database
from services.matching.questions import repo, service, work
from services.matching.questions.schemas import (
    AlternativesAnswer,
    OverridePriceAnswer,
    ScenarioAnswer,
    WhyNotAnswer,
    WouldWinAnswer,
)
from services.matching.questions.words import QuestionFailure, QuestionKind, QuestionState
from services.matching.tables import MatchRun
from tests.services.matching import factories as make
from tests.services.matching.questions import asking


async def test_the_run_stores_what_a_lead_without_a_host_lacks(database: Database, run: MatchRun) -> None:
    async with database.session() as session:
        for code, parks in ((asking.BIG, 3), (make.HALL, 0)):
            project = await make.project(session, code)
            assert len(await repo.shortages(session, make.CITY, run.id, project.id)) == parks
        lead = await make.project(session, asking.BIG)
        rows = {row.park: row for row in await repo.shortages(session, make.CITY, run.id, lead.id)}
    short = rows[asking.PARK]
    assert not short.barred
    (change,) = short.answer["change"]
    assert (change["lever"], change["owner"], change["on"]) == ("land", asking.PARK, "2027-09-01")
    assert change["amount"] > asking.SHORT, "what others take there is missing too"


async def test_the_smallest_change_is_found_and_the_lead_then_wins(database: Database) -> None:
    async with database.session() as session:
        row = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
        found = (await service.question_of(session, asking.OFFICE, row.id)).answer
    assert isinstance(found, WouldWinAnswer)
    assert (found.level, found.wins, found.exact, found.minimal) == (2, True, True, True)
    assert [(item.lever, item.amount) for item in found.changes] == [(Lever.LAND, asking.SHORT)]
    assert found.value is not None
    assert found.standing is not None
    assert found.value > found.standing
    assert asking.PARK in {item.before for item in found.moved}, "those who stood there make room"
    taken = {asking.PARK, *(item.after for item in found.moved)}
    assert all(item.before in taken for item in found.moved), "nobody moves but to make room"


async def test_a_scenario_stands_beside_the_run(database: Database, run: MatchRun) -> None:
    async with database.session() as session:
        page = await service.scenarios(session, asking.OFFICE, secret="s" * 32)
    (found,) = page.items
    assert found.asked["title"] == "多 20 亩"
    answer = found.answer
    assert isinstance(answer, ScenarioAnswer)
    assert (answer.before.value, answer.before.placed, answer.after.placed) == (run.value, 3, 4)
    assert answer.gain == (answer.after.value or 0) - (answer.before.value or 0)
    assert answer.gain > 0
    assert {item.project for item in answer.moved} >= {await _public(database, asking.BIG)}
    tally = next(row for row in answer.parks if row.owner == asking.PARK)
    assert tally.land_mu[1] == asking.NEED


async def _public(database: Database, code: str) -> str:
    async with database.session() as session:
        return (await make.project(session, code)).public_id


async def test_an_override_has_its_price_and_the_decision_keeps_it(database: Database, run: MatchRun) -> None:
    async with database.session() as session:
        row = await asking.ask(
            session, asking.OFFICE, make.WIDE, QuestionKind.override_price, park=make.CITY_PARK
        )
    found = (await asking.worked_out(database, asking.OFFICE, row)).answer
    assert isinstance(found, OverridePriceAnswer)
    assert found.exact
    assert found.standing is not None
    assert found.forced is not None
    assert found.loss == (found.standing.value or 0) - (found.forced.value or 0) == 19_000
    async with database.session() as session:
        again = await repo.override_price(session, make.CITY, run.id, row.project, make.CITY_PARK)  # type: ignore[arg-type] # a pair
        assert again is not None
        assert again.id == row.id


async def test_why_not_and_alternatives_are_told(database: Database) -> None:
    async with database.session() as session:
        why = await asking.ask(session, asking.OFFICE, asking.BIG, QuestionKind.why_not)
        other = await asking.ask(session, asking.OFFICE, make.HALL, QuestionKind.alternatives)
    told = (await asking.worked_out(database, asking.OFFICE, why)).answer
    assert isinstance(told, WhyNotAnswer)
    assert [item.rule.value for item in told.blockers] == ["land"]
    assert told.missing[0].short is not None
    assert told.held[0].holders, "the office reads who stands there"
    hosts = (await asking.worked_out(database, asking.OFFICE, other)).answer
    assert isinstance(hosts, AlternativesAnswer)
    assert [item.side.park for item in hosts.alternatives] == [make.LUONAN_PARK]


async def test_an_answer_never_changes(database: Database) -> None:
    async with database.session() as session:
        row = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
    await work.execute(database, make.CITY, row.id, memory_mb=make.MEMORY_MB)
    async with database.session() as session:
        assert (await repo.question(session, make.CITY, row.id)) == row
    for change in ("UPDATE match_question SET answer = '{}'", "DELETE FROM match_question"):
        with pytest.raises(DBAPIError, match="question"):
            async with database.session() as session:
                await session.execute(text(change))


async def test_a_question_whose_solver_fails_is_tried_again_and_then_says_why(database: Database) -> None:
    async with database.session() as session:
        row = await asking.ask(session, asking.OFFICE, make.LAND, QuestionKind.why_not)
    for state in (QuestionState.queued, QuestionState.failed):
        await work.execute(database, make.CITY, row.id, memory_mb=make.MEMORY_MB, wall=0.01)
        async with database.session() as session:
            found = await service.question_of(session, asking.OFFICE, row.id)
        assert found.state is state
    assert found.failure is QuestionFailure.out_of_time
    async with database.session() as session:
        again = await asking.ask(session, asking.OFFICE, make.LAND, QuestionKind.why_not)
    assert again.id != row.id, "a failed question may be asked anew"


async def test_a_question_whose_worker_was_lost_twice_fails(database: Database) -> None:
    async with database.session() as session:
        row = await asking.ask(session, asking.OFFICE, make.LAND, QuestionKind.why_not)
        await session.execute(text("UPDATE match_question SET attempts = 2 WHERE state = 'queued'"))
    await work.execute(database, make.CITY, row.id, memory_mb=make.MEMORY_MB)
    async with database.session() as session:
        found = await service.question_of(session, asking.OFFICE, row.id)
    assert (found.state, found.failure) == (QuestionState.failed, QuestionFailure.worker_lost)
