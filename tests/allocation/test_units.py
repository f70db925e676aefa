from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.units import FEN_LIMIT, fen, mu_from_hectares, split_largest_remainder

weight_lists = st.lists(st.integers(0, 10_000), min_size=1, max_size=6).filter(lambda values: sum(values) > 0)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10_000, (1, 1, 1), (3_334, 3_333, 3_333)),
        (10_001, (5, 5), (5_001, 5_000)),
        (123_456_789, (40, 35, 25), (49_382_716, 43_209_876, 30_864_197)),
        (-10_000, (1, 1, 1), (-3_333, -3_333, -3_334)),
    ],
)
def test_g01_rounding(total, weights, parts):
    assert split_largest_remainder(total, weights) == parts


@pytest.mark.parametrize(("hectares", "mu"), [("722.62", 1_083_930), ("342.64", 513_960)])
def test_g34_hectares(hectares, mu):
    assert mu_from_hectares(Fraction(hectares)) == mu


def test_g34_a_third_of_a_hundredth_is_refused():
    with pytest.raises(ValueError, match="no whole number"):
        mu_from_hectares(Fraction(1, 10_000))


@given(st.integers(-(10**15), 10**15), weight_lists)
def test_parts_add_up_and_stay_within_one_unit(total, weights):
    parts = split_largest_remainder(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total * weight, whole)) < 1


@given(st.integers(-(10**12), 10**12), weight_lists, st.integers(1, 50))
def test_scaling_all_weights_changes_nothing(total, weights, factor):
    scaled = [weight * factor for weight in weights]
    assert split_largest_remainder(total, weights) == split_largest_remainder(total, scaled)


@pytest.mark.parametrize("weights", [(0, 0), (1, -1), ()])
def test_weights_that_divide_nothing_are_refused(weights):
    with pytest.raises(ValueError, match="weights"):
        split_largest_remainder(1, weights)


@pytest.mark.parametrize("value", [FEN_LIMIT, -FEN_LIMIT])
def test_fen_outside_the_exact_range_is_refused(value):
    with pytest.raises(OverflowError):
        fen(value)


@pytest.mark.parametrize("value", [FEN_LIMIT - 1, 0, 1 - FEN_LIMIT])
def test_fen_inside_is_kept(value):
    assert fen(value) == value
