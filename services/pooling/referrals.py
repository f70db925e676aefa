"""Leads that no county fits: handed to the province as a row of their own, the city's record untouched."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import POOL_STATES, Hand, Reason, State
from auth import policy
from auth.errors import NotPermitted
from auth.policy import View
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.pooling.answers import ReferralsAnswer, ReferralView
from services.pooling.errors import AlreadyReferred, BadPooling, NoSuchReferral, NotToRefer
from services.pooling.schemas import ReferralAnswerForm, ReferralForm
from services.pooling.tables import ProvincialReferral
from services.pooling.words import ReferralState
from services.projects.dossier import facts_of, open_dossier
from services.projects.errors import MoveRefused
from services.projects.tables import Project
from services.projects.views import build

OPEN: Final = frozenset({ReferralState.sent, ReferralState.taken})
FROM: Final = (POOL_STATES - {State.held}) | {State.recalled, State.accepted}
"""States in which no county holds the lead."""


async def refer(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ReferralForm,
    *,
    version: int | None = None,
) -> ProvincialReferral:
    """Hand a lead to the province: what a sealed view shows goes out, no name and no exact figure.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        MoveRefused: only the city's office hands leads on.
        NotToRefer: a host holds it, or it has left the city's pool.
        AlreadyReferred: it stands in the province's pool.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    project = dossier.project
    if Hand.city not in facts_of(dossier).hands:
        raise MoveRefused((Reason.not_yours,))
    if project.state not in FROM:
        raise NotToRefer
    if any(row.state in OPEN for row in await _rows(session, project.city, project.id)):
        raise AlreadyReferred
    card = build(project, View.sealed).model_dump(
        mode="json", include={"code_name", "division", "investment_band", "land_band", "land_deadline"}
    )
    made = ProvincialReferral(
        city=project.city,
        project=project.id,
        province=f"{project.city[:2]}0000",
        reason=form.reason,
        document=form.document,
        card=card,
        state=ReferralState.sent,
        sent_on=dossier.today,
        sent_by=None if principal.is_system else principal.account,
        answer="",
        revision=1,
    )
    session.add(made)
    await session.flush()
    await _record(session, principal, "pooling.referred", made)
    return made


async def answer(
    session: AsyncSession,
    principal: Principal,
    referral: UUID,
    form: ReferralAnswerForm,
    *,
    revision: int | None = None,
) -> ProvincialReferral:
    """Record what the province answered: taken in, then placed elsewhere or returned.

    Raises:
        NotPermitted: only the city's office records it.
        NoSuchReferral: there is none.
        AlreadyReferred: the province took it in before, or its last word is on record.
        Stale: somebody changed it since.
        BadPooling: an answer of tomorrow, or from before it was sent.
    """
    if not policy.can_decide(principal):
        raise NotPermitted
    query = select(ProvincialReferral).where(
        col(ProvincialReferral.city) == principal.city, col(ProvincialReferral.id) == referral
    )
    found = (await session.scalars(query.with_for_update())).one_or_none()
    if found is None:
        raise NoSuchReferral
    if revision is not None and revision != found.revision:
        raise Stale
    if found.state not in OPEN or form.state is found.state:
        raise AlreadyReferred
    if not found.sent_on <= form.answered_on <= await Clock().today(session, principal.city):
        raise BadPooling(errors=[FieldError("/answered_on", "range", lazy("答复日期须在报送之后、今天之前"))])
    found.state, found.answer, found.answered_on = form.state, form.answer, form.answered_on
    found.revision += 1
    await session.flush()
    await _record(session, principal, "pooling.referral_answered", found)
    return found


async def referral_of(session: AsyncSession, project: Project) -> ReferralView | None:
    """Return the latest referral of a project."""
    rows = await _rows(session, project.city, project.id)
    return referral_view(rows[0], project) if rows else None


async def referrals(session: AsyncSession, principal: Principal) -> ReferralsAnswer:
    """Return all referrals, latest first.

    Raises:
        NotPermitted: only the city's office reads them.
    """
    if not policy.can_decide(principal):
        raise NotPermitted
    rows = await session.execute(
        select(ProvincialReferral, Project)
        .join(
            Project,
            (col(Project.city) == col(ProvincialReferral.city))
            & (col(Project.id) == col(ProvincialReferral.project)),
        )
        .where(col(ProvincialReferral.city) == principal.city)
        .order_by(col(ProvincialReferral.id).desc())
    )
    return ReferralsAnswer(items=[referral_view(row, project) for row, project in rows])


def referral_view(row: ProvincialReferral, project: Project) -> ReferralView:
    """Show a referral with the lead that it links to."""
    return ReferralView(
        id=row.id,
        project=project.public_id,
        code_name=project.code_name,
        province=row.province,
        reason=row.reason,
        document=row.document,
        state=row.state,
        sent_on=row.sent_on,
        answer=row.answer,
        answered_on=row.answered_on,
        revision=row.revision,
    )


async def _rows(session: AsyncSession, city: str, project: UUID) -> Sequence[ProvincialReferral]:
    query = (
        select(ProvincialReferral)
        .where(col(ProvincialReferral.city) == city, col(ProvincialReferral.project) == project)
        .order_by(col(ProvincialReferral.id).desc())
    )
    return (await session.scalars(query)).all()


async def _record(
    session: AsyncSession, principal: Principal, action: str, referral: ProvincialReferral
) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="provincial_referral",
        entity_id=referral.id,
        after={"project": str(referral.project), "state": referral.state.value},
    )
