"""What the solver's process does with a question. Importing it loads the solver: the child alone may."""

from collections.abc import Mapping
from typing import Any, Final

from allocation.matching.alternatives import alternatives
from allocation.matching.answer_parts import ShadowPrice
from allocation.matching.answer_record import answer_record
from allocation.matching.answers import Answer
from allocation.matching.compare import compare
from allocation.matching.explain import Standing
from allocation.matching.override import override_price
from allocation.matching.pool_case import PoolCase
from allocation.matching.record import read_pool
from allocation.matching.resolve import Run
from allocation.matching.result import Status
from allocation.matching.warm import run_prices
from allocation.matching.whynot import why_not
from allocation.matching.wouldwin import would_win
from services.matching.questions.scenarios import scenario_of
from services.matching.questions.words import QuestionKind

COMPARED: Final = frozenset({QuestionKind.why_not, QuestionKind.alternatives})
"""Questions that weigh hosts against each other at the run's prices."""


def work_out(task: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a question on a stored run.

    Args:
        task: `kind` and `asked` of the question; `pool`, `placement`, `status`, `bound`, `value`, `seconds`
            and `seed` of its run.

    Returns:
        The record of the answer.
    """
    return answer_record(_answer(task))


def _answer(task: Mapping[str, Any]) -> Answer:
    asked, kind, status = task["asked"], QuestionKind(task["kind"]), Status(task["status"])
    case = PoolCase(read_pool(task["pool"]))
    run = Run(
        assignment=task["placement"],
        status=status,
        bound=task["bound"],
        seconds=task["seconds"],
        seed=task["seed"],
        value=task["value"],
        prices=_prices(case, kind, status),
    )
    match kind:
        case QuestionKind.why_not:
            standing = Standing.of(case.pool, run.assignment)
            return why_not(standing, case.lead(asked["lead"]), case.park(asked["park"]), run.prices)
        case QuestionKind.would_win:
            return would_win(case, run, asked["lead"], asked["park"], asked["level"])
        case QuestionKind.override_price:
            return override_price(case, run, asked["lead"], asked["park"])
        case QuestionKind.alternatives:
            return alternatives(case, run, asked["lead"], run.prices)
        case QuestionKind.scenario:
            return compare(case, run, scenario_of(case.pool, asked))


def _prices(case: PoolCase, kind: QuestionKind, status: Status) -> tuple[ShadowPrice, ...]:
    """Find the run's prices once where they are used: to compare hosts, and to repair an unproven plan."""
    used = kind in COMPARED or status is not Status.OPTIMAL
    return run_prices(case.encoded()) if used and kind is not QuestionKind.scenario else ()
