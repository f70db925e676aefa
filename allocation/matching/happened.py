"""An event as a change of arrays: no pair is scored anew, so a province takes milliseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allocation.matching.encode import STAYS, UNLIMITED, Encoded, Flags, Ints, Limit
from allocation.matching.events import CapacityChanged, Event, HostDeclined, LeadAdded, LeadWithdrawn
from allocation.matching.instance import Instance, Seeker


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """An instance after an event.

    Attributes:
        enc: the instance.
        base: the standing plan in its pair numbers; a lead that lost its pair STAYS.
        free: L flags: leads that the event touched.
        hosts: numbers of the hosts at which something changed, ascending.
        room: whether these hosts have room that they had not.
        whole: whether every pair that is allowed now is among the pairs. More capacity may allow pairs that
            were left out because they alone exceeded the old one; then a bound holds for the kept ones only.
        came: the number of the lead that was added, if any.
    """

    enc: Encoded
    base: Ints
    free: Flags
    hosts: Ints
    room: bool
    whole: bool = True
    came: tuple[int, ...] = ()


def instance_limits(instance: Instance) -> list[Limit]:
    """List every limit of an instance over hosts in the order of their ids, whether it can bind or not."""
    hosts = sorted(instance.hosts, key=lambda host: host.id)
    found = [
        Limit((host.id, name), column, (place,), host.capacity[column])
        for place, host in enumerate(hosts)
        for column, name in enumerate(instance.resources)
    ]
    for county in sorted(instance.counties, key=lambda county: county.id):
        inside = tuple(place for place, host in enumerate(hosts) if host.county == county.id)
        found += [
            Limit((county.id, name), column, inside, most)
            for column, (name, most) in enumerate(zip(instance.resources, county.capacity, strict=True))
            if most is not None
        ]
        most = UNLIMITED if county.max_leads is None else county.max_leads
        found.append(Limit((county.id, "leads"), len(instance.resources), inside, most, county.min_leads))
    return found


def completed(enc: Encoded, limits: Sequence[Limit]) -> Encoded:
    """Give an encoded instance all its limits, also those that were left out because they could not bind.

    After an event they may: a lead more, or another limit that implied them raised.

    Args:
        enc: the instance.
        limits: all of them.
    """
    entries = sorted((host, place) for place, limit in enumerate(limits) for host in limit.hosts)
    count = np.bincount(np.array([host for host, _ in entries], np.int64), minlength=len(enc.hosts))
    return _sealed(
        enc,
        first=np.concatenate([[0], np.cumsum(count, dtype=np.int64)]),
        limit=np.array([place for _, place in entries], np.int32),
        column=np.array([limits[place].column for _, place in entries], np.int32),
        most=np.array([limit.most for limit in limits], np.int64),
        least=np.array([limit.least for limit in limits], np.int64),
        label=tuple(limit.label for limit in limits),
    )


def apply(enc: Encoded, base: Ints, event: Event) -> Changed:
    """Apply an event.

    Args:
        enc: a complete instance (`completed`).
        base: the standing plan.
        event: what happened.

    Raises:
        ValueError: the event names a lead, host or resource that is not there, or adds a lead that is, or one
            of unlike resources.
    """
    if isinstance(event, CapacityChanged):
        return _capacity(enc, base, event)
    if isinstance(event, LeadWithdrawn):
        return _withdrawn(enc, base, event)
    if isinstance(event, LeadAdded):
        return _added(enc, base, event.lead)
    return _declined(enc, base, event)


def _sealed(enc: Encoded, **parts: Any) -> Encoded:
    for part in parts.values():
        if isinstance(part, np.ndarray):
            part.setflags(write=False)
    return replace(enc, **parts)


def _number(names: Sequence[str], name: str, what: str) -> int:
    if name not in names:
        raise ValueError(f"there is no {what} {name}")
    return names.index(name)


def _capacity(enc: Encoded, base: Ints, event: CapacityChanged) -> Changed:
    names = {label[1]: number for number, label in enumerate(enc.label) if label[0] == event.place}
    most = enc.most.copy()
    for resource, amount in sorted(event.most.items()):
        if resource not in names or amount < 0:
            raise ValueError(f"{event.place} has no {resource} that could be {amount}")
        most[names[resource]] = amount
    turned = (most != enc.most)[enc.limit]
    hosts = np.unique(np.repeat(np.arange(len(enc.hosts)), np.diff(enc.first))[turned])
    after = _sealed(enc, most=most)
    raised = bool((most > enc.most).any())
    alone = _too_large(after, hosts)
    lost = np.isin(base, alone)
    left = _renumbered(np.where(lost, STAYS, base), alone)
    return Changed(_without(after, alone), left, lost, hosts, raised, not raised)


def _too_large(enc: Encoded, hosts: Ints) -> Ints:
    """Number the pairs that alone exceed a limit of one of the hosts."""
    found: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    for host in hosts.tolist():
        pairs = np.flatnonzero(enc.host == host)
        here = slice(int(enc.first[host]), int(enc.first[host + 1]))
        needs = enc.need[enc.row[pairs]][:, enc.column[here]]
        found.append(pairs[(needs > enc.most[enc.limit[here]]).any(axis=1)])
    return np.sort(np.concatenate(found))


def _renumbered(taken: Ints, gone: Ints) -> Ints:
    """Number a placement after some pairs, none of them taken, are gone."""
    return np.where(taken == STAYS, STAYS, taken - np.searchsorted(gone, taken))


def _without(enc: Encoded, gone: Ints) -> Encoded:
    if not len(gone):
        return enc
    return _sealed(
        enc,
        start=enc.start - np.searchsorted(gone, enc.start),
        host=np.delete(enc.host, gone),
        worth=np.delete(enc.worth, gone),
        row=np.delete(enc.row, gone),
    )


def _withdrawn(enc: Encoded, base: Ints, event: LeadWithdrawn) -> Changed:
    lead = _number(enc.leads, event.lead, "lead")
    gone = np.arange(enc.start[lead], enc.start[lead + 1])
    placed = base[lead : lead + 1]
    hosts = enc.host[placed[placed != STAYS]].astype(np.int64)
    fewer = _without(enc, gone)
    after = _sealed(
        fewer,
        leads=(*enc.leads[:lead], *enc.leads[lead + 1 :]),
        start=np.delete(fewer.start, lead),
        must=np.delete(enc.must, lead),
    )
    left = _renumbered(np.delete(base, lead), gone)
    return Changed(after, left, np.zeros(len(left), np.bool_), hosts, bool(len(hosts)))


def _added(enc: Encoded, base: Ints, seeker: Seeker) -> Changed:
    if seeker.id in enc.leads:
        raise ValueError(f"lead {seeker.id} is there already")
    lead = sum(name < seeker.id for name in enc.leads)
    number = {name: host for host, name in enumerate(enc.hosts)}
    options = sorted(seeker.options, key=lambda option: option.host)
    for option in options:
        if option.host not in number or len(option.use) + 1 != enc.need.shape[1]:
            raise ValueError(f"lead {seeker.id} has an option at {option.host} that no host can read")
    need = np.array([[*option.use, 1] for option in options], np.int64).reshape(-1, enc.need.shape[1])
    host = np.array([number[option.host] for option in options], np.int32)
    fits = np.array(
        [
            all(
                need[place, enc.column[entry]] <= enc.most[enc.limit[entry]]
                for entry in range(int(enc.first[at]), int(enc.first[at + 1]))
            )
            for place, at in enumerate(host.tolist())
        ],
        np.bool_,
    )
    at = int(enc.start[lead])
    pairs = int(fits.sum())
    worth = np.array([option.value for option in options], np.int64)
    row = np.arange(len(enc.need), len(enc.need) + len(options), dtype=np.int32)
    after = _sealed(
        enc,
        leads=(*enc.leads[:lead], seeker.id, *enc.leads[lead:]),
        start=np.concatenate([enc.start[: lead + 1], enc.start[lead:] + pairs]),
        host=np.insert(enc.host, at, host[fits]),
        worth=np.insert(enc.worth, at, worth[fits]),
        row=np.insert(enc.row, at, row[fits]),
        need=np.vstack([enc.need, need]),
        must=np.insert(enc.must, lead, seeker.must_place),
    )
    moved = np.insert(np.where(base >= at, base + pairs, base), lead, STAYS)
    free = np.zeros(len(moved), np.bool_)
    free[lead] = True
    return Changed(after, moved, free, np.zeros(0, np.int64), room=False, came=(lead,))


def _declined(enc: Encoded, base: Ints, event: HostDeclined) -> Changed:
    lead, host = _number(enc.leads, event.lead, "lead"), _number(enc.hosts, event.host, "host")
    inside = np.arange(enc.start[lead], enc.start[lead + 1])
    gone = inside[enc.host[inside] == host]
    free = np.zeros(len(base), np.bool_)
    lost = bool(np.isin(base[lead], gone))
    free[lead] = lost
    left = np.where(free, STAYS, base)
    hosts = np.array([host] if lost else [], np.int64)
    return Changed(_without(enc, gone), _renumbered(left, gone), free, hosts, room=lost)
