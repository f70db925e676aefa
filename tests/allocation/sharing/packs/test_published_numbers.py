"""The numbers that were published, and models written apart from the engine."""

import json
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.sharing.formulas import compute
from tests.allocation.sharing.packs.shelf import PACKS, ROOT, case, formula

WAN = 1_000_000
GOLDEN = {"G02": "three-factor", "G03": "three-factor-rates", "G10": "minnesota-473f", "G14": "fpic"}
FEW = settings(max_examples=30, deadline=None)


def golden(name):
    return json.loads((ROOT / f"tests/golden/share/{name}.json").read_text("utf-8"))


@pytest.mark.parametrize(("name", "pack"), GOLDEN.items())
def test_a_golden_case_carries_the_formula_of_its_pack(name, pack):
    facts = golden(name)
    assert facts["formula"] == PACKS[pack].formula
    found = compute(facts)
    assert found.by_party == facts["expect"]["by_party"]
    assert found.base == facts["expect"]["base_fen"] == sum(found.by_party.values())


def test_g02_g03_three_factors():
    assert [part / WAN for part in compute(golden("G02")).by_party.values()] == [50, 20, 10, 20]
    found = compute(golden("G03"))
    assert [part / WAN for part in found.by_party.values()] == [105, 42, 21, 42]
    assert [int(part) / WAN for part in found.figures["own_tax"].values()] == [125, 50, 15, 20]
    assert found.base == 210 * WAN


def test_g10_pooled_growth():
    found = compute(golden("G10"))
    assert (found.base / WAN, [part / WAN for part in found.by_party.values()]) == (600, [100, 300, 200])
    assert found.figures["average"] == 85_000 * 100
    assert sum(found.figures["net"].values()) == 0


def test_g14_population_coefficient():
    figures = compute(golden("G14")).figures
    assert round(figures["constant"], 8) == Fraction("0.54827305")
    assert [round(one, 6) for one in figures["coefficient"].values()] == [1, Fraction("1.451727"), 2]


@pytest.mark.parametrize(("heads", "expected"), [(1, 1), (7_500, 1), (500_000, 2), (2_000_000, 2)])
def test_the_coefficient_ends_at_1_and_2(heads, expected):
    found = formula("fpic", population={"a": heads, "b": 50_000, "c": 500_000})
    assert found.figures["coefficient"]["a"] == expected


@FEW
@given(st.integers(7_501, 499_999))
def test_the_coefficient_agrees_with_the_logarithm_of_decimals(heads):
    with localcontext(prec=40):
        wanted = 1 + (Decimal(heads) / 7_500).log10() / (Decimal(500_000) / 7_500).log10()
    found = formula("fpic", population={"a": heads, "b": 50_000, "c": 500_000}).figures["coefficient"]["a"]
    assert abs(found - Fraction(wanted)) < Fraction(1, 10**24)


THREE = st.tuples(*[st.integers(-500, 900)] * 3)
HEADS = st.tuples(*[st.integers(1, 900)] * 3)


def named(values, times=1):
    return {name: value * times for name, value in zip("abc", values, strict=True)}


@FEW
@given(THREE, HEADS, HEADS, st.tuples(*[st.integers(1, 4)] * 3))
def test_pooled_growth_agrees_with_a_model(growth, heads, capacity, quarters):
    found = formula(
        "minnesota-473f",
        growth=named(growth, WAN),
        population=named(heads),
        capacity=named(capacity, WAN),
        inside={name: f"{part}/4" for name, part in named(quarters).items()},
    )
    pool = sum(max(0, one) for one in growth) * WAN * 2 // 5
    average = Fraction(sum(p * c for p, c in zip(heads, capacity, strict=True)), sum(heads))
    index = [p * average / c * q / 4 for p, c, q in zip(heads, capacity, quarters, strict=True)]
    assert found.base == pool
    for part, one in zip(found.by_party.values(), index, strict=True):
        assert abs(part - pool * one / sum(index)) < 1
    for paid, one in zip(found.figures["contributed"].values(), growth, strict=True):
        assert abs(paid - Fraction(2, 5) * max(0, one) * WAN) < 1


