"""The judge of a pool: rechecks placements, scores and reasons from the raw pool.

Like `verify` it shares no code with the rules, the scoring, the compiler or the solver, on purpose: every
formula is written a second time, in another way (`judge_books`: single days; `judge_rules`: cross products;
`judge_values`: Fractions). The books are written once for a pool, so the work grows with the number of pairs
and no faster.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from allocation.matching.answers import WhyNot
from allocation.matching.judge_books import Books, open_books
from allocation.matching.judge_rules import Reason, Seat, broken, lacking
from allocation.matching.judge_values import Values
from allocation.matching.pool import Lead, Park, Pool
from allocation.matching.result import Blocker, Candidate, Explanation, Match, Rule, Score, Status

_PROPOSED: Final = 3
_QUOTAS: Final = frozenset(
    {
        Rule.COUNTY_LAND,
        Rule.COUNTY_ENERGY,
        Rule.COUNTY_COD,
        Rule.COUNTY_LEADS,
        Rule.COUNTY_INVESTMENT,
    }
)
_STALE: Final = frozenset({Rule.STALE_LAND, Rule.STALE_HALL})
_THERE: Final = Seat(county=True, park=True)


def pool_faults(pool: Pool, match: Match) -> list[str]:
    """Check a match: placements allowed, limits kept, figures true, every pair explained in full."""
    solution = match.solution
    if solution.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        return [f"there is no result: {solution.status}"]
    parks = {park.code: park for park in pool.parks}
    if set(solution.assignment) != {lead.id for lead in pool.leads}:
        return ["the leads of the assignment are not those of the pool"]
    if not {host for host in solution.assignment.values() if host is not None} <= set(parks):
        return ["a lead is placed at no park"]
    trial = _Trial(pool, solution.assignment, parks)
    faults = list(trial.placement_faults())
    if faults:  # what may not be has no value
        return faults
    return [*_figure_faults(match, trial.value()), *_explanation_faults(trial, match)]


def plan_faults(pool: Pool, hosts: Mapping[str, str | None], value: int | None) -> list[str]:
    """Check a plan without explanations: who may not be where, which limits are broken, what it is worth.

    Args:
        pool: the pool.
        hosts: the park of each lead; None: it stays.
        value: what the plan is said to be worth; None: nothing is said.
    """
    parks = {park.code: park for park in pool.parks}
    if set(hosts) != {lead.id for lead in pool.leads}:
        return ["the leads of the plan are not those of the pool"]
    if not {host for host in hosts.values() if host is not None} <= set(parks):
        return ["a lead is placed at no park"]
    trial = _Trial(pool, hosts, parks)
    faults = list(trial.placement_faults())
    if faults or value is None:  # what may not be has no value
        return faults
    true = trial.value()
    return [] if true == value else [f"value {value} is said, {true} is true"]


def plan_value(pool: Pool, hosts: Mapping[str, str | None]) -> int | None:
    """Tell what a plan would be worth by a pool's rules, whatever its limits; None if it breaks a rule.

    Args:
        pool: the pool.
        hosts: the park of each lead; None: it stays.
    """
    trial = _Trial(pool, hosts, {park.code: park for park in pool.parks})
    placed = [(lead, trial.parks[host]) for lead in pool.leads if (host := hosts[lead.id]) is not None]
    return None if any(trial.alone(lead, park) for lead, park in placed) else trial.value()


def rule_faults(pool: Pool, lead: str, park: str, told: tuple[Blocker, ...]) -> Iterator[str]:
    """Check the rules that a pair is said to break by itself."""
    trial = _Trial(pool, {one.id: None for one in pool.leads}, {one.code: one for one in pool.parks})
    if _told(told) != trial.alone(next(one for one in pool.leads if one.id == lead), trial.parks[park]):
        yield f"lead {lead}: the rules against {park} are wrong"


def pair_faults(pool: Pool, hosts: Mapping[str, str | None], told: WhyNot) -> Iterator[str]:
    """Check what is told about a pair beside a plan: the rules it breaks, what is too little, its score.

    Args:
        pool: the pool.
        hosts: where a sound plan places each lead.
        told: what is told.
    """
    trial = _Trial(pool, hosts, {park.code: park for park in pool.parks})
    lead = next(lead for lead in pool.leads if lead.id == told.lead)
    if told.host != hosts[lead.id]:
        yield f"lead {lead.id} is not at {told.host}"
    yield from rule_faults(pool, told.lead, told.park, told.blockers)
    lack = [reason for reason in trial.beside(lead, trial.parks[told.park]) if reason[0] not in _STALE]
    figures = sorted((item.rule or "", item.need, item.short) for item in told.missing)
    if [figure[:2] for figure in figures] != [reason[:2] for reason in lack] or any(
        short != need - int(left) if left else short < need
        for (_, need, short), (_, _, left) in zip(figures, lack, strict=True)
    ):
        yield f"lead {lead.id}: what is missing at {told.park} is wrong"
    for side in filter(None, (told.here, told.there)):
        park = trial.parks[side.park]
        points = (None, None) if trial.alone(lead, park) else trial.points(lead, park)
        if (side.score, side.value) != points:
            yield f"lead {lead.id}: the score at {side.park} is wrong"


class _Trial:
    """A pool with its books before and after the placements.

    Args:
        pool: the pool.
        hosts: the park of each lead.
        parks: the parks by code.
    """

    def __init__(self, pool: Pool, hosts: Mapping[str, str | None], parks: Mapping[str, Park]) -> None:
        self.pool, self.hosts, self.parks = pool, hosts, parks
        self._before, self._after = open_books(pool, {}), open_books(pool, hosts)
        self._values = Values(pool)

    def alone(self, lead: Lead, park: Park) -> list[Reason]:
        """List the rules that the pair breaks by itself."""
        return broken(self.pool, lead, park, self._before, self._values.tier_bp(lead, park))

    def beside(self, lead: Lead, park: Park) -> list[Reason]:
        """List what is too little for the lead at the park beside all others."""
        host = self.hosts[lead.id]
        if host is None:
            seat = Seat()
        else:
            seat = Seat(county=self.parks[host].owner == park.owner, park=host == park.code)
        return lacking(self.pool, lead, park, self._after, seat)

    def points(self, lead: Lead, park: Park) -> tuple[Score, int]:
        """Score an allowed pair, and tell what that is worth."""
        score = self._values.score(lead, park)
        return score, self._values.value(lead, park, score)

    def placement_faults(self) -> Iterator[str]:
        """List what may not be."""
        full: set[str] = set()
        over: set[str] = set()
        for lead in self.pool.leads:
            host = self.hosts[lead.id]
            if host is None:
                if lead.must_place:
                    yield f"must-place lead {lead.id} is not placed"
                continue
            if self.alone(lead, self.parks[host]):
                yield f"lead {lead.id} may not be at {host}"
            for rule, _, _ in lacking(self.pool, lead, self.parks[host], self._after, _THERE):
                if rule in _QUOTAS:
                    over.add(self.parks[host].owner)
                else:
                    full.add(host)
        yield from (f"park {code} is over-full" for code in sorted(full))
        yield from (f"county {code} is over its quotas" for code in sorted(over))
        yield from _least_faults(self.pool, self._after)

    def value(self) -> int:
        """Sum what the placements are worth."""
        pairs = ((lead, self.hosts[lead.id]) for lead in self.pool.leads)
        return sum(self.points(lead, self.parks[host])[1] for lead, host in pairs if host is not None)


def _least_faults(pool: Pool, books: Books) -> Iterator[str]:
    for code, fair in sorted(pool.limits.items()):
        hosted = books.counties[code].hosted
        if hosted < fair.min_leads:
            yield f"county {code} hosts {hosted} leads, not {fair.min_leads}"


def _figure_faults(match: Match, value: int) -> Iterator[str]:
    solution = match.solution
    if solution.objective != value:
        yield f"value {solution.objective} is said, {value} is true"
    if solution.bound is None or solution.bound < value:
        yield f"bound {solution.bound} excludes the result {value}"
    elif solution.status is Status.OPTIMAL and solution.bound != value:
        yield f"optimal is said, but the bound is {solution.bound} and the result {value}"


def _explanation_faults(trial: _Trial, match: Match) -> Iterator[str]:
    leads = trial.pool.leads
    if [explanation.lead for explanation in match.explanations] != [lead.id for lead in leads]:
        yield "the explanations are not those of the leads"
        return
    proven = match.solution.status is Status.OPTIMAL
    for lead, explanation in zip(leads, match.explanations, strict=True):
        named = [candidate.park for candidate in explanation.candidates]
        if sorted([*named, *explanation.rejections]) != sorted(trial.parks):
            yield f"lead {lead.id}: not every park is explained once"
            continue
        yield from _lead_faults(trial, lead, explanation, proven=proven)


@dataclass(frozen=True, slots=True)
class _Truth:
    """What a lead's explanation must say.

    Attributes:
        best: the parks that are proposed, in order.
        shut: the reasons against every other park.
        lack: what is too little beside all others at each park that the lead may have by itself.
    """

    best: list[str]
    shut: dict[str, list[Reason]]
    lack: dict[str, list[Reason]]


def _truth(trial: _Trial, lead: Lead) -> _Truth:
    host = trial.hosts[lead.id]
    shut: dict[str, list[Reason]] = {}
    lack: dict[str, list[Reason]] = {}
    open_: list[tuple[bool, bool, int, str]] = []
    for code, park in trial.parks.items():
        reasons = trial.alone(lead, park)
        if reasons:
            shut[code] = reasons
        else:
            lack[code] = trial.beside(lead, park)
            total = trial.points(lead, park)[0].total
            open_.append((host != code, bool(lack[code]), -total, code))
    open_.sort()
    for _, _, minus, code in open_[_PROPOSED:]:
        shut[code] = lack[code] or [(Rule.OUTRANKED, -minus, -open_[_PROPOSED - 1][2])]
    return _Truth([code for _, _, _, code in open_[:_PROPOSED]], shut, lack)


def _lead_faults(trial: _Trial, lead: Lead, explanation: Explanation, *, proven: bool) -> Iterator[str]:
    truth = _truth(trial, lead)
    ranked = [(found.rank, found.park) for found in explanation.candidates]
    if ranked != list(enumerate(truth.best, start=1)):
        yield f"lead {lead.id}: the candidates are not {truth.best}"
        return
    for found in explanation.candidates:
        if not _candidate_is_true(trial, lead, found, truth.lack[found.park], proven=proven):
            yield f"lead {lead.id}: candidate {found.park} is wrong"
    for code, told in explanation.rejections.items():
        if _told(told) != truth.shut[code]:
            yield f"lead {lead.id}: the reasons against {code} are wrong"
    if explanation.crowded != tuple(sorted(code for code in truth.shut if truth.lack.get(code))):
        yield f"lead {lead.id}: the crowded parks are wrong"


def _candidate_is_true(
    trial: _Trial, lead: Lead, found: Candidate, lack: list[Reason], *, proven: bool
) -> bool:
    score, value = trial.points(lead, trial.parks[found.park])
    priced = found.price is None or (found.price == 0 if found.placed else proven and found.price >= 0)
    placed = trial.hosts[lead.id] == found.park
    told = (found.score, found.value, found.placed, _told(found.shortfalls))
    return priced and told == (score, value, placed, lack)


def _told(reasons: tuple[Blocker, ...]) -> list[Reason]:
    return sorted((reason.rule, reason.measured, reason.limit) for reason in reasons)
