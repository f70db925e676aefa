"""What keeps demands of an instance from being met: every rule in the way, by direct count.

That there is no result at all is the solver's word, confirmed by a second formulation. A solver's proof names
some of the reasons and hides the rest, so the reasons are counted here from the input: first what no single
demand can pass, then what demands take from each other.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from allocation.matching.instance import CountyLimit, Gap, Host, Instance, Option, Seeker

_Leads = dict[str, list[tuple[list[Option], int]]]
_Of = Callable[[Iterable[int]], int]


class Bar(StrEnum):
    """What is in the way."""

    NO_OPTION = "no_option"  # a must-place lead has no host that may take it
    HELD = "held"  # a host lies outside the county that alone may take the lead
    HOST = "host"  # one lead asks for more than a host has
    COUNTY = "county"  # one lead asks for more than a county has
    COUNT = "count"  # a county may take no lead, or fewer than it must
    FLOOR = "floor"  # a county must take more leads than could go there, or than others leave it
    FORCED_HOST = "forced_host"  # leads that can go nowhere else ask for more than a host has
    FORCED_COUNTY = "forced_county"  # likewise in a county
    TOGETHER = "together"  # not all leads that could go there fit: they crowd each other out


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One rule in the way.

    Attributes:
        bar: what it is.
        where: the host or county; empty for NO_OPTION.
        lead: the lead that it stops; None where it stops several.
        resource: what runs short; None where leads are counted.
        needed: what is asked for.
        limit: what there is.
    """

    bar: Bar
    where: str = ""
    lead: str | None = None
    resource: str | None = None
    needed: int = 0
    limit: int = 0


def gap_instance(gap: Gap) -> Instance:
    """Write a generalised assignment problem as an instance whose leads must all be placed, for nothing."""
    return Instance(
        ("use",),
        tuple(Host(str(agent), "", (most,)) for agent, most in enumerate(gap.capacity)),
        tuple(
            Seeker(
                str(job),
                "",
                must_place=True,
                held_by=None,
                options=tuple(Option(str(agent), 0, (row[job],)) for agent, row in enumerate(gap.use)),
            )
            for job in range(gap.jobs)
        ),
        (),
    )


def obstacles(instance: Instance) -> tuple[Obstacle, ...]:
    """List every rule in the way of the instance's demands; empty only if all of them can be met.

    First all that is in the way for certain: of single leads, of floors, and of leads that can go nowhere
    else. Only when there is none of that, what all who could go somewhere take from each other there, with
    the floors that ask for it: first counted with the least that each takes, then with the most.
    """
    ground = _Ground(instance)
    found: list[Obstacle] = []
    must: list[list[Option]] = []
    free: list[list[Option]] = []
    for lead in instance.leads:
        barred = [list(ground.alone(lead, option)) for option in lead.options]
        open_to = [option for option, bars in zip(lead.options, barred, strict=True) if not bars]
        (must if lead.must_place else free).append(open_to)
        if lead.must_place and not lead.options:
            found.append(Obstacle(bar=Bar.NO_OPTION, lead=lead.id))
        elif lead.must_place and not open_to:
            found += [bar for bars in barred for bar in bars]
    found += ground.floors([*must, *free])
    found += ground.forced(must)
    if found:
        return tuple(found)
    asked = [*must, *free] if ground.owed else must
    crowds = list(ground.crowded(asked, min)) or list(ground.crowded(asked, max))
    return (*crowds, *ground.owed)


