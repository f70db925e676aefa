"""The first links of a line's chain: who signed its terms, and how the project came to its host.

Agreements that were signed before this program have none of the earlier links: they are absent here. What
only the city's own offices may read of an override stays empty for others.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from auth.scopes import Scope, has_scope
from services.ledger.agreed import Agreed

CITY_EYES: Final = frozenset({Role.city_office, Role.city_finance, Role.auditor})


class TracedSignature(BaseModel):
    """A side's checked signature on the version, with the hash of its scan. Firms' auditors see no signer."""

    party: str
    signer: str
    signed_on: date
    scan_sha256: str


class TracedTransfer(BaseModel):
    """The approved request with which the origin passed the project on, with its floor terms."""

    applied_on: date
    applicant: str
    floor_ratio_bp: int
    floor_years: int


class TracedHold(BaseModel):
    """The host's hold of the project (市级审定)."""

    county: str
    park: str
    held_at: datetime


class TracedMatch(BaseModel):
    """The match run behind the decision: what was asked by its hash, and where the host stood in it.

    `override` tells that the city decided for another than the first rank; why, and under which minutes, is
    for the city's offices.
    """

    run: UUID
    as_of: date | None
    snapshot_sha256: str | None
    verified: bool
    rank: int | None
    override: bool
    override_reason: str
    minutes: str
    decided_at: datetime | None


class TracedLead(BaseModel):
    """The project as it was registered. The auditor reads its code name."""

    project: UUID
    code: str
    name: str
    registered_on: date
    accepted_on: date | None
    pooled_on: date | None
    may_open: bool


class TracedPayment(BaseModel):
    """How the line's money moved on: one step of its settlement."""

    what: str
    number: str
    on: date
    fen: int
    href: str


class TracedSum(BaseModel):
    """Two figures of the chain that must be equal to the fen."""

    what: str
    expected_fen: int
    found_fen: int
    equal: bool


Onward = Callable[[AsyncSession, Principal, UUID, dict[str, Any]], Awaitable[list[TracedPayment]]]

ONWARD: Final[list[Onward]] = []
"""Slices above the ledger add here how to follow a statement's line to its settlement and payment."""

_SIGNATURES = """
SELECT s.party, s.signer, s.signed_on, c.sha256 AS scan_sha256
FROM agreement_signature s JOIN signed_scan c ON c.city = s.city AND c.id = s.scan
WHERE s.city = :city AND s.agreement = :agreement AND s.version = :version AND s.state = 'checked'
ORDER BY s.party
"""
_TRANSFER = """
SELECT applied_on, applicant, floor_ratio_bp, floor_years FROM transfer
WHERE city = :city AND project = :project AND state = 'approved' ORDER BY applied_on DESC LIMIT 1
"""
_HOLD = """
SELECT county, park, held_at FROM hold
WHERE city = :city AND project = :project AND county = :host ORDER BY held_at DESC LIMIT 1
"""
_MATCH = """
SELECT r.id AS run, r.as_of, r.snapshot_sha256, r.verified, d.rank, d.override_reason, d.minutes, d.decided_at
FROM match_decision d JOIN match_run r ON r.city = d.city AND r.id = d.run
WHERE d.city = :city AND d.project = :project AND d.state = 'final' ORDER BY d.decided_at DESC LIMIT 1
"""
_LEAD = """
SELECT id AS project, code, name, code_name, registered_on, accepted_on, pooled_on FROM project
WHERE city = :city AND id = :project
"""


class Origins(BaseModel):
    """The first links of the chain; each is None where it does not exist."""

    signatures: list[TracedSignature]
    transfer: TracedTransfer | None
    hold: TracedHold | None
    match: TracedMatch | None
    lead: TracedLead


async def origins(session: AsyncSession, principal: Principal, agreed: Agreed, version: int) -> Origins:
    """Follow an agreement's version to its signatures, the decision, the match run and the lead."""
    asked = {
        "city": principal.city,
        "agreement": agreed.id,
        "version": version,
        "project": agreed.project,
        "host": agreed.host,
    }
    masked = principal.role is Role.auditor
    signed = await _rows(session, _SIGNATURES, asked)
    transfer, hold, match, lead = [
        await _rows(session, query, asked) for query in (_TRANSFER, _HOLD, _MATCH, _LEAD)
    ]
    return Origins(
        signatures=[TracedSignature(**row | ({"signer": ""} if masked else {})) for row in signed],
        transfer=TracedTransfer(**transfer[0]) if transfer else None,
        hold=TracedHold(**hold[0]) if hold else None,
        match=_match(principal, match[0]) if match else None,
        lead=_lead(principal, lead[0], masked=masked),
    )


async def onward(
    session: AsyncSession, principal: Principal, statement: UUID, line: dict[str, Any]
) -> list[TracedPayment]:
    """Follow a line to its settlement and payment, as far as slices above the ledger tell."""
    return [step for follow in ONWARD for step in await follow(session, principal, statement, line)]


def summed(what: str, expected_fen: int, found_fen: int) -> TracedSum:
    """Set two figures of the chain beside each other."""
    return TracedSum(
        what=what, expected_fen=expected_fen, found_fen=found_fen, equal=expected_fen == found_fen
    )


def _match(principal: Principal, row: dict[str, Any]) -> TracedMatch:
    reason = row.pop("override_reason")
    whole = principal.role in CITY_EYES
    return TracedMatch(
        **row | {"minutes": row["minutes"] if whole else ""},
        override=reason is not None,
        override_reason=reason or "" if whole else "",
    )


def _lead(principal: Principal, row: dict[str, Any], *, masked: bool) -> TracedLead:
    code_name = row.pop("code_name")
    return TracedLead(
        **row | ({"name": code_name} if masked else {}),
        may_open=has_scope(principal.role, Scope.projects_read),
    )


async def _rows(session: AsyncSession, query: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await session.execute(text(query), asked)).mappings()]
