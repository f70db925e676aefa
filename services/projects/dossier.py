"""All that is on record of one project, how much of it the asker sees, and what stands for a move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import POOL_STATES, Facts, Hand, State
from auth import policy
from auth.policy import View
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.errors import Stale
from services.projects import pool_repo, repo
from services.projects.errors import NoSuchProject
from services.projects.standing import Standing, standing_of
from services.projects.tables import (
    Application,
    Commitment,
    Hold,
    InvestorConsent,
    InvestorRefusal,
    Project,
    Proposal,
    TermsAcceptance,
    Transfer,
)
from services.projects.words import ConsentKind, TransferState
from services.regions.settings import CitySettings, settings_on

MASKED_VIEWS = frozenset({View.sealed, View.proposed})
"""Views that may address a project by its public id alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One project with everything that hangs on it, as one asker opened it."""

    project: Project
    principal: Principal
    view: View
    today: date
    settings: CitySettings
    transfer: Transfer | None
    applications: Sequence[Application]
    proposals: Sequence[Proposal]
    acceptances: Sequence[TermsAcceptance]
    commitments: Sequence[Commitment]
    consents: Sequence[InvestorConsent]
    hold: Hold | None
    refusals: Sequence[InvestorRefusal] = ()
    agreed: frozenset[str] = frozenset()
    """Counties to which the origin agrees that the name be told."""
    visited: frozenset[str] = frozenset()
    """Counties with a joint visit on record."""
    protection: Standing | None = None
    """How the protection stands, while the lead is under it."""

    @property
    def is_major(self) -> bool:
        """Whether the joint meeting assigns the project."""
        return self.project.investment_fen >= self.settings.major_threshold_fen

    @property
    def chosen(self) -> tuple[str, str] | None:
        """The county and park that the investor chose."""
        return repo.chosen_host(self.consents) if self.project.state in {State.chosen, State.held} else None

    def application_of(self, county: str) -> Application | None:
        """Return a county's open application."""
        return next((row for row in self.applications if row.county == county), None)

    def acceptance_of(self, county: str) -> TermsAcceptance | None:
        """Return a county's standing acceptance of the floor terms."""
        return next((row for row in self.acceptances if row.county == county), None)

    def commitment_of(self, county: str) -> Commitment | None:
        """Return a county's standing commitment letter."""
        return next((row for row in self.commitments if row.county == county), None)

    def may_see_county(self, county: str) -> bool:
        """Tell whether the investor agrees that a county may see it: its last word counts."""
        named = [row for row in self.consents if row.kind is not ConsentKind.pool]
        said = max((row.at for row in named if county in row.counties), default=None)
        refused = [row.at for row in self.refusals if not row.counties or county in row.counties]
        return said is not None and not any(at > said for at in refused)

    @property
    def pool_refused(self) -> bool:
        """Whether the investor took back its consent to the pool."""
        said = [row.at for row in self.consents if row.kind is ConsentKind.pool]
        refused = [row.at for row in self.refusals if row.kind is ConsentKind.pool]
        return bool(refused) and (not said or max(refused) > max(said))

    def parks_of(self, county: str) -> list[str]:
        """Return a county's parks that accepted, applied or were proposed, in that order."""
        rows: list[TermsAcceptance | Application | Proposal] = [*self.acceptances]
        rows += [*self.applications, *self.proposals]
        return list(dict.fromkeys(row.park for row in rows if row.county == county))


async def open_dossier(
    session: AsyncSession,
    principal: Principal,
    ref: str | UUID,
    *,
    lock: bool = False,
    version: int | None = None,
) -> Dossier:
    """Open a project for somebody.

    Args:
        session: the asker's transaction.
        principal: who asks.
        ref: the public id; or the internal id, for those who see the name.
        lock: keep others from moving the project until the transaction ends.
        version: the version that the asker saw, if they must have seen one.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        Stale: somebody moved the project since.
    """
    project = await repo.find(session, principal, ref, lock=lock)
    if project is None:
        raise NoSuchProject
    applications = await repo.open_applications(session, project)
    proposals = await repo.open_proposals(session, project)
    acceptances = await repo.live_acceptances(session, project)
    view = policy.view_of(
        principal,
        project_facts(
            project,
            proposed=frozenset(row.county for row in proposals) | {row.county for row in acceptances},
            revealed=frozenset(row.county for row in acceptances if row.revealed_at is not None),
        ),
    )
    by_internal_id = str(ref) != project.public_id
    if view is View.none or (view in MASKED_VIEWS and by_internal_id):
        raise NoSuchProject
    if version is not None and version != project.version:
        raise Stale
    today = await Clock().today(session, project.city)
    return Dossier(
        project=project,
        principal=principal,
        view=view,
        today=today,
        settings=await settings_on(session, project.city, today),
        transfer=await repo.live_transfer(session, project),
        applications=applications,
        proposals=proposals,
        acceptances=acceptances,
        commitments=await repo.live_commitments(session, project),
        consents=await repo.consents(session, project),
        hold=await repo.active_hold(session, project.city, project.id),
        refusals=await pool_repo.refusals(session, project),
        agreed=await pool_repo.agreed_counties(session, project),
        visited=await pool_repo.visited_counties(session, project),
        protection=await standing_of(session, project) if project.state is State.accepted else None,
    )


