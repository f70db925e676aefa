"""Whether the record of a pool that came as a file holds what a pool may hold.

A run's own records are written from checked rows. A file may be typed by hand: a figure that is negative, no
whole number or too large for 64 bits would end in nonsense or in a traceback far from its cause.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from allocation.matching.pool import Pool

_MONEY_LIMIT: Final = 2**50
"""Sums of money in fen stay below this, and their products with hundredths and points below 2^63."""
_LIMIT: Final = 2**40
_MONEY: Final = ("_fen", "by_investment")


def misfit(pool: Pool) -> str | None:
    """Name the first value of a pool that does not belong, with its place; None if all do."""
    found = next(_misfits(pool, Pool, "pool"), None)
    if found is None and (not pool.weights.by_investment or pool.weights.by_investment[0][0] != 0):
        return "pool.weights.by_investment: must begin with 0"
    return found


def _misfits(value: Any, hint: Any, place: str) -> Iterator[str]:
    """Walk a value along the type that its field declares."""
    hint = getattr(hint, "__supertype__", hint)  # Mu and Fen are whole numbers
    if get_origin(hint) is UnionType:
        if value is not None:
            yield from _misfits(value, get_args(hint)[0], place)
    elif get_origin(hint) is not None:
        yield from _misfits_among(value, hint, place)
    elif is_dataclass(hint):
        hints = get_type_hints(hint)
        for field in fields(hint):
            yield from _misfits(getattr(value, field.name), hints[field.name], f"{place}.{field.name}")
    elif hint is int:
        limit = _MONEY_LIMIT if any(name in place for name in _MONEY) else _LIMIT
        if type(value) is not int or not 0 <= value < limit:
            yield f"{place}: must be a whole number from 0 to 2^{limit.bit_length() - 1} - 1"
    elif not isinstance(value, hint):
        yield f"{place}: must be {hint.__name__}"


def _misfits_among(value: Any, hint: Any, place: str) -> Iterator[str]:
    """Walk the entries of a mapping, a set, a list of any length, or a row of so many entries."""
    inner, kind = get_args(hint), get_origin(hint)
    if issubclass(kind, Mapping):
        for key, item in value.items():
            yield from _misfits(key, inner[0], f"{place}.{key}")
            yield from _misfits(item, inner[1], f"{place}.{key}")
        return
    row = kind is tuple and inner[-1] is not Ellipsis
    if row and len(value) != len(inner):
        yield f"{place}: must have {len(inner)} entries"
    for number, item in enumerate(value):
        yield from _misfits(item, inner[number if row else 0], f"{place}.{number}")
