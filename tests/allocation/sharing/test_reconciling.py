"""Laws of two-sided reconciling, and its edges worked by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.base import Split
from allocation.sharing.reconciling import (
    Band,
    Declared,
    Place,
    Side,
    SplitReceipt,
    Totals,
    age_days,
    band_of,
    compare,
    level_sums,
)
from allocation.sharing.taxes import Tax

PLACES = st.builds(
    Place,
    st.sampled_from(["A", "B"]),
    st.sampled_from(["2026-01", "2026-02"]),
    st.sampled_from([Tax.vat, Tax.cit, Tax.stamp]),
)
SAID = st.dictionaries(PLACES, st.integers(-5, 5), max_size=8)
FIGURES = st.fixed_dictionaries(dict.fromkeys(Side, SAID))


@given(FIGURES, st.permutations(list(Side)))
def test_exchanging_sides_exchanges_columns_and_changes_no_difference(figures, order):
    renamed = {new: figures[old] for new, old in zip(Side, order, strict=True)}
    one, other = compare(figures), compare(renamed)
    assert [row.place for row in one] == [row.place for row in other]
    assert [row.spread_fen for row in one] == [row.spread_fen for row in other]
    for row, again in zip(one, other, strict=True):
        assert [again.figures[new] for new in Side] == [row.figures[old] for old in order]


@given(FIGURES)
def test_no_difference_exactly_when_all_who_spoke_say_the_same(figures):
    for row in compare(figures):
        assert row.stated
        assert row.differs == (len(set(row.stated)) > 1)
        assert row.spread_fen == max(row.stated) - min(row.stated) >= 0


@given(SAID)
def test_equal_sides_never_differ(said):
    assert not any(row.differs for row in compare(dict.fromkeys(Side, said)))


@given(FIGURES)
def test_silence_of_a_month_is_no_figure_and_silence_of_a_tax_is_nothing(figures):
    for row in compare(figures):
        place = row.place
        for side, said in figures.items():
            spoken = any((one.agreement, one.month) == (place.agreement, place.month) for one in said)
            assert row.figures[side] == (said.get(place, 0) if spoken else None)


def test_places_come_in_the_order_of_agreement_month_and_listed_tax():
    said = {
        Place("B", "2026-01", Tax.vat): 1,
        Place("A", "2026-02", Tax.vat): 1,
        Place("A", "2026-01", Tax.cit): 1,
        Place("A", "2026-01", Tax.vat): 1,
    }
    assert [row.place for row in compare({Side.computed: said})] == [
        Place("A", "2026-01", Tax.vat),
        Place("A", "2026-01", Tax.cit),
        Place("A", "2026-02", Tax.vat),
        Place("B", "2026-01", Tax.vat),
    ]
    assert compare({}) == ()


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, Band.days_30),
        (30, Band.days_30),
        (31, Band.days_90),
        (90, Band.days_90),
        (91, Band.days_180),
        (180, Band.days_180),
        (181, Band.older),
        (5000, Band.older),
    ],
)
def test_bands_of_age(days, band):
    opened = date(2026, 1, 31)
    assert age_days(opened, opened + timedelta(days)) == days
    assert band_of(days) is band


def test_no_age_is_less_than_nothing():
    assert age_days(date(2026, 2, 1), date(2026, 1, 31)) == 0


@given(st.integers(0, 9), st.integers(-9, 9), st.integers(0, 9), st.integers(-9, 9))
def test_a_file_fits_exactly_when_rows_and_sum_are_those_declared(rows, fen, said_rows, said_fen):
    off = Declared(said_rows, said_fen).off_by(Totals(rows, fen))
    assert off == (rows - said_rows, fen - said_fen)
    assert (off == (0, 0)) == ((rows, fen) == (said_rows, said_fen))
    assert Declared().off_by(Totals(rows, fen)) == (0, 0), "what was not declared cannot differ"


def split(county: int, city: int = 0) -> Split:
    return Split(10, 0, city, county)


def receipt(county: int, computed: Split | None, **other) -> SplitReceipt:
    facts = {"treasury": "611002", "tax": Tax.vat, "month": "2026-01"} | other
    return SplitReceipt(actual=split(county), computed=computed, **facts)


def test_levels_are_added_up_by_treasury_month_and_tax():
    found = level_sums(
        [
            receipt(3, split(3), treasury="611021"),
            receipt(5, split(6)),
            receipt(7, split(6)),
            receipt(1, split(1), tax=Tax.cit),
            receipt(2, None, month="2026-02"),
        ]
    )
    assert [(one.treasury, one.month, one.tax, one.receipts, one.differing) for one in found] == [
        ("611002", "2026-01", Tax.vat, 2, 2),
        ("611002", "2026-01", Tax.cit, 1, 0),
        ("611002", "2026-02", Tax.vat, 1, 1),
        ("611021", "2026-01", Tax.vat, 1, 0),
    ]
    vat = found[0]
    assert vat.actual == vat.computed == Split(20, 0, 0, 12)
    assert vat.differs, "differences that cancel out are differences"
    assert found[2].computed is None
    assert found[2].differs
    assert not found[1].differs
