"""An instance as arrays, in one canonical order, so that the order of the input never matters.

Everything that bounds a result is a *limit*: a capacity of a host, of a county, or a count of a county's
leads. A pair (lead, host) draws on the limits of its host, which are the host's own and its county's. Limits
that can never bind are left out, so a kernel's inner loop runs over those that may.

Shapes: L leads, P pairs, H hosts, C counties, R resources, U rows of need, K limits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from allocation.matching.alone import demand_on, fits_alone
from allocation.matching.instance import Gap, Instance

Ints = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]

UNLIMITED: Final = 2**62
"""Stands for no bound in `most`; sums of uses stay below it (2^40 uses below 2^20 leads)."""

STAYS: Final = -1
"""The pair number of a lead that is not placed."""


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the kernels read. Read-only: nobody writes into these arrays.

    Attributes:
        leads: ids of the leads, ascending; a lead's number is its place here.
        hosts: ids of the hosts, ascending.
        start: L + 1 offsets: the pairs of lead i are start[i] … start[i + 1] - 1, by ascending host.
        host: P host numbers.
        worth: P integers, maximised; a cost is negative.
        row: P numbers of rows in `need`.
        need: U x (R + 1) what a pair uses of each resource; the last column is 1, one lead.
        must: L flags: a result without a host for this lead is no result.
        first: H + 1 offsets into `limit` and `column`: the limits of host h are first[h] … first[h + 1] - 1.
        limit: numbers of limits.
        column: which column of `need` draws on it.
        most: K upper bounds (UNLIMITED: none).
        least: K lower bounds (0: none); only counts of leads have them.
        label: K names of limits: (host or county, resource or "leads").
    """

    leads: tuple[str, ...]
    hosts: tuple[str, ...]
    start: Ints
    host: Small
    worth: Ints
    row: Small
    need: Ints
    must: Flags
    first: Ints
    limit: Small
    column: Small
    most: Ints
    least: Ints
    label: tuple[tuple[str, str], ...]

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return len(self.host)

    def placement(self, taken: Ints) -> dict[str, str | None]:
        """Name the host of each lead.

        Args:
            taken: L pair numbers, or STAYS.
        """
        return {
            lead: None if pair == STAYS else self.hosts[self.host[pair]]
            for lead, pair in zip(self.leads, taken.tolist(), strict=True)
        }

    def taken(self, assignment: Mapping[str, str | None]) -> Ints:
        """Read a placement back into pair numbers.

        Raises:
            KeyError: a lead is missing, or placed where it has no pair.
        """
        numbers = {host: number for number, host in enumerate(self.hosts)}
        found = np.full(len(self.leads), STAYS, np.int64)
        for lead, name in enumerate(self.leads):
            host = assignment[name]
            if host is not None:
                inside = self.host[self.start[lead] : self.start[lead + 1]].tolist()
                if numbers[host] not in inside:
                    raise KeyError(f"{name} at {host}")
                found[lead] = self.start[lead] + inside.index(numbers[host])
        return found


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit before it is known whether it can bind."""

    label: tuple[str, str]
    column: int
    hosts: tuple[int, ...]
    most: int
    least: int = 0


def encode_instance(instance: Instance) -> Encoded:
    """Encode a compiled instance; options that another county holds are left out."""
    hosts = sorted(instance.hosts, key=lambda host: host.id)
    number = {host.id: place for place, host in enumerate(hosts)}
    county = {host.id: host.county for host in hosts}
    leads = sorted(instance.leads, key=lambda lead: lead.id)
    pairs: list[tuple[int, int, int, tuple[int, ...]]] = []
    start = [0]
    for place, lead in enumerate(leads):
        allowed = [
            option for option in lead.options if lead.held_by is None or county[option.host] == lead.held_by
        ]
        pairs += [
            (place, number[option.host], option.value, option.use)
            for option in sorted(allowed, key=lambda option: option.host)
        ]
        start.append(len(pairs))
    inside: dict[str, list[int]] = {}
    for place, host in enumerate(hosts):
        inside.setdefault(host.county, []).append(place)
    limits = [
        Limit((host.id, name), resource, (place,), host.capacity[resource])
        for place, host in enumerate(hosts)
        for resource, name in enumerate(instance.resources)
    ]
    for bound in sorted(instance.counties, key=lambda bound: bound.id):
        members = tuple(inside.get(bound.id, ()))
        limits += [
            Limit((bound.id, name), resource, members, most)
            for resource, (name, most) in enumerate(zip(instance.resources, bound.capacity, strict=True))
            if most is not None
        ]
        limits.append(
            Limit(
                (bound.id, "leads"),
                len(instance.resources),
                members,
                UNLIMITED if bound.max_leads is None else bound.max_leads,
                bound.min_leads,
            )
        )
    rows: dict[tuple[int, ...], int] = {}
    row = [rows.setdefault(use, len(rows)) for _, _, _, use in pairs]
    return encode_arrays(
        leads=[lead.id for lead in leads],
        hosts=[host.id for host in hosts],
        start=np.array(start, np.int64),
        host=np.array([host for _, host, _, _ in pairs], np.int32),
        worth=np.array([worth for _, _, worth, _ in pairs], np.int64),
        row=np.array(row, np.int32),
        need=np.array(list(rows), np.int64).reshape(len(rows), len(instance.resources)),
        must=np.array([lead.must_place for lead in leads], np.bool_),
        limits=limits,
    )


def encode_gap(gap: Gap) -> Encoded:
    """Encode a generalised assignment problem: every job must be placed, costs are negative worth.

    Names are numbers filled with zeros, so that their order is the order of the numbers; `int` reads them.
    """
    agents, jobs = gap.agents, gap.jobs
    cost = np.array(gap.cost, np.int64)
    use = np.array(gap.use, np.int64)
    digits = len(str(max(agents, jobs)))
    return encode_arrays(
        leads=[str(job).zfill(digits) for job in range(jobs)],
        hosts=[str(agent).zfill(digits) for agent in range(agents)],
        start=np.arange(jobs + 1, dtype=np.int64) * agents,
        host=np.tile(np.arange(agents, dtype=np.int32), jobs),
        worth=-cost.T.reshape(-1),
        row=np.arange(agents * jobs, dtype=np.int32),
        need=use.T.reshape(-1, 1),
        must=np.ones(jobs, np.bool_),
        limits=[
            Limit((str(agent).zfill(digits), "use"), 0, (agent,), most)
            for agent, most in enumerate(gap.capacity)
        ],
    )


def encode_arrays(
    *,
    leads: Sequence[str],
    hosts: Sequence[str],
    start: Ints,
    host: Small,
    worth: Ints,
    row: Small,
    need: Ints,
    must: Flags,
    limits: Sequence[Limit],
) -> Encoded:
    """Put arrays together: add the column of ones, drop what cannot be or bind, index the rest by host.

    A pair that alone exceeds a limit of its host is dropped. A limit can bind if it asks for a least, or if
    all who may come to its hosts would together exceed it.
    """
    whole = np.hstack([need, np.ones((len(need), 1), np.int64)])
    drawn = by_host(len(hosts), limits)
    most = np.array([limit.most for limit in limits], np.int64)
    fits = fits_alone(host, row, whole, *drawn, most)
    start = np.concatenate([[0], np.cumsum(fits, dtype=np.int64)])[start]
    host, worth, row = host[fits], worth[fits], row[fits]
    demand = demand_on(host, row, whole, *drawn, len(limits)).tolist()
    binding = _undominated(
        [
            limit
            for limit, wanted in zip(limits, demand, strict=True)
            if limit.least > 0 or wanted > limit.most
        ],
        whole,
    )
    first, limit_of, column_of = by_host(len(hosts), binding)
    return _frozen(
        leads=tuple(leads),
        hosts=tuple(hosts),
        start=start,
        host=host,
        worth=worth,
        row=row,
        need=whole,
        must=must,
        first=first,
        limit=limit_of,
        column=column_of,
        most=np.array([limit.most for limit in binding], np.int64),
        least=np.array([limit.least for limit in binding], np.int64),
        label=tuple(limit.label for limit in binding),
    )


def by_host(hosts: int, limits: Sequence[Limit]) -> tuple[Ints, Small, Small]:
    """Index limits by host: H + 1 offsets, numbers of limits, columns."""
    inside: list[list[tuple[int, int]]] = [[] for _ in range(hosts)]
    for place, limit in enumerate(limits):
        for host in limit.hosts:
            inside[host].append((place, limit.column))
    flat = [entry for entries in inside for entry in entries]
    return (
        np.cumsum([0, *(len(entries) for entries in inside)], dtype=np.int64),
        np.array([place for place, _ in flat], np.int32),
        np.array([column for _, column in flat], np.int32),
    )


def _undominated(limits: Sequence[Limit], need: Ints) -> list[Limit]:
    """Drop each limit that another one on the same hosts implies: no more room, and never less need.

    Cumulative land makes one limit for each readiness date of any park; at one park all but those of its own
    dates go.
    """
    covers: dict[tuple[int, int], bool] = {}
    columns = np.ascontiguousarray(need.T)

    def implied(limit: Limit, place: int, other: Limit, other_place: int) -> bool:
        if other.most > limit.most:
            return False
        key = (other.column, limit.column)
        if key not in covers:
            covers[key] = bool((columns[other.column] >= columns[limit.column]).all())
            covers[key[::-1]] = bool((columns[limit.column] >= columns[other.column]).all())
        same = other.most == limit.most and covers[key[::-1]]
        return covers[key] and (not same or other_place < place)

    groups: dict[tuple[int, ...], list[tuple[int, Limit]]] = {}
    for place, limit in enumerate(limits):
        groups.setdefault(limit.hosts, []).append((place, limit))
    return [
        limit
        for place, limit in enumerate(limits)
        if limit.least > 0
        or not any(
            implied(limit, place, other, other_place)
            for other_place, other in groups[limit.hosts]
            if other_place != place
        )
    ]


def _frozen(**parts: Any) -> Encoded:
    """Make the arrays read-only."""
    for part in parts.values():
        if isinstance(part, np.ndarray):
            part.setflags(write=False)
    return Encoded(**parts)
