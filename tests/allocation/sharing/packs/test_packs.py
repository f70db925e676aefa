import json
from fractions import Fraction

import jsonschema
import pytest

from allocation.sharing.formulas import FormulaError, compute
from allocation.sharing.packs import (
    PackError,
    PackKind,
    differences,
    formula_differences,
    read_pack,
    resolved,
)
from tests.allocation.sharing.packs.shelf import PACKS, ROOT, SCHEMA, case, raw

EXAMPLES = [(name, place) for name, pack in PACKS.items() for place in range(len(pack.examples))]
FOREIGN = {"fpic", "meadowlands", "minnesota-473f"}
CHECK = jsonschema.Draft202012Validator(SCHEMA)


def test_the_published_rules_are_here():
    assert set(PACKS) == FOREIGN | {
        "beijing-tianjin-hebei",
        "default-three-seven",
        "fixed-ratio",
        "kunming-enclave",
        "kunming-transfer",
        "ningde",
        "three-factor",
        "three-factor-rates",
        "tongchuan-return",
    }
    assert {name for name, pack in PACKS.items() if not pack.in_menu} == FOREIGN


@pytest.mark.parametrize(("name", "place"), EXAMPLES)
def test_an_example_comes_out_as_it_says(name, place):
    pack = PACKS[name]
    assert differences(pack, pack.examples[place]) == []


@pytest.mark.parametrize(("name", "place"), EXAMPLES)
def test_an_example_that_says_something_else_is_told(name, place):
    document = raw(name)
    expect = document["examples"][place]["expect"]
    party = next(iter(expect["by_party"]))
    expect["by_party"][party] += 1
    expect["base_fen"] += 1
    pack = read_pack(document)
    assert [field for field, _, _ in differences(pack, pack.examples[place])] == ["by_party", "base_fen"]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_meets_the_schema_and_says_where_it_is_from(name):
    document = raw(name)
    CHECK.validate(document)
    pack = PACKS[name]
    assert pack.source.document.zh
    assert (ROOT / f"allocation/sharing/packs/{name}.json").read_text("utf-8").endswith("}\n")
    unsure = [one.unverified for one in pack.settings]
    unsure += [one.get("unverified", False) for one in pack.formula.get("settings", {}).values()]
    assert not any(unsure) or pack.source.unverified


