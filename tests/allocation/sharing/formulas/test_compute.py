from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.sharing.formulas import FormulaError, compute
from allocation.sharing.formulas.errors import Fault
from tests.allocation.sharing.formulas.samples import ROLES, case, formula, named

PAIRS = st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 60)), min_size=1, max_size=8)
WEIGHTS = PAIRS.map(lambda pairs: {f"p{place}": Fraction(*pair) for place, pair in enumerate(pairs)})
FEW = settings(max_examples=50, deadline=None)


def as_text(weights):
    return {name: f"{weight.numerator}/{weight.denominator}" for name, weight in weights.items()}


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10000, {"a": 1, "b": 1, "c": 1}, [3334, 3333, 3333]),
        (10001, {"a": 5, "b": 5}, [5001, 5000]),
        (-10000, {"a": 1, "b": 1, "c": 1}, [-3333, -3333, -3334]),
        (123456789, {"a": "0.40", "b": "7/20", "c": "0.25"}, [49382716, 43209876, 30864197]),
        (0, {"a": 0, "b": 0}, [0, 0]),
    ],
)
def test_money_is_divided_by_largest_remainder(total, weights, parts):
    found = compute(case(total, weights))
    assert list(found.by_party.values()) == parts
    assert found.base == total


@FEW
@given(st.integers(-(2**53) + 1, 2**53 - 1), WEIGHTS)
def test_parties_sum_to_the_base_and_are_within_a_fen(total, weights):
    whole = sum(weights.values())
    if not whole:
        return
    found = compute(case(total, as_text(weights)))
    assert sum(found.by_party.values()) == found.base == total
    for name, weight in weights.items():
        assert abs(found.by_party[name] - total * weight / whole) < 1


@FEW
@given(st.integers(0, 10**9), WEIGHTS, st.integers(2, 9))
def test_scaling_money_scales_shares_within_a_fen_each(total, weights, times):
    if not any(weights.values()):
        return
    one, many = (compute(case(amount, as_text(weights))) for amount in (total, total * times))
    for name, part in one.by_party.items():
        assert abs(many.by_party[name] - times * part) <= times


def test_instalments_add_up_and_ties_go_to_the_earlier_day():
    steps = [
        *formula()["steps"],
        {"name": "pay", "zh": "期", "en": "pay", "instalments": "part", "on": ["05-15", "08-15", "11-15"]},
    ]
    found = compute(case(10001, {"a": 1, "b": 0}, formula=formula(steps=steps)))
    days = [found.figures[f"pay {day}"] for day in ("05-15", "08-15", "11-15")]
    assert [day["a"] for day in days] == [3334, 3334, 3333]
    assert [day["b"] for day in days] == [0, 0, 0]
    assert found.lines[-2].en.endswith("= part ÷ 3 = 05-15 33.34, 08-15 33.34, 11-15 33.33 = 100.01")


def test_figures_are_exact():
    steps = [
        {"name": "third", "zh": "三", "en": "third", "unit": "number", "is": ["/", "total", 3]},
        {
            "name": "own",
            "zh": "己",
            "en": "own",
            "unit": "number",
            "each": True,
            "is": ["*", "third", "weight"],
        },
        *formula()["steps"],
    ]
    found = compute(case(100, {"a": 1, "b": "1/7"}, formula=formula(steps=steps)))
    assert found.figures["third"] == Fraction(100, 3)
    assert found.figures["own"] == {"a": Fraction(100, 3), "b": Fraction(100, 21)}


def by_role():
    return formula(
        roles=ROLES,
        inputs=formula()["inputs"] | {"weight": named(each=True, roles=["branch"])},
        settings={"head_part": named(default="1/2"), "set": named()},
        steps=[
            {
                "name": "part",
                "zh": "份",
                "en": "part",
                "apportion": "total",
                "by": {"by_role": {"head": "head_part", "branch": ["*", "set", "weight"]}},
            }
        ],
    )


def roles_case(**changes):
    facts = {
        "formula": by_role(),
        "parties": [{"id": "h", "role": "head"}, {"id": "b", "role": "branch"}],
        "inputs": {"total": 1000, "weight": {"b": 1}},
        "settings": {"set": "1/2"},
    }
    return facts | changes


def test_roles_and_settings():
    assert compute(roles_case()).by_party == {"h": 500, "b": 500}
    assert compute(roles_case(settings={"set": "3/2", "head_part": "0.5"})).by_party == {"h": 250, "b": 750}


