"""What the solver's process does. Importing it loads the solver: the child alone may."""

import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from allocation.matching import compiling, engine
from allocation.matching.compile import compile_pool
from allocation.matching.encode import Encoded, encode_gap, encode_instance
from allocation.matching.explain import explain
from allocation.matching.formats import parse_gap, parse_instance
from allocation.matching.instance import Instance
from allocation.matching.pool import Pool
from allocation.matching.price import priced
from allocation.matching.record import read_pool
from allocation.matching.result import Match, Solution, Status
from allocation.matching.solve import solution_of, solve_instance
from allocation.matching.verify import instance_faults
from services.matching.fair_record import read_past, read_rule, report_record
from services.matching.fair_solving import FOUND, Ground, conclude, ground_record, prepare, read_ground
from services.matching.protocol import Said, Task
from services.matching.questions.asking import work_out
from services.matching.questions.lacking import lacks
from services.matching.warm_solving import Repaired, repair
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
_NEWCOMERS: Final = 8
"""Leads that the plan which is repaired to compile kernels does not know yet."""
_ASIDE: Final = 0.25
"""Of the seconds asked for, so much goes to each search beside the run: the one without rules, and prices."""
_SEARCHED: Final = ("search", "repair", "prove")


def get_ready(tell: Tell) -> None:
    """Load what is loaded at first use, and from then on tell what is work and what is compiling."""
    compiling.load()
    compiling.watch(partial(tell, Said.clock, working=False), partial(tell, Said.clock, working=True))
    tell(Said.clock, working=True)


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
    ground = _ground(pool, asked, tell)
    held = pool if ground is None else ground.pool
    instance = compile_pool(held)
    repaired = _repaired(instance, asked, tell)
    if repaired is None:
        solution = _solve(encode_instance(instance), seconds, seed, tell)
    else:
        solution = repaired.solution
    if solution.status is Status.INFEASIBLE and instance_faults(instance, solution):
        solution = replace(solution, status=Status.UNKNOWN)  # the judge has no proof of its own
    match, facts = Match(solution, ()), _facts(held, solution, ground, asked)
    if repaired is not None:
        facts["warm"] = {"evicted": repaired.evicted, "changed": repaired.changed}
    if solution.status in FOUND:
        tell(Said.progress, stage="explain", share_bp=SHARES["explain"])
        match = Match(solution, explain(held, solution.assignment))
        tell(Said.best, solution=asdict(solution), match=match, **facts)
        tell(Said.progress, stage="alternatives", share_bp=SHARES["alternatives"])
        explained = priced(instance, solution, match.explanations, seconds=seconds, seed=seed)
        match = Match(solution, explained)
    tell(Said.answer, match=match, **facts)


def _repaired(instance: Instance, asked: Mapping[str, Any], tell: Tell) -> Repaired | None:
    """Repair the former plan of a warm run; None for a cold one, or where repairing is not enough."""
    standing = asked.get("standing")
    if standing is None:
        return None
    tell(Said.progress, stage="warm", share_bp=SHARES["search"])
    return repair(instance, standing["assignment"], budget=standing["budget"], seed=asked["seed"])


def _ground(pool: Pool, asked: Mapping[str, Any], tell: Tell) -> Ground | None:
    """Find what fairness holds the run to, by brief searches, and tell it."""
    fair = asked.get("fair")
    if fair is None:
        return None
    seconds, seed = asked["seconds"] * _ASIDE, asked["seed"]
    tell(Said.progress, stage="fairness", share_bp=SHARES["start"])
    ground = prepare(
        pool,
        read_rule(fair),
        read_past(fair),
        lambda other: solve_instance(compile_pool(other), seconds=seconds, seed=seed),
    )
    if ground is not None:
        tell(Said.ground, ground=ground_record(ground))
    return ground


def _facts(pool: Pool, solution: Solution, ground: Ground | None, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what is stored beside a match: versions, what waiting leads lack, and the report of fairness."""
    facts: dict[str, Any] = {"versions": versions(), "shortages": [], "fair": None, "warm": None}
    if solution.status in FOUND:
        facts["shortages"] = lacks(pool, solution.assignment)
        if ground is not None:
            report = conclude(ground, solution, read_rule(asked["fair"]))
            limits = {county: asdict(count) for county, count in pool.limits.items()}
            facts["fair"] = {"limits": limits, "report": report_record(report)}
    return facts


def _explain(asked: Mapping[str, Any], tell: Tell) -> None:
    pool, ground = read_pool(asked["pool"]), None
    if asked.get("ground") is not None:
        fair = asked["fair"]
        ground = read_ground(asked["ground"], pool, read_rule(fair), read_past(fair))
        pool = ground.pool
    kept = asked["best"]
    solution = Solution(**{**kept, "status": Status(kept["status"])})
    match = Match(solution, explain(pool, solution.assignment))
    tell(Said.answer, match=match, **_facts(pool, solution, ground, asked))


def _file(asked: Mapping[str, Any], tell: Tell) -> None:
    text = asked["text"]
    if asked["form"] == "gap":
        solution = _solve(encode_gap(parse_gap(text)), asked["seconds"], asked["seed"], tell, _by_number, -1)
    else:
        solution = _solve(encode_instance(parse_instance(text)), asked["seconds"], asked["seed"], tell)
    tell(Said.answer, solution=asdict(solution), versions=versions())


def _kernels(tell: Tell) -> None:
    """Solve something small of each kind and repair a plan, so that every kernel is compiled and kept."""
    instance = small_instance()
    enc = encode_instance(instance)
    found = engine.solve(enc, effort=engine.Effort.of(_BRIEFLY, enc), seed=1)
    former = _by_id(enc, found)
    repair(instance, dict(list(former.items())[_NEWCOMERS:]), budget=None, seed=1)
    gap = encode_gap(small_gap())
    engine.solve(gap, effort=engine.Effort.of(_BRIEFLY, gap), seed=1)
    tell(Said.answer)
