"""The judge's own scores: the same formulas in Fractions, from the raw pool."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from allocation.matching.judge_rules import in_class
from allocation.matching.pool import Hold, Industry, LandUse, Lead, Park, Pool
from allocation.matching.result import Score

_WHOLE_BP = 10_000


class Values:
    """Scores pairs of one pool; what does not depend on the lead is worked out once.

    Args:
        pool: the pool.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._tiers: dict[tuple[Industry, str], int] = {}
        self._free: dict[str, dict[str, list[int]]] = {}
        self._stock: dict[str, tuple[list[tuple[date, int]], list[tuple[date, int]]]] = {}
        held: dict[str, list[Hold]] = defaultdict(list)
        for park in pool.parks:
            held[park.owner] += park.holds
        oldest = pool.as_of - timedelta(days=pool.rules.stock_days)
        for park in pool.parks:
            givers = {
                name: [getattr(park, name) - sum(getattr(hold.needs, name) for hold in park.holds)]
                for name in ("energy_tce", "water_td", "cod_kg")
            }
            if park.owner in pool.counties:
                for name in ("energy_tce", "cod_kg"):
                    used = sum(getattr(hold.needs, name) for hold in held[park.owner])
                    givers[name].append(getattr(pool.counties[park.owner], name) - used)
            self._free[park.code] = givers
            self._stock[park.code] = (
                [
                    (plot.ready_on, plot.area_mu)
                    for plot in park.plots
                    if plot.land_use == LandUse.INDUSTRIAL and not plot.replan and plot.verified_on >= oldest
                ],
                [(hall.ready_on, hall.area_m2) for hall in park.halls if hall.verified_on >= oldest],
            )

    def tier_bp(self, lead: Lead, park: Park) -> int:
        """Tell the share of the positioning points that a lead reaches at a park."""
        key = (lead.industry, park.code)
        if key not in self._tiers:
            self._tiers[key] = self._tier(lead.industry, park)
        return self._tiers[key]

    def _tier(self, industry: Industry, park: Park) -> int:
        pool, weights = self._pool, self._pool.weights
        chains = pool.chains.get(industry, frozenset())
        reached = [weights.other_bp]
        for own in park.leading | park.main:
            reached += [weights.park_chain_bp] if chains & pool.chains.get(own, frozenset()) else []
        if park.owner in pool.counties and chains & pool.counties[park.owner].chains:
            reached.append(weights.county_chain_bp)
        reached += [weights.main_bp for own in park.main if in_class(industry, own)]
        reached += [weights.leading_bp for own in park.leading if in_class(industry, own)]
        return reached[-1]  # the highest tier stands last, whatever a city lets it earn

    def score(self, lead: Lead, park: Park) -> Score:
        """Score a pair that breaks no rule."""
        weights, land = self._pool.weights, lead.needs.land_mu
        over = [Fraction(weights.intensity // 2), Fraction(weights.tax // 2)]
        if land:
            over = [
                most * min(Fraction(1), Fraction(amount * 100, land * least) - 1) if least else Fraction(most)
                for amount, least, most in (
                    (lead.fixed_investment_fen, park.investment_floor_fen, weights.intensity),
                    (lead.tax_fen, park.tax_floor_fen, weights.tax),
                )
            ]
        return Score(
            positioning=floor(Fraction(weights.positioning * self.tier_bp(lead, park), _WHOLE_BP)),
            fit=self._fit(lead, park),
            headroom=self._headroom(lead, park),
            intensity=floor(over[0]),
            tax=floor(over[1]),
        )

    def value(self, lead: Lead, park: Park, score: Score) -> int:
        """Tell what a score is worth at a park."""
        factor = max(line for line in self._pool.weights.by_investment if line[0] <= lead.investment_fen)[1]
        points = score.positioning + score.fit + score.headroom + score.intensity + score.tax
        share = Fraction(self._pool.multipliers_bp.get(park.owner, _WHOLE_BP), _WHOLE_BP)
        return floor(points * factor * share)

    def _fit(self, lead: Lead, park: Park) -> int:
        most, by = self._pool.weights.fit, max(self._pool.as_of, lead.deadline)
        clear, roofs = self._stock[park.code]
        points: list[int] = []
        if lead.needs.land_mu:
            ready = sum(area for day, area in clear if day <= by)
            points.append(_half_and_share(most, Fraction(ready, lead.needs.land_mu)))
        if lead.needs.hall_m2:
            largest = max((area for day, area in roofs if day <= by), default=0)
            points.append(_half_and_share(most, Fraction(largest, lead.needs.hall_m2)))
        return floor(Fraction(sum(points), len(points))) if points else most

    def _headroom(self, lead: Lead, park: Park) -> int:
        left = Fraction(1)
        for name, givers in self._free[park.code].items():
            need = getattr(lead.needs, name)
            for free in givers if need else ():
                left = min(left, 1 - Fraction(need, free))
        return floor(self._pool.weights.headroom * left)


def _half_and_share(most: int, covered: Fraction) -> int:
    return floor(most * (min(covered, Fraction(1)) + 1) / 2)
