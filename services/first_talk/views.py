"""Cases as people read them: the city's office both sides, a county its own and the dates of the other."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.precedence import Ground
from auth import first_talk as policy
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.opening import may_withdraw
from services.first_talk.schemas import (
    CaseSummary,
    CaseView,
    OfferView,
    PartyView,
    RulingView,
    StatementView,
    StepView,
    WeighingView,
)
from services.first_talk.settling import Offer, offer_of
from services.first_talk.tables import Case, CaseEvent, CaseParty, CaseStatement, Ruling, RulingSaid
from services.first_talk.weighing import Weighed, weigh
from services.first_talk.words import OPEN_STATES, CaseAction, CaseState, RulingCheck
from services.projects.tables import Project
from services.regions.repo import unit_names

Sides = Sequence[tuple[CaseParty, Project]]

_OTHERS: frozenset[CaseAction] = frozenset({CaseAction.state, CaseAction.file})
"""Steps of another side that a county does not read; offers and agreements are meant for it."""

_OFFICE: frozenset[CaseAction] = frozenset({CaseAction.propose, CaseAction.reject})
"""Steps that only the city's office reads: a ruling that is not confirmed binds nobody."""


async def summaries(session: AsyncSession, principal: Principal, today: date) -> list[CaseSummary]:
    """Return the cases that somebody may know of, open ones first."""
    found = []
    for case in await repo.cases_of(session, principal):
        sides = await repo.parties_of(session, case)
        found.append(_summary(case, _own(principal, sides), today))
    return found


def is_overdue(case: Case, today: date) -> bool:
    """Tell whether a hearing or a ruling is late; lateness is shown and stops nothing."""
    if case.state is not CaseState.open:
        return False
    unheard = case.hearing_on is None and case.hearing_due is not None and case.hearing_due < today
    return unheard or (case.ruling_due is not None and case.ruling_due < today)


def _own(principal: Principal, sides: Sides) -> int | None:
    return next((party.seq for party, _ in sides if policy.can_speak(principal, party.county)), None)


def _summary(case: Case, own: int | None, today: date) -> CaseSummary:
    shown = {name: getattr(case, name) for name in CaseSummary.model_fields if name not in {"overdue", "own"}}
    return CaseSummary(**shown, overdue=is_overdue(case, today), own=own)


async def view(session: AsyncSession, principal: Principal, case: Case, today: date) -> CaseView:
    """Return one case as somebody may see it."""
    sides = await repo.parties_of(session, case)
    office = policy.can_conduct(principal)
    names = await unit_names(session, case.city)
    events = await repo.events_of(session, case)
    rulings = await repo.rulings_of(session, case)
    weighed = await weigh(session, case, sides, today)
    offer = offer_of(events, [party for party, _ in sides]) if case.state is CaseState.open else None
    own = _own(principal, sides)
    return CaseView(
        **_summary(case, own, today).model_dump(),
        claim=case.claim if office or own_case(principal, case) else "",
        hearing_place=case.hearing_place,
        parties=[_party(principal, case, party, lead, names) for party, lead in sides],
        weighings=[_weighing(principal, row, sides) for row in weighed.rows],
        ground=_ground(case, rulings, weighed, office=office),
        proposed_holder=weighed.holder if office else None,
        holder=case.holder,
        statements=[
            _statement(row)
            for row in await repo.statements_of(session, case)
            if office or _speaks(principal, sides, row.party)
        ],
        offer=_offer(offer, sides) if offer else None,
        ruling=_ruling(rulings, office=office),
        events=[_step(row) for row in events if _reads(principal, sides, row, office=office)],
        actions=_actions(principal, case, sides, rulings, offer),
    )


def own_case(principal: Principal, case: Case) -> bool:
    """Tell whether it is this person's county that asked for the case."""
    return case.filed_county is not None and policy.can_speak(principal, case.filed_county)


def _speaks(principal: Principal, sides: Sides, seq: int | None) -> bool:
    return any(party.seq == seq and policy.can_speak(principal, party.county) for party, _ in sides)


def _ground(
    case: Case,
    rulings: list[tuple[Ruling, RulingSaid | None]],
    weighed: Weighed,
    *,
    office: bool,
) -> Ground | None:
    """Return the ground of the ruling in force; while there is none, for the office what the order says."""
    if case.state is CaseState.ruled:
        return rulings[-1][0].ground
    return weighed.ground if office else None


