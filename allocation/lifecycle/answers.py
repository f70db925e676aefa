"""What may happen next, and why not."""

from allocation.lifecycle.facts import Facts
from allocation.lifecycle.table import TABLE
from allocation.lifecycle.words import Action, Reason, State


def moves(state: State) -> tuple[Action, ...]:
    """Return the actions that start from a state, in the table's order."""
    return tuple(action for action, move in TABLE.items() if state in move.sources)


def next_state(state: State, action: Action, facts: Facts) -> State | tuple[Reason, ...]:
    """Return the state after a move, or every reason against it.

    A move from a wrong state is refused with that one reason: its guards would speak of what does not exist.
    """
    move = TABLE[action]
    if state not in move.sources:
        return (Reason.wrong_state,)
    broken = [] if move.hands & facts.hands else [Reason.not_yours]
    broken += [reason for reason, holds in move.guards if not holds(facts)]
    return tuple(broken) if broken else move.target(state, facts)


def may_reveal(facts: Facts) -> bool:
    """Tell whether a host may learn the name: it accepted the floor terms, and investor and origin agree."""
    return facts.terms_accepted and facts.consent_to_county and facts.origin_agrees


def open_moves(state: State, facts: Facts) -> tuple[Action, ...]:
    """Return the moves that these hands may make from here; guards that an input can meet do not count.

    What a person can still supply (a reason, evidence, a date, consent, minutes, terms) the form asks for.
    """
    supplied = {
        Reason.no_reason,
        Reason.no_evidence,
        Reason.no_minutes,
        Reason.not_on_agenda,
        Reason.too_few_opinions,
        Reason.assigned_elsewhere,
        Reason.no_consent_to_pool,
        Reason.no_consent_to_host,
        Reason.no_floor_terms,
        Reason.unchecked_commitment,
        Reason.date_missing,
        Reason.date_in_future,
        Reason.date_before_last,
    }

    def is_open(action: Action) -> bool:
        answer = next_state(state, action, facts)
        return isinstance(answer, State) or set(answer) <= supplied

    return tuple(action for action in moves(state) if is_open(action))
