"""A formula as data: what it asks for, what a city may set, and its steps, read and checked once.

    {"roles": {"head": {"zh": "总机构", "en": "head office"}, ...},        left out where parties are alike
     "inputs": {"tax": {"zh": ..., "en": ..., "unit": "fen"},              one figure
                "revenue": {..., "each": true, "roles": ["branch"]}},      one for each party of these roles
     "settings": {"head_share": {..., "unit": "ratio", "default": "0.5"}}, no default: the case must set it
     "steps": [{"name": "index", "zh": ..., "en": ..., "unit": "ratio", "each": true, "is": EXPRESSION},
               {"name": "paid", ..., "apportion": EXPRESSION, "by": EXPRESSION},
               {"name": "due", ..., "instalments": "paid", "on": ["05-15", "11-15"]}],
     "result": "paid", "base": "tax"}

`is` works out one figure, or one for each party. `apportion` divides whole fen by weights, largest remainder,
ties to the party named first. `instalments` cuts each party's amount into equal parts likewise. The `result`
has a figure for each party; together they make the `base`, and a formula by which they do not is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.expression import Expression, Known, Name, read_expression
from allocation.sharing.formulas.fields import fields_of, flag_of, word_of, words_of
from allocation.sharing.formulas.figures import Unit, read_figure
from allocation.sharing.formulas.words import Label, Text

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_DAY: Final = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)
_MOST: Final = 100
"""The most inputs, settings or steps; a published rule has about a dozen."""
_FIELD: Final = "formula"
_LABEL_KEYS: Final = frozenset({"zh", "en", "unit"})
_STEP_KEYS: Final = {
    "is": frozenset({"name", "zh", "en", "unit", "each", "is"}),
    "apportion": frozenset({"name", "zh", "en", "apportion", "by"}),
    "instalments": frozenset({"name", "zh", "en", "instalments", "on"}),
}


@dataclass(frozen=True, slots=True)
class Input:
    """A figure that the case brings; where `each`, one for every party of `roles` and 0 for the others."""

    label: Label
    each: bool
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Setting:
    """A figure that a city sets; `default` is None where it must."""

    label: Label
    default: Fraction | None


@dataclass(frozen=True, slots=True)
class Work:
    """A step that works out a figure."""

    name: str
    label: Label
    each: bool
    expression: Expression


@dataclass(frozen=True, slots=True)
class Apportion:
    """A step that divides whole fen by weights."""

    name: str
    label: Label
    total: Expression
    weight: Expression


@dataclass(frozen=True, slots=True)
class Instalments:
    """A step that cuts each party's amount into equal parts, due on days of a year (`05-15`)."""

    name: str
    label: Label
    of: str
    on: tuple[str, ...]


Step = Work | Apportion | Instalments


@dataclass(frozen=True, slots=True)
class Program:
    """A formula, checked. `roles` is empty where all parties are alike."""

    roles: Mapping[str, Text]
    inputs: Mapping[str, Input]
    settings: Mapping[str, Setting]
    steps: tuple[Step, ...]
    result: str
    base: str

    def labels(self) -> dict[str, Label]:
        """What every named figure is called."""
        return _labels(self.inputs, self.settings) | {step.name: step.label for step in self.steps}


def read_program(raw: Any) -> Program:
    """Read a formula.

    Raises:
        FormulaError: something is missing, unknown, named twice or before it is there.
    """
    fields = fields_of(raw, _FIELD, {"inputs", "steps", "result", "base"}, {"roles", "settings"})
    roles = {
        name: words_of(fields_of(one, place, {"zh", "en"}), place)
        for name, one, place in _named(fields, "roles")
    }
    inputs = {name: _input(one, place, roles) for name, one, place in _named(fields, "inputs")}
    settings = {name: _setting(one, place) for name, one, place in _named(fields, "settings")}
    each = dict.fromkeys(settings, False) | {name: one.each for name, one in inputs.items()}
    if len(each) < len(inputs) + len(settings):
        raise FormulaError(f"{_FIELD}.settings", Fault.same_name)
    labels = _labels(inputs, settings)
    steps = []
    for index, item in enumerate(_list(fields["steps"], f"{_FIELD}.steps")):
        step = _step(item, Known(each, tuple(roles)), labels, f"{_FIELD}.steps[{index}]")
        steps.append(step)
        labels[step.name] = step.label
        if not isinstance(step, Instalments):
            each[step.name] = not isinstance(step, Work) or step.each
    for field, wanted in (("result", True), ("base", False)):
        name = fields[field]
        if not isinstance(name, str) or each.get(name) is not wanted or labels[name].unit is not Unit.fen:
            fault = Fault.wants_money_each if wanted else Fault.wants_one_amount
            raise FormulaError(f"{_FIELD}.{field}", fault)
    return Program(roles, inputs, settings, tuple(steps), fields["result"], fields["base"])


