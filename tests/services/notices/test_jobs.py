"""The worker's keepers: they look again and again, and outlive a database or a receiver that fails."""

import asyncio

import pytest

from services.kit.clock import Clock
from services.kit.database import Database
from services.notices import jobs
from services.notices.outgoing import Means
from tests.services.notices.cast import people, told_of
from tests.services.projects.road import pooled

SOON = 0.005


async def test_the_keeper_tells_what_comes_after_a_look_that_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, cleaned, look, again = [], [], jobs.look, asyncio.Event()

    async def first_fails(of: Database) -> int:
        looks.append(of)
        if len(looks) == 1:
            raise OSError
        done = await look(of)
        if len(looks) > 3:
            again.set()
        return done

    async def clean(of: Database, clock: Clock) -> int:
        cleaned.append(clock)
        return 0

    monkeypatch.setattr(jobs, "look", first_fails)
    monkeypatch.setattr(jobs, "clean", clean)
    async with database.session() as session:
        await people(session)
        await pooled(session)
    keeper = asyncio.create_task(jobs.keep(database, Clock(), SOON))
    await asyncio.wait_for(again.wait(), 20)
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeper
    async with database.session() as session:
        assert await told_of(session, "projects.pooled")
    assert len(cleaned) == 1, "what is old is looked for once an hour"


async def test_the_sender_goes_on_after_a_round_that_failed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds, thrice = [], asyncio.Event()

    async def send(of: Database, means: Means) -> int:
        rounds.append(means)
        if len(rounds) == 3:
            thrice.set()
        raise ConnectionError

    monkeypatch.setattr(jobs, "send", send)
    means = Means.__new__(Means)
    keeper = asyncio.create_task(jobs.keep_sending(database, means, SOON))
    await asyncio.wait_for(thrice.wait(), 20)
    keeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeper
    assert set(map(id, rounds)) == {id(means)}
