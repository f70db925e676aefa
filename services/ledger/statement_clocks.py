"""By when a county answers a statement and the city an objection: flagged when late, never a lock.

Working days from the business date of the issue, of the return to the county, or of the objection; the number
of days, and whether silence is taken for consent, are the city's settings in force on that day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import Due, Rule, Unit, deadline, due
from services.kit.workdays import working_calendar
from services.ledger.objections_repo import Case, blocking, cases_of
from services.ledger.objections_words import Side
from services.ledger.states import StatementAction, StatementState
from services.ledger.tables import Statement, StatementEvent
from services.regions.settings import CitySettings, settings_on

RETURNS = frozenset({StatementAction.approve, StatementAction.uphold, StatementAction.withdraw})
"""The steps after which the statement lies with the county."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Whom a statement waits for, since when, by when.

    `days` are working days; `silence_is_consent` says whether the city's rule was in force when it began.
    """

    side: Side
    since: date
    days: int
    due: Due
    silence_is_consent: bool
    asked: bool = False
    """The issuer asked the county to reject, and the county has not yet."""


class Settings:
    """The city's settings of several days, each day read once."""

    def __init__(self, session: AsyncSession, city: str) -> None:
        self._session = session
        self._city = city
        self._known: dict[date, CitySettings] = {}

    async def on(self, day: date) -> CitySettings:
        """The settings in force on a day."""
        if day not in self._known:
            self._known[day] = await settings_on(self._session, self._city, day)
        return self._known[day]


def due_after(since: date, days: int, today: date) -> Due:
    """How a limit of so many working days stands today."""
    return due(deadline(since, Rule(days, Unit.working_days), working_calendar()), today)


def asked_to_reject(events: Sequence[StatementEvent]) -> StatementEvent | None:
    """The issuer's request to reject (请退回，我方有误) that the county has not followed yet."""
    asked = None
    for event in events:
        if event.action is StatementAction.ask_reject:
            asked = event
        elif event.action is StatementAction.reject:
            asked = None
    return asked


async def wait_of(
    settings: Settings,
    statement: Statement,
    events: Sequence[StatementEvent],
    cases: Iterable[Case],
    today: date,
) -> Wait | None:
    """Whom a year's statement waits for; None where the office has it still, or all is said."""
    if statement.state is StatementState.disputed:
        return await _waits_for_city(settings, cases, today)
    asked = asked_to_reject(events)
    if asked is not None and statement.state in {StatementState.issued, StatementState.confirmed}:
        since = asked.on_date
    elif statement.state is StatementState.issued:
        returns = (
            event.on_date for event in events if event.action in RETURNS and not event.facts.get("reserved")
        )
        since = max(returns, default=statement.made_on)
    else:
        return None
    rules = await settings.on(since)
    days = rules.statement_answer_days
    return Wait(
        side=Side.county,
        since=since,
        days=days,
        due=due_after(since, days, today),
        silence_is_consent=rules.silence_is_consent and asked is None,
        asked=asked is not None,
    )


async def _waits_for_city(settings: Settings, cases: Iterable[Case], today: date) -> Wait | None:
    """The open objection that is due first."""
    first: Wait | None = None
    for case in blocking(cases):
        since = case.record.on_date
        days = (await settings.on(since)).objection_answer_days
        limit = due_after(since, days, today)
        if first is None or limit.on < first.due.on:
            first = Wait(side=Side.city, since=since, days=days, due=limit, silence_is_consent=False)
    return first


async def waits(session: AsyncSession, statements: Sequence[Statement], today: date) -> Mapping[UUID, Wait]:
    """Whom each of a city's statements waits for; those that wait for nobody are left out."""
    if not statements:
        return {}
    rows = await session.execute(
        select(StatementEvent)
        .where(
            col(StatementEvent.city) == statements[0].city,
            col(StatementEvent.statement).in_([one.id for one in statements]),
        )
        .order_by(col(StatementEvent.seq))
    )
    events: dict[UUID, list[StatementEvent]] = {one.id: [] for one in statements}
    for event in rows.scalars():
        events[event.statement].append(event)
    cases = await cases_of(session, statements)
    settings = Settings(session, statements[0].city)
    found = {one.id: await wait_of(settings, one, events[one.id], cases[one.id], today) for one in statements}
    return {id_: wait for id_, wait in found.items() if wait is not None}