class _Ground:
    """The hosts and counties of an instance, by name."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._hosts = {host.id: host for host in instance.hosts}
        self._counties = {county.id: county for county in instance.counties}
        self.owed: tuple[Obstacle, ...] = ()
        """Floors that could each be met, known after `floors`: demands that may clash with others."""

    def alone(self, lead: Seeker, option: Option) -> Iterator[Obstacle]:
        """List what keeps one lead from one host while nobody else is placed."""
        host = self._hosts[option.host]
        county = self._counties.get(host.county)
        if lead.held_by not in {None, host.county}:
            yield Obstacle(bar=Bar.HELD, where=host.id, lead=lead.id)
        yield from self._over(Bar.HOST, lead, option, host.id, host.capacity)
        if county is not None:
            yield from self._over(Bar.COUNTY, lead, option, county.id, county.capacity)
            if county.max_leads == 0:
                yield Obstacle(bar=Bar.COUNT, where=county.id, lead=lead.id, needed=1)

    def _over(
        self, bar: Bar, lead: Seeker, option: Option, where: str, most: Sequence[int | None]
    ) -> Iterator[Obstacle]:
        for resource, need, limit in zip(self._instance.resources, option.use, most, strict=True):
            if limit is not None and need > limit:
                yield Obstacle(
                    bar=bar, where=where, lead=lead.id, resource=resource, needed=need, limit=limit
                )

    def floors(self, open_to: Sequence[Sequence[Option]]) -> Iterator[Obstacle]:
        """List counties that must take more leads than they may, or than could go there."""
        able = Counter(
            county
            for options in open_to
            for county in {self._hosts[option.host].county for option in options}
        )
        owed: list[Obstacle] = []
        for county in self._instance.counties:
            least, most = county.min_leads, county.max_leads
            if most is not None and least > most:
                yield Obstacle(bar=Bar.COUNT, where=county.id, needed=least, limit=most)
            line = Obstacle(bar=Bar.FLOOR, where=county.id, needed=least, limit=able[county.id])
            if least > able[county.id]:
                yield line
            elif least:
                owed.append(line)
        self.owed = tuple(owed)

    def forced(self, open_to: Sequence[Sequence[Option]]) -> Iterator[Obstacle]:
        """List limits that leads break together which can go nowhere else."""
        hosts, counties = self._by_place(open_to)
        for name, leads in hosts.items():
            only = [options for options, whole in leads if len(options) == whole]
            yield from self._short(Bar.FORCED_HOST, self._hosts[name], only, min)
        for name, leads in counties.items():
            only = [options for options, whole in leads if len(options) == whole]
            yield from self._short(Bar.FORCED_COUNTY, self._counties[name], only, min)

    def crowded(self, open_to: Sequence[Sequence[Option]], of: _Of) -> Iterator[Obstacle]:
        """List limits under which not all leads fit that could go there, each counted with an extreme."""
        hosts, counties = self._by_place(open_to)
        for name, leads in hosts.items():
            yield from self._short(Bar.TOGETHER, self._hosts[name], [options for options, _ in leads], of)
        for name, leads in counties.items():
            yield from self._short(Bar.TOGETHER, self._counties[name], [options for options, _ in leads], of)

    def _by_place(self, open_to: Sequence[Sequence[Option]]) -> tuple[_Leads, _Leads]:
        """List by host and by county each lead's options there, and how many it has anywhere."""
        hosts: _Leads = {host.id: [] for host in self._instance.hosts}
        counties: _Leads = {county.id: [] for county in self._instance.counties}
        for options in open_to:
            at: dict[str, list[Option]] = {}
            for option in options:
                hosts[option.host].append(([option], len(options)))
                at.setdefault(self._hosts[option.host].county, []).append(option)
            for county, inside in at.items():
                if county in counties:
                    counties[county].append((inside, len(options)))
        return hosts, counties

    def _short(
        self, bar: Bar, place: Host | CountyLimit, leads: Sequence[Sequence[Option]], of: _Of
    ) -> Iterator[Obstacle]:
        """List what a place lacks for leads, each counted with the least or most that its options take."""
        for number, (resource, limit) in enumerate(
            zip(self._instance.resources, place.capacity, strict=True)
        ):
            needed = sum(of(option.use[number] for option in options) for options in leads)
            if limit is not None and needed > limit:
                yield Obstacle(bar=bar, where=place.id, resource=resource, needed=needed, limit=limit)
        if isinstance(place, CountyLimit) and place.max_leads is not None and len(leads) > place.max_leads:
            yield Obstacle(bar=bar, where=place.id, needed=len(leads), limit=place.max_leads)
