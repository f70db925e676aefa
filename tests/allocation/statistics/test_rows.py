"""Rows, places, scores and corrections: laws, and cases worked by hand."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.statistics.corrections import corrections, known_rows, name_of, steps_by_period
from allocation.statistics.course import LEAD_STEPS, Course, Step
from allocation.statistics.goals import INDICATORS, Actor, Venture, by_unit, own
from allocation.statistics.periods import Period, PeriodKind, Window
from allocation.statistics.ranks import places
from allocation.statistics.rates import Kind, Rate, RateCode, funnel
from allocation.statistics.rowsets import Row, added, cohorts, parts_of, stages, sums
from allocation.statistics.scores import points

AS_OF = date(2026, 12, 31)
DECEMBER = Period.parse("2026-12")
STEPS = st.dictionaries(st.sampled_from(list(Step)), st.dates(date(2025, 1, 1), date(2026, 12, 31)))
COUNTIES = st.sampled_from(["A", "B", "C"])
COURSES = st.lists(
    st.builds(Course, st.uuids().map(str), COUNTIES, COUNTIES, st.integers(0, 10**9), STEPS), max_size=12
)
ROWS = st.lists(st.builds(Row, st.sampled_from("xyz"), COUNTIES, st.integers(-9, 9)), max_size=8)


@given(COURSES)
def test_rows_of_a_stage_are_the_projects_of_its_days(courses: list[Course]) -> None:
    spans = DECEMBER.spans(AS_OF)
    found = stages(courses, spans)
    assert set(found) == {f"{step}.{window}" for step in Step for window in Window}
    for step in Step:
        for window, span in spans.items():
            wanted = [
                Row(one.ref, one.origin if step in LEAD_STEPS else one.host, one.investment_fen)
                for one in courses
                if one.days.get(step) in span
            ]
            assert list(found[f"{step}.{window}"]) == wanted


@given(COURSES)
def test_the_parts_of_rates_are_rows(courses: list[Course]) -> None:
    rows = cohorts(courses, DECEMBER, AS_OF)
    for (code, kind), rate in funnel(courses, 2026, AS_OF).items():
        above, below = parts_of(RateCode(code))
        assert (added(rows[above], kind), added(rows[below], kind)) == (rate.numerator, rate.denominator)


@given(ROWS)
def test_sums_by_region_add_up_to_the_whole(rows: list[Row]) -> None:
    found = sums(rows)
    assert set(found) == {row.region for row in rows}
    for region, (count, amount) in found.items():
        assert count == added(rows, Kind.count, region)
        assert amount == added(rows, Kind.amount, region)
    assert sum(amount for _count, amount in found.values()) == added(rows, Kind.amount)


@given(ROWS, ROWS, ROWS)
def test_a_correction_is_stated_once(first: list[Row], second: list[Row], third: list[Row]) -> None:
    """What was stated with all corrections since is what stands; nothing is corrected twice."""
    key = ("2026-11", Step.signed)
    known, came, went = Counter(first), list[Row](), list[Row]()
    for standing in (second, third):
        found = corrections({key: known}, {key: tuple(standing)})
        came += found.get(name_of(*key, came=True), ())
        went += found.get(name_of(*key, came=False), ())
        known = known_rows(first, came, went)
        assert known == Counter(standing)
        assert corrections({key: known}, {key: tuple(standing)}) == {}


def test_steps_fall_into_their_periods() -> None:
    days = {Step.registered: date(2026, 9, 30), Step.signed: date(2026, 10, 1)}
    one = Course("p", "A", "B", 7, days)
    assert steps_by_period([one, one], PeriodKind.quarter) == {
        ("2026-Q3", Step.registered): (Row("p", "A", 7),) * 2,
        ("2026-Q4", Step.signed): (Row("p", "B", 7),) * 2,
    }


def test_equal_figures_share_a_place_and_the_next_is_left_out() -> None:
    worth = {"A": (1, 2), "B": (2, 4), "C": (3, 4), "D": None, "E": (0, 1)}
    assert places(worth) == {"A": 2, "B": 2, "C": 1, "D": None, "E": 4}


@given(st.dictionaries(st.text(max_size=3), st.tuples(st.integers(0, 99), st.integers(1, 99)), max_size=6))
def test_a_place_is_one_more_than_those_that_are_greater(worth: dict[str, tuple[int, int]]) -> None:
    for name, place in places(worth).items():
        above, below = worth[name]
        assert place == 1 + sum(a * below > above * b for a, b in worth.values())


def rate(above: int, below: int) -> Rate:
    return Rate(above, below, Kind.count, AS_OF)


def test_points_by_hand() -> None:
    # Weights 60 and 40; the first reached half, the second more than all: 30 and 40 points.
    assert points({"a": (rate(1, 2), 60), "b": (rate(5, 4), 40)}) == {"a": 3_000, "b": 4_000}
    # The second has nothing to divide by: its weight goes to the others; a third of 100 is rounded.
    assert points({"a": (rate(1, 3), 60), "b": (rate(0, 0), 40), "c": (rate(1, 1), 0)}) == {"a": 3_333}
    assert points({}) == {}


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.builds(rate, st.integers(0, 50), st.integers(0, 50)), st.integers(0, 30)),
    )
)
def test_no_score_is_above_a_hundred(parts: dict[str, tuple[Rate, int]]) -> None:
    found = points(parts)
    assert all(one >= 0 for one in found.values())
    assert sum(found.values()) <= 10_000 + len(found)  # each part is rounded up by half a hundredth at most


@pytest.mark.parametrize(
    ("actor", "unit", "by_origin", "counts"),
    [
        (Actor.county, "A", True, True),
        (Actor.county, "A", False, False),
        (Actor.county, "B", False, True),
        (Actor.park, "P", False, True),
        (Actor.outpost, "上海局", False, True),
        (Actor.department, "上海局", False, False),
    ],
)
def test_whom_a_project_counts_for(actor: Actor, unit: str, by_origin: bool, counts: bool) -> None:
    one = Venture(
        project="p",
        origin="A",
        host="B",
        park="P",
        channel="驻外招商局",
        channel_unit="上海局",
        investor="",
        investment_fen=1,
    )
    indicator = INDICATORS["有效线索" if by_origin else "新签约项目"]
    assert bool(own([one], actor, unit, indicator)) is counts
    assert ((actor, unit, by_origin) in by_unit([one])) is counts
