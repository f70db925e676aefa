"""The counties settle among themselves: one leader offers, every other agrees, the city confirms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth import first_talk as policy
from auth.principal import Principal
from services.first_talk import repo
from services.first_talk.effects import decide
from services.first_talk.errors import BadRuling, CaseMoved, NotAgreed, NotForYou, RulingWaits
from services.first_talk.schemas import AgreeForm, OfferForm
from services.first_talk.tables import Case, CaseEvent, CaseParty
from services.first_talk.words import CaseAction, CaseState, Effect
from services.kit.errors import FieldError
from services.kit.i18n import lazy


@dataclass(frozen=True, slots=True)
class Offer:
    """The settlement that is on the table: the last one offered.

    Attributes:
        seq: the number of the step that offered it.
        party: the side that offers.
        holder: the side whose lead stays.
        effect: what becomes of the others.
        terms: the words of the settlement.
        counties: the counties whose leaders agree, the offering one among them.
    """

    seq: int
    party: int
    holder: int
    effect: Effect
    terms: str
    counties: frozenset[str]

    def is_complete(self, parties: Sequence[CaseParty]) -> bool:
        """Tell whether every county of the case agrees."""
        return {party.county for party in parties} <= self.counties


def offer_of(events: Sequence[CaseEvent], parties: Sequence[CaseParty]) -> Offer | None:
    """Read the offer on the table from a case's steps."""
    made = [event for event in events if event.action is CaseAction.offer]
    if not made:
        return None
    last = made[-1]
    agreed = {
        event.party
        for event in events
        if event.action is CaseAction.agree and event.facts["offer"] == last.seq
    }
    counties = {party.seq: party.county for party in parties}
    return Offer(
        seq=last.seq,
        party=last.party or 0,
        holder=last.facts["holder"],
        effect=Effect(last.facts["effect"]),
        terms=last.facts["terms"],
        counties=frozenset(counties[seq] for seq in {*agreed, last.party} if seq is not None),
    )


async def _own(session: AsyncSession, principal: Principal, case: Case) -> CaseParty:
    """Return the side for which somebody may settle."""
    for party, _lead in await repo.parties_of(session, case):
        if policy.can_settle(principal, party.county):
            return party
    raise NotForYou


async def _open(session: AsyncSession, principal: Principal, key: UUID, seen: int | None) -> Case:
    case = await repo.find_case(session, principal, key, seen=seen, hold=True)
    if case.state is not CaseState.open:
        raise CaseMoved
    if await repo.waiting_ruling(session, case) is not None:
        raise RulingWaits
    return case


async def offer(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: OfferForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Offer a settlement as one side's leader; it replaces an earlier offer.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker leads no side.
        CaseMoved, RulingWaits: the case is not open, or a ruling is written.
        BadRuling: there is no such side.
    """
    case = await _open(session, principal, key, seen)
    party = await _own(session, principal, case)
    if form.holder not in {side.seq for side, _lead in await repo.parties_of(session, case)}:
        raise BadRuling(errors=[FieldError("/holder", "unknown", lazy("没有这一方"))])
    facts = form.model_dump(mode="json")
    await repo.write_step(session, principal, case, CaseAction.offer, today, party=party.seq, facts=facts)
    return case


async def agree(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: AgreeForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Agree to the offer on the table as one side's leader.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker leads no side, or offered it.
        CaseMoved, RulingWaits: the case is not open, or a ruling is written.
        NotAgreed: another offer is on the table.
    """
    case = await _open(session, principal, key, seen)
    party = await _own(session, principal, case)
    found = await _on_table(session, case, form)
    if party.county in found.counties:
        raise NotForYou
    await repo.write_step(
        session, principal, case, CaseAction.agree, today, party=party.seq, facts={"offer": found.seq}
    )
    return case


async def _on_table(session: AsyncSession, case: Case, form: AgreeForm) -> Offer:
    parties = [party for party, _lead in await repo.parties_of(session, case)]
    found = offer_of(await repo.events_of(session, case), parties)
    if found is None or found.seq != form.offer:
        raise NotAgreed
    return found


async def settle(
    session: AsyncSession,
    principal: Principal,
    key: UUID,
    form: AgreeForm,
    today: date,
    *,
    seen: int | None = None,
) -> Case:
    """Confirm the settlement to which every county's leader agreed; the leads follow it.

    Raises:
        NoSuchCase, Stale: as `repo.find_case`.
        NotForYou: the asker is not the city's office.
        CaseMoved, RulingWaits: the case is not open, or a ruling is written.
        NotAgreed: a county has not agreed, or another offer is on the table.
    """
    case = await _open(session, principal, key, seen)
    if not policy.can_conduct(principal):
        raise NotForYou
    found = await _on_table(session, case, form)
    if not found.is_complete([party for party, _lead in await repo.parties_of(session, case)]):
        raise NotAgreed
    await decide(
        session,
        principal,
        case,
        holder=found.holder,
        effect=found.effect,
        state=CaseState.settled,
        record={"reason": f"和解 {case.number}", "minutes": case.number, "case": case.number},
        today=today,
    )
    await repo.write_step(session, principal, case, CaseAction.settle, today, facts={"offer": found.seq})
    return case