@pytest.mark.parametrize(
    "change",
    [
        {"format": "yipanqi.pack/2"},
        {"id": "Three"},
        {"kind": "law"},
        {"more": 1},
        {"terms": {}},
        {"examples": []},
        {"in_menu": "yes"},
        {"formula": {"inputs": {}, "steps": [], "result": "paid", "base": "tax"}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change):
    document = raw("three-factor") | change
    assert not CHECK.is_valid(document)
    with pytest.raises(PackError):
        read_pack(document)


def test_three_factor_ratios_are_exact_and_money_is_whole():
    found = compute(case("three-factor"))
    ratios = found.figures["ratio"]
    assert ratios == {
        "head": 0,
        "department": Fraction(2, 5),
        "branch1": Fraction(1, 5),
        "branch2": Fraction(2, 5),
    }
    facts = case("three-factor")
    facts["inputs"]["payroll"] = dict.fromkeys(("department", "branch1", "branch2"), 0)
    with pytest.raises(FormulaError, match="by_zero") as caught:
        compute(facts)
    assert caught.value.field == "formula.steps[0].ratio"


def test_a_case_names_a_pack_for_its_formula():
    facts = case("default-three-seven") | {"formula": "default-three-seven"}
    assert compute(resolved(facts, PACKS)).by_party == {"origin": 3_000_000_000, "host": 7_000_000_000}
    own = case("default-three-seven")
    assert resolved(own, PACKS) is own
    for name in ("ningde", "nothing"):
        with pytest.raises(PackError, match="unknown_pack"):
            resolved({"formula": name}, PACKS)


def test_which_side_gets_three_is_a_setting():
    facts = case("default-three-seven") | {"settings": {"origin_parts": 7, "host_parts": 3}}
    assert compute(facts).by_party == {"origin": 7_000_000_000, "host": 3_000_000_000}


def test_every_part_of_an_expected_formula_is_compared():
    found = compute(case("fpic"))
    wrong = formula_differences(
        {
            "lines": 24,
            "figures": {"index": {"a": "0.425", "b": 1}, "levied": 831875000},
            "rounded": {"constant": "0.54827306", "coefficient": {"b": "1.451727"}},
        },
        found,
    )
    assert [field for field, _, _ in wrong] == ["lines", "figures.index.b", "rounded.constant"]
    assert wrong[2][1:] == ("0.54827306", "10965461/20000000")
    for expect in (
        {"rows": 3},
        {"figures": {"nothing": 1}},
        {"figures": {"index": {"z": 1}}},
        {"figures": {"index": 1}},
    ):
        with pytest.raises(PackError):
            formula_differences(expect, found)


def test_settings_are_laid_over_the_terms():
    pack = PACKS["beijing-tianjin-hebei"]
    changed = pack.terms_with({"/entry/before_fen/0": 7, "/years": 3})
    assert changed["entry"]["before_fen"][0] == 7
    assert changed["years"] == 3
    assert pack.at("/entry/before_fen/0") == 2_000_000_000
    for pointer in ("/entry/none", "/shares/9/ratio_bp", "/years/1", "/shares/x"):
        with pytest.raises(PackError, match="nowhere"):
            pack.terms_with({pointer: 1})


BOTH = {"zh": "词", "en": "words"}


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("ningde", {"laws": {"split": {}}}, "laws.origin"),
        ("ningde", {"laws": {"split": 1, "origin": 1}}, "laws.split"),
        ("ningde", {"laws": dict.fromkeys(("split", "origin"), BOTH | {"holds": 1})}, "laws.split.holds"),
        ("ningde", {"zh": " "}, "pack.zh"),
        ("ningde", {"formula": {}}, "pack.formula"),
        ("ningde", {"source": BOTH | {"date": 1, "article": BOTH, "unverified": []}}, "source.date"),
        ("ningde", {"source": BOTH | {"date": "", "article": BOTH, "unverified": 1}}, "source.unverified"),
        ("ningde", {"settings": 1}, "settings"),
        ("ningde", {"settings": [BOTH]}, "settings[0].illustrative"),
        (
            "ningde",
            {"settings": [BOTH | {"pointer": "", "unit": "fen", "illustrative": True, "unverified": True}]},
            "settings[0].pointer",
        ),
        (
            "ningde",
            {
                "settings": [
                    BOTH | {"pointer": "/no", "unit": "fen", "illustrative": True, "unverified": True}
                ]
            },
            "terms",
        ),
        ("ningde", {"examples": [1]}, "examples[0]"),
        (
            "ningde",
            {"examples": [BOTH | {"illustrative": True, "case": 1, "expect": {}}]},
            "examples[0].case",
        ),
        (
            "ningde",
            {"examples": [BOTH | {"illustrative": True, "case": {}, "expect": {}, "settings": {"/no": 1}}]},
            "terms",
        ),
        ("three-factor", {"formula": {}}, "formula.base"),
    ],
)
def test_a_pack_is_refused_naming_the_field(name, change, field):
    with pytest.raises(PackError) as caught:
        read_pack(raw(name) | change)
    assert caught.value.field == field


def test_a_pack_is_an_object_of_a_kind():
    with pytest.raises(PackError, match="not_an_object"):
        read_pack([])
    assert {kind.zh for kind in PackKind} == {"协议条款", "计算公式"}


def test_nothing_is_lost_by_writing_a_pack_again():
    for name in PACKS:
        assert read_pack(json.loads(json.dumps(raw(name)))) == PACKS[name]
