"""Terms before name: accept the floor, the investor's consent, the name revealed, the commitment letter."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Hand, Reason, may_reveal
from auth.policy import Part, may_see
from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import BadProject, MoveRefused, NameBeforeTerms, NameNotAgreed
from services.projects.pool_forms import AgreementForm
from services.projects.room import require_room
from services.projects.schemas import AcceptanceForm, CommitmentForm, ConsentForm
from services.projects.steps.common import ask, make_move, note_move, park_of, require_origin_or_city
from services.projects.tables import Commitment, InvestorConsent, OriginAgreement, Project, TermsAcceptance
from services.projects.words import ConsentKind
from services.regions.repo import load_region


async def accept_terms(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: AcceptanceForm,
    *,
    version: int | None = None,
) -> Project:
    """Accept the origin's floor terms for a park (保底揭名).

    The name is revealed to the county at once if the investor has agreed to it, else when it does.

    Raises:
        NoSuchPark: there is no such park.
        MoveRefused: with every reason against it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    facts = facts_of(dossier, park.owner, park.code)
    transfer = dossier.transfer
    if transfer is None:
        raise MoveRefused((Reason.no_floor_terms,))
    ask(dossier, Action.accept_terms, facts)
    now = await _moment(session)
    revealed = may_reveal(replace(facts, terms_accepted=True))
    project = await make_move(
        session,
        dossier,
        Action.accept_terms,
        facts,
        record={
            "county": park.owner,
            "park": park.code,
            "floor_ratio_bp": transfer.floor_ratio_bp,
            "floor_years": transfer.floor_years,
            "revealed": revealed,
        },
    )
    session.add(
        TermsAcceptance(
            city=project.city,
            project=project.id,
            transfer=transfer.id,
            county=park.owner,
            park=park.code,
            floor_ratio_bp=transfer.floor_ratio_bp,
            floor_years=transfer.floor_years,
            upfront_fen=transfer.upfront_fen,
            accepted_by=None if principal.is_system else principal.account,
            accepted_at=now,
            revealed_at=now if revealed else None,
        )
    )
    await session.flush()
    if revealed:
        await _log_reveal(session, dossier, park.owner)
    return project


async def record_consent(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: ConsentForm,
    *,
    version: int | None = None,
) -> Project:
    """Record that the investor agrees to be named to counties.

    Those that accepted the floor terms learn the name.

    Raises:
        BadProject: an unknown county, or a consent of tomorrow.
        MoveRefused: somebody other than the origin or the city office records it.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    require_origin_or_city(dossier)
    errors = []
    if form.consented_on > dossier.today:
        errors.append(FieldError("/consented_on", "future", lazy("日期不能晚于今天")))
    for index, county in enumerate(form.counties):
        if await load_region(session, principal.city, county) is None:
            errors.append(FieldError(f"/counties/{index}", "unknown", lazy("没有这个县区")))
    if errors:
        raise BadProject(errors=errors)
    project = dossier.project
    session.add(
        InvestorConsent(
            city=project.city,
            project=project.id,
            kind=ConsentKind.counties,
            counties=list(form.counties),
            consented_on=form.consented_on,
            evidence=form.evidence,
            recorded_by=None if principal.is_system else principal.account,
        )
    )
    if Hand.origin in facts_of(dossier).hands:
        # Who hands in the consent on behalf of the origin agrees to it.
        note_agreement(session, dossier, form.counties)
    await session.flush()
    await note_move(session, dossier, "consent", {"counties": list(form.counties)}, form.files)
    await reveal_to(session, await open_dossier(session, principal, project.id), form.counties)
    return project


async def agree_to_name(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: AgreementForm,
    *,
    version: int | None = None,
) -> Project:
    """Let the origin agree that counties learn the name; those that may, learn it at once.

    Raises:
        BadProject: an unknown county.
        MoveRefused: somebody other than the origin agrees.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if Hand.origin not in facts_of(dossier).hands:
        raise MoveRefused((Reason.not_yours,))
    await _require_counties(session, principal.city, form.counties)
    note_agreement(session, dossier, form.counties)
    await session.flush()
    project = await note_move(session, dossier, "agree_to_name", {"counties": list(form.counties)})
    await reveal_to(session, await open_dossier(session, principal, project.id), form.counties)
    return project


