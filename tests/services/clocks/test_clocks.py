"""Clocks on real leads: who sees which, how they stand, and the report on who is late."""

from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clock_table import ClockKind, Colour
from allocation.lifecycle import Action
from auth.principal import Principal, Role
from services.clocks import report, service
from services.clocks.schemas import ClockFilter, ClockView, ExpertForm
from services.projects import service as projects
from services.projects.errors import MoveRefused, NoSuchProject
from services.projects.protection_words import AnswerKind, Progress
from services.projects.tables import ProtectionAnswer
from services.regions.settings import set_setting
from tests.services.projects import factories as make
from tests.services.projects.road import (
    HOST,
    LEADER,
    OFFICER,
    RIVAL_LEADER,
    TODAY,
    chosen,
    lead,
    plain,
    pooled,
)
from tests.services.regions import factories as regions

PARK_OFFICER = make.principal(Role.park_officer, make.PARK)
AUDITOR = make.principal(Role.auditor, make.CITY)


async def seen(session: AsyncSession, who: Principal, today: date = TODAY) -> dict[ClockKind, ClockView]:
    return {clock.kind: clock for clock in await service.clocks(session, who, today)}


async def test_a_registration_is_answered_judged_and_fed_back(session: AsyncSession):
    await regions.make_city(session)
    made = await projects.register(session, OFFICER, make.form())
    found = await seen(session, LEADER)
    assert {kind: clock.due_on for kind, clock in found.items()} == {
        ClockKind.respond: date(2027, 1, 18),
        ClockKind.judge: date(2027, 1, 20),
        ClockKind.feed_back: date(2027, 1, 22),
    }
    assert (found[ClockKind.judge].project, found[ClockKind.judge].name) == (made.public_id, made.name)
    assert found[ClockKind.respond].provisional, "the calendar of 2027 is not announced"
    assert found[ClockKind.feed_back].county == make.CITY
    assert await seen(session, RIVAL_LEADER) == {}
    assert await seen(session, make.principal(Role.city_finance, make.CITY)) == {}
    masked = await seen(session, AUDITOR)
    assert masked[ClockKind.judge].name == made.code_name


async def test_a_setting_holds_from_its_day_and_not_before(session: AsyncSession):
    await regions.make_city(session)
    await projects.register(session, OFFICER, make.form())
    await set_setting(session, make.OFFICE, "judge_days", 5, TODAY + timedelta(days=1))
    assert (await seen(session, LEADER))[ClockKind.judge].due_on == date(2027, 1, 20)
    await set_setting(session, make.OFFICE, "judge_days", 5, TODAY)
    assert (await seen(session, LEADER))[ClockKind.judge].due_on == date(2027, 1, 22)


async def test_experts_answer_the_registration_and_lengthen_the_judging(session: AsyncSession):
    await regions.make_city(session)
    made = await projects.register(session, OFFICER, make.form())
    form = ExpertForm(reason="请省设计院研判工艺")
    with pytest.raises(NoSuchProject):
        await service.ask_experts(session, HOST, made.id, form)
    await service.ask_experts(session, LEADER, made.id, form)
    found = await seen(session, LEADER)
    assert ClockKind.respond not in found
    assert found[ClockKind.judge].due_on == date(2027, 1, 26)
    await projects.move(session, LEADER, made.id, plain(Action.review))
    with pytest.raises(MoveRefused) as refused:
        await service.ask_experts(session, LEADER, made.id, form)
    assert [reason.value for reason in refused.value.reasons] == ["wrong_state"]
    assert set(await seen(session, LEADER)) == {ClockKind.accept, ClockKind.feed_back}


async def test_another_countys_lead_in_the_pool_is_not_ones_own_to_judge(session: AsyncSession):
    made = await pooled(session)
    with pytest.raises(MoveRefused) as refused:
        await service.ask_experts(session, HOST, made.public_id, ExpertForm(reason="研判"))
    assert [reason.value for reason in refused.value.reasons] == ["wrong_state", "not_yours"]


async def test_protection_and_follow_up_run_while_a_lead_is_protected(session: AsyncSession):
    made = await lead(session)
    found = await seen(session, OFFICER)
    assert found[ClockKind.protection].due_on == made.protected_until
    assert found[ClockKind.follow_up].due_on == date(2027, 1, 29)
    late = (await seen(session, OFFICER, date(2027, 2, 1)))[ClockKind.follow_up]
    assert (late.colour, late.overdue, late.days_left, late.days_late) == (Colour.red, True, 0, 3)


async def test_a_proposal_has_a_clock_for_its_host_under_the_code_name(session: AsyncSession):
    made = await pooled(session)
    await projects.propose(session, make.OFFICE, made.id, [make.PARK])
    for who in (HOST, PARK_OFFICER):
        found = await seen(session, who)
        assert set(found) == {ClockKind.host_reply}
        assert found[ClockKind.host_reply].name == made.code_name
    assert ClockKind.host_reply not in await seen(session, OFFICER), "which host owes is not the origin's"
    assert set(await seen(session, OFFICER)) == {ClockKind.window, ClockKind.stale}
    assert {ClockKind.host_reply, ClockKind.window} <= set(await seen(session, make.OFFICE))


