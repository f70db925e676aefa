"""Hand-worked cases of one agreement."""

from datetime import date

import pytest

from allocation.sharing.credit import Credit, city_total, credit
from allocation.sharing.entitlement import clock_start, entitle, in_force
from allocation.sharing.postings import Key, differences
from allocation.sharing.split import fill_in_order, split_by_ratio
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import CreditRule, Method, YearBasis
from allocation.sharing.years import agreement_year, anniversary, year_start
from tests.allocation.sharing.factories import incentive, paid, terms, versions


def shares(due):
    return {(line.agreement_year, line.tax.value, line.month): line.amounts.origin for line in due.lines}


def test_the_clock_starts_with_the_first_tax_that_counts():
    agreed = terms(effective_on=date(2020, 2, 1), taxes=(Tax.vat, Tax.cit))
    early = [
        paid("2020-01-15", 100),
        paid("2020-02-02", 100, kind=ReceiptKind.late_fee),
        paid("2020-02-03", -100, kind=ReceiptKind.credit_refund),
        paid("2020-02-04", 100, Tax.stamp),
    ]
    assert clock_start(agreed, early) is None
    assert entitle(versions(agreed), early, [], through="2020-12").lines == ()
    assert clock_start(agreed, [*early, paid("2020-02-05", 1)]) == date(2020, 2, 5)


def test_a_refund_before_the_first_tax_is_not_shared():
    due = entitle(versions(), [paid("2020-01-05", -300), paid("2020-02-05", 1000)], [], through="2020-12")
    assert shares(due) == {(1, "vat", "2020-02"): 500}


def test_nothing_is_due_before_the_clocks_month():
    due = entitle(versions(), [paid("2020-05-01", 100)], [], through="2020-04")
    assert (due.clock_start, due.lines, due.origin_fen) == (None, (), 0)


def test_what_the_terms_leave_out_is_left_out():
    agreed = terms(taxes=(Tax.vat,))
    due = entitle(
        versions(agreed),
        [
            paid("2020-01-15", 1000),
            paid("2020-01-16", 500, Tax.cit),
            paid("2020-01-17", 70, kind=ReceiptKind.late_fee),
            paid("2020-01-18", 10, kind=ReceiptKind.inspection),
        ],
        [],
        through="2020-12",
    )
    assert shares(due) == {(1, "vat", "2020-01"): 505}


def test_the_share_follows_the_ratio_of_its_year_and_ends_with_the_term():
    agreed = terms(method=Method.yearly, ratios_bp=(5000, 3000), years=2)
    receipts = [paid(f"{year}-06-01", 1000) for year in (2020, 2021, 2022)]
    due = entitle(versions(agreed), receipts, [], through="2022-12")
    assert shares(due) == {(1, "vat", "2020-06"): 500, (2, "vat", "2021-06"): 300}


def test_a_refund_larger_than_the_base_floors_the_year_and_is_forgotten():
    receipts = [paid("2020-01-01", 1000), paid("2020-03-01", -1500), paid("2021-01-01", 400)]
    due = entitle(versions(), receipts, [], through="2021-12")
    assert shares(due) == {
        (1, "vat", "2020-01"): 500,
        (1, "vat", "2020-03"): -500,
        (2, "vat", "2021-01"): 200,
    }


def test_a_refund_is_carried_forward_where_the_terms_say_so():
    receipts = [paid("2020-01-01", 1000), paid("2020-03-01", -1500), paid("2021-01-01", 700)]
    due = entitle(versions(terms(carry_forward=True)), receipts, [], through="2021-12")
    assert due.lines[-1].carried_fen == -500
    assert shares(due)[2, "vat", "2021-01"] == 100


def test_a_refund_of_one_tax_does_not_eat_anothers_base():
    receipts = [paid("2020-01-01", 1000, Tax.cit), paid("2020-01-02", -900)]
    due = entitle(versions(), receipts, [], through="2020-12")
    assert sum(line.amounts.shared for line in due.lines) == 1000


def test_incentives_are_taken_off_in_listed_order_from_their_month_on():
    receipts = [
        paid("2020-01-01", 300),
        paid("2020-01-01", 1000, Tax.cit),
        paid("2020-05-01", 200),
        paid("2020-05-01", 10, Tax.stamp),
    ]
    due = entitle(versions(), receipts, [incentive("2020-03-10", 500)], through="2020-12")
    found = {(line.tax.value, line.month): line.amounts.deducted for line in due.lines}
    assert found[("vat", "2020-03")] == 300
    assert found[("cit", "2020-03")] == 200
    assert found[("vat", "2020-05")] == 0, "what was taken off one tax stays there"
    assert sum(line.amounts.shared for line in due.lines) == 1010


def test_an_incentive_waits_for_base_and_lapses_with_its_year_unless_carried():
    receipts = [paid("2020-01-01", 100), paid("2020-09-01", 100), paid("2021-01-01", 1000)]
    given = [incentive("2020-02-01", 500)]
    lapsed = entitle(versions(), receipts, given, through="2021-12")
    assert [line.amounts.shared for line in lapsed.lines] == [100, -100, 0, 1000]
    carried = entitle(versions(terms(carry_forward=True)), receipts, given, through="2021-12")
    assert sum(line.amounts.shared for line in carried.lines) == 700
    kept = entitle(versions(terms(deduct_incentives=False)), receipts, given, through="2021-12")
    assert sum(line.amounts.shared for line in kept.lines) == 1200


