"""Funds as somebody reads them: pages of rows, one entry with its course, and a year summed up."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.funds import by_month, cumulative, month_of, paid_in_rate
from allocation.statistics.goals import Actor
from auth.funds import can_check_funds, can_enter_funds, can_see_funds, sees_all_funds
from auth.principal import Principal, Role
from services.files import service as files
from services.files.words import EVIDENCE_KINDS, Subject
from services.funds import goals, queries, repo
from services.funds.entries import find
from services.funds.queries import PaidRow
from services.funds.schemas import (
    EntryFile,
    EntryView,
    FundFilter,
    FundPage,
    FundRow,
    MonthLine,
    RateView,
    ShareLine,
    Source,
    Summary,
)
from services.funds.words import EntryState
from services.kit.pagination import decode_cursor, encode_cursor
from services.projects.words import FUND_KINDS
from services.regions.repo import unit_names

PAID_IN = "到位资金"
"""The indicator's name in the offices' file."""


async def page(
    session: AsyncSession,
    principal: Principal,
    filters: FundFilter,
    *,
    secret: str,
    cursor: str | None = None,
    limit: int = 20,
) -> FundPage:
    """Return one page of the rows that somebody sees.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"funds|{principal.account}|{filters.model_dump_json()}"
    after = decode_cursor(secret, bound, cursor) if cursor else ("", "")
    found = await repo.rows(session, principal, filters, after=after, limit=limit + 1)
    shown = found[:limit]
    following = None
    if len(found) > limit:
        following = encode_cursor(secret, bound, [shown[-1]["month"], shown[-1]["place"]])
    sums = await repo.totals(session, principal, filters)
    return FundPage(
        items=await _rows(session, principal, shown),
        next=following,
        total=sums["total"],
        counted_fen=sums["fen"],
        unconverted=sums["unconverted"],
    )


async def all_rows(session: AsyncSession, principal: Principal, filters: FundFilter) -> list[FundRow]:
    """Return all rows that somebody sees under a filter, for an export."""
    return await _rows(session, principal, await repo.rows(session, principal, filters))


async def _rows(session: AsyncSession, principal: Principal, found: Sequence[Any]) -> list[FundRow]:
    names = await unit_names(session, principal.city)
    masked = principal.role is Role.auditor
    return [
        FundRow(
            source=Source.file if row["entry"] is None else Source.entry,
            entry=row["entry"],
            project=row["public_id"],
            name=row["code_name"] if masked else row["name"],
            host=row["host"],
            host_name=names.get(row["host"], row["host"]),
            park=row["host_park"],
            month=row["month"],
            fund_kind=row["fund_kind"],
            currency=row["currency"],
            amount=row["amount"],
            rate_e4=row["rate_e4"],
            fen=row["fen"],
            evidence=row["evidence"],
            corrects_month=row["corrects_month"],
            state=row["state"],
        )
        for row in found
    ]


async def entry_view(session: AsyncSession, principal: Principal, key: UUID) -> EntryView:
    """Show one entry with its course and its files.

    Raises:
        NoSuchFunds: none that this person may see.
    """
    row, project = await find(session, principal, key)
    host = project.host_county or project.origin
    names = await unit_names(session, principal.city)
    shown = await files.files_of(session, principal, [(Subject.funds, row.id)])
    revised = await repo.replaced_by(session, principal.city, row.id)
    closed = await repo.closed_through(session, principal.city)
    open_ = closed is None or row.month > closed
    enters = can_enter_funds(principal, host, project.host_park)
    checks = can_check_funds(principal, host, row.made_by)
    waits, counts = row.state is EntryState.pending, row.state is EntryState.confirmed
    return EntryView(
        **row.model_dump(exclude={"city", "project", "made_by", "checked_by", "ended_by", "at"}),
        source=Source.entry,
        entry=row.id,
        project=project.public_id,
        name=project.code_name if principal.role is Role.auditor else project.name,
        host=host,
        host_name=names.get(host, host),
        park=project.host_park,
        replaced_by=revised,
        files=[
            EntryFile(id=one.id, name=one.name, proves=EVIDENCE_KINDS[one.bindings[0].proves])
            for one in shown
            if one.bindings
        ],
        may_check=waits and checks,
        may_withdraw=(waits and enters) or (counts and checks and open_),
        may_revise=counts and enters and open_ and revised is None,
    )


