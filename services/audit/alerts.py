"""Alarms for the city's office and the auditor: projects that look like earlier ones under another name."""

from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.names import Alike, parse
from allocation.names.repackaged import Repackaged, Trait, Undertaking, repackaged
from auth.money import can_run_audit
from auth.principal import Principal, Role
from services.audit.errors import NotYourAudit
from services.firms.indexing import own_places
from services.kit.clock import Clock
from services.regions.settings import settings_on

MOST: Final = 500
"""Alarms that are listed, the likest first."""

PROJECTS: Final = """
SELECT p.id, p.public_id, p.code, p.name, p.code_name, p.origin, coalesce(p.host_county, p.origin) AS county,
       p.investor_name, p.investor_credit_code, p.industry, p.investment_fen, p.land_mu, p.registered_on,
       p.state, p.signed_on, p.state IN ('withdrawn', 'lost', 'ended') AS final
FROM project AS p WHERE p.city = :city ORDER BY p.registered_on, p.code
"""


class AlertKind(StrEnum):
    """What an alarm is about."""

    repackaged = "repackaged"


class AlertSide(BaseModel):
    """One project of an alarm. The auditor reads code names, and no firm."""

    id: UUID
    code: str
    name: str
    investor_name: str | None
    origin: str
    industry: str
    investment_fen: int
    land_mu: int
    registered_on: str
    state: str


class Alert(BaseModel):
    """A later project that looks like an earlier one. `likeness` is of the firms, in ten-thousandths."""

    kind: AlertKind
    alike: Alike
    likeness: int
    traits: list[Trait]
    earlier: AlertSide
    later: AlertSide


class Alerts(BaseModel):
    """Alarms, the likest first. `tolerance_bp` is the rule's number in force today."""

    kind: AlertKind
    tolerance_bp: int
    total: int
    items: list[Alert]


async def repackaged_pairs(session: AsyncSession, city: str) -> list[Repackaged[UUID]]:
    """Return every pair of projects that look like one under two names, for figures that count them."""
    settings = await settings_on(session, city, await Clock().today(session, city))
    return (await _found(session, city, settings.repackaged_tolerance_bp))[1]


async def _found(
    session: AsyncSession, city: str, tolerance_bp: int
) -> tuple[dict[UUID, Any], list[Repackaged[UUID]]]:
    places = await own_places(session, city)
    rows = {row.id: row for row in await session.execute(text(PROJECTS), {"city": city})}
    undertakings = [
        Undertaking(
            key=row.id,
            firm=parse(row.investor_name, places),
            credit_code=row.investor_credit_code,
            title=row.name,
            industry=row.industry,
            investment_fen=row.investment_fen,
            land_mu=row.land_mu,
            registered_on=row.registered_on,
            over=row.final or row.signed_on is not None,
            final=row.final,
        )
        for row in rows.values()
    ]
    return rows, repackaged(undertakings, tolerance_bp)


async def alerts(
    session: AsyncSession, principal: Principal, kind: AlertKind = AlertKind.repackaged
) -> Alerts:
    """List the alarms of one kind.

    Raises:
        NotYourAudit: the person is neither the auditor nor of the city's two offices.
    """
    if not can_run_audit(principal):
        raise NotYourAudit
    settings = await settings_on(session, principal.city, await Clock().today(session, principal.city))
    rows, found = await _found(session, principal.city, settings.repackaged_tolerance_bp)
    masked = principal.role is Role.auditor

    def side(key: UUID) -> AlertSide:
        row = rows[key]
        return AlertSide(
            id=row.id,
            code=row.code,
            name=row.code_name if masked else row.name,
            investor_name=None if masked else row.investor_name,
            origin=row.origin,
            industry=row.industry,
            investment_fen=row.investment_fen,
            land_mu=row.land_mu,
            registered_on=row.registered_on.isoformat(),
            state=row.state,
        )

    return Alerts(
        kind=kind,
        tolerance_bp=settings.repackaged_tolerance_bp,
        total=len(found),
        items=[
            Alert(
                kind=kind,
                alike=pair.firm.alike,
                likeness=pair.firm.likeness,
                traits=list(pair.traits),
                earlier=side(pair.earlier.key),
                later=side(pair.later.key),
            )
            for pair in found[:MOST]
        ],
    )
