"""Starts the solver's process, feeds it, and ends it when its time is over or its parent dies."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog

import services
from services.kit.embedded_postgres.programs import death_signal
from services.matching.guard import Guard
from services.matching.kernel_cache import kernel_cache
from services.matching.protocol import OUT_OF_MEMORY, Said
from services.matching.words import Failure

BESIDE_SECONDS: Final = 120.0
"""What may pass beside the search: reading the task, pricing, explaining."""

READY_SECONDS: Final = 900.0
"""What may pass until the libraries are loaded and the kernels compiled, where nobody did that before.

Compiling every kernel takes about a minute of an idle core; many times that is a fault, not patience.
"""

_SEARCHES: Final = 3
"""The search itself, the second solves that put prices on other hosts, and some air."""

_STARVED: Final = (
    b"bad_alloc",
    b"MemoryError",
    b"failed to map segment",
    b"Cannot allocate memory",
    b"Unable to allocate section memory",
    b"LLVM ERROR: out of memory",
    b"OpenBLAS error: Memory allocation",
)
"""How Python, the C++ library, the loader, LLVM and numpy's OpenBLAS say that memory ran out."""
_NOISE: Final = 20_000
"""Of what a child complains, so much is kept."""
_CHUNK: Final = 1 << 16

log = structlog.get_logger()

Line = Mapping[str, Any]
Listener = Callable[[Line], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far the process may go.

    Attributes:
        seconds: what the search is asked to take.
        memory_mb: the address space it may take, in MiB, libraries included.
        wall: seconds of work after which it is killed, if not those derived from `seconds`. Starting and
            compiling are not work.
    """

    seconds: float
    memory_mb: int
    wall: float | None = None

    @property
    def kill_after(self) -> float:
        """Seconds of work after which the process is killed."""
        return self.wall if self.wall is not None else BESIDE_SECONDS + _SEARCHES * self.seconds


@dataclass(slots=True)
class Outcome:
    """What a child left.

    Attributes:
        answer: its last word, unverified; None if it was killed or crashed before.
        best: the last placement that it told, unverified; None without one.
        explained: the line that told that placement with its match, if it came so far.
        ground: what fairness holds the run to, if it does and this was known.
        failure: why there is no answer.
        complaint: the last line that a failed child wrote on standard error, if any.
        peak_mb: the most memory it held when it last said something, in MiB.
    """

    answer: Line | None = None
    best: Line | None = None
    explained: Line | None = None
    ground: Line | None = None
    failure: Failure | None = None
    complaint: str = ""
    peak_mb: int = 0

    def hear(self, line: Line) -> None:
        """Take in one line."""
        self.peak_mb = max(self.peak_mb, line["peak_mb"])
        if line["said"] == Said.best:
            self.best, self.explained = line["solution"], line if "match" in line else None
        elif line["said"] == Said.ground:
            self.ground = line["ground"]
        elif line["said"] == Said.answer:
            self.answer = line


async def solve_apart(
    task: Mapping[str, Any], limits: Limits, *, listener: Listener | None = None, niceness: int = 0
) -> Outcome:
    """Carry out a task in a process of its own.

    Args:
        task: see `protocol.Task`.
        limits: time and memory.
        listener: told of each progress line.
        niceness: how far the child steps back behind other processes.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.matching.child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            **kernel_cache(),
            "PYTHONPATH": str(Path(services.__file__).parents[1]),
        },
        preexec_fn=_prepare(niceness),
    )
    outcome = Outcome()
    asked = {**task, "memory_mb": limits.memory_mb}
    noise = b""
    try:
        async with asyncio.timeout(None) as timeout, asyncio.TaskGroup() as group:
            guard = Guard(timeout, work=limits.kill_after, ready=READY_SECONDS)
            complaint = group.create_task(_complaints(process))
            group.create_task(_feed(process, json.dumps(asked).encode()))
            group.create_task(_listen(process, outcome, guard, listener))
        await process.wait()
        noise = complaint.result()
    except TimeoutError:
        outcome.failure = Failure.out_of_time
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if outcome.failure is None and (process.returncode != 0 or outcome.answer is None):
        outcome.failure = _why(process.returncode, noise)
        outcome.complaint = noise.decode(errors="replace").strip().rpartition("\n")[2]
        outcome.answer = None
    return outcome


def _prepare(niceness: int) -> Callable[[], None]:
    """Give what the child does before it becomes another program: step back, and die with its parent."""
    ask = death_signal(os.getpid(), signal.SIGKILL)

    def prepare() -> None:
        os.nice(niceness)
        if ask is not None:
            ask()

    return prepare


async def _feed(process: asyncio.subprocess.Process, task: bytes) -> None:
    pipe = process.stdin
    if pipe is None:
        raise TypeError("the child has no standard input")
    try:
        pipe.write(task)
        await pipe.drain()
    except ConnectionError:  # it died before it had read; its exit code says why
        pass
    finally:
        pipe.close()


async def _listen(
    process: asyncio.subprocess.Process, outcome: Outcome, guard: Guard, listener: Listener | None
) -> None:
    """Read lines of any length until the child closes its end; half a line of a killed child is dropped."""
    pipe, rest = process.stdout, b""
    if pipe is None:
        raise TypeError("the child has no standard output")
    while chunk := await pipe.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        for text in lines:
            line = json.loads(text)
            outcome.hear(line)
            if line["said"] == Said.clock:
                guard.turn(working=line["working"])
            if listener is not None and line["said"] == Said.progress:
                await listener(line)


async def _complaints(process: asyncio.subprocess.Process) -> bytes:
    pipe, kept = process.stderr, b""
    if pipe is None:
        raise TypeError("the child has no standard error")
    while chunk := await pipe.read(_CHUNK):
        kept = (kept + chunk)[-_NOISE:]
    return kept


def _why(code: int | None, noise: bytes) -> Failure:
    log.warning("matching.child_failed", code=code, said=noise.decode(errors="replace")[-2000:])
    # Nobody but the system's last resort against want of memory kills the child while this waits for it.
    starved = code in {OUT_OF_MEMORY, -signal.SIGKILL} or any(mark in noise for mark in _STARVED)
    return Failure.out_of_memory if starved else Failure.crashed
