"""`yipanqi solve`: the matching core on a file, without a database."""

import json
import resource
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from allocation.matching.formats import FormatError, decode, parse_gap, parse_instance
from allocation.matching.result import Solution, gap_percent
from allocation.matching.verify import gap_faults, instance_faults

_KB_PER_MB: Final = 1024
_SEED_LIMIT: Final = 2**31 - 1
_SECONDS_LIMIT: Final = 86_400


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
) -> None:
    """求解一个匹配实例，最后一行输出 JSON / Solve an instance; the last line is JSON."""
    started = time.perf_counter()
    try:
        report, assignment = _solve(file.read_bytes(), form, seconds, seed)
        if out is not None:
            out.write_text(json.dumps({"assignment": assignment}, ensure_ascii=False) + "\n", "utf-8")
    except FormatError as error:
        _refuse(f"{file}: {error}")
    except OSError as error:
        _refuse(f"{error.filename or file}: {error.strerror}")
    used = resource.getrusage(resource.RUSAGE_SELF)
    report |= {
        "seconds": round(time.perf_counter() - started, 3),
        "cpu_seconds": round(used.ru_utime + used.ru_stime, 3),
        "peak_mb": round(used.ru_maxrss / _KB_PER_MB, 1),
    }
    print(f"deterministic limit {report['deterministic_limit']} s, wall guard {seconds:g} s")
    print(json.dumps(report))


def _refuse(line: str) -> None:
    print(line, file=sys.stderr)
    raise typer.Exit(1)


def _solve(data: bytes, form: Format, seconds: float, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    text = decode(data)
    if form is Format.gap:
        gap = parse_gap(text)
        from allocation.matching import exact  # heavy: only now

        found = exact.solve_gap(gap, seconds=seconds, seed=seed)
        faults = gap_faults(gap, found)
        assignment: dict[str, Any] = {
            job: None if agent is None else int(agent) for job, agent in found.assignment.items()
        }
    else:
        instance = parse_instance(text)
        from allocation.matching import exact  # heavy: only now

        found = exact.solve_instance(instance, seconds=seconds, seed=seed)
        faults = instance_faults(instance, found)
        assignment = dict(found.assignment)
    for fault in faults:
        print(fault, file=sys.stderr)
    return _report(found, seed, verified=not faults), assignment


def _report(found: Solution, seed: int, *, verified: bool) -> dict[str, Any]:
    known = found.objective is not None and found.bound is not None
    return {
        "status": found.status.value,
        "objective": found.objective,
        "bound": found.bound,
        "gap_percent": gap_percent(found.objective or 0, found.bound or 0) if known else None,
        "bound_scope": "all",
        "placed": sum(1 for host in found.assignment.values() if host is not None),
        "seed": seed,
        "verified": verified,
        "deterministic_limit": round(found.deterministic_limit, 3),
        "limited_by_wall": found.limited_by_wall,
    }
