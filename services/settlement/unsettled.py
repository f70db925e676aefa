"""未结清册: what is owed and not settled, what is ordered and not paid, by county and age.

Shares are read from the books' own legs, less what posted settlements cleared, so that the register always
says what the dues accounts say. Late interest is shown where a city set a rate, and is never booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.ageing import Age, Open, Paid, Rate, age_of, aged, late_interest
from allocation.sharing.statement import Direction
from auth.principal import Principal
from services.ledger import repo
from services.ledger.visibility import county_of
from services.regions.settings import setting_history
from services.settlement.dues import read_year
from services.settlement.tables import Payment, PaymentOrder, Settlement
from services.settlement.words import OPEN_STATES, PAID_STATES, SETTLED_BY, OpenKind

_SHARES = text(
    """
    SELECT debtor, creditor, year, sum(fen)::bigint AS fen FROM (
        SELECT a.county AS debtor, a.counterparty AS creditor, left(j.period, 4)::int AS year,
               -l.amount_fen AS fen
        FROM ledger_account a
        JOIN leg l ON l.city = a.city AND l.account = a.id
        JOIN journal j ON j.city = l.city AND j.id = l.journal
        WHERE a.city = :city AND a.kind = 'due_to' AND a.unit = 'fen' AND j.kind <> 'settlement'
        UNION ALL
        SELECT n.debtor, n.creditor, s.year, -n.fen
        FROM settlement_line n
        JOIN settlement s ON s.city = n.city AND s.id = n.settlement AND s.state = 'posted'
        WHERE n.city = :city
    ) AS moved
    GROUP BY debtor, creditor, year HAVING sum(fen) <> 0 ORDER BY year, debtor, creditor
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """Something open as one county sees it: what it owes (上解) or is owed (补助).

    `reference` is the order's number, or empty for a share; `interest_fen` is 0 where no rate is set.
    """

    kind: OpenKind
    county: str
    county_name: str
    direction: Direction
    other: str
    other_name: str
    year: int
    reference: str
    due_on: date
    fen: int
    paid_fen: int
    age: Age
    interest_fen: int

    @property
    def open_fen(self) -> int:
        """What is still open."""
        return self.fen - self.paid_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What of a year is open: shares between counties, orders not paid, settlements under way, lines held."""

    year: int
    share_fen: int
    order_fen: int
    settlements: tuple[str, ...]
    held: int

    @property
    def nothing(self) -> bool:
        """Whether the year is settled and paid."""
        return not (self.share_fen or self.order_fen or self.settlements)


async def register(session: AsyncSession, principal: Principal, on: date) -> list[OpenItem]:
    """What is open on a day, as a person may see it: its own county's, or all; both sides of each."""
    return await register_for(session, principal.city, on, county_of(principal))


async def register_for(session: AsyncSession, city: str, on: date, own: str | None) -> list[OpenItem]:
    """What is open on a day, of one county or of all: no walls, for papers that are checked by their code."""
    names = await repo.region_names(session, city)
    rates = [Rate(since, bp) for since, bp in await setting_history(session, city, "late_interest_bp")]
    found = []
    for debtor, creditor, year, fen in await session.execute(_SHARES, {"city": city}):
        due_on = date(year + 1, *SETTLED_BY)
        found += _sides(OpenKind.share, debtor, creditor, year, "", due_on, fen, [], names, on, rates)
    for order, year, paid in await _orders(session, city):
        if sum(part.fen for part in paid) < order.fen:
            found += _sides(
                OpenKind.order,
                order.payer,
                order.payee,
                year,
                order.number,
                order.due_on,
                order.fen,
                paid,
                names,
                on,
                rates,
            )
    # Of an order the city's own side is the county's seen from the other end: it is listed once. Parties
    # outside the city keep books of their own.
    found = [
        one for one in found if one.county in names and (one.kind is OpenKind.share or one.county != city)
    ]
    return sorted(
        (one for one in found if own in (None, one.county)),
        key=lambda one: (one.county, one.year, one.kind.value, one.direction.value, one.other),
    )


def _sides(
    kind: OpenKind,
    debtor: str,
    creditor: str,
    year: int,
    reference: str,
    due_on: date,
    fen: int,
    paid: Sequence[Paid],
    names: dict[str, str],
    on: date,
    rates: Sequence[Rate],
) -> list[OpenItem]:
    """The same thing as the debtor and as the creditor see it."""
    interest = late_interest(fen, due_on, on, paid=paid, rates=rates) if fen > 0 else 0
    return [
        OpenItem(
            kind=kind,
            county=county,
            county_name=names.get(county, county),
            direction=direction,
            other=other,
            other_name=names.get(other, other),
            year=year,
            reference=reference,
            due_on=due_on,
            fen=fen,
            paid_fen=sum(part.fen for part in paid),
            age=age_of(due_on, on),
            interest_fen=interest,
        )
        for county, other, direction in (
            (debtor, creditor, Direction.up),
            (creditor, debtor, Direction.down),
        )
    ]


async def _orders(session: AsyncSession, city: str) -> list[tuple[PaymentOrder, int, list[Paid]]]:
    """The orders of posted settlements with their year and what was paid of them."""
    rows = await session.execute(
        select(PaymentOrder, col(Settlement.year))
        .join(
            Settlement,
            (col(Settlement.city) == col(PaymentOrder.city))
            & (col(Settlement.id) == col(PaymentOrder.settlement)),
        )
        .where(col(PaymentOrder.city) == city)
        .order_by(col(PaymentOrder.number))
    )
    orders = [(order, year) for order, year in rows]
    paid = await session.execute(
        select(col(Payment.payment_order), col(Payment.paid_on), col(Payment.fen)).where(
            col(Payment.city) == city, col(Payment.state).in_(PAID_STATES)
        )
    )
    parts: dict[object, list[Paid]] = {}
    for order_id, paid_on, fen in paid:
        parts.setdefault(order_id, []).append(Paid(paid_on, fen))
    return [(order, year, parts.get(order.id, [])) for order, year in orders]


def ageing(items: Sequence[OpenItem], direction: Direction, on: date) -> dict[str, dict[Age, int]]:
    """What is open one way by county and class of age."""
    return aged(
        (Open(one.county, one.due_on, one.open_fen) for one in items if one.direction is direction), on
    )


async def unsettled(session: AsyncSession, city: str, year: int) -> Unsettled:
    """What of a year is open, for a year's task list: no walls, the caller is the city's own work."""
    shares = [
        abs(fen)
        for _debtor, _creditor, of_year, fen in await session.execute(_SHARES, {"city": city})
        if of_year == year
    ]
    orders = [
        order.fen - sum(part.fen for part in paid)
        for order, of_year, paid in await _orders(session, city)
        if of_year == year
    ]
    under_way = await session.execute(
        select(col(Settlement.number)).where(
            col(Settlement.city) == city,
            col(Settlement.year) == year,
            col(Settlement.state).in_(OPEN_STATES),
        )
    )
    return Unsettled(
        year=year,
        share_fen=sum(shares),
        order_fen=sum(orders),
        settlements=tuple(under_way.scalars()),
        held=len((await read_year(session, city, year)).held),
    )
