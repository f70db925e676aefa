"""The calculator: a case worked by hand, laws for every question, and questions that have no answer."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.sharing.base import LevelShare, LevelTable
from allocation.sharing.calculator.estimate import HORIZON, estimate
from allocation.sharing.calculator.outcome import Indicator, Way
from allocation.sharing.calculator.question import BadQuestionError, Deal, Lead, Question, Ramp, mixed
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import CreditRule

CITY, ORIGIN, NEAR, FAR = "611000", "611022", "611002", "611021"
SHARES = {
    CITY: {Tax.vat: (5_000, 2_000, 3_000, 0)},
    ORIGIN: {Tax.vat: (5_000, 2_000, 1_000, 2_000), Tax.cit: (6_000, 2_000, 1_000, 1_000)},
    NEAR: {Tax.vat: (5_000, 2_000, 1_000, 2_000), Tax.cit: (6_000, 2_000, 1_000, 1_000)},
    FAR: {Tax.vat: (5_000, 2_000, 500, 2_500), Tax.cit: (6_000, 2_000, 0, 2_000)},
}
TABLE = LevelTable(
    LevelShare(treasury, tax, date(2024, 1, 1), *parts)
    for treasury, rows in SHARES.items()
    for tax, parts in rows.items()
)
WAN = 1_000_000


def question(**changes):
    facts = {
        "city": CITY,
        "origin": ORIGIN,
        "hosts": (NEAR, FAR),
        "first_year": 2027,
        "lead": Lead(
            taxes={Tax.vat: 600 * WAN, Tax.cit: 400 * WAN},
            investment_fen=20_000 * WAN,
            fixed_investment_fen=16_001 * WAN,
            output_fen=9_000 * WAN,
        ),
        "deal": Deal(ratio_bp=5_000, years=5),
    }
    return Question(**(facts | changes))


def ways(asked):
    return {outcome.way: outcome for outcome in estimate(asked, TABLE).ways}


MONEY = st.integers(0, 10**13)
DEALS = st.builds(
    Deal,
    ratio_bp=st.integers(0, 10_000),
    years=st.integers(0, 8),
    grace_years=st.integers(0, 4),
    cap_fen=st.none() | st.integers(1, 10**12),
    credit_rule=st.sampled_from(CreditRule),
)
RAMPS = st.builds(
    lambda start, build, wait, first, growth: Ramp(
        start_year=start,
        build_years=build,
        first_tax_year=start + wait,
        first_tax_bp=first,
        growth_bp=growth,
    ),
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(0, 4),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
QUESTIONS = st.builds(
    lambda vat, cit, figures, deal, ramp, hosts, can_host: question(
        lead=Lead(
            taxes={Tax.vat: vat, Tax.cit: cit},
            investment_fen=figures[0],
            fixed_investment_fen=figures[1],
            output_fen=figures[2],
        ),
        deal=deal,
        ramp=ramp,
        hosts=hosts,
        can_host=can_host,
    ),
    MONEY,
    MONEY,
    st.tuples(MONEY, MONEY, MONEY),
    DEALS,
    RAMPS,
    st.sampled_from([(NEAR,), (FAR,), (NEAR, FAR), (CITY, FAR), ()]),
    st.sampled_from([True, False, None]),
)
few = settings(max_examples=60, deadline=None)


def test_a_case_by_hand():
    found = estimate(question(), TABLE)
    assert found.years == (2027, 2028, 2029, 2030, 2031)
    assert found.unlisted == ()
    passed, kept, lost = found.ways
    assert [outcome.way for outcome in found.ways] == [Way.pass_on, Way.keep, Way.lose]
    # Tax runs at 50, 75, 100 % from 2029. Near keeps 600 × 20 % + 400 × 10 % = 160, far 150 + 80 = 230.
    assert passed.low.host == NEAR
    assert passed.low.retained == (0, 0, 80 * WAN, 120 * WAN, 160 * WAN)
    assert passed.low.by_year == (0, 0, 40 * WAN, 60 * WAN, 80 * WAN)
    assert (passed.high.host, passed.high.total) == (FAR, (115 + 172 + 230) * WAN // 2 + WAN // 4)
    assert kept.low == kept.high
    assert (kept.low.host, kept.low.total) == (ORIGIN, 360 * WAN)
    assert lost.high.total == 0
    credit = {row.indicator: row for row in passed.credit}
    assert credit[Indicator.fixed_investment].this_year == 16_001 * WAN // 2
    assert credit[Indicator.paid_in].by_year == (10_000 * WAN, 10_000 * WAN, 0, 0, 0)
    assert credit[Indicator.output].by_year == (0, 0, 4_500 * WAN, 6_750 * WAN, 9_000 * WAN)
    assert kept.credit == passed.credit
    assert all(row.total == 0 for row in lost.credit)


def test_grace_delays_money_and_not_credit():
    plain, later = ways(question()), ways(question(deal=Deal(ratio_bp=5_000, years=5, grace_years=2)))
    assert later[Way.pass_on].low.by_year == (0, 0, 0, 0, 80 * WAN)
    assert later[Way.pass_on].credit == plain[Way.pass_on].credit


@pytest.mark.parametrize(
    ("rule", "part"), [(CreditRule.origin_full, 2), (CreditRule.both_full, 2), (CreditRule.split_evenly, 1)]
)
def test_credit_follows_the_doctrine(rule, part):
    asked = question(deal=Deal(ratio_bp=5_000, years=5, credit_rule=rule))
    passed = ways(asked)[Way.pass_on]
    assert passed.credit[1].this_year == 5_000 * WAN * part


def test_credit_ends_with_the_term_counted_from_construction():
    short = ways(question(deal=Deal(ratio_bp=5_000, years=1)))[Way.pass_on]
    assert [row.by_year[1] for row in short.credit] == [0, 0, 0]
    assert short.credit[0].this_year > 0
    assert short.low.by_year == (0, 0, 40 * WAN, 0, 0)


def test_the_citys_own_treasury_keeps_the_citys_part():
    asked = question(hosts=(CITY,), lead=Lead(taxes={Tax.vat: 100 * WAN}))
    assert ways(asked)[Way.pass_on].low.retained[-1] == 30 * WAN


def test_a_tax_that_the_table_lacks_counts_nothing_and_is_named():
    asked = question(lead=Lead(taxes={Tax.stamp: 100 * WAN, Tax.vat: 100 * WAN}))
    found = estimate(asked, TABLE)
    assert found.unlisted == (Tax.stamp,)
    assert found.ways[0].low.retained[-1] == 20 * WAN


def test_without_hosts_there_is_credit_and_no_figure_of_money():
    passed = ways(question(hosts=()))[Way.pass_on]
    assert (passed.low, passed.high) == (None, None)
    assert passed.credit[0].this_year > 0


@few
@given(QUESTIONS)
def test_passing_on_is_never_below_losing_and_keeping_the_impossible_has_no_figures(asked):
    found = ways(replace(asked, can_host=False))
    passed, kept, lost = found[Way.pass_on], found[Way.keep], found[Way.lose]
    for mine, theirs in zip(passed.credit, lost.credit, strict=True):
        assert all(one >= other for one, other in zip(mine.by_year, theirs.by_year, strict=True))
    if passed.low is not None:
        assert all(one >= 0 for one in passed.low.by_year)
        assert passed.low.total >= lost.high.total
    assert (kept.possible, kept.credit, kept.low, kept.high) == (False, (), None, None)


@few
@given(QUESTIONS)
def test_totals_bounds_and_order(asked):
    found = estimate(asked, TABLE)
    for outcome in found.ways:
        assert [row.indicator for row in outcome.credit] in ([], list(Indicator))
        for row in outcome.credit:
            assert row.total == sum(row.by_year)
            assert row.this_year == row.by_year[0]
        if outcome.low is not None:
            assert outcome.low.total <= outcome.high.total
        for money in filter(None, (outcome.low, outcome.high)):
            assert money.total == sum(money.by_year)
            assert len(money.by_year) == len(money.retained) == HORIZON
            assert all(0 <= due <= kept for due, kept in zip(money.by_year, money.retained, strict=True))
    passed = found.ways[0]
    if asked.deal.cap_fen is not None and passed.high is not None:
        assert passed.high.total <= asked.deal.cap_fen
    if len(asked.hosts) == 1:
        assert passed.low == passed.high
    if asked.deal.years == 0:
        assert not any(row.total for row in passed.credit)
        assert passed.high is None or passed.high.total == 0


@few
@given(QUESTIONS, st.integers(0, 10_000))
def test_a_higher_ratio_and_a_longer_term_never_bring_less(asked, ratio):
    low, high = sorted((ratio, asked.deal.ratio_bp))
    plain = replace(asked, deal=replace(asked.deal, ratio_bp=low))
    for better in (replace(asked.deal, ratio_bp=high), replace(asked.deal, ratio_bp=low, years=9)):
        one, other = ways(plain)[Way.pass_on], ways(replace(asked, deal=better))[Way.pass_on]
        for mine, theirs in zip(one.credit, other.credit, strict=True):
            assert mine.total <= theirs.total
        if one.low is not None:
            assert one.low.total <= other.low.total
            assert one.high.total <= other.high.total


@few
@given(QUESTIONS)
def test_the_years_of_construction_add_up_to_the_investment(asked):
    kept = ways(replace(asked, can_host=True, ramp=replace(asked.ramp, start_year=1, build_years=5)))[
        Way.keep
    ]
    figures = {row.indicator: row.total for row in kept.credit}
    assert figures[Indicator.fixed_investment] == asked.lead.fixed_investment_fen
    assert figures[Indicator.paid_in] == asked.lead.investment_fen


@given(st.integers(0, 2**53 - 1), st.lists(st.integers(0, 100), min_size=1, max_size=7).filter(any))
def test_a_mix_gives_out_the_whole_tax(fen, weights):
    parts = mixed(fen, dict(zip(Tax, weights, strict=False)))
    assert sum(parts.values()) == fen
    assert all(part == 0 for tax, part in parts.items() if weights[list(Tax).index(tax)] == 0)


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: Deal(ratio_bp=10_001, years=5), "ratio_bp"),
        (lambda: Deal(ratio_bp=5_000.0, years=5), "ratio_bp"),
        (lambda: Deal(ratio_bp=5_000, years=51), "years"),
        (lambda: Deal(ratio_bp=5_000, years=50, grace_years=1), "grace_years"),
        (lambda: Deal(ratio_bp=5_000, years=5, cap_fen=0), "cap_fen"),
        (lambda: Ramp(start_year=0), "start_year"),
        (lambda: Ramp(build_years=0), "build_years"),
        (lambda: Ramp(start_year=3, first_tax_year=2), "first_tax_year"),
        (lambda: Ramp(first_tax_bp=-1), "first_tax_bp"),
        (lambda: Ramp(growth_bp=True), "growth_bp"),
        (lambda: Lead(taxes={Tax.vat: -1}), "taxes.vat"),
        (lambda: Lead(taxes={Tax.vat: 2**53 - 1, Tax.cit: 1}), "tax_fen"),
        (lambda: Lead(taxes={}, output_fen=2**53), "output_fen"),
        (lambda: Lead(taxes={}, output_fen=2**53 // 5), "output_fen"),
        (lambda: Lead(taxes={Tax.vat: 2**53 // 5}), "tax_fen"),
        (lambda: mixed(2**53, {Tax.vat: 1}), "tax_fen"),
        (lambda: mixed(1, {Tax.vat: 0}), "mix"),
        (lambda: mixed(1, {Tax.vat: -1}), "mix.vat"),
        (lambda: question(hosts=(ORIGIN,)), "host"),
        (lambda: question(first_year=27), "first_year"),
    ],
)
def test_a_question_without_an_answer_is_refused_at_its_field(make, place):
    with pytest.raises(BadQuestionError) as refused:
        make()
    assert refused.value.field == place
