"""From events to people: who stands in which relation to what an event is about.

Nobody is told of what they did themselves. People are taken by their account's own role and office; who acts
from another seat reads what their account was told, with that seat's view.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.policy import COUNTY_EYES, COUNTY_HANDS
from auth.principal import Role
from services.accounts.tables import Account
from services.agreements.tables import Agreement
from services.first_talk.tables import CaseParty
from services.kit.events import AuditEvent
from services.ledger.tables import Statement
from services.notices.rules import RULES, Rule
from services.notices.words import Audience, Subject
from services.projects.tables import Project
from services.regions.tables import Park
from services.settlement.tables import SettlementPart


@dataclass(frozen=True, slots=True)
class Parties:
    """Counties by their relation to one subject, and the park that hosts it."""

    origin: frozenset[str] = frozenset()
    host: frozenset[str] = frozenset()
    park: str | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The enabled accounts of a city, by role and by county."""

    city: str
    by_role: dict[Role, list[Account]] = field(default_factory=lambda: defaultdict(list))
    by_county: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    parks: dict[str, str] = field(default_factory=dict)
    """The owner of each park."""

    def hands(self, county: str) -> list[Account]:
        """Who registers, applies and signs for a county: for the city's own units its office."""
        if county == self.city:
            return self.by_role[Role.city_office]
        return [one for one in self.by_county[county] if one.role in COUNTY_HANDS]

    def park(self, code: str) -> list[Account]:
        """The officers of a park."""
        return [one for one in self.by_role[Role.park_officer] if one.office == code]

    def finance(self, county: str) -> list[Account]:
        """The finance of a county; the city's own units settle by the city's."""
        return [one for one in self.by_county[county] if one.role is Role.county_finance]


async def load_people(session: AsyncSession, city: str) -> People:
    """Read the accounts of a city that may sign in, and its parks."""
    people = People(city)
    rows = await session.scalars(
        select(Account).where(col(Account.city) == city, col(Account.disabled_at).is_(None))
    )
    for row in rows:
        people.by_role[row.role].append(row)
        people.by_county[row.county].append(row)
    parks = await session.execute(select(col(Park.code), col(Park.owner)).where(col(Park.city) == city))
    people.parks.update({row[0]: row[1] for row in parks})
    return people


def audience_of(people: People, rule: Rule, event: AuditEvent, parties: Parties) -> dict[UUID, Account]:
    """Return the accounts that an event concerns, who acted among them where they stand in that relation."""
    return {one.id: one for audience in rule.told for one in _of(people, audience, event, parties)}


def _of(people: People, audience: Audience, event: AuditEvent, parties: Parties) -> Iterable[Account]:
    both = parties.origin | parties.host
    ways: dict[Audience, Callable[[], Iterable[Account]]] = {
        Audience.origin: lambda: _hands(people, parties.origin),
        Audience.host: lambda: [
            *_hands(people, parties.host),
            *(people.park(parties.park) if parties.park else ()),
        ],
        Audience.parties: lambda: _hands(people, both),
        Audience.named: lambda: _named(people, event.after),
        Audience.counties: lambda: [
            one for role in COUNTY_EYES for one in people.by_role[role] if one.county not in parties.origin
        ],
        Audience.finance: lambda: [one for county in sorted(both) for one in people.finance(county)],
        Audience.city_office: lambda: people.by_role[Role.city_office],
        Audience.city_finance: lambda: people.by_role[Role.city_finance],
    }
    return ways[audience]()


def _hands(people: People, counties: frozenset[str]) -> list[Account]:
    return [one for county in sorted(counties) for one in people.hands(county)]


def _named(people: People, values: dict[str, Any]) -> list[Account]:
    """Those whom the event's own values name: a county and its park, or the parks of a proposal."""
    parks = {str(code) for code in values.get("parks") or ()} | (
        {values["park"]} if values.get("park") else set()
    )
    counties = {people.parks[code] for code in parks if code in people.parks}
    if values.get("county"):
        counties.add(str(values["county"]))
    officers = [one for code in sorted(parks) for one in people.park(code)]
    return [*_hands(people, frozenset(counties)), *officers]


_PAIRS: Final[dict[Subject, Any]] = {
    Subject.project: (Project, Project.id, Project.origin, Project.host_county, Project.host_park),
    Subject.agreement: (Agreement, Agreement.id, Agreement.origin, Agreement.host, None),
    Subject.statement: (Statement, Statement.id, Statement.county, None, None),
    Subject.settlement: (SettlementPart, SettlementPart.settlement, SettlementPart.county, None, None),
    Subject.case: (CaseParty, CaseParty.case_id, CaseParty.county, None, None),
}
"""Of each subject: the table that names its counties, and the columns of its key, origin, host and park."""


async def load_parties(
    session: AsyncSession, city: str, subject: Subject, ids: Sequence[UUID]
) -> dict[UUID, Parties]:
    """Return the parties of each subject that exists."""
    table, key, origin, host, park = _PAIRS[subject]
    columns = [one for one in (key, origin, host, park) if one is not None]
    rows = await session.execute(select(*columns).where(col(table.city) == city, col(key).in_(ids)))
    found: dict[UUID, Parties] = {}
    for row in rows:
        values = [*row, None, None]
        known = found.get(values[0], Parties())
        found[values[0]] = Parties(
            known.origin | {values[1]}, known.host | ({values[2]} if values[2] else set()), values[3]
        )
    return found


def rule_of(event: AuditEvent) -> tuple[Rule, UUID] | None:
    """Return the rule for an event and its subject's id, none where nobody is told."""
    rule = RULES.get(event.action)
    if rule is None or rule.subject.value != event.entity:
        return None
    try:
        return rule, UUID(event.entity_id)
    except ValueError:
        return None
