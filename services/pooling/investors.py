"""The investor without an account: what it sees of its own project, and its three consents.

It comes with a code that the origin issued, or with the one that public intake gave it. It sees places, land,
dates and promises, one contact and where things stand; never a score, a rank or a share. Every view and every
answer is on record. Refusing costs nothing: nothing in the project's standing changes by it.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import Hand, Reason, State
from auth.principal import Principal
from services.accounts.opaque import digest, new_opaque, read_opaque
from services.intake.codes import read_code
from services.intake.service import investor_of
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.pooling.answers import LinkAnswer
from services.pooling.errors import BadPooling, NoSuchCode
from services.pooling.schemas import InvestorAnswerForm, LinkForm
from services.pooling.tables import InvestorAct, InvestorLink
from services.pooling.words import Door, InvestorAction
from services.projects import service as projects
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import MoveRefused
from services.projects.schemas import ChoiceForm
from services.projects.steps.common import note_move
from services.projects.steps.terms import reveal_to
from services.projects.tables import (
    Application,
    InvestorConsent,
    InvestorRefusal,
    Proposal,
    TermsAcceptance,
)
from services.projects.words import ConsentKind

EVIDENCE = "投资方凭查询码在线答复"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came with a good code."""

    dossier: Dossier
    door: Door
    link: InvestorLink | None


