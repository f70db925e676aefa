"""What another host than the proposed one costs the whole pool, for the candidates of a small, proven run.

Each price is the difference of two exact solves. That is affordable while the pool is small; where it is not,
candidates carry no price, and one is worked out when an office asks for it (`override.override_price`).
"""

from dataclasses import replace
from typing import Final

from allocation.matching import exact
from allocation.matching.encode import encode_instance
from allocation.matching.instance import Instance
from allocation.matching.resolve import bound_to
from allocation.matching.result import Candidate, Explanation, Solution, Status

MOST_PAIRS: Final = 400_000
"""Prices are told only where candidates × pairs stay within this: each solve builds a model of all pairs."""


def priced(
    instance: Instance,
    solution: Solution,
    explanations: tuple[Explanation, ...],
    *,
    seconds: float,
    seed: int,
) -> tuple[Explanation, ...]:
    """Put a price on each candidate that the solution does not take.

    The instance is solved again with the lead bound to that host; all others may move. Prices are told
    only between two proven optima, and only while the work of all these solves stays within the limit of
    the first one; where there is none the price stays unknown.

    Args:
        instance: the compiled pool.
        solution: its answer.
        explanations: of that answer.
        seconds: wall guard of each solve.
        seed: of the searches.
    """
    if solution.status is not Status.OPTIMAL or solution.objective is None:
        return explanations
    enc = encode_instance(instance)
    asked = sum(not found.placed for told in explanations for found in told.candidates)
    left = solution.deterministic_limit if asked * enc.pairs <= MOST_PAIRS else 0.0
    answers: list[Explanation] = []
    for explanation in explanations:
        candidates: list[Candidate] = []
        for candidate in explanation.candidates:
            price = 0 if candidate.placed else None
            if price is None and left > 0:
                found = exact.solve(
                    bound_to(enc, explanation.lead, candidate.park),
                    limit=left,
                    seconds=seconds,
                    seed=seed,
                    bound=solution.objective,
                )
                left -= found.work
                if found.status is Status.OPTIMAL and found.value is not None:
                    price = solution.objective - found.value
            candidates.append(replace(candidate, price=price))
        answers.append(replace(explanation, candidates=tuple(candidates)))
    return tuple(answers)
