"""One count of all agreements: what is due by now against what was booked, posted in an open month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.canonical import sha256_of
from allocation.sharing.credit import Credit
from allocation.sharing.crediting import (
    credit_changes,
    credits_due,
    governing,
    legs_of_credit,
)
from allocation.sharing.years import last_day_of
from auth.money import can_count_credit
from auth.principal import Principal
from services.credit import repo
from services.credit.errors import CreditNotForYou, CreditPeriodClosed
from services.credit.tables import CreditLine, CreditRun
from services.credit.words import CountedIndicator
from services.kit.events import record_event
from services.kit.known import last_known, next_known
from services.kit.tables import uuid7
from services.ledger.agreed import Agreed, agreements_as_known
from services.ledger.errors import MonthNotBegun, PeriodClosed, PostingConflict
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.runs import month_or_fail, open_period
from services.ledger.states import JournalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one agreement's count changes by, month by month."""

    agreed: Agreed
    indicator: CountedIndicator
    months: dict[str, Credit]

    @property
    def total(self) -> Credit:
        """All months together."""
        return sum(self.months.values(), Credit(0, 0, 0))


async def changes(session: AsyncSession, city: str, known: int, through: str) -> list[Change]:
    """Tell what is not booked yet of the months up to `through`, by agreement; confirmed years apart."""
    agreed = await agreements_as_known(session, city, known)
    funds = await repo.funds_of(session, city, agreed)
    courses = await repo.courses_of(session, city, agreed)
    booked = await repo.booked_of(session, city)
    final = await repo.confirmed_years(session, city)
    found = []
    for one in agreed:
        values = {month: fen for month, fen in funds.get(one.project, {}).items() if month <= through}
        before = booked.get((one.id, CountedIndicator.paid_in), {})
        due = credits_due(one.versions, courses[one.code], values, final)
        within = {month: value for month, value in before.items() if month <= through}
        months = credit_changes(due, within, final)
        if months:
            found.append(Change(agreed=one, indicator=CountedIndicator.paid_in, months=months))
    return found


async def count(session: AsyncSession, principal: Principal, month: str, today: date) -> CreditRun:
    """Count every agreement up to a month and book the differences in it.

    Raises:
        CreditNotForYou: the principal is neither the city's office nor its finance.
        NoPeriod: the text names no month.
        MonthNotBegun: the month lies ahead.
        CreditPeriodClosed: the month is closed.
    """
    if not can_count_credit(principal):
        raise CreditNotForYou
    month = month_or_fail(month)
    if date.fromisoformat(f"{month}-01") > today:
        raise MonthNotBegun(month=month)
    city = principal.city
    known = await next_known(session, city)
    try:
        await open_period(session, city, month)
    except PeriodClosed as error:
        raise CreditPeriodClosed(month=month) from error
    found = await changes(session, city, known, month)
    rows = list(_rows(found))
    run = CreditRun(
        city=city,
        id=uuid7(),
        period=month,
        known=known,
        input_sha256=sha256_of("credit-input", {"through": month, "agreements": _inputs(found)}),
        output_sha256=sha256_of("credit-output", {"lines": [_facts(row) for row in rows]}),
        lines=len(rows),
        by=principal.account,
    )
    session.add(run)
    await session.flush()
    if rows:
        await session.execute(insert(CreditLine), [row | {"city": city, "run": run.id} for row in rows])
    outcomes = await post_batch(session, principal, list(_entries(found, run)))
    if any(outcome is not Outcome.created for outcome in outcomes):
        raise PostingConflict(period=month)
    await record_event(
        session,
        city,
        actor=principal,
        action="credit.counted",
        entity="credit_run",
        entity_id=run.id,
        after={"period": month, "known": known, "lines": len(rows)},
    )
    return run


async def is_current(session: AsyncSession, city: str, year: int) -> bool:
    """Whether everything that counts up to a year's end is booked."""
    return not await changes(session, city, await last_known(session, city), f"{year}-12")


def _inputs(found: list[Change]) -> list[list[Any]]:
    return [[one.agreed.code, one.agreed.version, one.indicator.value] for one in found]


def _rows(found: list[Change]) -> Iterator[dict[str, Any]]:
    number = 0
    for one in found:
        for month, change in one.months.items():
            number += 1
            yield {
                "seq": number,
                "agreement": one.agreed.id,
                "agreement_version": governing(one.agreed.versions, last_day_of(month)).version,
                "origin": one.agreed.origin,
                "host": one.agreed.host,
                "indicator": one.indicator,
                "month": month,
                "value": change.city,
                "origin_value": change.origin,
                "host_value": change.host,
            }


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"agreement": str(row["agreement"]), "indicator": row["indicator"].value}


def _entries(found: list[Change], run: CreditRun) -> Iterator[JournalEntry]:
    """One journal an agreement and run, where what a county counts changes."""
    for one in found:
        legs = legs_of_credit(one.agreed.origin, one.agreed.host, one.total)
        if legs:
            yield JournalEntry(
                key=f"credit/{one.agreed.code}/{one.indicator.value}/{run.period}/{run.known}",
                period=run.period,
                agreement=one.agreed.id,
                legs=legs,
                note=one.agreed.code,
                kind=JournalKind.credit,
            )
