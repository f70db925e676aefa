"""The three segment ledgers (在谈未签约, 签约未开工, 开工未建成) as one asker sees them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.tracking.words import Segment
from auth.policy import COUNTY_EYES
from auth.principal import Principal, Role
from services.kit.pagination import decode_cursor, encode_cursor
from services.regions.repo import unit_names
from services.tracking.queries import SegmentRow, segments
from services.tracking.schemas import SegmentFilter
from services.tracking.views import SegmentsAnswer, SegmentTotal, SegmentView


async def rows_for(
    session: AsyncSession, principal: Principal, today: date, asked: SegmentFilter
) -> list[SegmentRow]:
    """Return the projects that somebody tracks and asks for, those that have stood longest first.

    A county finds those of which it is origin or host, the city's office and the auditor all, others none.
    """
    if principal.role in {Role.city_office, Role.auditor}:
        found = await segments(session, principal.city, today)
    elif principal.role in COUNTY_EYES and principal.county is not None:
        found = await segments(session, principal.city, today, county=principal.county)
    else:
        return []
    return [row for row in found if takes(asked, row)]


def takes(asked: SegmentFilter, row: SegmentRow) -> bool:
    """Tell whether a filter takes a row."""
    return (
        asked.segment in {None, row.segment}
        and asked.county in {None, "", row.county}
        and asked.department in {None, row.department}
        and asked.state in {None, row.state}
        and row.days >= asked.min_days
        and (row.blocks > 0 or not asked.blocked)
    )


async def ledger(
    session: AsyncSession, principal: Principal, today: date, asked: SegmentFilter
) -> tuple[list[SegmentView], list[SegmentTotal]]:
    """Return all rows of a filter with the totals by county."""
    rows = await rows_for(session, principal, today, asked)
    names = await unit_names(session, principal.city)
    masked = principal.role is Role.auditor
    return [_view(row, names, masked=masked) for row in rows], totals(rows, names)


async def ledger_page(
    session: AsyncSession,
    principal: Principal,
    today: date,
    asked: SegmentFilter,
    *,
    secret: str,
    limit: int,
    cursor: str | None = None,
) -> SegmentsAnswer:
    """Return one page of a filter, with the totals of all of it.

    Raises:
        BadCursor: a cursor of another list or person.
    """
    bound = f"tracking:{principal.city}:{principal.account}:{asked.model_dump_json()}"
    after = decode_cursor(secret, bound, cursor) if cursor else None
    rows, sums = await ledger(session, principal, today, asked)
    rest = [row for row in rows if after is None or _place(row) > after]
    following = encode_cursor(secret, bound, _place(rest[limit - 1])) if len(rest) > limit else None
    return SegmentsAnswer(as_of=today, total=len(rows), totals=sums, items=rest[:limit], next=following)


def _place(row: SegmentView) -> list[object]:
    return [-row.days, row.project]


def totals(rows: Iterable[SegmentRow], names: dict[str, str]) -> list[SegmentTotal]:
    """Add up rows by county and ledger, in the order of the ledgers within a county."""
    groups: dict[tuple[str, Segment], list[SegmentRow]] = defaultdict(list)
    for row in rows:
        groups[row.county, row.segment].append(row)
    order = list(Segment)
    return [
        SegmentTotal(
            county=county,
            county_name=names.get(county, county),
            segment=segment,
            projects=len(some),
            investment_fen=sum(row.investment_fen for row in some),
            mean_days=sum(row.segment_days for row in some) // len(some),
            longest_days=max(row.segment_days for row in some),
            blocked=sum(row.blocks > 0 for row in some),
        )
        for (county, segment), some in sorted(
            groups.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
        )
    ]


def _view(row: SegmentRow, names: dict[str, str], *, masked: bool) -> SegmentView:
    return SegmentView(
        project=row.public_id,
        name=row.code_name if masked else row.name,
        origin=None if masked else row.origin,
        host=row.host,
        county=row.county,
        county_name=names.get(row.county, row.county),
        state=row.state,
        segment=row.segment,
        department=row.department,
        investment_fen=row.investment_fen,
        since=row.since,
        days=row.days,
        segment_since=row.segment_since,
        segment_days=row.segment_days,
        blocks=row.blocks,
    )
