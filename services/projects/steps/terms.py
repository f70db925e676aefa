"""Terms before name: accept the floor, the investor's consent, the name revealed, the commitment letter."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason, may_reveal
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.projects.dossier import Dossier, facts_of, open_dossier
from services.projects.errors import BadProject, MoveRefused
from services.projects.schemas import AcceptanceForm, CommitmentForm, ConsentForm
from services.projects.steps.common import ask, make_move, note_move, park_of, require_origin_or_city
from services.projects.tables import Commitment, InvestorConsent, Project, TermsAcceptance
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
    now = Clock().now()
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
    await note_move(session, dossier, "consent", {"counties": list(form.counties)})
    for acceptance in dossier.acceptances:
        if acceptance.county in form.counties and acceptance.revealed_at is None:
            acceptance.revealed_at = max(Clock().now(), acceptance.accepted_at)
            await session.flush()
            await _log_reveal(session, dossier, acceptance.county)
    await session.flush()
    return project


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
    """
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    park = await park_of(session, principal.city, form.park)
    facts = replace(facts_of(dossier, park.owner, park.code), commitment_checked=True)
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
