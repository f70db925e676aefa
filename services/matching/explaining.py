"""What `yipanqi explain` works out: a file read, a plan taken or found, and the answers on one lead.

Importing this loads the solver; the command does so when it runs.
"""

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from allocation.matching.answer_record import answer_record, plain
from allocation.matching.answers import WhyNot, WouldWin
from allocation.matching.case import Case
from allocation.matching.compile import compile_pool
from allocation.matching.explain import Standing, explain_lead
from allocation.matching.formats import decode, parse_instance
from allocation.matching.instance import Instance
from allocation.matching.instance_case import LEADS, InstanceCase
from allocation.matching.judge import plan_faults
from allocation.matching.pool import Pool
from allocation.matching.pool_case import PoolCase
from allocation.matching.record import POOL_FORMAT, read_pool
from allocation.matching.resolve import Run
from allocation.matching.result import Explanation, Status
from allocation.matching.solve import solve_instance
from allocation.matching.verify import instance_faults
from allocation.matching.warm import run_prices
from allocation.matching.whynot import why_not
from allocation.matching.wouldwin import would_win
from services.matching.pool_check import misfit

_RESULT: Final = frozenset({Status.OPTIMAL, Status.FEASIBLE})


class Unanswered(Exception):
    """The question cannot be answered; `what` is one of the words of `explain_commands`."""

    def __init__(self, what: str, **facts: str) -> None:
        super().__init__(what)
        self.what = what
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked.

    Attributes:
        lead: the lead's id.
        host: a park to ask about; None: all of them.
        level: how far "would win" looks.
        seconds: what the search may take.
        seed: of the search.
    """

    lead: str
    host: str | None
    level: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What is answered.

    Attributes:
        run: the plan that is explained.
        host: where it places the lead.
        faults: what the judge finds wrong in it.
        explanation: every park of a pool; None for one park, or an instance.
        why_not: on one park of a pool.
        would_win: on one host, or on each host of an instance.
    """

    run: Run
    host: str | None
    faults: tuple[str, ...]
    explanation: Explanation | None = None
    why_not: WhyNot | None = None
    would_win: tuple[WouldWin, ...] = ()

    def record(self, asked: Asked) -> dict[str, Any]:
        """Write it as JSON values."""
        return {
            "lead": asked.lead,
            "host": self.host,
            "status": self.run.status.value,
            "value": self.run.value,
            "bound": self.run.bound,
            "verified": not self.faults,
            "explanation": None if self.explanation is None else plain(self.explanation),
            "why_not": None if self.why_not is None else answer_record(self.why_not),
            "would_win": [answer_record(answer) for answer in self.would_win],
        }


def read(data: bytes) -> Pool | Instance:
    """Read a compiled instance or the record of a pool.

    Raises:
        FormatError: it is neither, or damaged; says where.
        Unanswered: a pool's record is damaged.
    """
    text = decode(data)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or a number of thousands of digits
        document = None
    if not isinstance(document, dict) or document.get("format") != POOL_FORMAT:
        return parse_instance(text)  # says what is wrong, and on which line
    try:
        pool = read_pool(document)
        wrong = misfit(pool)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unanswered("pool", detail=f"{type(error).__name__}: {error}") from error
    if wrong is not None:
        raise Unanswered("pool", detail=wrong)
    return pool


def answer(found: Pool | Instance, asked: Asked) -> Explained:
    """Answer a question on a lead.

    Raises:
        Unanswered: there is no such lead or host, a name of the instance has two meanings, or no plan was
            found.
    """
    leads = {lead.id for lead in found.leads}
    parks = {park.code for park in found.parks} if isinstance(found, Pool) else {h.id for h in found.hosts}
    if asked.lead not in leads:
        raise Unanswered("lead", name=asked.lead)
    if asked.host is not None and asked.host not in parks:
        raise Unanswered("host", name=asked.host)
    return _pool(found, asked) if isinstance(found, Pool) else _instance(found, asked)


def _run(case: Case, instance: Instance, asked: Asked) -> tuple[Run, list[str]]:
    solution = solve_instance(instance, seconds=asked.seconds, seed=asked.seed)
    if solution.status not in _RESULT:
        raise Unanswered("plan", status=solution.status.value)
    run = Run(
        assignment=solution.assignment,
        status=solution.status,
        bound=solution.bound,
        seconds=asked.seconds,
        seed=asked.seed,
        value=solution.objective,
    )
    return replace(run, prices=run_prices(case.encoded())), instance_faults(instance, solution)


def _pool(pool: Pool, asked: Asked) -> Explained:
    case = PoolCase(pool)
    run, faults = _run(case, compile_pool(pool), asked)
    faults += plan_faults(pool, run.assignment, run.value or 0)
    standing = Standing.of(pool, run.assignment)
    lead = case.lead(asked.lead)
    told = Explained(run=run, host=run.assignment[asked.lead], faults=tuple(faults))
    if asked.host is None:
        return replace(told, explanation=explain_lead(standing, lead))
    return replace(
        told,
        why_not=why_not(standing, lead, case.park(asked.host), run.prices),
        would_win=(would_win(case, run, asked.lead, asked.host, asked.level),),
    )


def _instance(instance: Instance, asked: Asked) -> Explained:
    """Answer on an instance; a change names its place and resource, which must then be one thing only."""
    twice = {host.id for host in instance.hosts} & {county.id for county in instance.counties}
    for name in sorted(twice | ({LEADS} & set(instance.resources))):
        raise Unanswered("name", name=name)
    case = InstanceCase(instance)
    run, faults = _run(case, instance, asked)
    hosts = [host.id for host in instance.hosts] if asked.host is None else [asked.host]
    return Explained(
        run=run,
        host=run.assignment[asked.lead],
        faults=tuple(faults),
        would_win=tuple(would_win(case, run, asked.lead, host, asked.level) for host in hosts),
    )
