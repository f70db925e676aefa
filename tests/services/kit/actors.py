"""Somebody who acts, for tests of what stands below the accounts."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    account: UUID | None
    office: str


SOMEBODY = Actor(UUID(int=7), "611002")
SOMEBODY_ELSE = Actor(UUID(int=8), "611021")
