"""What starts the years of an agreement, and what is told as left out."""

from dataclasses import replace
from datetime import date

import pytest

from allocation.sharing.contract.clauses import Base, Clawback, Clock, ClockKind, Least
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.lines import Reason
from allocation.sharing.contract.outside import left_out
from allocation.sharing.contract.timeline import agreement_start
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import YearBasis
from tests.allocation.sharing.contract.making import (
    YEARLY,
    A,
    B,
    by_year,
    contract,
    event,
    paid,
    versions,
    worked,
)


@pytest.mark.parametrize(
    ("clock", "started", "years"),
    [
        (Clock(), date(2020, 6, 1), [500] * 5),
        (Clock(ClockKind.construction), date(2021, 3, 1), [500] * 4),
        (Clock(ClockKind.production), date(2023, 7, 1), [500]),
        (Clock(ClockKind.fixed, date(2022, 1, 1)), date(2022, 1, 1), [500] * 3),
    ],
)
def test_the_tax_clock_starts_with_what_the_terms_name(clock, started, years):
    events = [
        event("production", "2023-07-01"),
        event("construction", "2022-09-01"),
        event("construction", "2021-03-01"),
    ]
    due = worked(contract(clock=clock), events=events)
    assert (due.clock_start, by_year(due)) == (started, years)


def test_before_its_event_no_clock_runs():
    agreed = contract(clock=Clock(ClockKind.production))
    assert worked(agreed).lines == ()
    assert agreement_start(versions(agreed), YEARLY) is None
    assert worked(agreed, events=[event("production", "2025-01-01")]).clock_start is None


def test_no_clock_starts_after_the_last_day_so_that_nothing_is_owed():
    last = event("end", "2020-03-31")
    held = contract(guarantees=(Least(A, B, 100),))
    late = paid("2020-04-01", 1000)
    assert worked(held, [late], [last]).lines == ()
    assert [one.reason for one in left_out(versions(held), [late], [last], through="2024-12")] == [
        "after_end"
    ]
    built = replace(held, clock=Clock(ClockKind.construction))
    events = [last, event("construction", "2020-04-01")]
    assert worked(built, [paid("2020-03-01", 1000)], events) == worked(held, [])


def test_the_first_tax_is_one_that_the_version_then_governing_covers():
    other = contract(base=Base(taxes=(Tax.cit,)), effective_on=date(2020, 7, 1))
    receipts = [paid("2021-03-01", 5), paid("2022-03-01", 7, Tax.cit)]
    due = entitle(versions(contract(base=Base(taxes=(Tax.vat,))), other), receipts, through="2024-12")
    assert due.clock_start == date(2022, 3, 1)


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        (paid("2025-01-01", 1), Reason.after_through),
        (paid("2019-12-31", 1), Reason.before_effective),
        (paid("2020-05-31", -1), Reason.before_clock),
        (paid("2022-01-01", 1), Reason.after_term),
        (paid("2020-07-01", 1, Tax.cit), Reason.tax_not_covered),
        (paid("2020-07-01", 1, kind=ReceiptKind.late_fee), Reason.kind_not_covered),
        (paid("2023-09-02", 1), Reason.after_end),
        (paid("2020-07-01", 1), None),
    ],
)
def test_what_is_left_out_is_told_with_its_reason(receipt, reason):
    agreed = contract(years=2, base=Base(taxes=(Tax.vat,)))
    events = [event("end", "2023-09-01")]
    found = left_out(versions(agreed), [YEARLY[0], receipt], events, through="2024-12")
    assert [one.reason for one in found] == ([reason] if reason else [])


def test_without_a_clock_everything_waits():
    late = [paid("2020-01-01", 5, kind=ReceiptKind.late_fee)]
    assert [one.reason for one in left_out(versions(), late, through="2020-12")] == [Reason.before_clock]


@pytest.mark.parametrize(
    ("first", "last"),
    [("0100-01-01", "0149-12-31"), ("9850-01-01", "9899-12-31"), ("9899-12-31", "9899-12-31")],
)
@pytest.mark.parametrize("basis", list(YearBasis))
def test_the_longest_term_has_room_at_either_end_of_the_calendar(first, last, basis):
    back = Clawback(giver=A, taker=B, years=50, part_bp=5000)
    agreed = contract(years=50, year_basis=basis, effective_on=date.fromisoformat(first), clawback=back)
    receipts = [paid(first, 1000), paid(last, 1000)]
    due = worked(agreed, receipts, [event("relocation", last)], through=last[:7])
    assert due.by_party == {A: 500, B: 1500}
    assert left_out(versions(agreed), receipts, through=last[:7]) == ()
