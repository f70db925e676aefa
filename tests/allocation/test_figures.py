"""Money, shares and land as they are written, on papers and pages alike."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.figures import mu, percent, wan, written, yuan


def test_figures_as_they_are_written():
    assert (yuan(-123_456), yuan(5), yuan(0)) == ("-1,234.56", "0.05", "0.00")
    assert (wan(31_000_000), wan(-1_500_000), wan(1)) == ("31", "-1.5", "0.000001")
    assert (percent(5000), percent(3350), percent(1), percent(-150)) == ("50%", "33.5%", "0.01%", "-1.5%")
    assert (mu(10_050), mu(34_600), mu(-50)) == ("100.5", "346", "-0.5")


@given(st.integers(-(2**53), 2**53), st.integers(1, 6), st.integers(0, 6))
def test_nothing_is_lost_and_no_needless_zero_is_written(value, power, places):
    text = written(value, power, places)
    assert Decimal(text.replace(",", "")) == Decimal(value).scaleb(-power)
    decimals = text.partition(".")[2]
    assert len(decimals) >= places
    assert len(decimals) == places or not decimals.endswith("0")


@pytest.mark.parametrize(("value", "text"), [(1_234_567_89, "1,234,567.89"), (99_999, "999.99")])
def test_thousands_are_marked(value, text):
    assert yuan(value) == text
