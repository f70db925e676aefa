"""A case begins: a county asks or the city opens it, and the leads stop; or it is refused or withdrawn."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.clocks import Rule, Unit, deadline
from allocation.lifecycle import SIGNED_STATES, State
from auth import first_talk as policy
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.effects import resume
from services.first_talk.errors import BadCase, CaseMoved, CaseOpen, NoRival, NotForYou, RulingWaits
from services.first_talk.schemas import OpenCase
from services.first_talk.tables import Case, CaseParty
from services.first_talk.words import OPEN_STATES, CaseAction, CaseState
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.kit.workdays import working_calendar
from services.projects.dossier import open_dossier
from services.projects.rivals import same_firm
from services.projects.steps.disputing import stop
from services.projects.tables import Project
from services.regions.repo import load_chains
from services.regions.settings import settings_on

MAY_STOP: Final = frozenset(
    {
        State.registered,
        State.reviewed,
        State.accepted,
        State.transfer_requested,
        State.recalled,
        State.released,
    }
)
"""States from which a case may stop a lead; in the pool hosts already have a say, so it is recalled first."""

TWO: Final = 2


async def open_case(session: AsyncSession, principal: Principal, form: OpenCase, today: date) -> Case:
    """Ask for a case as a county, or open one as the city's office.

    A county names one lead of its own, and the other filings of the firm are found; it is not told whose they
    are. The city names all the leads, and the case is open at once.

    Raises:
        NoSuchProject: a lead that this person may not know of.
        NotForYou: a lead of another county.
        NoRival: nobody else filed the firm.
        CaseOpen: one of the leads is in a case.
        BadCase: too few or too many leads, of one county, or in a state that no case can stop.
    """
    leads = [(await open_dossier(session, principal, ref)).project for ref in dict.fromkeys(form.projects)]
    by_city = policy.can_conduct(principal)
    if by_city and len(leads) > 1:
        filed_county = None
    else:
        if len(leads) != 1:
            raise _bad(lazy("县区每次只列本县区的一条线索"))
        if not policy.can_speak(principal, leads[0].origin):
            raise _bad(lazy("请列出各方的线索，至少两条")) if by_city else NotForYou()
        filed_county = leads[0].origin
        leads += await _rivals(session, leads[0])
    if any(lead.state not in MAY_STOP | SIGNED_STATES for lead in leads):
        raise _bad(lazy("已入池、已退回或已了结的线索不能进入争议"))
    if len({lead.origin for lead in leads}) < TWO:
        raise _bad(lazy("争议须有两个以上县区"))
    if await repo.open_cases_of(session, principal.city, [lead.id for lead in leads]):
        raise CaseOpen
    case = await _write(session, principal, leads, form, today, filed_county)
    if filed_county is None:
        await _admit(session, principal, case, today)
    return case


def _bad(words: str) -> BadCase:
    return BadCase(errors=[FieldError("/projects", "leads", words)])


async def _rivals(session: AsyncSession, lead: Project) -> list[Project]:
    """Return the other counties' filings of a lead's firm, whoever asks."""
    rows = await same_firm(session, Principal.system(lead.city), lead)
    found = [row for row in rows if row.origin != lead.origin and row.state in MAY_STOP | SIGNED_STATES]
    if not found:
        raise NoRival
    return found


async def _write(
    session: AsyncSession,
    principal: Principal,
    leads: Sequence[Project],
    form: OpenCase,
    today: date,
    filed_county: str | None,
) -> Case:
    seq = await repo.next_seq(session, principal.city, today.year)
    chains = {(row.edition, row.industry): row.chain for row in await load_chains(session, principal.city)}
    case = Case(
        city=principal.city,
        id=uuid7(),
        year=today.year,
        seq=seq,
        number=f"ST-{principal.city[:4]}-{today.year}-{seq:03d}",
        state=CaseState.filed,
        revision=0,
        filed_by=principal.account,
        filed_name=principal.name,
        filed_county=filed_county,
        filed_on=today,
        claim=form.claim,
        chain=chains.get((leads[0].edition, leads[0].industry), ""),
        counties=len({lead.origin for lead in leads}),
        hearing_place="",
    )
    case.revision = 1
    session.add(case)
    await session.flush()
    for number, lead in enumerate(sorted(leads, key=lambda lead: (lead.registered_on, lead.code)), start=1):
        session.add(
            CaseParty(
                city=case.city,
                case_id=case.id,
                seq=number,
                project=lead.id,
                county=lead.origin,
                is_open=True,
                paused=False,
            )
        )
    await session.flush()
    party = await own_party(session, principal, case) if filed_county is not None else None
    await repo.write_step(
        session, principal, case, CaseAction.file, today, party=party.seq if party else None
    )
    return case


async def own_party(session: AsyncSession, principal: Principal, case: Case) -> CaseParty | None:
    """Return the first side of a case for which somebody may speak."""
    for party, _lead in await repo.parties_of(session, case):
        if policy.can_speak(principal, party.county):
            return party
    return None


async def admit(
    session: AsyncSession, principal: Principal, key: UUID, today: date, *, seen: int | None = None
) -> Case:
    """Open a case that a county asked for: the leads stop and the clocks start.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker is not the city's office.
        CaseMoved: it is open or over.
        MoveRefused: a lead cannot be stopped any more.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if not policy.can_conduct(principal):
        raise NotForYou
    if case.state is not CaseState.filed:
        raise CaseMoved
    await _admit(session, principal, case, today)
    return case


