"""What hosts do with a pooled lead, the decision, and the ways back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, State
from auth.principal import Role
from services.kit.clock import Clock
from services.kit.errors import NotFound
from services.projects import service
from services.projects.answers import OpenView, ProposedView, SealedView
from services.projects.errors import BadProject, MoveRefused, NoSuchPark, NoSuchProject
from services.projects.pool_forms import AgreementForm
from services.projects.schemas import (
    AcceptanceForm,
    ChoiceForm,
    ConsentForm,
    DeclineForm,
    StepBackForm,
)
from services.projects.tables import Hold, Project, TermsAcceptance
from tests.services.projects import factories as make
from tests.services.projects.meeting import MINUTES, assigned
from tests.services.projects.road import (
    HOST,
    HOST_LEADER,
    OFFICER,
    RIVAL_LEADER,
    TODAY,
    choice,
    chosen,
    consent,
    lead,
    letter,
    offer,
    plain,
    pooled,
    reasons,
)
from tests.services.regions import factories as regions


async def test_terms_come_before_the_name(session: AsyncSession):
    made = await pooled(session)
    assert isinstance(await service.project(session, HOST, made.public_id), SealedView)
    accept = AcceptanceForm(park=make.PARK)
    with pytest.raises(MoveRefused) as error:
        await service.accept_terms(session, HOST_LEADER, made.public_id, accept)
    assert reasons(error) == {Reason.not_a_candidate}
    await service.propose(session, make.OFFICE, made.id, [make.PARK, make.LUONAN_PARK])
    proposed = await service.project(session, HOST, made.public_id)
    assert isinstance(proposed, ProposedView)
    assert proposed.answer_by == date(2027, 1, 22)
    await service.accept_terms(session, HOST_LEADER, made.public_id, accept)
    # Accepted, but the investor has not agreed: still masked, and no commitment can be given.
    assert isinstance(await service.project(session, HOST, made.public_id), ProposedView)
    with pytest.raises(MoveRefused) as error:
        await service.commit(session, HOST, made.public_id, letter())
    assert reasons(error) == {Reason.not_revealed}
    await service.record_consent(session, make.OFFICE, made.id, consent(make.SHANGZHOU, make.LUONAN))
    # The investor agrees, and the origin has not said so yet.
    assert isinstance(await service.project(session, HOST, made.public_id), ProposedView)
    await service.agree_to_name(session, OFFICER, made.id, AgreementForm(counties=[make.SHANGZHOU]))
    shown = await service.project(session, HOST, made.public_id)
    assert isinstance(shown, OpenView)
    assert (shown.view, shown.investor_name) == ("revealed", made.investor_name)
    # Luonan may be named, but has not accepted the terms.
    assert isinstance(await service.project(session, RIVAL_LEADER, made.public_id), ProposedView)


async def test_a_clock_that_leaps_back_reveals_no_name_before_the_terms(
    session: AsyncSession, monkeypatch: pytest.MonkeyPatch
):
    made = await pooled(session)
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    monkeypatch.setattr(Clock, "now", lambda _clock: datetime(2000, 1, 1, tzinfo=UTC))
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    accepted = (await session.scalars(select(TermsAcceptance))).one()
    stamped = await session.scalar(select(func.clock_timestamp()))
    assert stamped is not None
    assert timedelta() <= stamped - accepted.accepted_at < timedelta(minutes=5), "the database's own moment"
    # The database's clock is set back too, before investor and origin agree.
    await session.execute(
        text(
            "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
            " AS $$ SELECT timestamptz '2000-01-01' $$"
        )
    )
    await session.execute(text("SET LOCAL search_path = public, pg_catalog"))
    await service.record_consent(session, OFFICER, made.id, consent(make.SHANGZHOU))
    assert accepted.revealed_at == accepted.accepted_at


async def test_consent_is_recorded_by_the_origin_or_the_city_alone(session: AsyncSession):
    made = await pooled(session)
    with pytest.raises(MoveRefused) as error:
        await service.record_consent(session, HOST, made.public_id, consent(make.SHANGZHOU))
    assert reasons(error) == {Reason.not_yours}
    with pytest.raises(BadProject) as bad:
        await service.record_consent(
            session,
            OFFICER,
            made.id,
            ConsentForm(counties=["611099"], consented_on=date(2027, 1, 16), evidence="函"),
        )
    assert [place.pointer for place in bad.value.errors] == ["/consented_on", "/counties/0"]


async def test_proposing_again_adds_only_new_parks_and_a_strange_park_is_refused(session: AsyncSession):
    made = await pooled(session)
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    version = made.version
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    assert made.version == version
    with pytest.raises(NoSuchPark):
        await service.propose(session, make.OFFICE, made.id, ["6110P99"])


async def test_an_imported_lead_without_floor_terms_has_none_to_accept(session: AsyncSession):
    from services.projects import imports

    await regions.make_city(session)
    await imports.write_projects(session, make.SYSTEM, [make.project_input()])
    made = (await session.scalars(select(Project))).one()
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    with pytest.raises(MoveRefused) as error:
        await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    assert reasons(error) == {Reason.no_floor_terms}


async def test_a_later_letter_replaces_the_earlier(session: AsyncSession):
    made = await chosen(session)
    await service.move(session, make.OFFICE, made.id, plain(Action.refuse_hosts, reason="均不合意"))
    assert made.state is State.pooled
    await service.apply(session, HOST, made.public_id, offer())
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    await service.commit(session, HOST, made.public_id, letter())
    await service.commit(session, HOST, made.public_id, letter())
    dossier = await service.open_dossier(session, make.OFFICE, made.id)
    assert len(dossier.commitments) == 1


async def test_declining_costs_nothing_and_other_needs_words(session: AsyncSession):
    made = await pooled(session)
    await service.apply(session, HOST, made.public_id, offer())
    with pytest.raises(MoveRefused) as error:
        await service.decline(session, HOST, made.public_id, DeclineForm(park=make.PARK, reason="other"))
    assert reasons(error) == {Reason.no_reason}
    await service.decline(session, HOST, made.public_id, DeclineForm(park=make.PARK, reason="no_land"))
    assert made.state is State.pooled
    await service.apply(session, HOST, made.public_id, offer())
    await service.step_back(session, HOST, made.public_id, StepBackForm(park=make.PARK))
    assert made.state is State.pooled


async def test_a_choice_of_tomorrow_is_no_choice(session: AsyncSession):
    made = await pooled(session)
    form = ChoiceForm(park=make.PARK, consented_on=date(2027, 1, 16), evidence="函")
    with pytest.raises(BadProject):
        await service.record_choice(session, OFFICER, made.id, form)


async def test_a_recall_waits_for_its_day_once_a_host_holds_the_lead(session: AsyncSession):
    made = await chosen(session)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    await session.refresh(made)
    recall = plain(Action.recall, reason="承接方逾期未签约")
    with pytest.raises(MoveRefused) as error:
        await service.move(session, OFFICER, made.id, recall)
    assert reasons(error) == {Reason.recall_not_due}
    made.recall_from = TODAY
    await service.move(session, OFFICER, made.id, recall)
    assert (made.state, made.host_county, made.host_park) == (State.recalled, None, None)
    hold = (await session.scalars(select(Hold))).one()
    await session.refresh(hold)
    assert hold.released_at is not None
    assert hold.release_reason == "承接方逾期未签约"
    with pytest.raises(NoSuchProject):
        await service.project(session, HOST, made.public_id)


async def test_a_released_hold_brings_the_lead_back_to_the_pool_for_a_new_round(session: AsyncSession):
    made = await chosen(session)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    await session.refresh(made)
    await service.move(session, make.OFFICE, made.id, plain(Action.release_hold, reason="要素落空"))
    assert (made.state, made.host_county) == (State.pooled, None)
    dossier = await service.open_dossier(session, make.OFFICE, made.id)
    assert not dossier.applications
    assert not dossier.acceptances
    assert dossier.transfer is not None
    assert isinstance(await service.project(session, HOST, made.public_id), SealedView)


async def test_a_failure_after_signing_goes_back_with_its_dates_cleared(session: AsyncSession):
    made = await chosen(session)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    await service.record_signed(session, HOST, made.id, make.SHANGZHOU, None, TODAY)
    fail = plain(Action.fail_to_origin, reason="资金未到位", evidence="催告函")
    await service.move(session, make.OFFICE, made.id, fail)
    assert (made.state, made.signed_on, made.host_county) == (State.recalled, None, None)
    own = plain(Action.sign_own, evidence="合同", on_date=TODAY)
    await service.move(session, OFFICER, made.id, own)
    assert (made.state, made.host_county, made.signed_on) == (State.signed, make.DANFENG, TODAY)


async def test_an_ended_project_keeps_its_dates_and_host(session: AsyncSession):
    made = await lead(session)
    await service.move(session, OFFICER, made.id, plain(Action.sign_own, evidence="合同", on_date=TODAY))
    end = plain(Action.end, reason="企业破产", evidence="裁定书", minutes="纪要1号")
    await service.move(session, make.OFFICE, made.id, end)
    assert (made.state, made.host_county, made.signed_on) == (State.ended, make.DANFENG, TODAY)


async def test_signing_is_by_the_host_that_holds_it_and_not_before_the_pool(session: AsyncSession):
    made = await chosen(session)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    with pytest.raises(MoveRefused) as error:
        await service.record_signed(session, make.OFFICE, made.id, make.LUONAN, None, TODAY)
    assert reasons(error) == {Reason.not_the_host}
    with pytest.raises(MoveRefused) as error:
        await service.record_signed(session, HOST, made.id, make.SHANGZHOU, make.LUONAN_PARK, TODAY)
    assert reasons(error) == {Reason.not_the_host}
    with pytest.raises(MoveRefused) as error:
        await service.record_signed(session, HOST, made.id, make.SHANGZHOU, make.PARK, date(2027, 1, 2))
    assert reasons(error) == {Reason.date_before_last}


async def test_a_step_needs_its_date_in_order_and_evidence(session: AsyncSession):
    made = await lead(session)
    await service.move(session, OFFICER, made.id, plain(Action.sign_own, evidence="合同", on_date=TODAY))
    with pytest.raises(MoveRefused) as error:
        await service.move(session, OFFICER, made.id, plain(Action.contract))
    assert reasons(error) == {
        Reason.no_evidence,
        Reason.date_missing,
        Reason.date_in_future,
        Reason.date_before_last,
    }


async def test_a_move_with_a_form_of_its_own_is_not_a_plain_one(session: AsyncSession):
    with pytest.raises(BadProject):
        await service.move(session, OFFICER, "x", plain(Action.hold))


async def test_nobody_moves_what_they_do_not_see(session: AsyncSession):
    made = await lead(session)
    stranger = make.principal(Role.administrator, make.CITY)
    for who in (HOST, stranger):
        with pytest.raises(NotFound):
            await service.move(session, who, made.public_id, plain(Action.withdraw, reason="误报"))
    await service.move(session, OFFICER, made.id, plain(Action.withdraw, reason="误报"))
    assert made.state is State.withdrawn


async def test_a_major_project_takes_no_applications_and_is_held_with_minutes(session: AsyncSession):
    major = make.project_input(investment_fen=10**11)
    await make.make_pool(session, major)
    made = (await session.scalars(select(Project))).one()
    with pytest.raises(MoveRefused) as error:
        await service.apply(session, HOST, made.public_id, offer())
    assert reasons(error) == {Reason.major_project}
    await service.propose(session, make.OFFICE, made.id, [make.PARK])
    await service.record_consent(session, OFFICER, made.id, consent(make.SHANGZHOU))
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=make.PARK))
    await service.commit(session, HOST, made.public_id, letter())
    await service.record_choice(session, make.OFFICE, made.id, choice())
    with pytest.raises(MoveRefused) as error:
        await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    assert reasons(error) == {Reason.no_minutes}
    with pytest.raises(MoveRefused) as error:
        await service.take_hold(session, make.OFFICE, made.id, make.PARK, minutes=MINUTES)
    assert reasons(error) == {Reason.not_on_agenda, Reason.too_few_opinions, Reason.assigned_elsewhere}
    await assigned(session, made.id)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK, minutes=MINUTES)
    await session.refresh(made)
    assert made.state is State.held
