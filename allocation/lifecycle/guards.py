"""The guards of moves: facts, each with the reason code of its absence."""

from collections.abc import Callable
from typing import Final

from allocation.lifecycle.facts import Facts
from allocation.lifecycle.words import Reason

Guard = tuple[Reason, Callable[[Facts], bool]]


def _by_meeting(facts: Facts) -> bool:
    return facts.major and facts.minutes_given


REASON: Final[Guard] = (Reason.no_reason, lambda facts: facts.reason_given)
EVIDENCE: Final[Guard] = (Reason.no_evidence, lambda facts: facts.evidence_given)
MINUTES: Final[Guard] = (Reason.no_minutes, lambda facts: facts.minutes_given)
OTHER_PERSON: Final[Guard] = (Reason.same_person, lambda facts: facts.maker_is_other)
NOT_OWN: Final[Guard] = (Reason.own_lead, lambda facts: not facts.own_lead)
CANDIDATE: Final[Guard] = (Reason.not_a_candidate, lambda facts: facts.candidate)
REVEALED: Final[Guard] = (Reason.not_revealed, lambda facts: facts.revealed)
ACCEPTED: Final[Guard] = (Reason.terms_not_accepted, lambda facts: facts.terms_accepted)
COMMITTED: Final[Guard] = (Reason.not_committed, lambda facts: facts.committed)
CONSENT: Final[Guard] = (Reason.no_consent_to_pool, lambda facts: facts.consent_to_pool)
FLOOR: Final[Guard] = (Reason.no_floor_terms, lambda facts: facts.floor_terms_given)
HOSTING: Final[Guard] = (Reason.not_the_host, lambda facts: facts.hosting)
POOLED_BEFORE: Final[Guard] = (Reason.never_pooled, lambda facts: facts.pooled_before)
DATED: Final[tuple[Guard, ...]] = (
    (Reason.date_missing, lambda facts: facts.date_given),
    (Reason.date_in_future, lambda facts: facts.date_not_future),
    (Reason.date_before_last, lambda facts: facts.date_in_order),
)
# What the joint meeting must have done; it is asked only where minutes are named at all.
ASSIGNED: Final[tuple[Guard, ...]] = (
    (Reason.not_on_agenda, lambda facts: facts.on_agenda or not _by_meeting(facts)),
    (Reason.too_few_opinions, lambda facts: facts.opinions_enough or not _by_meeting(facts)),
    (Reason.assigned_elsewhere, lambda facts: facts.assigned_here or not _by_meeting(facts)),
)
EXTENDABLE: Final[tuple[Guard, ...]] = (
    (Reason.extended_before, lambda facts: not facts.extended_before),
    (Reason.protection_over, lambda facts: not facts.protection_over or facts.extension_asked),
)
