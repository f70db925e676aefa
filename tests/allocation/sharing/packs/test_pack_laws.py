"""Two laws for every pack: nobody gains by cutting a project in two, or by registering its origin falsely.

A published rule that fails one is named here with a case that shows it; a pack says the same of itself.
"""

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.sharing.formulas import compute
from allocation.sharing.packs import LawName
from tests.allocation.sharing.packs.shelf import PACKS, case, formula, shares

FEW = settings(max_examples=30, deadline=None)
FENS = st.integers(-(10**12), 10**12)
WAN = 1_000_000

SPLIT_FAILS = {
    "beijing-tianjin-hebei",
    "fixed-ratio",
    "fpic",
    "kunming-enclave",
    "kunming-transfer",
    "meadowlands",
    "minnesota-473f",
    "ningde",
}
ORIGIN_FAILS = {
    "default-three-seven",
    "fixed-ratio",
    "kunming-enclave",
    "kunming-transfer",
    "ningde",
    "tongchuan-return",
}


@pytest.mark.parametrize(("law", "fails"), [(LawName.splitting, SPLIT_FAILS), (LawName.origin, ORIGIN_FAILS)])
def test_a_pack_says_of_itself_which_law_it_fails(law, fails):
    assert {name for name, pack in PACKS.items() if not pack.laws[law].holds} == fails
    for pack in PACKS.values():
        words = pack.laws[law].reason
        assert words.zh.startswith("不成立") is words.en.startswith("fails") is not pack.laws[law].holds


# -- cutting in two: where the law holds -------------------------------------------------------------------


def cut(facts, party, columns, part):
    """The same case with a party parted, the second part right after the first, in these columns."""
    found = copy.deepcopy(facts)
    place = next(i for i, one in enumerate(found["parties"]) if one["id"] == party)
    found["parties"].insert(place + 1, found["parties"][place] | {"id": "cut", "name": "cut"})
    for name, values in found["inputs"].items():
        if isinstance(values, dict):
            values["cut"] = values[party]
            if name in columns:
                values["cut"] = round(values[party] * part)
                values[party] -= values["cut"]
    return found


@FEW
@given(
    st.sampled_from(["three-factor", "three-factor-rates"]),
    st.sampled_from(["department", "branch1", "branch2"]),
    st.integers(1, 99),
    st.integers(0, 10**10),
)
def test_three_factors_a_parted_branch_gains_nothing(name, party, part, amount):
    facts = case(name)
    facts["inputs"]["tax" if name == "three-factor" else "income"] = amount
    before = compute(facts).by_party
    after = compute(cut(facts, party, {"revenue", "payroll", "assets"}, Fraction(part, 100))).by_party
    after[party] += after.pop("cut")
    assert all(abs(after[one] - before[one]) <= 2 for one in before)


@FEW
@given(FENS, FENS)
def test_default_three_seven_a_parted_amount_gains_nothing(first, second):
    one, two, both = (
        formula("default-three-seven", amount=fen).by_party for fen in (first, second, first + second)
    )
    assert all(abs(one[party] + two[party] - both[party]) <= 1 for party in both)


@FEW
@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 100))
def test_tongchuan_a_parted_project_returns_no_more(first, second, score):
    one, two, both = (
        formula(
            "tongchuan-return",
            retained={"park1": fen, "park2": 0},
            score={"park1": score, "park2": score},
        ).by_party
        for fen in (first, second, first + second)
    )
    assert abs(one["park1"] + two["park1"] - both["park1"]) <= 1


# -- cutting in two: where a published rule fails, by name -------------------------------------------------


def test_minnesota_fails_a_town_of_uneven_wealth_gains_by_parting():
    whole = formula("minnesota-473f")
    facts = cut(case("minnesota-473f"), "b", {"growth", "population"}, Fraction(1, 2))
    facts["inputs"]["capacity"] |= {"b": 10_000_000, "cut": 6_000_000}  # 80,000 on average, as before
    parted = compute(facts)
    assert parted.figures["average"] == whole.figures["average"]
    assert parted.by_party["b"] + parted.by_party["cut"] > whole.by_party["b"] + 9 * WAN


