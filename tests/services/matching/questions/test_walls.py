"""What a county may ask, and what of an answer it may read: nothing that tells of another's lead."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.errors import NotPermitted
from auth.principal import Principal, Role
from services.kit.database import Database
from services.matching.errors import (
    BadScenario,
    NoSuchMatch,
    NoSuchQuestion,
    NoSuchRun,
    RunNotDone,
    TooManyQuestions,
)
from services.matching.questions import reading, service
from services.matching.questions.forms import ParkChangeForm, ScenarioForm
from services.matching.questions.schemas import WhyNotCard, WouldWinAnswer
from services.matching.questions.words import QuestionKind
from services.matching.tables import MatchRun
from tests.services.matching import factories as make
from tests.services.matching.questions import asking
from tests.services.projects import factories as projects_make

PARK_OFFICER = projects_make.principal(Role.park_officer, make.LUONAN_PARK)


async def _card(session: AsyncSession, who: Principal, code: str = asking.BIG, **asked: Any) -> WhyNotCard:
    project = await make.project(session, code)
    return await reading.why_not(session, who, project.public_id, **asked)


async def test_a_county_reads_its_answer_without_the_others(database: Database) -> None:
    async with database.session() as session:
        row = await asking.asked(session, asking.HOST, QuestionKind.would_win)
        found = await service.question_of(session, asking.HOST, row.id)
    assert found.snapshot_sha256 is None
    answer = found.answer
    assert isinstance(answer, WouldWinAnswer)
    assert (answer.wins, answer.standing, answer.value, answer.moved) == (True, None, None, ())
    assert [(item.amount, item.at_most) for item in answer.changes] == [(None, asking.SHORT)]


async def test_a_county_does_not_read_what_another_asked(database: Database) -> None:
    async with database.session() as session:
        row = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
        own = await asking.asked(session, asking.HOST, QuestionKind.would_win)
        lead = await make.project(session, asking.BIG)
        for who in (asking.HOST, asking.ORIGIN, asking.OTHER_HOST, Principal.system("610100")):
            with pytest.raises(NoSuchQuestion):
                await service.question_of(session, who, row.id)
        assert [item.id for item in await service.questions_of(session, asking.HOST, lead.public_id)] == [
            own.id
        ]
        assert await service.questions_of(session, asking.ORIGIN, lead.public_id) == []
        everything = await service.questions_of(session, asking.OFFICE, lead.public_id)
        assert {item.id for item in everything} == {row.id, own.id}


async def test_the_auditor_reads_all_without_names(database: Database) -> None:
    async with database.session() as session:
        row = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
        office = (await service.question_of(session, asking.OFFICE, row.id)).answer
        auditor = (await service.question_of(session, asking.AUDITOR, row.id)).answer
    assert isinstance(office, WouldWinAnswer)
    assert isinstance(auditor, WouldWinAnswer)
    assert all(item.name for item in office.moved)
    assert [item.project for item in auditor.moved] == [item.project for item in office.moved]
    assert all(item.name is None for item in auditor.moved)


async def test_a_county_asks_about_its_own_and_its_proposed_projects_alone(database: Database) -> None:
    async with database.session() as session:
        own = await asking.ask(session, asking.ORIGIN, asking.BIG, QuestionKind.would_win)
        assert own.county == make.DANFENG
        again = await asking.ask(session, asking.ORIGIN, asking.BIG, QuestionKind.would_win)
        assert again.id == own.id, "the same question is asked once"
        park = await asking.ask(session, PARK_OFFICER, asking.BIG, QuestionKind.why_not)
        assert park.county == make.LUONAN
        with pytest.raises(NoSuchMatch):
            await asking.ask(session, asking.HOST, asking.BIG, QuestionKind.would_win, park=make.PARK)
        with pytest.raises(NoSuchMatch):
            await asking.ask(session, asking.OTHER_HOST, asking.BIG, QuestionKind.would_win)
        for kind in (QuestionKind.override_price, QuestionKind.alternatives):
            with pytest.raises(NotPermitted):
                await asking.ask(session, asking.ORIGIN, asking.BIG, kind)
        with pytest.raises(NotPermitted):
            await service.ask_scenario(session, asking.ORIGIN, asking.MORE)
        with pytest.raises(NotPermitted):
            await service.scenarios(session, asking.ORIGIN, secret="s" * 32)


async def test_questions_are_of_stored_runs_and_not_too_many(
    database: Database, run: MatchRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = await make.request(database)
    async with database.session() as session:
        with pytest.raises(RunNotDone):
            await asking.ask(session, asking.OFFICE, asking.BIG, QuestionKind.why_not, run=waiting.id)
        with pytest.raises(NoSuchRun):
            await asking.ask(
                session, asking.OFFICE, asking.BIG, QuestionKind.why_not, run=waiting.requested_by
            )
        for park, land in (("6110P99", 1), (make.PARK, -(10**8))):
            form = ScenarioForm(parks=(ParkChangeForm(park=park, land_mu=land),))
            with pytest.raises(BadScenario):
                await service.ask_scenario(session, asking.OFFICE, form)
        monkeypatch.setattr(service, "QUESTIONS_AN_HOUR", 3)
        await asking.ask(session, asking.OFFICE, asking.BIG, QuestionKind.why_not)
        with pytest.raises(TooManyQuestions):
            await asking.ask(session, asking.OFFICE, make.LAND, QuestionKind.why_not)
        before = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
        again = await asking.ask(session, asking.OFFICE, asking.BIG, QuestionKind.would_win)
        assert again.id == before.id, "what is answered already may be read again"


async def test_how_parks_stood_is_read_from_what_was_stored(database: Database, run: MatchRun) -> None:
    async with database.session() as session:
        office = await _card(session, asking.OFFICE)
        assert [(row.park, row.standing) for row in office.parks] == [
            (make.PARK, "blocked"),
            (make.CITY_PARK, "blocked"),
            (make.LUONAN_PARK, "blocked"),
        ]
        assert office.host is None
        placed = await _card(session, asking.OFFICE, make.HALL)
        assert placed.host == make.PARK
        stood = {row.park: row.standing for row in placed.parks}
        assert stood == {make.PARK: "proposed", make.CITY_PARK: "blocked", make.LUONAN_PARK: "open"}
        one = await _card(session, asking.OFFICE, park=make.PARK, run_id=run.id)
        assert [row.park for row in one.parks] == [make.PARK]
        county = await _card(session, asking.OFFICE, county=make.LUONAN)
        assert [row.park for row in county.parks] == [make.LUONAN_PARK]
        with pytest.raises(NoSuchMatch):
            await _card(session, asking.OFFICE, park="6110P99")


async def test_a_county_reads_bands_where_others_take_the_room(database: Database) -> None:
    async with database.session() as session:
        (office,) = (await _card(session, asking.OFFICE, park=asking.PARK)).parks
        (host,) = (await _card(session, asking.HOST)).parks
        with pytest.raises(NoSuchMatch):
            await _card(session, asking.HOST, park=make.PARK)
        with pytest.raises(NoSuchMatch):
            await _card(session, asking.OTHER_HOST)
    assert office.shortage is not None
    assert host.shortage is not None
    (exact,), (band,) = office.shortage.changes, host.shortage.changes
    assert exact.amount is not None
    assert band.amount is None
    assert band.at_most is not None
    assert exact.amount <= band.at_most
    assert office.others in {1, 2}
    assert host.others is None, "fewer than three are not counted out"
    assert [item.kind for item in host.questions] == [QuestionKind.would_win]
    assert len(office.questions) == 2


HIDDEN = {
    "standing": 1,
    "value": 2,
    "up_to": 3,
    "moved": [{"lead": "00000000-0000-7000-8000-000000000000", "before": None, "after": "6110P01"}],
}

TOLD = "UPDATE match_question SET answer = answer || CAST(:told AS jsonb) WHERE kind = 'would_win'"
LESS = """
UPDATE {table} SET answer = jsonb_set(answer, '{{change,0,amount}}',
  to_jsonb((answer #>> '{{change,0,amount}}')::int - 100))
WHERE answer ->> 'kind' = 'would_win' AND jsonb_array_length(answer -> 'change') > 0
"""
"""One mu less of what is missing: another amount of the same band."""


async def test_two_worlds_that_differ_in_hidden_fields_answer_alike(database: Database) -> None:
    """The second world has other sums, other movers, and amounts of the same band."""

    async def seen() -> list[str]:
        async with database.session() as session:
            lead = await make.project(session, asking.BIG)
            row = await asking.asked(session, asking.HOST, QuestionKind.would_win)
            answers = [
                await service.question_of(session, asking.HOST, row.id),
                *await service.questions_of(session, asking.HOST, lead.public_id),
                await _card(session, asking.HOST),
            ]
            return [answer.model_dump_json() for answer in answers]

    one = await seen()
    async with database.session() as session:
        for table in ("match_question", "match_shortage"):
            await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        await session.execute(text(TOLD), {"told": json.dumps(HIDDEN)})
        for table in ("match_question", "match_shortage"):
            await session.execute(text(LESS.format(table=table)))
    assert await seen() == one
    async with database.session() as session:
        row = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
        office = (await service.question_of(session, asking.OFFICE, row.id)).answer
    assert isinstance(office, WouldWinAnswer)
    assert office.standing == HIDDEN["standing"], "the worlds do differ for those who may see"
