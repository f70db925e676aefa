"""The table of acts: the states each starts from, the state it ends in, and its guards."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from allocation.approving.words import Reason, SheetState, Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an act's guards may ask. A fact that nobody gave is against the act."""

    fresh: bool = False
    """The asker saw the last act."""
    is_signer: bool = False
    other_person: bool = False
    """Nobody behind the act made the matter or signed a step of it."""
    is_maker: bool = False
    involved: bool = False
    reason_given: bool = False
    person_given: bool = False
    person_fits: bool = False
    target_is_earlier: bool = False
    """A return names no step, or one that was signed before."""
    to_maker: bool = False
    nobody_acted: bool = False
    last_signature_own: bool = False
    last_missing: bool = False
    """No other signature is missing."""


Guard = tuple[Reason, Callable[[Facts], bool]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    sources: frozenset[SheetState]
    target: Callable[[SheetState, Facts], SheetState]
    guards: tuple[Guard, ...]


def _to(state: SheetState) -> Callable[[SheetState, Facts], SheetState]:
    return lambda _source, _facts: state


def _stay(source: SheetState, _facts: Facts) -> SheetState:
    return source


def _agreed(_source: SheetState, facts: Facts) -> SheetState:
    return SheetState.agreed if facts.last_missing else SheetState.open


def _returned(_source: SheetState, facts: Facts) -> SheetState:
    return SheetState.returned if facts.to_maker else SheetState.open


_FRESH: Final[Guard] = (Reason.seen_older, lambda facts: facts.fresh)
_SIGNER: Final[Guard] = (Reason.not_signer, lambda facts: facts.is_signer)
_OTHER: Final[Guard] = (Reason.same_person, lambda facts: facts.other_person)
_MAKER: Final[Guard] = (Reason.not_maker, lambda facts: facts.is_maker)
_REASON: Final[Guard] = (Reason.no_reason, lambda facts: facts.reason_given)
_PERSON: Final[Guard] = (Reason.no_person, lambda facts: facts.person_given)
_FITS: Final[Guard] = (Reason.person_unfit, lambda facts: facts.person_fits or not facts.person_given)
_SIGN: Final = (_FRESH, _SIGNER, _OTHER)
_OPEN: Final = frozenset({SheetState.open})

TABLE: Final[Mapping[Verb, Row]] = MappingProxyType(
    {
        Verb.agree: Row(_OPEN, _agreed, _SIGN),
        Verb.refuse: Row(_OPEN, _to(SheetState.refused), (*_SIGN, _REASON)),
        Verb.return_: Row(
            _OPEN,
            _returned,
            (*_SIGN, _REASON, (Reason.no_earlier_step, lambda facts: facts.target_is_earlier)),
        ),
        Verb.add_before: Row(_OPEN, _stay, (*_SIGN, _PERSON, _FITS)),
        Verb.add_after: Row(_OPEN, _stay, (*_SIGN, _PERSON, _FITS)),
        Verb.forward: Row(_OPEN, _stay, (*_SIGN, _REASON, _PERSON, _FITS)),
        Verb.copy: Row(
            frozenset(SheetState),
            _stay,
            (_FRESH, (Reason.not_involved, lambda facts: facts.involved), _PERSON),
        ),
        Verb.withdraw_act: Row(
            _OPEN, _stay, (_FRESH, (Reason.next_acted, lambda facts: facts.last_signature_own))
        ),
        Verb.withdraw: Row(
            _OPEN,
            _to(SheetState.withdrawn),
            (_FRESH, _MAKER, (Reason.already_acted, lambda facts: facts.nobody_acted)),
        ),
        Verb.submit: Row(frozenset({SheetState.returned}), _to(SheetState.open), (_FRESH, _MAKER)),
    }
)
"""Every act of a sheet."""


def next_state(state: SheetState, verb: Verb, facts: Facts) -> SheetState | tuple[Reason, ...]:
    """Return the state after an act, or every reason against it; from a wrong state that one reason."""
    row = TABLE[verb]
    if state not in row.sources:
        return (Reason.wrong_state,)
    broken = tuple(reason for reason, holds in row.guards if not holds(facts))
    return broken or row.target(state, facts)