def test_meadowlands_fails_a_falling_half_is_compensated_and_a_rising_one_not_charged():
    facts = case("meadowlands")
    facts["inputs"] |= {"fund": 10**9, "last_year": {"a": -25_450_000, "b": 14_500_000, "c": 10_950_000}}
    whole = compute(facts)
    assert whole.base == 0
    parted = cut(facts, "c", {"base_value", "acres", "due_1", "due_2", "due_3"}, Fraction(1, 2))
    for year in (1, 2, 3):  # all growth since the base year is in one half
        values = parted["inputs"][f"value_{year}"]
        values["cut"] = parted["inputs"]["base_value"]["cut"]
        values["c"] -= values["cut"]
    parted["inputs"]["last_year"] |= {"c": 5_475_000, "cut": 5_475_000}
    found = compute(parted)
    assert found.by_party["c"] + found.by_party["cut"] == whole.by_party["c"] + found.base
    assert found.base > 50_000


def test_fpic_fails_the_rich_half_of_a_parted_union_stops_at_the_ceiling():
    facts = case("fpic")
    facts["inputs"] |= {"potential": facts["inputs"]["potential"] | {"a": 6_075_000_00}}
    facts["inputs"]["resources"]["a"] = 240_000_000
    whole = compute(facts)
    assert whole.by_party["a"] == 31_875_000 < whole.figures["ceiling"]["a"]
    parted = cut(facts, "a", {"population", "potential", "resources"}, Fraction(1, 2))
    parted["inputs"]["potential"] |= {"a": 6_075_000_00 - 2_025_000_00, "cut": 2_025_000_00}
    found = compute(parted)
    assert found.by_party["a"] + found.by_party["cut"] < whole.by_party["a"] - 10 * WAN


