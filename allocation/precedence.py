"""Who holds a lead that two counties filed: rules in order, each with a reason code.

The order is the city's: a valid sharing agreement; the earlier accepted filing; on a tie the evidence of
follow-up service; a protection that lapsed by inactivity falls away; what is still open the joint meeting
(联席会议) rules on. A proposal only: the city confirms it, and a ruling is recorded with its reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
        follow_ups: pieces of evidence of follow-up service on record.
        lapsed: whether its protection has lapsed by inactivity.
        has_agreement: whether a valid sharing agreement gives it the lead.
        ruled_for: whether the joint meeting ruled for it.
    """

    key: str
    accepted_on: date | None = None
    follow_ups: int = 0
    lapsed: bool = False
    has_agreement: bool = False
    ruled_for: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who holds the lead and why; nobody while the question is open."""

    holder: str | None
    ground: Ground


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
    accepted = [filing for filing in standing if filing.accepted_on is not None]
    if not accepted:
        return Verdict(None, Ground.open_question)
    first = min(filing.accepted_on for filing in accepted if filing.accepted_on is not None)
    earliest = [filing for filing in accepted if filing.accepted_on == first]
    served = max(filing.follow_ups for filing in earliest)
    best = _only([filing for filing in earliest if filing.follow_ups == served])
    if best is None:
        return Verdict(None, Ground.open_question)
    if len(earliest) > 1:
        return Verdict(best.key, Ground.follow_up)
    if any(
        filing.lapsed and filing.accepted_on is not None and filing.accepted_on <= first for filing in filings
    ):
        return Verdict(best.key, Ground.others_lapsed)
    return Verdict(best.key, Ground.earlier_acceptance)
