"""Every rule in the way of demands that cannot be met, by direct count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.encode import encode_instance
from allocation.matching.engine import Effort, solve
from allocation.matching.instance import CountyLimit, Gap, Host, Instance, Option, Seeker
from allocation.matching.obstacles import Bar, Obstacle, gap_instance, obstacles
from allocation.matching.result import Status

HOSTS = (Host("a", "c", (10, 5)), Host("b", "c", (10, 5)), Host("z", "d", (10, 5)))


def lead(name: str, *options: Option, must: bool = True, held_by: str | None = None) -> Seeker:
    return Seeker(name, "o", must, held_by, options)


def county(
    most: int | None = None, least: int = 0, capacity: tuple[int | None, ...] = (None, None)
) -> CountyLimit:
    return CountyLimit("c", most, least, capacity)


def found(*leads: Seeker, counties: tuple[CountyLimit, ...] = ()) -> tuple[Obstacle, ...]:
    return obstacles(Instance(("land", "energy"), HOSTS, leads, counties))


def at(host: str, *use: int) -> Option:
    return Option(host, 1, use)


@pytest.mark.parametrize(
    ("leads", "counties", "expected"),
    [
        ([lead("1")], (), [Obstacle(bar=Bar.NO_OPTION, lead="1")]),
        ([lead("1", must=False)], (), []),
        ([lead("1", at("a", 1, 1))], (), []),
        (
            [lead("1", at("a", 11, 6))],
            (),
            [
                Obstacle(bar=Bar.HOST, where="a", lead="1", resource="land", needed=11, limit=10),
                Obstacle(bar=Bar.HOST, where="a", lead="1", resource="energy", needed=6, limit=5),
            ],
        ),
        ([lead("1", at("a", 11, 1), at("z", 1, 1))], (), []),
        ([lead("1", at("a", 1, 1), held_by="d")], (), [Obstacle(bar=Bar.HELD, where="a", lead="1")]),
        (
            [lead("1", at("a", 4, 1))],
            (county(capacity=(3, None)),),
            [Obstacle(bar=Bar.COUNTY, where="c", lead="1", resource="land", needed=4, limit=3)],
        ),
        (
            [lead("1", at("a", 4, 1))],
            (county(most=0),),
            [Obstacle(bar=Bar.COUNT, where="c", lead="1", needed=1, limit=0)],
        ),
        (
            [lead("1", at("a", 1, 1), must=False)],
            (county(most=1, least=2),),
            [
                Obstacle(bar=Bar.COUNT, where="c", needed=2, limit=1),
                Obstacle(bar=Bar.FLOOR, where="c", needed=2, limit=1),
            ],
        ),
        (
            [lead("1", at("a", 6, 1), must=False), lead("2", at("a", 6, 1), must=False)],
            (county(least=2),),
            [
                Obstacle(bar=Bar.TOGETHER, where="a", resource="land", needed=12, limit=10),
                Obstacle(bar=Bar.FLOOR, where="c", needed=2, limit=2),
            ],
        ),
        (
            [lead("1", at("a", 1, 1), at("z", 1, 1), must=False)],
            (county(least=1), CountyLimit("d", None, 1, (None, None))),
            [
                Obstacle(bar=Bar.FLOOR, where="c", needed=1, limit=1),
                Obstacle(bar=Bar.FLOOR, where="d", needed=1, limit=1),
            ],
        ),
        (
            [lead("1", at("z", 1, 1), must=False), lead("2", at("a", 11, 1), must=False)],
            (county(least=1),),
            [Obstacle(bar=Bar.FLOOR, where="c", needed=1, limit=0)],
        ),
        (
            [lead("1", at("a", 6, 1)), lead("2", at("a", 5, 1))],
            (),
            [Obstacle(bar=Bar.FORCED_HOST, where="a", resource="land", needed=11, limit=10)],
        ),
        (
            [lead("1", at("a", 6, 1), at("b", 5, 1)), lead("2", at("b", 5, 1), at("a", 6, 1))],
            (county(most=1, capacity=(9, None)),),
            [
                Obstacle(bar=Bar.FORCED_COUNTY, where="c", resource="land", needed=10, limit=9),
                Obstacle(bar=Bar.FORCED_COUNTY, where="c", needed=2, limit=1),
            ],
        ),
        (
            [lead("1", at("a", 6, 1)), lead("2", at("a", 5, 1)), lead("3"), lead("4", at("z", 1, 6))],
            (),
            [
                Obstacle(bar=Bar.NO_OPTION, lead="3"),
                Obstacle(bar=Bar.HOST, where="z", lead="4", resource="energy", needed=6, limit=5),
                Obstacle(bar=Bar.FORCED_HOST, where="a", resource="land", needed=11, limit=10),
            ],
        ),
        (  # either figure of the county could be kept to, but not both at once
            [lead("1", at("a", 1, 2), at("b", 3, 1)), lead("2", at("a", 1, 2), at("b", 3, 1))],
            (county(capacity=(5, 2)),),
            [
                Obstacle(bar=Bar.TOGETHER, where="c", resource="land", needed=6, limit=5),
                Obstacle(bar=Bar.TOGETHER, where="c", resource="energy", needed=4, limit=2),
            ],
        ),
        (
            [lead(str(n), at("a", 6, 1), at("z", 6, 1)) for n in range(3)],
            (),
            [
                Obstacle(bar=Bar.TOGETHER, where="a", resource="land", needed=18, limit=10),
                Obstacle(bar=Bar.TOGETHER, where="z", resource="land", needed=18, limit=10),
            ],
        ),
        (
            [lead(str(n), at("a", 6, 1), at("z", 6, 1)) for n in range(3)],
            (county(most=2),),
            [
                Obstacle(bar=Bar.TOGETHER, where="a", resource="land", needed=18, limit=10),
                Obstacle(bar=Bar.TOGETHER, where="z", resource="land", needed=18, limit=10),
                Obstacle(bar=Bar.TOGETHER, where="c", needed=3, limit=2),
            ],
        ),
    ],
)
def test_each_rule_in_the_way_is_named_with_its_figures(
    leads: list[Seeker], counties: tuple[CountyLimit, ...], expected: list[Obstacle]
) -> None:
    assert list(found(*leads, counties=counties)) == expected


def test_jobs_that_no_agent_can_take_are_named() -> None:
    gap = Gap(((1, 1), (1, 1)), ((5, 2), (6, 2)), (4, 4))
    assert obstacles(gap_instance(gap)) == (
        Obstacle(bar=Bar.HOST, where="0", lead="0", resource="use", needed=5, limit=4),
        Obstacle(bar=Bar.HOST, where="1", lead="0", resource="use", needed=6, limit=4),
    )


uses = st.integers(0, 6)


@st.composite
def demands(draw: st.DrawFn) -> Instance:
    leads = [
        lead(
            str(number),
            *(at(host, draw(uses), draw(uses)) for host in sorted(draw(st.sets(st.sampled_from("abz"))))),
            must=draw(st.booleans()),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    bounds = county(
        draw(st.sampled_from([None, 0, 1, 2])), draw(st.integers(0, 2)), (draw(uses), draw(st.none() | uses))
    )
    return Instance(("land", "energy"), HOSTS, tuple(leads), (bounds,))


@given(demands())
@settings(max_examples=60, deadline=None)
def test_where_there_is_no_result_something_is_in_the_way(instance: Instance) -> None:
    enc = encode_instance(instance)
    answer = solve(enc, effort=Effort.of(1.0, enc), seed=1)
    if answer.status is Status.INFEASIBLE:
        assert obstacles(instance)
    singles = {bar for bar in obstacles(instance) if bar.bar is not Bar.TOGETHER and not _could_be_met(bar)}
    if singles:
        assert answer.status is Status.INFEASIBLE


def _could_be_met(bar: Obstacle) -> bool:
    return bar.bar is Bar.FLOOR and bar.needed <= bar.limit
