"""Who holds a lead that two counties filed: rules in order, each with a reason code.

The order is the city's: a valid sharing agreement; the earlier accepted filing; on a tie the evidence of
follow-up service; a protection that lapsed by inactivity falls away; what is still open the joint meeting
(联席会议) rules on. A proposal only: the city confirms it, and a ruling is recorded with its reasons.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Ground(StrEnum):
    """What a verdict rests on."""

    sole_filing = "sole_filing"
    agreement = "agreement"
    earlier_acceptance = "earlier_acceptance"
    follow_up = "follow_up"
    others_lapsed = "others_lapsed"
    ruling = "ruling"
    open_question = "open_question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One county's filing of the lead.

    Attributes:
        key: what identifies the filing.
        accepted_on: when the city accepted it; none if it has not.
        accepted_at: the moment of that, where it is known; it decides between filings of one day.
        follow_ups: pieces of evidence of follow-up service on record.
        lapsed: whether its protection has lapsed by inactivity.
        has_agreement: whether a valid sharing agreement gives it the lead.
        ruled_for: whether the joint meeting ruled for it.
    """

    key: str
    accepted_on: date | None = None
    accepted_at: datetime | None = None
    follow_ups: int = 0
    lapsed: bool = False
    has_agreement: bool = False
    ruled_for: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who holds the lead and why; nobody while the question is open."""

    holder: str | None
    ground: Ground


@dataclass(frozen=True, slots=True)
class Weighing:
    """One step of the order with its fact for every filing, side by side.

    Attributes:
        ground: the step.
        facts: the step's fact of each filing, in the order in which the filings were given: whether there is
            an agreement, a lapse or a ruling; the day or moment of acceptance; the pieces of evidence.
        favours: the filing that this step alone speaks for; none where it speaks for nobody or for several.
        decides: whether the verdict rests on this step.
    """

    ground: Ground
    facts: tuple[bool | int | date | None, ...]
    favours: str | None
    decides: bool


def _only(filings: Sequence[Filing]) -> Filing | None:
    return filings[0] if len(filings) == 1 else None


def precedence(filings: Sequence[Filing]) -> Verdict:
    """Return who holds a lead.

    Args:
        filings: all filings of the lead, in any order; the answer does not depend on it.

    Raises:
        ValueError: nobody filed it.
    """
    if not filings:
        raise ValueError("nobody filed the lead")
    ruled = _only([filing for filing in filings if filing.ruled_for])
    if ruled is not None:
        return Verdict(ruled.key, Ground.ruling)
    agreed = _only([filing for filing in filings if filing.has_agreement])
    if agreed is not None:
        return Verdict(agreed.key, Ground.agreement)
    if len(filings) == 1:
        return Verdict(filings[0].key, Ground.sole_filing)
    return _by_acceptance(filings)


def _by_acceptance(filings: Sequence[Filing]) -> Verdict:
    """Decide by acceptance, follow-up service and lapse among filings that nobody has ruled on."""
    standing = [filing for filing in filings if not filing.lapsed]
    earliest = _earliest(standing)
    if not earliest:
        return Verdict(None, Ground.open_question)
    best = _only(_most_served(earliest))
    if best is None:
        return Verdict(None, Ground.open_question)
    if len(earliest) > 1:
        return Verdict(best.key, Ground.follow_up)
    with_lapsed = _earliest(filings)
    if any(filing.lapsed for filing in with_lapsed):
        return Verdict(best.key, Ground.others_lapsed)
    return Verdict(best.key, Ground.earlier_acceptance)


def _earliest(filings: Sequence[Filing]) -> list[Filing]:
    """Return the filings accepted first: all of the first day unless the moment of every one is known."""
    days = [filing.accepted_on for filing in filings if filing.accepted_on is not None]
    first_day = [filing for filing in filings if days and filing.accepted_on == min(days)]
    moments = [filing.accepted_at for filing in first_day if filing.accepted_at is not None]
    if not first_day or len(moments) < len(first_day):
        return first_day
    return [filing for filing in first_day if filing.accepted_at == min(moments)]


def _most_served(filings: Sequence[Filing]) -> list[Filing]:
    most = max(filing.follow_ups for filing in filings)
    return [filing for filing in filings if filing.follow_ups == most]


Step = tuple[
    Ground,
    Callable[[Filing], bool | int | date | None],
    Callable[[Sequence[Filing]], Sequence[Filing]],
]
_STEPS: Final[tuple[Step, ...]] = (
    (
        Ground.agreement,
        lambda filing: filing.has_agreement,
        lambda filings: [filing for filing in filings if filing.has_agreement],
    ),
    (
        Ground.earlier_acceptance,
        lambda filing: filing.accepted_at or filing.accepted_on,
        _earliest,
    ),
    (Ground.follow_up, lambda filing: filing.follow_ups, _most_served),
    (
        Ground.others_lapsed,
        lambda filing: filing.lapsed,
        lambda filings: [filing for filing in filings if not filing.lapsed],
    ),
    (
        Ground.ruling,
        lambda filing: filing.ruled_for,
        lambda filings: [filing for filing in filings if filing.ruled_for],
    ),
)
"""The order, as it is read out: the step, its fact of one filing, the filings that it speaks for."""


def side_by_side(filings: Sequence[Filing]) -> tuple[Weighing, ...]:
    """Return every step of the order with the facts of all filings, and which step decides.

    Args:
        filings: all filings of the lead; the facts come in their order.

    Raises:
        ValueError: nobody filed it.
    """
    verdict = precedence(filings)
    found = []
    for ground, fact, speaks_for in _STEPS:
        favoured = _only(speaks_for(filings))
        found.append(
            Weighing(
                ground=ground,
                facts=tuple(fact(filing) for filing in filings),
                favours=favoured.key if favoured else None,
                decides=verdict.ground is ground,
            )
        )
    return tuple(found)
