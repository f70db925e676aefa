"""What a move's guards may ask, as one frozen record."""

from dataclasses import dataclass

from allocation.lifecycle.words import Hand, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a move's guards may ask. A fact that nobody gave is against the move.

    Facts about a host are those of the host in whose name the move is made.
    """

    hands: frozenset[Hand] = frozenset()
    maker_is_other: bool = False
    """The one who checks is not the one who made what is checked."""
    reason_given: bool = False
    evidence_given: bool = False
    minutes_given: bool = False
    """The number of a meeting's minutes is on record."""
    consent_to_pool: bool = False
    floor_terms_given: bool = False
    extended_before: bool = False
    protection_over: bool = False
    extension_asked: bool = False
    """The county asked to extend the protection before it ended; the city answers late without harm to it."""
    release_agreed: bool = False
    """The county itself agreed to the release."""
    before_dispute: State | None = None
    """The state from which a dispute took the project."""
    major: bool = False
    """Investment at or above the city's threshold: the joint meeting assigns, nobody applies openly."""
    own_lead: bool = False
    """The host is the origin itself."""
    applied: bool = False
    """The host has an open application."""
    candidate: bool = False
    """The host has an open application, or the project was proposed to it."""
    terms_accepted: bool = False
    revealed: bool = False
    committed: bool = False
    commitment_checked: bool = False
    """Finance and legal review are on record with the commitment."""
    consent_to_county: bool = False
    """The investor agrees that the host's county may see it."""
    origin_agrees: bool = False
    """The origin agrees that the host's county may learn the name."""
    visited: bool = False
    """A joint visit with the host is on record."""
    visit_required: bool = False
    """The city makes a joint visit a condition of the commitment letter."""
    on_agenda: bool = False
    """The minutes named are those of a joint meeting that took the project up."""
    opinions_enough: bool = False
    """As many written opinions as the city asks for were before that meeting."""
    assigned_here: bool = False
    """The minutes assign the project to this very host."""
    consent_to_host: bool = False
    """The investor's consent to this very host is on record."""
    chosen: bool = False
    """This host is the investor's choice."""
    hosting: bool = False
    """This host holds or hosts the project."""
    recall_due: bool = False
    """The floor terms' recall period has passed without signing."""
    pooled_before: bool = False
    date_given: bool = False
    date_not_future: bool = False
    date_in_order: bool = False
    """The date is not before that of the step before."""
    others_applied: bool = False
    """Some other host has an open application."""
    others_accepted: bool = False
    others_committed: bool = False
