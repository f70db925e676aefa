"""Names of administrative divisions (GB/T 2260), from the table that python-stdnum carries."""

import re

from stdnum import numdb

_CURRENT = re.compile(r"\[[0-9]*-\](?P<name>[^,\[]+)")
_ANY = re.compile(r"(?:\[[0-9]*-[0-9]*\])?(?P<name>[^,\[]+)")


def division_name(code: str) -> str | None:
    """Return the name of a division as it is called today, or None if the table does not know the code.

    The table lists every name a code ever had with its years; one without an end is today's.
    """
    names: dict[str, str] = {}
    for _part, found in numdb.get("cn/loc").info(code):
        names.update(found)
    listed = names.get("county")
    if not listed:
        return None
    match = _CURRENT.search(listed) or _ANY.search(listed)
    return match["name"] if match else None


def city_name(city: str) -> str:
    """Return a prefecture's name, or its code where the table does not know it."""
    return division_name(city) or city


def is_province(code: str) -> bool:
    """Tell whether the first two digits of a division code are a province's."""
    return any("province" in found for _part, found in numdb.get("cn/loc").info(code))
