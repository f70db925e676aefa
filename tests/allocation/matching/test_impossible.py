"""What the judge calls impossible is impossible, and small demands are never left open."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from allocation.matching.encode import encode_gap, encode_instance
from allocation.matching.impossible import Verdict, judge_demands
from allocation.matching.instance import CountyLimit, Gap, Instance
from allocation.matching.obstacles import gap_instance
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import best_value


@settings(max_examples=40, deadline=None)
@given(make.small_instances)
def test_it_says_what_every_placement_tried_says(problem: Instance) -> None:
    possible = best_value(encode_instance(problem)) is not None
    assert judge_demands(problem) is (Verdict.POSSIBLE if possible else Verdict.IMPOSSIBLE)


@settings(max_examples=40, deadline=None)
@given(make.small_instances)
def test_prices_alone_are_never_wrong(problem: Instance) -> None:
    possible = best_value(encode_instance(problem)) is not None
    expected = {Verdict.OPEN, Verdict.POSSIBLE if possible else Verdict.IMPOSSIBLE}
    assert judge_demands(problem, trials=0) in expected


@settings(max_examples=40, deadline=None)
@given(make.gaps)
def test_jobs(gap: Gap) -> None:
    assert encode_gap(gap).must.all()
    possible = make.cheapest(gap) is not None
    assert judge_demands(gap_instance(gap)) is (Verdict.POSSIBLE if possible else Verdict.IMPOSSIBLE)


def test_a_clash_of_whole_leads_is_seen_by_trial_alone() -> None:
    leads = [make.seeker(name, make.option("A", 1, 2), make.option("B", 1, 2), must=True) for name in "xyz"]
    problem = make.instance({"A": ("a", (3,)), "B": ("b", (3,))}, *leads)
    assert judge_demands(problem) is Verdict.IMPOSSIBLE
    assert judge_demands(problem, trials=0) is Verdict.OPEN


@pytest.mark.parametrize("county", [False, True])
def test_a_little_too_little_on_the_whole_is_proven_for_any_number(*, county: bool) -> None:
    """400 leads cannot be tried one by one: prices alone prove it."""
    hosts = {f"h{number:02}": ("c", (9_999 if county else 133 + (number < 9),)) for number in range(30)}
    leads = [
        make.seeker(f"l{number:03}", *(make.option(host, 1, 10) for host in hosts), must=True)
        for number in range(400)
    ]
    bounds = (CountyLimit("c", None, 0, (3_999,)),) if county else ()
    assert judge_demands(make.instance(hosts, *leads, counties=bounds)) is Verdict.IMPOSSIBLE


def test_too_many_for_two_hosts_of_many_are_proven_by_prices_found() -> None:
    hosts = {f"h{number:02}": ("c", (100,)) for number in range(20)}
    crowd = [
        make.seeker(f"a{number:03}", make.option("h00", 1, 7), make.option("h01", 1, 7), must=True)
        for number in range(30)
    ]
    others = [
        make.seeker(f"b{number:03}", *(make.option(host, 1, 1) for host in hosts)) for number in range(50)
    ]
    problem = make.instance(hosts, *crowd, *others)
    assert judge_demands(problem, trials=0) is Verdict.IMPOSSIBLE
    assert judge_demands(replace(problem, leads=problem.leads[3:]), trials=0) is Verdict.OPEN


def test_floors_that_take_more_than_there_are_are_proven_by_bounties() -> None:
    """60 leads, each for one county at most, cannot give 40 to each of two."""
    hosts = {"A": ("a", (999,)), "B": ("b", (999,))}
    leads = [
        make.seeker(f"l{number:02}", make.option("A", 1, 1), make.option("B", 1, 1)) for number in range(60)
    ]
    for least, expected in ((40, Verdict.IMPOSSIBLE), (30, Verdict.OPEN)):
        floors = (CountyLimit("a", None, least, (None,)), CountyLimit("b", None, least, (None,)))
        assert judge_demands(make.instance(hosts, *leads, counties=floors), trials=0) is expected


def test_leads_of_a_floor_may_serve_another() -> None:
    """X alone can go to b: it may not be used up for a."""
    problem = make.instance(
        {"A": ("a", (1,)), "B": ("b", (1,))},
        make.seeker("x", make.option("A", 1, 1), make.option("B", 1, 1)),
        make.seeker("y", make.option("A", 1, 1)),
        counties=(CountyLimit("a", None, 1, (None,)), CountyLimit("b", None, 1, (None,))),
    )
    assert judge_demands(problem) is Verdict.POSSIBLE
    assert judge_demands(replace(problem, leads=problem.leads[:1])) is Verdict.IMPOSSIBLE


def test_what_would_take_too_long_stays_open() -> None:
    leads = [
        make.seeker(f"l{number:03}", make.option("A", 1, 2), make.option("B", 1, 2), must=True)
        for number in range(301)
    ]
    problem = make.instance({"A": ("a", (301,)), "B": ("b", (301,))}, *leads)
    assert judge_demands(problem) is Verdict.OPEN
    few = make.instance({"A": ("a", (31,)), "B": ("b", (31,))}, *leads[:31])
    assert judge_demands(few, trials=1_000) is Verdict.OPEN
