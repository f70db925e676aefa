"""The judge of a pool: rechecks placements, scores and reasons from the raw pool.

Like `verify` it shares no code with the rules, the scoring, the compiler or the solver, on purpose: every
formula is written a second time, in another way (Fractions, loops over single days).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from allocation.matching.pool import Hold, Industry, LandUse, Lead, Needs, Park, Pool
from allocation.matching.result import Match, Rule, Status

_RESOURCES = ("energy_tce", "water_td", "cod_kg")
_WHOLE_BP = 10_000
_FEN_PER_WAN = 10**6
_DIGITS = 4


def pool_faults(pool: Pool, match: Match) -> list[str]:
    """Check a match: placements allowed, limits kept, figures true, every pair explained."""
    solution = match.solution
    if solution.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        return [f"there is no result: {solution.status}"]
    parks = {park.code: park for park in pool.parks}
    if set(solution.assignment) != {lead.id for lead in pool.leads}:
        return ["the leads of the assignment are not those of the pool"]
    if not {host for host in solution.assignment.values() if host is not None} <= set(parks):
        return ["a lead is placed at no park"]
    placed = _placed(pool, match)
    faults = [
        f"must-place lead {lead.id} is not placed"
        for lead in pool.leads
        if lead.must_place and solution.assignment[lead.id] is None
    ]
    for code, leads in placed.items():
        faults += [
            f"lead {lead.id} may not be at {code}" for lead in leads if not _allowed(pool, lead, parks[code])
        ]
        faults += [] if _fits(pool, parks[code], leads) else [f"park {code} is over-full"]
    for code in pool.counties:
        inside = [lead for park in pool.parks if park.owner == code for lead in placed[park.code]]
        faults += [] if _county_fits(pool, code, inside) else [f"county {code} is over its quotas"]
        least = pool.limits[code].min_leads if code in pool.limits else 0
        faults += [f"county {code} hosts {len(inside)} leads, not {least}"] if len(inside) < least else []
    if faults:  # what may not be has no value
        return faults
    value = sum(_value(pool, lead, parks[code]) for code, leads in placed.items() for lead in leads)
    return _figure_faults(match, value) + _explanation_faults(pool, match, parks)


def _figure_faults(match: Match, value: int) -> list[str]:
    solution = match.solution
    faults: list[str] = []
    if solution.objective != value:
        faults.append(f"value {solution.objective} is said, {value} is true")
    if solution.bound is None or solution.bound < value:
        faults.append(f"bound {solution.bound} excludes the result {value}")
    elif solution.status is Status.OPTIMAL and solution.bound != value:
        faults.append(f"optimal is said, but the bound is {solution.bound} and the result {value}")
    return faults


def _placed(pool: Pool, match: Match, *, without: str | None = None) -> dict[str, list[Lead]]:
    """List the leads at each park, one lead apart."""
    return {
        park.code: [
            lead
            for lead in pool.leads
            if match.solution.assignment[lead.id] == park.code and lead.id != without
        ]
        for park in pool.parks
    }


def _explanation_faults(pool: Pool, match: Match, parks: Mapping[str, Park]) -> list[str]:
    if [explanation.lead for explanation in match.explanations] != [lead.id for lead in pool.leads]:
        return ["the explanations are not those of the leads"]
    faults: list[str] = []
    for lead, explanation in zip(pool.leads, match.explanations, strict=True):
        named = [candidate.park for candidate in explanation.candidates]
        if sorted([*named, *explanation.rejections]) != sorted(parks):
            faults.append(f"lead {lead.id}: not every park is explained once")
            continue
        host = match.solution.assignment[lead.id]
        others = _placed(pool, match, without=lead.id)
        for candidate in explanation.candidates:
            park = parks[candidate.park]
            told = (candidate.placed, not candidate.shortfalls)
            true = (host == park.code, _joins(pool, park, lead, others))
            if told != true or not _allowed(pool, lead, park) or candidate.value != _value(pool, lead, park):
                faults.append(f"lead {lead.id}: candidate {park.code} is wrong")
        for code, reasons in explanation.rejections.items():
            outranked = [reason.rule for reason in reasons] == [Rule.OUTRANKED]
            free = _allowed(pool, lead, parks[code]) and _joins(pool, parks[code], lead, others)
            if not reasons or outranked != free:
                faults.append(f"lead {lead.id}: the reasons against {code} are wrong")
    return faults


def _joins(pool: Pool, park: Park, lead: Lead, others: Mapping[str, list[Lead]]) -> bool:
    """Tell whether a lead fits at a park beside all others."""
    inside = [other for near in pool.parks if near.owner == park.owner for other in others[near.code]]
    return _fits(pool, park, [*others[park.code], lead]) and (
        park.owner not in pool.counties or _county_fits(pool, park.owner, [*inside, lead])
    )


def _allowed(pool: Pool, lead: Lead, park: Park) -> bool:
    """Apply every rule that looks at the pair alone, and the limits with this lead alone."""
    if park.owner == lead.origin or lead.held_by not in {None, park.owner}:
        return False
    if any(_in_class(lead.industry, barred) for barred in park.forbidden):
        return False
    if pool.rules.positioning_gate and _tier(pool, lead, park) == Fraction(pool.weights.other_bp, _WHOLE_BP):
        return False
    if lead.needs.land_mu > 0:
        mu = Fraction(lead.needs.land_mu, 100)
        if (
            lead.fixed_investment_fen / mu < park.investment_floor_fen
            or lead.tax_fen / mu < park.tax_floor_fen
        ):
            return False
    return _fits(pool, park, [lead]) and (
        park.owner not in pool.counties or _county_fits(pool, park.owner, [lead])
    )


def _in_class(industry: Industry, group: Industry) -> bool:
    code = industry.code + "0" * (_DIGITS - len(industry.code))
    return industry.edition == group.edition and code[: len(group.code)] == group.code


def _fits(pool: Pool, park: Park, leads: Iterable[Lead]) -> bool:
    """Check a park day by day: what is due by a day must be ready by it; and what it can give, in sum.

    A limit that holds broke before the run (stock went stale since) forbids only leads that would make it
    worse.
    """
    wanted = list(leads)
    for name in _RESOURCES:
        more = sum(getattr(lead.needs, name) for lead in wanted)
        held = sum(getattr(hold.needs, name) for hold in park.holds)
        if more and more + held > getattr(park, name):
            return False
    checked = pool.as_of - timedelta(days=pool.rules.stock_days)
    land: list[tuple[date, int]] = [
        (plot.ready_on, plot.area_mu)
        for plot in park.plots
        if plot.land_use == LandUse.INDUSTRIAL and plot.verified_on >= checked
    ]
    hall = [(found.ready_on, found.area_m2) for found in park.halls if found.verified_on >= checked]
    return _in_time(pool, park.holds, wanted, "land_mu", land) and _in_time(
        pool, park.holds, wanted, "hall_m2", hall
    )


def _in_time(
    pool: Pool, holds: Iterable[Hold], leads: Iterable[Lead], name: str, stock: list[tuple[date, int]]
) -> bool:
    new = [(max(lead.deadline, pool.as_of), getattr(lead.needs, name)) for lead in leads]
    old = [(max(hold.deadline, pool.as_of), getattr(hold.needs, name)) for hold in holds]
    for day in {pool.as_of, *(due for due, _ in new), *(due for due, _ in old)}:
        more = sum(amount for due, amount in new if due <= day)
        held = sum(amount for due, amount in old if due <= day)
        if more and more + held > sum(amount for ready, amount in stock if ready <= day):
            return False
    return True


def _county_fits(pool: Pool, code: str, leads: Iterable[Lead]) -> bool:
    county = pool.counties[code]
    inside = list(leads)
    bound = pool.limits.get(code)
    if bound is not None:
        if bound.max_leads is not None and len(inside) > bound.max_leads:
            return False
        invested = sum(ceil(Fraction(lead.investment_fen, _FEN_PER_WAN)) for lead in inside)
        if bound.max_investment_wan is not None and invested > bound.max_investment_wan:
            return False
    wanted = [lead.needs for lead in inside]
    held: list[Needs] = [hold.needs for park in pool.parks if park.owner == code for hold in park.holds]
    for name in ("land_mu", "energy_tce", "cod_kg"):
        more = sum(getattr(needs, name) for needs in wanted)
        if more and more + sum(getattr(needs, name) for needs in held) > getattr(county, name):
            return False
    return True


def _tier(pool: Pool, lead: Lead, park: Park) -> Fraction:
    weights = pool.weights
    tiers = [weights.other_bp]
    chains = pool.chains.get(lead.industry, frozenset())
    for industry in park.leading:
        tiers += [weights.leading_bp] if _in_class(lead.industry, industry) else []
    for industry in park.main:
        tiers += [weights.main_bp] if _in_class(lead.industry, industry) else []
    for industry in park.leading | park.main:
        tiers += [weights.park_chain_bp] if chains & pool.chains.get(industry, frozenset()) else []
    if park.owner in pool.counties and chains & pool.counties[park.owner].chains:
        tiers.append(weights.county_chain_bp)
    return Fraction(max(tiers), _WHOLE_BP)


def _value(pool: Pool, lead: Lead, park: Park) -> int:
    weights = pool.weights
    total = floor(weights.positioning * _tier(pool, lead, park))
    total += _fit_points(pool, lead, park) + _headroom_points(pool, lead, park)
    if lead.needs.land_mu == 0:
        total += weights.intensity // 2 + weights.tax // 2
    else:
        mu = Fraction(lead.needs.land_mu, 100)
        for amount, least, most in (
            (lead.fixed_investment_fen, park.investment_floor_fen, weights.intensity),
            (lead.tax_fen, park.tax_floor_fen, weights.tax),
        ):
            over = (amount / mu - least) / least if least else Fraction(1)
            total += floor(most * min(over, Fraction(1)))
    factor = max(line for line in weights.by_investment if line[0] <= lead.investment_fen)[1]
    return floor(total * factor * Fraction(pool.multipliers_bp.get(park.owner, _WHOLE_BP), _WHOLE_BP))


def _fit_points(pool: Pool, lead: Lead, park: Park) -> int:
    checked = pool.as_of - timedelta(days=pool.rules.stock_days)
    by = max(pool.as_of, lead.deadline)
    points: list[int] = []
    if lead.needs.land_mu:
        clear = sum(
            plot.area_mu
            for plot in park.plots
            if plot.land_use == LandUse.INDUSTRIAL
            and not plot.replan
            and plot.verified_on >= checked
            and plot.ready_on <= by
        )
        share = min(Fraction(1), Fraction(clear, lead.needs.land_mu))
        points.append(floor(pool.weights.fit * (share + 1) / 2))
    if lead.needs.hall_m2:
        roofs = [hall.area_m2 for hall in park.halls if hall.verified_on >= checked and hall.ready_on <= by]
        share = min(Fraction(1), Fraction(max(roofs, default=0), lead.needs.hall_m2))
        points.append(floor(pool.weights.fit * (share + 1) / 2))
    return floor(Fraction(sum(points), len(points))) if points else pool.weights.fit


def _headroom_points(pool: Pool, lead: Lead, park: Park) -> int:
    left = [Fraction(1)]
    scopes: list[tuple[object, list[Hold], tuple[str, ...]]] = [(park, list(park.holds), _RESOURCES)]
    if park.owner in pool.counties:
        held = [hold for other in pool.parks if other.owner == park.owner for hold in other.holds]
        scopes.append((pool.counties[park.owner], held, ("energy_tce", "cod_kg")))
    for giver, holds, names in scopes:
        for name in names:
            need = getattr(lead.needs, name)
            free = getattr(giver, name) - sum(getattr(hold.needs, name) for hold in holds)
            if need:
                left.append(Fraction(free - need, free))
    return floor(pool.weights.headroom * min(left))
