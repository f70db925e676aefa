"""The counties' balances: who sends leads away earns points, who hosts them pays, within bounds.

Booked when a run is taken up: all holds given or released since the last booking, netted by county. What a
released hold had booked is given back. Nothing is booked while the city's rule has credits switched off.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.matching.pool import Pool
from allocation.matching.rights import BalanceRule, multiplier_bp, settle
from auth.principal import Principal
from services.matching.fair_schemas import BalanceLine, BalancesAnswer, BookingLine
from services.matching.fair_tables import CreditBooking, CreditHold
from services.matching.run_words import CreditKind
from services.matching.sight import CITY_EYES
from services.matching.snapshot import lead_of
from services.projects.tables import Hold, Project
from services.regions import repo as regions

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Points:
    """What one county earns and pays."""

    earned: int = 0
    paid: int = 0

    def __add__(self, other: "_Points") -> "_Points":
        return _Points(self.earned + other.earned, self.paid + other.paid)


async def points_of(session: AsyncSession, city: str) -> dict[str, int]:
    """Return each county's points; a county without a booking has none."""
    rows = await session.execute(
        text(
            "SELECT DISTINCT ON (county) county, after FROM credit_booking WHERE city = :city"
            " ORDER BY county, seq DESC"
        ),
        {"city": city},
    )
    return {county: int(after) for county, after in rows}


async def book(session: AsyncSession, pool: Pool, city: str, run: UUID, rule: BalanceRule) -> None:
    """Book all holds that changed since the last booking.

    Args:
        session: the transaction that takes up a run.
        pool: the city's pool as frozen for that run; its parks say whose each host is.
        city: the city's code.
        run: the run.
        rule: the bound of balances.
    """
    await session.execute(text("SELECT 1 FROM city WHERE city = :city FOR UPDATE"), {"city": city})
    given, released = await _unbooked(session, city)
    points: dict[str, _Points] = defaultdict(_Points)
    for kind, rows in ((CreditKind.given, given), (CreditKind.released, released)):
        held = replace(pool, leads=tuple(sorted((lead_of(row) for _, row in rows), key=lambda lead: lead.id)))
        places = {str(project.id): hold.park for hold, project in rows}
        for line in settle(held, places, {}, rule).bookings:
            back = kind is CreditKind.released
            earned, paid = (line.paid, line.earned) if back else (line.earned, line.paid)
            points[line.county] += _Points(earned, paid)
        session.add_all(CreditHold(city=city, hold=hold.id, kind=kind, run=run) for hold, _ in rows)
    last = await _last(session, city)
    for county, moved in sorted(points.items()):
        if moved != _Points():
            seq, before = last.get(county, (0, 0))
            after = max(-rule.bound, min(rule.bound, before + moved.earned - moved.paid))
            session.add(
                CreditBooking(
                    city=city,
                    county=county,
                    seq=seq + 1,
                    run=run,
                    before=before,
                    earned=moved.earned,
                    paid=moved.paid,
                    bound=rule.bound,
                    after=after,
                )
            )
    await session.flush()


async def _unbooked(
    session: AsyncSession, city: str
) -> tuple[list[tuple[Hold, Project]], list[tuple[Hold, Project]]]:
    """Return the holds whose giving is not booked, and those whose release is not though their giving was."""
    booked = {
        (row.hold, row.kind)
        for row in await session.scalars(select(CreditHold).where(col(CreditHold.city) == city))
    }
    query = (
        select(Hold, Project)
        .join(Project, (col(Project.city) == col(Hold.city)) & (col(Project.id) == col(Hold.project)))
        .where(col(Hold.city) == city)
        .order_by(col(Hold.id))
    )
    rows = [(hold, project) for hold, project in await session.execute(query)]
    given = [
        (hold, project)
        for hold, project in rows
        if hold.released_at is None and (hold.id, CreditKind.given) not in booked
    ]
    released = [
        (hold, project)
        for hold, project in rows
        if hold.released_at is not None
        and (hold.id, CreditKind.given) in booked
        and (hold.id, CreditKind.released) not in booked
    ]
    return given, released


async def _last(session: AsyncSession, city: str) -> dict[str, tuple[int, int]]:
    rows = await session.execute(
        text(
            "SELECT DISTINCT ON (county) county, seq, after FROM credit_booking WHERE city = :city"
            " ORDER BY county, seq DESC"
        ),
        {"city": city},
    )
    return {county: (int(seq), int(after)) for county, seq, after in rows}


async def read_balances(session: AsyncSession, principal: Principal, bound: int) -> BalancesAnswer:
    """Show balances and their latest bookings: the city's eyes see all, others their own county.

    Args:
        session: the reader's transaction.
        principal: who reads.
        bound: of the rule in force, which turns points into multipliers.
    """
    city, whole = principal.city, principal.role in CITY_EYES
    points = await points_of(session, city)
    counties = [row.code for row in await regions.load_counties(session, city)]
    shown = [code for code in counties if whole or code == principal.county]
    query = (
        select(CreditBooking)
        .where(col(CreditBooking.city) == city, col(CreditBooking.county).in_(shown))
        .order_by(col(CreditBooking.booked_at).desc(), col(CreditBooking.county))
        .limit(_SHOWN)
    )
    bookings = [BookingLine.model_validate(row, from_attributes=True) for row in await session.scalars(query)]
    return BalancesAnswer(
        view="all" if whole else "own",
        balances=tuple(
            BalanceLine(
                county=code,
                points=points.get(code, 0),
                multiplier_bp=multiplier_bp(points.get(code, 0), BalanceRule(bound=bound)),
            )
            for code in shown
        ),
        bookings=tuple(bookings),
        city=-sum(points.values()) if whole else None,
    )
