"""The worked numbers of published rules: G01, G05, G06, G07 to G09, G34."""

from datetime import date
from fractions import Fraction

import pytest

from allocation.sharing.base import LevelShare, LevelTable, absolute_shares, waterfall
from allocation.sharing.credit import credit
from allocation.sharing.eligibility import three_year_test
from allocation.sharing.entitlement import entitle
from allocation.sharing.split import split_by_ratio
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import CreditRule, Method
from allocation.units import mu_from_hectares, split_largest_remainder
from tests.allocation.sharing.factories import HOST, incentive, paid, terms, versions

WAN = 1_000_000


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100_00, (1, 1, 1), (33_34, 33_33, 33_33)),
        (100_01, (5, 5), (50_01, 50_00)),
        (1_234_567_89, (40, 35, 25), (493_827_16, 432_098_76, 308_641_97)),
        (-100_00, (1, 1, 1), (-33_33, -33_33, -33_34)),
    ],
)
def test_g01_rounding(total, weights, parts):
    assert split_largest_remainder(total, weights) == parts


def test_g05a_origin_share_stops_at_the_sum_of_the_three_years():
    test = three_year_test((2000 * WAN, 2500 * WAN, 3000 * WAN), 2000 * WAN)
    assert (test.eligible, test.cap_fen) == (True, 7500 * WAN)
    after = dict(zip(range(2020, 2025), (3000, 4000, 4000, 4000, 4000), strict=True))
    receipts = [paid(f"{year}-06-01", amount * WAN) for year, amount in after.items()]
    due = entitle(versions(terms(cap_fen=test.cap_fen)), receipts, [], through="2024-12")
    assert [line.amounts.origin // WAN for line in due.lines] == [1500, 2000, 2000, 2000, 0]
    assert due.origin_fen == 7500 * WAN


def test_g05c_a_move_below_the_floor_is_not_shared():
    test = three_year_test((1500 * WAN, 1900 * WAN, 2500 * WAN), 2000 * WAN)
    assert (test.eligible, test.cap_fen) == (False, 0)


def test_g05_reaching_the_floor_is_enough():
    assert three_year_test((2000, 2000, 2000), 2000).eligible
    assert not three_year_test((2000, 2000, 1999), 2000).eligible


def test_g05_needs_three_years():
    with pytest.raises(ValueError, match="three years"):
        three_year_test((1, 2), 1)


def test_g06_tax_and_indicator_run_on_their_own_clocks():
    agreed = terms(method=Method.ningde, credit_rule=CreditRule.split_evenly, effective_on=date(2017, 1, 1))
    receipts = [paid(f"{year}-03-01", 1000 * WAN) for year in range(2019, 2026)]
    due = entitle(versions(agreed), receipts, [], through="2025-12")
    by_year = {line.month[:4]: (line.amounts.origin // WAN, line.amounts.host // WAN) for line in due.lines}
    assert by_year["2023"] == (500, 500)
    assert "2024" not in by_year
    started = date(2017, 5, 1)
    at_2021 = credit(agreed, started, date(2021, 12, 31), 3000 * WAN)
    at_2022 = credit(agreed, started, date(2022, 12, 31), 3000 * WAN)
    assert (at_2021.origin, at_2021.host) == (1500 * WAN, 1500 * WAN)
    assert (at_2022.origin, at_2022.host) == (0, 3000 * WAN)


AMOUNTS = {
    Tax.vat: 1000,
    Tax.cit: 600,
    Tax.pit: 200,
    Tax.urban_construction: 70,
    Tax.stamp: 10,
    Tax.land_use: 40,
}
SHARED = (Tax.vat, Tax.cit, Tax.pit)
CENTRAL_BP = {Tax.vat: 5000, Tax.cit: 6000, Tax.pit: 6000}


def shares(*, province_bp, city_bp):
    """Level shares of one treasury from the words of a rule: a part of the local part, a part of the rest."""
    day = date(2024, 1, 1)
    return LevelTable(
        LevelShare(
            HOST,
            tax,
            day,
            *absolute_shares(CENTRAL_BP.get(tax, 0), province_bp if tax in SHARED else 0, city_bp),
        )
        for tax in AMOUNTS
    )


def test_g07_g08_g09_waterfall_to_the_shared_base():
    amounts = {tax: wan * WAN for tax, wan in AMOUNTS.items()}
    day = date(2025, 1, 1)
    assert waterfall(amounts, shares(province_bp=0, city_bp=0), HOST, day).local == 940 * WAN
    below_province = waterfall(amounts, shares(province_bp=3000, city_bp=0), HOST, day)
    assert below_province.city + below_province.county == 694 * WAN
    county = waterfall(amounts, shares(province_bp=3000, city_bp=2000), HOST, day).county
    assert county == Fraction("555.2") * WAN
    due = entitle(
        versions(), [paid("2025-01-10", county)], [incentive("2025-01-20", 96 * WAN)], through="2025-12"
    )
    assert sum(line.amounts.shared for line in due.lines) == Fraction("459.2") * WAN
    assert sum(line.amounts.origin for line in due.lines) == Fraction("229.6") * WAN
    assert sum(line.amounts.host for line in due.lines) == Fraction("229.6") * WAN
    assert split_by_ratio(459_200_000, 5000) == (229_600_000, 229_600_000)


@pytest.mark.parametrize(("hectares", "mu"), [("722.62", "10839.3"), ("342.64", "5139.6")])
def test_g34_hectares_to_mu(hectares, mu):
    assert mu_from_hectares(Fraction(hectares)) == Fraction(mu) * 100
