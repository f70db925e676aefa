"""The table of moves: action, states it starts from, state it ends in, hands that may make it, guards.

A guard is a fact with the reason code of its absence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from allocation.lifecycle.facts import Facts
from allocation.lifecycle.words import CANDIDATES, POOL_STATES, SIGNED_STATES, Action, Hand, Reason, State

Guard = tuple[Reason, Callable[[Facts], bool]]
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


_REASON: Final[Guard] = (Reason.no_reason, lambda facts: facts.reason_given)
_EVIDENCE: Final[Guard] = (Reason.no_evidence, lambda facts: facts.evidence_given)
_MINUTES: Final[Guard] = (Reason.no_minutes, lambda facts: facts.minutes_given)
_OTHER_PERSON: Final[Guard] = (Reason.same_person, lambda facts: facts.maker_is_other)
_NOT_OWN: Final[Guard] = (Reason.own_lead, lambda facts: not facts.own_lead)
_CANDIDATE: Final[Guard] = (Reason.not_a_candidate, lambda facts: facts.candidate)
_REVEALED: Final[Guard] = (Reason.not_revealed, lambda facts: facts.revealed)
_ACCEPTED: Final[Guard] = (Reason.terms_not_accepted, lambda facts: facts.terms_accepted)
_COMMITTED: Final[Guard] = (Reason.not_committed, lambda facts: facts.committed)
_CONSENT: Final[Guard] = (Reason.no_consent_to_pool, lambda facts: facts.consent_to_pool)
_FLOOR: Final[Guard] = (Reason.no_floor_terms, lambda facts: facts.floor_terms_given)
_HOSTING: Final[Guard] = (Reason.not_the_host, lambda facts: facts.hosting)
_POOLED_BEFORE: Final[Guard] = (Reason.never_pooled, lambda facts: facts.pooled_before)
_DATED: Final[tuple[Guard, ...]] = (
    (Reason.date_missing, lambda facts: facts.date_given),
    (Reason.date_in_future, lambda facts: facts.date_not_future),
    (Reason.date_before_last, lambda facts: facts.date_in_order),
)

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
    return Move(action, frozenset({source}), _to(target), _HOST | _CITY, (_HOSTING, _EVIDENCE, *_DATED))


_MOVES: Final = (
    Move(Action.resubmit, frozenset({State.returned}), _to(State.registered), _ORIGIN | _CITY),
    Move(
        Action.review,
        frozenset({State.registered}),
        _to(State.reviewed),
        frozenset({Hand.origin_leader}),
        (_OTHER_PERSON,),
    ),
    Move(
        Action.return_,
        frozenset({State.registered, State.reviewed}),
        _to(State.returned),
        _CITY | {Hand.origin_leader},
        (_REASON,),
    ),
    Move(Action.accept, frozenset({State.reviewed}), _to(State.accepted), _CITY),
    Move(
        Action.extend,
        frozenset({State.accepted}),
        _stay,
        _CITY,
        (
            _REASON,
            _EVIDENCE,
            (Reason.extended_before, lambda facts: not facts.extended_before),
            (Reason.protection_over, lambda facts: not facts.protection_over),
        ),
    ),
    Move(
        Action.release,
        frozenset({State.accepted}),
        _to(State.released),
        _CITY,
        ((Reason.protection_running, lambda facts: facts.protection_over), _REASON),
    ),
    Move(Action.reaccept, frozenset({State.released}), _to(State.accepted), _CITY, (_REASON,)),
    Move(
        Action.request_transfer,
        frozenset({State.accepted, State.recalled}),
        _to(State.transfer_requested),
        _ORIGIN,
        (_REASON, _EVIDENCE, _CONSENT, _FLOOR),
    ),
    Move(
        Action.refuse_transfer,
        frozenset({State.transfer_requested}),
        _to(State.accepted),
        _CITY,
        (_REASON,),
    ),
    Move(
        Action.pool,
        frozenset({State.transfer_requested}),
        _to(State.pooled),
        _CITY,
        (_OTHER_PERSON, _CONSENT, _FLOOR),
    ),
    Move(
        Action.apply,
        _OPEN_POOL,
        _at_least(State.applied),
        _HOST,
        (
            _NOT_OWN,
            (Reason.major_project, lambda facts: not facts.major),
            (Reason.applied_before, lambda facts: not facts.applied),
        ),
    ),
    Move(Action.propose, _OPEN_POOL, _stay, _CITY, (_NOT_OWN,)),
    Move(
        Action.accept_terms,
        _OPEN_POOL,
        _at_least(State.terms_accepted),
        frozenset({Hand.host_leader}),
        (
            _NOT_OWN,
            _FLOOR,
            _CANDIDATE,
            (Reason.accepted_before, lambda facts: not facts.terms_accepted),
        ),
    ),
    Move(
        Action.commit,
        frozenset({State.terms_accepted, State.committed}),
        _to(State.committed),
        _HOST,
        (
            _ACCEPTED,
            _REVEALED,
            (Reason.unchecked_commitment, lambda facts: facts.commitment_checked),
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
        (_CANDIDATE, _REASON),
    ),
    Move(
        Action.choose,
        frozenset({State.committed}),
        _to(State.chosen),
        _CITY | _ORIGIN,
        (
            _REVEALED,
            _COMMITTED,
            (Reason.no_consent_to_host, lambda facts: facts.consent_to_host),
        ),
    ),
    Move(
        Action.refuse_hosts,
        frozenset({State.committed, State.chosen}),
        _to(State.pooled),
        _CITY | _ORIGIN,
        (_REASON,),
    ),
    Move(
        Action.hold,
        frozenset({State.chosen}),
        _to(State.held),
        _CITY,
        (
            _COMMITTED,
            (Reason.not_the_choice, lambda facts: facts.chosen),
            (Reason.no_minutes, lambda facts: facts.minutes_given or not facts.major),
        ),
    ),
    Move(Action.release_hold, frozenset({State.held}), _to(State.pooled), _CITY, (_REASON,)),
    Move(
        Action.recall,
        POOL_STATES,
        _to(State.recalled),
        _ORIGIN | _CITY,
        (
            _REASON,
            # Once a host holds the project, the floor terms' own period must have passed.
            (Reason.recall_not_due, lambda facts: facts.recall_due or not facts.hosting),
        ),
    ),
    Move(Action.sign, frozenset({State.held}), _to(State.signed), _HOST | _CITY, (_HOSTING, *_DATED)),
    Move(
        Action.sign_own,
        frozenset({State.accepted, State.recalled}),
        _to(State.signed),
        _ORIGIN | _CITY,
        (_EVIDENCE, *_DATED),
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
        (_POOLED_BEFORE, _REASON, _EVIDENCE),
    ),
    Move(
        Action.fail_to_origin,
        frozenset({State.signed, State.contracted, State.incorporated, State.ready}),
        _to(State.recalled),
        _CITY,
        (_REASON, _EVIDENCE),
    ),
    Move(
        Action.dispute,
        (_BEFORE_POOL | {State.released}) - {State.returned},
        _to(State.disputed),
        _CITY,
        (_REASON,),
    ),
    Move(Action.rule, frozenset({State.disputed}), _to(State.accepted), _CITY, (_REASON, _MINUTES)),
    Move(Action.withdraw, _BEFORE_POOL, _to(State.withdrawn), _ORIGIN | _CITY, (_REASON,)),
    Move(Action.lose, _UNSIGNED, _to(State.lost), _ORIGIN | _CITY, (_REASON,)),
    Move(Action.end, SIGNED_STATES, _to(State.ended), _CITY, (_REASON, _EVIDENCE, _MINUTES)),
)

TABLE: Final[Mapping[Action, Move]] = MappingProxyType({move.action: move for move in _MOVES})
"""Every move there is, by its action."""
