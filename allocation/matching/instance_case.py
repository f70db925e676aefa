"""A compiled instance that questions are asked of: it tells what is too little, not what that is made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from allocation.matching.answer_parts import Change, Lever
from allocation.matching.answers import WouldWin
from allocation.matching.encode import Encoded, encode_instance
from allocation.matching.instance import VALUE_LIMIT, CountyLimit, Host, Instance, Option
from allocation.matching.levers import BadChange

LEADS: Final = "leads"
"""The resource name of a count of leads."""


@dataclass(frozen=True, slots=True)
class InstanceCase:
    """A compiled instance; its only lever is a capacity of a host or a county."""

    instance: Instance

    def encoded(self, changes: Sequence[Change] = ()) -> Encoded:
        """Encode the instance with changes; raises as `changed` does."""
        return encode_instance(self.changed(changes))

    def changed(self, changes: Sequence[Change]) -> Instance:
        """Give the instance with changes.

        Raises:
            BadChange: there is no such capacity, or it would leave the range of numbers.
        """
        found = self.instance
        for change in changes:
            found = self._changed(found, change)
        return found

    def _changed(self, instance: Instance, change: Change) -> Instance:
        if change.lever is not Lever.CAPACITY or change.resource not in {*instance.resources, LEADS}:
            raise BadChange(f"{change.owner} has no {change.resource or change.lever}")
        hosts = {host.id: host for host in instance.hosts}
        counties = {county.id: county for county in instance.counties}
        place = None if change.resource == LEADS else instance.resources.index(change.resource)
        if change.owner in counties:
            county = _county_with(counties[change.owner], place, change)
            return replace(instance, counties=tuple({**counties, county.id: county}.values()))
        if change.owner not in hosts or place is None:
            raise BadChange(f"{change.owner} has no {change.resource}")
        host = hosts[change.owner]
        most = _in_range(change, host.capacity[place])
        made = replace(host, capacity=(*host.capacity[:place], most, *host.capacity[place + 1 :]))
        return replace(instance, hosts=tuple({**hosts, made.id: made}.values()))

    def shortage(self, assignment: Mapping[str, str | None], lead: str, host: str) -> WouldWin:
        """Tell what the lead lacks at the host with nothing moved; a host that is no option stays shut."""
        hosts = {item.id: item for item in self.instance.hosts}
        option = self._option(lead, host)
        if option is None:
            return WouldWin(level=0, lead=lead, park=host, barred=(), change=(), wins=False)
        near = [
            taken
            for other in self.instance.leads
            if other.id != lead
            for taken in other.options
            if taken.host == assignment[other.id] and hosts[taken.host].county == hosts[host].county
        ]
        changes = tuple(self._lacking(option, hosts[host], near))
        return WouldWin(level=0, lead=lead, park=host, barred=(), change=changes, wins=True)

    def _lacking(self, option: Option, host: Host, near: Sequence[Option]) -> Iterator[Change]:
        here = [taken for taken in near if taken.host == host.id]
        for place, most in enumerate(host.capacity):
            yield from self._short(host.id, place, most, option, here)
        for county in self.instance.counties:
            if county.id == host.county:
                for place, quota in enumerate(county.capacity):
                    if quota is not None:
                        yield from self._short(county.id, place, quota, option, near)
                if county.max_leads is not None and len(near) >= county.max_leads:
                    short = len(near) + 1 - county.max_leads
                    yield Change(lever=Lever.CAPACITY, owner=county.id, amount=short, resource=LEADS)

    def _short(
        self, owner: str, place: int, most: int, option: Option, inside: Sequence[Option]
    ) -> Iterator[Change]:
        short = option.use[place] + sum(taken.use[place] for taken in inside) - most
        if option.use[place] and short > 0:
            resource = self.instance.resources[place]
            yield Change(lever=Lever.CAPACITY, owner=owner, amount=short, resource=resource)

    def _option(self, lead: str, host: str) -> Option | None:
        county = {item.id: item.county for item in self.instance.hosts}
        seeker = next(item for item in self.instance.leads if item.id == lead)
        if seeker.held_by not in {None, county[host]}:
            return None
        return next((option for option in seeker.options if option.host == host), None)

    def ideas(self, lead: str, host: str) -> tuple[Change, ...]:
        """List nothing: an instance does not say what its values are made of."""
        del lead, host  # whoever asks
        return ()

    def reach(self, lead: str, change: Change) -> int:
        """Tell up to which amount a change can still do anything: what all leads use at most together."""
        del lead  # more than all leads use helps nobody, whoever asks
        if change.resource == LEADS:
            return len(self.instance.leads)
        place = self.instance.resources.index(str(change.resource))
        most = (
            max((item.use[place] for item in seeker.options), default=0) for seeker in self.instance.leads
        )
        return min(VALUE_LIMIT - 1, max(1, sum(most)))

    def monotone(self, change: Change) -> bool:
        """Tell whether more of a change never makes any plan worse or impossible: capacity never does."""
        return change.lever is Lever.CAPACITY


def _county_with(county: CountyLimit, place: int | None, change: Change) -> CountyLimit:
    if place is None:
        if county.max_leads is None:
            raise BadChange(f"{county.id} has no bound of {LEADS}")
        return replace(county, max_leads=_in_range(change, county.max_leads))
    quota = county.capacity[place]
    if quota is None:
        raise BadChange(f"{county.id} has no bound of {change.resource}")
    most = _in_range(change, quota)
    return replace(county, capacity=(*county.capacity[:place], most, *county.capacity[place + 1 :]))


def _in_range(change: Change, amount: int) -> int:
    found = amount + change.amount
    if not 0 <= found < VALUE_LIMIT:
        raise BadChange(f"{change.resource} of {change.owner} would be {found}")
    return found
