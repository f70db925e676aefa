"""A formula in words and in numbers, Chinese and English: `人口 × 平均 ÷ 本地`, `10,000 × 0.85 ÷ 1.2`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from allocation.sharing.formulas.expression import ByRole, Call, Expression, Name, Number, Scope
from allocation.sharing.formulas.figures import Unit, show


@dataclass(frozen=True, slots=True)
class Text:
    """The same in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Label:
    """What a figure is called, and its unit."""

    text: Text
    unit: Unit


_SIGNS: Final = {"+": " + ", "-": " − ", "*": " × ", "/": " ÷ "}
_CALLS: Final = {
    "min": Text("取小", "min"),
    "max": Text("取大", "max"),
    "sum": Text("合计", "sum"),
    "round": Text("四舍五入", "round"),
    "log10": Text("lg", "log10"),
}
_STRENGTH: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
_CONDITION: Final = Text("{2}（若 {0} ≥ {1}；否则 {3}）", "{2} (if {0} ≥ {1}; else {3})")
_TIGHT: Final = 9
_LONGEST_SUM: Final = 6


def in_words(expression: Expression, labels: Mapping[str, Label], role: str) -> Text:
    """The expression with the names of its figures; of a choice by role, the party's own."""
    return Text(
        _Writer(lambda name: labels[name].text.zh, role, lambda text: text.zh).write(expression),
        _Writer(lambda name: labels[name].text.en, role, lambda text: text.en).write(expression),
    )


def in_numbers(expression: Expression, labels: Mapping[str, Label], scope: Scope, party: int) -> Text:
    """The expression with its figures in place of their names; a sum over parties is written out."""

    def text(pick: Callable[[Text], str]) -> str:
        def writer(of: int) -> _Writer:
            return _Writer(lambda name: show(scope.of(name, of), labels[name].unit), scope.roles[of], pick)

        count = len(scope.roles)
        shown = range(count) if count <= _LONGEST_SUM else (0, 1, count - 1)
        own = writer(party)
        own.everyone, own.count = [writer(of) for of in shown], count
        return own.write(expression)

    return Text(text(lambda both: both.zh), text(lambda both: both.en))


class _Writer:
    """Writes an expression in one language.

    Args:
        name: how a named figure is written.
        role: the party's role.
        pick: the language.

    Attributes:
        everyone: a writer for each party, or for some of `count`, where sums are to be written out.
    """

    def __init__(self, name: Callable[[str], str], role: str, pick: Callable[[Text], str]) -> None:
        self.name = name
        self._role = role
        self._pick = pick
        self.everyone: list[_Writer] = []
        self.count = 0

    def write(self, expression: Expression, strength: int = 0) -> str:
        """Write it, in brackets where it binds less than `strength`."""
        match expression:
            case Number(value):
                return show(value, Unit.number)
            case Name(name):
                text = self.name(name)
                return _bracketed(text, wanted=strength > 0 and "−" in text[:2])
            case ByRole():
                return self.write(expression.of(self._role), strength)
        return self._call(expression, strength)

    def _call(self, call: Call, strength: int) -> str:
        first, *rest = call.arguments
        operator = call.operator
        if operator == "sum" and self.everyone:
            return _bracketed(self._sum(first), wanted=strength > 0)
        if operator == "if_at_least":
            written = [self.write(item) for item in call.arguments]
            return _bracketed(self._pick(_CONDITION).format(*written), wanted=strength > 0)
        if operator in _CALLS:
            inside = [first] if operator == "log10" else call.arguments
            return f"{self._pick(_CALLS[operator])}({', '.join(map(self.write, inside))})"
        if not rest:
            return _bracketed("−" + self.write(first, _TIGHT), wanted=strength > 0)
        own = _STRENGTH[operator]
        parts = [self.write(first, own), *(self.write(item, own + 1) for item in rest)]
        return _bracketed(_SIGNS[operator].join(parts), wanted=own < strength)

    def _sum(self, inner: Expression) -> str:
        """A sum over the parties; of many, the first two and the last."""
        parts = [one.write(inner, 1) for one in self.everyone]
        if len(parts) < self.count:
            parts.insert(2, f"… ({self.count})")
        return " + ".join(parts)


def _bracketed(text: str, *, wanted: bool) -> str:
    return f"({text})" if wanted else text