@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"parties": []}, "parties", Fault.not_a_list),
        ({"parties": {}}, "parties", Fault.not_a_list),
        ({"parties": ["h"]}, "parties[0]", Fault.not_a_party),
        ({"parties": [{"id": "h", "role": "head", "colour": 1}]}, "parties[0]", Fault.not_a_party),
        ({"parties": [{"role": "head"}]}, "parties[0].id", Fault.not_text),
        ({"parties": [{"id": " ", "role": "head"}]}, "parties[0].id", Fault.not_text),
        ({"parties": [{"id": "x" * 81, "role": "head"}]}, "parties[0].id", Fault.not_text),
        ({"parties": [{"id": "h", "role": "head", "name": 7}]}, "parties[0].name", Fault.not_text),
        ({"parties": [{"id": "h", "role": "chief"}]}, "parties[0].role", Fault.unknown_role),
        ({"parties": [{"id": "h"}]}, "parties[0].role", Fault.unknown_role),
        ({"parties": [{"id": "h", "role": ["head"]}]}, "parties[0].role", Fault.unknown_role),
        ({"parties": [{"id": "h", "role": "head"}] * 2}, "parties[1].id", Fault.named_twice),
        ({"inputs": []}, "inputs", Fault.not_an_object),
        ({"inputs": {"total": 1}}, "inputs.weight", Fault.missing),
        ({"inputs": {"total": 1, "weight": {}}}, "inputs.weight.b", Fault.missing),
        ({"inputs": {"total": 1, "weight": 7}}, "inputs.weight", Fault.not_an_object),
        ({"inputs": {"total": 1, "weight": {"b": 1, "h": 1}}}, "inputs.weight.h", Fault.not_asked),
        ({"inputs": {"total": 1, "weight": {"b": 1}, "x": 1}}, "inputs.x", Fault.not_asked),
        ({"inputs": {"total": "0.5", "weight": {"b": 1}}}, "inputs.total", Fault.not_whole_fen),
        ({"inputs": {"total": 1.0, "weight": {"b": 1}}}, "inputs.total", Fault.a_float),
        ({"inputs": {"total": 1, "weight": {"b": float("nan")}}}, "inputs.weight.b", Fault.a_float),
        ({"inputs": {"total": 2**53, "weight": {"b": 1}}}, "inputs.total", Fault.too_large),
        ({"inputs": {"total": "1e3", "weight": {"b": 1}}}, "inputs.total", Fault.not_a_number),
        ({"inputs": {"total": 1, "weight": {"b": -1}}}, "formula.steps[0].part.by", Fault.negative_weight),
        ({"settings": {}}, "settings.set", Fault.must_be_set),
        ({"settings": {"set": 1, "other": 1}}, "settings.other", Fault.not_asked),
        ({"settings": {"set": 0, "head_part": 0}}, "formula.steps[0].part.by", Fault.no_weight),
        ({"formula": None}, "formula", Fault.not_an_object),
    ],
)
def test_a_case_is_refused_naming_the_field(changes, field, fault):
    with pytest.raises(FormulaError) as caught:
        compute(roles_case(**changes))
    assert caught.value.field == field
    assert caught.value.fault is fault


def test_a_formula_whose_parties_miss_the_base_is_refused():
    steps = [
        {"name": "half", "zh": "半", "en": "half", "unit": "fen", "is": ["round", ["/", "total", 2]]},
        {"name": "part", "zh": "份", "en": "part", "apportion": "half", "by": "weight"},
    ]
    with pytest.raises(FormulaError, match=r"sum_is_not_base .*50.*100"):
        compute(case(100, formula=formula(steps=steps)))
    assert compute(case(100, formula=formula(steps=steps, base="half"))).base == 50


@pytest.mark.parametrize(
    ("expression", "fault"),
    [(["/", "total", 3], Fault.not_rounded), (["*", "total", 2**30], Fault.too_large)],
)
def test_what_is_paid_out_is_whole_fen(expression, fault):
    steps = [{"name": "part", "zh": "份", "en": "part", "apportion": expression, "by": "weight"}]
    with pytest.raises(FormulaError, match=f": {fault.value}\\b"):
        compute(case(2**24 + 1, formula=formula(steps=steps)))


def test_a_sum_serves_every_party():
    ratio = {
        "name": "ratio",
        "zh": "占比",
        "en": "ratio",
        "unit": "ratio",
        "each": True,
        "is": ["/", "weight", ["sum", "weight"]],
    }
    found = compute(case(100, {"a": 1, "b": 3}, formula=formula(steps=[ratio, *formula()["steps"]])))
    assert found.figures["ratio"] == {"a": Fraction(1, 4), "b": Fraction(3, 4)}
