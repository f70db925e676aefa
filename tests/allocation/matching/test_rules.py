"""Each hard rule at its boundary, alone and together; scores part by part."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from allocation.matching.eligibility import blockers
from allocation.matching.pool import CountyCount, Industry, LandUse, Lead, Needs, Park, Pool, Rules, Weights
from allocation.matching.result import Blocker, Rule, Score
from allocation.matching.scoring import score, tier_bp, value, weight
from allocation.units import Fen, Mu
from tests.allocation.matching import factories as make

WAN = make.WAN


def of(pool: Pool) -> tuple[Blocker, ...]:
    return blockers(pool, pool.leads[0], pool.parks[0])


def rules(pool: Pool) -> list[Rule]:
    return [blocker.rule for blocker in of(pool)]


def case(lead: Lead | None = None, park: Park | None = None, **changes: object) -> Pool:
    return make.pool((lead or make.lead(),), (park or make.park(),), **changes)


def test_a_plain_lead_may_go_to_a_plain_park() -> None:
    assert of(case()) == ()


def test_the_origins_own_parks_are_out() -> None:
    assert of(case(make.lead(origin="610001"))) == (Blocker(Rule.ORIGIN, "610001", "610001"),)


def test_a_held_lead_goes_to_its_county_alone() -> None:
    assert rules(case(make.lead(held_by="610002"))) == [Rule.HELD]
    assert rules(case(make.lead(held_by="610001"))) == []


@pytest.mark.parametrize(
    ("edition", "barred", "code", "out"),
    [
        ("2017", "3982", "3982", True),
        ("2017", "398", "3982", True),
        ("2017", "3670", "367", True),
        ("2017", "367", "3670", True),
        ("2017", "3981", "3982", False),
        ("2011", "3982", "3982", False),
    ],
)
def test_forbidden_classes_cover_what_lies_below_them(
    edition: str, barred: str, code: str, out: bool
) -> None:
    park = make.park(forbidden=frozenset({Industry(edition, barred)}))
    found = rules(case(make.lead(industry=Industry("2017", code)), park))
    assert found == ([Rule.FORBIDDEN] if out else [])


def test_intensity_is_asked_of_fixed_investment_and_its_boundary_passes() -> None:
    """60 mu: 8,400 万 are 140 a mu and fail 150; 9,000 万 are 150 and pass (the published 装备 case)."""
    park = make.park(investment_floor_fen=Fen(150 * WAN), tax_floor_fen=Fen(8 * WAN))
    plain = make.lead(mu=60, fixed_investment_fen=Fen(8_400 * WAN))
    assert of(case(plain, park)) == (Blocker(Rule.INTENSITY, 140 * WAN, 150 * WAN),)
    assert of(case(replace(plain, fixed_investment_fen=Fen(9_000 * WAN)), park)) == ()
    less = of(case(replace(plain, fixed_investment_fen=Fen(9_000 * WAN - 1)), park))
    assert less == (Blocker(Rule.INTENSITY, 150 * WAN - 1, 150 * WAN),)


def test_tax_per_mu_has_a_floor() -> None:
    assert of(case(make.lead(mu=60, tax_fen=Fen(599 * WAN)))) == (
        Blocker(Rule.TAX, 599 * WAN * 100 // 6_000, 10 * WAN),
    )
    assert rules(case(make.lead(mu=60, tax_fen=Fen(600 * WAN)))) == []


def test_leads_that_need_halls_only_skip_the_floors() -> None:
    lead = make.lead(mu=0, needs=make.needs(0, hall_m2=9_000), fixed_investment_fen=Fen(1), tax_fen=Fen(1))
    assert rules(case(lead)) == []


def test_storage_never_serves_industry() -> None:
    park = make.park(plots=(make.plot("A-1", 49), make.plot("A-2", 500, land_use=LandUse.STORAGE)))
    assert of(case(park=park)) == (Blocker(Rule.LAND, 5_000, 4_900),)


@pytest.mark.parametrize(("deadline", "free"), [(make.LATER - timedelta(days=1), 40), (make.LATER, 140)])
def test_land_counts_from_the_day_it_is_ready(deadline: date, free: int) -> None:
    """可调规 counts like clear land, from its date."""
    later = make.plot("A-2", 100, replan=True, ready_on=make.LATER)
    pool = case(make.lead(mu=150, deadline=deadline), make.park(plots=(make.plot("A-1", 40), later)))
    assert of(pool) == (Blocker(Rule.LAND, 15_000, free * 100),)


def test_a_passed_deadline_is_due_now() -> None:
    pool = case(
        make.lead(mu=50, deadline=date(2025, 1, 1)),
        make.park(plots=(make.plot("A-1", 50, ready_on=make.AS_OF),)),
    )
    assert rules(pool) == []


def test_a_hold_takes_land_before_and_after_the_lead() -> None:
    """40 ready now, 100 more later; a hold of 30 due soon and one of 80 due late leave 10 now."""
    plots = (make.plot("A-1", 40), make.plot("A-2", 100, ready_on=make.LATER))
    early = make.hold("H1", 30, date(2027, 2, 1))
    late = make.hold("H2", 80, date(2027, 12, 1))
    park = make.park(plots=plots, holds=(early, late), energy_tce=10**6, water_td=10**6, cod_kg=10**6)
    assert of(case(make.lead(mu=11), park)) == (Blocker(Rule.LAND, 1_100, 1_000),)
    assert of(case(make.lead(mu=31, deadline=date(2027, 12, 1)), park)) == (Blocker(Rule.LAND, 3_100, 3_000),)
    assert of(case(make.lead(mu=30, deadline=date(2027, 12, 1)), park)) == ()


def test_stock_is_stale_after_180_days_and_that_is_said() -> None:
    at_limit = make.AS_OF - timedelta(days=180)
    assert rules(case(park=make.park(plots=(make.plot("A-1", 50, verified_on=at_limit),)))) == []
    stale = make.plot("A-1", 50, verified_on=at_limit - timedelta(days=1))
    assert of(case(park=make.park(plots=(stale,)))) == (
        Blocker(Rule.LAND, 5_000, 0),
        Blocker(Rule.STALE_LAND, 181, 180),
    )
    too_small = replace(stale, area_mu=Mu(4_999))
    assert rules(case(park=make.park(plots=(too_small,)))) == [Rule.LAND]


def test_a_city_may_set_how_old_a_check_may_be() -> None:
    old = make.plot("A-1", 50, verified_on=make.AS_OF - timedelta(days=300))
    assert rules(case(park=make.park(plots=(old,)), rules=Rules(stock_days=300))) == []


def test_halls_are_counted_like_land() -> None:
    lead = make.lead(mu=0, needs=make.needs(0, hall_m2=12_000))
    stale = make.hall("A-F2", 2_000, verified_on=date(2026, 1, 1))
    pool = case(lead, make.park(halls=(make.hall(), stale)))
    assert of(pool) == (
        Blocker(Rule.HALL, 12_000, 10_000),
        Blocker(Rule.STALE_HALL, (make.AS_OF - date(2026, 1, 1)).days, 180),
    )


@pytest.mark.parametrize(
    ("name", "rule", "capacity"),
    [("energy_tce", Rule.ENERGY, 1_500), ("water_td", Rule.WATER, 150), ("cod_kg", Rule.COD, 1_500)],
)
def test_what_a_park_can_give_is_bounded_after_holds(name: str, rule: Rule, capacity: int) -> None:
    lead = make.lead()
    need = getattr(lead.needs, name)
    park = make.park(**{name: capacity}, holds=(make.hold(mu=10, **{name: capacity - need + 1}),))
    assert of(case(lead, park)) == (Blocker(rule, need, need - 1),)
    park = make.park(**{name: capacity}, holds=(make.hold(mu=10, **{name: capacity - need}),))
    assert of(case(lead, park)) == ()


@pytest.mark.parametrize(
    ("name", "rule", "need"),
    [
        ("land_mu", Rule.COUNTY_LAND, 5_000),
        ("energy_tce", Rule.COUNTY_ENERGY, 1_000),
        ("cod_kg", Rule.COUNTY_COD, 1_000),
    ],
)
def test_county_quotas_are_hard_and_count_every_park_of_the_county(name: str, rule: Rule, need: int) -> None:
    other = make.park("B", holds=(make.hold(mu=10, energy_tce=100, cod_kg=100),))
    held = {"land_mu": 1_000}.get(name, 100)
    for quota, found in ((need + held, []), (need + held - 1, [rule])):
        quotas = {"610001": make.county(**{name: quota})}
        pool = make.pool((make.lead(),), (make.park(), other), counties=quotas)
        assert rules(pool) == found


def test_city_parks_have_no_county_quotas() -> None:
    quotas = {"610001": make.county(land_mu=Mu(0), energy_tce=0, cod_kg=0)}
    assert rules(case(park=make.park(owner="610000"), counties=quotas)) == []
    assert rules(case(counties=quotas)) == [Rule.COUNTY_LAND, Rule.COUNTY_ENERGY, Rule.COUNTY_COD]


def test_positioning_is_a_gate_only_where_a_city_wishes() -> None:
    lead = make.lead(industry=make.PARTS)
    assert rules(case(lead)) == []
    assert of(case(lead, rules=Rules(positioning_gate=True))) == (Blocker(Rule.POSITIONING, 1_000, 4_000),)
    assert rules(case(make.lead(industry=make.DRUGS), rules=Rules(positioning_gate=True))) == []


def test_all_broken_rules_are_told_at_once() -> None:
    lead = make.lead(
        origin="610001",
        industry=make.DRUGS,
        fixed_investment_fen=Fen(1),
        tax_fen=Fen(1),
        needs=Needs(land_mu=Mu(10**6), hall_m2=10**6, energy_tce=10**6, water_td=10**6, cod_kg=10**6),
        held_by="610002",
        declined=("610001",),
    )
    park = make.park(
        forbidden=frozenset({make.DRUGS}),
        plots=(make.plot("A-1", 10**5, verified_on=date(2020, 1, 1)),),
        halls=(make.hall("A-F1", 10**7, verified_on=date(2020, 1, 1)),),
    )
    quotas = {"610001": make.county(chains=frozenset())}
    full = {"610001": CountyCount(max_leads=0, max_investment_wan=0)}
    found = rules(case(lead, park, counties=quotas, rules=Rules(positioning_gate=True), limits=full))
    assert found == [rule for rule in Rule if rule is not Rule.OUTRANKED]


# --- scores ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("industry", "park", "tier"),
    [
        (make.CIRCUITS, {"leading": frozenset({make.CIRCUITS})}, 10_000),
        (make.CIRCUITS, {"main": frozenset({make.CIRCUITS}), "leading": frozenset({make.ALLOY})}, 8_000),
        (make.DRUGS, {}, 6_000),
        (make.DRUGS, {"owner": "610000"}, 1_000),
        (make.CIRCUITS, {"main": frozenset({Industry("2017", "3985")})}, 4_000),
        (make.DRUGS, {"leading": frozenset({make.DRUGS})}, 10_000),
        (make.PARTS, {"main": frozenset({make.CIRCUITS})}, 1_000),
        (Industry("2011", "3982"), {"leading": frozenset({make.CIRCUITS})}, 1_000),
    ],
)
def test_tiers(industry: Industry, park: dict[str, object], tier: int) -> None:
    pool = case(make.lead(industry=industry), make.park(**park))
    assert tier_bp(pool, pool.leads[0], pool.parks[0]) == tier
    assert score(pool, pool.leads[0], pool.parks[0]).positioning == 4_000 * tier // 10_000


def parts(pool: Pool) -> Score:
    return score(pool, pool.leads[0], pool.parks[0])


def test_a_perfect_match_scores_ten_thousand() -> None:
    lead = make.lead(needs=Needs(land_mu=Mu(5_000)))
    park = make.park(leading=frozenset({make.CIRCUITS}))
    assert parts(case(lead, park)) == Score(
        positioning=4_000, fit=2_000, headroom=1_500, intensity=1_250, tax=1_250
    )
    assert parts(case(lead, park)).total == 10_000


@pytest.mark.parametrize(("clear", "fit"), [(50, 2_000), (25, 1_500), (0, 1_000), (1, 1_020)])
def test_clear_land_earns_all_and_replanned_land_half(clear: int, fit: int) -> None:
    plots = (make.plot("A-1", clear), make.plot("A-2", 50, replan=True))
    assert parts(case(park=make.park(plots=plots))).fit == fit


@pytest.mark.parametrize(
    ("halls", "fit"), [((9_000,), 2_000), ((4_500, 4_500), 1_500), ((3_000,) * 3, 1_333)]
)
def test_one_roof_earns_all(halls: tuple[int, ...], fit: int) -> None:
    lead = make.lead(mu=0, needs=make.needs(0, hall_m2=9_000))
    park = make.park(halls=tuple(make.hall(f"A-F{number}", m2) for number, m2 in enumerate(halls)))
    assert parts(case(lead, park)).fit == fit


def test_land_and_hall_earn_their_mean_and_nothing_needed_earns_all() -> None:
    both = make.lead(needs=make.needs(50, hall_m2=10_000))
    park = make.park(plots=(make.plot("A-1", 50, replan=True),))
    assert parts(case(both, park)).fit == 1_500
    assert parts(case(make.lead(mu=0, needs=make.needs(0)))).fit == 2_000


def test_headroom_is_the_least_share_left_of_what_is_needed() -> None:
    park = make.park(energy_tce=2_000, holds=(make.hold(mu=1, energy_tce=500, water_td=0, cod_kg=0),))
    assert parts(case(park=park)).headroom == 1_500 * 500 // 1_500
    scarce = {"610001": make.county(cod_kg=2_000)}
    assert parts(case(counties=scarce)).headroom == 750
    scarce = {"610001": make.county(energy_tce=1_250)}
    assert parts(case(counties=scarce)).headroom == 300


@pytest.mark.parametrize(("times", "points"), [(100, 0), (150, 625), (200, 1_250), (900, 1_250)])
def test_figures_per_mu_earn_from_their_floor_to_twice_it(times: int, points: int) -> None:
    lead = make.lead(fixed_investment_fen=Fen(50 * times * WAN), tax_fen=Fen(50 * times * WAN // 10))
    assert (parts(case(lead)).intensity, parts(case(lead)).tax) == (points, points)


def test_a_park_without_floors_gives_all_and_halls_half() -> None:
    free = make.park(investment_floor_fen=Fen(0), tax_floor_fen=Fen(0))
    assert (parts(case(park=free)).intensity, parts(case(park=free)).tax) == (1_250, 1_250)
    hall = make.lead(mu=0, needs=make.needs(0, hall_m2=9_000), tax_fen=Fen(1))
    assert (parts(case(hall)).intensity, parts(case(hall)).tax) == (625, 625)


@pytest.mark.parametrize(
    ("wan", "factor"),
    [
        (0, 10),
        (4_999, 10),
        (5_000, 12),
        (10_000, 14),
        (20_000, 16),
        (49_999, 16),
        (50_000, 19),
        (2_000_000, 27),
    ],
)
def test_weights_by_investment(wan: int, factor: int) -> None:
    pool = case(make.lead(investment_fen=Fen(wan * WAN)))
    assert weight(Weights(), pool.leads[0]) == factor
    assert value(pool, pool.leads[0], pool.parks[0]) == parts(pool).total * factor


def test_a_pool_has_each_key_once_in_order() -> None:
    with pytest.raises(ValueError, match="leads"):
        make.pool((make.lead("b"), make.lead("a")))
    with pytest.raises(ValueError, match="parks"):
        make.pool((make.lead(),), (make.park("A"), make.park("A")))
