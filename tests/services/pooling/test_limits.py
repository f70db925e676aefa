"""Limits of a county: what is told, what is refused, by the program and by the database, and under a race."""

import asyncio
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, State
from services.kit.database import Database
from services.kit.errors import DomainError
from services.pooling import service as pooling
from services.projects import service
from services.projects.errors import ApplicationCapReached, BadProject, CoolingDown, InQuarantine, MoveRefused
from services.projects.steps import deciding, hosting
from services.projects.tables import Hold, Project
from services.regions.settings import DEFAULTS
from tests.services.pooling.city import SMALL, choose, hold, leads, proof, setting
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, OFFICER, offer, plain, reasons


async def test_the_cap_counts_holds_without_evidence_and_evidence_frees_a_place(session: AsyncSession):
    made = await leads(session, 3)
    await setting(session, open_hold_cap=1)
    for lead in made:
        await choose(session, lead)
    assert await hold(session, made[0]) == "held"
    assert await hold(session, made[1]) == "hold-cap-reached"
    box = await pooling.rules_box(session, HOST)
    assert (box.open_holds, box.hold_cap, box.against_hold) == (1, 1, ["hold_cap_reached"])
    assert [(row.code_name, row.late) for row in box.holds] == [(made[0].code_name, False)]
    for form in (proof(happened_on=date(2027, 1, 16)),):
        with pytest.raises(BadProject):
            await service.prove_progress(session, HOST, made[0].public_id, form)
    with pytest.raises(MoveRefused) as error:
        await service.prove_progress(session, OFFICER, made[0].id, proof())
    assert reasons(error) == {Reason.not_yours}
    with pytest.raises(MoveRefused) as error:
        await service.prove_progress(session, HOST, made[1].public_id, proof())
    assert reasons(error) == {Reason.not_the_host}
    await service.prove_progress(session, HOST, made[0].public_id, proof())
    # Who only edits notes keeps counting; a land letter frees the place.
    box = await pooling.rules_box(session, HOST)
    assert (box.open_holds, box.against_hold) == (0, [])
    assert box.holds[0].last_evidence == make.TODAY
    assert await hold(session, made[1]) == "held"
    assert await hold(session, made[1]) == "already-held"


async def test_a_failed_hold_brings_a_pause_and_its_capacity_back(session: AsyncSession):
    made = await leads(session, 2)
    for lead in made:
        await choose(session, lead)
    assert await hold(session, made[0]) == "held"
    drawn = "SELECT coalesce(sum(land_mu), 0) FROM hold WHERE released_at IS NULL"
    assert (await session.execute(text(drawn))).scalar_one() == made[0].land_mu
    release = plain(Action.release_hold, reason="要素落空")
    await service.move(session, make.OFFICE, made[0].id, release)
    assert (await session.execute(text(drawn))).scalar_one() == 0
    assert await hold(session, made[1]) == "cooling-down"
    with pytest.raises(CoolingDown) as error:
        await service.apply(session, HOST, made[0].public_id, offer(**SMALL))
    assert error.value.facts["cooling_until"] == "2027-02-14"
    box = await pooling.rules_box(session, HOST)
    assert box.cooling_until == date(2027, 2, 14)
    await session.execute(text("UPDATE city SET business_date = '2027-02-14'"))
    # The pause is over: the lead goes to the same county again, and draws on its park again.
    await choose(session, made[0])
    assert await hold(session, made[0]) == "held"
    assert (await session.execute(text(drawn))).scalar_one() == made[0].land_mu


async def test_what_the_investor_or_a_meeting_ends_is_no_failure_of_the_host(session: AsyncSession):
    (lead,) = await leads(session, 1)
    await choose(session, lead)
    await hold(session, lead)
    await service.move(session, make.OFFICE, lead.id, plain(Action.release_hold, reason="investor"))
    row = (await session.scalars(select(Hold).execution_options(populate_existing=True))).one()
    assert (row.release_reason, row.failed_on) == ("investor", None)
    await service.apply(session, HOST, lead.public_id, offer(**SMALL))


