"""The city decides: the first rank plainly, an override with its reason, `other` with two signatures."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Reason, State
from auth.errors import NotPermitted
from services.kit.database import Database
from services.kit.errors import DomainError, SamePerson, Stale
from services.matching import repo, service
from services.matching.errors import (
    BadDecision,
    DecisionWaits,
    NoSuchDecision,
    NoSuchMatch,
    NoSuchRun,
    OutdatedRun,
    ParkCannot,
    PriceNotTold,
    RunNotDone,
)
from services.matching.tables import MatchDecision, MatchRun
from services.matching.words import DecidingBody, DecisionState, OverrideReason
from services.projects import repo as projects_repo
from services.projects.errors import ChainOpen, MoveRefused
from services.regions.chains import ApprovalChain
from services.regions.imports import write_parks, write_plots
from tests.services.matching import factories as make
from tests.services.projects import factories as projects_make
from tests.services.regions import factories as regions


async def _first(session: AsyncSession, run: MatchRun, code: str) -> tuple[str, str]:
    """The first rank of a project, brought to the investor's choice: its park and county."""
    project = await make.project(session, code)
    best = (await repo.candidates(session, make.CITY, run.id, project.id))[0]
    county = {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}[best.park]
    await make.choose(session, code, best.park, county)
    return best.park, county


