"""Hand-worked cases of single clauses: what each changes, in figures an officer can check."""

from dataclasses import replace
from datetime import date

import pytest

from allocation.sharing.contract.clauses import (
    Base,
    Cap,
    Change,
    Clawback,
    Entry,
    Grace,
    GraceRule,
    Least,
    Negative,
    Party,
    Span,
    TierBasis,
)
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.known import Incentive
from allocation.sharing.contract.lines import LineKind
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import YearBasis
from tests.allocation.sharing.contract.making import (
    ALL,
    YEARLY,
    A,
    B,
    C,
    by_year,
    contract,
    event,
    paid,
    ratio,
    tiers,
    versions,
    weights,
    worked,
)

THREE = tuple(Party(code=code) for code in ALL)


def test_tiers_of_a_year_are_marginal_over_all_taxes():
    stepped = contract(shares=(tiers((600, (5000, 5000)), (None, (1000, 9000))),))
    receipts = [paid("2020-01-01", 500), paid("2020-02-01", 500, Tax.cit), paid("2021-01-01", 700)]
    due = worked(stepped, receipts)
    assert by_year(due) == [300 + 40, 300 + 10]
    assert [line.bands for line in due.lines] == [(500, 0), (100, 400), (600, 100)]


def test_tiers_of_the_term_go_on_counting():
    stepped = contract(shares=(tiers((1500, (5000, 5000)), (None, (1000, 9000)), basis=TierBasis.term),))
    assert by_year(worked(stepped)) == [500, 250 + 50, 100, 100, 100]


def test_a_refund_comes_out_of_the_highest_tier():
    stepped = contract(shares=(tiers((600, (5000, 5000)), (None, (1000, 9000))),))
    due = worked(stepped, [paid("2020-01-01", 1000), paid("2020-02-01", -300)])
    assert [line.amounts.parts[0] for line in due.lines] == [340, -30]


def test_weights_are_of_any_size_and_by_year():
    scored = contract(parties=THREE, host=C, shares=(weights(1, 1, 1, last=1), weights(85, 90, 0, first=2)))
    due = worked(scored, [paid("2020-01-01", 100), paid("2021-01-01", 175)])
    assert [line.amounts.parts for line in due.lines] == [(34, 33, 33), (85, 90, 0)]


@pytest.mark.parametrize(
    ("rule", "parts"), [(GraceRule.origin_none, (0, 300, 700)), (GraceRule.host_all, (0, 0, 1000))]
)
def test_grace_years_leave_it_to_the_host(rule, parts):
    agreed = contract(parties=THREE, host=C, grace=Grace(2, rule), shares=(ratio(5000, 3000, 2000),))
    due = worked(agreed)
    assert [line.amounts.parts for line in due.lines[:3]] == [parts, parts, (500, 300, 200)]


def test_yearly_and_cumulative_caps_hold_together():
    capped = contract(caps=(Cap(A, Span.year, 400), Cap(A, Span.term, 1000)))
    due = worked(capped)
    assert by_year(due) == [400, 400, 200, 0, 0]
    assert by_year(due, B) == [600, 600, 800, 1000, 1000]


def test_a_negative_base_is_floored_carried_or_shared():
    receipts = [paid("2020-01-01", 1000), paid("2020-02-01", -1400), paid("2021-01-01", 1000)]
    found = {rule: by_year(worked(contract(base=Base(negative=rule)), receipts)) for rule in Negative}
    assert found == {Negative.floor: [0, 500], Negative.carry: [0, 300], Negative.share: [-200, 500]}


def test_a_shared_refund_passes_a_cap_and_opens_it():
    agreed = contract(base=Base(negative=Negative.share), caps=(Cap(A, Span.year, 300),))
    receipts = [paid("2020-01-01", 1000), paid("2020-02-01", -200, Tax.cit)]
    assert [line.amounts.parts[0] for line in worked(agreed, receipts).lines] == [300, 100, -100]


