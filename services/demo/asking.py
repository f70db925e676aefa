"""What the demo asks of its run, so that the pages of questions have something to show."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.matching.answer_parts import Lever
from services.demo.crew import Crew
from services.kit.i18n import lazy
from services.kit.refused import Refused
from services.matching.questions import service as questions
from services.matching.questions.forms import ParkChangeForm, ScenarioForm, WouldWinForm
from services.matching.questions.tables import MatchQuestion, MatchShortage
from services.matching.questions.words import QuestionKind, QuestionState
from services.regions.tables import Park

MORE_LAND_MU = 20_000
"""200 mu."""
SMALLEST = 2
"""The level that looks for the smallest change."""


class QuestionFailed(Refused):
    """A question of the demo has no answer."""

    message = lazy("测算没有完成，详见 {log}")


async def ask(session: AsyncSession, crew: Crew, run: UUID) -> int:
    """Ask what would win the lead that is nearest to a host, and what 200 mu more there would change.

    Returns:
        How many questions were asked; none where every lead has a host, or no amount helps one without.
    """
    near = await _nearest(session, crew.city, run)
    if near is None:
        return 0
    form = WouldWinForm(run=run, park=near.park, level=SMALLEST)
    await questions.ask_pair(
        session, crew.office, near.project, QuestionKind.would_win, form, level=form.level
    )
    name = (
        await session.scalars(
            select(col(Park.name)).where(col(Park.city) == crew.city, col(Park.code) == near.park)
        )
    ).one()
    more = ParkChangeForm(park=near.park, land_mu=MORE_LAND_MU)
    scenario = ScenarioForm(run=run, title=f"{name}增加 200 亩", parks=(more,))
    await questions.ask_scenario(session, crew.office, scenario)
    return 2


async def _nearest(session: AsyncSession, city: str, run: UUID) -> MatchShortage | None:
    """Return the shortage of one figure that is the smallest."""
    rows = await session.scalars(
        select(MatchShortage)
        .where(
            col(MatchShortage.city) == city,
            col(MatchShortage.run) == run,
            col(MatchShortage.barred).is_(False),
        )
        .order_by(col(MatchShortage.project), col(MatchShortage.park))
    )
    single = [row for row in rows if len(_changes(row)) == 1]
    return min(single, key=_amount, default=None)


def _amount(row: MatchShortage) -> tuple[bool, int]:
    change = _changes(row)[0]
    return change["lever"] != Lever.LAND, change["amount"]


def _changes(row: MatchShortage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = row.answer["change"]
    return found


async def states(session: AsyncSession, city: str) -> dict[QuestionState, int]:
    """Count the city's questions by state."""
    rows = await session.execute(
        select(col(MatchQuestion.state), func.count())
        .where(col(MatchQuestion.city) == city)
        .group_by(col(MatchQuestion.state))
    )
    return {QuestionState(state): count for state, count in rows}