async def test_the_city_decides_in_five_days_and_sooner_by_its_own_setting(session: AsyncSession):
    await chosen(session)
    assert (await seen(session, make.OFFICE))[ClockKind.decide].due_on == date(2027, 1, 22)
    await set_setting(session, make.OFFICE, "decision_days", 2, TODAY)
    assert (await seen(session, make.OFFICE))[ClockKind.decide].due_on == date(2027, 1, 19)


async def test_the_clocks_of_one_lead_and_filters(session: AsyncSession):
    made = await lead(session)
    kinds = [clock.kind for clock in await service.clocks_of(session, OFFICER, made.id, TODAY)]
    assert kinds == [ClockKind.follow_up, ClockKind.protection]
    assert await service.clocks_of(session, RIVAL_LEADER, made.id, TODAY) == []
    late = date(2027, 2, 10)
    for asked, wanted in (
        (ClockFilter(kind=ClockKind.protection), [ClockKind.protection]),
        (ClockFilter(late=True), [ClockKind.follow_up]),
        (ClockFilter(escalated=True), [ClockKind.follow_up]),
        (ClockFilter(county=make.SHANGZHOU), []),
        (ClockFilter(county=make.DANFENG, late=True), [ClockKind.follow_up]),
    ):
        assert [row.kind for row in await service.clocks(session, OFFICER, late, asked)] == wanted


async def test_pages_walk_every_clock_once(session: AsyncSession):
    await regions.make_city(session)
    for number, code in enumerate((make.CREDIT_CODE, make.OTHER_CREDIT_CODE)):
        form = make.form(investor_credit_code=code, investor_name=f"某公司{number}", name=f"项目{number}")
        await projects.register(session, OFFICER, form)
    every = await service.clocks(session, LEADER, TODAY)
    walked: list[ClockView] = []
    cursor = None
    while True:
        page = await service.clocks_page(
            session, LEADER, TODAY, ClockFilter(), secret="s" * 32, limit=4, cursor=cursor
        )
        walked += page.items
        cursor = page.next
        if cursor is None:
            break
    assert walked == every
    assert len(every) == 6


def test_the_share_that_is_late_is_rounded_as_all_rates_are() -> None:
    row = ClockView.model_construct
    rows = [row(overdue=late, days_late=late, escalated_to=None) for late in (True, True, False)]
    line = report.kind_line(ClockKind.decide, rows)
    assert (line.running, line.late, line.late_bp) == (3, 2, 6_667)
    assert report.kind_line(ClockKind.decide, []).late_bp == 0


async def test_the_report_counts_who_is_late_and_who_hoards(session: AsyncSession):
    await lead(session)
    day = date(2027, 2, 10)
    whole = await report.overdue(session, make.OFFICE, day)
    first = whole.units[0]
    assert (first.county, first.running, first.late, first.late_bp) == (make.DANFENG, 2, 1, 5_000)
    assert (first.worst_days, first.escalated) == (12, 1)
    # Nothing was entered since the acceptance of 15 January.
    assert first.protections.model_dump() == {"kept": 1, "idle": 1, "oldest_days": 26}
    assert first.holds.model_dump() == {"kept": 0, "idle": 0, "oldest_days": 0}
    assert {line.kind: (line.running, line.late) for line in first.kinds} == {
        ClockKind.protection: (1, 0),
        ClockKind.follow_up: (1, 1),
    }
    assert sorted(unit.county for unit in whole.units) == sorted(
        [make.CITY, make.SHANGZHOU, make.LUONAN, make.DANFENG]
    )
    own = await report.overdue(session, OFFICER, day)
    assert own.units == [first]
    other = await report.overdue(session, HOST, day)
    assert [(unit.county, unit.running) for unit in other.units] == [(make.SHANGZHOU, 0)]


async def test_evidence_on_record_refreshes_the_follow_up(session: AsyncSession):
    made = await lead(session)
    session.add(
        ProtectionAnswer(
            city=make.CITY,
            project=made.id,
            protected_until=made.protected_until or TODAY,
            kind=AnswerKind.progress,
            evidence_kind=Progress.visit_record,
            evidence="考察接待记录",
            happened_on=date(2027, 1, 25),
            reason="",
            by=OFFICER.account,
            by_name=OFFICER.name,
            office=OFFICER.office,
            on_date=date(2027, 1, 26),
        )
    )
    await session.flush()
    found = (await seen(session, OFFICER, date(2027, 2, 1)))[ClockKind.follow_up]
    # 25 January and 14 days is Monday 8 February, in the spring festival (6 to 8 known by law).
    assert (found.started_on, found.overdue) == (date(2027, 1, 25), False)
    assert found.due_on >= date(2027, 2, 8)
