"""`yipanqi solve`: the matching core on a file, without a database.

The search runs in a process of its own, under limits of time and memory. What it had found when a limit ended
it is kept, verified like any other result, and marked.
"""

import asyncio
import errno
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

import structlog
import typer

from allocation.matching.formats import FormatError, decode, parse_gap, parse_instance
from allocation.matching.instance import Gap, Instance
from allocation.matching.obstacles import gap_instance, obstacles
from allocation.matching.result import Solution, Status, gap_percent
from allocation.matching.verify import gap_faults, instance_faults
from services.matching.process import BESIDE_SECONDS, Limits, Outcome, solve_apart
from services.matching.protocol import Task
from services.matching.words import Failure

_KB_PER_MB: Final = 1024
_SEED_LIMIT: Final = 2**31 - 1
_SECONDS_LIMIT: Final = 86_400
_LEAST_MB: Final = 64
_MOST_MB: Final = 2**30
"""More MiB than any machine has, and bytes that the system still takes for a limit."""
_AIR: Final = 1.5
"""The wall guard, as a multiple of the seconds asked for, beside what is no search."""
_CUT: Final = {Failure.out_of_time: "time", Failure.out_of_memory: "memory"}


class Format(StrEnum):
    """What a file holds."""

    json = "json"
    gap = "gap"


def solve(
    file: Annotated[Path, typer.Argument(help="实例文件 / the instance")],
    form: Annotated[Format, typer.Option("--format", help="json 或 gap / json or gap")] = Format.json,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=_SECONDS_LIMIT, help="最长用时（秒） / time limit in seconds")
    ] = 10.0,
    seed: Annotated[int, typer.Option(min=0, max=_SEED_LIMIT, help="随机种子 / seed")] = 1,
    out: Annotated[Path | None, typer.Option(help="写出分配结果 / write the assignment here")] = None,
    memory_mb: Annotated[
        int, typer.Option(min=_LEAST_MB, max=_MOST_MB, help="内存上限（MiB） / memory limit in MiB")
    ] = 4096,
    wall: Annotated[
        float | None, typer.Option(min=0, help="超过即终止的秒数 / kill the search after so many seconds")
    ] = None,
) -> None:
    """求解一个匹配实例，最后一行输出 JSON / Solve an instance; the last line is JSON."""
    started = time.perf_counter()
    try:
        if out is not None:
            _check_place(out)
        data = file.read_bytes()
        text = decode(data)
        problem = parse_gap(text) if form is Format.gap else parse_instance(text)
        task = {"task": Task.file, "form": form, "text": text, "seconds": seconds, "seed": seed}
        guard = BESIDE_SECONDS + _AIR * seconds if wall is None else wall
        limits = Limits(seconds=seconds, memory_mb=memory_mb, wall=guard)
        with _quiet():
            outcome = asyncio.run(solve_apart(task, limits))
    except FormatError as error:
        _refuse(f"{file}: {error}")
    except OSError as error:
        _refuse(f"{error.filename or file}: {error.strerror}")
    solution = _solution(outcome, seed)
    report = _report(problem, solution, seed)
    wrong = solution.status is not Status.UNKNOWN and not report["verified"]
    if out is not None and not wrong:
        _write(out, _assignment(form, solution))
    report |= {
        "cut_short": None if outcome.failure is None else _CUT[outcome.failure],
        "input_sha256": sha256(data).hexdigest(),
        "versions": {} if outcome.answer is None else outcome.answer["versions"],
        "seconds": round(time.perf_counter() - started, 3),
        "cpu_seconds": round(_cpu(resource.RUSAGE_SELF) + _cpu(resource.RUSAGE_CHILDREN), 3),
        "peak_mb": max(outcome.peak_mb, _peak_mb()),
    }
    print(
        f"deterministic limit {report['deterministic_limit']} s, {report['move_limit']} moves;"
        f" wall guard {guard:g} s, memory {memory_mb} MiB"
    )
    print(json.dumps(report))
    if wrong:
        raise typer.Exit(1)


def _check_place(out: Path) -> None:
    """Refuse a place where nothing can be written, before hours of search rather than after.

    Raises:
        OSError: it is a folder, or in none.
    """
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    if not out.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(out))


def _write(out: Path, assignment: Mapping[str, Any]) -> None:
    try:
        out.write_text(json.dumps({"assignment": assignment}, ensure_ascii=False) + "\n", "utf-8")
    except OSError as error:  # of a full disk the system does not say which file
        _refuse(f"{out}: {error.strerror}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log of the solver's process, tracebacks included, from a user who reads one line."""
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**kept)


def _refuse(line: str) -> None:
    print(line, file=sys.stderr)
    raise typer.Exit(1)


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _peak_mb() -> int:
    return -(-resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _KB_PER_MB)


def _solution(outcome: Outcome, seed: int) -> Solution:
    """Read what the process left: its answer, else the best that it had when a limit ended it."""
    said: Mapping[str, Any] | None = outcome.best if outcome.answer is None else outcome.answer["solution"]
    if outcome.failure is not None and outcome.failure not in _CUT:
        _refuse(": ".join(filter(None, ("the solver's process ended without an answer", outcome.complaint))))
    late = outcome.failure is Failure.out_of_time
    if said is None:
        return Solution(Status.UNKNOWN, {}, None, None, 0.0, limited_by_wall=late, seed=seed)
    found = Solution(**{**said, "status": Status(said["status"])})
    return replace(found, limited_by_wall=found.limited_by_wall or late)


def _assignment(form: Format, solution: Solution) -> dict[str, Any]:
    if form is Format.json:
        return dict(solution.assignment)
    return {job: None if agent is None else int(agent) for job, agent in solution.assignment.items()}


def _report(problem: Gap | Instance, found: Solution, seed: int) -> dict[str, Any]:
    faults = gap_faults(problem, found) if isinstance(problem, Gap) else instance_faults(problem, found)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults and found.status is Status.INFEASIBLE:
        found = replace(found, status=Status.UNKNOWN)
    known = found.objective is not None and found.bound is not None
    report: dict[str, Any] = {
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap_percent": gap_percent(found.objective or 0, found.bound or 0) if known else None,
        "bound_scope": found.bound_scope,
        "placed": sum(1 for host in found.assignment.values() if host is not None),
        "seed": seed,
        "verified": not faults,
        "route": found.route,
        "passes": found.passes,
        "moves": found.moves,
        "move_limit": found.move_limit,
        "deterministic_limit": round(found.deterministic_limit, 3),
        "limited_by_wall": found.limited_by_wall,
    }
    if found.status is Status.INFEASIBLE:
        instance = gap_instance(problem) if isinstance(problem, Gap) else problem
        report["obstacles"] = [
            {name: value for name, value in asdict(bar).items() if value is not None}
            for bar in obstacles(instance)
        ]
    return report
