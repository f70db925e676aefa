"""Rulings without names: what others read and search, made once when the ruling is written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from allocation.names import parse
from services.projects.tables import Project

FIRM: Final = "某企业"
COUNTY: Final = "某县区"
"""What stands in the place of names: the papers' own words, in Chinese."""

_COUNTY_ENDS: Final = ("县", "区", "市")
_LEAST: Final = 2
"""A name shorter than this is no name: replacing one sign would tear other words."""


def masked(text: str, leads: Sequence[Project], regions: Mapping[str, str]) -> str:
    """Return a text without the names of its firms, leads, counties and parks.

    Args:
        text: what was written.
        leads: the leads of the case.
        regions: names of the city's counties and parks by code.
    """
    firms = _by_length(name for lead in leads for name in _firm_names(lead))
    places = _by_length(name for full in regions.values() for name in _place_names(full))
    for name in firms:
        text = text.replace(name, FIRM)
    for name in places:
        text = text.replace(name, COUNTY)
    return text


def _by_length(names: Iterable[str]) -> list[str]:
    """Order names so that no part of one is replaced before the whole."""
    return sorted({name for name in names if len(name) >= _LEAST}, key=lambda name: (-len(name), name))


def _firm_names(lead: Project) -> list[str]:
    firm = parse(lead.investor_name)
    return [
        lead.name,
        lead.investor_name,
        lead.name_key,
        lead.investor_credit_code,
        lead.code,
        lead.public_id,
        lead.code_name,
        firm.trunk,
        firm.core,
    ]


def _place_names(full: str) -> list[str]:
    short = next((full.removesuffix(end) for end in _COUNTY_ENDS if full.endswith(end)), full)
    return [full, short]
