"""What may be approved: a registry of kinds: how each is shown, who signs it, what is done at its end.

    register(Matter(kind="review", title=..., steps=(LEADER,), waiting=..., find=..., finish=...))

A slice above registers its own kind; nothing else here knows of it. Titles and facts are made for one reader:
what the reader's view of the project hides is not in them.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.approving import StepKind
from auth.principal import Principal, Role
from services.kit.i18n import lazy

Why = tuple[str, dict[str, Any]]
"""One line: a message id and the values of its placeholders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """One step of a chain: a role of the matter's office, or of the city."""

    role: Role
    title: str
    kind: StepKind = StepKind.sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One matter as one reader may see it.

    Attributes:
        id: the internal id of what is approved.
        version: its version; signatures given on an older one do not count.
        office: whose people sign: a county's code or the city's.
        maker: who made it; None for what the program made.
        title: its name, or its code name where the reader may not see that.
        why: two lines that say what it is and why it waits.
        due_on: the day by which it is due.
        live: whether it still waits for the decision.
        plain: whether it may be decided in a batch with others: undisputed, and nothing to explain.
        href: the page that shows all of it.
        facts: (label, value) pairs for the sheet's page.
    """

    id: UUID
    version: int
    office: str
    maker: UUID | None
    title: str
    why: tuple[Why, Why]
    due_on: date | None = None
    live: bool = True
    plain: bool = False
    href: str = ""
    facts: Sequence[tuple[str, str]] = field(default=())


Waiting = Callable[[AsyncSession, Principal, date], Awaitable[Sequence[Subject]]]
Find = Callable[[AsyncSession, Principal, UUID, date], Awaitable[Subject]]
Done = Callable[[AsyncSession, Principal, Subject, str], Awaitable[None]]


async def nothing(_session: AsyncSession, _principal: Principal, _subject: Subject, _reason: str) -> None:
    """Leave the matter as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """One kind of matter.

    Attributes:
        kind: a stable slug of lower-case letters and underscores.
        title: its name, a message id.
        steps: the chain where the city set none.
        waiting: the matters of this kind that wait and that the reader may know of.
        find: one of them, settled or not; raises a NotFound for what the reader may not know of.
        finish: what is done once every signature is given, as the last signer.
        refuse: what is done when it is refused.
        send_back: what is done when it is returned to its maker.
        resubmit: what is done when the maker hands it in again.
    """

    kind: str
    title: str
    steps: tuple[StepRule, ...]
    waiting: Waiting
    find: Find
    finish: Done
    refuse: Done = nothing
    send_back: Done = nothing
    resubmit: Done = nothing


MATTERS: Final[dict[str, Matter]] = {}
"""Every kind of matter by its slug."""


def register(matter: Matter) -> Matter:
    """Enter a kind of matter; a second of the same slug takes the first one's place."""
    MATTERS[matter.kind] = matter
    return matter


LEADER: Final = StepRule(role=Role.county_leader, title=lazy("县区领导"))
CITY: Final = StepRule(role=Role.city_office, title=lazy("市级统筹"))
