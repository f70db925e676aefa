"""Fair shares: entitlement, window, bounds, reports; each figure by hand or by Fractions."""

from datetime import date
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.matching.fairness import (
    Entitlement,
    FairnessRule,
    Measure,
    Placement,
    Tally,
    bounds,
    entitlements,
    shares,
    tallies,
    window,
)
from allocation.matching.fairness_report import (
    Displaced,
    FairRule,
    RulePrice,
    displaced,
    report,
)
from allocation.matching.pool import CountyCount
from allocation.units import Fen, Mu
from tests.allocation.matching import factories as make

LANDS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10**6), min_size=1)
TALLIES = st.dictionaries(
    st.sampled_from("abcd"), st.builds(Tally, st.integers(0, 300), st.integers(0, 10**7))
)


@given(LANDS, st.integers(0, 10**5), st.integers(0, 30_000), st.integers(0, 500))
def test_bounds_of_a_share_are_the_exact_product_rounded_toward_freedom(
    land: dict[str, int], total: int, share_bp: int, count: int
) -> None:
    whole = sum(land.values())
    for entitled in shares(land, {}):
        share = Fraction(land[entitled.county], whole) if whole else Fraction(0)
        exact = share * total * share_bp / 10_000
        assert entitled.most(total, share_bp) == ceil(exact)
        assert entitled.least(total, share_bp) == floor(exact)
        assert entitled.share_bp == floor(share * 10_000)
        due = share * total
        assert entitled.ratio_bp(count, total) == (floor(count / due * 10_000) if due else None)


def test_land_is_the_registers_with_halls_and_held_stock_and_weights() -> None:
    parks = (
        make.park("A", plots=(make.plot("A-1", 60), make.plot("A-2", 40)), holds=(make.hold(),)),
        make.park("B", "610002", plots=(make.plot("B-1", 35, replan=True),), halls=()),
        make.park("C", "610000"),
        make.park("D", "610002", plots=(make.plot("D-1", 9, verified_on=date(2020, 1, 1)),), halls=()),
    )
    pool = make.pool(parks=parks)
    # 10,000 m² of hall are 15 mu; the hold, the city's park and the stale plot change nothing.
    assert entitlements(pool, FairnessRule()) == (
        Entitlement("610001", 11_500 * 10_000, 15_000 * 10_000),
        Entitlement("610002", 3_500 * 10_000, 15_000 * 10_000),
    )
    turned = entitlements(pool, FairnessRule(weights_bp={"610002": 20_000}))
    assert [entitled.share_bp for entitled in turned] == [6_216, 3_783]


def test_the_window_holds_the_months_up_to_the_day() -> None:
    placed = [
        Placement("a", date(2026, 1, 15), 1),
        Placement("a", date(2026, 1, 16), 2),
        Placement("a", date(2027, 1, 15), 4),
        Placement("b", date(2027, 1, 16), 8),
    ]
    assert window(placed, date(2027, 1, 15), 12) == {"a": Tally(2, 6)}
    assert window(placed, date(2027, 1, 16), 12) == {"a": Tally(1, 4), "b": Tally(1, 8)}
    assert window(placed, date(2027, 1, 15), 13) == {"a": Tally(3, 7)}


def test_a_run_is_counted_by_county_without_city_parks() -> None:
    leads = tuple(make.lead(f"L{number}", investment_fen=Fen(10**6 + number)) for number in range(4))
    parks = (make.park("A"), make.park("B", "610000"), make.park("C", "610002"))
    found = tallies(make.pool(leads, parks), {"L0": "A", "L1": "A", "L2": "B", "L3": None})
    assert found == {"610001": Tally(2, 3), "610002": Tally(0, 0)}


@given(LANDS, TALLIES, TALLIES, st.none() | st.integers(0, 30_000), st.none() | st.integers(0, 20_000))
def test_bounds_keep_the_window_within_ceiling_and_floor(
    land: dict[str, int], past: dict[str, Tally], free: dict[str, Tally], most: int | None, least: int | None
) -> None:
    entitled = shares(land, {})
    for measure in Measure:
        rule = FairnessRule(measure=measure, ceiling_bp=most, floor_bp=least)
        found = bounds(entitled, past, free, rule)
        assert list(found) == sorted(land)
        total = sum([*past.values(), *free.values()], Tally())
        for share in entitled:
            count, has = found[share.county], past.get(share.county, Tally())
            ceiling = count.max_leads if measure is Measure.LEADS else count.max_investment_wan
            assert (ceiling is None) == (most is None)
            if ceiling is not None and most is not None:
                top = share.most(total.by(measure), most)
                assert ceiling + has.by(measure) == max(top, has.by(measure))
            if least is None:
                assert count.min_leads == 0
            else:
                owed = share.least(total.leads, least)
                assert count.min_leads + has.leads == max(owed, has.leads)


def test_a_report_shows_ratios_gains_and_the_extremes() -> None:
    entitled = shares({"a": 60, "b": 40, "c": 0}, {})
    found = report(
        entitled,
        Measure.LEADS,
        {"a": CountyCount(max_leads=5)},
        {"a": Tally(3, 0)},
        {"a": Tally(6, 0)},
        {"a": Tally(3, 0), "b": Tally(4, 0)},
        prices=(),
        moved=(),
    )
    assert [line.ratio_bp for line in found.counties] == [10_000, 10_000, None]
    assert [line.gained for line in found.counties] == [-3, 4, 0]
    assert [line.bound for line in found.counties] == [CountyCount(max_leads=5), CountyCount(), CountyCount()]
    assert (found.least_ratio_bp, found.most_ratio_bp) == (10_000, 10_000)
    empty = report(entitled, Measure.INVESTMENT, {}, {}, {}, {}, prices=(), moved=())
    assert (empty.least_ratio_bp, empty.most_ratio_bp) == (None, None)


def test_displaced_leads_are_those_whose_host_differs() -> None:
    assert displaced({"1": "A", "2": None, "3": "B"}, {"1": "A", "2": "B", "3": None}) == (
        Displaced("2", None, "B"),
        Displaced("3", "B", None),
    )


def test_a_price_keeps_what_it_is_told() -> None:
    price = RulePrice(rule=FairRule.ALL, value=9, bound=10, price=1, least=0, most=3, exact=False)
    assert (price.rule, price.price, price.exact) == ("all", 1, False)


@pytest.mark.parametrize(
    "changes",
    [{"months": 0}, {"ceiling_bp": -1}, {"floor_bp": -1}, {"weights_bp": {"a": -1}}],
)
def test_senseless_rules_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"month|negative"):
        FairnessRule(**changes)  # type: ignore[arg-type] # wrong on purpose


def test_land_is_counted_in_hundredths() -> None:
    park = make.park(plots=(make.plot("A-1", 1),), halls=(make.hall("A-F", 7),))
    assert entitlements(make.pool(parks=(park,)), FairnessRule())[0].weight == (Mu(100) + 1) * 10_000
