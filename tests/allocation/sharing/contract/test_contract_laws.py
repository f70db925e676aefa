"""Laws of the general engine, and its agreement with the model in fractions."""

from dataclasses import replace
from datetime import date

from hypothesis import example, given, settings
from hypothesis import strategies as st

from allocation.sharing.contract.clauses import Base, Cap, Least, Negative, Span
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.lines import LineKind, totals
from allocation.sharing.contract.outside import left_out
from allocation.sharing.contract.segment import settle
from allocation.sharing.taxes import Tax
from allocation.units import FEN_LIMIT, split_largest_remainder
from tests.allocation.sharing.contract.making import (
    EVENTS,
    INCENTIVES,
    A,
    B,
    contract,
    contracts,
    event,
    paid,
    ratio,
    receipts_of,
    versions,
)
from tests.allocation.sharing.contract.model import model

ONE = (Tax.vat,)
MONTHS = st.sampled_from(["2020-05", "2021-12", "2022-07", "2023-12"])
END = "2023-12"
FEW = settings(max_examples=30)
"""Random contracts are slow to draw; the model is asked more often than the laws."""
GUARANTEED = contract(guarantees=(Least(A, B, 100),))
STARTED = [event("construction", "2020-02-01"), event("production", "2020-03-01")]
SEVERAL = st.lists(contracts(ONE, 3), min_size=1, max_size=2).map(lambda found: versions(*found))


@given(SEVERAL, receipts_of(ONE), INCENTIVES, EVENTS, MONTHS)
def test_the_model_in_fractions_agrees_to_the_fen(several, receipts, incentives, events, through):
    due = entitle(several, receipts, incentives, events, through=through)
    found = dict.fromkeys(several[0].contract.codes, 0) | due.by_party
    assert found == model(several, receipts, incentives, events, through)


@FEW
@given(contracts(), receipts_of(), INCENTIVES, EVENTS, MONTHS)
def test_parties_sum_to_the_base_and_every_line_does(agreed, receipts, incentives, events, through):
    due = entitle(versions(agreed), receipts, incentives, events, through=through)
    assert sum(due.by_party.values()) == due.base_fen
    for line in due.lines:
        for figures in (line.amounts, line.cumulative):
            assert sum(figures.parts) == figures.shared
        if line.tax is not None:
            assert sum(line.bands) == line.cumulative.shared == sum(line.before_cap)
        else:
            assert line.amounts.shared == 0
            assert line.kind is not LineKind.share


@FEW
@given(contracts(), receipts_of(), INCENTIVES, EVENTS, st.randoms(use_true_random=False), st.integers(1, 99))
def test_order_and_splitting_mean_nothing(agreed, receipts, incentives, events, random, percent):
    mixed = []
    for one in receipts:
        part = one.fen * percent // 100
        mixed += [replace(one, fen=part), replace(one, fen=one.fen - part)]
    started = agreed.clock.kind != "first_tax" or all(one.fen > 0 for one in receipts)
    random.shuffle(mixed)
    whole = entitle(versions(agreed), receipts, incentives, events, through=END)
    parts = entitle(versions(agreed), mixed, incentives[::-1], events[::-1], through=END)
    assert whole == parts or not started


@FEW
@given(contracts(), receipts_of(), INCENTIVES, EVENTS)
def test_months_already_told_do_not_change_when_later_ones_come(agreed, receipts, incentives, events):
    """So postings of the past move only when the past is known otherwise."""
    early = [one for one in events if one.on <= date(2021, 6, 30)]
    part = entitle(versions(agreed), receipts, incentives, early, through="2021-06")
    whole = entitle(versions(agreed), receipts, incentives, early, through=END)
    own = [line for line in whole.lines if line.month <= "2021-06"]
    if part.clock_start == whole.clock_start:
        assert list(part.lines) == own


@FEW
@given(contracts(), receipts_of(), EVENTS, st.integers(2, 1000))
def test_scaling_money_and_caps_scales_shares(agreed, receipts, events, factor):
    def scaled(least):
        return tuple(replace(one, fen=one.fen * factor) for one in least)

    larger = replace(
        agreed,
        caps=scaled(agreed.caps),
        floors=scaled(agreed.floors),
        guarantees=scaled(agreed.guarantees),
        shares=tuple(
            replace(
                clause,
                tiers=tuple(
                    replace(tier, up_to_fen=tier.up_to_fen and tier.up_to_fen * factor)
                    for tier in clause.tiers
                ),
            )
            for clause in agreed.shares
        ),
    )
    more = [replace(one, fen=one.fen * factor) for one in receipts]
    small = entitle(versions(agreed), receipts, (), events, through=END)
    large = entitle(versions(larger), more, (), events, through=END)
    assert large.base_fen == small.base_fen * factor
    slack = len(small.lines) + len(large.lines) + 1
    for code, fen in small.by_party.items():
        assert abs(large.by_party[code] - factor * fen) <= factor * slack


