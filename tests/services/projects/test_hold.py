"""The hold is exclusive: by its statement, by its index, and by its guard."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.database import Database
from services.projects import service
from services.projects.errors import AlreadyHeld, MoveRefused
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects.road import chosen


async def test_of_fifty_at_once_one_takes_the_hold(database: Database, database_url: str):
    async with database.session() as session:
        made = await chosen(session)
    wide = Database(database_url, pool_size=25)
    ready = asyncio.Event()

    async def take() -> str:
        await ready.wait()
        try:
            async with wide.session() as session:
                await service.take_hold(session, make.OFFICE, made.id, make.PARK)
        except (AlreadyHeld, MoveRefused) as error:
            return type(error).__name__
        return "held"

    async def all_at_once() -> Counter[str]:
        takers = [asyncio.create_task(take()) for _ in range(50)]
        ready.set()
        return Counter(await asyncio.gather(*takers))

    outcome = await all_at_once()
    await wide.close()
    assert outcome["held"] == 1
    assert sum(outcome.values()) == 50
    assert outcome["AlreadyHeld"] >= 1
    async with database.session() as session:
        holds = await session.execute(text("SELECT count(*) FROM hold WHERE released_at IS NULL"))
        assert holds.scalar_one() == 1
        moves = await session.execute(text("SELECT count(*) FROM project_move WHERE action = 'hold'"))
        assert moves.scalar_one() == 1


async def test_somebody_who_was_first_leaves_nothing_to_take(session: AsyncSession, monkeypatch):
    made = await chosen(session)
    from services.projects.steps import deciding

    await session.execute(text("UPDATE project SET version = version + 1"))
    opened = deciding.open_dossier

    async def stale(*args, **kwargs):
        dossier = await opened(*args, **kwargs)
        await session.execute(text("UPDATE project SET version = version + 1"))
        return dossier

    monkeypatch.setattr(deciding, "open_dossier", stale)
    with pytest.raises(AlreadyHeld):
        await service.take_hold(session, make.OFFICE, made.id, make.PARK)


async def _held(session: AsyncSession) -> Project:
    made = await chosen(session)
    await service.take_hold(session, make.OFFICE, made.id, make.PARK)
    return made


async def test_the_database_itself_refuses_a_second_hold(session: AsyncSession):
    await _held(session)
    twice = (
        "INSERT INTO hold (city, id, project, county, park, land_mu, hall_m2, energy_tce, water_td,"
        " cod_kg, land_deadline) SELECT city, gen_random_uuid(), project, county, park,"
        " land_mu, hall_m2, energy_tce, water_td, cod_kg, land_deadline FROM hold"
    )
    with pytest.raises(IntegrityError, match="uq_hold_active"):
        async with session.begin_nested():
            await session.execute(text(twice))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM hold",
        "UPDATE hold SET land_mu = 1",
        "UPDATE project_move SET facts = '{}'",
        "DELETE FROM project_move",
        "TRUNCATE project_move",
        "UPDATE investor_consent SET evidence = ''",
        "TRUNCATE investor_consent",
        "DELETE FROM terms_acceptance",
        "UPDATE terms_acceptance SET floor_ratio_bp = 1",
        "UPDATE terms_acceptance SET revealed_at = NULL",
        "UPDATE project SET state = 'nowhere'",
        "UPDATE project SET state = 'signed', signed_on = NULL",
        "UPDATE project SET state = 'held', host_park = NULL",
        "UPDATE project SET investment_fen = -1",
        "UPDATE project SET land_mu = 9007199254740992",
    ],
)
async def test_the_database_refuses_what_would_rewrite_history(session: AsyncSession, statement: str):
    await _held(session)
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_a_hold_is_released_once(session: AsyncSession):
    await _held(session)
    await session.execute(text("UPDATE hold SET released_at = now(), release_reason = 'a'"))
    with pytest.raises(DBAPIError, match="once"):
        async with session.begin_nested():
            await session.execute(text("UPDATE hold SET release_reason = 'b'"))


async def test_a_name_is_not_revealed_before_the_terms_were_accepted(session: AsyncSession):
    await _held(session)
    early = (
        "INSERT INTO terms_acceptance (city, id, project, transfer, county, park, floor_ratio_bp,"
        " floor_years, upfront_fen, accepted_at, revealed_at, ended_on) SELECT city, gen_random_uuid(),"
        " project, transfer, county, park, 1, 1, 1, now(), now() - interval '1 day', current_date"
        " FROM terms_acceptance"
    )
    with pytest.raises(IntegrityError, match="terms_before_name"):
        async with session.begin_nested():
            await session.execute(text(early))