async def test_a_day_takes_so_many_applications_and_a_new_lead_rests(session: AsyncSession):
    made = await leads(session, 2)
    await setting(session, application_day_cap=1)
    await service.apply(session, HOST, made[0].public_id, offer(**SMALL))
    with pytest.raises(ApplicationCapReached):
        await service.apply(session, HOST, made[1].public_id, offer(**SMALL))
    await setting(session, application_day_cap=5, quarantine_days=3)
    await session.execute(text("UPDATE project SET pooled_on = '2027-01-13'"))
    with pytest.raises(InQuarantine) as error:
        await service.apply(session, HOST, made[1].public_id, offer(**SMALL))
    assert error.value.facts["open_from"] == "2027-01-16"
    await session.execute(text("UPDATE city SET business_date = '2027-01-16'"))
    await service.apply(session, HOST, made[1].public_id, offer(**SMALL))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"open_hold_cap": 0}, "0 holds without evidence"),
        ({"major_threshold_fen": 1}, "as the joint meeting assigned it"),
    ],
)
async def test_the_database_itself_refuses_a_hold(session: AsyncSession, monkeypatch, values, words):
    (lead,) = await leads(session, 1)
    await choose(session, lead)

    async def unguarded(*_args: object) -> None:
        return None

    monkeypatch.setattr(deciding, "require_room_for_hold", unguarded)
    monkeypatch.setattr(deciding, "ask", lambda *_args: State.held)
    await setting(session, **values)
    with pytest.raises(DBAPIError, match=words):
        async with session.begin_nested():
            await service.take_hold(session, make.OFFICE, lead.id, make.PARK)


async def test_the_database_itself_keeps_the_pause_and_the_days_cap(session: AsyncSession, monkeypatch):
    made = await leads(session, 2)

    async def unguarded(*_args: object) -> None:
        return None

    monkeypatch.setattr(deciding, "require_room_for_hold", unguarded)
    monkeypatch.setattr(hosting, "require_room_to_apply", unguarded)
    for lead in made:
        await choose(session, lead)
    await hold(session, made[0])
    await service.move(session, make.OFFICE, made[0].id, plain(Action.release_hold, reason="要素落空"))
    with pytest.raises(DBAPIError, match="failed lately"):
        async with session.begin_nested():
            await service.take_hold(session, make.OFFICE, made[1].id, make.PARK)
    await setting(session, application_day_cap=2)
    with pytest.raises(DBAPIError, match="has applied"):
        async with session.begin_nested():
            await service.apply(session, HOST, made[0].public_id, offer(**SMALL))


@pytest.mark.parametrize(
    "key",
    [
        "open_hold_cap",
        "cool_down_days",
        "application_day_cap",
        "major_opinions_least",
        "major_threshold_fen",
    ],
)
async def test_the_databases_defaults_are_the_programs(session: AsyncSession, key: str):
    bodies = await session.execute(text("SELECT prosrc FROM pg_proc WHERE proname LIKE 'pool_guard%'"))
    asked = f"'{key}', {getattr(DEFAULTS, key)})"
    assert any(asked in body for (body,) in bodies)


@pytest.mark.parametrize("guarded_by", ["program", "database"])
async def test_racers_do_not_exceed_the_cap(database: Database, database_url: str, monkeypatch, guarded_by):
    cap, racers = 3, 12
    async with database.session() as session:
        made = await leads(session, racers)
        await setting(session, open_hold_cap=cap, application_day_cap=100)
        for lead in made:
            await choose(session, lead, applied=False)
        ids = [lead.id for lead in made]
    if guarded_by == "database":

        async def unguarded(*_args: object) -> None:
            return None

        monkeypatch.setattr(deciding, "require_room_for_hold", unguarded)
    wide = Database(database_url, pool_size=racers)
    gate = asyncio.Barrier(racers)

    async def take(lead: object) -> str:
        try:
            async with wide.session() as session:
                await gate.wait()
                await service.take_hold(session, make.OFFICE, lead, make.PARK)
        except DomainError as error:
            return error.slug
        except DBAPIError as error:
            return "refused-by-database" if "without evidence" in str(error) else "failed"
        return "held"

    outcome = Counter(await asyncio.gather(*(take(lead) for lead in ids)))
    await wide.close()
    refused = "hold-cap-reached" if guarded_by == "program" else "refused-by-database"
    assert outcome == {"held": cap, refused: racers - cap}
    async with database.session() as session:
        states = Counter((await session.scalars(select(Project.state))).all())
    assert states[State.held] == cap
