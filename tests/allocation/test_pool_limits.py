"""Limits of a county in the pool: each by itself, all at once, and on their very borders."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from allocation.pool_limits import (
    Limit,
    LimitFacts,
    against_application,
    against_hold,
    cooling_until,
    evidence_due,
    open_from,
)

TODAY = date(2027, 1, 15)
FREE = LimitFacts(today=TODAY, open_holds=0, hold_cap=5, cool_down_days=30, application_cap=10)
DAYS = st.integers(0, 400)


def test_whoever_has_room_is_not_stopped():
    assert against_hold(FREE) == against_application(FREE) == ()
    assert cooling_until(FREE) is None
    assert open_from(FREE) is None


@given(st.integers(0, 20), st.integers(0, 20))
def test_the_cap_is_reached_at_its_own_number(standing, cap):
    facts = replace(FREE, open_holds=standing, hold_cap=cap)
    assert (Limit.hold_cap_reached in against_hold(facts)) == (standing >= cap)


@given(DAYS, DAYS)
def test_the_pause_ends_on_its_day(ago, days):
    facts = replace(FREE, failed_on=TODAY - timedelta(days=ago), cool_down_days=days)
    assert (against_hold(facts) == (Limit.cooling_down,)) == (ago < days)
    until = cooling_until(facts)
    assert until is None or until == TODAY + timedelta(days=days - ago)


@given(st.integers(0, 20), st.integers(0, 20))
def test_a_day_takes_so_many_applications(applied, cap):
    facts = replace(FREE, applied_today=applied, application_cap=cap)
    assert (against_application(facts) == (Limit.application_cap_reached,)) == (applied >= cap)


@given(DAYS, DAYS)
def test_a_new_lead_rests(ago, days):
    facts = replace(FREE, pooled_on=TODAY - timedelta(days=ago), quarantine_days=days)
    assert (against_application(facts) == (Limit.quarantined,)) == (ago < days)
    assert against_hold(facts) == ()
    first = open_from(facts)
    assert first is None or first == TODAY + timedelta(days=days - ago)


def test_every_limit_is_named_at_once():
    facts = LimitFacts(
        today=TODAY,
        open_holds=5,
        hold_cap=5,
        failed_on=TODAY,
        cool_down_days=30,
        applied_today=10,
        application_cap=10,
        pooled_on=TODAY,
        quarantine_days=1,
    )
    assert against_application(facts) == tuple(Limit)
    assert against_hold(facts) == (Limit.hold_cap_reached, Limit.cooling_down)


def test_evidence_lasts_from_its_own_day():
    held = date(2027, 1, 1)
    assert evidence_due(held, None, 30) == date(2027, 1, 31)
    assert evidence_due(held, date(2027, 1, 20), 30) == date(2027, 2, 19)
    assert evidence_due(held, date(2026, 12, 1), 30) == date(2027, 1, 31)
