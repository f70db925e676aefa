"""Level 0 of "would win if": what a lead lacks at a park with nothing moved. Nothing is solved here."""

from collections.abc import Mapping
from typing import Final

from allocation.matching.answer_parts import Change, Lever, Missing
from allocation.matching.answers import WouldWin
from allocation.matching.eligibility import bars
from allocation.matching.explain import Standing
from allocation.matching.pool import Lead, Park, Pool
from allocation.matching.result import Rule
from allocation.matching.whynot import missing

LEVER_OF: Final[Mapping[Rule, Lever]] = {
    Rule.LAND: Lever.LAND,
    Rule.HALL: Lever.HALL,
    Rule.ENERGY: Lever.ENERGY,
    Rule.WATER: Lever.WATER,
    Rule.COD: Lever.COD,
    Rule.COUNTY_LAND: Lever.COUNTY_LAND,
    Rule.COUNTY_ENERGY: Lever.COUNTY_ENERGY,
    Rule.COUNTY_COD: Lever.COUNTY_COD,
    Rule.COUNTY_LEADS: Lever.COUNTY_LEADS,
    Rule.COUNTY_INVESTMENT: Lever.COUNTY_INVESTMENT,
}
"""The figure that mends a limit which is too small."""

_IN_TIME: Final = frozenset({Lever.LAND, Lever.HALL})


def shortage(standing: Standing, lead: Lead, park: Park) -> WouldWin:
    """Tell the least set of amounts that are missing, while all other placements stay.

    Each amount is the least by itself and all are needed: the lead fits with them and with nothing less. Land
    and halls are wanted by the lead's deadline. A rule that no amount mends is in `barred`, and the lead then
    does not win.
    """
    barred = bars(standing.pool, lead, park)
    return WouldWin(
        level=0,
        lead=lead.id,
        park=park.code,
        barred=barred,
        change=tuple(mend(standing.pool, lead, park, item) for item in missing(standing, lead, park)),
        wins=not barred,
    )


def mend(pool: Pool, lead: Lead, park: Park, item: Missing) -> Change:
    """Give the change that makes up for what is missing in a pool.

    Raises:
        KeyError: no figure of a pool mends this.
    """
    if item.rule is None:
        raise KeyError(item.resource)
    return change_of(pool, lead, park, LEVER_OF[item.rule], item.short)


def change_of(pool: Pool, lead: Lead, park: Park, lever: Lever, amount: int) -> Change:
    """Give the change of a lever that bears on a lead at a park."""
    if lever.name.startswith("LEAD_"):
        owner = lead.id
    else:
        owner = park.owner if lever.name.startswith("COUNTY_") else park.code
    return Change(
        lever=lever,
        owner=owner,
        amount=amount,
        on=pool.due(lead.deadline) if lever in _IN_TIME else None,
        industry=lead.industry if lever is Lever.TIER else None,
    )