def test_beijing_tianjin_hebei_fails_two_halves_stay_below_the_floor():
    whole = case("beijing-tianjin-hebei")
    half = copy.deepcopy(whole)
    half["terms"][0]["entry"]["before_fen"] = [fen // 2 for fen in whole["terms"][0]["entry"]["before_fen"]]
    for receipt in half["receipts"]:
        receipt["retained_fen"] //= 2
    assert shares(whole)["110000"] == 7_500 * WAN
    assert 2 * shares(half)["110000"] == 0
    assert 2 * shares(half)["130000"] == sum(shares(whole).values())


def later_half(name, years):
    """What the origin gets of a case as one project, and as two of which one is registered years later.

    Both ways the same is paid on the same days; only what belongs to which project differs.
    """
    whole = case(name)
    for receipt in whole["receipts"]:
        receipt["retained_fen"] = 200 * WAN
    whole |= {"outside_term": "tell", "indicators": []}
    whole.pop("expect", None)
    first = copy.deepcopy(whole)
    later = copy.deepcopy(whole)
    later["receipts"] = [
        one | {"ticket": f"late {one['ticket']}", "paid_on": f"{int(one['paid_on'][:4]) + years}-06-01"}
        for one in whole["receipts"]
    ]
    last = max(one["paid_on"] for one in later["receipts"])[:7]
    together = copy.deepcopy(whole) | {"receipts": whole["receipts"] + later["receipts"], "through": last}
    later["through"] = first["through"] = last
    origin = whole["terms"][0]["origin"]
    return shares(together)[origin], shares(first)[origin] + shares(later)[origin]


@pytest.mark.parametrize("name", ["fixed-ratio", "ningde", "kunming-transfer"])
def test_a_term_from_the_first_tax_fails_a_later_half_starts_a_term_of_its_own(name):
    one_project, two_projects = later_half(name, 6)
    assert two_projects > one_project


@FEW
@given(
    st.lists(st.integers(0, 10**10), min_size=1, max_size=4),
    st.integers(0, 10),
    st.sampled_from(["ningde", "kunming-transfer"]),
)
def test_within_one_term_a_parted_project_gains_at_most_a_fen_a_line(amounts, tenths, name):
    whole = case(name)
    whole |= {"indicators": [], "through": "2024-12"}
    year = int(whole["receipts"][0]["paid_on"][:4])
    parts = []
    for take in (lambda fen: fen, lambda fen: fen * tenths // 10, lambda fen: fen - fen * tenths // 10):
        several = [
            {"ticket": f"{n}", "paid_on": f"{year}-{n + 1:02}-01", "tax": "vat", "retained_fen": take(fen)}
            for n, fen in enumerate(amounts)
        ]
        parts.append(shares(copy.deepcopy(whole) | {"receipts": several, "events": []}))
    together, one, two = parts
    assert all(abs(one.get(code, 0) + two.get(code, 0) - fen) <= 1 for code, fen in together.items())


def test_kunming_enclave_fails_incentives_put_into_one_half_stop_at_its_base():
    whole = case("kunming-enclave")
    whole["incentives"][0]["fen"] = 300 * WAN
    halves = []
    for fen in (100 * WAN, 455_200_000):
        half = copy.deepcopy(whole)
        half["receipts"][0]["retained_fen"] = fen
        half["incentives"] = whole["incentives"] if fen == 100 * WAN else []
        halves.append(shares(half)["530129"])
    assert shares(whole)["530129"] == 127_600_000
    assert halves == [0, 227_600_000]


# -- a false origin ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(PACKS) - ORIGIN_FAILS - {"beijing-tianjin-hebei"}))
def test_a_rule_that_asks_for_no_origin_cannot_be_told_a_false_one(name):
    asked = {*PACKS[name].formula.get("roles", {}), *PACKS[name].formula["inputs"]}
    assert asked
    assert not asked & {"origin", "host", "first", "park"}
    facts = case(name)
    before = compute(facts).by_party
    roles = [one.get("role") for one in facts["parties"]]
    if not any(roles):  # whoever stands first in the file gains no more than a fen by it
        facts["parties"].reverse()
        after = compute(facts).by_party
        assert all(abs(after[one] - before[one]) <= 2 for one in before)


def test_beijing_tianjin_hebei_a_place_without_the_tax_before_gets_nothing():
    facts = case("beijing-tianjin-hebei")
    facts["terms"][0]["entry"]["before_fen"] = [0, 0, 0]
    assert shares(facts)["110000"] == 0


@pytest.mark.parametrize("name", ["fixed-ratio", "kunming-enclave", "kunming-transfer", "ningde"])
def test_an_agreement_fails_whoever_is_registered_as_the_origin_gets_the_share(name):
    facts = case(name)
    true_origin = facts["terms"][0]["origin"]
    false = json.loads(json.dumps(facts).replace(true_origin, "999999"))
    assert shares(false).get(true_origin, 0) == 0
    assert shares(false)["999999"] == shares(facts)[true_origin] > 0


def test_kunming_transfer_fails_another_type_gives_another_share():
    pack = PACKS["kunming-transfer"]
    found = []
    for place in range(len(pack.examples)):
        facts = case("kunming-transfer", place)
        facts["receipts"][0]["retained_fen"] = 100 * WAN
        found.append(shares(facts)["530102"] // WAN)
    assert found == [50, 30, 60, 80]


def test_default_three_seven_fails_the_side_of_seven_gains_four_tenths():
    facts = case("default-three-seven")
    before = compute(facts).by_party
    for party, role in zip(facts["parties"], ("host", "origin"), strict=True):
        party["role"] = role
    assert compute(facts).by_party["origin"] - before["origin"] == before["host"] - before["origin"]


def test_tongchuan_fails_the_park_of_the_higher_rate_returns_twice_as_much():
    score = {"park1": 90, "park2": 90}
    here, there = (
        formula("tongchuan-return", retained={"park1": a, "park2": b}, score=score).by_party
        for a, b in ((100 * WAN, 0), (0, 100 * WAN))
    )
    assert (here["park1"], there["park2"]) == (90 * WAN, 45 * WAN)