def project_facts(
    project: Project, *, proposed: frozenset[str], revealed: frozenset[str]
) -> policy.ProjectFacts:
    """Return what the walls need to know of a project."""
    return policy.ProjectFacts(
        city=project.city,
        origin=project.origin,
        host=project.host_county,
        pooled=project.state in POOL_STATES,
        proposed=proposed,
        revealed=revealed,
    )


def hands(principal: Principal, origin: str, county: str | None, park: str | None) -> frozenset[Hand]:
    """Return in what capacities somebody acts on a project of `origin`, for a host if one is named."""
    held: set[Hand] = set()
    if policy.can_decide(principal):
        held.add(Hand.city)
    if policy.can_transfer(principal, origin):
        held.add(Hand.origin)
    if policy.can_review(principal, origin, None):
        held.add(Hand.origin_leader)
    if county is not None:
        if policy.can_act_for_host(principal, county, park):
            held.add(Hand.host)
        if policy.can_accept_terms(principal, county, park):
            held.add(Hand.host_leader)
    return frozenset(held)


def facts_of(dossier: Dossier, county: str | None = None, park: str | None = None) -> Facts:
    """Return what is on record for and against a move, made in the name of a host if one is given.

    What only the move itself brings (a reason, evidence, a date, minutes) is not here.
    """
    project, principal, transfer = dossier.project, dossier.principal, dossier.transfer
    maker = (
        transfer.requested_by if project.state is State.transfer_requested and transfer else project.registrar
    )
    acceptance = dossier.acceptance_of(county) if county else None
    commitment = dossier.commitment_of(county) if county else None
    applied = county is not None and dossier.application_of(county) is not None
    chosen = dossier.chosen
    return Facts(
        hands=hands(principal, project.origin, county, park),
        maker_is_other=policy.differs(maker, principal),
        consent_to_pool=(
            transfer is not None and transfer.investor_consent_on is not None and not dossier.pool_refused
        ),
        floor_terms_given=transfer is not None,
        extended_before=project.protection_extended or dossier.settings.protection_extensions == 0,
        extension_asked=dossier.protection is not None and dossier.protection.request is not None,
        release_agreed=dossier.protection is not None and dossier.protection.release_agreed,
        protection_over=project.protected_until is not None and project.protected_until < dossier.today,
        major=dossier.is_major,
        own_lead=county == project.origin,
        applied=applied,
        candidate=applied or any(row.county == county for row in dossier.proposals),
        terms_accepted=acceptance is not None,
        revealed=acceptance is not None and acceptance.revealed_at is not None,
        committed=commitment is not None,
        commitment_checked=commitment is not None,
        consent_to_county=county is not None and dossier.may_see_county(county),
        origin_agrees=county is not None and county in dossier.agreed,
        visited=county in dossier.visited,
        visit_required=dossier.settings.joint_visit_required,
        consent_to_host=chosen is not None and chosen[0] == county,
        chosen=chosen is not None and chosen[0] == county and (park is None or chosen[1] == park),
        hosting=project.host_county is not None and (county is None or county == project.host_county),
        recall_due=project.recall_from is not None and project.recall_from <= dossier.today,
        pooled_before=transfer is not None and transfer.state is TransferState.approved,
        others_applied=any(row.county != county for row in dossier.applications),
        others_accepted=any(row.county != county for row in dossier.acceptances),
        others_committed=any(row.county != county for row in dossier.commitments),
    )
