"""The judge: rechecks a result from the input file, sharing no code with the solver or the compiler.

It is written plainly, so that a fault of the other modules is not repeated here. Each function lists
what is wrong; an empty list means verified.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from allocation.matching.impossible import Verdict, judge_demands
from allocation.matching.instance import Gap, Instance, Option, Seeker
from allocation.matching.obstacles import gap_instance
from allocation.matching.result import Solution, Status

_NOT_SO: Final = {
    Verdict.POSSIBLE: "a placement meets every demand",
    Verdict.OPEN: "no proof of it was found",
}


def instance_faults(instance: Instance, solution: Solution) -> list[str]:
    """Check a solution of a compiled instance."""
    if not _has_result(solution):
        return _empty_faults(instance, solution)
    if set(solution.assignment) != {lead.id for lead in instance.leads}:
        return ["the leads of the assignment are not those of the instance"]
    county_of = {host.id: host.county for host in instance.hosts}
    faults: list[str] = []
    chosen: list[tuple[str, Option]] = []
    for lead in instance.leads:
        host = solution.assignment[lead.id]
        options = [option for option in lead.options if option.host == host]
        faults += _lead_faults(lead, host, options, county_of)
        chosen += [(county_of[option.host], option) for option in options]
    faults += _host_faults(instance, [option for _, option in chosen])
    faults += _county_faults(instance, chosen)
    value = sum(option.value for _, option in chosen)
    return faults + _objective_faults(solution, value, maximise=True)


def _lead_faults(
    lead: Seeker, host: str | None, options: list[Option], county_of: dict[str, str]
) -> Iterator[str]:
    if host is None:
        if lead.must_place:
            yield f"must-place lead {lead.id} is not placed"
    elif not options:
        yield f"lead {lead.id} is at {host}, which is none of its options"
    elif lead.held_by not in {None, county_of[host]}:
        yield f"lead {lead.id} is held by {lead.held_by} and placed in {county_of[host]}"


def _host_faults(instance: Instance, chosen: list[Option]) -> Iterator[str]:
    used = _sums((option.host, option.use) for option in chosen)
    for host in instance.hosts:
        for number, most in enumerate(host.capacity):
            amount = used.get((host.id, number), 0)
            if amount > most:
                yield f"host {host.id} gives {amount} of {most} {instance.resources[number]}"


def _county_faults(instance: Instance, chosen: list[tuple[str, Option]]) -> Iterator[str]:
    used = _sums((county, option.use) for county, option in chosen)
    hosted = Counter(county for county, _ in chosen)
    for limit in instance.counties:
        for number, quota in enumerate(limit.capacity):
            amount = used.get((limit.id, number), 0)
            if quota is not None and amount > quota:
                yield f"county {limit.id} gives {amount} of {quota} {instance.resources[number]}"
        count = hosted[limit.id]
        most = count if limit.max_leads is None else limit.max_leads
        if not limit.min_leads <= count <= most:
            yield f"county {limit.id} hosts {count} leads"


def _sums(uses: Iterable[tuple[str, tuple[int, ...]]]) -> dict[tuple[str, int], int]:
    """Sum what is used by (host or county, number of the resource)."""
    total: dict[tuple[str, int], int] = {}
    for where, amounts in uses:
        for number, amount in enumerate(amounts):
            total[where, number] = total.get((where, number), 0) + amount
    return total


def gap_faults(gap: Gap, solution: Solution) -> list[str]:
    """Check a solution of a generalised assignment problem."""
    if not _has_result(solution):
        return _empty_faults(gap_instance(gap), solution)
    if set(solution.assignment) != {str(job) for job in range(gap.jobs)}:
        return ["the jobs of the assignment are not those of the problem"]
    faults: list[str] = []
    used = [0] * gap.agents
    cost = 0
    for job in range(gap.jobs):
        names = [number for number in range(gap.agents) if str(number) == solution.assignment[str(job)]]
        faults += [] if names else [f"job {job} is at no agent"]
        for agent in names:
            used[agent] += gap.use[agent][job]
            cost += gap.cost[agent][job]
    faults += [
        f"agent {number} gives {amount} of {gap.capacity[number]}"
        for number, amount in enumerate(used)
        if amount > gap.capacity[number]
    ]
    return faults + _objective_faults(solution, cost, maximise=False)


def _has_result(solution: Solution) -> bool:
    return solution.status in {Status.OPTIMAL, Status.FEASIBLE}


def _empty_faults(instance: Instance, solution: Solution) -> list[str]:
    """Check an answer without a result: unknown is never verified.

    Infeasible may claim nothing else, and is believed only if the judge finds a proof of its own.
    """
    if solution.status is not Status.INFEASIBLE or solution.assignment or solution.objective is not None:
        return [f"there is no result: {solution.status}"]
    verdict = judge_demands(instance)
    if verdict is Verdict.IMPOSSIBLE:
        return []
    return [f"infeasible is said, but {_NOT_SO[verdict]}"]


def _objective_faults(solution: Solution, true: int, *, maximise: bool) -> list[str]:
    faults: list[str] = []
    if solution.objective != true:
        faults.append(f"objective {solution.objective} is said, {true} is true")
    bound = solution.bound
    if bound is None or (bound < true if maximise else bound > true):
        faults.append(f"bound {bound} excludes the result {true}")
    elif solution.status is Status.OPTIMAL and bound != true:
        faults.append(f"optimal is said, but the bound is {bound} and the result {true}")
    return faults
