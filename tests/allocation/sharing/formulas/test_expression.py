from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.documents import Oddity, Strange
from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.expression import Known, Scope, evaluate, log10, read_expression

KNOWN = Known({"x": False, "y": False, "each": True}, ("head", "branch"))
NUMBERS = st.integers(-50, 50)


def value(raw, party=0, **single):
    scope = Scope(
        {"x": Fraction(7), "y": Fraction(-2), **single},
        {"each": (Fraction(1), Fraction(2), Fraction(4))},
        ("head", "branch", "branch"),
    )
    return evaluate(read_expression(raw, KNOWN, "f", each=True), scope, party, "f")


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (40, 40),
        ("0.35", Fraction(7, 20)),
        ("1/3", Fraction(1, 3)),
        ("-2/4", Fraction(-1, 2)),
        ("x", 7),
        (["+", "x", "y", 1], 6),
        (["-", "x", "y", 1], 8),
        (["-", "x"], -7),
        (["*", "x", "y", 2], -28),
        (["/", "x", "y"], Fraction(-7, 2)),
        (["min", "x", "y", 0], -2),
        (["max", "x", "y", 0], 7),
        (["sum", "each"], 7),
        (["sum", ["*", "each", 2]], 14),
        (["sum", {"by_role": {"head": 100, "branch": "each"}}], 106),
        (["round", "1/2"], 1),
        (["round", "-1/2"], 0),
        (["round", "-0.51"], -1),
        (["round", "2.49"], 2),
        (["if_at_least", "x", 7, 1, 2], 1),
        (["if_at_least", "x", "7.01", 1, 2], 2),
        (["if_at_least", 0, 1, ["/", 1, 0], 5], 5),
        (["log10", 1000, 3], 3),
        (["log10", 2, 5], Fraction("0.30103")),
        (["log10", "1/8", 5], Fraction("-0.90309")),
    ],
)
def test_what_an_operation_gives(raw, found):
    assert value(raw) == found


def test_a_choice_by_role_is_the_partys_own():
    raw = {"by_role": {"head": "x", "branch": "each"}}
    assert [value(raw, party) for party in range(3)] == [7, 2, 4]


@given(NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_is_that_of_fractions(a, b, c):
    raw = ["+", ["*", a, b], ["-", c], ["-", ["/", a, 7], "1/3"]]
    assert value(raw) == a * b - c + Fraction(a, 7) - Fraction(1, 3)


def test_the_logarithm_has_the_stated_digits():
    two = Fraction("0.30102999566398119521373889472449302676818988146210854131")
    three = Fraction("0.47712125471966243729502790325511530920012886419069586482")
    assert log10(Fraction(500_000, 7_500), 28, "f") == round(2 + two - three, 28)
    for digits in (1, 8, 50):
        found = log10(Fraction(3), digits, "f")
        assert (found * 10**digits).denominator == 1
        assert abs(found - Fraction(Decimal(3).log10())) <= Fraction(1, 10 ** min(digits, 27))


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("unknown", Fault.unknown_name),
        (["%", 1, 2], Fault.unknown_operation),
        ([], Fault.unknown_operation),
        ([1, 2], Fault.unknown_operation),
        (["/", 1], Fault.wrong_count),
        (["-"], Fault.wrong_count),
        (["sum", "each", "each"], Fault.wrong_count),
        (["sum", ["*", 2, ["sum", "each"]]], Fault.sum_in_sum),
        (["sum", {"by_role": {"head": 1, "branch": ["sum", "each"]}}], Fault.sum_in_sum),
        (["log10", 2, 0], Fault.log_digits),
        (["log10", 2, 51], Fault.log_digits),
        (["log10", 2, "x"], Fault.log_digits),
        ({"by_role": {"head": 1}}, Fault.every_role),
        ({"by_role": {"head": 1, "branch": 1, "x": 1}}, Fault.every_role),
        ({"by_role": 1}, Fault.not_by_role),
        ({"by": {}}, Fault.not_by_role),
        (0.35, Fault.a_float),
        (float("nan"), Fault.a_float),
        (Strange("1e3", Oddity.float), Fault.a_float),
        (Strange("9" * 30, Oddity.out_of_range), Fault.not_a_number),
        (True, Fault.not_a_number),
        (None, Fault.not_a_number),
        ("9007199254740992", Fault.too_large),
        (2**53, Fault.too_large),
        (["/", "x", ["+", "y", 2]], Fault.by_zero),
        (["log10", "y", 5], Fault.log_of_nothing),
        (["log10", 0, 5], Fault.log_of_nothing),
    ],
)
def test_what_is_refused(raw, fault):
    with pytest.raises(FormulaError, match=f": {fault.value}\\b") as caught:
        value(raw)
    assert caught.value.field == "f"


def test_a_partys_figure_wants_a_party():
    with pytest.raises(FormulaError, match="wants_sum"):
        read_expression(["+", "each", 1], KNOWN, "f", each=False)
    with pytest.raises(FormulaError, match="every_role"):
        read_expression({"by_role": {"head": 1, "branch": 1}}, KNOWN, "f", each=False)
    read_expression(["sum", "each"], KNOWN, "f", each=False)


def test_nesting_and_powers_of_powers_end():
    deep = 1
    for _ in range(25):
        deep = ["-", deep]
    with pytest.raises(FormulaError, match="too_deep"):
        value(deep)
    assert value(deep[1]) == 1
    with pytest.raises(FormulaError, match="too_long"):
        value(["*"] + ["x"] * 64, x=Fraction(7) ** 2000)


def test_the_largest_number_is_taken():
    assert value(2**53 - 1) == 2**53 - 1
    assert value("-9007199254740991") == 1 - 2**53
