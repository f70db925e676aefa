"""What a child takes to get ready is not held against its work, and neither goes on for ever."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from services.matching import process
from services.matching.guard import Guard
from services.matching.process import Limits, solve_apart
from services.matching.words import Failure

LONG = 60.0
SHORT = 0.05


async def test_getting_ready_does_not_count_as_work() -> None:
    async with asyncio.timeout(None) as timeout:
        guard = Guard(timeout, work=SHORT, ready=LONG)
        await asyncio.sleep(2 * SHORT)
        guard.turn(working=True)
        guard.turn(working=False)
        await asyncio.sleep(2 * SHORT)
    assert not timeout.expired()


async def spend(guarded: Callable[[asyncio.Timeout], Awaitable[None]]) -> None:
    """Do something under a guard of its own."""
    async with asyncio.timeout(None) as timeout:
        await guarded(timeout)


async def test_work_is_summed_over_its_parts() -> None:
    async def in_parts(clock: asyncio.Timeout) -> None:
        guard = Guard(clock, work=4 * SHORT, ready=LONG)
        for _ in range(100):
            guard.turn(working=True)
            await asyncio.sleep(SHORT)
            guard.turn(working=False)

    with pytest.raises(TimeoutError):
        await spend(in_parts)


@pytest.mark.parametrize("working", [True, False])
async def test_each_allowance_ends(*, working: bool) -> None:
    async def too_long(clock: asyncio.Timeout) -> None:
        guard = Guard(clock, work=SHORT if working else LONG, ready=LONG if working else SHORT)
        guard.turn(working=working)
        await asyncio.sleep(LONG)

    with pytest.raises(TimeoutError):
        await spend(too_long)


async def test_a_line_that_comes_after_the_end_changes_nothing() -> None:
    async def late(clock: asyncio.Timeout) -> None:
        guard = Guard(clock, work=0, ready=0)
        try:
            await asyncio.sleep(LONG)
        finally:
            guard.turn(working=True)

    with pytest.raises(TimeoutError):
        await spend(late)


def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """Put a script in the solver's place."""
    script = tmp_path / "child"
    script.write_text(f"#!/bin/sh\n{words}\n", "utf-8")
    script.chmod(0o700)
    monkeypatch.setattr("sys.executable", str(script))


CLOCK = """echo '{"said": "clock", "peak_mb": 1, "working": %s}'"""
ANSWER = """echo '{"said": "answer", "peak_mb": 1}'"""


async def test_a_child_is_not_killed_while_it_compiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause = "sleep 1.5"
    words = (pause, CLOCK % "true", CLOCK % "false", pause, CLOCK % "true", ANSWER)
    child(tmp_path, monkeypatch, "\n".join(words))
    outcome = await solve_apart({}, Limits(seconds=1, memory_mb=64, wall=1))
    assert (outcome.failure, outcome.answer) == (None, {"said": "answer", "peak_mb": 1})


async def test_a_child_is_killed_when_its_work_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child(tmp_path, monkeypatch, "\n".join((CLOCK % "true", "exec sleep 60")))
    outcome = await solve_apart({}, Limits(seconds=1, memory_mb=64, wall=SHORT))
    assert outcome.failure is Failure.out_of_time


async def test_a_child_that_never_gets_ready_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(process, "READY_SECONDS", SHORT)
    outcome = await solve_apart({}, Limits(seconds=1, memory_mb=64, wall=LONG))
    assert outcome.failure is Failure.out_of_time


async def test_a_child_that_the_system_kills_was_short_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child(tmp_path, monkeypatch, "kill -KILL $$")
    outcome = await solve_apart({}, Limits(seconds=1, memory_mb=64, wall=LONG))
    assert outcome.failure is Failure.out_of_memory
