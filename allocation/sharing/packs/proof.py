"""Works out a pack's examples, so that a pack that does not give its own numbers is never taken."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from allocation.sharing.contract.case import read_case
from allocation.sharing.contract.outcome import differences as case_differences
from allocation.sharing.contract.outcome import work_out
from allocation.sharing.formulas import FormulaResult, compute
from allocation.sharing.formulas.errors import Fault
from allocation.sharing.formulas.figures import read_number
from allocation.sharing.packs.pack import Example, Pack, PackError, PackKind


def resolved(case: Mapping[str, Any], packs: Mapping[str, Pack]) -> Mapping[str, Any]:
    """A case whose `formula` names a pack, with that pack's formula in its place.

    Raises:
        PackError: no such pack, or one that is no formula.
    """
    name = case.get("formula")
    if not isinstance(name, str):
        return case
    if name not in packs or packs[name].kind is not PackKind.formula:
        raise PackError("formula", Fault.unknown_pack, name=name[:40])
    return {**case, "formula": packs[name].formula}


def differences(pack: Pack, example: Example) -> list[tuple[str, Any, Any]]:
    """Where an example does not come out as it says: field, expected, found.

    Raises:
        FormulaError, InvalidCaseError: the example cannot be computed at all.
    """
    whole = pack.case(example)
    if pack.kind is PackKind.agreement:
        case = read_case({**whole, "expect": dict(example.expect)})
        return case_differences(case, work_out(case))
    return formula_differences(example.expect, compute(whole))


def formula_differences(expect: Mapping[str, Any], found: FormulaResult) -> list[tuple[str, Any, Any]]:
    """Where a formula's result is not what is expected: field, expected, found.

    `by_party` and `base_fen` are fen, `lines` is a count, `figures` are exact numbers, `rounded` are figures
    to the digits they show.

    Raises:
        PackError: an expected field that there is none of.
    """
    return [one for name, value in expect.items() for one in _compared(name, value, found)]


def _compared(name: str, expected: Any, found: FormulaResult) -> Iterator[tuple[str, Any, Any]]:
    whole = {"by_party": found.by_party, "base_fen": found.base, "lines": len(found.lines)}
    if name in whole:
        yield from [] if whole[name] == expected else [(name, expected, whole[name])]
    elif name in {"figures", "rounded"}:
        for figure, value in expected.items():
            parties = value if isinstance(value, Mapping) else {"": value}
            for party, number in parties.items():
                field = f"{name}.{figure}" + (f".{party}" if party else "")
                got = _figure(found, figure, party, field)
                if name == "rounded":
                    got = round(got, len(str(number).partition(".")[2]))
                if got != read_number(number, field):
                    yield field, number, str(got)
    else:
        raise PackError(f"expect.{name}", Fault.unknown_field)


def _figure(found: FormulaResult, figure: str, party: str, field: str) -> Fraction:
    value = found.figures.get(figure)
    got = value.get(party) if isinstance(value, Mapping) and party else value
    if not isinstance(got, Fraction):
        raise PackError(field, Fault.no_figure)
    return got
