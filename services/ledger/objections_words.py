"""The closed lists of objections and of sealed scans."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class ObjectionKind(StrEnum):
    """Who found the fault: the county, or the issuer who asked for the rejection (请退回，我方有误)."""

    county = "county"
    issuer_error = "issuer_error"


class Outcome(StrEnum):
    """How an objection ended.

    `accepted` and `in_part` lead to a new version; `replaced` is said where a new version came without an
    answer, because the books had changed.
    """

    upheld = "upheld"
    accepted = "accepted"
    in_part = "in_part"
    withdrawn = "withdrawn"
    replaced = "replaced"

    @property
    def zh(self) -> str:
        """The outcome's name, a message id."""
        return OUTCOME_NAMES[self]


OUTCOME_NAMES: Final = MappingProxyType(
    {
        Outcome.upheld: lazy("维持"),
        Outcome.accepted: lazy("采纳"),
        Outcome.in_part: lazy("部分采纳"),
        Outcome.withdrawn: lazy("已撤回"),
        Outcome.replaced: lazy("新版取代"),
    }
)

ANSWERS: Final = (Outcome.upheld, Outcome.accepted, Outcome.in_part)
"""What the city may answer."""

CHANGES: Final = frozenset({Outcome.accepted, Outcome.in_part})
"""The answers by which the statement's figure is not the last word."""


class Side(StrEnum):
    """The two sides of an objection."""

    county = "county"
    city = "city"

    @property
    def zh(self) -> str:
        """The side's name, a message id."""
        return SIDE_NAMES[self]


SIDE_NAMES: Final = MappingProxyType({Side.county: lazy("县区"), Side.city: lazy("市财政")})


class ScanState(StrEnum):
    """A sealed scan is uploaded, then checked by another person or sent back."""

    uploaded = "uploaded"
    checked = "checked"
    rejected = "rejected"

    @property
    def zh(self) -> str:
        """The state's name, a message id."""
        return SCAN_NAMES[self]


SCAN_NAMES: Final = MappingProxyType(
    {
        ScanState.uploaded: lazy("待复核"),
        ScanState.checked: lazy("已复核"),
        ScanState.rejected: lazy("已退回"),
    }
)