async def test_the_first_rank_is_held_without_more_words(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        park, county = await _first(session, run, make.LAND)
        project = await make.project(session, make.LAND)
        decision = await service.decide(session, make.OFFICE, project.public_id, park, run.id)
        assert (decision.state, decision.rank, decision.price) == (DecisionState.final, 1, 0)
        hold = await projects_repo.active_hold(session, make.CITY, project.id)
        assert hold is not None
        assert (hold.id, hold.park, hold.county, hold.run) == (decision.hold, park, county, run.id)
        assert project.state is State.held


async def _second_rank(pool: Database, session: AsyncSession, run: MatchRun, code: str) -> str:
    """A project brought to the investor's choice of a host that is not the first rank, its price told."""
    project = await make.project(session, code)
    ranked = await repo.candidates(session, make.CITY, run.id, project.id)
    park = next(row.park for row in ranked[1:] if row.park != make.CITY_PARK)
    await make.choose(session, code, park, {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}[park])
    await make.price(pool, code, park)
    return park


async def _override(
    session: AsyncSession, run: MatchRun, park: str, code: str = make.HALL, **words: object
) -> MatchDecision:
    project = await make.project(session, code)
    return await service.decide(session, make.OFFICE, project.id, park, run.id, **words)  # type: ignore[arg-type] # named by tests


async def test_an_override_needs_a_reason_of_the_closed_list(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        park = await _second_rank(pool, session, run, make.HALL)
        with pytest.raises(BadDecision) as error:
            await _override(session, run, park)
        assert [place.pointer for place in error.value.errors] == ["/override_reason"]
        with pytest.raises(BadDecision) as error:
            await _override(session, run, park, override_reason=OverrideReason.meeting)
        assert [place.pointer for place in error.value.errors] == ["/minutes"]
        made = await _override(
            session, run, park, override_reason=OverrideReason.meeting, minutes="〔2027〕1号"
        )
        assert made.state is DecisionState.final
        assert made.rank == 2
        assert made.price is not None
        assert made.price > 0
        assert made.told is not None
        assert made.told["loss"] == made.price
        assert (made.body, made.decided_on) == (DecidingBody.special_meeting, projects_make.TODAY)


async def test_an_override_is_not_signed_before_its_price_is_told(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        ranked = await repo.candidates(session, make.CITY, run.id, project.id)
        park = next(row.park for row in ranked[1:] if row.park != make.CITY_PARK)
        await make.choose(
            session, make.HALL, park, {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}[park]
        )
        with pytest.raises(PriceNotTold):
            await _override(session, run, park, override_reason=OverrideReason.balance)
        session.add(
            MatchDecision(
                city=make.CITY,
                run=run.id,
                project=project.id,
                park=park,
                rank=2,
                override_reason=OverrideReason.balance,
                minutes="",
                note="",
                state=DecisionState.waiting,
                decided_by=make.OFFICE.account,
            )
        )
        with pytest.raises(DBAPIError, match="an override is signed on its price"):
            await session.flush()
        await session.rollback()


async def test_other_needs_words_and_a_second_signer(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        park = await _second_rank(pool, session, run, make.HALL)
        with pytest.raises(BadDecision, match="bad-decision"):
            await _override(session, run, park, override_reason=OverrideReason.other)
        made = await _override(session, run, park, override_reason=OverrideReason.other, note="见附件")
        assert (made.state, made.hold) == (DecisionState.waiting, None)
        project = await make.project(session, make.HALL)
        assert await projects_repo.active_hold(session, make.CITY, project.id) is None
        with pytest.raises(DecisionWaits):
            await _override(session, run, park, override_reason=OverrideReason.balance)
        with pytest.raises(SamePerson):
            await service.countersign(session, make.OFFICE, made.id, agree=True)
        with pytest.raises(NotPermitted):
            await service.countersign(session, projects_make.leader(make.SHANGZHOU), made.id, agree=True)
        signed = await service.countersign(session, make.SECOND, made.id, agree=True)
        assert signed.state is DecisionState.final
        assert await projects_repo.active_hold(session, make.CITY, project.id) is not None
        with pytest.raises(NoSuchDecision):
            await service.countersign(session, make.SECOND, made.id, agree=True)


async def test_where_several_sign_one_person_neither_decides_nor_overrides(
    pool: Database, run: MatchRun
) -> None:
    steps = [{"role": "city_office", "kind": "sign", "title": title} for title in ("科长", "主任")]
    async with pool.session() as session:
        signs = ApprovalChain(
            city=make.CITY,
            kind="decision",
            office="",
            effective_from=projects_make.TODAY,
            steps=steps,
            set_by=make.OFFICE.account,
        )
        session.add(signs)
        best, _ = await _first(session, run, make.LAND)
        with pytest.raises(ChainOpen):
            await _override(session, run, best, make.LAND)
    async with pool.session() as session:
        park = await _second_rank(pool, session, run, make.HALL)
    async with pool.session() as session:
        waits = await _override(session, run, park, override_reason=OverrideReason.balance)
        assert waits.state is DecisionState.waiting
        signed = await service.countersign(session, make.SECOND, waits.id, agree=True)
        assert signed.state is DecisionState.final


async def test_the_second_signer_may_refuse(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        park = await _second_rank(pool, session, run, make.HALL)
        made = await _override(session, run, park, override_reason=OverrideReason.other, note="见附件")
        assert (await service.waiting_decision(session, make.SECOND, made.id)).id == made.id
        refused = await service.countersign(session, make.SECOND, made.id, agree=False)
        assert (refused.state, refused.hold) == (DecisionState.refused, None)
        with pytest.raises(NoSuchDecision):
            await service.waiting_decision(session, make.SECOND, made.id)
        again = await _override(session, run, park, override_reason=OverrideReason.balance)
        assert again.state is DecisionState.final


async def test_only_the_city_decides_and_on_the_latest_stored_run(pool: Database, run: MatchRun) -> None:
    queued = await make.request(pool)
    async with pool.session() as session:
        park, _ = await _first(session, run, make.LAND)
        project = await make.project(session, make.LAND)
        with pytest.raises(NotPermitted):
            await service.decide(session, projects_make.leader(make.SHANGZHOU), project.id, park, run.id)
        with pytest.raises(NoSuchRun):
            await service.decide(session, make.OFFICE, project.id, park, uuid4())
        with pytest.raises(RunNotDone):
            await service.decide(session, make.OFFICE, project.id, park, queued.id)
        with pytest.raises(Stale):
            await service.decide(session, make.OFFICE, project.id, park, run.id, version=1)
    await make.execute(pool, queued.id)
    async with pool.session() as session:
        with pytest.raises(OutdatedRun):
            await service.decide(session, make.OFFICE, project.id, park, run.id)


async def test_hard_rules_stand_against_an_override_too(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.BLOCKED)
        with pytest.raises(ParkCannot) as error:
            await service.decide(
                session,
                make.OFFICE,
                project.id,
                make.PARK,
                run.id,
                override_reason=OverrideReason.meeting,
                minutes="〔2027〕1号",
            )
        codes = {place.code for place in error.value.errors}
        assert codes == {"forbidden", "intensity", "tax", "land"}
        with pytest.raises(NoSuchMatch):
            await service.decide(
                session, make.OFFICE, project.id, "6110P99", run.id, override_reason=OverrideReason.balance
            )


async def test_ground_that_changed_since_the_run_counts(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        park, county = await _first(session, run, make.LAND)
        await write_plots(
            session, projects_make.SYSTEM, [regions.plot_input(f"{park}-001", park, area_mu=100)]
        )
        project = await make.project(session, make.LAND)
        with pytest.raises(ParkCannot) as error:
            await service.decide(session, make.OFFICE, project.id, park, run.id)
        assert county in {make.SHANGZHOU, make.LUONAN}
        assert "land" in {place.code for place in error.value.errors}


async def test_a_project_that_is_not_chosen_is_not_held(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.LAND)
        park = (await repo.candidates(session, make.CITY, run.id, project.id))[0].park
        with pytest.raises(MoveRefused) as error:
            await service.decide(session, make.OFFICE, project.id, park, run.id)
        assert Reason.wrong_state in error.value.reasons


async def test_a_project_the_run_does_not_know_has_no_match(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        late = projects_make.project_input("6110-2026-0009", name="晚到项目", stage="在谈")
        await projects_make.imports.write_projects(session, projects_make.SYSTEM, [late])
        project = await make.project(session, "6110-2026-0009")
        with pytest.raises(NoSuchMatch):
            await service.decide(session, make.OFFICE, project.id, make.PARK, run.id)


async def test_two_decisions_at_once_do_not_give_the_same_land_twice(pool: Database, run: MatchRun) -> None:
    """A park with room for one lead, two leads chosen for it: of two officers at once one is refused."""
    async with pool.session() as session:
        system = projects_make.SYSTEM
        await write_parks(
            session,
            system,
            [
                regions.park_input(make.PARK, make.SHANGZHOU),
                regions.park_input(
                    make.LUONAN_PARK,
                    make.LUONAN,
                    main_industries=(),
                    lead_industries=(),
                    forbidden_industries=(),
                ),
            ],
        )
        for code in (make.LAND, make.WIDE):
            await make.price(pool, code, make.LUONAN_PARK)
            await make.choose(session, code, make.LUONAN_PARK, make.LUONAN)
        plots = [regions.plot_input("6110P04-001", make.LUONAN_PARK, area_mu=12_000)]
        await write_plots(session, system, plots)

    async def decide(code: str) -> str:
        try:
            async with pool.session() as session:
                project = await make.project(session, code)
                await service.decide(
                    session,
                    make.OFFICE,
                    project.id,
                    make.LUONAN_PARK,
                    run.id,
                    override_reason=OverrideReason.balance,
                )
        except DomainError as error:
            return error.slug
        return "held"

    assert sorted(await asyncio.gather(decide(make.LAND), decide(make.WIDE))) == ["held", "park-cannot"]
    async with pool.session() as session:
        held = await session.execute(text("SELECT sum(land_mu) FROM hold WHERE park = '6110P04'"))
        assert held.scalar_one() <= 12_000
