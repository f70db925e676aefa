"""What another host than the proposed one costs the whole city: the difference of two exact solves."""

from dataclasses import replace

from allocation.matching import exact
from allocation.matching.instance import Instance
from allocation.matching.result import Candidate, Explanation, Solution, Status


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
        solution: its proven answer.
        explanations: of that answer.
        seconds: wall guard of each solve.
        seed: of the searches.
    """
    if solution.status is not Status.OPTIMAL:
        return explanations
    left = solution.deterministic_limit
    answers: list[Explanation] = []
    for explanation in explanations:
        candidates: list[Candidate] = []
        for candidate in explanation.candidates:
            price, work = (0, 0.0) if candidate.placed else (None, 0.0)
            if not candidate.placed and left > 0:
                forced = exact.solve_instance(
                    bound_to(instance, explanation.lead, candidate.park), seconds=seconds, seed=seed
                )
                price, work = _difference(solution, forced), forced.work
            left -= work
            candidates.append(replace(candidate, price=price))
        answers.append(replace(explanation, candidates=tuple(candidates)))
    return tuple(answers)


def bound_to(instance: Instance, lead: str, host: str) -> Instance:
    """Give the instance in which one lead must go to one host."""
    return replace(
        instance,
        leads=tuple(
            replace(
                seeker,
                must_place=True,
                options=tuple(option for option in seeker.options if option.host == host),
            )
            if seeker.id == lead
            else seeker
            for seeker in instance.leads
        ),
    )


def _difference(solution: Solution, forced: Solution) -> int | None:
    if forced.status is not Status.OPTIMAL or forced.objective is None or solution.objective is None:
        return None
    return solution.objective - forced.objective
