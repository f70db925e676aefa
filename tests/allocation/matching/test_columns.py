"""The columns against the scalar rules: every pair, every part of the score, every bar."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from allocation.matching.columns import AMOUNT_LIMIT
from allocation.matching.compile import compile_pool, encode_pool
from allocation.matching.eligibility import blockers
from allocation.matching.encode import Encoded, encode_instance
from allocation.matching.pairs import NO, over_floor, ratio_of, score_block
from allocation.matching.pool import CountyCount, Industry, Pool, Rules, Weights
from allocation.matching.scoring import value
from allocation.matching.tabulate import POINTS_LIMIT, STOCK_LIMIT, WEIGHT_LIMIT, tabulate
from allocation.units import FEN_LIMIT, Fen, Mu
from tests.allocation.matching import factories as make

counts = st.builds(
    CountyCount,
    max_leads=st.none() | st.integers(0, 2),
    min_leads=st.sampled_from([0, 0, 1]),
    max_investment_wan=st.none() | st.integers(0, 10**6),
)
fair_pools = st.builds(
    lambda pool, limits, multipliers: replace(pool, limits=limits, multipliers_bp=multipliers),
    make.pools,
    st.dictionaries(st.sampled_from(["610001", "610002"]), counts),
    st.dictionaries(st.sampled_from(["610001", "610002"]), st.integers(9_000, 11_000)),
)


def worths(pool: Pool) -> list[list[int]]:
    columns = tabulate(pool)
    found: list[list[int]] = score_block(
        columns.leads, columns.parks, columns.most, 0, len(pool.leads)
    ).tolist()
    return found


def expected(pool: Pool) -> list[list[int]]:
    return [
        [NO if blockers(pool, lead, park) else value(pool, lead, park) for park in pool.parks]
        for lead in pool.leads
    ]


@given(fair_pools)
@settings(max_examples=120)
def test_columns_score_as_the_rules_do(pool: Pool) -> None:
    assert worths(pool) == expected(pool)


def test_a_pool_without_anybody_has_no_pairs() -> None:
    empty = Pool(as_of=make.AS_OF, leads=(), parks=(), counties={})
    assert worths(empty) == []
    assert compile_pool(empty).resources == ("land@2027-01-15", "hall@2027-01-15", "energy", "water", "cod")
    assert encode_pool(empty).pairs == 0


@given(st.integers(0, 2**62 - 1), st.integers(1, 2**40))
@example(2**62 - 1, 2**40)
@example(9_007_199_254_740_993, 3)
def test_a_quotient_is_floored_exactly(amount: int, divisor: int) -> None:
    amount = min(amount, divisor << 40)
    assert ratio_of(amount, divisor) == amount // divisor


amounts = st.integers(0, FEN_LIMIT - 1) | st.integers(1, 40).map(lambda bit: FEN_LIMIT - bit)


@given(amounts, amounts, st.integers(1, 10**6), st.integers(0, POINTS_LIMIT - 1))
@example(FEN_LIMIT - 1, FEN_LIMIT - 1, 1, POINTS_LIMIT - 1)
@example(FEN_LIMIT - 1, 2**52 + 12_345, 100, 1_250)
def test_points_over_a_floor_are_exact(amount: int, floor: int, land: int, most: int) -> None:
    ratio, rest = divmod(amount * 100, land)
    if ratio < floor:
        return
    asked = floor * land
    said = most if floor == 0 else min(most, most * (amount * 100 - asked) // asked)
    assert over_floor(ratio, most * rest // land, floor, most) == said


@given(amounts, amounts, st.integers(1, 5_000))
@settings(max_examples=60)
def test_money_near_the_limit_is_scored_exactly(amount: int, floor: int, land: int) -> None:
    lead = make.lead(
        fixed_investment_fen=Fen(amount), tax_fen=Fen(amount), needs=replace(make.needs(), land_mu=Mu(land))
    )
    park = make.park(investment_floor_fen=Fen(floor), tax_floor_fen=Fen(floor))
    pool = make.pool((lead,), (park,))
    assert worths(pool) == expected(pool)


def test_each_rule_of_belonging_and_industry_bars_alone() -> None:
    """One lead, one park, one change at a time: allowed before, barred or worth less after."""
    plain = make.pool()
    assert worths(plain) == expected(plain) != [[NO]]
    lead, park = plain.leads[0], plain.parks[0]
    short = replace(lead, industry=Industry("2017", "398"))
    for changed, barred in (
        (replace(plain, leads=(replace(lead, origin=park.owner),)), True),
        (replace(plain, leads=(replace(lead, held_by="610002"),)), True),
        (replace(plain, leads=(replace(lead, held_by="610077"),)), True),
        (replace(plain, leads=(replace(lead, declined=("610002", park.owner, "610099")),)), True),
        (replace(plain, leads=(replace(lead, declined=("610002",)),)), False),
        (replace(plain, leads=(replace(lead, held_by=park.owner),)), False),
        (replace(plain, parks=(replace(park, forbidden=frozenset({Industry("2017", "39")})),)), True),
        (replace(plain, parks=(replace(park, forbidden=frozenset({Industry("2011", "39")})),)), False),
        (replace(plain, rules=Rules(positioning_gate=True)), True),
        (
            replace(
                plain,
                rules=Rules(positioning_gate=True),
                parks=(replace(park, main=frozenset({make.CIRCUITS})),),
            ),
            False,
        ),
        (
            replace(
                plain, leads=(short,), parks=(replace(park, forbidden=frozenset({Industry("2017", "3980")})),)
            ),
            True,
        ),
        (
            replace(
                plain, leads=(short,), parks=(replace(park, forbidden=frozenset({Industry("2017", "3982")})),)
            ),
            False,
        ),
        (replace(plain, limits={park.owner: CountyCount(max_leads=0)}), True),
        (replace(plain, limits={park.owner: CountyCount(max_leads=1)}), False),
        (replace(plain, limits={park.owner: CountyCount(max_investment_wan=1)}), True),
        (replace(plain, limits={park.owner: CountyCount(max_investment_wan=20_000)}), False),
    ):
        assert (worths(changed) == [[NO]]) is barred
        assert worths(changed) == expected(changed)


def test_the_county_multiplier_floors_the_value() -> None:
    plain = make.pool()
    turned = replace(plain, multipliers_bp={"610001": 9_001})
    assert worths(turned) == [[worths(plain)[0][0] * 9_001 // 10_000]] == expected(turned)


def reference(pool: Pool) -> list[tuple[str, str, int]]:
    return [
        (lead.id, park.code, value(pool, lead, park))
        for lead in pool.leads
        for park in pool.parks
        if not blockers(pool, lead, park)
    ]


def listed(enc: Encoded) -> list[tuple[str, str, int, Mapping[str, int]]]:
    """Name every pair with its worth and what it draws on each limit."""
    found = []
    for lead, name in enumerate(enc.leads):
        for pair in range(int(enc.start[lead]), int(enc.start[lead + 1])):
            host = int(enc.host[pair])
            draws = {
                "/".join(enc.label[enc.limit[entry]]): int(enc.need[enc.row[pair], enc.column[entry]])
                for entry in range(int(enc.first[host]), int(enc.first[host + 1]))
            }
            found.append((name, enc.hosts[host], int(enc.worth[pair]), draws))
    return found


@given(fair_pools)
@settings(max_examples=50)
def test_both_ways_to_the_arrays_agree(pool: Pool) -> None:
    direct, spelled = encode_pool(pool), encode_instance(compile_pool(pool))
    assert listed(direct) == listed(spelled)
    assert direct.label == spelled.label
    assert direct.most.tolist() == spelled.most.tolist()
    assert direct.least.tolist() == spelled.least.tolist()
    assert direct.must.tolist() == spelled.must.tolist()
    assert [(lead, host, worth) for lead, host, worth, _ in listed(direct)] == [
        found for found in reference(pool) if found[:2] in {item[:2] for item in listed(direct)}
    ]


@given(fair_pools)
@settings(max_examples=50)
def test_an_instance_lists_the_pairs_of_the_rules(pool: Pool) -> None:
    instance = compile_pool(pool)
    assert [
        (lead.id, option.host, option.value) for lead in instance.leads for option in lead.options
    ] == reference(pool)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (make.pool((make.lead(needs=make.needs(energy_tce=AMOUNT_LIMIT)),)), "lead L1 needs"),
        (make.pool(parks=(make.park(water_td=STOCK_LIMIT),)), "park A has"),
        (make.pool(counties={"610001": make.county(cod_kg=STOCK_LIMIT)}), "county 610001 has"),
        (make.pool(weights=Weights(tax=POINTS_LIMIT)), "a part of the score"),
        (make.pool(weights=Weights(by_investment=((0, WEIGHT_LIMIT),))), "a weight is"),
    ],
)
def test_figures_too_large_for_64_bits_are_refused(changed: Pool, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tabulate(changed)


def test_a_deadline_at_the_end_of_time_counts_in_the_last_interval() -> None:
    lead = make.lead(deadline=date.max)
    instance = compile_pool(make.pool((lead,)))
    assert instance.leads[0].options[0].use[0] == lead.needs.land_mu


def test_the_arrays_of_many_leads_are_scored_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = make.pool(tuple(make.lead(f"L{number}", 10 + number) for number in range(5)))
    whole = encode_pool(pool)
    monkeypatch.setattr("allocation.matching.limits.BLOCK", 2)
    assert listed(encode_pool(pool)) == listed(whole)
    assert np.array_equal(encode_pool(pool).row, whole.row)


@pytest.mark.parametrize(("mu", "hall"), [(50, 0), (50, 12_000), (0, 12_000), (0, 0)])
def test_each_kind_of_need_is_scored(mu: int, hall: int) -> None:
    big = make.hall(m2=15_000)
    pool = make.pool((make.lead(needs=make.needs(mu, hall_m2=hall)),), (make.park(halls=(big,)),))
    assert worths(pool) == expected(pool) != [[NO]]


def test_a_pair_that_alone_exceeds_a_limit_is_left_out() -> None:
    lead = make.seeker("l", make.option("a", 5, 3), make.option("b", 4, 2))
    enc = encode_instance(make.instance({"a": ("c", (2,)), "b": ("c", (2,))}, lead))
    assert [enc.hosts[host] for host in enc.host] == ["b"]