def note_agreement(session: AsyncSession, dossier: Dossier, counties: Sequence[str]) -> None:
    """Record that the origin agrees to name its lead to counties."""
    principal = dossier.principal
    session.add_all(
        OriginAgreement(
            city=dossier.project.city,
            project=dossier.project.id,
            county=county,
            agreed_on=dossier.today,
            by=None if principal.is_system else principal.account,
            by_name=principal.name,
        )
        for county in counties
        if county not in dossier.agreed
    )


async def reveal_to(session: AsyncSession, dossier: Dossier, counties: Sequence[str]) -> None:
    """Reveal the name to those counties that accepted the terms, once investor and origin agree; logged."""
    for acceptance in dossier.acceptances:
        agreed = dossier.may_see_county(acceptance.county) and acceptance.county in dossier.agreed
        if acceptance.county in counties and acceptance.revealed_at is None and agreed:
            acceptance.revealed_at = await _moment(session, acceptance.accepted_at)
            await session.flush()
            await _log_reveal(session, dossier, acceptance.county)


async def require_name(session: AsyncSession, principal: Principal, ref: str | UUID) -> Dossier:
    """Return the project for somebody who may read its name.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NameBeforeTerms: the asker's county has not accepted the floor terms.
        NameNotAgreed: it has; investor or origin have not agreed yet.
    """
    dossier = await open_dossier(session, principal, ref)
    if not may_see(dossier.view, Part.name):
        accepted = principal.county is not None and dossier.acceptance_of(principal.county) is not None
        raise NameNotAgreed if accepted else NameBeforeTerms
    return dossier


async def _require_counties(session: AsyncSession, city: str, counties: Sequence[str]) -> None:
    errors = [
        FieldError(f"/counties/{index}", "unknown", lazy("没有这个县区"))
        for index, county in enumerate(counties)
        if await load_region(session, city, county) is None
    ]
    if errors:
        raise BadProject(errors=errors)


async def _moment(session: AsyncSession, after: datetime | None = None) -> datetime:
    """Tell the database's moment; a clock set back meanwhile never puts it before `after`."""
    now = func.clock_timestamp()
    moment: datetime = (
        await session.execute(select(now if after is None else func.greatest(now, literal(after))))
    ).scalar_one()
    return moment


async def _log_reveal(session: AsyncSession, dossier: Dossier, county: str) -> None:
    await record_event(
        session,
        dossier.project.city,
        actor=dossier.principal,
        action="projects.revealed",
        entity="project",
        entity_id=dossier.project.id,
        after={"county": county},
    )


async def commit(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: CommitmentForm,
    *,
    version: int | None = None,
) -> Project:
    """Give a commitment letter (要素承诺函); a later letter of the same county replaces the earlier.

    Raises:
        NoSuchPark: there is no such park.
        MoveRefused: with every reason against it.
        OverOffered: the park, plot or hall has not so much left beside what it has promised.
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    facts = replace(facts_of(dossier, park.owner, park.code), commitment_checked=True)
    ask(dossier, Action.commit, facts)
    applied = dossier.application_of(park.owner)
    named = applied if applied is not None and applied.park == park.code else None
    await require_room(
        session,
        principal.city,
        park.code,
        dossier.project.id,
        form,
        plot=named.plot if named else None,
        hall=named.hall if named else None,
    )
    project = await make_move(
        session,
        dossier,
        Action.commit,
        facts,
        record={
            "county": park.owner,
            "park": park.code,
            "finance_review": form.finance_review,
            "legal_review": form.legal_review,
        },
        files=form.files,
    )
    earlier = dossier.commitment_of(park.owner)
    if earlier is not None:
        earlier.ended_on = dossier.today
        await session.flush()
    session.add(
        Commitment(
            **form.model_dump(),
            city=project.city,
            project=project.id,
            county=park.owner,
            committed_on=dossier.today,
            committed_by=None if principal.is_system else principal.account,
        )
    )
    await session.flush()
    return project