def _labels(inputs: Mapping[str, Input], settings: Mapping[str, Setting]) -> dict[str, Label]:
    labels = {name: one.label for name, one in inputs.items()}
    return labels | {name: one.label for name, one in settings.items()}


def _list(raw: Any, field: str) -> list[Any]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= _MOST:
        raise FormulaError(field, Fault.not_a_list, most=_MOST)
    return raw


def _named(fields: Mapping[str, Any], field: str) -> Iterator[tuple[str, Any, str]]:
    """The named entries of a part of the formula, each with its place."""
    raw = fields.get(field, {})
    if not isinstance(raw, dict) or len(raw) > _MOST:
        raise FormulaError(f"{_FIELD}.{field}", Fault.too_many, most=_MOST)
    for name, one in raw.items():
        place = f"{_FIELD}.{field}.{name[:40]}"
        yield _name(name, place), one, place


def _name(raw: Any, field: str) -> str:
    if not isinstance(raw, str) or not _NAME.fullmatch(raw):
        raise FormulaError(field, Fault.not_a_name)
    return raw


def _label(raw: Any, field: str, optional: set[str]) -> Label:
    fields = fields_of(raw, field, _LABEL_KEYS, optional)
    return Label(words_of(fields, field), _unit(fields, field))


def _unit(fields: Mapping[str, Any], field: str) -> Unit:
    return Unit(word_of(fields["unit"], f"{field}.unit", list(Unit)))


def _input(raw: Any, field: str, roles: Mapping[str, Text]) -> Input:
    label = _label(raw, field, {"each", "roles"})
    each = flag_of(raw.get("each", False), f"{field}.each")
    named = raw.get("roles", list(roles))
    if not isinstance(named, list) or not all(isinstance(role, str) and role in roles for role in named):
        raise FormulaError(f"{field}.roles", Fault.not_roles)
    if "roles" in raw and not (each and named):
        raise FormulaError(f"{field}.roles", Fault.roles_of_one)
    return Input(label, each, frozenset(named))


def _setting(raw: Any, field: str) -> Setting:
    label = _label(raw, field, {"default", "illustrative", "unverified"})
    for mark in ("illustrative", "unverified"):
        flag_of(raw.get(mark, False), f"{field}.{mark}")
    default = raw.get("default")
    return Setting(label, None if default is None else read_figure(default, label.unit, f"{field}.default"))


def _step(raw: Any, known: Known, labels: Mapping[str, Label], field: str) -> Step:
    kind = next((kind for kind in _STEP_KEYS if isinstance(raw, dict) and kind in raw), None)
    if kind is None:
        raise FormulaError(field, Fault.not_a_step, known=", ".join(_STEP_KEYS))
    fields = fields_of(raw, field, _STEP_KEYS[kind] - {"each"}, _STEP_KEYS[kind])
    text = words_of(fields, field)
    name = _name(fields["name"], f"{field}.name")
    if name in labels:
        raise FormulaError(f"{field}.name", Fault.named_twice, name=name)
    if kind == "is":
        each = flag_of(fields.get("each", False), f"{field}.each")
        label = Label(text, _unit(fields, field))
        return Work(name, label, each, read_expression(fields["is"], known, f"{field}.is", each=each))
    label = Label(text, Unit.fen)
    if kind == "apportion":
        total = read_expression(fields["apportion"], known, f"{field}.apportion", each=False)
        return Apportion(name, label, total, read_expression(fields["by"], known, f"{field}.by", each=True))
    of = read_expression(fields["instalments"], known, f"{field}.instalments", each=True)
    if not isinstance(of, Name) or not known.each[of.name] or labels[of.name].unit is not Unit.fen:
        raise FormulaError(f"{field}.instalments", Fault.wants_money_each)
    days = _list(fields["on"], f"{field}.on")
    if not all(isinstance(day, str) and _DAY.fullmatch(day) for day in days) or days != sorted(set(days)):
        raise FormulaError(f"{field}.on", Fault.not_days)
    return Instalments(name, label, of.name, tuple(days))
