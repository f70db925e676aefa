"""A pool that questions are asked of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from allocation.matching.answer_parts import Change, Lever
from allocation.matching.answers import WouldWin
from allocation.matching.compile import encode_pool
from allocation.matching.encode import Encoded
from allocation.matching.explain import Standing
from allocation.matching.levers import LEADING, changed
from allocation.matching.pool import Lead, Park, Pool
from allocation.matching.shortage import change_of, shortage
from allocation.matching.stock import hall_supply, land_supply, usable_halls, usable_plots
from allocation.units import MU_HUNDREDTHS


@dataclass(frozen=True, slots=True)
class PoolCase:
    """A pool."""

    pool: Pool

    def lead(self, name: str) -> Lead:
        """Return a lead.

        Raises:
            KeyError: there is none.
        """
        return {lead.id: lead for lead in self.pool.leads}[name]

    def park(self, code: str) -> Park:
        """Return a park.

        Raises:
            KeyError: there is none.
        """
        return {park.code: park for park in self.pool.parks}[code]

    def encoded(self, changes: Sequence[Change] = ()) -> Encoded:
        """Encode the pool with changes."""
        return encode_pool(changed(self.pool, changes))

    def shortage(self, assignment: Mapping[str, str | None], lead: str, host: str) -> WouldWin:
        """Tell what the lead lacks at the park with nothing moved."""
        return shortage(Standing.of(self.pool, assignment), self.lead(lead), self.park(host))

    def ideas(self, lead: str, host: str) -> tuple[Change, ...]:
        """List figures that may decide where nothing is missing: positioning, then tax and investment."""
        levers = (Lever.TIER, Lever.LEAD_TAX, Lever.LEAD_INVESTMENT)
        return tuple(self.change(lead, host, lever) for lever in levers)

    def change(self, lead: str, park: str, lever: Lever) -> Change:
        """Give the change of a lever that bears on a lead at a park, by one unit."""
        return change_of(self.pool, self.lead(lead), self.park(park), lever, 1)

    def reach(self, lead: str, change: Change) -> int:
        """Tell up to which amount a change can still do anything for the lead.

        Beyond what all leads need together nothing binds; a figure per mu earns nothing beyond twice a floor;
        no stock comes after the last that is known.
        """
        found, lever = self.lead(lead), change.lever
        if lever in _NEEDED:
            return max(1, sum(_need(item, _NEEDED[lever]) for item in self.pool.leads))
        if lever in _OWN:
            return _need(found, _OWN[lever]) - (1 if lever is Lever.LEAD_LAND else 0)
        if lever in {Lever.INVESTMENT_FLOOR, Lever.TAX_FLOOR}:
            park = self.park(change.owner)
            return park.investment_floor_fen if lever is Lever.INVESTMENT_FLOOR else park.tax_floor_fen
        if lever in {Lever.LEAD_INVESTMENT, Lever.LEAD_TAX}:
            return self._fullest(found, lever)
        few = {Lever.TIER: LEADING, Lever.COUNTY_LEADS: len(self.pool.leads)}
        return few[lever] if lever in few else self._last(found)

    def _fullest(self, lead: Lead, lever: Lever) -> int:
        """Tell how much more brings the lead to twice the highest floor."""
        invests = lever is Lever.LEAD_INVESTMENT
        floors = [park.investment_floor_fen if invests else park.tax_floor_fen for park in self.pool.parks]
        has = lead.fixed_investment_fen if invests else lead.tax_fen
        return max(0, -(-2 * max(floors) * lead.needs.land_mu // MU_HUNDREDTHS) - has)

    def _last(self, lead: Lead) -> int:
        """Tell how many days there are until the last stock is ready."""
        days: list[date] = [lead.deadline]
        for park in self.pool.parks:
            days += [day for day, _ in land_supply(usable_plots(self.pool, park))]
            days += [day for day, _ in hall_supply(usable_halls(self.pool, park))]
            days += [hold.deadline for hold in park.holds]
        days += [other.deadline for other in self.pool.leads]
        return (max(days) - lead.deadline).days

    def monotone(self, change: Change) -> bool:
        """Tell whether more of a change never makes any plan worse or impossible."""
        if change.lever is Lever.LEAD_INVESTMENT:  # more investment draws more of a county's bound on it
            return all(count.max_investment_wan is None for count in self.pool.limits.values())
        weights = self.pool.weights
        tiers = (
            weights.other_bp,
            weights.park_chain_bp,
            weights.county_chain_bp,
            weights.main_bp,
            weights.leading_bp,
        )
        return change.lever is not Lever.TIER or list(tiers) == sorted(tiers)


_NEEDED: Final[Mapping[Lever, str]] = {
    Lever.LAND: "land_mu",
    Lever.HALL: "hall_m2",
    Lever.ENERGY: "energy_tce",
    Lever.WATER: "water_td",
    Lever.COD: "cod_kg",
    Lever.COUNTY_LAND: "land_mu",
    Lever.COUNTY_ENERGY: "energy_tce",
    Lever.COUNTY_COD: "cod_kg",
    Lever.COUNTY_INVESTMENT: "investment_wan",
}
_OWN: Final[Mapping[Lever, str]] = {
    Lever.LEAD_LAND: "land_mu",
    Lever.LEAD_HALL: "hall_m2",
    Lever.LEAD_ENERGY: "energy_tce",
    Lever.LEAD_WATER: "water_td",
    Lever.LEAD_COD: "cod_kg",
}


def _need(lead: Lead, name: str) -> int:
    amount: int = lead.investment_wan if name == "investment_wan" else getattr(lead.needs, name)
    return amount
