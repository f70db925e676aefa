"""Exact numbers of a formula: how they are read, what unit they have, how they are written on a line.

A number is a JSON integer or text: `40`, `"0.35"`, `"1/3"`. A float is refused, for nobody can say which
number was meant by it. Money is in fen and shown in yuan.
"""

import re
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from allocation.documents import Oddity, Strange
from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.units import FEN_LIMIT, FEN_PER_YUAN

_NUMBER: Final = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18}|/0{0,17}[1-9][0-9]{0,17})?", re.ASCII)
_SHOWN_DIGITS: Final = 6
_PER_CENT: Final = 100


class Unit(StrEnum):
    """What a figure counts: money in fen, a ratio (shown in per cent), or any other number."""

    fen = "fen"
    ratio = "ratio"
    number = "number"


def is_number(text: str) -> bool:
    """Whether a text in a formula is a number; any other text is a name."""
    return _NUMBER.fullmatch(text) is not None


def read_number(raw: Any, field: str) -> Fraction:
    """Read a number exactly.

    Raises:
        FormulaError: it is a float, no number, or 2^53 or more.
    """
    if isinstance(raw, float) or (isinstance(raw, Strange) and raw.code is Oddity.float):
        shown = raw.word if isinstance(raw, Strange) else repr(raw)
        raise FormulaError(field, Fault.a_float, value=shown[:24])
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise FormulaError(field, Fault.not_a_number)
    if isinstance(raw, str) and not is_number(raw):
        raise FormulaError(field, Fault.not_a_number)
    value = Fraction(raw)
    if abs(value) >= FEN_LIMIT:
        raise FormulaError(field, Fault.too_large)
    return value


def read_figure(raw: Any, unit: Unit, field: str) -> Fraction:
    """Read a number of a unit: money is whole fen.

    Raises:
        FormulaError: as `read_number`; or money that is no whole number of fen.
    """
    value = read_number(raw, field)
    if unit is Unit.fen and value.denominator != 1:
        raise FormulaError(field, Fault.not_whole_fen)
    return value


def whole_fen(value: Fraction, field: str) -> int:
    """Money that is paid out: a whole number of fen below 2^53.

    Raises:
        FormulaError: it is not.
    """
    if value.denominator != 1:
        raise FormulaError(field, Fault.not_rounded)
    if abs(value) >= FEN_LIMIT:
        raise FormulaError(field, Fault.too_large)
    return value.numerator


def show(value: Fraction, unit: Unit) -> str:
    """Write a figure for a reader: yuan with two places, per cent, or the number.

    What six places cannot hold is rounded there, half to even, and begins with `≈`.
    """
    if unit is Unit.fen:
        return _decimal(value / FEN_PER_YUAN, least=2)
    if unit is Unit.ratio:
        return _decimal(value * _PER_CENT, least=0) + "%"
    return _decimal(value, least=0)


def _decimal(value: Fraction, *, least: int) -> str:
    scaled = abs(value) * 10**_SHOWN_DIGITS
    whole, rest = divmod(round(scaled), 10**_SHOWN_DIGITS)
    digits = f"{rest:0{_SHOWN_DIGITS}}"
    exact = scaled.denominator == 1
    if exact:
        digits = digits.rstrip("0").ljust(least, "0")
    sign = "−" if value < 0 else ""
    return f"{'' if exact else '≈'}{sign}{whole:,}{'.' if digits else ''}{digits}"
