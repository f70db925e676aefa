"""How a case begins and goes on: who may ask, what stops, who reads what, when it is withdrawn or settled."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from allocation.precedence import Ground
from services.first_talk import service as cases
from services.first_talk.errors import (
    BadCase,
    BadHearing,
    BadRuling,
    BadStatement,
    CaseMoved,
    CaseOpen,
    NoRival,
    NoSuchCase,
    NotAgreed,
    NotForYou,
    RulingWaits,
)
from services.first_talk.schemas import HearingForm, OpenCase
from services.first_talk.words import CaseAction, CaseState, Outcome
from services.kit.errors import Stale
from services.projects.errors import NoSuchProject
from tests.services.first_talk.cast import (
    BECAUSE,
    LATE,
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
    ruling,
    shown,
    words,
    yes,
)
from tests.services.projects import factories as make


def claim(*found: object) -> OpenCase:
    return OpenCase(projects=refs(*found), claim=BECAUSE)


async def test_a_county_asks_with_its_own_lead_and_nothing_stops_before_the_city_opens_the_case(
    session: AsyncSession,
):
    mine, theirs = await leads(session)
    case = await cases.open_case(session, OFFICER, claim(mine), TODAY)
    assert (case.state, case.number, case.filed_county) == (CaseState.filed, "ST-6110-2027-001", make.DANFENG)
    assert (mine.state, theirs.state) == (State.accepted, State.accepted)
    assert await cases.summaries(session, RIVAL, TODAY) == []
    with pytest.raises(NotForYou):
        await cases.admit(session, OFFICER, case.id, TODAY)
    await cases.admit(session, OFFICE, case.id, TODAY, seen=case.revision)
    assert (mine.state, theirs.state) == (State.disputed, State.disputed)
    assert (case.statements_due, case.hearing_due, case.ruling_due) == (
        date(2027, 1, 22),
        date(2027, 1, 29),
        date(2027, 2, 16),
    )
    assert [row.own for row in await cases.summaries(session, RIVAL, TODAY)] == [2]
    with pytest.raises(CaseMoved):
        await cases.admit(session, OFFICE, case.id, TODAY)


async def test_the_city_refuses_a_case_with_a_reason_and_the_leads_never_stopped(session: AsyncSession):
    mine, theirs = await leads(session)
    case = await cases.open_case(session, OFFICER, claim(mine), TODAY)
    with pytest.raises(NotForYou):
        await cases.refuse(session, OFFICER, case.id, "无争议", TODAY)
    await cases.refuse(session, OFFICE, case.id, "无争议", TODAY)
    assert (case.state, mine.state, theirs.state) == (CaseState.refused, State.accepted, State.accepted)
    with pytest.raises(CaseMoved):
        await cases.refuse(session, OFFICE, case.id, "无争议", TODAY)
    assert (await cases.open_case(session, OFFICER, claim(mine), TODAY)).number == "ST-6110-2027-002"


async def test_a_lead_is_in_one_open_case(session: AsyncSession):
    mine, theirs = await leads(session)
    await cases.open_case(session, OFFICER, claim(mine), TODAY)
    for who, form in ((RIVAL, claim(theirs)), (OFFICE, claim(mine, theirs))):
        with pytest.raises(CaseOpen):
            await cases.open_case(session, who, form, TODAY)


async def test_who_may_ask_for_which_case(session: AsyncSession):
    mine, theirs = await leads(session)
    with pytest.raises(NoSuchProject):
        await cases.open_case(session, OFFICER, claim(theirs), TODAY)
    with pytest.raises(BadCase):
        await cases.open_case(session, OFFICE, claim(mine), TODAY)
    theirs.investor_credit_code, theirs.name_key = "other", "other"
    await session.flush()
    with pytest.raises(NoRival):
        await cases.open_case(session, OFFICER, claim(mine), TODAY)
    theirs.origin = make.DANFENG
    await session.flush()
    for who in (OFFICE, OFFICER):
        with pytest.raises(BadCase):
            await cases.open_case(session, who, claim(mine, theirs), TODAY)


async def test_a_pooled_lead_is_recalled_before_it_can_be_disputed_and_its_county_alone_names_it(
    session: AsyncSession,
):
    mine, theirs = await leads(session, stage="入池")
    with pytest.raises(BadCase):
        await cases.open_case(session, OFFICE, claim(mine, theirs), TODAY)
    with pytest.raises(NotForYou):
        await cases.open_case(session, OFFICER, claim(theirs), TODAY)


async def test_a_signed_project_is_a_side_that_nothing_stops_and_the_agreement_speaks_for_it(
    session: AsyncSession,
):
    case = await opened(session, stage="签约", signed_on=date(2026, 12, 30))
    view = await cases.view(session, OFFICE, case, TODAY)
    assert (view.ground, view.proposed_holder) == (Ground.agreement, 2)


async def test_each_side_states_its_case_and_reads_the_dates_of_the_other(session: AsyncSession):
    case = await opened(session)
    await cases.state_case(session, OFFICER, case.id, shown(), TODAY)
    await cases.state_case(session, RIVAL, case.id, words(), TODAY)
    mine = await cases.view(session, OFFICER, case, TODAY)
    assert [(row.party, row.evidence) for row in mine.statements] == [(1, "考察接待记录")]
    other = mine.parties[1]
    assert (other.registered_on, other.accepted_on) == (LATE, LATE)
    assert {other.county, other.county_name, other.project, other.project_name} == {None}
    facts = {row.ground: row.facts for row in mine.weighings}
    assert facts[Ground.earlier_acceptance] == ["2026-12-08", "2026-12-20"]
    assert facts[Ground.follow_up] == [1, None]
    assert {row.favours for row in mine.weighings} == {None}
    assert (mine.ground, mine.claim, mine.proposed_holder) == (None, "", None)
    assert [row.action for row in mine.events] == [CaseAction.file, CaseAction.admit, CaseAction.state]
    text_of_it = mine.model_dump_json()
    assert "商州" not in text_of_it
    assert "611002" not in text_of_it
    both = await cases.view(session, OFFICE, case, TODAY)
    assert len(both.statements) == 2
    assert [row.county_name for row in both.parties] == ["丹凤县", "商州区"]
    assert (both.ground, both.proposed_holder) == (Ground.earlier_acceptance, 1)
    with pytest.raises(NoSuchCase):
        await cases.find_case(session, STRANGER, case.id)


async def test_evidence_brought_to_the_case_decides_a_tie(session: AsyncSession):
    case = await opened(session, accepted_on=date(2026, 12, 8))
    view = await cases.view(session, OFFICE, case, TODAY)
    assert view.ground is Ground.open_question
    await cases.state_case(session, RIVAL, case.id, shown(), TODAY)
    view = await cases.view(session, OFFICE, case, TODAY)
    assert (view.ground, view.proposed_holder) == (Ground.follow_up, 2)
    decisive = [row.ground for row in view.weighings if row.decides]
    assert decisive == [Ground.follow_up]


async def test_a_late_statement_is_taken_and_flagged_and_half_a_piece_of_evidence_is_not(
    session: AsyncSession,
):
    case = await opened(session)
    await cases.state_case(session, OFFICER, case.id, words(), date(2027, 1, 25))
    assert (await cases.view(session, OFFICE, case, TODAY)).statements[0].late
    for form in (words(evidence="记录"), shown(on=date(2027, 1, 16))):
        with pytest.raises(BadStatement):
            await cases.state_case(session, OFFICER, case.id, form, TODAY)
    with pytest.raises(NotForYou):
        await cases.state_case(session, OFFICE, case.id, words(), TODAY)


async def test_the_hearing_is_set_by_the_city_for_a_day_to_come(session: AsyncSession):
    case = await opened(session)
    with pytest.raises(BadHearing):
        await cases.set_hearing(session, OFFICE, case.id, HearingForm(on=LATE, place="市里"), TODAY)
    form = HearingForm(on=TODAY, place="市招商服务中心")
    with pytest.raises(NotForYou):
        await cases.set_hearing(session, LEADER, case.id, form, TODAY)
    with pytest.raises(Stale):
        await cases.set_hearing(session, OFFICE, case.id, form, TODAY, seen=99)
    await cases.set_hearing(session, OFFICE, case.id, form, TODAY)
    seen = await cases.view(session, RIVAL, case, TODAY)
    assert (seen.hearing_on, seen.events[-1].facts["place"]) == (TODAY, "市招商服务中心")


async def test_withdrawn_the_leads_go_back_and_the_days_of_the_case_do_not_count(session: AsyncSession):
    mine, theirs = await leads(session)
    before = mine.protected_until
    case = await cases.open_case(session, OFFICER, claim(mine), TODAY)
    await cases.admit(session, OFFICE, case.id, TODAY)
    for who in (RIVAL, OFFICE):
        with pytest.raises(NotForYou):
            await cases.withdraw(session, who, case.id, "已协商", TODAY)
    await session.execute(text("UPDATE city SET business_date = '2027-01-25'"))
    await cases.withdraw(session, OFFICER, case.id, "已协商", date(2027, 1, 25))
    assert (mine.state, theirs.state, case.state) == (State.accepted, State.accepted, CaseState.withdrawn)
    assert before is not None
    assert mine.protected_until is not None
    assert 10 <= (mine.protected_until - before).days <= 13
    with pytest.raises(CaseMoved):
        await cases.withdraw(session, OFFICER, case.id, "已协商", TODAY)


async def test_what_the_city_opened_the_city_withdraws_but_not_beside_a_written_ruling(session: AsyncSession):
    case = await heard(session)
    await cases.propose(session, OFFICE, case.id, ruling(), TODAY)
    with pytest.raises(RulingWaits):
        await cases.withdraw(session, OFFICE, case.id, "误立", TODAY)
    with pytest.raises(RulingWaits):
        await cases.offer(session, LEADER, case.id, offer(), TODAY)


async def test_the_counties_settle_when_every_leader_agrees_and_the_city_confirms(session: AsyncSession):
    case = await opened(session)
    with pytest.raises(NotForYou):
        await cases.offer(session, OFFICER, case.id, offer(), TODAY)
    with pytest.raises(BadRuling):
        await cases.offer(session, LEADER, case.id, offer(3), TODAY)
    await cases.offer(session, LEADER, case.id, offer(1), TODAY)
    await cases.offer(session, LEADER, case.id, offer(2), TODAY)
    view = await cases.view(session, RIVAL_LEADER, case, TODAY)
    assert view.offer is not None
    assert CaseAction.agree in view.actions
    assert (view.offer.party, view.offer.agreed, view.offer.complete) == (1, [1], False)
    table = yes(view.offer.seq)
    with pytest.raises(NotAgreed):
        await cases.settle(session, OFFICE, case.id, table, TODAY)
    with pytest.raises(NotForYou):
        await cases.agree(session, LEADER, case.id, table, TODAY)
    with pytest.raises(NotAgreed):
        await cases.agree(session, RIVAL_LEADER, case.id, yes(view.offer.seq - 1), TODAY)
    await cases.agree(session, RIVAL_LEADER, case.id, table, TODAY)
    with pytest.raises(NotForYou):
        await cases.settle(session, LEADER, case.id, table, TODAY)
    await cases.settle(session, SECOND, case.id, table, TODAY)
    after = await cases.view(session, OFFICER, case, TODAY)
    assert (after.state, after.holder) == (CaseState.settled, 2)
    assert [row.outcome for row in after.parties] == [Outcome.support, Outcome.holder]
    assert after.actions == []
    with pytest.raises(CaseMoved):
        await cases.settle(session, OFFICE, case.id, table, TODAY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE first_talk_event SET on_date = '2020-01-01'",
        "DELETE FROM first_talk_statement",
        "TRUNCATE first_talk_event CASCADE",
        "UPDATE first_talk_case SET claim = 'x'",
        "DELETE FROM first_talk_case",
        "UPDATE first_talk_party SET county = '611021'",
        "DELETE FROM first_talk_party",
        "UPDATE first_talk_case SET state = 'ruled', closed_on = '2027-01-15'",
    ],
)
async def test_the_database_keeps_what_was_said(session: AsyncSession, statement: str):
    case = await opened(session)
    await cases.state_case(session, OFFICER, case.id, words(), TODAY)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(text(statement))
