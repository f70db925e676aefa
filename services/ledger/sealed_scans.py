"""Sealed scans (盖章扫描件): a county's signed paper, bound to the content that it was printed from.

One of the county's uploads it, another checks it against the paper's check code. The same scan stands for one
statement only, and a new version asks for a new one.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_confirm_statement
from auth.policy import differs
from auth.principal import Principal, Role
from services.agreements.scans import store_scan
from services.agreements.tables import SignedScan
from services.kit.errors import SamePerson
from services.ledger.drafting import step
from services.ledger.errors import NotForYou, WrongState
from services.ledger.objections_errors import NoSuchScan, ScanElsewhere, ScanEnded, ScanStanding
from services.ledger.objections_repo import standing_scan
from services.ledger.objections_thread import Attachment
from services.ledger.objections_words import ScanState
from services.ledger.states import StatementAction, StatementKind, StatementState
from services.ledger.steps import CHECK_CODE, reason_or_fail, take
from services.ledger.tables import SealedScan, Statement
from services.ledger.views import find

SEALABLE = frozenset({StatementState.issued, StatementState.confirmed, StatementState.closed})


async def upload_scan(
    session: AsyncSession, principal: Principal, number: UUID, file: Attachment, today: date, seen: int
) -> SealedScan:
    """Bind a sealed scan to a statement's content; another of the county's checks it.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        WrongState: the statement is not issued, or it is disputed or replaced.
        ScanStanding: it has a scan that was not sent back.
        ScanElsewhere: the same scan stands for another statement.
        BadScan: the file is empty, too large, or no PDF, PNG or JPEG.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    if statement.kind is not StatementKind.year or statement.state not in SEALABLE:
        raise WrongState(state=statement.state.value)
    if await standing_scan(session, statement) is not None:
        raise ScanStanding
    stored = await store_scan(session, principal, file.name, file.content)
    scan = SealedScan(
        city=principal.city,
        statement=statement.id,
        body_sha256=statement.body_sha256,
        scan=stored.id,
        scan_sha256=stored.sha256,
        state=ScanState.uploaded,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
        checked_name="",
        reason="",
    )
    try:
        async with session.begin_nested():
            session.add(scan)
            await session.flush()
    except IntegrityError as error:
        raise ScanElsewhere from error
    await _record(session, principal, statement, scan, StatementAction.scan, today)
    return scan


async def check_scan(
    session: AsyncSession,
    principal: Principal,
    number: UUID,
    scan_id: UUID,
    today: date,
    seen: int,
    *,
    returned_for: str | None = None,
) -> SealedScan:
    """Check a scan against the statement, or send it back with a reason; another may then be uploaded.

    Raises:
        NoSuchStatement, NotForYou, Stale: as for every step.
        NoSuchScan: the statement has none of that id.
        ScanEnded: it was checked or sent back.
        SamePerson: the one who uploaded it does not check it.
        ReasonMissing: it is sent back without a reason.
    """
    statement = await take(session, principal, number, seen)
    if not can_confirm_statement(principal, statement.county):
        raise NotForYou
    scan = await _of(session, statement, scan_id)
    if scan.state is not ScanState.uploaded:
        raise ScanEnded
    if not differs(scan.made_by, principal):
        raise SamePerson
    scan.reason = "" if returned_for is None else reason_or_fail(returned_for)
    scan.state = ScanState.checked if returned_for is None else ScanState.rejected
    scan.checked_by, scan.checked_name, scan.checked_at = principal.account, principal.name, datetime.now(UTC)
    await session.flush()
    action = StatementAction.check_scan if returned_for is None else StatementAction.return_scan
    await _record(session, principal, statement, scan, action, today)
    return scan


async def _record(
    session: AsyncSession,
    principal: Principal,
    statement: Statement,
    scan: SealedScan,
    action: StatementAction,
    today: date,
) -> None:
    facts = {"scan_sha256": scan.scan_sha256, "check_code": statement.body_sha256[:CHECK_CODE]}
    if scan.reason:
        facts["reason"] = scan.reason
    await step(session, principal, statement, action, statement.state, today, facts)


async def _of(session: AsyncSession, statement: Statement, scan_id: UUID) -> SealedScan:
    for scan in await scans_of(session, statement):
        if scan.id == scan_id:
            return scan
    raise NoSuchScan


async def scans_of(session: AsyncSession, statement: Statement) -> list[SealedScan]:
    """A statement's scans, oldest first, those sent back too."""
    rows = await session.execute(
        select(SealedScan)
        .where(col(SealedScan.city) == statement.city, col(SealedScan.statement) == statement.id)
        .order_by(col(SealedScan.made_at))
    )
    return list(rows.scalars())


async def scan_file(session: AsyncSession, principal: Principal, number: UUID, scan_id: UUID) -> SignedScan:
    """A scan with its bytes, for those who may see the statement with its names.

    Raises:
        NoSuchStatement, NoSuchScan: none that this person may know of.
    """
    statement = await find(session, principal, number)
    if principal.role is Role.auditor:
        raise NoSuchScan
    scan = await _of(session, statement, scan_id)
    return await session.get_one(SignedScan, {"city": principal.city, "id": scan.scan})


async def sealed_counties(session: AsyncSession, city: str, period: str) -> Mapping[str, ScanState]:
    """The counties with a standing sealed scan of their live statement of a year, and how far it is.

    A county that is not in the answer has none.
    """
    rows = await session.execute(
        select(col(Statement.county), col(SealedScan.state))
        .join(
            SealedScan,
            (col(SealedScan.city) == col(Statement.city)) & (col(SealedScan.statement) == col(Statement.id)),
        )
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.period) == period,
            col(Statement.state) != StatementState.superseded,
            col(SealedScan.state) != ScanState.rejected,
        )
    )
    return {row[0]: row[1] for row in rows}


def may_scan(principal: Principal, statement: Statement, standing: SealedScan | None) -> list[str]:
    """What this person may do with the statement's scan now: `upload`, `check`, or nothing."""
    if statement.kind is not StatementKind.year or not can_confirm_statement(principal, statement.county):
        return []
    if standing is None:
        return ["upload"] if statement.state in SEALABLE else []
    if standing.state is ScanState.uploaded and differs(standing.made_by, principal):
        return ["check"]
    return []


def counterparties(body: Mapping[str, Any]) -> dict[str, str]:
    """The other sides of a statement's lines, by code, with their names."""
    return {line["counterparty"]: line["counterparty_name"] for line in body["lines"]}
