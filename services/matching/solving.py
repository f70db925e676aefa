"""What the solver's process does. Importing it loads the solver: the child alone may."""

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from allocation.matching import engine
from allocation.matching.compile import compile_pool
from allocation.matching.encode import Encoded, encode_gap, encode_instance
from allocation.matching.explain import explain
from allocation.matching.formats import decode, parse_gap, parse_instance
from allocation.matching.instance import Instance
from allocation.matching.pool import Pool
from allocation.matching.price import priced
from allocation.matching.record import match_record, read_pool
from allocation.matching.result import Match, Solution, Status
from allocation.matching.solve import solution_of
from services.matching.protocol import Said, Task
from services.matching.questions.asking import work_out
from services.matching.questions.lacking import lacks
from services.matching.warm_up import small_gap, small_instance

Tell = Callable[..., None]

SHARES: Final[Mapping[str, int]] = {
    "start": 0,
    "prices": 500,
    "round": 1_500,
    "search": 2_000,
    "repair": 5_000,
    "prove": 5_000,
    "explain": 8_500,
    "alternatives": 9_000,
}
"""Where each stage begins, in basis points of the whole, for the bar that an officer watches."""
_BRIEFLY: Final = 0.1
"""Seconds of search that are enough to call every kernel once."""
_SEARCHED: Final = ("search", "repair", "prove")


def carry_out(asked: Mapping[str, Any], tell: Tell) -> None:
    """Carry out a task and tell what comes of it."""
    match Task(asked["task"]):
        case Task.pool:
            _pool(asked, tell)
        case Task.explain:
            _explain(asked, tell)
        case Task.file:
            _file(asked, tell)
        case Task.question:
            tell(Said.answer, answer=work_out(asked), versions=versions())
        case Task.kernels:
            _kernels(tell)


def versions() -> dict[str, str]:
    """Name what must be the same for a replay to give the same answer."""
    return {
        **{name: _version(name) for name in ("yipanqi", "ortools", "numba", "numpy")},
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a checkout
        return "checkout"


class _Watch:
    """Tells each placement of a search as a solution, as soon as the engine reports it."""

    def __init__(
        self, enc: Encoded, effort: engine.Effort, seed: int, tell: Tell, named: "_Named", sign: int = 1
    ) -> None:
        self._enc, self._effort, self._seed, self._tell = enc, effort, seed, tell
        self._named, self._sign = named, sign
        self._started = time.monotonic()

    def __call__(self, progress: engine.Progress) -> None:
        """Tell one report."""
        part = min(1.0, (time.monotonic() - self._started) / self._effort.seconds)
        share = SHARES[progress.stage]
        if progress.stage in _SEARCHED:
            share += round(part * (SHARES["explain"] - share))
        known = {"value": progress.value, "bound": progress.bound}
        self._tell(Said.progress, stage=progress.stage, share_bp=share, **known)
        found = engine.Found(
            Status.FEASIBLE,
            progress.taken,
            progress.value,
            progress.bound,
            "all",
            progress.stage,
            self._effort,
            self._seed,
        )
        kept = solution_of(found, self._named(self._enc, found), self._sign)
        self._tell(Said.best, solution=asdict(kept))


_Named = Callable[[Encoded, engine.Found], dict[str, str | None]]


def _by_id(enc: Encoded, found: engine.Found) -> dict[str, str | None]:
    return {} if found.taken is None else enc.placement(found.taken)


def _by_number(enc: Encoded, found: engine.Found) -> dict[str, str | None]:
    placed = {} if found.taken is None else enc.placement(found.taken)
    return {str(int(job)): None if agent is None else str(int(agent)) for job, agent in placed.items()}


def _solve(
    enc: Encoded, seconds: float, seed: int, tell: Tell, named: _Named = _by_id, sign: int = 1
) -> Solution:
    effort = engine.Effort.of(seconds, enc)
    tell(Said.progress, stage="prices", share_bp=SHARES["prices"])
    watch = _Watch(enc, effort, seed, tell, named, sign)
    found = engine.solve(enc, effort=effort, seed=seed, report=watch)
    return solution_of(found, named(enc, found), sign)


def _pool(asked: Mapping[str, Any], tell: Tell) -> None:
    pool = read_pool(asked["pool"])
    seconds, seed = asked["seconds"], asked["seed"]
    instance = compile_pool(pool)
    solution = _solve(encode_instance(instance), seconds, seed, tell)
    _conclude(pool, instance, solution, seconds, seed, tell)


def _conclude(
    pool: Pool, instance: Instance, solution: Solution, seconds: float, seed: int, tell: Tell
) -> None:
    """Explain a solution, tell it, and put prices on other hosts if time allows."""
    match = Match(solution, ())
    facts: dict[str, Any] = {"versions": versions(), "shortages": []}
    if solution.status in {Status.OPTIMAL, Status.FEASIBLE}:
        tell(Said.progress, stage="explain", share_bp=SHARES["explain"])
        match = Match(solution, explain(pool, solution.assignment))
        facts["shortages"] = lacks(pool, solution.assignment)
        tell(Said.best, solution=asdict(solution), match=match_record(match), **facts)
        tell(Said.progress, stage="alternatives", share_bp=SHARES["alternatives"])
        explained = priced(instance, solution, match.explanations, seconds=seconds, seed=seed)
        match = Match(solution, explained)
    tell(Said.answer, match=match_record(match), **facts)


def _explain(asked: Mapping[str, Any], tell: Tell) -> None:
    pool = read_pool(asked["pool"])
    kept = asked["best"]
    solution = Solution(**{**kept, "status": Status(kept["status"])})
    match = Match(solution, explain(pool, solution.assignment))
    short = lacks(pool, solution.assignment)
    tell(Said.answer, match=match_record(match), versions=versions(), shortages=short)


def _file(asked: Mapping[str, Any], tell: Tell) -> None:
    text = decode(Path(asked["path"]).read_bytes())
    if asked["form"] == "gap":
        solution = _solve(encode_gap(parse_gap(text)), asked["seconds"], asked["seed"], tell, _by_number, -1)
    else:
        solution = _solve(encode_instance(parse_instance(text)), asked["seconds"], asked["seed"], tell)
    tell(Said.answer, solution=asdict(solution), versions=versions())


def _kernels(tell: Tell) -> None:
    """Solve something small of each kind, so that every kernel is compiled and lies in the cache."""
    for enc in (encode_instance(small_instance()), encode_gap(small_gap())):
        engine.solve(enc, effort=engine.Effort.of(_BRIEFLY, enc), seed=1)
    tell(Said.answer)
