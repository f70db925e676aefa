"""What a filing must bring and whether it may enter: reason, channel's facts, scope gates, entry rules."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.entry import Filing, ProjectKind, is_inside
from allocation.lifecycle import SIGNED_STATES
from services.entry.service import Examined, examined
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.projects.channels import CHANNEL_FACTS, MISSING_FACTS, FilingReason
from services.projects.identity import name_key
from services.projects.schemas import ProjectForm
from services.projects.tables import Project


def missing_facts(form: ProjectForm, today: date) -> list[FieldError]:
    """Return what a filing leaves out: its reason, its channel's facts; and a consent that is yet to come."""
    errors = []
    if form.filing_reason is None:
        errors.append(FieldError("/filing_reason", "required", lazy("请选择报备事由")))
    if form.channel not in CHANNEL_FACTS:
        errors.append(FieldError("/channel", "unknown", lazy("请从列表中选择来源渠道")))
    errors += [
        FieldError(f"/{fact.value}", "required", MISSING_FACTS[fact])
        for fact in sorted(CHANNEL_FACTS.get(form.channel, ()))
        if getattr(form, fact.value) is None
    ]
    if form.filing_consent_on is not None and form.filing_consent_on > today:
        errors.append(FieldError("/filing_consent_on", "future", lazy("日期不能晚于今天")))
    return errors


async def examine_form(session: AsyncSession, city: str, form: ProjectForm, today: date) -> Examined:
    """Answer today's entry rules for a registration."""
    signed = await _is_signed(session, city, form.investor_credit_code, name_key(form.investor_name))
    filing = Filing(
        kind=form.kind,
        industry=form.industry,
        inside=is_inside(city, form.investor_credit_code, form.investor_registered),
        signed=signed and form.filing_reason is not FilingReason.expansion,
        environment=form.environment_class,
        investment_fen=form.investment_fen,
        fixed_investment_fen=form.fixed_investment_fen,
        land_mu=form.land_mu,
        energy_tce=form.energy_tce,
        output_fen=form.output_fen,
        tax_fen=form.tax_fen,
    )
    return await examined(session, city, today, filing)


async def examine_project(session: AsyncSession, project: Project) -> Examined:
    """Answer the entry rules of the day of registration for a lead as it stands."""
    signed = await _is_signed(
        session, project.city, project.investor_credit_code, project.name_key, project.public_id
    )
    filing = Filing(
        kind=project.kind or ProjectKind.industrial,
        industry=project.industry,
        inside=is_inside(project.city, project.investor_credit_code, project.investor_registered),
        signed=signed and project.filing_reason is not FilingReason.expansion,
        environment=project.environment_class,
        investment_fen=project.investment_fen,
        fixed_investment_fen=project.fixed_investment_fen,
        land_mu=project.land_mu,
        energy_tce=project.energy_tce,
        output_fen=project.output_fen,
        tax_fen=project.tax_fen,
    )
    return await examined(session, project.city, project.registered_on, filing)


async def _is_signed(
    session: AsyncSession, city: str, credit_code: str, key: str, leave_out: str = ""
) -> bool:
    """Tell whether the firm has a signed project anywhere in the city."""
    found = await session.scalar(
        select(col(Project.id))
        .where(
            col(Project.city) == city,
            col(Project.public_id) != leave_out,
            col(Project.state).in_(SIGNED_STATES),
            or_(col(Project.investor_credit_code) == credit_code, col(Project.name_key) == key),
        )
        .limit(1)
    )
    return found is not None
