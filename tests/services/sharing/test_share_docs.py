"""The schema and the page of the case format say what the reader does."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from allocation.sharing.contract.case import InvalidCaseError, read_case
from allocation.sharing.contract.outcome import differences, work_out
from allocation.sharing.contract.reading import FIELDS
from allocation.sharing.taxes import ReceiptKind, Tax
from tests.allocation.sharing.contract.documents import changed, document

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "docs/share.schema.json").read_text("utf-8"))
PAGE = (ROOT / "docs/sharing.md").read_text("utf-8")
CASES = sorted((ROOT / "tests/golden/share").glob("*.json"))
T = "/terms/0"


def valid(found: object) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(found)


def test_the_schema_is_one_and_takes_what_the_reader_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert valid(document())
    for path in CASES:
        assert valid(json.loads(path.read_text("utf-8"))), path.name


@pytest.mark.parametrize(
    "changes",
    [
        {"/format": "yipanqi.share/2"},
        {"/more": 1},
        {"/receipts/0/amount_fen": 1.5},
        {"/receipts/0/amount_fen": 2**53},
        {"/receipts/0/retained_fen": 1},
        {f"{T}/years": 51},
        {f"{T}/shares/0/weights": {"611026": 1}},
        {f"{T}/follows/nothing": "x"},
        {f"{T}/base/taxes/0": "salt"},
        {f"{T}/parties/0/code": "甲"},
        {f"{T}/parties/0/name": "甲\n县"},
        {f"{T}/other/0": " "},
        {f"{T}/follows/shares": "第\x1b条"},
        {f"{T}/effective_on": "9900-01-01"},
        {"/receipts/0/ticket": ""},
        {"/receipts/0/paid_on": "0000-01-01"},
        {"/receipts/1/split": {"central": 0, "province": 0, "city": 0, "county": 700}},
        {"/incentives/0/document_no": ""},
        {"/city": ""},
        {"/through": "0000-01"},
        {"/through": "9900-01"},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(changes: dict[str, object]) -> None:
    assert not valid(changed(changes))
    with pytest.raises(InvalidCaseError):
        read_case(changed(changes))


def test_the_schema_and_the_page_name_every_field_and_word() -> None:
    defs = SCHEMA["$defs"]
    assert set(defs["terms"]["properties"]) == set(FIELDS)
    assert defs["tax"]["enum"] == [tax.value for tax in Tax]
    assert defs["kind"]["enum"] == [kind.value for kind in ReceiptKind]
    names = {*FIELDS, *defs["agreement_case"]["properties"], *defs["tax"]["enum"], *defs["kind"]["enum"]}
    names |= {name for part in ("party", "shares", "least") for name in defs[part]["properties"]}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []


def test_the_example_of_the_page_comes_out_as_it_says() -> None:
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    found = json.loads(example.group(1))
    assert valid(found)
    case = read_case(found)
    assert differences(case, work_out(case)) == []
