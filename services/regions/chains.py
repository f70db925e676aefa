"""Who signs what, in which order: a city's own chains of approval, dated, for all offices or one county."""

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, col

from services.kit.tables import Base, stamp_column, text_column, uuid_column

EVERYWHERE: Final = ""
"""The office of a chain that holds for all without one of their own."""

_AT_THE_END: ContextVar[bool] = ContextVar("at_the_end_of_a_chain", default=False)


class ApprovalChain(Base, table=True):
    """The steps of one kind of matter from a day on; `steps` is a list of {role, kind, title}, in order."""

    __tablename__ = "approval_chain"

    kind: str = text_column(primary_key=True)
    office: str = text_column(primary_key=True)
    effective_from: date = Field(primary_key=True)
    steps: Any = Field(sa_column=Column(JSONB, nullable=False))
    set_by: UUID = uuid_column()
    at: datetime = stamp_column()


async def chain_on(
    session: AsyncSession, city: str, kind: str, office: str, on: date
) -> Sequence[Mapping[str, str]]:
    """Return the steps in force on a day for a kind of matter of an office; none where the city set none."""
    rows = await session.execute(
        select(col(ApprovalChain.office), col(ApprovalChain.steps))
        .where(
            col(ApprovalChain.city) == city,
            col(ApprovalChain.kind) == kind,
            col(ApprovalChain.office).in_([office, EVERYWHERE]),
            col(ApprovalChain.effective_from) <= on,
        )
        .order_by(col(ApprovalChain.office).desc(), col(ApprovalChain.effective_from).desc())
        .limit(1)
    )
    found = rows.one_or_none()
    return [] if found is None else list(found[1])


@contextmanager
def at_the_end_of_a_chain() -> Any:
    """Let the move that a chain guards be made: its last signature was given in this very call."""
    token = _AT_THE_END.set(True)
    try:
        yield
    finally:
        _AT_THE_END.reset(token)


def is_at_the_end() -> bool:
    """Tell whether the last signature of a chain is being carried out."""
    return _AT_THE_END.get()
