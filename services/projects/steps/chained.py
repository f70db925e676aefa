"""Moves that several people sign: with a longer chain they are made at its end and nowhere else."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from services.projects.dossier import Dossier
from services.projects.errors import ChainOpen
from services.regions.chains import chain_on, is_at_the_end

CHAINED: Final = MappingProxyType(
    {Action.review: "review", Action.pool: "pool", Action.release: "release", Action.hold: "decision"}
)
"""The kind of matter that a move ends."""


async def require_end_of_chain(session: AsyncSession, dossier: Dossier, action: Action) -> None:
    """Refuse a move that several people sign, unless the last of them has just signed.

    Raises:
        ChainOpen: it is made at the end of its approval sheet.
    """
    if not is_at_the_end() and await several_sign(session, dossier, action):
        raise ChainOpen(sheet=sheet_of(dossier, action))


def sheet_of(dossier: Dossier, action: Action) -> str:
    """Return the reference of the approval sheet at whose end a move is made."""
    return f"{CHAINED[action]}-{dossier.project.id}"


async def sheets_for(session: AsyncSession, dossier: Dossier, moves: Iterable[Action]) -> dict[Action, str]:
    """Return, of some moves, those that several people sign, each with its approval sheet's reference."""
    return {move: sheet_of(dossier, move) for move in moves if await several_sign(session, dossier, move)}


async def several_sign(session: AsyncSession, dossier: Dossier, action: Action) -> bool:
    """Tell whether the city's rules want more than one person to sign such a move."""
    kind = CHAINED.get(action)
    if kind is None:
        return False
    project = dossier.project
    office = project.origin if action is Action.review else project.city
    steps = await chain_on(session, project.city, kind, office, dossier.today)
    return len([step for step in steps if step["kind"] != "read"]) > 1
