"""Everything that can be done with projects: the one door for routes, pages, jobs and the slices above."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import POOL_STATES, Action
from auth.errors import NotPermitted
from auth.policy import View
from auth.principal import Principal
from services.projects.actions import actions, has_right, may_record_consent
from services.projects.advice import find_duplicates
from services.projects.answers import ApplicationAnswer, CandidateAnswer
from services.projects.dossier import Dossier, open_dossier
from services.projects.errors import BadProject
from services.projects.files import project_files
from services.projects.lists import list_page, list_rows
from services.projects.past import WHOLE, history
from services.projects.rivals import rivals
from services.projects.schemas import PLAIN_ACTIONS, MoveForm
from services.projects.steps.building import STAGE_DATES, stage_move
from services.projects.steps.chained import require_end_of_chain
from services.projects.steps.common import require_origin_or_city
from services.projects.steps.deciding import record_choice, record_signed, take_hold
from services.projects.steps.filing import correct, file_move, may_correct, register
from services.projects.steps.hosting import apply, decline, propose, step_back
from services.projects.steps.passing import pool_move, request_transfer, take_back
from services.projects.steps.proving import prove_progress, record_visit
from services.projects.steps.terms import accept_terms, agree_to_name, commit, record_consent, require_name
from services.projects.tables import Project
from services.projects.views import AnyView, view_of

__all__ = [
    "accept_terms",
    "actions",
    "agree_to_name",
    "applications",
    "apply",
    "candidates",
    "commit",
    "correct",
    "decline",
    "find_duplicates",
    "history",
    "list_page",
    "list_rows",
    "may_correct",
    "may_record_consent",
    "move",
    "open_dossier",
    "project",
    "project_files",
    "propose",
    "prove_progress",
    "record_choice",
    "record_consent",
    "record_signed",
    "record_visit",
    "register",
    "request_transfer",
    "require_name",
    "require_origin_or_city",
    "rivals",
    "step_back",
    "take_hold",
    "view_of",
]

_POOL = frozenset({Action.pool, Action.refuse_transfer})
_BACK = frozenset(
    {
        Action.refuse_hosts,
        Action.release_hold,
        Action.recall,
        Action.fail_to_pool,
        Action.fail_to_origin,
        Action.withdraw,
        Action.lose,
        Action.end,
    }
)
_STEPS = ("applied", "proposed", "terms_accepted", "revealed", "committed", "chosen")


async def project(session: AsyncSession, principal: Principal, ref: str | UUID) -> AnyView:
    """Return a project as the asker sees it, with what they may do.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
    """
    return view_of(await open_dossier(session, principal, ref))


async def move(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    form: MoveForm,
    *,
    version: int | None = None,
) -> Project:
    """Make a move that brings no more than a reason, evidence, minutes and a date.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        BadProject: the move has a form of its own.
        NotPermitted: the asker's role has no right to this move.
        ChainOpen: more than one person signs such a move, on its approval sheet.
        MoveRefused: with every reason against it.
        Stale: somebody moved the project since `version`.
    """
    if form.action not in PLAIN_ACTIONS:
        raise BadProject
    dossier = await open_dossier(session, principal, ref, lock=True, version=version)
    if not has_right(dossier, form.action):
        raise NotPermitted
    await require_end_of_chain(session, dossier, form.action)
    if form.action in STAGE_DATES:
        return await stage_move(session, dossier, form)
    if form.action in _POOL:
        return await pool_move(session, dossier, form)
    if form.action in _BACK:
        return await take_back(session, dossier, form)
    return await file_move(session, dossier, form)


def applications(dossier: Dossier) -> list[ApplicationAnswer]:
    """Return the open applications that the asker may read: all for the office, else the own county's."""
    until = dossier.project.window_until
    return [
        ApplicationAnswer(
            county=row.county,
            park=row.park,
            plot=row.plot,
            hall=row.hall,
            land_mu=row.land_mu,
            hall_m2=row.hall_m2,
            energy_tce=row.energy_tce,
            water_td=row.water_td,
            cod_kg=row.cod_kg,
            ready_on=row.ready_on,
            applied_on=row.applied_on,
            late=until is not None and row.applied_on > until,
            remark=row.remark,
        )
        for row in dossier.applications
        if dossier.view is View.office or row.county == dossier.principal.county
    ]


def candidates(dossier: Dossier) -> list[CandidateAnswer]:
    """Return how far each host has come: all for the office and the origin, else the own county's."""
    if dossier.project.state not in POOL_STATES:
        return []
    rows: dict[tuple[str, str], dict[str, bool | int | None]] = {}
    for proposal in dossier.proposals:
        rows.setdefault((proposal.county, proposal.park), {}).update(proposed=True, rank=proposal.rank)
    for application in dossier.applications:
        rows.setdefault((application.county, application.park), {})["applied"] = True
    for acceptance in dossier.acceptances:
        found = rows.setdefault((acceptance.county, acceptance.park), {})
        found.update(terms_accepted=True, revealed=acceptance.revealed_at is not None)
    for commitment in dossier.commitments:
        rows.setdefault((commitment.county, commitment.park), {})["committed"] = True
    if dossier.chosen is not None:
        rows.setdefault(dossier.chosen, {})["chosen"] = True
    return [
        CandidateAnswer(
            county=county,
            park=park,
            rank=facts.get("rank"),
            **{name: bool(facts.get(name)) for name in _STEPS},
        )
        for (county, park), facts in rows.items()
        if dossier.view in WHOLE or county == dossier.principal.county
    ]
