"""Parties outside the city (市外签约方): declared with their route by one, checked by another, then named.

They have no login and no book here. An agreement with one settles by the route that was declared, outside the
city's own settlement.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check_outside_party, can_declare_outside_party, can_see_agreement
from auth.principal import Principal
from services.agreements.errors import NoSuchParty, NotYourPaper, PartyKept, UndeclaredParty
from services.agreements.party_tables import OutsideParty, SharingParty
from services.agreements.tables import Agreement
from services.agreements.words import OutsideKind, Party
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.regions.repo import load_regions, unit_names


class OutsidePartyIn(BaseModel):
    """A party to declare. `code` is its own six-digit region code, or six digits that stand for it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    code: Annotated[str, Field(pattern="^[0-9]{6}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    place: Annotated[str, Field(min_length=1, max_length=100)]
    kind: OutsideKind
    route: Annotated[str, Field(min_length=1, max_length=500)]
    account: Annotated[str, Field(max_length=100)] = ""


class OutsidePartyOut(BaseModel):
    """A declared party; `checked` once another person checked it. Only the city sees the account."""

    code: str
    name: str
    place: str
    kind: OutsideKind
    route: str
    account: str
    checked: bool
    declared_at: datetime
    checked_at: datetime | None
    may_check: bool


class OutsidePartyList(BaseModel):
    """Every declared party of the city, by code."""

    items: list[OutsidePartyOut]


async def declare_party(
    session: AsyncSession, principal: Principal, declared: OutsidePartyIn
) -> OutsideParty:
    """Declare a party outside the city, or change a declaration that nobody has checked.

    Raises:
        NotYourPaper: the city's office declares.
        PartyKept: it was checked, or the code is a county's of the city.
    """
    if not can_declare_outside_party(principal):
        raise NotYourPaper
    inside = {region.code for region in await load_regions(session, principal.city)}
    standing = await _load(session, principal.city, declared.code, lock=True)
    if declared.code in inside or (standing is not None and standing.checked_by is not None):
        raise PartyKept
    party = standing or OutsideParty(city=principal.city, code=declared.code)
    for field in ("name", "place", "kind", "route", "account"):
        setattr(party, field, getattr(declared, field))
    party.declared_by = principal.account
    session.add(party)
    await session.flush()
    await session.refresh(party)
    await _record(session, principal, party, "party_declared")
    return party


async def check_party(session: AsyncSession, principal: Principal, code: str, now: datetime) -> OutsideParty:
    """Check a declared party; from here on it may be a party of agreements and never changes.

    Raises:
        NoSuchParty: nobody declared it.
        NotYourPaper: the city's finance checks, and never the one who declared.
        PartyKept: it was checked already.
    """
    party = await _load(session, principal.city, code, lock=True)
    if party is None:
        raise NoSuchParty
    if party.checked_by is not None:
        raise PartyKept
    if not can_check_outside_party(principal, party.declared_by):
        raise NotYourPaper
    party.checked_by = principal.account
    party.checked_at = now
    await session.flush()
    await _record(session, principal, party, "party_checked")
    return party


async def list_parties(session: AsyncSession, principal: Principal) -> OutsidePartyList:
    """List the declared parties: all for the city and the auditor, their own agreements' for counties."""
    query = select(OutsideParty).where(col(OutsideParty.city) == principal.city)
    whole = can_see_agreement(principal, ())
    if not whole:
        own = select(col(Agreement.id)).where(
            col(Agreement.city) == col(OutsideParty.city),
            (
                (col(Agreement.origin) == principal.county) & (col(Agreement.host) == col(OutsideParty.code))
                | (col(Agreement.host) == principal.county)
                & (col(Agreement.origin) == col(OutsideParty.code))
            ),
        )
        query = query.where(own.exists())
    rows = await session.scalars(query.order_by(col(OutsideParty.code)))
    return OutsidePartyList(items=[_out(principal, row, whole=whole) for row in rows])


async def outside_parties(session: AsyncSession, city: str) -> dict[str, OutsideParty]:
    """Return the checked parties outside the city, by code."""
    rows = await session.scalars(
        select(OutsideParty).where(col(OutsideParty.city) == city, col(OutsideParty.checked_by).is_not(None))
    )
    return {row.code: row for row in rows}


async def party_names(session: AsyncSession, city: str) -> dict[str, str]:
    """Return the names of all that may be parties, and of parks, by their codes."""
    outside = await outside_parties(session, city)
    return await unit_names(session, city) | {code: party.name for code, party in outside.items()}


async def is_outside(session: AsyncSession, city: str, code: str) -> bool:
    """Tell whether a code is a party outside the city, which takes no part in the city's settlement.

    In SQL the same is the column `sharing_party.outside`.
    """
    query = select(col(SharingParty.outside)).where(
        col(SharingParty.city) == city, col(SharingParty.code) == code
    )
    return bool((await session.scalars(query)).one_or_none())


async def party_places(session: AsyncSession, city: str) -> dict[str, bool]:
    """Return all that may be parties by code, with whether they lie outside the city."""
    rows = await session.scalars(select(SharingParty).where(col(SharingParty.city) == city))
    return {row.code: row.outside for row in rows}


async def side_outside(session: AsyncSession, city: str, origin: str, host: str) -> Party | None:
    """Tell which of two parties lies outside the city; None where both lie inside. Raises as `outside_of`."""
    return outside_of(await party_places(session, city), origin, host)


def outside_of(places: Mapping[str, bool], origin: str, host: str) -> Party | None:
    """Tell which of two parties lies outside the city, by all that may be parties.

    Raises:
        UndeclaredParty: one is no region of the city and was not declared, or both lie outside.
    """
    for place, code, other in (("/origin", origin, host), ("/host", host, origin)):
        if code not in places or (places[code] and places.get(other)):
            fault = FieldError(place, "undeclared", lazy("未申报的市外签约方"))
            raise UndeclaredParty(errors=[fault], code=code)
    if places[origin]:
        return Party.origin
    return Party.host if places[host] else None


async def _load(session: AsyncSession, city: str, code: str, *, lock: bool) -> OutsideParty | None:
    query = select(OutsideParty).where(col(OutsideParty.city) == city, col(OutsideParty.code) == code)
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


def _out(principal: Principal, row: OutsideParty, *, whole: bool) -> OutsidePartyOut:
    return OutsidePartyOut(
        code=row.code,
        name=row.name,
        place=row.place,
        kind=row.kind,
        route=row.route,
        account=row.account if whole else "",
        checked=row.checked_by is not None,
        declared_at=row.declared_at,
        checked_at=row.checked_at,
        may_check=row.checked_by is None and can_check_outside_party(principal, row.declared_by),
    )


async def _record(session: AsyncSession, principal: Principal, party: OutsideParty, action: str) -> None:
    await record_event(
        session,
        party.city,
        actor=principal,
        action=f"agreements.{action}",
        entity="outside_party",
        entity_id=party.code,
        after={"name": party.name, "kind": party.kind.value, "route": party.route},
    )
