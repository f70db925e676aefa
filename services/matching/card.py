"""The public card of the algorithm: what the matcher compares and how it scores, from the running settings.

It is read from the very objects that the next run would freeze, so it changes when they change.
"""

from dataclasses import asdict
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.result import Rule
from services.matching.schemas import Answer
from services.matching.snapshot import method_on
from services.matching.words import PARTS

TIERS = ("leading_bp", "main_bp", "county_chain_bp", "park_chain_bp", "other_bp")
"""Shares of the positioning points by tier, best first, as `Weights` names them."""

HARD = tuple(rule for rule in Rule if rule is not Rule.OUTRANKED)
"""Rules that bar a park, whatever the score."""


class WeightLine(Answer):
    """From this total investment (fen) on, a project's score counts so many times."""

    from_fen: int
    weight: int


class MatchCard(Answer):
    """How projects are matched on a day: hard rules, points of each part, tiers, weights by investment.

    `tiers_bp` are shares of the positioning points; `stock_days` is how old a check of land or halls may be.
    """

    as_of: date
    rules: tuple[Rule, ...]
    points: dict[str, int]
    tiers_bp: dict[str, int]
    weights: tuple[WeightLine, ...]
    stock_days: int
    positioning_gate: bool


async def card(session: AsyncSession, city: str, on: date) -> MatchCard:
    """Write the card of a city as it holds on a day."""
    weights, rules = await method_on(session, city, on)
    known = asdict(weights)
    return MatchCard(
        as_of=on,
        rules=tuple(rule for rule in HARD if rule is not Rule.POSITIONING or rules.positioning_gate),
        points={name: known[name] for name in PARTS},
        tiers_bp={name: known[name] for name in TIERS},
        weights=tuple(WeightLine(from_fen=least, weight=times) for least, times in weights.by_investment),
        stock_days=rules.stock_days,
        positioning_gate=rules.positioning_gate,
    )
