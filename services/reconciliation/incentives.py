"""政策兑现表: incentives under shared agreements: document, voucher, date, and what the origin found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.money import can_reconcile
from auth.principal import Principal
from services.kit.events import record_event
from services.kit.known import last_known
from services.kit.tables import uuid7
from services.ledger import repo as ledger
from services.reconciliation import repo
from services.reconciliation.comparing import one_at_a_time
from services.reconciliation.errors import NoSuchIncentive, ReconcilingNotForYou, WordsNeeded
from services.reconciliation.repo import Agreement
from services.reconciliation.tables import IncentiveCheck
from services.reconciliation.visibility import visible
from services.reconciliation.words import CheckAction


@dataclass(frozen=True, slots=True, kw_only=True)
class IncentiveRow:
    """An incentive paid to an agreement's company by its host, with the origin's newest finding.

    `id` is that of the stored revision; `action` is None while the origin has not looked at this revision.
    """

    id: UUID
    agreement: Agreement
    document_no: str
    voucher: str | None
    revision: int
    paid_on: date
    amount_fen: int
    action: CheckAction | None
    words: str
    checked_by: str
    checked_on: date | None
    seq: int
    may_check: bool

    @property
    def flags(self) -> tuple[str, ...]:
        """What is missing: `no_voucher`, `unchecked`, `queried`; empty when all is in order."""
        found = [] if self.voucher else ["no_voucher"]
        if self.action is not CheckAction.checked:
            found.append("unchecked" if self.action is None else "queried")
        return tuple(found)


_ROWS = f"""
SELECT s.id, i.credit_code, i.document_no, s.voucher, i.revision, i.county, i.amount_fen, i.paid_on,
       k.agreement, k.action, k.words, k.by_name, k.on_date, k.seq
FROM ({ledger.INCENTIVES}) AS i
JOIN incentive s ON s.city = :city AND s.credit_code = i.credit_code AND s.document_no = i.document_no
    AND s.revision = i.revision
LEFT JOIN LATERAL (
    SELECT DISTINCT ON (c.agreement) c.* FROM incentive_check c
    WHERE c.city = :city AND c.credit_code = i.credit_code AND c.document_no = i.document_no
      AND c.incentive_revision = i.revision
    ORDER BY c.agreement, c.seq DESC
) AS k ON true
WHERE i.credit_code = ANY(:firms) AND to_char(i.paid_on, 'YYYY-MM') = ANY(:months)
ORDER BY i.paid_on, i.document_no
"""  # noqa: S608 -- our own text


async def incentive_rows(
    session: AsyncSession, principal: Principal, months: Collection[str]
) -> list[IncentiveRow]:
    """The incentives of some months that this person may know of: by agreement, date and document."""
    chosen = visible(principal, await repo.agreements(session, principal.city))
    found = await _rows(session, principal.city, chosen, months)
    return [
        _row(principal, agreement, row)
        for agreement in chosen
        for row in found
        if row["credit_code"] == agreement.firm
        and row["county"] == agreement.host
        and row["agreement"] in {None, agreement.id}
    ]


async def _rows(
    session: AsyncSession, city: str, chosen: Sequence[Agreement], months: Collection[str]
) -> list[dict[str, Any]]:
    rows = await session.execute(
        text(_ROWS),
        {
            "city": city,
            "known": await last_known(session, city),
            "firms": [one.firm for one in chosen if one.firm],
            "months": sorted(months),
        },
    )
    return [dict(row) for row in rows.mappings()]


def _row(principal: Principal, agreement: Agreement, row: dict[str, Any]) -> IncentiveRow:
    return IncentiveRow(
        id=row["id"],
        agreement=agreement,
        document_no=row["document_no"],
        voucher=row["voucher"],
        revision=row["revision"],
        paid_on=row["paid_on"],
        amount_fen=row["amount_fen"],
        action=None if row["action"] is None else CheckAction(row["action"]),
        words=row["words"] or "",
        checked_by=row["by_name"] or "",
        checked_on=row["on_date"],
        seq=row["seq"] or 0,
        may_check=agreement.origin != principal.city and can_reconcile(principal, agreement.origin),
    )


async def check_incentive(
    session: AsyncSession,
    principal: Principal,
    incentive: UUID,
    action: CheckAction,
    words: str,
    today: date,
) -> IncentiveRow:
    """Record what the origin's finance found of an incentive's document: checked, or questioned in words.

    Raises:
        NoSuchIncentive: there is none of that id under the person's agreements, or a newer revision stands.
        ReconcilingNotForYou: only the origin checks.
        WordsNeeded: a question without words.
    """
    await one_at_a_time(session, principal.city)
    month = await session.scalar(
        text("SELECT to_char(paid_on, 'YYYY-MM') FROM incentive WHERE city = :city AND id = :id"),
        {"city": principal.city, "id": incentive},
    )
    found = [row for row in await incentive_rows(session, principal, {month or ""}) if row.id == incentive]
    if not found:
        raise NoSuchIncentive
    one = next((row for row in found if row.may_check), None)
    if one is None:
        raise ReconcilingNotForYou
    if action is CheckAction.queried and not words.strip():
        raise WordsNeeded
    session.add(
        IncentiveCheck(
            city=principal.city,
            id=uuid7(),
            credit_code=one.agreement.firm,
            document_no=one.document_no,
            incentive_revision=one.revision,
            agreement=one.agreement.id,
            county=one.agreement.origin,
            seq=one.seq + 1,
            action=action,
            words=words.strip(),
            by=principal.account,
            by_name=principal.name,
            on_date=today,
        )
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=f"reconciliation.incentive_{action.value}",
        entity="incentive",
        entity_id=incentive,
        after={"agreement": one.agreement.code, "words": words.strip()},
    )
    return next(row for row in await incentive_rows(session, principal, {month or ""}) if row.id == incentive)
