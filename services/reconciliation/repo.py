"""Reads for reconciling: agreements, our receipts, what the sides stated, differences as they stand.

What is paid in here is the tax of the company to the host's treasury, of the taxes and kinds that the terms
cover, from the day they take effect; a late fee is no tax and is not compared.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.reconciling import Place, Side
from allocation.sharing.taxes import ReceiptKind, Tax
from services.kit.known import last_known
from services.ledger import repo as ledger
from services.ledger.agreed import Agreed, agreements_as_known
from services.reconciliation.words import STATE_AFTER, DifferenceAction, DifferenceState, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement as reconciling sees it: its parties, its project, and which receipts count."""

    id: UUID
    code: str
    project_code: str
    origin: str
    host: str
    firm: str
    taxes: frozenset[Tax]
    kinds: frozenset[ReceiptKind]
    since: date
    until: date | None

    def side_of(self, county: str, city: str) -> Side | None:
        """For which side an office speaks: the host, the origin, or as the city for the treasury."""
        if county == self.host:
            return Side.host
        if county == self.origin:
            return Side.origin
        return Side.treasury if county == city else None

    def counts(self, row: Any) -> bool:
        """Whether a day's sum of receipts belongs to the agreement."""
        return (
            row.treasury == self.host
            and Tax(row.tax) in self.taxes
            and ReceiptKind(row.kind) in self.kinds
            and self.since <= row.paid_on <= (self.until or date.max)
        )


def _agreement(agreed: Agreed) -> Agreement:
    return Agreement(
        id=agreed.id,
        code=agreed.code,
        project_code=agreed.project_code,
        origin=agreed.origin,
        host=agreed.host,
        firm=agreed.credit_code or "",
        taxes=frozenset(agreed.terms.taxes),
        kinds=frozenset(agreed.terms.kinds),
        since=agreed.versions[0].terms.effective_on,
        until=agreed.ended_on,
    )


async def agreements(session: AsyncSession, city: str) -> list[Agreement]:
    """All agreements that are or were in force between two treasuries of the city, in the order of codes."""
    known = await last_known(session, city)
    codes = set(await ledger.region_names(session, city))
    found = await agreements_as_known(session, city, known)
    return [_agreement(one) for one in found if one.paid_in_money and {one.origin, one.host} <= codes]


_PAID = f"""
SELECT credit_code, treasury, tax, kind, paid_on, sum(amount_fen)::bigint AS fen
FROM ({ledger.RECEIPTS}) AS r
WHERE credit_code = ANY(:firms) AND to_char(paid_on, 'YYYY-MM') = ANY(:months) AND NOT withdrawn
GROUP BY credit_code, treasury, tax, kind, paid_on
"""  # noqa: S608 -- our own text


async def computed_figures(
    session: AsyncSession, city: str, chosen: Sequence[Agreement], months: Collection[str]
) -> dict[Place, int]:
    """What our receipts say was paid in, net, by place."""
    by_firm: dict[str, list[Agreement]] = defaultdict(list)
    for one in chosen:
        by_firm[one.firm].append(one)
    rows = await session.execute(
        text(_PAID),
        {
            "city": city,
            "known": await last_known(session, city),
            "firms": list(by_firm),
            "months": sorted(months),
        },
    )
    found: dict[Place, int] = defaultdict(int)
    for row in rows:
        for one in by_firm[row.credit_code]:
            if one.counts(row):
                found[Place(one.code, row.paid_on.strftime("%Y-%m"), Tax(row.tax))] += row.fen
    return dict(found)


_STATED = """
SELECT DISTINCT ON (side, agreement, tax, month) side, agreement, tax, month, revision, paid_fen, refund_fen
FROM tax_figure
WHERE city = :city AND agreement = ANY(:agreements) AND month = ANY(:months)
ORDER BY side, agreement, tax, month, revision DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """The figure that stands for a side at a place: paid in, refunded, and its revision."""

    paid_fen: int
    refund_fen: int
    revision: int

    @property
    def net_fen(self) -> int:
        """What was paid in less what was refunded."""
        return self.paid_fen - self.refund_fen


async def stated_figures(
    session: AsyncSession, city: str, chosen: Sequence[Agreement], months: Collection[str]
) -> dict[Side, dict[Place, Stated]]:
    """The newest figure of each side, by place."""
    codes = {one.id: one.code for one in chosen}
    rows = await session.execute(
        text(_STATED), {"city": city, "agreements": list(codes), "months": sorted(months)}
    )
    found: dict[Side, dict[Place, Stated]] = {Side.host: {}, Side.origin: {}, Side.treasury: {}}
    for row in rows:
        place = Place(codes[row.agreement], row.month, Tax(row.tax))
        found[Side(row.side)][place] = Stated(
            paid_fen=row.paid_fen, refund_fen=row.refund_fen, revision=row.revision
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A difference as it stands: its place, when it was found, and its last event."""

    id: UUID
    agreement: UUID
    tax: Tax
    month: str
    number: int
    opened_on: date
    seq: int
    action: DifferenceAction
    figures: dict[Side, int | None]
    reason: Reason | None
    words: str
    by: UUID

    @property
    def state(self) -> DifferenceState:
        """Where the difference stands."""
        return STATE_AFTER[self.action]


_STANDING = """
SELECT d.id, d.agreement, d.tax, d.month, d.number, d.opened_on, e.seq, e.action,
       e.computed_fen, e.host_fen, e.origin_fen, e.treasury_fen, x.reason, x.words, e.by
FROM tax_difference d
JOIN LATERAL (
    SELECT * FROM tax_difference_event
    WHERE city = d.city AND difference = d.id ORDER BY seq DESC LIMIT 1
) AS e ON true
LEFT JOIN LATERAL (
    SELECT reason, words FROM tax_difference_event
    WHERE city = d.city AND difference = d.id AND action = 'explain' ORDER BY seq DESC LIMIT 1
) AS x ON true
WHERE d.city = :city AND d.agreement = ANY(:agreements)
  AND (CAST(:months AS text[]) IS NULL OR d.month = ANY(:months))
  AND (CAST(:id AS uuid) IS NULL OR d.id = :id)
ORDER BY d.agreement, d.month, d.tax, d.number
"""


async def standing(
    session: AsyncSession,
    city: str,
    chosen: Sequence[Agreement],
    months: Collection[str] | None = None,
    difference: UUID | None = None,
) -> list[Standing]:
    """The differences of some agreements, of some months or all, with their last event and explanation."""
    rows = await session.execute(
        text(_STANDING),
        {
            "city": city,
            "agreements": [one.id for one in chosen],
            "months": None if months is None else sorted(months),
            "id": difference,
        },
    )
    return [
        Standing(
            id=row.id,
            agreement=row.agreement,
            tax=Tax(row.tax),
            month=row.month,
            number=row.number,
            opened_on=row.opened_on,
            seq=row.seq,
            action=DifferenceAction(row.action),
            figures={side: getattr(row, f"{side.value}_fen") for side in Side},
            reason=None if row.reason is None else Reason(row.reason),
            words=row.words or "",
            by=row.by,
        )
        for row in rows
    ]
