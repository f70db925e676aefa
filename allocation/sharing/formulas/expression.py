"""Arithmetic of a formula: a small tree of exact rationals, written as JSON, and nothing else.

    "growth"                          a name: an input, a setting, or an earlier step
    40, "0.35", "1/3"                 a number
    ["+", a, b, ...]                  + - * / min max; "-" of one is its negative
    ["sum", a]                        over all parties; no sum within a sum: give the inner one a step
    ["if_at_least", a, b, x, y]       x where a ≥ b, else y
    ["round", a]                      to a whole number, a half upwards
    ["log10", a, 28]                  decimal logarithm, rounded to so many digits after the point
    {"by_role": {"head": x, ...}}     by what the party is; every role of the formula is named

There is no loop, no text, and no call of anything else, so a formula from a file can do no harm: it ends, and
it gives one number. What a name stands for is checked when the formula is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction
from math import floor, prod
from typing import Any, Final

from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.figures import is_number, read_number

_ANY: Final = 64
_ARGUMENTS: Final = {
    "+": (2, _ANY),
    "-": (1, _ANY),
    "*": (2, _ANY),
    "/": (2, 2),
    "min": (2, _ANY),
    "max": (2, _ANY),
    "sum": (1, 1),
    "if_at_least": (4, 4),
    "round": (1, 1),
    "log10": (2, 2),
}
_DEPTH: Final = 24
_MOST_DIGITS: Final = 50
_MOST_BITS: Final = 2**18
"""A fraction longer than this comes from powers of powers, not from a rule of sharing."""
_SPARE_DIGITS: Final = 30
"""Digits beyond those asked for: a quotient and its logarithm below 2^53 have at most 17 before the point."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands in the formula."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """An input, a setting or an earlier step."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """An operation on other expressions."""

    operator: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class ByRole:
    """One expression for each role that a party can have."""

    choices: tuple[tuple[str, "Expression"], ...]

    def of(self, role: str) -> "Expression":
        """The expression of a role."""
        return dict(self.choices)[role]


Expression = Number | Name | Call | ByRole


@dataclass(frozen=True, slots=True)
class Known:
    """What an expression may name.

    Attributes:
        each: every name, and whether it has a figure for each party.
        roles: the roles that a party can have.
    """

    each: Mapping[str, bool]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """The figures at hand: one for all, or one for each party in the parties' order.

    A figure never changes once it is there, so neither does a sum over the parties: `sums` keeps them.
    """

    single: dict[str, Fraction]
    each: dict[str, tuple[Fraction, ...]]
    roles: tuple[str, ...]
    sums: dict["Call", Fraction] = dataclass_field(default_factory=dict)

    def of(self, name: str, party: int) -> Fraction:
        """The figure of a name, for a party where there is one each."""
        return self.single[name] if name in self.single else self.each[name][party]


def read_expression(
    raw: Any, known: Known, field: str, *, each: bool, depth: int = 0, in_sum: bool = False
) -> Expression:
    """Read an expression and check every name in it.

    Args:
        raw: JSON.
        known: what may be named.
        field: where it stands, for the message.
        each: whether it is worked out for each party, so that figures of parties may stand in it.
        depth: how deep in another expression it stands.
        in_sum: whether it stands in a sum over the parties.

    Raises:
        FormulaError: an unknown operator or name, a wrong number of arguments, a party's figure where there
            is no party, a sum within a sum, or nesting without end.
    """
    if depth > _DEPTH:
        raise FormulaError(field, Fault.too_deep, most=_DEPTH)
    if isinstance(raw, list):
        return _call(raw, known, field, each=each, depth=depth, in_sum=in_sum)
    if isinstance(raw, dict):
        return _by_role(raw, known, field, each=each, depth=depth, in_sum=in_sum)
    if not isinstance(raw, str) or is_number(raw):
        return Number(read_number(raw, field))
    if raw not in known.each:
        raise FormulaError(field, Fault.unknown_name, name=raw[:40])
    if known.each[raw] and not each:
        raise FormulaError(field, Fault.wants_sum, name=raw)
    return Name(raw)


def _call(raw: list[Any], known: Known, field: str, *, each: bool, depth: int, in_sum: bool) -> Call:
    operator = raw[0] if raw and isinstance(raw[0], str) else ""
    if operator not in _ARGUMENTS:
        raise FormulaError(field, Fault.unknown_operation, name=operator[:24])
    least, most = _ARGUMENTS[operator]
    if not least <= len(raw) - 1 <= most:
        raise FormulaError(field, Fault.wrong_count, name=operator, count=len(raw) - 1)
    summing = operator == "sum"
    if summing and in_sum:
        raise FormulaError(field, Fault.sum_in_sum)
    arguments = tuple(
        read_expression(item, known, field, each=each or summing, depth=depth + 1, in_sum=in_sum or summing)
        for item in raw[1:]
    )
    if operator == "log10" and arguments[1] not in [Number(Fraction(n)) for n in range(1, _MOST_DIGITS + 1)]:
        raise FormulaError(field, Fault.log_digits, most=_MOST_DIGITS)
    return Call(operator, arguments)


def _by_role(
    raw: dict[str, Any], known: Known, field: str, *, each: bool, depth: int, in_sum: bool
) -> ByRole:
    choices = raw.get("by_role")
    if set(raw) != {"by_role"} or not isinstance(choices, dict):
        raise FormulaError(field, Fault.not_by_role)
    if not each or set(choices) != set(known.roles):
        raise FormulaError(field, Fault.every_role)
    return ByRole(
        tuple(
            (role, read_expression(choices[role], known, field, each=True, depth=depth + 1, in_sum=in_sum))
            for role in known.roles
        )
    )


def is_number_for(expression: Expression, role: str) -> bool:
    """Whether an expression is a plain number for a party of a role."""
    own = expression.of(role) if isinstance(expression, ByRole) else expression
    return isinstance(own, Number)


def evaluate(expression: Expression, scope: Scope, party: int, field: str) -> Fraction:
    """Work out an expression exactly, for one party.

    Raises:
        FormulaError: a division by zero, a logarithm of what is not positive, or a fraction without end.
    """
    match expression:
        case Number(value):
            return value
        case Name(name):
            return scope.of(name, party)
        case ByRole():
            return evaluate(expression.of(scope.roles[party]), scope, party, field)
    return _result(expression, scope, party, field)


def _result(call: Call, scope: Scope, party: int, field: str) -> Fraction:
    def of(argument: Expression, one: int = party) -> Fraction:
        return evaluate(argument, scope, one, field)

    operator, arguments = call.operator, call.arguments
    if operator == "sum":
        if call not in scope.sums:
            several = range(len(scope.roles))
            scope.sums[call] = sum((of(arguments[0], one) for one in several), start=Fraction(0))
        found = scope.sums[call]
    elif operator == "if_at_least":
        left, right, then, otherwise = arguments
        found = of(then if of(left) >= of(right) else otherwise)
    else:
        found = _apply(operator, [of(item) for item in arguments], field)
    if found.numerator.bit_length() + found.denominator.bit_length() > _MOST_BITS:
        raise FormulaError(field, Fault.too_long)
    return found


def _apply(operator: str, values: list[Fraction], field: str) -> Fraction:
    first, rest = values[0], values[1:]
    match operator:
        case "-":
            return first - sum(rest) if rest else -first
        case "/":
            if not rest[0]:
                raise FormulaError(field, Fault.by_zero)
            return first / rest[0]
        case "log10":
            return log10(first, int(rest[0]), field)
        case _:
            return _PLAIN[operator](values)


def log10(value: Fraction, digits: int, field: str) -> Fraction:
    """The decimal logarithm, rounded half to even to `digits` places after the point.

    Raises:
        FormulaError: the value is not positive.
    """
    if value <= 0:
        raise FormulaError(field, Fault.log_of_nothing)
    with localcontext(Context(prec=digits + _SPARE_DIGITS, rounding=ROUND_HALF_EVEN)):
        exact = (Decimal(value.numerator) / Decimal(value.denominator)).log10()
        return Fraction(exact.quantize(Decimal(1).scaleb(-digits)))


_PLAIN: Final[Mapping[str, Callable[[list[Fraction]], Fraction]]] = {
    "+": lambda values: sum(values, start=Fraction(0)),
    "*": lambda values: prod(values, start=Fraction(1)),
    "min": min,
    "max": max,
    "round": lambda values: Fraction(floor(values[0] + Fraction(1, 2))),
}