def _party(
    principal: Principal, case: Case, party: CaseParty, lead: Project, names: dict[str, str]
) -> PartyView:
    own = policy.can_speak(principal, party.county)
    shown = PartyView(
        seq=party.seq,
        own=own,
        registered_on=lead.registered_on,
        accepted_on=lead.accepted_on,
        outcome=party.outcome if case.state not in OPEN_STATES else None,
    )
    if not own and not policy.can_conduct(principal):
        return shown
    return shown.model_copy(
        update={
            "county": party.county,
            "county_name": names.get(party.county, party.county),
            "project": lead.public_id,
            "project_name": lead.name,
        }
    )


def _weighing(principal: Principal, row: WeighingView, sides: Sides) -> WeighingView:
    """Show all to the office; to a county its own facts, and of the other the day of acceptance."""
    if policy.can_conduct(principal):
        return row
    dated = row.ground is Ground.earlier_acceptance
    facts = [
        fact
        if policy.can_speak(principal, party.county)
        else (str(fact)[:10] if dated and fact is not None else None)
        for fact, (party, _) in zip(row.facts, sides, strict=True)
    ]
    return WeighingView(ground=row.ground, facts=facts)


def _statement(row: CaseStatement) -> StatementView:
    return StatementView(
        party=row.party,
        words=row.words,
        evidence_kind=row.evidence_kind,
        evidence=row.evidence,
        happened_on=row.happened_on,
        late=row.late,
        by_name=row.by_name,
        on=row.on_date,
    )


def _offer(found: Offer, sides: Sides) -> OfferView:
    return OfferView(
        seq=found.seq,
        party=found.party,
        holder=found.holder,
        effect=found.effect,
        terms=found.terms,
        agreed=[party.seq for party, _ in sides if party.county in found.counties],
        complete=found.is_complete([party for party, _ in sides]),
    )


def _ruling(rulings: list[tuple[Ruling, RulingSaid | None]], *, office: bool) -> RulingView | None:
    """Return the last ruling; a county reads one in force only."""
    if not rulings:
        return None
    ruling, said = rulings[-1]
    if not office and (said is None or said.outcome is not RulingCheck.confirmed):
        return None
    shown = {
        name: getattr(ruling, name)
        for name in RulingView.model_fields
        if name not in {"outcome", "said_name", "said_on", "said_reason"}
    }
    return RulingView(
        **shown,
        outcome=said.outcome if said else None,
        said_name=said.by_name if said else "",
        said_on=said.on_date if said else None,
        said_reason=said.reason if said else "",
    )


def _reads(principal: Principal, sides: Sides, event: CaseEvent, *, office: bool) -> bool:
    if office or _speaks(principal, sides, event.party):
        return True
    hidden = _OFFICE if event.party is None else _OTHERS
    return event.action not in hidden


def _step(event: CaseEvent) -> StepView:
    return StepView(
        seq=event.seq,
        action=event.action,
        party=event.party,
        by_name=event.by_name if event.party is None else "",
        on=event.on_date,
        at=event.at,
        facts=event.facts,
    )


def _actions(
    principal: Principal,
    case: Case,
    sides: Sides,
    rulings: list[tuple[Ruling, RulingSaid | None]],
    offer: Offer | None,
) -> list[CaseAction]:
    """Return what this person may do now: what pages and the API both offer."""
    office = policy.can_conduct(principal)
    if case.state is CaseState.filed:
        found = [CaseAction.admit, CaseAction.refuse] if office else []
        return found + ([CaseAction.withdraw] if may_withdraw(principal, case) else [])
    if case.state is not CaseState.open:
        return []
    waiting = next((ruling for ruling, said in rulings if said is None), None)
    found = []
    if _own(principal, sides) is not None:
        found.append(CaseAction.state)
    if office:
        found.append(CaseAction.hear)
    if waiting is not None:
        checks = policy.can_confirm_ruling(principal, waiting.made_by)
        return found + ([CaseAction.rule, CaseAction.reject] if checks else [])
    leading = [party.county for party, _ in sides if policy.can_settle(principal, party.county)]
    if leading:
        found.append(CaseAction.offer)
        if offer is not None and leading[0] not in offer.counties:
            found.append(CaseAction.agree)
    if office:
        found.append(CaseAction.propose)
        if offer is not None and offer.is_complete([party for party, _ in sides]):
            found.append(CaseAction.settle)
    return found + ([CaseAction.withdraw] if may_withdraw(principal, case) else [])
