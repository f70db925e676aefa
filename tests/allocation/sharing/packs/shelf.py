"""The rule packs of the program, and short ways to work out a changed example."""

import copy
import json
from pathlib import Path
from typing import Any

from allocation.sharing.contract.case import read_case
from allocation.sharing.contract.outcome import work_out
from allocation.sharing.formulas import FormulaResult, compute
from services.sharing.pack_files import read_packs

ROOT = Path(__file__).parents[4]
PACKS = read_packs()
SCHEMA = json.loads((ROOT / "docs/rule-pack.schema.json").read_text("utf-8"))


def case(name: str, place: int = 0) -> dict[str, Any]:
    """An example's case, free to be changed."""
    pack = PACKS[name]
    return copy.deepcopy(pack.case(pack.examples[place]))


def formula(name: str, **inputs: Any) -> FormulaResult:
    """A formula on its example with some inputs changed."""
    facts = case(name)
    facts["inputs"] |= inputs
    return compute(facts)


def shares(facts: dict[str, Any]) -> dict[str, int]:
    """What each party of an agreement's case gets."""
    return work_out(read_case(facts)).due.by_party


def raw(name: str) -> dict[str, Any]:
    """A pack's document."""
    path = ROOT / f"allocation/sharing/packs/{name}.json"
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document