def test_a_cap_hit_in_a_month_cuts_there_and_a_refund_opens_it_again():
    agreed = terms(cap_fen=600)
    receipts = [
        paid("2020-01-01", 1000),
        paid("2020-02-01", 150, Tax.cit),
        paid("2020-02-02", 250),
        paid("2020-03-01", -300),
        paid("2021-01-01", 1000),
    ]
    due = entitle(versions(agreed), receipts, [], through="2021-12")
    found = shares(due)
    assert found[1, "vat", "2020-01"] == 500
    assert found[1, "vat", "2020-02"] == 100, "the first-listed tax takes what is left"
    assert found[1, "cit", "2020-02"] == 0
    assert found[1, "vat", "2020-03"] == -125
    assert found[1, "cit", "2020-03"] == 75, "what the refund frees goes to the tax that was cut"
    assert found[2, "vat", "2021-01"] == 50
    assert due.origin_fen == 600
    assert due.lines[-1].before_cap_fen == 500


def test_an_unrelated_agreement_changes_nothing():
    one = entitle(versions(), [paid("2020-01-01", 777)], [], through="2020-12")
    entitle(versions(terms(cap_fen=1)), [paid("2020-01-01", 999)], [], through="2020-12")
    assert one == entitle(versions(), [paid("2020-01-01", 777)], [], through="2020-12")


def test_a_version_governs_the_years_that_begin_after_it():
    first = terms(effective_on=date(2020, 1, 1))
    second = terms(effective_on=date(2021, 6, 1), ratios_bp=(2000,) * 5)
    both = versions(first, second)
    assert in_force(both, date(2021, 1, 1)).version == 1
    assert in_force(both, date(2021, 6, 1)).version == 2
    assert in_force(both, date(2022, 1, 1)).version == 2
    assert in_force(both, date(2019, 1, 1)).version == 1
    receipts = [paid(f"{year}-07-01", 1000) for year in (2020, 2021, 2022)]
    due = entitle(both, receipts, [], through="2022-12")
    assert [(line.version, line.amounts.origin) for line in due.lines] == [(1, 500), (1, 500), (2, 200)]


def test_a_version_may_shorten_the_term():
    shorter = terms(effective_on=date(2021, 1, 1), years=2)
    receipts = [paid(f"{year}-07-01", 1000) for year in (2020, 2021, 2022)]
    due = entitle(versions(terms(effective_on=date(2020, 1, 1)), shorter), receipts, [], through="2022-12")
    assert [line.agreement_year for line in due.lines] == [1, 2]


def test_years_may_run_from_day_to_day():
    agreed = terms(year_basis=YearBasis.anniversary, years=2)
    receipts = [
        paid("2020-02-29", 1000),
        paid("2021-02-28", 100),
        paid("2021-03-01", 10),
        paid("2022-03-01", 1),
    ]
    due = entitle(versions(agreed), receipts, [], through="2022-12")
    assert shares(due) == {
        (1, "vat", "2020-02"): 500,
        (1, "vat", "2021-02"): 50,
        (2, "vat", "2021-03"): 5,
    }


@pytest.mark.parametrize(
    ("day", "calendar", "anniversaries"),
    [
        (date(2019, 12, 31), 0, 0),
        (date(2020, 3, 14), 1, 0),
        (date(2020, 3, 15), 1, 1),
        (date(2021, 3, 14), 2, 1),
    ],
)
def test_years_are_counted_from_the_clock(day, calendar, anniversaries):
    start = date(2020, 3, 15)
    assert agreement_year(YearBasis.calendar, start, day) == calendar
    assert agreement_year(YearBasis.anniversary, start, day) == anniversaries


def test_the_first_day_of_a_year():
    assert year_start(YearBasis.calendar, date(2020, 3, 15), 2) == date(2021, 1, 1)
    assert year_start(YearBasis.anniversary, date(2020, 3, 15), 2) == date(2021, 3, 15)
    assert anniversary(date(2020, 2, 29), 1) == date(2021, 3, 1)
    assert anniversary(date(2020, 2, 29), 4) == date(2024, 2, 29)


def test_what_is_no_longer_due_is_taken_back():
    before = entitle(versions(), [paid("2020-01-01", 1000)], [], through="2020-12")
    posted = {posting.key: posting.amounts for posting in differences(before.lines, {})}
    back = differences((), posted)
    assert [(one.key, one.amounts.origin, one.line) for one in back] == [
        (Key(1, Tax.vat, "2020-01"), -500, None)
    ]


def test_what_is_given_back_comes_from_the_last_listed():
    assert fill_in_order(5, (10, 10), (5, 5)) == (5, 0)
    assert fill_in_order(5, (10, 10), (0, 0)) == (5, 0)


def test_a_tie_goes_to_the_origin():
    assert split_by_ratio(1, 5000) == (1, 0)
    assert split_by_ratio(-1, 5000) == (0, -1)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (CreditRule.origin_full, Credit(101, 0, 101)),
        (CreditRule.both_full, Credit(101, 101, 101)),
        (CreditRule.split_evenly, Credit(51, 50, 101)),
    ],
)
def test_three_doctrines_and_one_city_total(rule, found):
    agreed, started = terms(credit_rule=rule), date(2020, 5, 1)
    counted = [
        credit(agreed, started, date(2020, 12, 31), 101),
        credit(agreed, None, date(2020, 12, 31), 10),
        credit(agreed, started, date(2025, 1, 1), 1),
    ]
    assert counted == [found, Credit(0, 10, 10), Credit(0, 1, 1)]
    assert city_total(counted) == 112
    assert counted[0] + counted[1] == Credit(found.origin, found.host + 10, 111)
