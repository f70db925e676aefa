"""From which seat a sign-in acts: the account's own post, a further one, or another's by delegation.

A seat that no longer holds (a post ended, a delegation over) leaves the sign-in with the account's own post.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.clock import BUSINESS_ZONE

_ONE: Final = """
SELECT a.id, a.city, a.role, a.office, a.county, a.display_name,
    p.id AS post, p.role AS post_role, p.office AS post_office, p.county AS post_county,
    d.id AS delegation, d.delegator, d.kinds, g.display_name AS lent_name,
    d.post AS lent_post, (d.post IS NULL OR q.id IS NOT NULL) AS lent_whole,
    coalesce(q.role, g.role) AS lent_role,
    coalesce(q.office, g.office) AS lent_office, coalesce(q.county, g.county) AS lent_county,
    ARRAY(
        SELECT l.delegate FROM delegation l
        WHERE l.city = a.city AND l.delegator IN (a.id, g.id)
            AND l.from_on <= t.today AND l.linked_until >= t.today
    ) AS one_hand,
    EXISTS (
        SELECT FROM account_suspension u
        WHERE u.city = a.city AND u.account IN (a.id, g.id) AND u.from_on <= t.today
        AND (u.until_on IS NULL OR u.until_on >= t.today) AND u.lifted_on IS NULL
    ) AS suspended
FROM account a
LEFT JOIN city c ON c.city = a.city
CROSS JOIN LATERAL (SELECT coalesce(c.business_date, :today) AS today) AS t
LEFT JOIN acting_seat x ON x.city = a.city AND x.session = :session
LEFT JOIN account_post p ON p.city = x.city AND p.id = x.post AND p.account = a.id
    AND p.since <= t.today AND p.ended_on IS NULL
LEFT JOIN delegation d ON d.city = x.city AND d.id = x.delegation AND d.delegate = a.id
    AND t.today BETWEEN d.from_on AND d.until_on AND d.ended_on IS NULL
LEFT JOIN account g ON g.city = d.city AND g.id = d.delegator AND g.disabled_at IS NULL
LEFT JOIN account_post q ON q.city = d.city AND q.id = d.post AND q.ended_on IS NULL
"""
OF_SESSION: Final = text(
    _ONE
    + """
JOIN account_session s ON s.city = a.city AND s.account = a.id
WHERE s.city = :city AND s.id = :session AND a.id = :account
    AND s.ended_at IS NULL AND s.expires_at > :now AND a.disabled_at IS NULL
"""
)
"""A sign-in that holds, with its account and seat."""

_OF_ACCOUNT: Final = text(_ONE + "WHERE a.city = :city AND a.id = :account AND a.disabled_at IS NULL")


def asked(city: str, session: UUID | None, account: UUID, now: datetime) -> dict[str, object]:
    """Return the values that the queries take; the real date stands in where the city has none of its own."""
    today = now.astimezone(BUSINESS_ZONE).date()
    return {"city": city, "session": session, "account": account, "now": now, "today": today}


def principal_of_row(row: Row[Any], session: UUID | None) -> Principal:
    """Return who asks, from a row of one of the queries."""
    own = Principal(
        account=row.id,
        city=row.city,
        role=Role(row.role),
        office=row.office,
        county=row.county,
        name=row.display_name,
        session=session,
        one_hand=frozenset(row.one_hand),
        suspended=row.suspended,
    )
    if row.delegation is not None and row.lent_name is not None and row.lent_whole:
        return replace(
            own,
            role=Role(row.lent_role),
            office=row.lent_office,
            county=row.lent_county,
            name=acting_name(row.display_name, row.lent_name),
            post=row.lent_post,
            on_behalf_of=row.delegator,
            delegation=row.delegation,
            kinds=frozenset(row.kinds),
        )
    if row.post is not None:
        return replace(
            own,
            role=Role(row.post_role),
            office=row.post_office,
            county=row.post_county,
            post=row.post,
        )
    return own


def acting_name(delegate: str, delegator: str) -> str:
    """Return the name that every record keeps of one who acts for another: 甲代乙."""
    return f"{delegate}代{delegator}"


async def principal_for(
    session: AsyncSession, city: str, account: UUID, now: datetime, *, sign_in: UUID | None = None
) -> Principal | None:
    """Return who an enabled account is now; None when there is none."""
    row = (await session.execute(_OF_ACCOUNT, asked(city, sign_in, account, now))).one_or_none()
    return None if row is None else principal_of_row(row, sign_in)
