"""What a case brings to a formula: its parties, inputs and settings, checked against what it asks for.

{"parties": [{"id": "a", "name": "甲县", "role": "head"}, ...],        `name` and `role` only where wanted
 "inputs": {"tax": 10000, "revenue": {"a": 100, "b": "50.5"}},
 "settings": {"head_share": "0.5"}}
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.expression import Scope
from allocation.sharing.formulas.figures import read_figure
from allocation.sharing.formulas.program import Input, Program

_MOST_PARTIES: Final = 2_000
"""More than any pool on record has; the French fund levies about 1,250."""
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party of the case: its key in the file, its name for a reader, its role ("" where there are none)."""

    id: str
    name: str
    role: str


def read_parties(raw: Any, program: Program) -> tuple[PartyFacts, ...]:
    """Read the parties, in the order in which ties go.

    Raises:
        FormulaError: none, too many, one named twice, or a role that the formula has not.
    """
    if not isinstance(raw, list) or not 1 <= len(raw) <= _MOST_PARTIES:
        raise FormulaError("parties", Fault.not_a_list, most=_MOST_PARTIES)
    parties = tuple(_party(item, program, f"parties[{index}]") for index, item in enumerate(raw))
    seen: set[str] = set()
    for index, party in enumerate(parties):
        if party.id in seen:
            raise FormulaError(f"parties[{index}].id", Fault.named_twice, name=party.id)
        seen.add(party.id)
    return parties


def _party(raw: Any, program: Program, field: str) -> PartyFacts:
    if not isinstance(raw, dict) or not set(raw) <= {"id", "name", "role"}:
        raise FormulaError(field, Fault.not_a_party)
    identity = _short(raw.get("id"), f"{field}.id")
    name = _short(raw.get("name", identity), f"{field}.name")
    role = raw.get("role", "")
    if not isinstance(role, str) or role not in (program.roles or {""}):
        raise FormulaError(f"{field}.role", Fault.unknown_role, known=", ".join(program.roles) or "-")
    return PartyFacts(identity, name, role)


def _short(raw: Any, field: str) -> str:
    if not isinstance(raw, str) or not 0 < len(raw.strip()) <= len(raw) <= _LONGEST:
        raise FormulaError(field, Fault.not_text, most=_LONGEST)
    return raw


def read_scope(case: Mapping[str, Any], program: Program, parties: tuple[PartyFacts, ...]) -> Scope:
    """Read inputs and settings; a setting that the case leaves out has the formula's default.

    Raises:
        FormulaError: a figure is missing, not asked for, or no number.
    """
    inputs = _object(case.get("inputs", {}), "inputs", program.inputs)
    settings = _object(case.get("settings", {}), "settings", program.settings)
    scope = Scope({}, {}, tuple(party.role for party in parties))
    for name, one in program.inputs.items():
        field = f"inputs.{name}"
        if name not in inputs:
            raise FormulaError(field, Fault.missing)
        if one.each:
            scope.each[name] = _column(inputs[name], one, field, parties)
        else:
            scope.single[name] = read_figure(inputs[name], one.label.unit, field)
    for name, setting in program.settings.items():
        field = f"settings.{name}"
        if name in settings:
            scope.single[name] = read_figure(settings[name], setting.label.unit, field)
        elif setting.default is None:
            raise FormulaError(field, Fault.must_be_set)
        else:
            scope.single[name] = setting.default
    return scope


def _object(raw: Any, field: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise FormulaError(field, Fault.not_an_object)
    for name in raw:
        if name not in wanted:
            raise FormulaError(f"{field}.{name[:40]}", Fault.not_asked)
    return raw


def _column(raw: Any, wanted: Input, field: str, parties: tuple[PartyFacts, ...]) -> tuple[Fraction, ...]:
    """A figure for every party whose role the formula asks, 0 for the others."""
    asked = {party.id: not wanted.roles or party.role in wanted.roles for party in parties}
    found = _object(raw, field, {name: None for name, needed in asked.items() if needed})
    for name, needed in asked.items():
        if needed and name not in found:
            raise FormulaError(f"{field}.{name}", Fault.missing)
    return tuple(
        read_figure(found[name], wanted.label.unit, f"{field}.{name}") if needed else Fraction(0)
        for name, needed in asked.items()
    )
