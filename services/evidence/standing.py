"""How a statement stands: sealed or not, co-signed or not, in the words of an officer's screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.evidence.bundle import Holder
from auth.principal import Principal
from services.evidence import repo
from services.evidence.states import Kind
from services.kit.i18n import lazy
from services.ledger.states import StatementKind, StatementState
from services.ledger.tables import Statement
from services.ledger.visibility import visible_to


class Standing(StrEnum):
    """Where a statement's evidence stands."""

    unsealed = "unsealed"
    sealed = "sealed"
    waiting = "waiting"
    cosigned = "cosigned"
    held_by_city = "held_by_city"

    @property
    def zh(self) -> str:
        """What the screen says, a message id."""
        return STANDINGS[self]


STANDINGS: Final = MappingProxyType(
    {
        Standing.unsealed: lazy("尚未封存"),
        Standing.sealed: lazy("已封存"),
        Standing.waiting: lazy("已封存，待县区会签"),
        Standing.cosigned: lazy("县区已用自持密钥会签"),
        Standing.held_by_city: lazy("市级代管密钥已会签，不计为县区的确认"),
    }
)
TONES: Final = MappingProxyType(
    {
        Standing.unsealed: "",
        Standing.sealed: "info",
        Standing.waiting: "warn",
        Standing.cosigned: "ok",
        Standing.held_by_city: "warn",
    }
)
MOST_ROWS: Final = 60
"""Statements on the overview: three years of twenty counties."""
_CONFIRMED: Final = frozenset({StatementState.confirmed, StatementState.closed})


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEvidence:
    """A statement's evidence: its standing, its entry's number, and the co-signatures that cover it."""

    standing: Standing
    entry: int | None = None
    cosigned: Sequence[repo.Cosigned] = ()


async def standing_of(session: AsyncSession, principal: Principal, statement: Statement) -> StatementEvidence:
    """How a statement that this person may read stands."""
    city = principal.city
    entry = await repo.sealed_at(session, city, Kind.statement.value, str(statement.id))
    if entry is None:
        return StatementEvidence(standing=Standing.unsealed)
    covering = [one for one in await repo.cosigned(session, city, statement.county) if one.size > entry]
    if any(one.held_by is Holder.county for one in covering):
        standing = Standing.cosigned
    elif covering:
        standing = Standing.held_by_city
    elif statement.state in _CONFIRMED and await repo.active_key(session, city, statement.county):
        standing = Standing.waiting
    else:
        standing = Standing.sealed
    return StatementEvidence(standing=standing, entry=entry, cosigned=covering)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A year statement and how it stands."""

    statement: Statement
    evidence: StatementEvidence


async def standings(session: AsyncSession, principal: Principal) -> list[Row]:
    """The newest year statements that this person may read, and how each stands."""
    found = await session.scalars(
        visible_to(principal, select(Statement))
        .where(col(Statement.kind) == StatementKind.year, col(Statement.state) != StatementState.superseded)
        .order_by(col(Statement.period).desc(), col(Statement.county))
        .limit(MOST_ROWS)
    )
    return [Row(statement=one, evidence=await standing_of(session, principal, one)) for one in found]
