"""Prices: near the linear relaxation's value from above, of the right signs, the same every time."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching import prices
from allocation.matching.bound import exact_bound
from allocation.matching.encode import UNLIMITED, Encoded, encode_gap, encode_instance
from allocation.matching.instance import CountyLimit, Gap, Host, Instance
from allocation.matching.lagrange import sealed
from allocation.matching.prices import dual_prices, every, price_all
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import RESOURCES, planted, relaxed_value


def crowded(seed: int, leads: int = 40, hosts: int = 6) -> Encoded:
    """Make a pool in which nothing is planted: demand exceeds room by a third."""
    dice = np.random.default_rng(seed)
    uses = dice.integers(1, 60, (leads, len(RESOURCES)))
    rooms = (uses.sum(axis=0) / (hosts * 1.3) * dice.uniform(0.8, 1.3, (hosts, 1))).astype(int).tolist()
    values = (dice.integers(2_000, 10_000, (leads, hosts)) * dice.integers(10, 27, (leads, 1))).tolist()
    seekers = (
        make.seeker(f"l{number:02}", *(make.option(f"h{host}", line[host], *use) for host in range(hosts)))
        for number, (line, use) in enumerate(zip(values, uses.tolist(), strict=True))
    )
    free = (None,) * len(RESOURCES)
    return encode_instance(
        Instance(
            RESOURCES,
            tuple(Host(f"h{number}", f"c{number % 2}", tuple(room)) for number, room in enumerate(rooms)),
            tuple(seekers),
            (CountyLimit("c0", leads // 3, 0, free), CountyLimit("c1", None, leads // 3, free)),
        )
    )


def jobs(seed: int) -> Encoded:
    """Make a generalised assignment problem: costs against uses, as in the hard classes."""
    dice = np.random.default_rng(seed)
    use = dice.integers(5, 100, (4, 24))
    cost = 111 - use + dice.integers(-10, 11, use.shape)
    room = use.sum(axis=1) // 5
    return encode_gap(
        Gap(tuple(map(tuple, cost.tolist())), tuple(map(tuple, use.tolist())), tuple(room.tolist()))
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", [crowded, jobs])
def test_the_bound_comes_down_to_the_relaxation(kind: Callable[[int], Encoded], seed: int) -> None:
    enc = kind(seed)
    found = dual_prices(enc, passes=300)
    for solver, exact in (("GLOP", 1e-6), ("PDLP", 1e-4)):  # PDLP stops near its optimum
        relaxed = relaxed_value(enc, solver)
        assert relaxed is not None
        assert relaxed - exact * abs(relaxed) <= found.bound <= relaxed + 1e-3 * abs(relaxed)
    assert exact_bound(enc, found.limit) == pytest.approx(found.bound, abs=1.0)
    assert found.passes == 300


@pytest.mark.parametrize("seed", range(6))
def test_planted_values_are_reached(seed: int) -> None:
    case = planted(seed)
    assert case.value <= exact_bound(case.enc, dual_prices(case.enc, passes=200).limit) <= case.value * 1.001


@pytest.mark.parametrize("factor", [2**12, 2**30])
def test_units_do_not_matter(factor: int) -> None:
    enc = planted(4).enc
    dearer = dual_prices(replace(enc, worth=sealed(enc.worth * factor)), passes=60)
    columns = np.where(np.arange(enc.need.shape[1]) == len(RESOURCES), 1, factor)
    leads = np.array([resource == "leads" for _, resource in enc.label])
    finer = replace(
        enc,
        need=sealed(enc.need * columns),
        most=sealed(np.where(leads, enc.most, enc.most * factor)),
    )
    plain, fine = dual_prices(enc, passes=60), dual_prices(finer, passes=60)
    assert dearer.limit == pytest.approx(plain.limit * factor, rel=1e-9)
    assert fine.limit == pytest.approx(np.where(leads, plain.limit, plain.limit / factor), rel=1e-9)
    assert fine.bound == pytest.approx(plain.bound, rel=1e-9)


@settings(max_examples=40)
@given(make.small_instances, st.integers(0, 2**32 - 1))
def test_each_price_has_the_sign_of_its_limit(problem: Instance, seed: int) -> None:
    enc = encode_instance(problem)
    start = np.random.default_rng(seed).normal(0.0, 9.0, len(enc.most))
    for found in (dual_prices(enc, passes=40), dual_prices(enc, passes=3, start=start)):
        assert (found.limit[enc.least == 0] >= 0).all()
        assert (found.limit[enc.most == UNLIMITED] <= 0).all()
        assert np.isfinite(found.limit).all()


def test_a_floor_is_paid_for() -> None:
    problem = make.instance(
        {"A": ("a", (9,)), "B": ("b", (9,))},
        make.seeker("x", make.option("A", 10, 1), make.option("B", 4, 1)),
        counties=(CountyLimit("b", None, 1, (None,)),),
    )
    enc = encode_instance(problem)
    found = dual_prices(enc, passes=200)
    assert dict(zip(enc.label, found.limit.tolist(), strict=True))["b", "leads"] <= -6 * 0.99
    assert exact_bound(enc, found.limit) == 4


def test_no_limit_no_price() -> None:
    enc = encode_instance(make.instance({"A": ("c", (9,))}, make.seeker("x", make.option("A", 7, 3))))
    found = dual_prices(enc, passes=0)
    assert len(found.limit) == 0
    assert found.bound == 7.0
    assert found.passes == 1


def test_worthless_leads_and_leads_without_pairs_are_priced() -> None:
    problem = make.instance(
        {"A": ("c", (3,))},
        make.seeker("x", make.option("A", 0, 2)),
        make.seeker("y", make.option("A", 0, 2), must=True),
        make.seeker("z", must=True),
    )
    found = dual_prices(encode_instance(problem), passes=10)
    assert found.bound == 0.0


def test_a_warm_start_is_no_worse_than_its_start() -> None:
    enc = crowded(3, leads=90)
    before = dual_prices(enc, passes=60)
    less = replace(enc, most=sealed(enc.most * 97 // 100))
    stale = dual_prices(less, passes=1, start=before.limit)
    warm = dual_prices(less, passes=30, start=before.limit)
    assert (stale.limit == before.limit).all()
    assert warm.bound < stale.bound
    assert warm.bound < dual_prices(less, passes=30).bound  # which starts from nothing


def test_the_same_input_gives_the_same_prices() -> None:
    enc = crowded(5)
    first, second = dual_prices(enc, passes=25), dual_prices(enc, passes=25)
    assert first.limit.tobytes() == second.limit.tobytes()
    assert first.bound == second.bound


def test_many_pairs_are_priced_by_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    enc = crowded(1, leads=50)
    relaxed = relaxed_value(enc)
    assert relaxed is not None
    monkeypatch.setattr(prices, "FEW", 200)
    monkeypatch.setattr(prices, "ROUNDS", ((3, 20, 0.05), (4, 60, 0.03), (5, 60, 0.02)))
    cold = price_all(enc)
    assert relaxed * (1 - 1e-6) <= cold.bound <= relaxed * 1.002
    assert exact_bound(enc, cold.limit) == pytest.approx(cold.bound, abs=1.0)  # over all pairs, not a part
    assert cold.passes == 100 + 20 + 60 + 60 + 1
    warm = price_all(enc, start=cold.limit)
    assert relaxed * (1 - 1e-6) <= warm.bound <= cold.bound
    assert warm.passes == 20 + 60 + 60 + 2
    best = dual_prices(enc, passes=150)
    monkeypatch.setattr(prices, "ROUNDS", ((1, 1, 0.5),))  # makes them worse
    assert price_all(enc, start=best.limit).limit.tolist() == best.limit.tolist()


def test_few_pairs_are_priced_whole() -> None:
    enc = crowded(2, leads=12)
    assert price_all(enc).bound == dual_prices(enc, passes=200).bound


def test_a_sample_is_every_nth_lead_and_that_share_of_the_limits() -> None:
    case = planted(6)
    part = every(case.enc, 3)
    assert part.leads == case.enc.leads[::3]
    for place, lead in enumerate(range(0, len(case.enc.leads), 3)):
        ours = slice(part.start[place], part.start[place + 1])
        theirs = slice(case.enc.start[lead], case.enc.start[lead + 1])
        assert part.host[ours].tolist() == case.enc.host[theirs].tolist()
        assert part.worth[ours].tolist() == case.enc.worth[theirs].tolist()
        assert part.row[ours].tolist() == case.enc.row[theirs].tolist()
        assert part.must[place] == case.enc.must[lead]
    bounded = case.enc.most != UNLIMITED
    assert (part.most[bounded] == case.enc.most[bounded] // 3).all()
    assert (part.most[~bounded] == UNLIMITED).all()
    assert (part.least == case.enc.least // 3).all()