@FEW
@given(st.tuples(*[st.integers(0, 10**9)] * 3), st.integers(0, 10**11), HEADS, HEADS)
def test_three_factors_agree_with_a_model(revenue, tax, payroll, assets):
    if not sum(revenue):
        return
    names = ("department", "branch1", "branch2")
    columns = {
        name: dict(zip(names, values, strict=True))
        for name, values in (("revenue", revenue), ("payroll", payroll), ("assets", assets))
    }
    found = formula("three-factor", tax=tax, **columns).by_party
    assert abs(found["head"] - Fraction(tax, 2)) < 1
    for name, r, p, a in zip(names, revenue, payroll, assets, strict=True):
        ratio = (
            Fraction(35 * r, sum(revenue)) + Fraction(35 * p, sum(payroll)) + Fraction(30 * a, sum(assets))
        )
        assert abs(found[name] - tax * ratio / 200) < 1


@FEW
@given(THREE, THREE, THREE, HEADS, st.integers(0, 10**8))
def test_averaged_payments_agree_with_a_model(first, second, last_year, acres, fund):
    found = formula(
        "meadowlands",
        base_value=named((0, 0, 0)),
        **{f"value_{year}": named(values, WAN) for year, values in ((1, first), (2, second), (3, first))},
        acres=named(acres),
        last_year=named(last_year, WAN),
        fund=fund,
    )
    due = (0, 15_000_000, 12_000_000)
    average = [
        (Fraction(8, 1000) * WAN * (2 * one + two)) / 3 - d
        for one, two, d in zip(first, second, due, strict=True)
    ]
    surplus = sum(average)
    drops = []
    for name, own, area, last in zip("abc", average, acres, last_year, strict=True):
        payment = own - surplus * area / sum(acres)
        assert abs(found.figures["payment"][name] - payment) < 4
        drops.append(max(0, last * WAN + payment - abs(last) * WAN * Fraction(1, 20)))
    assert sum(found.figures["payment"].values()) == 0
    assert abs(found.base - min(fund, sum(drops))) < 16
    assert 0 <= found.base <= fund
    for relief, drop in zip(found.figures["relief"].values(), drops, strict=True):
        assert relief == 0 or abs(relief - drop * found.base / sum(drops)) < 16


def test_a_drop_of_five_per_cent_is_borne():
    last = {"a": 0, "b": 20_000_000, "c": 0}
    for receipt, relief in ((19_000_000, 0), (18_999_900, 100)):
        found = formula(
            "meadowlands",
            last_year=last,
            fund=10**9,
            **{f"value_{year}": case("meadowlands")["inputs"]["base_value"] for year in (1, 2, 3)},
            **{f"due_{year}": {"a": -receipt, "b": receipt, "c": 0} for year in (1, 2, 3)},
        )
        assert (found.figures["payment"]["b"], found.figures["relief"]["b"]) == (-receipt, relief)


def test_a_negative_index_levies_nothing_and_the_ceiling_holds():
    found = formula("fpic")
    assert (found.by_party["b"], found.figures["index"]["b"]) == (0, 0)
    assert found.by_party["c"] == found.figures["ceiling"]["c"] < found.figures["levy"]["c"]
    assert sum(found.figures["levy"].values()) == case("fpic")["inputs"]["target"]


@pytest.mark.parametrize(("year", "score", "returned"), [(5, 90, 72), (6, 90, 0), (1, 120, 80), (1, -5, 0)])
def test_a_return_ends_with_its_years_and_follows_the_score(year, score, returned):
    found = formula("tongchuan-return", year=year, score={"park1": score, "park2": 0})
    assert (found.by_party["park1"] / WAN, found.by_party["park2"]) == (returned, 0)
    assert sum(found.by_party.values()) == found.base == 140 * WAN
