"""Lies of one county: told as stated, judged at the truth, summed up by hand."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from allocation.matching.compile import compile_pool
from allocation.matching.exact import solve_instance
from allocation.matching.judge import plan_faults
from allocation.matching.misreport import Kind, Summary, Trial, hosted, seated, simulate, summary, told
from allocation.matching.pool import Pool
from allocation.matching.scoring import value
from tests.allocation.matching import factories as make


def matcher(pool: Pool) -> Mapping[str, str | None]:
    answer = solve_instance(compile_pool(pool), seconds=5, seed=1)
    assert answer.objective is not None
    assert plan_faults(pool, answer.assignment, answer.objective) == []
    return answer.assignment


def city() -> Pool:
    """Two counties with a park each; leads of two industries, one of them nobody's."""
    leads = (
        make.lead("L1", 60),
        make.lead("L2", 60, industry=make.PARTS),
        make.lead("L3", 40, industry=make.PARTS, origin="610001"),
        make.lead("L4", 30, industry=make.DRUGS, origin="610002"),
    )
    parks = (
        make.park("A", leading=frozenset({make.CIRCUITS})),
        make.park("B", "610002", forbidden=frozenset({make.DRUGS})),
    )
    return make.pool(leads, parks)


def test_lies_are_told_by_one_county_and_by_their_share() -> None:
    pool = city()
    less = told(pool, "610001", Kind.LAND_LESS, 2_000)
    assert [item.area_mu for park in less.parks for item in park.plots] == [8_000, 10_000]
    more = told(pool, "610002", Kind.LAND_MORE, 2_000)
    assert [item.area_mu for park in more.parks for item in park.plots] == [10_000, 12_000]
    need = told(pool, "610001", Kind.NEED, 2_500)
    assert [lead.needs.land_mu for lead in need.leads] == [6_000, 6_000, 5_000, 3_000]
    assert need.parks == pool.parks
    tiers = told(pool, "610002", Kind.TIERS, 5_000)
    assert [park.leading for park in tiers.parks] == [{make.CIRCUITS}, {make.PARTS}]
    all_tiers = told(pool, "610002", Kind.TIERS, 10_000)
    assert all_tiers.parks[1].leading == {make.PARTS, make.CIRCUITS}
    assert all(
        replace(park, leading=frozenset()) == replace(old, leading=frozenset())
        for park, old in zip(all_tiers.parks, pool.parks, strict=True)
    )


def test_what_the_ground_does_not_give_fails_the_least_valuable_first() -> None:
    pool = make.pool((make.lead("L1", 60), make.lead("L2", 60), make.lead("L3", 40, origin="610001")))
    kept = seated(pool, {"L1": "A", "L2": "A", "L3": "A"})
    assert kept == {"L1": "A"}  # L2 is worth as much and comes later; L3 may not be at its origin's park
    assert seated(pool, {"L1": None, "L2": "A", "L3": None}) == {"L2": "A"}
    assert hosted(pool, kept, "610001") == value(pool, pool.leads[0], pool.parks[0])
    assert hosted(pool, kept, "610002") == 0


def test_each_county_with_a_park_lies_alone_in_each_way() -> None:
    pool = city()
    trials = simulate(pool, matcher, by_bp=3_000)
    assert [(trial.kind, trial.county) for trial in trials] == [
        (kind, county) for kind in Kind for county in ("610001", "610002")
    ]
    honest = matcher(pool)
    for trial in trials:
        assert trial.honest == hosted(pool, honest, trial.county)
        kept = seated(pool, matcher(told(pool, trial.county, trial.kind, 3_000)))
        assert trial.lying == hosted(pool, kept, trial.county)
        assert trial.lying >= 0
        assert (trial.lost > 0) <= (trial.kind is not Kind.TIERS)


def test_claimed_land_that_is_not_there_loses_its_leads() -> None:
    leads = tuple(make.lead(f"L{number}", 60) for number in (1, 2))
    pool = make.pool(leads)
    (trial,) = simulate(pool, matcher, [Kind.LAND_MORE], by_bp=3_000)
    assert (trial.lost, trial.gain_bp) == (1, 0)


def test_telling_the_truth_gains_nothing() -> None:
    assert {trial.gain_bp for trial in simulate(city(), matcher, [Kind.LAND_LESS, Kind.NEED], by_bp=0)} == {0}


@pytest.mark.parametrize(("honest", "lying", "gain"), [(100, 101, 100), (3, 2, -3_334), (0, 5, 50_000)])
def test_gains_are_floored_in_basis_points(honest: int, lying: int, gain: int) -> None:
    assert Trial(Kind.NEED, "a", honest, lying, 0).gain_bp == gain


def test_means_weigh_what_is_at_stake_and_the_worst_is_named() -> None:
    small, large = Trial(Kind.NEED, "a", 10, 20, 0), Trial(Kind.NEED, "b", 990, 990, 1)
    tiers = Trial(Kind.TIERS, "a", 0, 0, 0)
    assert summary([large, tiers, small]) == [
        Summary(Kind.NEED, 2, 100, small),
        Summary(Kind.TIERS, 1, 0, tiers),
    ]
