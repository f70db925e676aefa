"""Funds and targets by hand, and as laws."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.statistics.funds import (
    booked_in,
    by_month,
    cumulative,
    fen_of_cents,
    month_after,
    month_of,
    paid_in_rate,
)
from allocation.statistics.goals import (
    INDICATORS,
    YI,
    Actor,
    Span,
    Venture,
    behind,
    new_customers,
    own,
    progress,
)
from allocation.statistics.rates import Kind, Rate

YEAR = Span(year=2026, as_of=date(2026, 12, 31))
A, B = "611002", "611021"
CENTS, RATES = st.integers(-(10**12), 10**12), st.integers(1, 10**7)
MONTHS = st.dictionaries(st.integers(1, 12).map(lambda n: f"2026-{n:02}"), st.integers(-(10**12), 10**12))


@pytest.mark.parametrize(
    ("cents", "rate", "fen"),
    [
        (100_000_00, 70_850, 708_500_00),  # 100,000 dollars at 7.0850: 708,500 yuan
        (10_050, 70_853, 71_207),  # 712.07265 yuan
        (1, 70_850, 7),  # 0.07085 yuan
        (10, 70_850, 71),  # 0.7085 yuan
        (100, 70_850, 709),  # 7.085 yuan: half up
        (-100, 70_850, -709),  # what takes it back takes all of it
        (1, 4_999, 0),
        (1, 5_000, 1),
    ],
)
def test_dollars_by_hand(cents: int, rate: int, fen: int) -> None:
    assert fen_of_cents(cents, rate) == fen


@given(CENTS, RATES)
def test_dollars_are_never_more_than_half_a_fen_off_and_come_back_whole(cents: int, rate: int) -> None:
    fen = fen_of_cents(cents, rate)
    assert 2 * abs(fen * 10_000 - cents * rate) <= 10_000
    assert fen_of_cents(-cents, rate) == -fen


def test_a_correction_goes_into_the_first_open_month() -> None:
    assert booked_in("2026-11", None) == "2026-11"
    assert booked_in("2026-12", "2026-11") == "2026-12"
    assert booked_in("2026-11", "2026-11") == "2026-12"
    assert booked_in("2025-03", "2026-12") == "2027-01"
    assert month_after("2026-09") == "2026-10"
    assert month_of(date(2026, 2, 3)) == "2026-02"


@given(MONTHS)
def test_the_months_add_up_to_the_year(rows: dict[str, int]) -> None:
    months = by_month(rows, 2026)
    assert sum(months) == sum(rows.values()) == cumulative(months)[-1]
    assert all(
        later - earlier == fen
        for earlier, later, fen in zip(cumulative(months), cumulative(months)[1:], months[1:], strict=False)
    )
    assert not any(by_month(rows, 2025))


def test_the_paid_in_rate_counts_signed_projects_alone() -> None:
    day = date(2026, 12, 31)
    rate = paid_in_rate({"a": 30, "b": -5, "x": 99}, {"a": 100, "b": 50}, day)
    assert rate == Rate(30, 150, Kind.amount, day)
    assert rate.basis_points == 2_000


def venture(project: int, **changes: object) -> Venture:
    facts: dict[str, object] = {
        "project": project,
        "origin": A,
        "host": B,
        "park": "P1",
        "channel": "驻外招商局",
        "channel_unit": "长三角局",
        "investor": "甲",
        "investment_fen": YI,
        "accepted_on": date(2026, 3, 1),
        "signed_on": date(2026, 6, 1),
        "paid": {"2025-12": 1, "2026-05": 20, "2026-12": 300, "2027-01": 4_000},
    }
    return Venture(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


@pytest.mark.parametrize(
    ("name", "whole", "june"),
    [
        ("新签约项目", 3, 2),
        ("新签约亿元以上项目", 2, 1),
        ("新签约10亿元以上项目", 1, 0),
        ("新签约总投资", 12 * YI - 1, 2 * YI - 1),
        ("到位资金", 4 * 320, 4 * 20),
        ("有效线索", 4, 4),
    ],
)
def test_each_indicator_by_hand(name: str, whole: int, june: int) -> None:
    ventures = [
        venture(1),
        venture(2, investment_fen=YI - 1),
        venture(3, investment_fen=10 * YI, signed_on=date(2026, 7, 1)),
        venture(4, signed_on=date(2025, 12, 31)),
    ]
    county = A if INDICATORS[name].by_origin else B
    for span, reached in ((YEAR, whole), (Span(year=2026, as_of=date(2026, 6, 1)), june)):
        found = progress(ventures, Actor.county, county, name, 10**12, span)
        assert found == Rate(reached, 10**12, INDICATORS[name].kind, span.as_of)
    other = A if county == B else B
    nothing = progress(ventures, Actor.county, other, name, 1, YEAR)
    assert nothing is not None
    assert nothing.numerator == 0


def test_an_indicator_without_records_is_not_counted() -> None:
    assert progress([venture(1)], Actor.county, A, "主要负责人外出招商", 30, YEAR) is None


def test_a_takeback_larger_than_the_year_counts_as_nothing() -> None:
    found = progress([venture(1, paid={"2026-02": -5})], Actor.park, "P1", "到位资金", 10, YEAR)
    assert found == Rate(0, 10, Kind.amount, YEAR.as_of)


COUNTIES = st.sampled_from([A, B, "611022"])
VENTURES = st.lists(
    st.builds(
        venture,
        st.integers(1, 10**6),
        origin=COUNTIES,
        host=st.none() | COUNTIES,
        park=st.none() | st.sampled_from(["P1", "P2"]),
        channel=st.sampled_from(["驻外招商局", "市直部门", "产业招商工作队", "以商招商"]),
        channel_unit=st.none() | st.sampled_from(["长三角局", "市发改委"]),
        investment_fen=st.integers(0, 20 * YI),
        signed_on=st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31)),
        investor=st.sampled_from("甲乙丙"),
    ),
    max_size=12,
    unique_by=lambda one: one.project,
)


@given(VENTURES, st.sampled_from([name for name in INDICATORS if INDICATORS[name].count]))
def test_counties_together_are_the_city_and_nobody_counts_twice(ventures: list[Venture], name: str) -> None:
    indicator = INDICATORS[name]
    assert indicator.count is not None
    parts = [own(ventures, Actor.county, county, indicator) for county in (A, B, "611022")]
    assert sorted(str(one.project) for part in parts for one in part) == sorted(
        str(one.project) for one in ventures
    )
    assert sum(indicator.count(part, YEAR) for part in parts) == indicator.count(ventures, YEAR)
    for actor, units in (
        (Actor.park, ("P1", "P2")),
        (Actor.outpost, ("长三角局", "市发改委")),
        (Actor.department, ("长三角局", "市发改委")),
        (Actor.team, ("长三角局", "市发改委")),
    ):
        held = [one.project for unit in units for one in own(ventures, actor, unit, indicator)]
        assert len(held) == len(set(held))
        assert set(held) <= {one.project for one in ventures}


@given(VENTURES)
def test_each_investor_is_new_once(ventures: list[Venture]) -> None:
    rate = new_customers(ventures, YEAR)
    before = {one.investor for one in ventures if one.signed_on and one.signed_on < date(2026, 1, 1)}
    now = {one.investor for one in ventures if YEAR.holds(one.signed_on)}
    assert rate.numerator == len(now - before)
    assert rate.denominator == sum(YEAR.holds(one.signed_on) for one in ventures)


def test_behind_compares_with_the_days_that_passed() -> None:
    half = Span(year=2026, as_of=date(2026, 7, 2))  # 183 of 365 days
    assert behind(Rate(501, 1_000, Kind.count, half.as_of), half)
    assert not behind(Rate(502, 1_000, Kind.count, half.as_of), half)
    assert behind(Rate(999, 1_000, Kind.count, YEAR.as_of), YEAR)
    assert not behind(Rate(0, 1_000, Kind.count, YEAR.as_of), Span(year=2027, as_of=date(2026, 12, 31)))
