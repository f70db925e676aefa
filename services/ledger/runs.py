"""The run of a month: calculate with all that is known, post the differences, make the 测算单."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.postings import legs_of_share
from allocation.sharing.statement import months_of
from auth.money import can_issue_statement
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.known import next_known
from services.kit.tables import uuid7
from services.ledger import repo
from services.ledger.calculation import (
    Calculation,
    Knowledge,
    calculate,
    line_facts,
    read_knowledge,
)
from services.ledger.errors import MonthNotBegun, NoPeriod, NotForYou, PeriodClosed, PostingConflict
from services.ledger.posting import JournalEntry, Outcome, post_batch
from services.ledger.states import ENGINE, JournalKind, PeriodState
from services.ledger.tables import CalcRun, EntitlementLine, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run did: its row, the journals it wrote, what it added to the origins' shares, what it knew.

    `held` counts the differences of closed years that wait for an adjustment sheet, `held_fen` sums what they
    would add to the origins' shares.
    """

    run: CalcRun
    journals: int
    origin_fen: int
    knowledge: Knowledge
    held: int = 0
    held_fen: int = 0


def month_or_fail(text_: str) -> str:
    """Check that a text names a month.

    Raises:
        NoPeriod: it does not.
    """
    try:
        months = months_of(text_)
    except ValueError as error:
        raise NoPeriod from error
    if len(months) != 1:
        raise NoPeriod
    return months[0]


async def open_period(session: AsyncSession, city: str, month: str) -> None:
    """Open a month's books if they are not.

    Raises:
        PeriodClosed: the month is closed.
    """
    statement = upsert(Period).on_conflict_do_nothing(index_elements=["city", "code"])
    found = await repo.period_of(session, city, month)
    if found is None:
        closed = await session.execute(
            select(col(Period.code)).where(
                col(Period.city) == city, col(Period.state) == PeriodState.closed, col(Period.code) > month
            )
        )
        if closed.first() is not None:
            raise PeriodClosed(period=month)
        await session.execute(statement, [{"city": city, "code": month, "state": PeriodState.open}])
    elif found.state is not PeriodState.open:
        raise PeriodClosed(period=month)


async def run_month(session: AsyncSession, principal: Principal, month: str, today: date) -> RunResult:
    """Calculate a month and book the differences in it.

    Every month up to it is worked out again with all that is known; what changed of an earlier month is
    booked here and names the month it belongs to. What changes a closed year for another cause than receipts
    is held back until an approved adjustment sheet covers it.

    Raises:
        NotForYou: the principal is not the city's finance.
        NoPeriod: the text names no month.
        MonthNotBegun: the month lies ahead.
        PeriodClosed: the month is closed.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    month = month_or_fail(month)
    if date.fromisoformat(f"{month}-01") > today:
        raise MonthNotBegun(month=month)
    city = principal.city
    known = await next_known(session, city)
    await open_period(session, city, month)
    knowledge = await read_knowledge(session, city, known)
    calculation = await calculate(session, knowledge, month, before=known)
    rows = list(rows_of(calculation))
    run = CalcRun(
        city=city,
        id=uuid7(),
        period=month,
        known=known,
        engine=ENGINE,
        input_sha256=calculation.input_sha256,
        output_sha256=calculation.output_sha256,
        lines=len(rows),
        by=principal.account,
    )
    session.add(run)
    await session.flush()
    if rows:
        await session.execute(insert(EntitlementLine), [row | {"city": city, "run": run.id} for row in rows])
    entries = list(entries_of(calculation, run))
    outcomes = await post_batch(session, principal, entries)
    if any(outcome is not Outcome.created for outcome in outcomes):
        raise PostingConflict(period=month)
    origin_fen = sum(row["origin_fen"] for row in rows)
    held = [part.posting.amounts.origin for one in calculation.agreements for part in one.held]
    await record_event(
        session,
        city,
        actor=principal,
        action="ledger.computed",
        entity="calc_run",
        entity_id=run.id,
        after={"period": month, "known": known, "lines": len(rows), "origin_fen": origin_fen}
        | ({"held": len(held), "held_fen": sum(held)} if held else {}),
    )
    return RunResult(
        run=run,
        journals=len(entries),
        origin_fen=origin_fen,
        knowledge=knowledge,
        held=len(held),
        held_fen=sum(held),
    )


def entries_of(calculation: Calculation, run: CalcRun) -> Iterator[JournalEntry]:
    """One journal an agreement and run where the origin's share changes, and one an adjustment sheet."""
    for one in calculation.agreements:
        sums: dict[str | None, int] = {}
        for part in one.booked:
            sums[part.sheet] = sums.get(part.sheet, 0) + part.posting.amounts.origin
        for sheet, fen in sums.items():
            if not fen:
                continue
            code = one.agreed.code
            yield JournalEntry(
                key=f"adjustment/{sheet}/{code}/{run.known}"
                if sheet
                else f"share/{code}/{run.period}/{run.known}",
                kind=JournalKind.adjustment if sheet else JournalKind.share,
                period=run.period,
                agreement=one.agreed.id,
                legs=legs_of_share(one.agreed.origin, one.agreed.host, fen, one.agreed.outside),
                note=sheet or code,
                run=run.id,
            )


def rows_of(calculation: Calculation) -> Iterator[dict[str, Any]]:
    """The entitlement lines to store, numbered through. A line of an earlier month names its one cause."""
    number = 0
    for one in calculation.agreements:
        for part in one.booked:
            number += 1
            facts = line_facts(one, part)
            amounts = facts["posting"]
            if part.cause is not None:
                facts["cause"] = part.cause.value
            if part.sheet is not None:
                facts["sheet"] = part.sheet
            yield {
                "seq": number,
                "agreement": one.agreed.id,
                **{
                    key: facts[key]
                    for key in ("agreement_version", "origin", "host", "agreement_year", "tax", "month")
                },
                **amounts,
                "facts": facts,
            }


async def months_computed(session: AsyncSession, city: str) -> list[str]:
    """The months that have a run, in order."""
    rows = await session.execute(
        text("SELECT DISTINCT period FROM calc_run WHERE city = :city ORDER BY period"), {"city": city}
    )
    return list(rows.scalars())
