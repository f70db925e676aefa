"""Runs a formula on a case: exact rationals until money is paid out, then whole fen by largest remainder."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.expression import Scope, evaluate, is_number_for
from allocation.sharing.formulas.figures import Unit, show, whole_fen
from allocation.sharing.formulas.given import PartyFacts, read_parties, read_scope
from allocation.sharing.formulas.program import Apportion, Instalments, Program, Step, Work, read_program
from allocation.sharing.formulas.words import Text, in_numbers, in_words
from allocation.units import split_largest_remainder

_LARGEST_REMAINDER = Text("最大余数法", "largest remainder")
_NOTHING = Text("", "")
"""What is said before a figure that the formula itself names: `0 = 0%` says nothing more than `0%`."""


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """One figure of a statement, with the formula that made it in words and in numbers.

    Attributes:
        name: the figure (`paid`), `party` whose it is ("" where it is one for all).
        zh: `甲县 · 分配额 = 分配总额 × 指数 ÷ 合计(指数) = … = 100.00`.
        en: the same in English.
    """

    name: str
    party: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FormulaResult:
    """What a formula gives.

    Attributes:
        by_party: what each party gets, in fen; negative is what it pays. The sum is `base`.
        lines: the statement, in the order of the steps and parties.
        base: what is divided, in fen.
        figures: every figure exactly, by name; of each party, by its id. Indices and ratios are exact
            fractions here, a logarithm excepted, which is rounded where the formula says.
    """

    by_party: Mapping[str, int]
    lines: tuple[FormulaLine, ...]
    base: int
    figures: Mapping[str, Fraction | Mapping[str, Fraction]]


def compute(case: Mapping[str, Any]) -> FormulaResult:
    """Compute a case: its `formula` on its `parties`, `inputs` and `settings`. Other keys are not read.

    Raises:
        FormulaError: the formula or a figure is refused; the parties do not sum to the base.
    """
    program = read_program(case.get("formula"))
    parties = read_parties(case.get("parties"), program)
    scope = read_scope(case, program, parties)
    run = _Run(program, parties, scope)
    for index, step in enumerate(program.steps):
        run.do(step, f"formula.steps[{index}].{step.name}")
    by_party = {
        party.id: whole_fen(value, f"{program.result}.{party.id}")
        for party, value in zip(parties, scope.each[program.result], strict=True)
    }
    base = whole_fen(scope.single[program.base], program.base)
    if sum(by_party.values()) != base:
        raise FormulaError("formula.result", Fault.sum_is_not_base, found=sum(by_party.values()), base=base)
    figures: dict[str, Fraction | Mapping[str, Fraction]] = {**scope.single}
    for name, values in scope.each.items():
        figures[name] = {party.id: value for party, value in zip(parties, values, strict=True)}
    return FormulaResult(by_party, tuple(run.lines), base, figures)


class _Run:
    """The steps of one case, one after the other."""

    def __init__(self, program: Program, parties: tuple[PartyFacts, ...], scope: Scope) -> None:
        self._labels = program.labels()
        self._parties = parties
        self._scope = scope
        self.lines: list[FormulaLine] = []

    def do(self, step: Step, field: str) -> None:
        """Do one step: put its figures in the scope and its lines on the statement."""
        if isinstance(step, Work):
            self._work(step, field)
        elif isinstance(step, Apportion):
            self._apportion(step, field)
        else:
            self._instalments(step, field)

    def _work(self, step: Work, field: str) -> None:
        several = range(len(self._parties)) if step.each else range(1)
        values = tuple(evaluate(step.expression, self._scope, index, field) for index in several)
        for index, value in enumerate(values):
            role = self._parties[index].role
            words = in_words(step.expression, self._labels, role)
            numbers = in_numbers(step.expression, self._labels, self._scope, index)
            if is_number_for(step.expression, role):
                words = numbers = _NOTHING
            self._say(step, index if step.each else None, words, numbers, value)
        if step.each:
            self._scope.each[step.name] = values
        else:
            [self._scope.single[step.name]] = values

    def _apportion(self, step: Apportion, field: str) -> None:
        """Divide by largest remainder. A total of 0 needs no weights."""
        total = whole_fen(evaluate(step.total, self._scope, 0, field), f"{field}.apportion")
        several = range(len(self._parties))
        weights = [evaluate(step.weight, self._scope, index, f"{field}.by") for index in several]
        if min(weights) < 0:
            party = self._parties[weights.index(min(weights))].id
            raise FormulaError(f"{field}.by", Fault.negative_weight, party=party)
        if total and not any(weights):
            raise FormulaError(f"{field}.by", Fault.no_weight)
        scale = lcm(*(weight.denominator for weight in weights))
        integers = [int(weight * scale) for weight in weights]
        parts = split_largest_remainder(total, integers) if total else (0,) * len(weights)
        whole = sum(weights, Fraction(0)) or Fraction(1)
        for index, part in enumerate(parts):
            of = in_words(step.total, self._labels, self._parties[index].role)
            by = in_words(step.weight, self._labels, self._parties[index].role)
            numbers = f"{show(Fraction(total), Unit.fen)} × {show(weights[index] / whole, Unit.ratio)}"
            self._say(
                step,
                index,
                Text(f"{of.zh} × 占比（{by.zh}）", f"{of.en} × its part of all ({by.en})"),
                Text(f"{numbers}（{_LARGEST_REMAINDER.zh}）", f"{numbers} ({_LARGEST_REMAINDER.en})"),
                Fraction(part),
            )
        self._scope.each[step.name] = tuple(map(Fraction, parts))

    def _instalments(self, step: Instalments, field: str) -> None:
        columns = []
        for index, value in enumerate(self._scope.each[step.of]):
            amount = whole_fen(value, f"{field}.{self._parties[index].id}")
            parts = split_largest_remainder(amount, (1,) * len(step.on))
            columns.append(parts)
            shown = [
                f"{day} {show(Fraction(part), Unit.fen)}" for day, part in zip(step.on, parts, strict=True)
            ]
            words = self._labels[step.of].text
            self._say(
                step,
                index,
                Text(f"{words.zh} ÷ {len(parts)}", f"{words.en} ÷ {len(parts)}"),
                Text("、".join(shown), ", ".join(shown)),
                Fraction(amount),
            )
        for day, parts in zip(step.on, zip(*columns, strict=True), strict=True):
            self._scope.each[f"{step.name} {day}"] = tuple(map(Fraction, parts))

    def _say(self, step: Step, party: int | None, words: Text, numbers: Text, value: Fraction) -> None:
        shown = show(value, step.label.unit)
        who = "" if party is None else f"{self._parties[party].name} · "
        zh, en = (
            f"{who}{name}" + "".join(map(_equals, filter(None, dict.fromkeys((formula, figures, shown)))))
            for name, formula, figures in (
                (step.label.text.zh, words.zh, numbers.zh),
                (step.label.text.en, words.en, numbers.en),
            )
        )
        self.lines.append(FormulaLine(step.name, "" if party is None else self._parties[party].id, zh, en))


def _equals(text: str) -> str:
    return f" ≈ {text[1:]}" if text.startswith("≈") and " " not in text else f" = {text}"
