"""How many counties may call on one firm: against a plain count of every window, and by hand."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from allocation.contacts import crowd

DAY = timedelta(days=1)
FIRST = date(2027, 1, 1)
days = st.integers(0, 30).map(lambda number: FIRST + number * DAY)
calls = st.lists(st.tuples(st.sampled_from("abcd"), days), max_size=8)


def closed(day: date, others: list[tuple[str, date]], limit: int, window: int) -> bool:
    """Judge by adding the call and counting every window of the calendar that holds it."""
    added = [*others, ("own", day)]
    for number in range(-40, 80):
        start = FIRST + number * DAY
        held = {county for county, on in added if start <= on < start + window * DAY}
        if "own" in held and len(held) > limit:
            return True
    return False


@given(days, calls, st.integers(1, 3), st.integers(1, 9))
def test_a_day_is_closed_when_one_more_would_be_too_many(
    day: date, others: list[tuple[str, date]], limit: int, window: int
):
    found = crowd(day, others, limit=limit, window=window)
    assert (found is not None) == closed(day, others, limit, window)
    if found is not None:
        assert found.counties >= limit
        assert found.free_from == found.until + DAY
        assert not closed(found.free_from, others, limit, window)
        between = (found.until - day).days
        assert all(closed(day + number * DAY, others, limit, window) for number in range(between + 1))


def test_two_within_a_week():
    others = [("a", date(2027, 1, 18)), ("b", date(2027, 1, 22))]
    found = crowd(date(2027, 1, 18), others, limit=2, window=7)
    assert found is not None
    assert (found.counties, found.until) == (2, date(2027, 1, 24))
    assert crowd(date(2027, 1, 25), others, limit=2, window=7) is None
    # Two calls of one county are one county.
    assert crowd(date(2027, 1, 18), [("a", FIRST), ("a", FIRST + DAY)], limit=2, window=30) is None