async def issue(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: LinkForm,
    *,
    version: int | None = None,
) -> LinkAnswer:
    """Issue a code for the investor of a lead; the code is told once, its hash alone is stored.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        MoveRefused: only the origin or the city's office issues one.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    _require_side(dossier)
    code = new_opaque(principal.city)
    made = InvestorLink(
        city=principal.city,
        id=code.id,
        project=dossier.project.id,
        code_hash=code.sha256,
        contact=form.contact,
        issued_on=dossier.today,
        expires_on=dossier.today + timedelta(days=dossier.settings.investor_link_days),
        issued_by=None if principal.is_system else principal.account,
        issued_name=principal.name,
    )
    session.add(made)
    await session.flush()
    await _record(session, principal, "pooling.investor_code_issued", made)
    return link_answer(made, code.text)


async def revoke(session: AsyncSession, principal: Principal, ref: str | UUID, link: UUID) -> LinkAnswer:
    """Revoke a code at once.

    Raises:
        NoSuchProject, NoSuchCode: there is none.
        MoveRefused: only the origin or the city's office revokes one.
    """
    dossier = await open_dossier(session, principal, ref, lock=True)
    _require_side(dossier)
    query = select(InvestorLink).where(
        col(InvestorLink.city) == principal.city,
        col(InvestorLink.project) == dossier.project.id,
        col(InvestorLink.id) == link,
        col(InvestorLink.revoked_on).is_(None),
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NoSuchCode
    found.revoked_on = dossier.today
    found.revoked_by = None if principal.is_system else principal.account
    await session.flush()
    await _record(session, principal, "pooling.investor_code_revoked", found)
    return link_answer(found)


async def visit(session: AsyncSession, code: str, *, lock: bool = False) -> Visitor:
    """Return the project that a code opens, as the program itself reads it.

    Raises:
        NoSuchCode: unknown, revoked or expired; a lead of intake that is none yet.
    """
    opaque = read_opaque(code)
    if opaque is not None:
        query = select(InvestorLink).where(
            col(InvestorLink.city) == opaque.city, col(InvestorLink.code_hash) == digest(opaque.secret)
        )
        link = (await session.scalars(query)).one_or_none()
        today = await Clock().today(session, opaque.city)
        if link is None or link.revoked_on is not None or link.expires_on < today:
            raise NoSuchCode
        system = Principal.system(link.city)
        return Visitor(await open_dossier(session, system, link.project, lock=lock), Door.link, link)
    of_intake = read_code(code)
    project = await investor_of(session, code) if of_intake is not None else None
    if of_intake is None or project is None:
        raise NoSuchCode
    system = Principal.system(of_intake[0])
    return Visitor(await open_dossier(session, system, project, lock=lock), Door.intake, None)


async def note_view(session: AsyncSession, visitor: Visitor) -> None:
    """Put on record that the investor looked."""
    _act(session, visitor, InvestorAction.viewed)
    await session.flush()


async def answer(session: AsyncSession, code: str, form: InvestorAnswerForm) -> Visitor:
    """Take the investor's answer: to the pool, to counties, or to one host.

    Raises:
        NoSuchCode: no live code.
        BadPooling: the answer names what was not asked.
        MoveRefused: a host is chosen that is not ready to be.
    """
    visitor = await visit(session, code, lock=True)
    match form.subject:
        case "pool":
            await _to_pool(session, visitor, agree=form.agree)
        case "counties":
            await _to_counties(session, visitor, form)
        case "host":
            await _to_host(session, visitor, form)
    await session.flush()
    return Visitor(
        await open_dossier(session, visitor.dossier.principal, visitor.dossier.project.id),
        visitor.door,
        visitor.link,
    )


async def _to_pool(session: AsyncSession, visitor: Visitor, *, agree: bool) -> None:
    if agree:
        _consent(session, visitor.dossier, ConsentKind.pool, [])
    else:
        _refuse(session, visitor.dossier, ConsentKind.pool, [])
    action = InvestorAction.agreed_pool if agree else InvestorAction.refused_pool
    _act(session, visitor, action)
    await note_move(session, visitor.dossier, f"investor_{action.value}", {})


async def _to_counties(session: AsyncSession, visitor: Visitor, form: InvestorAnswerForm) -> None:
    dossier = visitor.dossier
    asked = asking_counties(dossier)
    if not form.counties or not set(form.counties) <= asked:
        raise BadPooling(errors=[FieldError("/counties", "unknown", lazy("请从列出的县区中选择"))])
    counties = sorted(set(form.counties))
    if form.agree:
        _consent(session, dossier, ConsentKind.counties, counties)
    else:
        _refuse(session, dossier, ConsentKind.counties, counties)
    action = InvestorAction.agreed_counties if form.agree else InvestorAction.refused_counties
    _act(session, visitor, action, counties)
    await session.flush()
    await note_move(session, dossier, f"investor_{action.value}", {"counties": counties})
    if form.agree:
        fresh = await open_dossier(session, dossier.principal, dossier.project.id)
        await reveal_to(session, fresh, counties)


async def _to_host(session: AsyncSession, visitor: Visitor, form: InvestorAnswerForm) -> None:
    dossier = visitor.dossier
    offered = {row.park: row.county for row in dossier.commitments}
    if form.park is None or form.park not in offered:
        raise BadPooling(errors=[FieldError("/park", "unknown", lazy("请从列出的承接地中选择"))])
    county = offered[form.park]
    action = InvestorAction.agreed_host if form.agree else InvestorAction.refused_host
    _act(session, visitor, action, [county], form.park)
    await session.flush()
    if form.agree:
        choice = ChoiceForm(park=form.park, consented_on=dossier.today, evidence=EVIDENCE)
        await projects.record_choice(session, dossier.principal, dossier.project.id, choice)
    else:
        await note_move(session, dossier, "investor_refused_host", {"county": county, "park": form.park})


def asking_counties(dossier: Dossier) -> frozenset[str]:
    """Return the counties about which the investor is asked: those that are candidates."""
    if dossier.project.state is State.held:
        return frozenset()
    rows: list[Application | Proposal | TermsAcceptance] = [*dossier.applications, *dossier.proposals]
    rows += dossier.acceptances
    return frozenset(row.county for row in rows)


def link_answer(link: InvestorLink, code: str | None = None) -> LinkAnswer:
    """Show an issued code; the code itself only to whom it is told."""
    return LinkAnswer(
        id=link.id,
        contact=link.contact,
        issued_on=link.issued_on,
        expires_on=link.expires_on,
        revoked_on=link.revoked_on,
        code=code,
    )


def _consent(session: AsyncSession, dossier: Dossier, kind: ConsentKind, counties: list[str]) -> None:
    session.add(
        InvestorConsent(
            city=dossier.project.city,
            project=dossier.project.id,
            kind=kind,
            counties=counties,
            consented_on=dossier.today,
            evidence=EVIDENCE,
        )
    )


def _refuse(session: AsyncSession, dossier: Dossier, kind: ConsentKind, counties: list[str]) -> None:
    session.add(
        InvestorRefusal(
            city=dossier.project.city,
            project=dossier.project.id,
            kind=kind,
            counties=counties,
            refused_on=dossier.today,
        )
    )


def _act(
    session: AsyncSession,
    visitor: Visitor,
    action: InvestorAction,
    counties: list[str] | None = None,
    park: str | None = None,
) -> None:
    session.add(
        InvestorAct(
            city=visitor.dossier.project.city,
            project=visitor.dossier.project.id,
            door=visitor.door,
            link=visitor.link.id if visitor.link else None,
            action=action,
            counties=counties or [],
            park=park,
            on_date=visitor.dossier.today,
        )
    )


def _require_side(dossier: Dossier) -> None:
    if not facts_of(dossier).hands & {Hand.origin, Hand.city}:
        raise MoveRefused((Reason.not_yours,))


async def _record(session: AsyncSession, principal: Principal, action: str, link: InvestorLink) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="investor_link",
        entity_id=link.id,
        after={"project": str(link.project), "expires_on": link.expires_on.isoformat()},
    )