def test_a_floor_is_made_up_in_the_last_month_and_only_then():
    floored = contract(floors=(Least(A, B, 800),), shares=(ratio(5000, 5000, last=5),))
    before = worked(floored, through="2020-11")
    assert [line.kind for line in before.lines] == [LineKind.share]
    due = worked(floored, through="2020-12")
    own = due.lines[-1]
    assert (own.kind, own.month, own.tax, own.amounts.parts) == (LineKind.floor, "2020-12", None, (300, -300))
    assert own.before_cap == (500, 500)


def test_a_floor_ends_where_the_payers_share_does_and_a_guarantee_does_not():
    small = [paid("2020-06-01", 1000)]
    floored = contract(floors=(Least(A, B, 5000),))
    assert by_year(worked(floored, small, through="2021-12")) == [1000]
    sure = contract(guarantees=(Least(A, B, 5000),))
    assert by_year(worked(sure, small, through="2021-12")) == [5000, 5000]
    assert by_year(worked(sure, small, through="2021-12"), B) == [-4000, -5000]


def test_a_true_up_stays_below_the_cap():
    agreed = contract(guarantees=(Least(A, B, 800),), caps=(Cap(A, Span.term, 1000),))
    assert by_year(worked(agreed)) == [800, 200, 0, 0, 0]


def test_in_an_anniversary_year_the_true_up_waits_for_its_last_month():
    agreed = contract(year_basis=YearBasis.anniversary, floors=(Least(A, B, 800),))
    assert worked(agreed, through="2021-04").lines[-1].kind is LineKind.share
    assert worked(agreed, through="2021-05").lines[-1].month == "2021-05"


def test_relocation_ends_sharing_and_gives_back_the_last_years():
    agreed = contract(clawback=Clawback(giver=A, taker=B, years=2, part_bp=3000))
    events = [event("relocation", "2022-07-15")]
    receipts = [*YEARLY, paid("2020-07-01", 100)]
    due = worked(agreed, receipts, events=events)
    own = due.lines[-1]
    assert (own.kind, own.month, own.agreement_year) == (LineKind.clawback, "2022-07", 3)
    assert own.amounts.parts == (-300, 300), "2021-06 and 2022-06 lie in the window, 2020-07 does not"
    assert due.by_party == {A: 1250, B: 1850}
    assert worked(agreed, receipts, events=events, through="2022-06").lines == due.lines[:-1]


@pytest.mark.parametrize(("part_bp", "back"), [(4999, 2), (5000, 3), (5001, 3), (3000, 2), (2999, 1)])
def test_what_is_given_back_is_rounded_to_the_nearest_fen_half_a_fen_up(part_bp, back):
    agreed = contract(clawback=Clawback(giver=A, taker=B, years=1, part_bp=part_bp))
    due = worked(agreed, [paid("2020-06-01", 10)], [event("relocation", "2020-07-01")])
    assert due.by_party == {A: 5 - back, B: 5 + back}


def test_relocation_may_make_the_host_pay():
    agreed = contract(clawback=Clawback(giver=B, taker=A, years=50, part_bp=10_000))
    due = worked(agreed, events=[event("relocation", "2020-12-31")])
    assert due.by_party == {A: 1000, B: 0}


def test_nothing_is_given_back_of_nothing():
    agreed = contract(clawback=Clawback(giver=A, taker=B, years=1, part_bp=3000))
    due = worked(agreed, events=[event("relocation", "2023-05-01")], receipts=YEARLY[:2])
    assert {line.kind for line in due.lines} == {LineKind.share}
    plain = worked(contract(), events=[event("relocation", "2023-05-01")])
    assert by_year(plain) == [500, 500, 500]


def test_an_early_end_cuts_the_last_year():
    agreed = contract(floors=(Least(A, B, 700),))
    due = worked(agreed, [*YEARLY, paid("2021-09-01", 1000)], events=[event("end", "2021-08-31")])
    assert by_year(due) == [700, 700]
    assert due.lines[-1].month == "2021-08"


def test_a_merged_hosts_successor_takes_its_place_from_that_month():
    merger = event("merger", "2022-01-01", B, C)
    due = worked(contract(caps=(Cap(A, Span.term, 1200),)), events=[merger])
    assert due.by_party == {A: 1200, B: 1000, C: 2800}
    assert due.base_fen == 5000
    again = event("merger", "2023-01-01", C, "611099")
    assert worked(contract(), events=[again, merger]).by_party == {A: 2500, B: 1000, C: 500, "611099": 1000}


