"""A reopened year's paper beside the one that was closed: old figure, new figure, difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SUMS = ("up_fen", "down_fen", "net_fen")
_LINE_KEY = ("direction", "agreement", "counterparty", "tax", "year", "agreement_year", "earlier")


@dataclass(frozen=True, slots=True)
class LateFacts:
    """Why a line of a reopened year changed since its close, and in which months that was booked."""

    causes: set[str]
    booked: set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restated:
    """What a reopened year's papers are set beside.

    `facts` says of the reopening why; `was` holds the papers as closed, by county with their hash; `late`
    what was booked since, by agreement, tax and agreement year.
    """

    facts: dict[str, Any]
    was: Mapping[str, tuple[str, Mapping[str, Any]]]
    late: Mapping[tuple[str, str, int], LateFacts]


def beside(body: dict[str, Any], restated: Restated) -> dict[str, Any]:
    """Set a reopened year's paper beside the one that was closed: each line's and each sum's difference."""
    sha256, was = restated.was.get(body["county"], ("", {}))
    old = {tuple(line[key] for key in _LINE_KEY): line["fen"] for line in was.get("lines", ())}
    lines = []
    for line in body["lines"]:
        before = old.get(tuple(line[key] for key in _LINE_KEY), 0)
        more: dict[str, Any] = {"was_fen": before, "difference_fen": line["fen"] - before}
        late = restated.late.get((line["agreement"], line["tax"], line["agreement_year"]))
        if late is not None and not line["earlier"]:
            more |= {"causes": sorted(late.causes), "booked_in": sorted(late.booked)}
        lines.append(line | more)
    return body | {
        "lines": lines,
        "reopened": restated.facts,
        "was": {
            "version": was.get("version", 0),
            "sha256": sha256,
            **{part: was.get(part, 0) for part in SUMS},
        },
        "difference": {part: body[part] - was.get(part, 0) for part in SUMS},
    }
