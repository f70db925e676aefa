"""What reports count, read in a few statements whatever the number of projects."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.course import Course, Step
from allocation.statistics.goals import Venture
from allocation.statistics.periods import Span
from services.kit.tables import Base

TableT = TypeVar("TableT", bound=Base)
Paid = Mapping[UUID, Mapping[str, int]]
"""Fen paid in by project and month, YYYY-MM."""

COURSES: Final = """
SELECT p.id::text, p.origin, coalesce(p.host_county, p.origin), p.investment_fen, p.industry,
       p.host_county <> p.origin, p.registered_on, p.pooled_on, p.signed_on, p.contracted_on,
       p.incorporated_on, p.ready_on, p.started_on, p.counted_on, p.completed_on, p.produced_on,
       p.full_output_on
FROM project AS p
WHERE p.city = :city AND NOT EXISTS (
    SELECT 1 FROM project_merge AS m WHERE m.city = p.city AND m.merged = p.id AND m.state = 'merged'
)
    AND greatest(p.registered_on, p.pooled_on, p.signed_on, p.contracted_on, p.incorporated_on, p.ready_on,
        p.started_on, p.counted_on, p.completed_on, p.produced_on, p.full_output_on) >= :since
ORDER BY p.registered_on, p.code
"""
"""Every project once: a lead that was merged into another is that other. Those alone that moved lately."""

VENTURES: Final = """
SELECT p.public_id, p.id, p.origin, p.host_county, p.host_park, p.channel, p.channel_unit, p.investment_fen,
    p.signed_on, CASE WHEN p.state <> 'withdrawn' THEN p.accepted_on END
FROM project AS p
WHERE p.city = :city AND (
    p.signed_on BETWEEN :first AND :last OR p.accepted_on BETWEEN :first AND :last OR p.id = ANY (:paid)
)
ORDER BY p.public_id
"""
"""The projects that a year's targets can count: signed, accepted or paid in within its days."""

_DAYS: Final = (
    Step.registered,
    Step.pooled,
    Step.signed,
    Step.contracted,
    Step.incorporated,
    Step.ready,
    Step.started,
    Step.counted,
    Step.completed,
    Step.produced,
    Step.full_output,
)


async def courses(session: AsyncSession, city: str, since: date) -> list[Course]:
    """Return how every project of the city went that reached any step since a day."""
    found = []
    for ref, origin, host, fen, industry, moved, *days in await session.execute(
        text(COURSES), {"city": city, "since": since}
    ):
        reached: dict[Step, date] = {
            step: day for step, day in zip(_DAYS, days, strict=True) if day is not None
        }
        if moved and Step.signed in reached:
            reached[Step.transferred] = reached[Step.signed]
        found.append(Course(ref, origin, host, fen, reached, industry))
    return found


async def ventures(session: AsyncSession, city: str, span: Span, paid: Paid) -> list[Venture]:
    """Return the projects that targets can count in some days; `paid` is what each paid in, by month."""
    asked = {"city": city, "first": span.first, "last": span.last, "paid": list(paid)}
    return [
        Venture(
            project=ref,
            origin=origin,
            host=host,
            park=park,
            channel=channel,
            channel_unit=unit,
            investor="",
            investment_fen=fen,
            accepted_on=accepted,
            signed_on=signed,
            paid=paid.get(key, {}),
        )
        for ref, key, origin, host, park, channel, unit, fen, signed, accepted in await session.execute(
            text(VENTURES), asked
        )
    ]


MONEY_RECEIVED: Final = """
SELECT l.run || '/' || l.seq, l.origin, l.origin_fen
FROM entitlement_line AS l JOIN calc_run AS r ON r.city = l.city AND r.id = l.run
WHERE l.city = :city AND l.origin_fen <> 0
    AND r.period BETWEEN to_char(:first ::date, 'YYYY-MM') AND to_char(:last ::date, 'YYYY-MM')
ORDER BY 1
"""
"""What agreements give the origin, in the month of the books in which it was booked."""

MONEY_GIVEN: Final = MONEY_RECEIVED.replace("l.origin, l.origin_fen", "l.host, l.origin_fen")
"""The same as the hosts see it: what they give up."""

