"""调整单: what changes a closed year for another cause than receipts, made by one and approved by another.

A sheet is made from a dry run: the differences that the monthly run holds back, of the agreements that its
maker names. Its figures are frozen with their hash; approving it compares them with the differences as they
are then. The next run books exactly the figures on the sheet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.canonical import sha256_of
from auth.money import can_check, can_issue_statement
from auth.principal import Principal
from services.kit.errors import SamePerson, Stale
from services.kit.events import record_event
from services.kit.known import last_known, next_known
from services.kit.tables import uuid7
from services.ledger import repo
from services.ledger.calculation import Calculated, Calculation, amounts_facts, calculate, read_knowledge
from services.ledger.causes import Part
from services.ledger.errors import NotForYou, OtherContent, ReasonMissing
from services.ledger.history import read_history
from services.ledger.reopening_errors import (
    AdjustmentDecided,
    AdjustmentOpen,
    AdjustmentOutdated,
    NoSuchAdjustment,
    NothingToAdjust,
    OtherCauses,
)
from services.ledger.reopening_words import AdjustmentState, Cause
from services.ledger.states import ENGINE
from services.ledger.tables import AdjustmentSheet

Line = dict[str, Any]
MAX_WORDS: Final = 500
PREFECTURE_DIGITS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentRequest:
    """What a maker names: agreements by their codes, the causes of their differences, document and reason."""

    agreements: Sequence[str]
    causes: Sequence[Cause]
    document_no: str
    reason: str


def held_lines(calculation: Calculation) -> list[Line]:
    """The differences that wait for a sheet, as the facts that stand on one."""
    return [_line(one, part) for one in calculation.agreements for part in one.held]


def _line(one: Calculated, part: Part) -> Line:
    posting = part.posting
    agreed, cause = one.agreed, part.cause
    return {
        "agreement": agreed.code,
        "agreement_id": str(agreed.id),
        "project": agreed.project_code,
        "origin": agreed.origin,
        "host": agreed.host,
        "cause": cause.value if cause else "",
        "agreement_year": posting.key.agreement_year,
        "tax": posting.key.tax.value,
        "month": posting.key.month,
        "before": amounts_facts(posting.posted),
        "posting": amounts_facts(posting.amounts),
        "after": amounts_facts(posting.posted + posting.amounts),
    }


async def waiting(session: AsyncSession, city: str, known: int | None = None) -> list[Line]:
    """The differences of closed years that no approved sheet covers, by a dry run: nothing is written."""
    number = await last_known(session, city) if known is None else known
    last = (await read_history(session, city, number + 1)).last_closed
    if last is None:
        return []
    return held_lines(await calculate(session, await read_knowledge(session, city, number), last))


async def undecided(session: AsyncSession, city: str, lines: Iterable[Line]) -> list[Line]:
    """Those differences that no sheet has decided: a rejected sheet settles that they are not booked."""
    rows = await session.execute(
        select(col(AdjustmentSheet.body)).where(
            col(AdjustmentSheet.city) == city, col(AdjustmentSheet.state) == AdjustmentState.rejected
        )
    )
    rejected = {_same(line) for body in rows.scalars() for line in body["lines"]}
    return [line for line in lines if _same(line) not in rejected]


def _same(line: Mapping[str, Any]) -> str:
    """A difference by its agreement, cause, place and size; receipts may have moved what it starts from."""
    parts = ("agreement_id", "cause", "agreement_year", "tax", "month", "posting")
    return sha256_of("adjustment-line", {part: line[part] for part in parts})


async def make_adjustment(
    session: AsyncSession, principal: Principal, asked: AdjustmentRequest, today: date
) -> AdjustmentSheet:
    """Make a sheet of all differences of the agreements named. Another person approves it.

    Raises:
        NotForYou: the principal is not the city's finance.
        ReasonMissing: reason or document are missing.
        NothingToAdjust: an agreement has no difference that waits for a sheet.
        AdjustmentOpen: an agreement stands on another sheet that is not decided.
        OtherCauses: the causes named are not those of the differences.
    """
    if not can_issue_statement(principal):
        raise NotForYou
    reason, document_no = asked.reason.strip(), asked.document_no.strip()
    if not reason or not document_no or max(len(reason), len(document_no)) > MAX_WORDS:
        raise ReasonMissing
    city = principal.city
    known = await next_known(session, city)
    wanted = set(asked.agreements)
    lines = [line for line in await waiting(session, city, known) if line["agreement"] in wanted]
    if not lines or wanted - {line["agreement"] for line in lines}:
        raise NothingToAdjust
    for other in await adjustments(session, city, AdjustmentState.made):
        if wanted & {line["agreement"] for line in other.body["lines"]}:
            raise AdjustmentOpen(number=other.number)
    causes = sorted({line["cause"] for line in lines})
    if causes != sorted(set(asked.causes)):
        raise OtherCauses(causes="、".join(Cause(cause).zh for cause in causes))
    number = await _number(session, city, today.year)
    names = await repo.region_names(session, city)
    body: dict[str, Any] = {
        "kind": "adjustment",
        "number": number,
        "city": city,
        "city_name": names[city],
        "made_on": today.isoformat(),
        "known": known,
        "engine": ENGINE,
        "causes": causes,
        "document_no": document_no,
        "reason": reason,
        "lines": [
            line | {"origin_name": names[line["origin"]], "host_name": names[line["host"]]} for line in lines
        ],
        "fen": sum(line["posting"]["origin_fen"] for line in lines),
    }
    sheet = AdjustmentSheet(
        city=city,
        id=uuid7(),
        number=number,
        state=AdjustmentState.made,
        revision=1,
        basis_known=known,
        body=body,
        body_sha256=sha256_of("adjustment", body),
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )
    session.add(sheet)
    await session.flush()
    await _record(session, principal, sheet, "ledger.adjustment_made")
    return sheet


async def approve_adjustment(
    session: AsyncSession, principal: Principal, number: UUID, sha256: str, today: date, seen: int
) -> AdjustmentSheet:
    """Approve a sheet that another person made, naming its content by its hash. The next run books it.

    Raises:
        NotForYou, NoSuchAdjustment, Stale, AdjustmentDecided, SamePerson: as for every decision.
        OtherContent: the hash is not the sheet's.
        AdjustmentOutdated: the differences are no longer those on the sheet.
    """
    city = principal.city
    known = await next_known(session, city)
    sheet = await _taken(session, principal, number, seen)
    if sha256 != sheet.body_sha256:
        raise OtherContent
    agreements = {line["agreement"] for line in sheet.body["lines"]}
    now = [line for line in await waiting(session, city, known) if line["agreement"] in agreements]
    if sorted(map(_same, now)) != sorted(map(_same, sheet.body["lines"])):
        raise AdjustmentOutdated(number=sheet.number)
    sheet.state, sheet.known, sheet.decision = AdjustmentState.approved, known, ""
    await _decided(session, principal, sheet, today, "ledger.adjustment_approved")
    return sheet


async def reject_adjustment(
    session: AsyncSession, principal: Principal, number: UUID, reason: str, today: date, seen: int
) -> AdjustmentSheet:
    """Decide that a sheet's differences are not booked (不予调整), with a reason.

    Raises:
        NotForYou, NoSuchAdjustment, Stale, AdjustmentDecided, SamePerson: as for every decision.
        ReasonMissing: no reason is given.
    """
    if not reason.strip() or len(reason.strip()) > MAX_WORDS:
        raise ReasonMissing
    sheet = await _taken(session, principal, number, seen)
    sheet.state, sheet.decision = AdjustmentState.rejected, reason.strip()
    await _decided(session, principal, sheet, today, "ledger.adjustment_rejected")
    return sheet


async def _decided(
    session: AsyncSession, principal: Principal, sheet: AdjustmentSheet, today: date, action: str
) -> None:
    sheet.decided_by, sheet.decided_name, sheet.decided_on = principal.account, principal.name, today
    sheet.revision += 1
    await session.flush()
    await _record(session, principal, sheet, action)


async def adjustments(
    session: AsyncSession, city: str, state: AdjustmentState | None = None
) -> Sequence[AdjustmentSheet]:
    """The sheets, newest first, in one state or in all."""
    query = select(AdjustmentSheet).where(col(AdjustmentSheet.city) == city)
    if state is not None:
        query = query.where(col(AdjustmentSheet.state) == state)
    rows = await session.execute(query.order_by(col(AdjustmentSheet.basis_known).desc()))
    return rows.scalars().all()


async def _taken(session: AsyncSession, principal: Principal, number: UUID, seen: int) -> AdjustmentSheet:
    if not can_issue_statement(principal):
        raise NotForYou
    rows = await session.execute(
        select(AdjustmentSheet)
        .where(col(AdjustmentSheet.city) == principal.city, col(AdjustmentSheet.id) == number)
        .with_for_update()
    )
    sheet: AdjustmentSheet | None = rows.scalar_one_or_none()
    if sheet is None:
        raise NoSuchAdjustment
    if sheet.state is not AdjustmentState.made:
        raise AdjustmentDecided(number=sheet.number)
    if sheet.revision != seen:
        raise Stale
    if not can_check(principal, sheet.made_by):
        raise SamePerson
    return sheet


async def _number(session: AsyncSession, city: str, year: int) -> str:
    """The next number, gap-free for each city and year: the city's known clock is held by the maker."""
    start = f"{city[:PREFECTURE_DIGITS]}-TZ-{year}-"
    rows = await session.execute(
        select(func.count()).where(
            col(AdjustmentSheet.city) == city, col(AdjustmentSheet.number).startswith(start)
        )
    )
    return f"{start}{rows.scalar_one() + 1:03d}"


async def _record(session: AsyncSession, principal: Principal, sheet: AdjustmentSheet, action: str) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="adjustment_sheet",
        entity_id=sheet.id,
        after={
            "number": sheet.number,
            "state": sheet.state.value,
            "sha256": sheet.body_sha256,
            "fen": sheet.body["fen"],
        },
    )
