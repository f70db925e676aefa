"""The table of moves: action, states it starts from, state it ends in, hands that may make it, guards.

A guard is a fact with the reason code of its absence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from allocation.lifecycle.facts import Facts
from allocation.lifecycle.guards import (
    ACCEPTED,
    ASSIGNED,
    CANDIDATE,
    COMMITTED,
    CONSENT,
    DATED,
    EVIDENCE,
    EXTENDABLE,
    FLOOR,
    HOSTING,
    MINUTES,
    NOT_OWN,
    OTHER_PERSON,
    POOLED_BEFORE,
    REASON,
    REVEALED,
    Guard,
)
from allocation.lifecycle.words import CANDIDATES, POOL_STATES, SIGNED_STATES, Action, Hand, Reason, State

Target = Callable[[State, Facts], State]


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    action: Action
    sources: frozenset[State]
    target: Target
    hands: frozenset[Hand]
    guards: tuple[Guard, ...] = ()


def _to(state: State) -> Target:
    return lambda _source, _facts: state


def _stay(source: State, _facts: Facts) -> State:
    return source


def _before_dispute(_source: State, facts: Facts) -> State:
    """Go back to where the dispute came from; where that is not known, the city accepts afresh."""
    return facts.before_dispute or State.reviewed


def _at_least(state: State) -> Target:
    """Go to `state` unless another host has already brought the project further."""

    def target(source: State, _facts: Facts) -> State:
        return max(source, state, key=CANDIDATES.index)

    return target


def _without_this_host(source: State, facts: Facts) -> State:
    """Fall back to the furthest state that the remaining hosts hold up."""
    if source is State.chosen and not facts.chosen:
        return State.chosen
    if facts.others_committed:
        return State.committed
    if facts.others_accepted:
        return State.terms_accepted
    return State.applied if facts.others_applied else State.pooled


_ORIGIN: Final = frozenset({Hand.origin, Hand.origin_leader})
_HOST: Final = frozenset({Hand.host, Hand.host_leader})
_CITY: Final = frozenset({Hand.city})

_BEFORE_POOL: Final = frozenset(
    {
        State.registered,
        State.returned,
        State.reviewed,
        State.accepted,
        State.transfer_requested,
        State.recalled,
    }
)
_UNSIGNED: Final = _BEFORE_POOL | POOL_STATES | {State.released, State.disputed}
_OPEN_POOL: Final = frozenset({State.pooled, State.applied, State.terms_accepted, State.committed})


def _after(action: Action, source: State, target: State) -> Move:
    """A step after signing: dated, with evidence, by the host or the city."""
    return Move(action, frozenset({source}), _to(target), _HOST | _CITY, (HOSTING, EVIDENCE, *DATED))


_MOVES: Final = (
    Move(Action.resubmit, frozenset({State.returned}), _to(State.registered), _ORIGIN | _CITY),
    Move(
        Action.review,
        frozenset({State.registered}),
        _to(State.reviewed),
        frozenset({Hand.origin_leader}),
        (OTHER_PERSON,),
    ),
    Move(
        Action.return_,
        frozenset({State.registered, State.reviewed}),
        _to(State.returned),
        _CITY | {Hand.origin_leader},
        (REASON,),
    ),
    Move(Action.accept, frozenset({State.reviewed}), _to(State.accepted), _CITY),
    Move(
        Action.extend,
        frozenset({State.accepted}),
        _stay,
        _CITY,
        (REASON, EVIDENCE, *EXTENDABLE),
    ),
    Move(
        Action.release,
        frozenset({State.accepted}),
        _to(State.released),
        _CITY,
        (
            (Reason.protection_running, lambda facts: facts.protection_over or facts.release_agreed),
            (Reason.extension_open, lambda facts: not facts.extension_asked),
            REASON,
        ),
    ),
    Move(Action.reaccept, frozenset({State.released}), _to(State.accepted), _CITY, (REASON,)),
    Move(
        Action.request_transfer,
        frozenset({State.accepted, State.recalled}),
        _to(State.transfer_requested),
        _ORIGIN,
        (REASON, EVIDENCE, CONSENT, FLOOR),
    ),
    Move(
        Action.refuse_transfer,
        frozenset({State.transfer_requested}),
        _to(State.accepted),
        _CITY,
        (REASON,),
    ),
    Move(
        Action.pool,
        frozenset({State.transfer_requested}),
        _to(State.pooled),
        _CITY,
        (OTHER_PERSON, CONSENT, FLOOR),
    ),
    Move(
        Action.apply,
        _OPEN_POOL,
        _at_least(State.applied),
        _HOST,
        (
            NOT_OWN,
            (Reason.major_project, lambda facts: not facts.major),
            (Reason.applied_before, lambda facts: not facts.applied),
        ),
    ),
    Move(Action.propose, _OPEN_POOL, _stay, _CITY, (NOT_OWN,)),
    Move(
        Action.accept_terms,
        _OPEN_POOL,
        _at_least(State.terms_accepted),
        frozenset({Hand.host_leader}),
        (
            NOT_OWN,
            FLOOR,
            CANDIDATE,
            (Reason.accepted_before, lambda facts: not facts.terms_accepted),
        ),
    ),
    Move(
        Action.commit,
        frozenset({State.terms_accepted, State.committed}),
        _to(State.committed),
        _HOST,
        (
            ACCEPTED,
            REVEALED,
            (Reason.unchecked_commitment, lambda facts: facts.commitment_checked),
            (Reason.no_joint_visit, lambda facts: facts.visited or not facts.visit_required),
        ),
    ),
    Move(
        Action.step_back,
        _OPEN_POOL | {State.chosen},
        _without_this_host,
        _HOST,
        ((Reason.not_applied, lambda facts: facts.applied),),
    ),
    Move(
        Action.decline,
        _OPEN_POOL | {State.chosen},
        _without_this_host,
        _HOST,
        (CANDIDATE, REASON),
    ),
    Move(
        Action.choose,
        frozenset({State.committed}),
        _to(State.chosen),
        _CITY | _ORIGIN,
        (
            REVEALED,
            COMMITTED,
            (Reason.no_consent_to_host, lambda facts: facts.consent_to_host),
        ),
    ),
    Move(
        Action.refuse_hosts,
        frozenset({State.committed, State.chosen}),
        _to(State.pooled),
        _CITY | _ORIGIN,
        (REASON,),
    ),
    Move(
        Action.hold,
        frozenset({State.chosen}),
        _to(State.held),
        _CITY,
        (
            COMMITTED,
            (Reason.not_the_choice, lambda facts: facts.chosen),
            (Reason.no_minutes, lambda facts: facts.minutes_given or not facts.major),
            *ASSIGNED,
        ),
    ),
    Move(Action.release_hold, frozenset({State.held}), _to(State.pooled), _CITY, (REASON,)),
    Move(
        Action.recall,
        POOL_STATES,
        _to(State.recalled),
        _ORIGIN | _CITY,
        (
            REASON,
            # Once a host holds the project, the floor terms' own period must have passed.
            (Reason.recall_not_due, lambda facts: facts.recall_due or not facts.hosting),
        ),
    ),
    Move(Action.sign, frozenset({State.held}), _to(State.signed), _HOST | _CITY, (HOSTING, *DATED)),
    Move(
        Action.sign_own,
        frozenset({State.accepted, State.recalled}),
        _to(State.signed),
        _ORIGIN | _CITY,
        (EVIDENCE, *DATED),
    ),
    _after(Action.contract, State.signed, State.contracted),
    _after(Action.incorporate, State.contracted, State.incorporated),
    _after(Action.make_ready, State.incorporated, State.ready),
    _after(Action.start, State.ready, State.started),
    _after(Action.enlist, State.started, State.statistics),
    _after(Action.complete, State.statistics, State.completed),
    _after(Action.produce, State.completed, State.producing),
    _after(Action.reach_output, State.producing, State.full_output),
    Move(
        Action.fail_to_pool,
        frozenset({State.signed, State.contracted, State.incorporated, State.ready}),
        _to(State.pooled),
        _CITY,
        (POOLED_BEFORE, REASON, EVIDENCE),
    ),
    Move(
        Action.fail_to_origin,
        frozenset({State.signed, State.contracted, State.incorporated, State.ready}),
        _to(State.recalled),
        _CITY,
        (REASON, EVIDENCE),
    ),
    Move(
        Action.dispute,
        (_BEFORE_POOL | {State.released}) - {State.returned},
        _to(State.disputed),
        _CITY,
        (REASON,),
    ),
    Move(Action.rule, frozenset({State.disputed}), _to(State.accepted), _CITY, (REASON, MINUTES)),
    Move(Action.resume, frozenset({State.disputed}), _before_dispute, _CITY, (REASON,)),
    Move(Action.give_way, frozenset({State.disputed}), _to(State.withdrawn), _CITY, (REASON,)),
    Move(Action.withdraw, _BEFORE_POOL, _to(State.withdrawn), _ORIGIN | _CITY, (REASON,)),
    Move(Action.lose, _UNSIGNED, _to(State.lost), _ORIGIN | _CITY, (REASON,)),
    Move(Action.end, SIGNED_STATES, _to(State.ended), _CITY, (REASON, EVIDENCE, MINUTES)),
)

TABLE: Final[Mapping[Action, Move]] = MappingProxyType({move.action: move for move in _MOVES})
"""Every move there is, by its action."""
