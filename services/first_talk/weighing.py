"""The order of conflicts on one case: each step's fact of each side, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.precedence import Ground
from services.first_talk import repo
from services.first_talk.schemas import WeighingView
from services.first_talk.tables import Case, CaseParty
from services.projects.rivals import weighed
from services.projects.tables import Project


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the order says of a case: the ground, the side that it speaks for, and every step."""

    ground: Ground
    holder: int | None
    rows: list[WeighingView]


async def weigh(
    session: AsyncSession, case: Case, sides: Sequence[tuple[CaseParty, Project]], today: date
) -> Weighed:
    """Weigh the sides of a case; evidence brought to the case counts as follow-up beside the answers."""
    leads = [lead for _party, lead in sides]
    numbers = {lead.public_id: party.seq for party, lead in sides}
    pieces: dict[UUID, set[tuple[str, date]]] = {lead.id: set() for lead in leads}
    lead_of = {party.seq: party.project for party, _lead in sides}
    for row in await repo.statements_of(session, case):
        if row.evidence_kind is not None and row.happened_on is not None:
            pieces[lead_of[row.party]].add((row.evidence_kind.value, row.happened_on))
    found = await weighed(
        session,
        leads,
        today,
        pieces={key: frozenset(shown) for key, shown in pieces.items()},
        before={party.project: party.state_before for party, _lead in sides if party.state_before},
    )
    return Weighed(
        ground=found.verdict.ground,
        holder=numbers.get(found.verdict.holder or ""),
        rows=[
            WeighingView(
                ground=row.ground,
                facts=[_plain(fact) for fact in row.facts],
                favours=numbers.get(row.favours or ""),
                decides=row.decides,
            )
            for row in found.weighings
        ],
    )


def _plain(fact: bool | int | date | None) -> str | int | bool | None:
    if isinstance(fact, datetime):
        return fact.isoformat(timespec="seconds")
    return fact.isoformat() if isinstance(fact, date) else fact
