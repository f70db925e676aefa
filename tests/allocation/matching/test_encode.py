"""Encoding: canonical, complete, and no poorer for what it leaves out."""

import itertools
import random
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.encode import (
    STAYS,
    UNLIMITED,
    Encoded,
    Limit,
    encode_arrays,
    encode_gap,
    encode_instance,
)
from allocation.matching.instance import CountyLimit, Gap, Instance
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import best_value, planted

T = TypeVar("T")
ARRAYS = ("start", "host", "worth", "row", "need", "must", "first", "limit", "column", "most", "least")


def same(left: Encoded, right: Encoded) -> bool:
    """Compare everything, types included."""
    return (
        (left.leads, left.hosts, left.label) == (right.leads, right.hosts, right.label)
        and all(np.array_equal(getattr(left, name), getattr(right, name)) for name in ARRAYS)
        and all(getattr(left, name).dtype == getattr(right, name).dtype for name in ARRAYS)
    )


def shuffled(problem: Instance, seed: int) -> Instance:
    """Put hosts, leads, options and counties in another order."""
    dice = random.Random(seed)

    def mixed(items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(dice.sample(items, len(items)))

    return replace(
        problem,
        hosts=mixed(problem.hosts),
        leads=mixed(tuple(replace(lead, options=mixed(lead.options)) for lead in problem.leads)),
        counties=mixed(problem.counties),
    )


@settings(max_examples=70)
@given(make.small_instances)
def test_what_is_left_out_changes_no_value(problem: Instance) -> None:
    assert best_value(encode_instance(problem)) == make.brute_force(problem)


@settings(max_examples=40)
@given(make.gaps)
def test_a_generalised_assignment_problem_keeps_its_least_cost(gap: Gap) -> None:
    enc = encode_gap(gap)
    least = make.cheapest(gap)
    assert best_value(enc) == (None if least is None else -least)
    assert enc.must.all()
    assert [int(name) for name in enc.leads] == list(range(gap.jobs))
    assert [int(name) for name in enc.hosts] == list(range(gap.agents))


@settings(max_examples=40)
@given(make.small_instances, st.integers(0, 2**32 - 1))
def test_the_order_of_the_input_does_not_matter(problem: Instance, seed: int) -> None:
    assert same(encode_instance(problem), encode_instance(shuffled(problem, seed)))


@pytest.mark.parametrize("seed", range(4))
def test_nor_does_it_with_counties_and_floors(seed: int) -> None:
    case = planted(seed)
    assert same(case.enc, encode_instance(shuffled(case.instance, seed)))


def test_a_held_lead_has_the_pairs_of_its_holder_only() -> None:
    options = (make.option("A", 5, 1), make.option("B", 9, 1))
    problem = make.instance(
        {"A": ("a", (9,)), "B": ("b", (9,))},
        make.seeker("x", *options, held_by="a"),
        make.seeker("y", *options),
    )
    enc = encode_instance(problem)
    assert enc.start.tolist() == [0, 1, 3]
    assert enc.host.tolist() == [0, 0, 1]
    assert enc.worth.tolist() == [5, 5, 9]


def test_a_pair_that_alone_exceeds_a_limit_is_left_out() -> None:
    problem = make.instance(
        {"A": ("a", (5,)), "B": ("b", (9,))},
        make.seeker("x", make.option("A", 5, 6), make.option("B", 5, 6)),
        make.seeker("y", make.option("A", 5, 5), make.option("B", 5, 9)),
        counties=(CountyLimit("b", None, 0, (8,)),),
    )
    enc = encode_instance(problem)
    assert enc.placement(enc.start[:2]) == {"x": "B", "y": "A"}
    assert enc.pairs == 2


def test_limits_that_cannot_bind_are_left_out() -> None:
    leads = [make.seeker(name, make.option("A", 1, 3, 1)) for name in "xyz"]
    loose = encode_instance(make.instance({"A": ("a", (9, 3))}, *leads))
    assert loose.label == ()
    tight = encode_instance(make.instance({"A": ("a", (8, 3))}, *leads))
    assert tight.label == (("A", "r0"),)
    assert tight.most.tolist() == [8]
    floor = make.instance({"A": ("a", (9, 3))}, *leads, counties=(CountyLimit("a", None, 1, (None, None)),))
    kept = encode_instance(floor)
    assert kept.label == (("a", "leads"),)
    assert (kept.most.tolist(), kept.least.tolist()) == ([UNLIMITED], [1])
    assert kept.need[kept.row[0], kept.column[0]] == 1


def arrays(need: list[list[int]], limits: list[Limit]) -> Encoded:
    """Encode leads of the given needs at one host, or at all that the limits name."""
    hosts = 1 + max(host for limit in limits for host in limit.hosts)
    leads = len(need)
    return encode_arrays(
        leads=[f"l{number}" for number in range(leads)],
        hosts=[f"h{number}" for number in range(hosts)],
        start=np.arange(leads + 1) * hosts,
        host=np.tile(np.arange(hosts, dtype=np.int32), leads),
        worth=np.ones(leads * hosts, np.int64),
        row=np.repeat(np.arange(leads, dtype=np.int32), hosts),
        need=np.array(need, np.int64),
        must=np.zeros(leads, np.bool_),
        limits=limits,
    )


NESTED = [[2, 2], [3, 1], [4, 4], [1, 0]]
"""The first column never needs less than the second."""


@pytest.mark.parametrize(
    ("limits", "kept"),
    [
        pytest.param([("a", 0, 5, 0), ("b", 1, 5, 0)], "a", id="no more room, never less need"),
        pytest.param([("b", 1, 5, 0), ("a", 0, 5, 0)], "a", id="in either order"),
        pytest.param([("a", 0, 6, 0), ("b", 1, 5, 0)], "ab", id="more room"),
        pytest.param([("a", 1, 4, 0), ("b", 0, 5, 0)], "ab", id="less need"),
        pytest.param([("a", 0, 5, 0), ("b", 0, 5, 0)], "a", id="twice the same: the first stays"),
        pytest.param([("a", 0, 6, 0), ("b", 0, 5, 0)], "b", id="same need: the tighter stays"),
        pytest.param([("a", 0, 5, 0), ("b", 0, 6, 1)], "ab", id="a least is never dropped"),
    ],
)
def test_implied_limits_are_left_out(limits: list[tuple[str, int, int, int]], kept: str) -> None:
    made = [Limit((name, "r"), column, (0,), most, least) for name, column, most, least in limits]
    assert [name for name, _ in arrays(NESTED, made).label] == list(kept)


def test_columns_that_always_agree_keep_one_limit() -> None:
    twins = [[2, 2], [3, 3], [4, 4]]
    made = [Limit((name, "r"), column, (0,), 5) for name, column in (("a", 1), ("b", 0), ("c", 1))]
    assert [name for name, _ in arrays(twins, made).label] == ["a"]


def test_limits_of_other_hosts_imply_nothing() -> None:
    made = [Limit(("a", "r"), 0, (0, 1), 5), Limit(("b", "r"), 0, (0,), 5), Limit(("c", "r"), 0, (1,), 6)]
    enc = arrays(NESTED, made)
    assert [name for name, _ in enc.label] == ["a", "b", "c"]
    assert [enc.limit[enc.first[h] : enc.first[h + 1]].tolist() for h in (0, 1)] == [[0, 1], [0, 2]]


@settings(max_examples=70)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=4),
    st.lists(
        st.tuples(
            st.integers(0, 3), st.sampled_from([(0,), (1,), (0, 1)]), st.integers(0, 9), st.integers(0, 1)
        ),
        min_size=1,
        max_size=6,
    ),
)
def test_dropped_limits_are_kept_by_those_that_stay(
    need: list[list[int]], drawn: list[tuple[int, tuple[int, ...], int, int]]
) -> None:
    limits = [
        Limit((f"k{place}", "r"), column, hosts, most, least if column == 3 else 0)
        for place, (column, hosts, most, least) in enumerate(drawn)
    ]
    enc = arrays(need, limits)
    rows = [[*row, 1] for row in need]
    hosts = range(len(enc.hosts))
    allowed, encoded = set(), set()
    for picks in itertools.product([None, *hosts], repeat=len(need)):
        sums = [
            sum(row[limit.column] for row, host in zip(rows, picks, strict=True) if host in limit.hosts)
            for limit in limits
        ]
        if all(limit.least <= total <= limit.most for limit, total in zip(limits, sums, strict=True)):
            allowed.add(picks)
    for pairs in itertools.product(*([STAYS, *range(*enc.start[i : i + 2])] for i in range(len(need)))):
        used = np.zeros(len(enc.most), np.int64)
        for pair in pairs:
            for entry in range(*enc.first[enc.host[pair] : enc.host[pair] + 2]) if pair != STAYS else ():
                used[enc.limit[entry]] += enc.need[enc.row[pair], enc.column[entry]]
        if ((enc.least <= used) & (used <= enc.most)).all():
            encoded.add(tuple(None if pair == STAYS else int(enc.host[pair]) for pair in pairs))
    assert encoded == allowed


