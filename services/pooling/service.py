"""What stands around a project in the pool, and the rules box of a county, as one person may read them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.pool_limits import against_application, against_hold, cooling_until
from auth.errors import NotPermitted
from auth.policy import View
from auth.principal import Principal
from services.kit.clock import Clock
from services.kit.i18n import gettext
from services.pooling.answers import (
    ActAnswer,
    CountyOption,
    InvestorView,
    ItemAnswer,
    MeetingAnswer,
    NameAnswer,
    OpenHoldAnswer,
    OpinionAnswer,
    PlaceOption,
    PoolingAnswer,
    ReportAnswer,
    RulesAnswer,
    VisitAnswer,
)
from services.pooling.investors import Visitor, asking_counties, link_answer
from services.pooling.meeting_repo import items_of, opinions_of
from services.pooling.referrals import referral_of
from services.pooling.reports import reports_of
from services.pooling.tables import InvestorAct, InvestorLink, OriginBypass
from services.projects import pool_repo
from services.projects import service as projects
from services.projects.dossier import Dossier, open_dossier
from services.projects.limits import facts_of_county, open_holds_of
from services.projects.tables import JointMeeting, JointVisit, Project
from services.projects.words import STATE_LABELS, ConsentKind
from services.regions.repo import unit_names
from services.regions.settings import settings_on

_WHOLE = frozenset({View.owner, View.office})
_NAMED = _WHOLE | {View.matched, View.revealed}


async def rules_box(session: AsyncSession, principal: Principal) -> RulesAnswer:
    """Tell a county what it may do in the pool today: the cap used, the pause, the evidence that is due.

    Raises:
        NotPermitted: the asker is of no county.
    """
    county = principal.county
    if county is None:
        raise NotPermitted
    today = await Clock().today(session, principal.city)
    settings = await settings_on(session, principal.city, today)
    facts = await facts_of_county(session, principal.city, county, today, settings)
    return RulesAnswer(
        county=county,
        on=today,
        open_holds=facts.open_holds,
        hold_cap=facts.hold_cap,
        cool_down_days=facts.cool_down_days,
        cooling_until=cooling_until(facts),
        applied_today=facts.applied_today,
        application_cap=facts.application_cap,
        quarantine_days=facts.quarantine_days,
        evidence_days=settings.hold_evidence_days,
        against_application=[limit.value for limit in against_application(facts)],
        against_hold=[limit.value for limit in against_hold(facts)],
        holds=[
            OpenHoldAnswer(
                project=row.project,
                code_name=row.code_name,
                held_on=row.held_on,
                last_evidence=row.last_evidence,
                evidence_due=row.evidence_due,
                late=row.evidence_due < today,
            )
            for row in await open_holds_of(session, principal.city, county, settings)
        ],
    )


async def name_of(session: AsyncSession, principal: Principal, ref: str | UUID) -> NameAnswer:
    """Tell the name to those who may read it.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
        NameBeforeTerms, NameNotAgreed: the asker's county has not come so far.
    """
    project = (await projects.require_name(session, principal, ref)).project
    return NameAnswer(name=project.name, investor_name=project.investor_name)


async def around(session: AsyncSession, principal: Principal, ref: str | UUID) -> PoolingAnswer:
    """Show what stands around a project: all to origin and office, its own to a host that knows the name.

    Raises:
        NoSuchProject: none, or none that the asker may know of.
    """
    return await around_dossier(session, await open_dossier(session, principal, ref))


async def around_dossier(session: AsyncSession, dossier: Dossier) -> PoolingAnswer:
    """Show what stands around an opened project; others than its sides see nothing."""
    project, county = dossier.project, dossier.principal.county
    whole = dossier.view in _WHOLE
    if dossier.view not in _NAMED:
        return PoolingAnswer(
            visits=[], visit_missing=[], reports=[], agreed=[], links=[], acts=[], referral=None
        )
    visits = [row for row in await pool_repo.visits(session, project) if whole or row.county == county]
    committed = {row.county for row in dossier.commitments if whole or row.county == county}
    return PoolingAnswer(
        visits=[visit_answer(row) for row in visits],
        visit_missing=sorted(committed - dossier.visited),
        reports=[report_answer(row) for row in await reports_of(session, project)] if whole else [],
        agreed=sorted(code for code in dossier.agreed if whole or code == county),
        links=[link_answer(row) for row in await _links(session, project)] if whole else [],
        acts=await _acts(session, project) if whole else [],
        referral=await referral_of(session, project) if whole else None,
    )


async def investor_view(session: AsyncSession, visitor: Visitor, locale: str = "zh") -> InvestorView:
    """Show an investor its project: the places that offer, who asks to speak with it, one contact."""
    dossier = visitor.dossier
    project = dossier.project
    names = await unit_names(session, project.city)
    asked = any(row.kind is ConsentKind.pool for row in dossier.consents)
    contact = visitor.link.contact if visitor.link else names.get(project.origin, project.origin)
    return InvestorView(
        project=project.name,
        state=gettext(STATE_LABELS[project.state], "en" if locale == "en" else "zh"),
        contact=contact,
        pool_agreed=asked and not dossier.pool_refused,
        counties=[
            CountyOption(county=code, name=names.get(code, code), agreed=dossier.may_see_county(code))
            for code in sorted(asking_counties(dossier))
        ],
        options=[
            PlaceOption(
                park=row.park,
                park_name=names.get(row.park, row.park),
                county_name=names.get(row.county, row.county),
                land_mu=row.land_mu,
                hall_m2=row.hall_m2,
                energy_tce=row.energy_tce,
                water_td=row.water_td,
                ready_on=row.ready_on,
                promises=row.promises,
                chosen=dossier.chosen == (row.county, row.park),
            )
            for row in sorted(dossier.commitments, key=lambda row: (row.county, row.park))
        ],
    )


async def meeting_answer(session: AsyncSession, principal: Principal, meeting: JointMeeting) -> MeetingAnswer:
    """Show a meeting with its items and their opinions."""
    items = await items_of(session, principal.city, [meeting.id])
    opinions = await opinions_of(session, principal.city, [row.id for row in items])
    today = await Clock().today(session, principal.city)
    needed = (await settings_on(session, principal.city, today)).major_opinions_least
    shown = []
    for item in items:
        dossier = await open_dossier(session, principal, item.project)
        shown.append(
            ItemAnswer(
                id=item.id,
                project=dossier.project.public_id,
                name=dossier.project.name,
                investment_fen=dossier.project.investment_fen,
                question=item.question,
                candidates=sorted({row.park for row in projects.candidates(dossier)}),
                opinions=[
                    OpinionAnswer(**row.model_dump(include=set(OpinionAnswer.model_fields)))
                    for row in opinions
                    if row.item == item.id
                ],
                opinions_needed=needed,
                park=item.park,
                reason=item.reason,
            )
        )
    return MeetingAnswer(
        id=meeting.id,
        title=meeting.title,
        held_on=meeting.held_on,
        agenda=meeting.agenda,
        minutes_no=meeting.minutes_no,
        minutes_on=meeting.minutes_on,
        items=shown,
        revision=meeting.revision,
    )


def visit_answer(row: JointVisit) -> VisitAnswer:
    """Show a joint visit."""
    return VisitAnswer(**row.model_dump(include=set(VisitAnswer.model_fields)))


def report_answer(row: OriginBypass) -> ReportAnswer:
    """Show a report; who made it stays with the office."""
    return ReportAnswer(**row.model_dump(include=set(ReportAnswer.model_fields)))


async def _links(session: AsyncSession, project: Project) -> Sequence[InvestorLink]:
    query = (
        select(InvestorLink)
        .where(col(InvestorLink.city) == project.city, col(InvestorLink.project) == project.id)
        .order_by(col(InvestorLink.id))
    )
    return (await session.scalars(query)).all()


async def _acts(session: AsyncSession, project: Project) -> list[ActAnswer]:
    query = (
        select(InvestorAct)
        .where(col(InvestorAct.city) == project.city, col(InvestorAct.project) == project.id)
        .order_by(col(InvestorAct.id))
    )
    rows = (await session.scalars(query)).all()
    return [ActAnswer(**row.model_dump(include=set(ActAnswer.model_fields))) for row in rows]


async def major_threshold(session: AsyncSession, principal: Principal) -> int:
    """Return the investment in fen from which the joint meeting assigns today."""
    today = await Clock().today(session, principal.city)
    return (await settings_on(session, principal.city, today)).major_threshold_fen
