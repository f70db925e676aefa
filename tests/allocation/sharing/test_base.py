from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.base import (
    LevelShare,
    LevelTable,
    NoLevelShareError,
    Receipt,
    Split,
    absolute_shares,
    computed_split,
    expected_split,
    level_difference,
    retained_fen,
    waterfall,
)
from allocation.sharing.taxes import ReceiptKind, Tax

CITY, COUNTY = "611000", "611021"
DAY = date(2025, 6, 1)


def share(treasury=COUNTY, parts=(5000, 2000, 1000, 2000), start=date(2024, 1, 1), tax=Tax.vat):
    return LevelShare(treasury, tax, start, *parts)


def receipt(amount=100, split=None, treasury=COUNTY, day=DAY):
    return Receipt(
        ticket="1",
        paid_on=day,
        treasury=treasury,
        tax=Tax.vat,
        kind=ReceiptKind.normal,
        amount_fen=amount,
        split=split,
    )


@pytest.mark.parametrize("parts", [(5000, 2000, 1000, 1999), (10_001, -1, 0, 0)])
def test_shares_make_a_whole(parts):
    with pytest.raises(ValueError, match="no whole"):
        share(parts=parts)


def test_upper_levels_are_floored_and_the_rest_stays():
    assert expected_split(101, share()) == Split(50, 20, 10, 21)
    assert expected_split(-101, share()) == Split(-51, -21, -11, -18)


def test_in_the_citys_own_treasury_the_rest_stays_with_the_city():
    own = share(CITY, (5000, 2000, 3000, 0))
    assert expected_split(101, own, own_treasury=True) == Split(50, 20, 31, 0)


@given(st.integers(-(2**45), 2**45), st.booleans())
def test_a_split_loses_nothing(amount, own):
    table_share = share(CITY, (5000, 2000, 3000, 0)) if own else share()
    for split in (expected_split(amount, table_share, own_treasury=own), computed_split(amount, table_share)):
        assert split.total == amount
        assert split.local == amount - split.central


def test_the_share_in_force_is_the_latest_begun():
    table = LevelTable([share(start=date(2026, 1, 1), parts=(6000, 2000, 1000, 1000)), share()])
    assert table.at(COUNTY, Tax.vat, date(2023, 12, 31)) is None
    assert table.at(COUNTY, Tax.vat, date(2024, 1, 1)).central_bp == 5000
    assert table.at(COUNTY, Tax.vat, date(2025, 12, 31)).central_bp == 5000
    assert table.at(COUNTY, Tax.vat, date(2026, 1, 1)).central_bp == 6000
    assert table.at(COUNTY, Tax.cit, DAY) is None
    assert table.at(CITY, Tax.vat, DAY) is None


def test_differences_are_told_and_agreement_is_silent():
    table = LevelTable([share(), share(CITY, (5000, 2000, 3000, 0))])
    agreeing = receipt(101, Split(50, 20, 10, 21))
    differing = receipt(101, Split(50, 20, 11, 20))
    assert level_difference(agreeing, table, CITY) is None
    assert level_difference(receipt(101), table, CITY) is None
    found = level_difference(differing, table, CITY)
    assert (found.actual, found.expected) == (differing.split, agreeing.split)
    own = receipt(101, Split(50, 20, 31, 0), treasury=CITY)
    assert level_difference(own, table, CITY) is None
    unknown = receipt(101, agreeing.split, treasury="611022")
    assert level_difference(unknown, table, CITY).expected is None


def test_the_treasurys_own_amount_counts_else_the_table():
    table = LevelTable([share(), share(CITY, (5000, 2000, 3000, 0))])
    assert retained_fen(receipt(100, Split(50, 20, 29, 1)), table, CITY) == 1
    assert retained_fen(receipt(101), table, CITY) == computed_split(101, share()).county
    assert retained_fen(receipt(100, Split(50, 20, 29, 1), treasury=CITY), table, CITY) == 29
    assert retained_fen(receipt(100, treasury=CITY), table, CITY) == 30
    with pytest.raises(NoLevelShareError):
        retained_fen(receipt(100, day=date(2020, 1, 1)), table, CITY)


def test_a_waterfall_needs_every_share():
    with pytest.raises(NoLevelShareError):
        waterfall({Tax.cit: 1}, LevelTable([share()]), COUNTY, DAY)


def test_nested_shares_are_converted_on_entry():
    assert absolute_shares(5000, 4000, 5000) == (5000, 2000, 1500, 1500)
    for nested in ((5000, 3333, 0), (5000, 4000, 3333)):
        with pytest.raises(ValueError, match="no whole number"):
            absolute_shares(*nested)
