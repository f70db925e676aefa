"""The frozen pool of a run under the city's rule of fairness: balances, multipliers, window, bounds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.matching.pool import Pool
from allocation.matching.rights import BalanceRule, multipliers
from services.matching import balances
from services.matching.fair_record import Record, fair_task
from services.matching.fair_results import past_of
from services.matching.fair_rules import rule_of, setting_on
from services.matching.snapshot import build_pool
from services.matching.tables import MatchRun


async def freeze(session: AsyncSession, city: str, as_of: date) -> tuple[Pool, Record | None]:
    """Read a city's pool, and what fairness adds to it on that day; None where the city has no rule."""
    pool = await build_pool(session, city, as_of)
    setting = await setting_on(session, city, as_of)
    if setting is None or not setting.enabled:
        return pool, None
    if setting.credits:
        rule = BalanceRule(bound=setting.balance_bound)
        turned = multipliers(pool, await balances.points_of(session, city), rule)
        pool = replace(pool, multipliers_bp=turned)
    past = await past_of(session, city, as_of, setting.months)
    return pool, fair_task(rule_of(setting), past)


async def book_holds(session: AsyncSession, city: str, run: MatchRun) -> None:
    """Book what holds did to the balances since the last run, where the city's rule has credits on."""
    setting = None if run.as_of is None else await setting_on(session, city, run.as_of)
    if run.as_of is not None and setting is not None and setting.enabled and setting.credits:
        pool = await build_pool(session, city, run.as_of)
        await balances.book(session, pool, city, run.id, BalanceRule(bound=setting.balance_bound))


def held_to(pool: Mapping[str, Any], fair: Mapping[str, Any] | None) -> dict[str, Any]:
    """Give the record of the pool that was solved: the frozen one with the bounds of fairness."""
    return {**pool, "limits": fair["limits"]} if fair is not None and fair["limits"] else dict(pool)