LOST: Final = """
SELECT p.id::text, p.origin, p.investment_fen
FROM project_move AS m JOIN project AS p ON p.city = m.city AND p.id = m.project
WHERE m.city = :city AND m.action = 'lose' AND m.on_date BETWEEN :first AND :last
ORDER BY m.on_date, p.code
"""
"""流失账: leads that were lost outside the city."""

LOST_UNSHARED: Final = LOST.replace("ORDER BY", "AND p.pooled_on IS NULL\nORDER BY")
"""Of them those that never came into the pool."""

_SIGNED_BEFORE: Final = """(q.signed_on, q.code) < (p.signed_on, p.code) AND (
        coalesce(q.host_county, q.origin) <> coalesce(p.host_county, p.origin)
        OR extract(year FROM q.signed_on) <> extract(year FROM p.signed_on)
    )"""

REPEATED: Final = f"""
SELECT p.id::text, p.city, p.investment_fen FROM project AS p
WHERE p.city = :city AND p.signed_on BETWEEN :first AND :last AND (EXISTS (
    SELECT FROM project AS q WHERE q.city = p.city AND q.name_key = p.name_key AND {_SIGNED_BEFORE}
) OR p.investor_credit_code <> '' AND EXISTS (
    SELECT FROM project AS q
    WHERE q.city = p.city AND q.investor_credit_code = p.investor_credit_code AND {_SIGNED_BEFORE}
))
ORDER BY p.signed_on, p.code
"""  # noqa: S608 -- our own text
"""Projects whose firm had signed before, in another county or in another year."""

IDLE_LAND: Final = """
SELECT p.id::text, coalesce(p.host_county, p.origin), p.land_mu FROM project AS p
WHERE p.city = :city AND p.land_mu > 0 AND (p.started_on IS NULL OR p.started_on > :last)
    AND p.state NOT IN ('withdrawn', 'lost', 'ended')
    AND p.signed_on + make_interval(months => :months) < :last
ORDER BY p.signed_on, p.code
"""
"""Projects that were signed for land so many months before, and had not started; with hundredths of a mu."""

CONFLICTS_FILED: Final = """
SELECT c.id::text, c.city, 1 FROM first_talk_case AS c
WHERE c.city = :city AND c.filed_on BETWEEN :first AND :last ORDER BY c.number
"""

CONFLICTS_RULED: Final = """
SELECT c.id::text, c.city, c.closed_on - c.admitted_on FROM first_talk_case AS c
WHERE c.city = :city AND c.state = 'ruled' AND c.closed_on BETWEEN :first AND :last ORDER BY c.number
"""
"""Rulings, with the calendar days from the opening to the confirmation."""

PROMISES_ASKED: Final = """
SELECT s.id::text, s.county, coalesce(sum(i.amount_fen), 0)::bigint
FROM commitment_sheet AS s JOIN commitment_item AS i ON i.city = s.city AND i.sheet = s.id
WHERE s.city = :city AND s.on_date BETWEEN :first AND :last AND i.amount_fen > 0
GROUP BY s.id, s.county ORDER BY 1
"""
"""Lists of promises with money for a firm, with that money: what was asked for."""

PROMISES_REFUSED: Final = PROMISES_ASKED.replace(
    "AND i.amount_fen > 0",
    "AND i.amount_fen > 0 AND EXISTS (SELECT 1 FROM commitment_opinion AS o WHERE o.city = s.city"
    " AND o.sheet = s.id AND o.outcome = 'returned')",
)
"""Of them those that finance or legal review sent back."""

LISTED: Final = """
SELECT * FROM target_firm WHERE city = :city AND listed_on <= :last
    AND (closed_on IS NULL OR closed_on >= :first) ORDER BY id
"""

CALLED: Final = """
SELECT * FROM contact_filing WHERE city = :city AND contact_on BETWEEN :first AND :last
    AND state <> 'withdrawn' AND result IS DISTINCT FROM 'cancelled' ORDER BY id
"""


async def rows_as(
    session: AsyncSession, kind: type[TableT], query: str, asked: Mapping[str, Any]
) -> Sequence[TableT]:
    """Read rows of a table by a statement of one's own."""
    return (await session.scalars(select(kind).from_statement(text(query)), dict(asked))).all()
