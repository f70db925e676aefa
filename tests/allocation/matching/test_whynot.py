"""Why a lead is not at a park: figures, holders, costs; and the prices that a run keeps."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from allocation.matching.answer_parts import PRICE_SCALE, Cost, Holder, Missing, ShadowPrice
from allocation.matching.compile import encode_pool
from allocation.matching.explain import Standing
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.prices import dual_prices
from allocation.matching.result import Blocker, Rule
from allocation.matching.scoring import value
from allocation.matching.solve import solve_pool
from allocation.matching.warm import prices_in, run_prices, shadow_prices
from allocation.matching.whynot import why_not
from tests.allocation.matching import factories as make

LATER = date(2027, 6, 1)


def crowd() -> Pool:
    """A park of 100 mu, 20 of them ready later, with an early hold of 10 mu; three leads, 30 mu each."""
    plots = (make.plot("A-1", 80), make.plot("A-2", 20, ready_on=LATER))
    held = replace(make.park("A", plots=plots), holds=(make.hold("H1", 10),))
    leads = (make.lead("L1", 30), make.lead("L2", 30, deadline=date(2027, 9, 1)), make.lead("L3", 30))
    return make.pool(leads, (held, make.park("B", "610002")))


def test_who_holds_what_is_missing_is_listed_largest_first() -> None:
    pool = crowd()
    standing = Standing.of(pool, {"L1": "A", "L2": "A", "L3": "B"})
    told = why_not(standing, pool.leads[2], pool.parks[0])
    assert (told.lead, told.park, told.host, told.blockers, told.free) == ("L3", "A", "B", (), True)
    standing = Standing.of(replace(pool, leads=(*pool.leads[:2], make.lead("L3", 45))), standing.assignment)
    told = why_not(standing, standing.pool.leads[2], pool.parks[0])
    assert told.missing == (Missing(rule=Rule.LAND, need=4_500, short=1_500),)
    assert [(held.rule, held.holders) for held in told.held] == [
        (
            Rule.LAND,
            (
                Holder(lead="L1", park="A", amount=3_000, earlier=False),
                Holder(lead="L2", park="A", amount=3_000, earlier=False),
                Holder(lead="H1", park="A", amount=1_000, earlier=True),
            ),
        )
    ]
    assert not told.free


def test_later_holders_do_not_stand_in_the_way_of_an_earlier_interval() -> None:
    """Only 15 mu are ready before June, and L2, due in September, takes none of these."""
    plots = (make.plot("A-1", 45), make.plot("A-2", 200, ready_on=LATER))
    pool = replace(crowd(), parks=(make.park("A", plots=plots), make.park("B", "610002")))
    standing = Standing.of(pool, {"L1": "A", "L2": "A", "L3": None})
    told = why_not(standing, pool.leads[2], pool.parks[0])
    assert told.missing == (Missing(rule=Rule.LAND, need=3_000, short=1_500),)
    assert [holder.lead for holder in told.held[0].holders] == ["L1"]


def test_holders_of_a_county_stand_in_any_of_its_parks() -> None:
    bound = {"610001": CountyCount(max_leads=1, max_investment_wan=30_000)}
    parks = (replace(make.park("A"), holds=(make.hold("H1", 5),)), make.park("B"), make.park("C", "610002"))
    quota = {"610001": make.county(energy_tce=2_500, cod_kg=50_000), "610002": make.county("610002")}
    pool = make.pool((make.lead("L1"), make.lead("L2")), parks, limits=bound, counties=quota)
    told = why_not(Standing.of(pool, {"L1": "B", "L2": None}), pool.leads[1], pool.parks[0])
    assert [(held.rule, [(h.lead, h.park, h.amount) for h in held.holders]) for held in told.held] == [
        (Rule.COUNTY_ENERGY, [("H1", "A", 1_000), ("L1", "B", 1_000)]),
        (Rule.COUNTY_LEADS, [("L1", "B", 1)]),
        (Rule.COUNTY_INVESTMENT, [("L1", "B", 20_000)]),
    ]
    assert [part.short for part in told.missing] == [500, 1, 10_000]


def test_costs_are_what_the_lead_draws_at_the_runs_prices() -> None:
    pool = crowd()
    standing = Standing.of(pool, {"L1": "A", "L2": "A", "L3": "B"})
    prices = (
        ShadowPrice(owner="A", resource="land@2027-01-15", price=2 * PRICE_SCALE),
        ShadowPrice(owner="A", resource="land@2027-06-01", price=1),
        ShadowPrice(owner="610001", resource="leads", price=7 * PRICE_SCALE),
        ShadowPrice(owner="B", resource="water", price=PRICE_SCALE // 2),
    )
    told = why_not(standing, pool.leads[2], pool.parks[0], prices)
    assert told.there.costs == (
        Cost(owner="A", resource="land@2027-01-15", amount=3_000, cost=6_000),
        Cost(owner="A", resource="land@2027-06-01", amount=3_000, cost=1),
        Cost(owner="610001", resource="leads", amount=1, cost=7),
    )
    worth = value(pool, pool.leads[2], pool.parks[0])
    assert (told.there.value, told.there.reduced) == (worth, worth - 6_008)
    assert told.here is not None
    assert [cost.cost for cost in told.here.costs] == [50]
    late = why_not(standing, pool.leads[1], pool.parks[0], prices)
    assert [cost.amount for cost in late.there.costs] == [3_000, 1]
    bare = why_not(standing, pool.leads[2], pool.parks[0])
    assert (bare.there.costs, bare.there.reduced) == ((), None)


def test_a_forbidden_pair_has_its_rules_and_no_score() -> None:
    pool = make.pool((make.lead(origin="610001"),))
    told = why_not(Standing.of(pool, {"L1": None}), pool.leads[0], pool.parks[0])
    assert told.blockers == (Blocker(Rule.ORIGIN, "610001", "610001"),)
    assert (told.here, told.there.score, told.there.value) == (None, None, None)
    assert not told.free


@given(make.pools)
@settings(max_examples=20, deadline=None)
def test_an_answer_agrees_with_the_explanation(pool: Pool) -> None:
    match = solve_pool(pool, seconds=5, seed=1)
    standing = Standing.of(pool, match.solution.assignment)
    for lead, explanation in zip(pool.leads, match.explanations, strict=True):
        for park in pool.parks:
            told = why_not(standing, lead, park)
            named = [found for found in explanation.candidates if found.park == park.code]
            if named:
                assert (told.there.score, told.there.value) == (named[0].score, named[0].value)
                short = [reason for reason in named[0].shortfalls if "stale" not in reason.rule]
                assert [part.rule for part in told.missing] == [reason.rule for reason in short]
                assert all(
                    part.short >= int(reason.measured) - int(reason.limit) > 0
                    for part, reason in zip(told.missing, short, strict=True)
                )
            for held in told.held:
                assert lead.id not in [holder.lead for holder in held.holders]


def test_prices_are_kept_as_whole_numbers_and_read_back() -> None:
    pool = crowd()
    enc = encode_pool(replace(pool, leads=tuple(make.lead(f"L{number}", 40) for number in range(5))))
    found = dual_prices(enc, passes=50).limit
    kept = shadow_prices(enc, found)
    assert kept
    assert all(price.price for price in kept)
    assert abs(prices_in(enc, kept) - found).max() <= 1 / PRICE_SCALE
    assert run_prices(enc, passes=50) == kept
    assert not prices_in(enc, ()).any()
