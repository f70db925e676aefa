"""Laws that hold for all receipts: order, splitting, revision, conservation, and a model in fractions."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.amounts import Amounts
from allocation.sharing.entitlement import Incentive, Retained, entitle
from allocation.sharing.postings import differences, imbalances, key_of, legs_of_share
from allocation.sharing.split import fill_in_order
from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import Method
from allocation.sharing.years import month_of
from tests.allocation.sharing.factories import terms, versions

DAYS = st.dates(date(2019, 6, 1), date(2022, 12, 31))
TAXES = (Tax.vat, Tax.cit, Tax.stamp)
RECEIPTS = st.lists(
    st.builds(
        Retained,
        ticket=st.text("0123456789", min_size=1, max_size=4),
        paid_on=DAYS,
        tax=st.sampled_from(TAXES),
        kind=st.sampled_from(list(ReceiptKind)),
        fen=st.integers(-100_000, 1_000_000),
    ),
    max_size=12,
)
INCENTIVES = st.lists(
    st.builds(Incentive, document_no=st.just("1号"), paid_on=DAYS, fen=st.integers(0, 300_000)), max_size=3
)
TERMS = st.builds(
    lambda ratios, cap, carry: terms(
        method=Method.yearly, ratios_bp=tuple(ratios), years=len(ratios), cap_fen=cap, carry_forward=carry
    ),
    st.lists(st.integers(0, 10_000), min_size=1, max_size=4),
    st.none() | st.integers(1, 600_000),
    st.booleans(),
)
END = "2022-12"


def totals(agreed, receipts, incentives, through=END):
    return sum(
        (line.amounts for line in entitle(versions(agreed), receipts, incentives, through=through).lines),
        Amounts(),
    )


@given(TERMS, RECEIPTS, INCENTIVES, st.randoms(use_true_random=False))
def test_the_order_of_receipts_means_nothing(agreed, receipts, incentives, random):
    mixed = list(receipts)
    random.shuffle(mixed)
    mixed_incentives = list(reversed(incentives))
    assert entitle(versions(agreed), receipts, incentives, through=END) == entitle(
        versions(agreed), mixed, mixed_incentives, through=END
    )


@given(TERMS, RECEIPTS, INCENTIVES, st.integers(1, 99))
def test_splitting_a_receipt_changes_nothing(agreed, receipts, incentives, percent):
    halves = []
    for one in receipts:
        part = one.fen * percent // 100
        rest = one.fen - part
        halves += [
            Retained(one.ticket + "a", one.paid_on, one.tax, one.kind, part),
            Retained(one.ticket + "b", one.paid_on, one.tax, one.kind, rest),
        ]
    whole = entitle(versions(agreed), receipts, incentives, through=END)
    parts = entitle(versions(agreed), halves, incentives, through=END)
    assert whole == parts


@given(TERMS, RECEIPTS, INCENTIVES)
def test_parties_sum_to_the_base_and_stay_in_bounds(agreed, receipts, incentives):
    due = entitle(versions(agreed), receipts, incentives, through=END)
    for line in due.lines:
        for amounts in (line.amounts, line.cumulative):
            assert amounts.origin + amounts.host == amounts.shared
        now = line.cumulative
        assert now.shared == max(0, line.carried_fen + now.base) - now.deducted
        assert now.shared >= 0 <= now.origin <= now.shared
        exact = Fraction(now.shared * line.ratio_bp, 10_000)
        assert now.origin <= line.before_cap_fen
        assert abs(line.before_cap_fen - exact) < 1
    if agreed.cap_fen is not None:
        assert 0 <= due.origin_fen <= agreed.cap_fen


@given(TERMS, RECEIPTS, INCENTIVES)
def test_a_model_in_fractions_agrees(agreed, receipts, incentives):
    """Year by year on whole sums: the base and the deductions exactly, the share within a fen a tax."""
    due = entitle(versions(agreed), receipts, incentives, through=END)
    covered = [one for one in receipts if one.kind is not ReceiptKind.late_fee]
    starts = [one.paid_on for one in covered if one.fen > 0]
    covered = [one for one in covered if starts and one.paid_on >= min(starts)]
    carried, kept, given_so_far = dict.fromkeys(Tax, 0), 0, Fraction(0)
    for number in range(1, agreed.years + 1):
        if not starts:
            break
        year = min(starts).year + number - 1
        base = {
            tax: carried[tax] + sum(one.fen for one in covered if one.tax is tax and one.paid_on.year == year)
            for tax in Tax
        }
        positive = sum(max(0, part) for part in base.values())
        money = kept + sum(one.fen for one in incentives if one.paid_on.year == year)
        shared = positive - min(positive, money)
        lines = [line for line in due.lines if line.agreement_year == number]
        assert sum(line.amounts.shared for line in lines) == shared
        share = Fraction(shared * agreed.ratio_bp(number), 10_000)
        if agreed.cap_fen is not None:
            share = min(share, agreed.cap_fen - given_so_far)
        found = sum(line.amounts.origin for line in lines)
        assert abs(found - share) < len(Tax) * agreed.years
        given_so_far += found
        carried = {tax: min(0, part) if agreed.carry_forward else 0 for tax, part in base.items()}
        kept = money - min(positive, money) if agreed.carry_forward else 0


@given(
    TERMS, RECEIPTS, INCENTIVES, st.lists(st.tuples(RECEIPTS, st.sampled_from(["2020-06", "2021-03", END])))
)
def test_wrong_then_right_ends_where_right_alone_does(agreed, receipts, incentives, wrong_turns):
    """Whatever was posted before, posting the difference ends at what is due."""
    posted: dict = {}
    for known, through in [*wrong_turns, (receipts, END)]:
        for posting in differences(
            entitle(versions(agreed), known, incentives, through=through).lines, posted
        ):
            posted[posting.key] = posted.get(posting.key, Amounts()) + posting.amounts
    due = entitle(versions(agreed), receipts, incentives, through=END)
    assert {key: amounts for key, amounts in posted.items() if amounts} == {
        key_of(line): line.amounts for line in due.lines
    }
    assert differences(due.lines, posted) == ()


@given(TERMS, RECEIPTS, INCENTIVES)
def test_month_by_month_equals_the_year_at_once(agreed, receipts, incentives):
    posted: dict = {}
    days = [one.paid_on for one in (*receipts, *incentives)]
    for month in sorted({month_of(day) for day in days}):
        for posting in differences(
            entitle(versions(agreed), receipts, incentives, through=month).lines, posted
        ):
            assert posting.key.month == month, "nothing earlier moves when nothing late comes"
            posted[posting.key] = posting.amounts
    assert sum(posted.values(), Amounts()) == totals(agreed, receipts, incentives)


@given(st.integers(-(2**50), 2**50))
def test_every_county_book_balances_alone(fen):
    legs = legs_of_share("611026", "611021", fen)
    assert imbalances(legs) == {}
    due = {leg.kind: leg.fen for leg in legs}
    assert due["due_from"] + due["due_to"] == 0
    broken = (*legs[1:],)
    assert (imbalances(broken) == {}) is (fen == 0)


FILLS = st.integers(1, 6).flatmap(
    lambda size: st.tuples(
        st.integers(-50, 400),
        st.lists(st.integers(0, 100), min_size=size, max_size=size),
        st.lists(st.integers(0, 100), min_size=size, max_size=size),
    )
)


@given(FILLS)
def test_filling_gives_all_there_is_and_keeps_what_it_can(case):
    total, limits, kept = case
    given_out = fill_in_order(total, limits, kept)
    assert sum(given_out) == min(max(total, 0), sum(limits))
    assert all(0 <= part <= limit for part, limit in zip(given_out, limits, strict=True))
    least = [min(old, limit) for old, limit in zip(kept, limits, strict=True)]
    if sum(least) <= max(total, 0):
        assert all(part >= old for part, old in zip(given_out, least, strict=True))
    else:
        assert all(part <= old for part, old in zip(given_out, least, strict=True))
    assert fill_in_order(total, limits, given_out) == given_out
