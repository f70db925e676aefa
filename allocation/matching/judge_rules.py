"""The judge's own list of the rules that a pair breaks, with figures, to compare an explanation with."""

from dataclasses import dataclass
from datetime import date

from allocation.matching.judge_books import Books, Days, wan
from allocation.matching.pool import Industry, LandUse, Lead, Park, Pool
from allocation.matching.result import Rule

Reason = tuple[str, int | str, int | str]
"""Rule, what was measured, the limit."""

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a lead stands already in the books: nowhere, in the county of a park, or in that very park."""

    county: bool = False
    park: bool = False


NOWHERE = Seat()


def broken(pool: Pool, lead: Lead, park: Park, books: Books, tier_bp: int) -> list[Reason]:
    """List every rule that the pair breaks by itself, sorted.

    Args:
        pool: the pool.
        lead: the lead.
        park: the park.
        books: before the run.
        tier_bp: the positioning tier of the pair.
    """
    found: list[Reason] = []
    if park.owner == lead.origin:
        found.append((Rule.ORIGIN, lead.origin, park.owner))
    if lead.held_by not in {None, park.owner}:
        found.append((Rule.HELD, park.owner, str(lead.held_by)))
    if any(park.owner == region for region in lead.declined):
        found.append((Rule.DECLINED, lead.origin, park.owner))
    found += [
        (Rule.FORBIDDEN, _word(lead.industry), _word(barred))
        for barred in park.forbidden
        if in_class(lead.industry, barred)
    ]
    if pool.rules.positioning_gate and tier_bp == pool.weights.other_bp:
        found.append((Rule.POSITIONING, pool.weights.other_bp, pool.weights.park_chain_bp))
    land = lead.needs.land_mu
    for rule, amount, floor in (
        (Rule.INTENSITY, lead.fixed_investment_fen, park.investment_floor_fen),
        (Rule.TAX, lead.tax_fen, park.tax_floor_fen),
    ):
        if land > 0 and amount * 100 < floor * land:
            found.append((rule, amount * 100 // land, floor))
    return sorted(found + lacking(pool, lead, park, books, NOWHERE))


def lacking(pool: Pool, lead: Lead, park: Park, books: Books, seat: Seat) -> list[Reason]:
    """List what is too little, sorted; stock that only an old check keeps out is named beside it."""
    day = max(lead.deadline, pool.as_of)
    book, needs = books.parks[park.code], lead.needs
    found: list[Reason] = []
    for rule, stale, need, now, ever in (
        (Rule.LAND, Rule.STALE_LAND, needs.land_mu, book.land, book.old_land),
        (Rule.HALL, Rule.STALE_HALL, needs.hall_m2, book.hall, book.old_hall),
    ):
        found += _in_time(pool, park, (rule, stale), need, day, now, ever, need * seat.park)
    amounts: list[tuple[Rule, int, int | None, bool]] = [
        (Rule.ENERGY, needs.energy_tce, book.energy_tce, seat.park),
        (Rule.WATER, needs.water_td, book.water_td, seat.park),
        (Rule.COD, needs.cod_kg, book.cod_kg, seat.park),
    ]
    if park.owner in pool.counties:
        county = books.counties[park.owner]
        amounts += [
            (Rule.COUNTY_LAND, needs.land_mu, county.land_mu, seat.county),
            (Rule.COUNTY_ENERGY, needs.energy_tce, county.energy_tce, seat.county),
            (Rule.COUNTY_COD, needs.cod_kg, county.cod_kg, seat.county),
            (Rule.COUNTY_LEADS, 1, county.leads, seat.county),
            (Rule.COUNTY_INVESTMENT, wan(lead), county.wan, seat.county),
        ]
    for rule, need, left, mine in amounts:
        if left is not None and need > 0 and left + need * mine < need:
            found.append((rule, need, max(0, left + need * mine)))
    return sorted(found)


def _in_time(
    pool: Pool,
    park: Park,
    rules: tuple[Rule, Rule],
    need: int,
    day: date,
    now: Days,
    ever: Days,
    mine: int,
) -> list[Reason]:
    left = now.after(day) + mine
    if need == 0 or left >= need:
        return []
    found: list[Reason] = [(rules[0], need, max(0, left))]
    if ever.after(day) + mine >= need:
        ages = [
            (pool.as_of - item.verified_on).days
            for item in (park.plots if rules[0] is Rule.LAND else park.halls)
            if getattr(item, "land_use", LandUse.INDUSTRIAL) == LandUse.INDUSTRIAL
        ]
        newest = min(age for age in ages if age > pool.rules.stock_days)
        found.append((rules[1], newest, pool.rules.stock_days))
    return found


def _word(industry: Industry) -> str:
    return f"{industry.edition}:{industry.code}"


def in_class(industry: Industry, group: Industry) -> bool:
    """Tell whether an industry lies in a class."""
    code = industry.code + "0" * (_DIGITS - len(industry.code))
    return industry.edition == group.edition and code[: len(group.code)] == group.code
