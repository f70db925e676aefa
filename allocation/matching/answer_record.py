"""Answers as plain JSON values and back, and answers without what tells of other leads."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from allocation.matching.answer_parts import Plan
from allocation.matching.answers import Alternatives, Answer, OverridePrice, ScenarioDiff, WhyNot, WouldWin
from allocation.matching.result import Status

T = TypeVar("T")
Record = dict[str, Any]

KINDS: Final[Mapping[str, type[Answer]]] = MappingProxyType(
    {
        "why_not": WhyNot,
        "would_win": WouldWin,
        "override_price": OverridePrice,
        "alternatives": Alternatives,
        "scenario": ScenarioDiff,
    }
)
"""The name of each answer in its record."""

_UNKNOWN_PLAN: Final = Plan(status=Status.UNKNOWN, value=None, bound=None, placed=0)


def answer_record(answer: Answer) -> Record:
    """Write an answer as JSON values; `kind` names it. Enumerations are their values, dates ISO text."""
    kind = next(name for name, made in KINDS.items() if isinstance(answer, made))
    return {"kind": kind, **plain(answer)}


def read_answer(record: Mapping[str, Any]) -> Answer:
    """Read an answer back.

    Raises:
        KeyError: the kind is unknown, or something is missing.
        TypeError: something does not belong.
        ValueError: a word or a date is unknown.
    """
    found: Answer = read_plain(KINDS[record["kind"]], {k: v for k, v in record.items() if k != "kind"})
    return found


def plain(made: Any) -> Record:
    """Write any of this package's flat records as JSON values."""
    found: Record = _plain(asdict(made))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def read_plain(kind: type[T], record: Mapping[str, Any]) -> T:
    """Read a record of a known dataclass back (`plain` wrote it).

    Raises:
        KeyError: a field is missing.
        TypeError: a field does not belong.
        ValueError: a word or a date is unknown.
    """
    hints = _hints(kind)  # type: ignore[arg-type] # mypy: a class of type T is hashable
    unknown = sorted(set(record) - set(hints))
    if unknown:
        raise TypeError(f"{unknown[0]} is no field of {kind.__name__}")
    return kind(**{name: _read(hint, record[name]) for name, hint in hints.items()})


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind)}


def _read(hint: Any, value: Any) -> Any:
    origin = get_origin(hint)
    if origin in {Union, UnionType}:
        return _read_union(get_args(hint), value)
    if origin is tuple:
        inside = get_args(hint)
        kinds = [inside[0]] * len(value) if inside[-1] is Ellipsis else inside
        return tuple(_read(kind, item) for kind, item in zip(kinds, value, strict=True))
    if is_dataclass(hint) and isinstance(hint, type):
        return read_plain(hint, value)
    if hint is date:
        return date.fromisoformat(value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value


def _read_union(kinds: tuple[Any, ...], value: Any) -> Any:
    """Read a value that may be missing, or a number or a word."""
    if value is None or set(kinds) == {int, str}:
        return value
    return _read(next(kind for kind in kinds if kind is not type(None)), value)


def walled(answer: T, *, sums: bool = False) -> T:
    """Give an answer without what tells of other leads.

    Args:
        answer: any record of `answers`.
        sums: whether what other leads take together may still be read.

    Returns:
        The same answer with every marked field empty: the field's default, or an unknown plan.
    """
    hidden = {"leads"} if sums else {"leads", "sums"}
    changes: dict[str, Any] = {}
    for item in fields(answer):  # type: ignore[arg-type] # every answer is a dataclass
        value = getattr(answer, item.name)
        if item.metadata.get("reveals") in hidden:
            changes[item.name] = _UNKNOWN_PLAN if item.default is MISSING else item.default
        elif isinstance(value, tuple):
            changes[item.name] = tuple(
                walled(part, sums=sums) if is_dataclass(part) else part for part in value
            )
        elif is_dataclass(value):
            changes[item.name] = walled(value, sums=sums)
    found: T = replace(answer, **changes)  # type: ignore[type-var] # the same
    return found