async def summary(
    session: AsyncSession,
    principal: Principal,
    year: int,
    through: str | None,
    county: str | None,
    today: date,
) -> Summary:
    """Sum a year up to a month, beside the same months of the year before.

    A county's people see their own county's unless they ask for another's of which they see projects.

    Args:
        session: the session.
        principal: who asks.
        year: the year.
        through: the last month, YYYY-MM; the current one, or December, without it.
        county: only projects hosted by it.
        today: the business date.
    """
    through = _through(year, through, today)
    if county is None and not sees_all_funds(principal) and principal.role is not Role.park_officer:
        county = principal.county
    as_of = min(today, _last_day(through))
    now = await _seen(session, principal, year, through, county)
    ago = await _seen(session, principal, year - 1, f"{year - 1}{through[4:]}", county)
    whole_ago = await _seen(session, principal, year - 1, f"{year - 1}-12", county)
    names = await unit_names(session, principal.city)
    months, before = by_month(_sums(now, "month"), year), by_month(_sums(whole_ago, "month"), year - 1)
    closed = await repo.closed_through(session, principal.city)
    last = int(through[5:])
    lines = zip(months, cumulative(months), before, cumulative(before), strict=True)
    return Summary(
        year=year,
        through=through,
        county=county,
        as_of=as_of,
        closed_through=closed,
        total_fen=sum(row.fen for row in now),
        year_ago_fen=sum(row.fen for row in ago),
        months=[
            MonthLine(
                month=f"{year}-{number:02}",
                fen=fen,
                cumulative_fen=so_far,
                year_ago_fen=fen_ago,
                year_ago_cumulative_fen=so_far_ago,
                closed=closed is not None and f"{year}-{number:02}" <= closed,
            )
            for number, (fen, so_far, fen_ago, so_far_ago) in enumerate(lines, start=1)
            if number <= last
        ],
        kinds=_shares(now, ago, "fund_kind", dict(FUND_KINDS)),
        counties=_shares(now, ago, "host", names),
        parks=_shares(now, ago, "park", names),
        target=await _target(session, principal, year, county, as_of),
        rate=await _rate(session, principal, year, through, county, as_of),
        unconverted=sum(row.unconverted for row in now),
    )


def _through(year: int, through: str | None, today: date) -> str:
    """Return the last month of a span, which lies in its year and not ahead."""
    latest = min(f"{year}-12", max(month_of(today), f"{year}-01"))
    return latest if through is None or not through.startswith(f"{year}-") else min(through, f"{year}-12")


def _last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


async def _seen(
    session: AsyncSession, principal: Principal, year: int, through: str, county: str | None
) -> list[PaidRow]:
    """Return the rows of a year that somebody sees, of one host where asked."""
    return [
        row
        for row in await queries.paid_in_by(session, principal.city, year, through)
        if can_see_funds(principal, row.origin, row.host, row.park) and county in {None, row.host}
    ]


def _sums(rows: Iterable[PaidRow], by: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        key = getattr(row, by)
        if key is not None:
            found[str(key)] += row.fen
    return found


def _shares(
    now: Sequence[PaidRow], ago: Sequence[PaidRow], by: str, names: dict[Any, str]
) -> list[ShareLine]:
    these, those = _sums(now, by), _sums(ago, by)
    return [
        ShareLine(key=key, name=names.get(key, key), fen=these.get(key, 0), year_ago_fen=those.get(key, 0))
        for key in sorted({*these, *those})
    ]


async def _target(
    session: AsyncSession, principal: Principal, year: int, county: str | None, as_of: date
) -> RateView | None:
    """Return what was paid in over the target of 到位资金: a county's own, or all counties' together."""
    found = [
        one.progress
        for one in (await goals.listed(session, principal, year, as_of)).items
        if one.indicator == PAID_IN
        and one.actor is (Actor.park if principal.role is Role.park_officer else Actor.county)
        and county in {None, one.unit}
        and one.progress is not None
    ]
    if not found:
        return None
    return goals.together(found)


async def _rate(
    session: AsyncSession, principal: Principal, year: int, through: str, county: str | None, as_of: date
) -> RateView:
    """Return 资金到位率 of the projects signed in the year that somebody sees."""
    signed = [
        one
        for one in queries.signed_in(
            await queries.ventures(session, principal.city, year, through), year, as_of
        )
        if can_see_funds(principal, one.origin, one.host, one.park)
        and county in {None, one.host or one.origin}
    ]
    paid: dict[object, int] = {one.project: sum(one.paid.values()) for one in signed}
    agreed: dict[object, int] = {one.project: one.investment_fen for one in signed}
    return RateView.of(paid_in_rate(paid, agreed, as_of))
