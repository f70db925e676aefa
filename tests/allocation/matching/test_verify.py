"""The judge of files finds whatever is wrong in an answer."""

from dataclasses import replace

import pytest

from allocation.matching.instance import CountyLimit, Gap
from allocation.matching.obstacles import Bar, obstacles
from allocation.matching.result import Solution, Status
from allocation.matching.verify import gap_faults, instance_faults
from tests.allocation.matching import factories as make

PROBLEM = make.instance(
    {"h": ("c", (10, 5)), "k": ("d", (10, 5))},
    make.seeker("a", make.option("h", 5, 6, 1), make.option("k", 4, 6, 1), must=True),
    make.seeker("b", make.option("h", 5, 6, 1), make.option("k", 3, 6, 5), held_by="d"),
    make.seeker("e", make.option("k", 1, 1, 1)),
    counties=(CountyLimit("c", 1, 1, (None, 1)), CountyLimit("d", None, 0, (10, None))),
)
RIGHT = make.solution({"a": "h", "b": "k", "e": None}, 8)


def test_a_right_answer_has_no_faults() -> None:
    assert instance_faults(PROBLEM, RIGHT) == []


@pytest.mark.parametrize(
    ("places", "objective", "said"),
    [
        ({"a": None, "b": "k", "e": None}, 3, "must-place"),
        ({"a": "h", "b": "h", "e": None}, 10, "held by d"),
        ({"a": "h", "b": "h", "e": None}, 10, "host h gives 12 of 10 r0"),
        ({"a": "h", "b": "h", "e": None}, 10, "county c gives 2 of 1 r1"),
        ({"a": "h", "b": "h", "e": None}, 10, "county c hosts 2"),
        ({"a": "k", "b": None, "e": None}, 4, "county c hosts 0"),
        ({"a": "h", "b": "k", "e": "k"}, 9, "host k gives 6 of 5 r1"),
        ({"a": "k", "b": "k", "e": None}, 7, "county d gives 12 of 10 r0"),
        ({"a": "z", "b": "k", "e": None}, 3, "none of its options"),
        ({"a": "h", "b": "k"}, 8, "not those of the instance"),
        ({"a": "h", "b": "k", "e": None}, 9, "9 is said, 8 is true"),
    ],
)
def test_faults_of_instances(places: dict[str, str | None], objective: int, said: str) -> None:
    assert any(said in fault for fault in instance_faults(PROBLEM, make.solution(places, objective)))


@pytest.mark.parametrize("bound", [7, None, 9])
def test_bounds_of_instances(bound: int | None) -> None:
    assert instance_faults(PROBLEM, replace(RIGHT, bound=bound))


def test_a_loose_bound_suits_a_feasible_answer() -> None:
    assert instance_faults(PROBLEM, replace(RIGHT, status=Status.FEASIBLE, bound=9)) == []


GAP = Gap(((1, 2), (3, 4)), ((2, 2), (2, 2)), (2, 4))
NONE = Solution(Status.INFEASIBLE, {}, None, None, 1.0)
CROWDED = make.instance(
    {"h": ("c", (3,)), "k": ("d", (3,))},
    *(make.seeker(name, make.option("h", 1, 2), make.option("k", 1, 2), must=True) for name in "xyz"),
)


def test_an_infeasible_answer_is_believed_where_it_is_so() -> None:
    assert instance_faults(CROWDED, NONE) == []
    assert gap_faults(replace(GAP, capacity=(2, 1)), NONE) == []


def test_a_wrong_infeasible_is_found_though_leads_crowd_each_other() -> None:
    said = "infeasible is said, but a placement meets every demand"
    two = replace(CROWDED, leads=CROWDED.leads[:2])
    assert any(bar.bar is Bar.TOGETHER for bar in obstacles(two)), "direct count alone does not tell"
    assert instance_faults(two, NONE) == [said]
    assert instance_faults(PROBLEM, NONE) == [said]
    assert gap_faults(GAP, NONE) == [said]


def test_an_infeasible_answer_that_cannot_be_shown_is_not_believed() -> None:
    many = [
        make.seeker(f"{number}", make.option("h", 1, 2), make.option("k", 1, 2), must=True)
        for number in range(301)
    ]
    problem = make.instance({"h": ("c", (301,)), "k": ("d", (301,))}, *many)
    assert instance_faults(problem, NONE) == ["infeasible is said, but no proof of it was found"]


def test_answers_without_a_result() -> None:
    assert instance_faults(CROWDED, replace(NONE, objective=1))
    assert instance_faults(CROWDED, replace(NONE, assignment={"x": "h"}))
    assert gap_faults(GAP, replace(NONE, assignment={"0": "0"}))
    assert instance_faults(CROWDED, replace(NONE, status=Status.UNKNOWN))


@pytest.mark.parametrize(
    ("places", "objective", "bound", "said"),
    [
        ({"0": "0", "1": "0"}, 3, 3, "agent 0 gives 4 of 2"),
        ({"0": "0", "1": "2"}, 1, 1, "job 1 is at no agent"),
        ({"0": "0", "1": None}, 1, 1, "job 1 is at no agent"),
        ({"0": "0", "1": "01"}, 1, 1, "job 1 is at no agent"),
        ({"0": "0"}, 1, 1, "not those of the problem"),
        ({"0": "0", "1": "1"}, 4, 4, "4 is said, 5 is true"),
        ({"0": "0", "1": "1"}, 5, 6, "bound 6 excludes"),
        ({"0": "0", "1": "1"}, 5, 4, "optimal is said"),
    ],
)
def test_faults_of_gaps(places: dict[str, str | None], objective: int, bound: int, said: str) -> None:
    assert any(said in fault for fault in gap_faults(GAP, make.solution(places, objective, bound)))


def test_a_right_gap_has_no_faults() -> None:
    assert gap_faults(GAP, make.solution({"0": "0", "1": "1"}, 5)) == []
