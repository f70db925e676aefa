"""Setting who signs a kind of matter, from a day on."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.approving import StepKind
from auth.approvals import can_set_chain
from auth.policy import COUNTY_HANDS
from auth.principal import Principal, Role
from services.approvals.errors import BadChain, LentOn, NotForOffice
from services.approvals.matters import MATTERS
from services.approvals.schemas import ChainForm, ChainView, StepForm
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.regions.chains import ApprovalChain
from services.regions.repo import load_region

_COUNTY_KINDS = frozenset({"review"})
"""Kinds that a county's own people sign."""


async def set_chain(session: AsyncSession, principal: Principal, form: ChainForm, today: date) -> ChainView:
    """Say who signs a kind of matter from a day on; one set for that very day is replaced.

    Raises:
        LentOn, NotForOffice: it is another's to set.
        BadChain: no such kind or office, a past day, or a role that has no part in such matters.
    """
    if principal.on_behalf_of is not None:
        raise LentOn
    if not can_set_chain(principal, form.kind, form.office):
        raise NotForOffice
    faults = []
    if form.kind not in MATTERS:
        faults.append(FieldError("/kind", "unknown", lazy("没有这类审批事项")))
    if form.office and await load_region(session, principal.city, form.office) is None:
        faults.append(FieldError("/office", "unknown", lazy("没有这个县区")))
    if form.effective_from < today:
        faults.append(FieldError("/effective_from", "past", lazy("生效日期不能早于今天")))
    allowed = COUNTY_HANDS if form.kind in _COUNTY_KINDS else {Role.city_office}
    if any(step.role not in allowed for step in form.steps):
        faults.append(FieldError("/steps", "role", lazy("该类事项不由这个角色签批")))
    signed = [step for step in form.steps if step.kind is not StepKind.read]
    ends = signed[-1].role if signed else None
    if ends not in {Role.county_leader, Role.city_office}:
        faults.append(FieldError("/steps", "end", lazy("最后一步须由县区领导或市级统筹签批")))
    if faults:
        raise BadChain(errors=faults)
    steps = [step.model_dump(mode="json") for step in form.steps]
    statement = insert(ApprovalChain).values(
        city=principal.city,
        kind=form.kind,
        office=form.office,
        effective_from=form.effective_from,
        steps=steps,
        set_by=principal.account,
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["city", "kind", "office", "effective_from"],
            set_={"steps": statement.excluded.steps, "set_by": statement.excluded.set_by},
        )
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="approvals.chain_set",
        entity="approval_chain",
        entity_id=f"{form.kind}/{form.office}/{form.effective_from}",
        after={"steps": steps},
    )
    return ChainView(kind=form.kind, office=form.office, effective_from=form.effective_from, steps=form.steps)


async def chains(session: AsyncSession, principal: Principal) -> list[ChainView]:
    """List the chains that the city set: all for its office and the auditor, else those of one's county."""
    query = select(ApprovalChain).where(col(ApprovalChain.city) == principal.city)
    if principal.role not in {Role.city_office, Role.auditor}:
        query = query.where(col(ApprovalChain.office).in_(["", principal.county]))
    rows = await session.scalars(
        query.order_by(
            col(ApprovalChain.kind), col(ApprovalChain.office), col(ApprovalChain.effective_from).desc()
        )
    )
    return [
        ChainView(
            kind=row.kind,
            office=row.office,
            effective_from=row.effective_from,
            steps=[StepForm.model_validate(step) for step in row.steps],
        )
        for row in rows
    ]
