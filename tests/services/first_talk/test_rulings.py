"""Rulings: reasons and minutes, two people, effects, precedents without names, figures, what waits."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from allocation.precedence import Ground
from auth.principal import Principal
from services.first_talk import service as cases
from services.first_talk.errors import (
    BadRuling,
    CaseMoved,
    NotForYou,
    NotHeard,
    RulingWaits,
    UnreasonedRuling,
)
from services.first_talk.repo import parties_of
from services.first_talk.schemas import HearingForm, OpenCase, SaidForm
from services.first_talk.tables import Case
from services.first_talk.todos import todos
from services.first_talk.words import CaseState, Outcome
from services.kit.errors import SamePerson
from services.projects.errors import MoveRefused
from services.projects.tables import ProjectMerge
from tests.services.first_talk.cast import (
    BECAUSE,
    LEADER,
    OFFICE,
    OFFICER,
    RIVAL,
    RIVAL_LEADER,
    SECOND,
    STRANGER,
    TODAY,
    heard,
    leads,
    offer,
    opened,
    refs,
    ruled,
    ruling,
    words,
    yes,
)

CONFIRMED, REJECTED = (
    SaidForm.model_validate({"outcome": "confirmed"}),
    SaidForm.model_validate({"outcome": "rejected", "reason": "理由不足"}),
)


async def kinds(session: AsyncSession, who: Principal, today: date = TODAY) -> list[tuple[str, bool]]:
    return [(todo.kind, todo.overdue) for todo in await todos(session, who, today)]


async def states(session: AsyncSession, case: Case) -> list[State]:
    return [lead.state for _party, lead in await parties_of(session, case)]


async def test_a_ruling_keeps_one_lead_and_closes_the_other_by_two_people(session: AsyncSession):
    case = await heard(session)
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    assert await states(session, case) == [State.disputed, State.disputed]
    assert (await cases.view(session, OFFICER, case, TODAY)).ruling is None
    with pytest.raises(SamePerson):
        await cases.say(session, OFFICE, case.id, CONFIRMED, TODAY)
    with pytest.raises(NotForYou):
        await cases.say(session, LEADER, case.id, CONFIRMED, TODAY)
    with pytest.raises(RulingWaits):
        await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    await cases.say(session, SECOND, case.id, CONFIRMED, TODAY)
    assert await states(session, case) == [State.accepted, State.withdrawn]
    view = await cases.view(session, RIVAL, case, TODAY)
    assert view.ruling is not None
    assert (view.state, view.holder, view.ground) == (CaseState.ruled, 1, Ground.earlier_acceptance)
    assert [row.outcome for row in view.parties] == [Outcome.holder, Outcome.support]
    assert (view.ruling.number, view.ruling.said_name) == ("CD-6110-2027-001", SECOND.name)
    with pytest.raises(CaseMoved):
        await cases.say(session, SECOND, case.id, CONFIRMED, TODAY)
    with pytest.raises(CaseMoved):
        await cases.state_case(session, OFFICER, case.id, words(), TODAY)


@pytest.mark.parametrize("missing", ["findings", "reasons", "minutes_no"])
async def test_a_ruling_without_reasons_is_refused(session: AsyncSession, missing: str):
    case = await heard(session)
    with pytest.raises(UnreasonedRuling) as error:
        await cases.propose(session, OFFICE, case.id, ruling(**{missing: "  "}), TODAY)
    assert [place.pointer for place in error.value.errors] == [f"/{missing}"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"ground": "open_question"}, "/ground"),
        ({"holder": 3}, "/holder"),
        ({"cites": ["CD-6110-2020-001"]}, "/cites"),
    ],
)
async def test_a_ruling_names_a_step_of_the_order_a_side_and_real_precedents(
    session: AsyncSession, change: dict[str, object], pointer: str
):
    case = await heard(session)
    with pytest.raises(BadRuling) as error:
        await cases.propose(session, OFFICE, case.id, ruling(**change), TODAY)
    assert [place.pointer for place in error.value.errors] == [pointer]


async def test_nobody_is_ruled_on_unheard(session: AsyncSession):
    case = await opened(session)
    with pytest.raises(NotHeard):
        await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    form = HearingForm(on=date(2027, 1, 18), place="市里")
    await cases.set_hearing(session, OFFICE, case.id, form, TODAY)
    with pytest.raises(NotHeard):
        await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    with pytest.raises(NotForYou):
        await cases.propose(session, LEADER, case.id, ruling(), TODAY)


async def test_a_rejected_ruling_says_why_and_is_written_anew(session: AsyncSession):
    case = await heard(session)
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    with pytest.raises(UnreasonedRuling):
        await cases.say(session, SECOND, case.id, REJECTED.model_copy(update={"reason": ""}), TODAY)
    await cases.say(session, SECOND, case.id, REJECTED, TODAY)
    assert (case.state, (await cases.view(session, OFFICER, case, TODAY)).ruling) == (CaseState.open, None)
    await cases.propose(session, SECOND, case.id, ruling(effect="merged"), TODAY)
    await cases.say(session, OFFICE, case.id, CONFIRMED, TODAY)
    view = await cases.view(session, OFFICE, case, TODAY)
    assert view.ruling is not None
    assert (view.ruling.number, view.parties[1].outcome) == ("CD-6110-2027-001-2", Outcome.merged)
    # The effect says what it does: it closes the lead as a duplicate filing and joins nothing.
    assert "重复登记关闭" in Outcome.merged.zh
    assert (await session.scalars(select(ProjectMerge))).all() == []


async def test_a_lead_lost_during_the_case_stays_lost_and_cannot_be_ruled_for(session: AsyncSession):
    case = await heard(session)
    lead = (await parties_of(session, case))[1][1]
    lead.state = State.lost
    await cases.propose(session, OFFICE, case.id, ruling(holder=2), TODAY)
    async with session.begin_nested() as part:
        with pytest.raises(MoveRefused):
            await cases.say(session, SECOND, case.id, CONFIRMED, TODAY)
        await part.rollback()
    await session.refresh(case)
    await cases.say(session, SECOND, case.id, REJECTED, TODAY)
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    await cases.say(session, SECOND, case.id, CONFIRMED, TODAY)
    assert await states(session, case) == [State.accepted, State.lost]


async def test_a_lead_that_was_never_accepted_or_has_lapsed_begins_afresh_when_it_is_ruled_for(
    session: AsyncSession,
):
    first, second = await leads(session, stage="登记", accepted_on=None)
    case = await cases.open_case(
        session, OFFICE, OpenCase(projects=refs(first, second), claim=BECAUSE), TODAY
    )
    await cases.set_hearing(session, OFFICE, case.id, HearingForm(on=TODAY, place="市里"), TODAY)
    await cases.propose(session, OFFICE, case.id, ruling(holder=2, ground="ruling"), TODAY)
    await cases.say(session, SECOND, case.id, CONFIRMED, TODAY)
    assert (second.state, second.accepted_on, second.protected_until) == (
        State.accepted,
        TODAY,
        date(2027, 4, 15),
    )


async def test_what_waits_for_whom(session: AsyncSession):
    mine, _ = await leads(session)
    case = await cases.open_case(session, OFFICER, OpenCase(projects=refs(mine), claim=BECAUSE), TODAY)
    assert await kinds(session, OFFICE) == [("first_talk.admit", False)]
    assert await kinds(session, RIVAL) == await kinds(session, STRANGER) == []
    await cases.admit(session, OFFICE, case.id, TODAY)
    late = date(2027, 3, 1)
    for who in (OFFICER, RIVAL):
        assert await kinds(session, who) == [("first_talk.state", False)]
        assert await kinds(session, who, late) == [("first_talk.state", True)]
    assert await kinds(session, OFFICE, late) == [("first_talk.hear", True)]
    assert (await cases.summaries(session, OFFICE, late))[0].overdue
    await cases.state_case(session, OFFICER, case.id, words(), TODAY)
    assert await kinds(session, OFFICER) == []
    await cases.set_hearing(session, OFFICE, case.id, HearingForm(on=TODAY, place="市里"), TODAY)
    assert await kinds(session, OFFICE) == [("first_talk.rule", False)]
    await cases.offer(session, LEADER, case.id, offer(), TODAY)
    table = (await cases.view(session, LEADER, case, TODAY)).offer
    assert table is not None
    assert await kinds(session, RIVAL_LEADER) == [("first_talk.state", False), ("first_talk.agree", False)]
    await cases.agree(session, RIVAL_LEADER, case.id, yes(table.seq), TODAY)
    assert await kinds(session, OFFICE) == [("first_talk.settle", False)]
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    assert await kinds(session, OFFICE) == await kinds(session, RIVAL) == []
    assert await kinds(session, SECOND) == [("first_talk.confirm", False)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE first_talk_ruling SET reasons = 'x'",
        "DELETE FROM first_talk_ruling",
        "TRUNCATE first_talk_ruling CASCADE",
        "UPDATE first_talk_ruling_check SET outcome = 'rejected', reason = 'x'",
        "UPDATE first_talk_case SET state = 'open', closed_on = NULL, holder = NULL",
        "UPDATE first_talk_party SET outcome = 'closed'",
        "INSERT INTO first_talk_ruling_check SELECT * FROM first_talk_ruling_check",
        "UPDATE first_talk_party SET is_open = true",
    ],
)
async def test_the_database_keeps_a_ruling(session: AsyncSession, statement: str):
    await ruled(session)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_the_database_takes_no_confirmation_by_the_writer(session: AsyncSession):
    case = await heard(session)
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    own = (
        "INSERT INTO first_talk_ruling_check SELECT city, id, case_id, made_by, 'confirmed', '', made_by,"
        " made_name, made_on FROM first_talk_ruling"
    )
    with pytest.raises(IntegrityError, match="two_people"):
        async with session.begin_nested():
            await session.execute(text(own))