async def _admit(session: AsyncSession, principal: Principal, case: Case, today: date) -> None:
    for party, lead in await repo.parties_of(session, case):
        if lead.state in SIGNED_STATES:
            continue
        party.state_before = await stop(
            session, principal, lead.id, reason=f"首谈争议 {case.number}", case=case.number
        )
        party.paused = True
    settings = await settings_on(session, case.city, today)

    def due(days: int) -> date:
        return deadline(today, Rule(days, Unit.working_days), working_calendar()).on

    case.state = CaseState.open
    case.admitted_on = today
    case.statements_due = due(settings.first_talk_statement_days)
    case.hearing_due = due(settings.first_talk_hearing_days)
    case.ruling_due = due(settings.first_talk_ruling_days)
    await repo.write_step(session, principal, case, CaseAction.admit, today)


async def refuse(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    reason: str,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Refuse a case that a county asked for.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker is not the city's office.
        CaseMoved: it is open or over.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if not policy.can_conduct(principal):
        raise NotForYou
    if case.state is not CaseState.filed:
        raise CaseMoved
    await _close(session, case, CaseState.refused, today)
    await repo.write_step(session, principal, case, CaseAction.refuse, today, facts={"reason": reason})
    return case


async def withdraw(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    reason: str,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Withdraw a case: the county that asked for it, or the city for one that it opened. The leads go back.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: another side asked for the case.
        CaseMoved: the case is over.
        RulingWaits: a ruling is written.
    """
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if not may_withdraw(principal, case):
        raise NotForYou
    if case.state not in OPEN_STATES:
        raise CaseMoved
    if await repo.waiting_ruling(session, case) is not None:
        raise RulingWaits
    party = await own_party(session, principal, case)
    for side, lead in await repo.parties_of(session, case):
        await resume(session, case, side, lead, reason)
    await _close(session, case, CaseState.withdrawn, today)
    await repo.write_step(
        session,
        principal,
        case,
        CaseAction.withdraw,
        today,
        party=party.seq if party else None,
        facts={"reason": reason},
    )
    return case


def may_withdraw(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may withdraw a case."""
    if case.filed_county is None:
        return policy.can_conduct(principal)
    return policy.can_speak(principal, case.filed_county)


async def _close(session: AsyncSession, case: Case, state: CaseState, today: date) -> None:
    for party, _lead in await repo.parties_of(session, case):
        party.is_open = False
    # Written together with the step that ends the case: after its end a case takes no change at all.
    case.state = state
    case.closed_on = today
