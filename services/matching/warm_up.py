"""Small problems that make every kernel compile: leads that may wait, and jobs that must all be placed."""

from typing import Final

from allocation.matching.instance import CountyLimit, Gap, Host, Instance, Option, Seeker

_HOSTS: Final = 12
_LEADS: Final = 240
_AGENTS: Final = 6
_JOBS: Final = 60
_ROOM: Final = 300


def small_instance() -> Instance:
    """Make a pool of the size that the compiled search takes, with every kind of limit."""
    hosts = tuple(Host(f"h{host:02}", f"c{host % 3}", (_ROOM, _ROOM * 2)) for host in range(_HOSTS))
    leads = tuple(
        Seeker(
            f"l{lead:03}",
            "none",
            must_place=False,
            held_by=None,
            options=tuple(
                Option(hosts[(lead + step) % _HOSTS].id, _worth(lead, step), (11 + lead % 23, 7))
                for step in range(4)
            ),
        )
        for lead in range(_LEADS)
    )
    counties = (CountyLimit("c0", 60, 1, (None, 1_500)), CountyLimit("c1", 70, 0, (1_000, None)))
    return Instance(("land", "energy"), hosts, leads, counties)


def _worth(lead: int, step: int) -> int:
    return 100 + (lead * 37 + step * 11) % 89


def small_gap() -> Gap:
    """Make an assignment problem at nearly full use."""
    cost = tuple(tuple(10 + (agent * 31 + job * 17) % 41 for job in range(_JOBS)) for agent in range(_AGENTS))
    use = tuple(tuple(5 + (agent * 13 + job * 29) % 21 for job in range(_JOBS)) for agent in range(_AGENTS))
    return Gap(cost, use, tuple(sum(row) * 8 // (10 * _AGENTS) + 30 for row in use))
