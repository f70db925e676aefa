"""A country in blocks, at sizes where all pairs can be stored and the best is known."""

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest

from allocation.matching.bound import block_bound, close_bound, exact_bound
from allocation.matching.columns import Columns
from allocation.matching.country import Country, Stage
from allocation.matching.descent import frame_of, sample_prices
from allocation.matching.effort import Effort
from allocation.matching.encode import UNLIMITED
from allocation.matching.engine import solve
from allocation.matching.limits import encode_columns
from allocation.matching.national import National, Plan, match_country
from allocation.matching.scan import sketch
from allocation.matching.sweep import NOBODY
from allocation.matching.tabulate import tabulate
from allocation.matching.verify_columns import column_faults
from benchmarks.pools import Shape, names, synthetic
from tests.allocation.matching import factories as make

SMALL = Shape(40, 8, 4)
LEADS, PARKS = names("L", SMALL.leads), names("P", SMALL.parks)
PLAN = Plan(steps=20, smallest=20, moves=200)


def run(columns: Columns, seed: int = 1) -> National:
    found = match_country(columns, LEADS, PARKS, plan=PLAN, seed=seed)
    assert column_faults(columns, found.park, found.value, found.bound) == []
    return found


def country(columns: Columns) -> Country:
    return Country(columns, LEADS, PARKS, sketch(columns), frame_of(columns, PARKS))


@pytest.mark.parametrize("seed", [1, 2])
def test_blocks_and_stored_pairs_agree_on_the_best(seed: int) -> None:
    columns = synthetic(SMALL, load=1.3, seed=seed)
    found = run(columns)
    enc = encode_columns(columns, LEADS, PARKS)
    best = solve(enc, effort=Effort.of(1, enc), seed=1)
    assert best.value is not None
    assert best.bound is not None
    assert found.value <= best.bound
    assert found.bound >= best.value
    assert found.value >= 0.93 * best.value
    assert found.bound <= 1.1 * best.value


def test_the_same_seed_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = synthetic(SMALL, load=1.3, seed=3)
    first, again = run(columns), run(columns)
    assert first.park.tobytes() == again.park.tobytes()
    assert (first.value, first.bound, first.moves) == (again.value, again.bound, again.moves)
    monkeypatch.setattr("allocation.matching.country.CHUNK", 7)
    chunked = run(columns)
    assert (first.value, first.bound) == (chunked.value, chunked.bound)


def test_progress_tells_each_stage_to_its_end() -> None:
    told: list[Stage] = []
    columns = synthetic(SMALL, load=1.3, seed=1)
    found = match_country(columns, LEADS, PARKS, plan=PLAN, seed=1, report=told.append)
    ends = [name for name, _ in groupby(stage.name for stage in told if stage.share == 1)]
    assert ends == ["sample", "bound", "settle", "search"]
    assert all(0 < stage.share <= 1 for stage in told)
    figures = {stage.name: stage.figure for stage in told}
    assert (figures["bound"], figures["search"]) == (found.bound, found.value)
    values = [
        stage.figure for stage in told if stage.name in {"settle", "search"} and stage.figure is not None
    ]
    assert values == sorted(values)


@pytest.mark.parametrize("scale", [1.0, 1e15])
def test_the_bound_in_blocks_is_the_bound_of_all_pairs(scale: float) -> None:
    """Also where 64 bits are too few, as prices of 10^15 show."""
    columns = synthetic(SMALL, load=1.3, seed=5)
    whole = country(columns)
    every = encode_columns(columns, LEADS, PARKS)
    rng = np.random.Generator(np.random.PCG64(5))
    limits = whole.frame.most
    prices = np.where(limits < UNLIMITED, rng.random(len(limits)), 0) * scale
    rounded = whole.whole(prices)
    assert (rounded.lines is None) is (scale > 1)
    pairs = replace(whole.empty(), start=every.start, host=every.host, worth=every.worth, row=every.row)
    bound, best = whole.bound(prices, lambda _: None)
    assert bound == close_bound(rounded, block_bound(pairs, rounded))
    assert (best >= 0).all()
    if scale > 1:
        assert bound == exact_bound(pairs, prices)


def test_a_must_place_lead_without_room_is_counted() -> None:
    columns = synthetic(SMALL, load=1.3, seed=1)
    closed = columns.parks._replace(points=np.full_like(columns.parks.points, -1))
    must = np.zeros(SMALL.leads, np.bool_)
    must[:3] = True
    found = match_country(replace(columns, parks=closed, must=must), LEADS, PARKS, plan=PLAN, seed=1)
    assert (found.unplaced, found.value) == (3, 0)
    assert (found.park == NOBODY).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_demands_are_met_although_many_want_the_room(seed: int) -> None:
    """Must-place leads look at all parks, and a county's least count is filled."""
    columns = synthetic(SMALL, load=2.0, seed=seed)
    allowed = np.flatnonzero(np.diff(encode_columns(columns, LEADS, PARKS).start) > 2)
    flags = np.zeros(SMALL.leads, np.bool_)
    flags[allowed[-6:]] = True
    least = np.array([1, 0, 1, 0])
    found = run(replace(columns, must=flags, capacities=columns.capacities._replace(least=least)), seed)
    assert found.unplaced == 0
    assert found.moves > 0


def test_a_country_without_leads_has_an_empty_answer() -> None:
    columns = tabulate(replace(make.pool(), leads=()))
    found = match_country(columns, (), ("A",), plan=PLAN, seed=1)
    assert (found.value, found.bound, len(found.park)) == (0, 0, 0)


def test_a_plan_grows_with_seconds() -> None:
    assert Plan.of(20).moves == 2 * Plan.of(10).moves > 0


def bound_at(columns: Columns, prices: np.ndarray) -> int:
    return country(columns).bound(prices, lambda _: None)[0]


@pytest.mark.parametrize("least", [0, 6])
def test_prices_from_samples_bring_the_bound_down(least: int) -> None:
    """A county that must take leads may pay for them: its price then falls below 0 and the bound holds."""
    columns = synthetic(SMALL, load=1.3, seed=3)
    floors = np.array([least, 0, 0, 0])
    columns = replace(columns, capacities=columns.capacities._replace(least=floors))
    frame = frame_of(columns, PARKS)
    shares: list[float] = []
    prices = sample_prices(
        columns, sketch(columns), frame, steps=20, smallest=15, seed=1, report=shares.append
    )
    assert shares == [(step + 1) / 20 for step in range(20)]
    assert bound_at(columns, prices) < bound_at(columns, np.zeros(len(prices)))
    assert (prices[frame.least == 0] >= 0).all()
    assert bool(prices.min() < 0) is (least > 0)


def test_a_limit_without_a_most_asks_no_price() -> None:
    columns = synthetic(SMALL, load=1.3, seed=6)
    open_counts = np.full(SMALL.counties, UNLIMITED)
    columns = replace(columns, capacities=columns.capacities._replace(most=open_counts))
    frame = frame_of(columns, PARKS)
    prices = sample_prices(
        columns, sketch(columns), frame, steps=10, smallest=15, seed=1, report=lambda _: None
    )
    assert (prices[frame.most == UNLIMITED] == 0).all()
