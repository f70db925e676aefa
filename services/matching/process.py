"""Starts the solver's process, feeds it, and ends it when its time is over or its parent dies."""

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

import services
from services.kit.embedded_postgres.programs import death_signal
from services.matching.protocol import OUT_OF_MEMORY
from services.matching.words import Failure

START_SECONDS: Final = 30.0
"""What starting, reading and explaining may take beside the search."""

_SEARCHES: Final = 3
"""The search itself, the second solves that put prices on other hosts, and some air."""

_STARVED: Final = (b"bad_alloc", b"MemoryError", b"failed to map segment", b"Cannot allocate memory")
"""How Python, the C++ library and the loader say that memory ran out."""

log = structlog.get_logger()


class ChildFailed(Exception):
    """The process gave no answer; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far the process may go."""

    seconds: float
    memory_mb: int
    wall: float | None = None

    @property
    def kill_after(self) -> float:
        """Seconds after which the process is killed."""
        return self.wall if self.wall is not None else START_SECONDS + _SEARCHES * self.seconds


async def solve_apart(pool: dict[str, Any], seed: int, limits: Limits) -> dict[str, Any]:
    """Solve a pool's record in a process of its own.

    Returns:
        `{"match", "versions"}`, unverified.

    Raises:
        ChildFailed: no answer.
    """
    asked = {"pool": pool, "seconds": limits.seconds, "seed": seed, "memory_mb": limits.memory_mb}
    root = str(Path(services.__file__).parents[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.matching.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
        preexec_fn=death_signal(os.getpid(), signal.SIGKILL),
    )
    try:
        async with asyncio.timeout(limits.kill_after):
            out, noise = await process.communicate(json.dumps(asked).encode())
    except TimeoutError as error:
        raise ChildFailed(Failure.out_of_time) from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        log.warning(
            "matching.child_failed", code=process.returncode, said=noise.decode(errors="replace")[-2000:]
        )
        starved = process.returncode == OUT_OF_MEMORY or any(mark in noise for mark in _STARVED)
        raise ChildFailed(Failure.out_of_memory if starved else Failure.crashed)
    answer: dict[str, Any] = json.loads(out)
    return answer