def test_a_placement_is_named_and_read_back() -> None:
    case = planted(2)
    taken = case.enc.taken(case.assignment)
    assert case.enc.placement(taken) == case.assignment
    assert (taken == STAYS).any()


def test_a_placement_that_has_no_pair_is_refused() -> None:
    problem = make.instance({"A": ("a", (5,)), "B": ("b", (5,))}, make.seeker("x", make.option("A", 5, 1)))
    enc = encode_instance(problem)
    assert enc.taken({"x": "A"}).tolist() == [0]
    with pytest.raises(KeyError, match="x at B"):
        enc.taken({"x": "B"})
    with pytest.raises(KeyError, match="C"):
        enc.taken({"x": "C"})
    with pytest.raises(KeyError, match="x"):
        enc.taken({})


def test_nobody_writes_into_the_arrays() -> None:
    enc = planted(1).enc
    assert not any(getattr(enc, name).flags.writeable for name in ARRAYS)


def test_figures_near_the_limit_stay_whole() -> None:
    top = 2**40 - 1
    leads = [make.seeker(f"l{number:03}", make.option("A", top, top)) for number in range(300)]
    enc = encode_instance(make.instance({"A": ("a", (top,))}, *leads))
    assert enc.label == (("A", "r0"),)
    assert enc.worth.sum() == 300 * top


def test_nothing_is_encoded_as_nothing() -> None:
    enc = encode_instance(Instance((), (), (), ()))
    assert (enc.pairs, enc.leads, enc.hosts, enc.label) == (0, (), (), ())
    assert enc.placement(np.zeros(0, np.int64)) == {}
