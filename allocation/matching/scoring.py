"""How well a park suits a lead: integers with named parts, 0–10,000.

All parts look at the pool as frozen, with the holds on it and without the other leads, so a score does not
depend on who else is placed. Divisions floor.
"""

from allocation.matching.pool import Lead, Park, Pool, Weights
from allocation.matching.result import Score
from allocation.matching.stock import hall_supply, land_supply, usable_halls, usable_plots
from allocation.units import MU_HUNDREDTHS, WHOLE


def score(pool: Pool, lead: Lead, park: Park) -> Score:
    """Score a lead at a park that may take it (`eligibility.blockers` is empty)."""
    weights = pool.weights
    return Score(
        positioning=weights.positioning * tier_bp(pool, lead, park) // WHOLE,
        fit=_fit(pool, lead, park),
        headroom=_headroom(pool, lead, park),
        intensity=_over_floor(lead, lead.fixed_investment_fen, park.investment_floor_fen, weights.intensity),
        tax=_over_floor(lead, lead.tax_fen, park.tax_floor_fen, weights.tax),
    )


def value(pool: Pool, lead: Lead, park: Park) -> int:
    """Tell what placing the lead at the park is worth: score × weight by investment × county's multiplier."""
    return worth(pool, lead, park, score(pool, lead, park).total)


def worth(pool: Pool, lead: Lead, park: Park, points: int) -> int:
    """Tell what so many points of a score are worth at a park; the multiplier's quotient is floored."""
    multiplier = pool.multipliers_bp.get(park.owner, WHOLE)
    return points * weight(pool.weights, lead) * multiplier // WHOLE


def weight(weights: Weights, lead: Lead) -> int:
    """Read the lead's weight from the table: the last line whose least investment it reaches."""
    return [line[1] for line in weights.by_investment if line[0] <= lead.investment_fen][-1]


def tier_bp(pool: Pool, lead: Lead, park: Park) -> int:
    """Tell the highest positioning tier that a lead reaches at a park, as a share in basis points.

    1.0: one of the park's 首位 industries; 0.8: one of its 主导; 0.6: a chain of the lead's industry is the
    首位 or a 潜力 chain of the park's county (a city park has no county); 0.4: the lead's industry shares a
    chain with one of the park's industries; else 0.1.
    """
    weights = pool.weights
    chains = pool.chains.get(lead.industry, frozenset())
    county = pool.counties.get(park.owner)
    park_chains = {
        chain for industry in park.leading | park.main for chain in pool.chains.get(industry, frozenset())
    }
    if any(industry.covers(lead.industry) for industry in park.leading):
        return weights.leading_bp
    if any(industry.covers(lead.industry) for industry in park.main):
        return weights.main_bp
    if county is not None and chains & county.chains:
        return weights.county_chain_bp
    if chains & park_chains:
        return weights.park_chain_bp
    return weights.other_bp


def _fit(pool: Pool, lead: Lead, park: Park) -> int:
    """Score how well the stock fits.

    Land: F × (clear + need) ÷ (2 × need), where F is the most points and clear the part of the need that 净地
        ready
    by the deadline covers: all clear land earns F, all 可调规 half of it. Halls: the same formula with the
        largest
    single hall ready by the deadline in the place of clear land: one roof earns F. A lead that needs both
        earns the mean, one that needs neither F.
    """
    most = pool.weights.fit
    due = pool.due(lead.deadline)
    parts: list[int] = []
    if lead.needs.land_mu:
        plots = [plot for plot in usable_plots(pool, park) if not plot.replan]
        clear = sum(area for day, area in land_supply(plots) if day <= due)
        parts.append(_half_and_share(most, clear, lead.needs.land_mu))
    if lead.needs.hall_m2:
        halls = hall_supply(usable_halls(pool, park))
        largest = max((area for day, area in halls if day <= due), default=0)
        parts.append(_half_and_share(most, largest, lead.needs.hall_m2))
    return sum(parts) // len(parts) if parts else most


def _half_and_share(most: int, covered: int, need: int) -> int:
    return most * (min(covered, need) + need) // (2 * need)


def _headroom(pool: Pool, lead: Lead, park: Park) -> int:
    """Score what stays free: H × the least (free − need) ÷ free over what the lead needs.

    Looked at are the park's energy, water and COD and, in a county, its energy and COD quotas, each after
    holds. A resource that the lead does not need says nothing; a lead that needs none of them earns H.
    """
    needs = lead.needs
    holds = [hold.needs for hold in park.holds]
    pairs = [
        (needs.energy_tce, park.energy_tce - sum(hold.energy_tce for hold in holds)),
        (needs.water_td, park.water_td - sum(hold.water_td for hold in holds)),
        (needs.cod_kg, park.cod_kg - sum(hold.cod_kg for hold in holds)),
    ]
    county = pool.counties.get(park.owner)
    if county is not None:
        holds = [hold.needs for other in pool.parks if other.owner == county.code for hold in other.holds]
        pairs += [
            (needs.energy_tce, county.energy_tce - sum(hold.energy_tce for hold in holds)),
            (needs.cod_kg, county.cod_kg - sum(hold.cod_kg for hold in holds)),
        ]
    most = pool.weights.headroom
    return min((most * (free - need) // free for need, free in pairs if need), default=most)


def _over_floor(lead: Lead, amount: int, floor: int, most: int) -> int:
    """Score a figure per mu over its floor: M × (figure − floor) ÷ floor, at most M.

    M is reached at twice the floor. A park without a floor gives M; a lead that takes no land gives M ÷ 2.
    """
    if lead.hall_only:
        return most // 2
    if floor == 0:
        return most
    asked = floor * lead.needs.land_mu
    return min(most, most * (amount * MU_HUNDREDTHS - asked) // asked)
