"""Lists: what is asked for, in an order and by filters that tell an outsider nothing hidden.

In the pool everybody filters and sorts by what a sealed view shows: bands, division, state, deadline, code
name. Names, codes and origins can be searched only in lists whose rows the asker sees in full.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, and_, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import POOL_STATES, State
from auth.principal import Principal, Role
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.projects.bands import INVESTMENT_BANDS, LAND_BANDS, band_by_code
from services.projects.errors import BadFilter
from services.projects.repo import visible_to
from services.projects.schemas import Filters
from services.projects.tables import Application, Project, Proposal, TermsAcceptance
from services.projects.words import ApplicationState, ProposalState

COUNTY_HANDS = frozenset({Role.county_officer, Role.county_leader, Role.park_officer})
FINANCE = frozenset({Role.county_finance, Role.city_finance})

SMALLEST_COUNT = 3
"""Counts below this are withheld from outsiders."""


def in_full(principal: Principal, filters: Filters) -> bool:
    """Tell whether the asker sees every row of the list in full."""
    if principal.role is Role.city_office:
        return True
    return principal.role in COUNTY_HANDS and filters.scope in {"origin", "host"}


def _check(principal: Principal, filters: Filters) -> None:
    """Refuse a question whose answer would tell what the asker does not see.

    Finance sees names alone, so it narrows by nothing; an auditor does not see where a lead comes from or
    goes.
    """
    if principal.role in FINANCE and filters != Filters(scope=filters.scope):
        raise _bad("/state")
    if principal.role not in COUNTY_HANDS | {Role.city_office} and filters.scope not in {"pool", "all"}:
        raise _bad("/scope")


def _bad(pointer: str) -> BadFilter:
    return BadFilter(errors=[FieldError(pointer, "unknown", lazy("不支持的取值"))])


def narrowed(principal: Principal, filters: Filters) -> Select[Project]:
    """Select the rows of a list.

    Raises:
        BadFilter: an unknown value, or a filter on what the asker does not see of every row.
    """
    _check(principal, filters)
    query = visible_to(principal).where(*_scope(principal, filters))
    if filters.state:
        query = query.where(col(Project.state) == _state(filters.state))
    if filters.division:
        query = query.where(func.left(col(Project.industry), 2) == filters.division)
    for name, code, bands, column in (
        ("/investment", filters.investment, INVESTMENT_BANDS, col(Project.investment_fen)),
        ("/land", filters.land, LAND_BANDS, col(Project.land_mu)),
    ):
        if code:
            band = band_by_code(bands, code)
            if band is None:
                raise _bad(name)
            query = query.where(column >= band.low)
            if band.high is not None:
                query = query.where(column < band.high)
    if filters.origin:
        if not in_full(principal, filters):
            raise _bad("/origin")
        query = query.where(col(Project.origin) == filters.origin)
    if filters.q:
        query = query.where(_search(filters.q, full=in_full(principal, filters)))
    return query


def _state(value: str) -> State:
    if value not in {state.value for state in State}:
        raise _bad("/state")
    return State(value)


def _search(text: str, *, full: bool) -> ColumnElement[bool]:
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    columns = [col(Project.code_name), col(Project.public_id)]
    if full:
        columns += [col(Project.code), col(Project.name), col(Project.investor_name)]
    return or_(*(column.ilike(pattern) for column in columns))


def _scope(principal: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    match filters.scope:
        case "pool":
            return [col(Project.state).in_(POOL_STATES)]
        case "origin":
            return [col(Project.origin) == principal.county]
        case "host":
            return [col(Project.host_county) == principal.county]
        case "offered":
            return [col(Project.state).in_(POOL_STATES), _offered(principal)]
        case "all":
            return []


def _offered(principal: Principal) -> ColumnElement[bool]:
    """Rows that a county has to do with as a candidate: it applied, was proposed, or accepted the terms."""
    sources: tuple[tuple[Any, Any], ...] = (
        (Application, Application.state == ApplicationState.open),
        (Proposal, Proposal.state == ProposalState.open),
        (TermsAcceptance, col(TermsAcceptance.ended_on).is_(None)),
    )
    return or_(
        *(
            select(table.id)
            .where(
                and_(
                    table.city == Project.city,
                    table.project == Project.id,
                    table.county == principal.county,
                    condition,
                )
            )
            .exists()
            for table, condition in sources
        )
    )


@dataclass(frozen=True, slots=True)
class Order:
    """A total order of a list by what the asker sees of its rows."""

    columns: tuple[SQLColumnExpression[Any], ...]
    position: Callable[[Project], list[Any]]
    parse: Callable[[Sequence[Any]], tuple[Any, ...]]
    descending: bool = False


def _opaque(key: object) -> str:
    return hashlib.md5(str(key).encode(), usedforsecurity=False).hexdigest()


BY_REGISTRATION = Order(
    (col(Project.registered_on), col(Project.code)),
    lambda row: [row.registered_on.isoformat(), row.code],
    lambda after: (date.fromisoformat(str(after[0])), str(after[1])),
    descending=True,
)
BY_DEADLINE = Order(
    (col(Project.land_deadline), col(Project.public_id)),
    lambda row: [row.land_deadline.isoformat(), row.public_id],
    lambda after: (date.fromisoformat(str(after[0])), str(after[1])),
)
BY_NAME = Order(
    (col(Project.name), func.md5(cast(col(Project.id), Text))),
    lambda row: [row.name, _opaque(row.id)],
    lambda after: (str(after[0]), str(after[1])),
)


def order_of(principal: Principal, filters: Filters) -> Order:
    """Return a list's order: the pool's by deadline for everybody, finance's by name, else latest first.

    A cursor is signed but can be read, so it holds nothing that the rows do not show.
    """
    if principal.role in FINANCE:
        return BY_NAME
    if filters.scope != "pool" and in_full(principal, filters):
        return BY_REGISTRATION
    return BY_DEADLINE


async def page(
    session: AsyncSession,
    principal: Principal,
    filters: Filters,
    *,
    after: Sequence[Any] | None = None,
    limit: int | None = None,
) -> Sequence[Project]:
    """Return rows of a list in its order, from a position on."""
    order = order_of(principal, filters)
    query = narrowed(principal, filters)
    if after is not None:
        key, position = tuple_(*order.columns), tuple_(*order.parse(after))
        query = query.where(key < position if order.descending else key > position)
    columns = [column.desc() for column in order.columns] if order.descending else order.columns
    query = query.order_by(*columns)
    if limit is not None:
        query = query.limit(limit)
    return (await session.scalars(query)).all()


async def total(session: AsyncSession, principal: Principal, filters: Filters) -> int | None:
    """Count the rows of a list; a small number is withheld from those who see them masked."""
    query = select(func.count()).select_from(narrowed(principal, filters).subquery())
    count = int((await session.execute(query)).scalar_one())
    if count < SMALLEST_COUNT and not in_full(principal, filters):
        return None
    return count
