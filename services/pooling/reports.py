"""Contacts around an origin: reported by the origin or a county, ruled on once by the city's office."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Hand, Reason
from auth import policy
from auth.errors import NotPermitted
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import FieldError, SamePerson, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.pooling.errors import BadPooling, NoSuchReport, ReportRuled
from services.pooling.schemas import ReportForm, RulingForm
from services.pooling.tables import OriginBypass
from services.projects.dossier import facts_of, open_dossier
from services.projects.errors import MoveRefused
from services.projects.steps.common import note_move
from services.projects.tables import Project
from services.regions.repo import load_region


async def report(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ReportForm,
    *,
    version: int | None = None,
) -> Project:
    """Report that a county spoke to the investor around the origin.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        MoveRefused: neither the origin nor the city's office reports.
        BadPooling: no such county, or the origin itself.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if not facts_of(dossier).hands & {Hand.origin, Hand.city}:
        raise MoveRefused((Reason.not_yours,))
    unknown = await load_region(session, principal.city, form.county) is None
    if unknown or form.county == dossier.project.origin:
        raise BadPooling(errors=[FieldError("/county", "unknown", lazy("没有这个县区"))])
    session.add(
        OriginBypass(
            city=dossier.project.city,
            project=dossier.project.id,
            **form.model_dump(),
            reported_on=dossier.today,
            reported_by=principal.account,
            reported_name=principal.name,
            reason="",
            revision=1,
        )
    )
    return await note_move(session, dossier, "report", {"counties": [form.county]})


async def rule(
    session: AsyncSession,
    principal: Principal,
    report_id: UUID,
    form: RulingForm,
    *,
    revision: int | None = None,
) -> OriginBypass:
    """Rule on a report, once and not one's own.

    Raises:
        NotPermitted: only the city's office rules.
        NoSuchReport: there is none.
        SamePerson: who reported does not rule.
        ReportRuled: it was ruled on.
        Stale: somebody changed it since.
    """
    if not policy.can_decide(principal):
        raise NotPermitted
    query = select(OriginBypass).where(
        col(OriginBypass.city) == principal.city, col(OriginBypass.id) == report_id
    )
    found = (await session.scalars(query.with_for_update())).one_or_none()
    if found is None:
        raise NoSuchReport
    if found.ruling is not None:
        raise ReportRuled
    if not policy.differs(found.reported_by, principal):
        raise SamePerson
    if revision is not None and revision != found.revision:
        raise Stale
    today = await Clock().today(session, principal.city)
    found.ruling, found.reason = form.ruling, form.reason
    found.ruled_on, found.ruled_by = today, principal.account
    found.revision += 1
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="pooling.report_ruled",
        entity="origin_bypass",
        entity_id=found.id,
        after={"ruling": form.ruling.value, "county": found.county},
    )
    return found


async def reports_of(session: AsyncSession, project: Project) -> Sequence[OriginBypass]:
    """Return the reports on a project, earliest first."""
    query = (
        select(OriginBypass)
        .where(col(OriginBypass.city) == project.city, col(OriginBypass.project) == project.id)
        .order_by(col(OriginBypass.id))
    )
    return (await session.scalars(query)).all()
