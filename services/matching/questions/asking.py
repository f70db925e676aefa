"""What the solver's process does with a question. Importing it loads the solver: the child alone may."""

from collections.abc import Mapping
from typing import Any

from allocation.matching.alternatives import alternatives
from allocation.matching.answer_record import answer_record
from allocation.matching.answers import Answer
from allocation.matching.compare import compare
from allocation.matching.explain import Standing
from allocation.matching.override import override_price
from allocation.matching.pool_case import PoolCase
from allocation.matching.record import read_pool
from allocation.matching.resolve import Run
from allocation.matching.result import Status
from allocation.matching.whynot import why_not
from allocation.matching.wouldwin import would_win
from services.matching.questions.scenarios import scenario_of
from services.matching.questions.words import QuestionKind


def work_out(task: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a question on a stored run.

    Args:
        task: `kind` and `asked` of the question; `pool`, `placement`, `status`, `bound`, `seconds` and `seed`
            of its run.

    Returns:
        The record of the answer.
    """
    return answer_record(_answer(task))


def _answer(task: Mapping[str, Any]) -> Answer:
    asked = task["asked"]
    case = PoolCase(read_pool(task["pool"]))
    run = Run(
        assignment=task["placement"],
        status=Status(task["status"]),
        bound=task["bound"],
        seconds=task["seconds"],
        seed=task["seed"],
    )
    match QuestionKind(task["kind"]):
        case QuestionKind.why_not:
            standing = Standing.of(case.pool, run.assignment)
            return why_not(standing, case.lead(asked["lead"]), case.park(asked["park"]))
        case QuestionKind.would_win:
            return would_win(case, run, asked["lead"], asked["park"], asked["level"])
        case QuestionKind.override_price:
            return override_price(case, run, asked["lead"], asked["park"])
        case QuestionKind.alternatives:
            return alternatives(case, run, asked["lead"])
        case QuestionKind.scenario:
            return compare(case, run, scenario_of(case.pool, asked))
