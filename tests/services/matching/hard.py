"""Instances that keep a search busy: it soon has a placement and long has no proof."""

from typing import Any


def hard_instance(leads: int = 160, hosts: int = 12) -> dict[str, Any]:
    """Make leads of odd sizes for hosts with room for two thirds of them, in the file's form."""
    names = [f"h{host:02}" for host in range(hosts)]
    sizes = [37 + (lead * 7919) % 101 for lead in range(leads)]
    room = sum(sizes) * 2 // (3 * hosts)
    return {
        "format": "yipanqi.instance/1",
        "resources": ["land", "energy"],
        "hosts": [
            {"id": name, "county": f"c{number % 3}", "capacity": [room, room]}
            for number, name in enumerate(names)
        ],
        "leads": [
            {
                "id": f"l{lead:03}",
                "origin": "o",
                "must_place": False,
                "held_by": None,
                "options": [
                    {
                        "host": name,
                        "value": 1_000 + (lead * 104_729 + number * 1_299_709) % 997,
                        "use": [size, 37 + (lead * 6_007 + number * 31) % 101],
                    }
                    for number, name in enumerate(names)
                ],
            }
            for lead, size in enumerate(sizes)
        ],
        "counties": [],
    }