@FEW
@given(contracts(clawback=None, floors=(), guarantees=()), receipts_of(), INCENTIVES, EVENTS)
def test_a_split_is_within_a_fen_of_the_exact_one(agreed, receipts, incentives, events):
    due = entitle(versions(agreed), receipts, incentives, events, through=END)
    for line in due.lines:
        for place in range(len(agreed.codes)):
            exact = sum(
                band * weights[place] * 2**40 // weights[-1]
                for band, weights in zip(line.bands, line.weights, strict=True)
            )
            assert abs(line.before_cap[place] * 2**40 - exact) < 2**40 + 4


@FEW
@given(
    contracts(clawback=None),
    receipts_of(),
    INCENTIVES,
    EVENTS,
    st.sampled_from(Span),
    st.integers(1, 400_000),
)
def test_a_cap_is_never_exceeded(agreed, receipts, incentives, events, span, fen):
    capped = replace(agreed, caps=(Cap(A, span, fen),), floors=(), guarantees=(Least(A, agreed.host, 1),))
    due = entitle(versions(capped), receipts, incentives, events, through=END)
    years = range(1, capped.years + 1)
    by_year = [totals(line for line in due.lines if line.agreement_year == year).get(A, 0) for year in years]
    found = by_year if span is Span.year else [sum(by_year[:until]) for until in years]
    assert all(part <= fen for part in found)


@FEW
@given(contracts(clawback=None, caps=(), guarantees=()), receipts_of(), INCENTIVES, st.integers(1, 400_000))
def test_a_floor_is_reached_as_far_as_the_payer_has(agreed, receipts, incentives, fen):
    floored = replace(agreed, floors=(Least(A, agreed.host, fen),))
    bare = replace(agreed, floors=())
    through = "2035-12"
    due = entitle(versions(floored), receipts, incentives, STARTED, through=through)
    without = entitle(versions(bare), receipts, incentives, STARTED, through=through)
    for year in range(1, agreed.years + 1 if due.clock_start else 1):
        have = totals(line for line in due.lines if line.agreement_year == year).get(A, 0)
        old = totals(line for line in without.lines if line.agreement_year == year)
        payer = old.get(agreed.host, 0)
        assert have == max(old.get(A, 0), min(fen, old.get(A, 0) + max(0, payer)))


@FEW
@given(contracts(clawback=None, caps=(), floors=()), receipts_of(), st.integers(1, 400_000))
def test_a_guarantee_is_met_whatever_the_base(agreed, receipts, fen):
    held = replace(agreed, guarantees=(Least(A, agreed.host, fen),))
    due = entitle(versions(held), receipts, (), STARTED, through="2035-12")
    for year in range(1, agreed.years + 1 if due.clock_start else 1):
        assert totals(line for line in due.lines if line.agreement_year == year)[A] >= fen


@FEW
@given(
    st.integers(-(2**53) + 1, 2**53 - 1), st.lists(st.integers(0, 2**40), min_size=2, max_size=6).filter(any)
)
def test_settling_is_the_largest_remainder(total, weights):
    assert settle([total * weight for weight in weights], sum(weights)) == split_largest_remainder(
        total, weights
    )


@FEW
@given(receipts_of(), receipts_of())
def test_an_unrelated_agreement_changes_nothing(receipts, others):
    alone = entitle(versions(), receipts, through=END)
    entitle(versions(contract(caps=(Cap(A, Span.term, 1),))), others, through=END)
    assert entitle(versions(), receipts, through=END) == alone


def test_nothing_overflows_up_to_the_limit():
    most = FEN_LIMIT - 1
    thirds = contract(shares=(ratio(3333, 6667),), caps=(Cap(A, Span.term, most),))
    due = entitle(versions(thirds), [paid("2020-01-01", most)], through="2020-12")
    assert due.by_party == dict(zip((A, B), split_largest_remainder(most, (3333, 6667)), strict=True))


@FEW
@given(st.lists(contracts(size=3), min_size=1, max_size=2), receipts_of(), INCENTIVES, EVENTS, MONTHS)
@example([GUARANTEED], [paid("2020-01-02", 1)], [], [event("end", "2020-01-01")], END)
@example(
    [GUARANTEED, replace(GUARANTEED, base=Base(taxes=(Tax.cit,)), effective_on=date(2020, 7, 1))],
    [paid("2021-03-01", 5), paid("2022-03-01", 7, Tax.cit)],
    [],
    [],
    END,
)
def test_every_receipt_is_counted_or_told(agreed, receipts, incentives, events, through):
    """What is told as left out changes nothing, so it starts no clock; of the rest a line's base is made."""
    agreed = [
        replace(one, base=replace(one.base, negative=Negative.share, deduct_incentives=False))
        for one in agreed
    ]
    told = {id(one.receipt) for one in left_out(versions(*agreed), receipts, events, through=through)}
    due = entitle(versions(*agreed), receipts, incentives, events, through=through)
    counted = [one for one in receipts if id(one) not in told]
    assert sum(one.fen for one in counted) == sum(line.amounts.base for line in due.lines)
    assert entitle(versions(*agreed), counted, incentives, events, through=through) == due
