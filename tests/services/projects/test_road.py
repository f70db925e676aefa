"""One lead from registration to full output, and what stands before the pool."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, State
from auth.errors import NotPermitted
from services.kit.errors import Stale
from services.projects import repo, service
from services.projects.errors import BadProject, MoveRefused, NoSuchProject, NotYours
from services.projects.steps import disputing
from services.projects.tables import Transfer
from tests.services.projects import factories as make
from tests.services.projects.road import (
    HOST,
    LEADER,
    OFFICER,
    TODAY,
    chosen,
    lead,
    plain,
    pooled,
    reasons,
)
from tests.services.regions import factories as regions


async def test_the_whole_road(session: AsyncSession):
    made = await chosen(session)
    assert made.state is State.chosen
    hold = await service.take_hold(session, make.OFFICE, made.id, make.PARK, UUID(int=5))
    await session.refresh(made)
    assert (made.state, made.host_county, made.host_park) == (State.held, make.SHANGZHOU, make.PARK)
    assert (hold.land_mu, hold.energy_tce, hold.run) == (10_000, 4_947, UUID(int=5))
    signed = await service.record_signed(session, HOST, made.id, make.SHANGZHOU, make.PARK, TODAY)
    assert (signed.state, signed.signed_on) == (State.signed, TODAY)
    again = await service.record_signed(session, HOST, made.id, make.SHANGZHOU, make.PARK, TODAY)
    assert again.version == signed.version
    for action, state in [
        (Action.contract, State.contracted),
        (Action.incorporate, State.incorporated),
        (Action.make_ready, State.ready),
        (Action.start, State.started),
        (Action.enlist, State.statistics),
        (Action.complete, State.completed),
        (Action.produce, State.producing),
        (Action.reach_output, State.full_output),
    ]:
        step = plain(action, evidence="批复", on_date=TODAY)
        assert (await service.move(session, HOST, made.id, step)).state is state
    assert made.full_output_on == TODAY
    dossier = await service.open_dossier(session, OFFICER, made.id)
    history = await service.history(session, dossier)
    assert [row.seq for row in history] == list(range(1, 21))
    assert [row.action for row in history][:6] == [
        "register",
        "review",
        "accept",
        "request_transfer",
        "pool",
        "apply",
    ]
    assert await repo.active_holds(session, make.CITY) == [hold]


async def test_registration_numbers_run_within_the_year(session: AsyncSession):
    await regions.make_city(session)
    codes = [(await service.register(session, OFFICER, make.form())).code for _ in range(3)]
    assert codes == ["6110-2027-0001", "6110-2027-0002", "6110-2027-0003"]


async def test_a_lead_is_registered_for_ones_own_county_with_dates_that_can_be(session: AsyncSession):
    await regions.make_city(session)
    with pytest.raises(NotYours):
        await service.register(session, HOST, make.form())
    wrong = make.form(first_talk_on=date(2027, 1, 16), land_deadline=TODAY)
    with pytest.raises(BadProject) as error:
        await service.register(session, OFFICER, wrong)
    assert [place.pointer for place in error.value.errors] == ["/first_talk_on", "/land_deadline"]
    with pytest.raises(BadProject):
        await service.register(session, make.OFFICE, make.form(origin="611099"))


async def test_the_leader_checks_what_another_entered(session: AsyncSession):
    await regions.make_city(session)
    own = await service.register(session, LEADER, make.form())
    with pytest.raises(MoveRefused) as error:
        await service.move(session, LEADER, own.id, plain(Action.review))
    assert reasons(error) == {Reason.same_person}
    with pytest.raises(NotPermitted):
        await service.move(session, OFFICER, own.id, plain(Action.review))


async def test_a_returned_lead_is_corrected_and_comes_again(session: AsyncSession):
    await regions.make_city(session)
    made = await service.register(session, OFFICER, make.form())
    await service.move(session, LEADER, made.id, plain(Action.return_, reason="缺少用地说明"))
    better = make.form(investor_name="德润融通（集团）有限公司", land_mu=9_000)
    corrected = await service.correct(session, OFFICER, made.id, better, version=made.version)
    assert (corrected.land_mu, corrected.name_key) == (9_000, "德润融通")
    with pytest.raises(NotYours):
        await service.correct(session, OFFICER, made.id, make.form(origin=make.SHANGZHOU))
    with pytest.raises(Stale):
        await service.correct(session, OFFICER, made.id, better, version=1)
    await service.move(session, OFFICER, made.id, plain(Action.resubmit))
    await service.move(session, LEADER, made.id, plain(Action.review))
    with pytest.raises(MoveRefused) as error:
        await service.correct(session, OFFICER, made.id, better)
    assert reasons(error) == {Reason.wrong_state}


async def test_protection_lasts_three_months_and_is_extended_once(session: AsyncSession):
    made = await lead(session)
    assert made.protected_until == date(2027, 4, 15)
    early = plain(Action.release, reason="无进展")
    with pytest.raises(MoveRefused) as error:
        await service.move(session, make.OFFICE, made.id, early)
    assert reasons(error) == {Reason.protection_running}
    extend = plain(Action.extend, reason="洽谈中", evidence="考察记录")
    await service.move(session, make.OFFICE, made.id, extend)
    assert made.protected_until == date(2027, 7, 15)
    with pytest.raises(MoveRefused) as error:
        await service.move(session, make.OFFICE, made.id, extend)
    assert reasons(error) == {Reason.extended_before}


async def test_protection_that_has_passed_is_released_by_the_city_and_may_begin_again(session: AsyncSession):
    made = await lead(session)
    made.protected_until = date(2027, 1, 14)
    await service.move(session, make.OFFICE, made.id, plain(Action.release, reason="期满无进展"))
    assert made.state is State.released
    await service.move(session, make.OFFICE, made.id, plain(Action.reaccept, reason="县区重新跟进"))
    assert (made.state, made.protected_until) == (State.accepted, date(2027, 4, 15))


async def test_a_dispute_is_ruled_with_minutes(session: AsyncSession):
    made = await lead(session)
    for action in (Action.dispute, Action.rule, Action.resume, Action.give_way):
        with pytest.raises(BadProject):
            await service.move(session, make.OFFICE, made.id, plain(action, reason="两县均称首谈"))
    await disputing.stop(session, make.OFFICE, made.id, reason="两县均称首谈", case="1")
    with pytest.raises(MoveRefused) as error:
        await disputing.hold_for(session, make.OFFICE, made.id, record={"reason": "证据充分", "minutes": ""})
    assert reasons(error) == {Reason.no_minutes}
    ruling = {"reason": "证据充分", "minutes": "商联纪〔2027〕1号"}
    await disputing.hold_for(session, make.OFFICE, made.id, record=ruling)
    assert (made.state, made.accepted_on) == (State.accepted, TODAY)


async def test_a_request_to_pass_on_needs_consent_of_today_at_the_latest(session: AsyncSession):
    made = await lead(session)
    with pytest.raises(BadProject):
        await service.request_transfer(
            session, OFFICER, made.id, make.transfer_form(investor_consent_on=date(2027, 1, 16))
        )
    with pytest.raises(NoSuchProject):
        await service.request_transfer(session, HOST, made.id, make.transfer_form())


async def test_a_refused_request_leaves_the_lead_with_its_county(session: AsyncSession):
    made = await lead(session)
    await service.request_transfer(session, OFFICER, made.id, make.transfer_form())
    await service.move(session, make.OFFICE, made.id, plain(Action.refuse_transfer, reason="佐证不足"))
    assert made.state is State.accepted
    assert (await session.scalars(select(Transfer.state))).one() == "refused"
    await service.request_transfer(session, OFFICER, made.id, make.transfer_form(floor_ratio_bp=2_000))
    assert made.state is State.transfer_requested


async def test_pooling_dates_the_window_and_the_recall(session: AsyncSession):
    made = await pooled(session)
    assert (made.pooled_on, made.window_until, made.recall_from) == (
        TODAY,
        date(2027, 1, 29),
        date(2027, 3, 16),
    )
