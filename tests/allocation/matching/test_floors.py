"""Clashing floors: named exactly, lowered as little as can be; brute force is the judge."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.floors import Clash, ClashReason, lower_floors, reach_of
from allocation.matching.instance import CountyLimit
from allocation.matching.pool import CountyCount
from tests.allocation.matching import factories as make

COUNTIES = ("a", "b", "c")


def most_met(floors: dict[str, int], reach: dict[str, frozenset[str]]) -> int:
    """Try every way to give leads to counties: how many demands can be met at once?"""
    choices = [[None, *sorted(counties)] for counties in reach.values()]
    return max(
        sum(min(picks.count(county), floors[county]) for county in floors)
        for picks in itertools.product(*choices)
    )


@given(
    st.dictionaries(st.sampled_from(["1", "2", "3", "4", "5"]), st.frozensets(st.sampled_from(COUNTIES))),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(st.none() | st.integers(0, 3), min_size=3, max_size=3),
)
@settings(max_examples=150)
def test_floors_are_lowered_just_so_far_that_all_can_be_met(
    reach: dict[str, frozenset[str]], floors: list[int], ceilings: list[int | None]
) -> None:
    counts = {
        county: CountyCount(max_leads=most, min_leads=least)
        for county, least, most in zip(COUNTIES, floors, ceilings, strict=True)
    }
    held, clashes = lower_floors(counts, reach)
    capped = {
        county: least if most is None else min(least, most)
        for county, least, most in zip(COUNTIES, floors, ceilings, strict=True)
    }
    kept = {county: count.min_leads for county, count in held.items()}
    assert sum(kept.values()) == most_met(capped, reach) == most_met(kept, reach)
    assert (clashes == ()) == (held == counts)
    for clash in clashes:
        if clash.reason is ClashReason.CEILING:
            (county,) = clash.counties
            assert (clash.asked, clash.possible) == (counts[county].min_leads, counts[county].max_leads)
        else:
            near = [lead for lead in reach if reach[lead] & set(clash.counties)]
            assert clash.possible == len(near)
            assert clash.asked == sum(capped[county] for county in clash.counties)
        assert clash.possible < clash.asked
    lowered = {county for county in COUNTIES if held[county] != counts[county]}
    assert lowered <= {county for clash in clashes for county in clash.counties}


def test_a_clash_names_only_the_counties_that_need_the_same_leads() -> None:
    counts = {county: CountyCount(min_leads=1) for county in COUNTIES}
    reach = {"1": frozenset("ab"), "2": frozenset("c"), "3": frozenset("c")}
    held, clashes = lower_floors(counts, reach)
    assert clashes == (Clash(("a", "b"), ClashReason.TOO_FEW_LEADS, 2, 1),)
    assert [held[county].min_leads for county in COUNTIES] == [1, 0, 1]


def test_leads_change_their_county_on_the_way_to_one_more() -> None:
    counts = {"a": CountyCount(min_leads=1), "b": CountyCount(min_leads=1), "c": CountyCount(min_leads=1)}
    reach = {"1": frozenset("abc"), "2": frozenset("ab"), "3": frozenset("a")}
    assert lower_floors(counts, reach) == (counts, ())


def test_reach_is_read_from_options_and_holds() -> None:
    problem = make.instance(
        {"h0": ("c0", (1,)), "h1": ("c1", (1,))},
        make.seeker("l0", make.option("h0", 1, 1), make.option("h1", 1, 1)),
        make.seeker("l1", make.option("h0", 1, 1), make.option("h1", 1, 1), held_by="c1"),
        make.seeker("l2"),
        counties=(CountyLimit("c0", None, 0, (None,)),),
    )
    assert reach_of(problem) == {"l0": {"c0", "c1"}, "l1": {"c1"}, "l2": frozenset()}
