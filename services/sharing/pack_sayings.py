"""What a rule pack says of itself: its figures, its clauses, and each worked example line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from allocation.sharing.contract.case import Case, read_case
from allocation.sharing.contract.outcome import work_out
from allocation.sharing.contract.statement import statement
from allocation.sharing.contract.words import Clause, clauses_of
from allocation.sharing.formulas import compute
from allocation.sharing.formulas.words import Text
from allocation.sharing.packs import Example, Pack, PackKind


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the counties fill in.

    `place` is where it stands: a pointer into the terms of an agreement, the setting's name in a formula.
    `default` is what stands there now; None: it must be filled in. `unit` is the pack's own word for it.
    """

    place: str
    name: Text
    unit: str
    default: Any
    illustrative: bool
    unverified: bool


class Told(NamedTuple):
    """A worked example: the clauses that it follows (of a formula none) and the whole statement."""

    clauses: Sequence[Clause]
    statement: Sequence[Text]
    work: Sequence[Text]
    """The statement without the clauses at its head."""


def figures_of(pack: Pack) -> list[Figure]:
    """List the settings of a pack, in its own order."""
    found = [
        Figure(
            name,
            Text(one["zh"], one["en"]),
            one["unit"],
            one.get("default"),
            one.get("illustrative", False),
            one.get("unverified", False),
        )
        for name, one in pack.formula.get("settings", {}).items()
    ]
    return found + [
        Figure(one.pointer, one.name, one.unit, pack.at(one.pointer), one.illustrative, one.unverified)
        for one in pack.settings
    ]


def tell(pack: Pack, example: Example) -> Told:
    """Work out an example and say it line by line.

    Raises:
        FormulaError, InvalidCaseError: the example cannot be computed at all.
    """
    whole = pack.case(example)
    if pack.kind is PackKind.formula:
        lines = [Text(one.zh, one.en) for one in compute(whole).lines]
        return Told((), lines, lines)
    case = read_case(whole)
    lines = [Text(one.zh, one.en) for one in statement(case, work_out(case))]
    clauses = _clauses(case)
    return Told(clauses, lines, lines[len(case.versions) + len(clauses) :])


def _clauses(case: Case) -> list[Clause]:
    """The clauses of every version, as the statement numbers them below a line for each version."""
    return [clause for one in case.versions for clause in clauses_of(one.contract)]
