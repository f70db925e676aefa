"""What a solver reads: a compiled instance, or a generalised assignment problem."""

from dataclasses import dataclass
from typing import Final

VALUE_LIMIT: Final = 2**40
"""Values, uses and capacities of a compiled instance are non-negative and below this."""


@dataclass(frozen=True, slots=True)
class Host:
    """A park of a compiled instance; `capacity` has one entry for each resource."""

    id: str
    county: str
    capacity: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """A host that may take a lead, what that is worth, and what it uses of each resource."""

    host: str
    value: int
    use: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seeker:
    """A lead of a compiled instance with its allowed hosts."""

    id: str
    origin: str
    must_place: bool
    held_by: str | None
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class CountyLimit:
    """Bounds on what the hosts of a county take together; None is no bound."""

    id: str
    max_leads: int | None
    min_leads: int
    capacity: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A compiled instance: maximise the sum of values, each lead at most one host."""

    resources: tuple[str, ...]
    hosts: tuple[Host, ...]
    leads: tuple[Seeker, ...]
    counties: tuple[CountyLimit, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A generalised assignment problem: minimise cost, every job at exactly one agent.

    `cost` and `use` have one row an agent and one column a job.
    """

    cost: tuple[tuple[int, ...], ...]
    use: tuple[tuple[int, ...], ...]
    capacity: tuple[int, ...]

    @property
    def agents(self) -> int:
        """Number of agents."""
        return len(self.capacity)

    @property
    def jobs(self) -> int:
        """Number of jobs."""
        return len(self.cost[0])