def test_two_agreements_that_come_to_have_one_host_stay_apart():
    merger = event("merger", "2021-01-01", B, C)
    first = contract(caps=(Cap(A, Span.term, 600),))
    second = contract(parties=(Party(code=A), Party(code=C)), host=C, caps=(Cap(A, Span.term, 600),))
    one, two = worked(first, events=[merger]), worked(second, events=[merger])
    assert (one.by_party[A], two.by_party[A]) == (600, 600)
    assert one.by_party[C] + two.by_party[C] + one.by_party[B] + 1200 == 10_000


def test_a_change_waits_for_the_next_year_unless_the_terms_say_from_the_month():
    receipts = [paid("2020-03-01", 1000), paid("2020-09-01", 1001), paid("2021-03-01", 1000)]
    facts = {"effective_on": date(2020, 7, 10), "shares": (ratio(2000, 8000),)}
    later, at_once = contract(**facts), contract(**facts, change=Change.month)
    due = entitle(versions(contract(), later), receipts, through="2021-12")
    assert [(line.version, line.amounts.parts[0]) for line in due.lines] == [(1, 500), (1, 501), (2, 200)]
    due = entitle(versions(contract(), at_once), receipts, through="2021-12")
    assert [(line.version, line.amounts.parts[0]) for line in due.lines] == [(1, 500), (2, 200), (2, 200)]
    assert [line.cumulative.base for line in due.lines] == [1000, 1001, 1000], "each on its own base"


def test_a_change_from_a_month_may_end_the_sharing():
    shorter = contract(effective_on=date(2021, 6, 1), years=1, change=Change.month)
    due = entitle(versions(contract(), shorter), YEARLY, through="2024-12")
    assert by_year(due) == [500]
    early = [paid("2020-06-10", 10), paid("2021-06-20", 10)]
    cut = contract(effective_on=date(2020, 6, 20), change=Change.month, year_basis=YearBasis.anniversary)
    due = entitle(versions(contract(year_basis=YearBasis.anniversary), cut), early, through="2021-12")
    assert [line.version for line in due.lines] == [2, 2], (
        "the month in which it takes effect is the later one's"
    )


def test_an_older_version_does_not_come_back():
    newer = contract(shares=(ratio(1000, 9000),))
    older = contract(effective_on=date(2020, 7, 1), change=Change.month)
    several = [versions(older)[0], versions(newer, newer)[1]]
    assert by_year(entitle(several, [paid("2020-08-01", 1000)], through="2020-12")) == [100]


def test_caps_and_tiers_of_a_year_run_through_its_segments():
    second = contract(
        effective_on=date(2020, 7, 1),
        change=Change.month,
        caps=(Cap(A, Span.year, 600),),
        shares=(tiers((1200, (5000, 5000)), (None, (1000, 9000))),),
    )
    receipts = [paid("2020-01-01", 1000), paid("2020-08-01", 400)]
    due = entitle(versions(contract(), second), receipts, through="2020-12")
    assert [line.before_cap[0] for line in due.lines] == [500, 100 + 20]
    assert due.by_party[A] == 600


def test_the_entry_test_lets_in_and_caps_at_the_three_years():
    entry = Entry(party=A, before_fen=(400, 500, 600), average_fen=500)
    assert by_year(worked(contract(entry=entry))) == [500, 500, 500, 0, 0]
    open_end = replace(entry, cap_at_sum=False)
    assert by_year(worked(contract(entry=open_end))) == [500] * 5
    assert by_year(worked(contract(entry=replace(entry, average_fen=501)))) == [0] * 5


def test_incentives_that_are_taken_back_are_no_deduction():
    given = [Incentive("1", date(2020, 7, 1), 300), Incentive("1", date(2020, 8, 1), -300)]
    due = worked(contract(), YEARLY[:1], incentives=given)
    assert [line.amounts.deducted for line in due.lines] == [0, 300, -300]
    kept = worked(contract(base=Base(deduct_incentives=False)), YEARLY[:1], incentives=given)
    assert [line.amounts.deducted for line in kept.lines] == [0]
