"""Trap 2 of docs/ledger.md: each invariant has a lock or a key of its own, whatever the isolation level."""

import asyncio

import asyncpg
import pytest

from tests.services.ledger.attacks import BACK, Bare, stored


@pytest.mark.parametrize("level", ["read_committed", "serializable"])
async def test_trap_2_of_many_reversals_at_once_one_stands(issued_url, level):
    first = await asyncpg.connect(issued_url)
    await first.execute(Bare(key="first").sql())

    async def reverse() -> str:
        connection = await asyncpg.connect(issued_url)
        try:
            async with connection.transaction(isolation=level):
                await connection.execute(Bare(kind="reversal", reverses=stored("first"), legs=BACK).sql())
        except (asyncpg.UniqueViolationError, asyncpg.SerializationError):
            return "refused"
        finally:
            await connection.close()
        return "stands"

    outcomes = await asyncio.gather(*(reverse() for _ in range(6)))
    assert sorted(outcomes) == ["refused"] * 5 + ["stands"]
    assert await first.fetchval("SELECT count(*) FROM journal WHERE kind = 'reversal'") == 1
    await first.close()
