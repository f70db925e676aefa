"""The quick look at all pairs: its guess is never below the truth, and what is chosen by it is right."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.columns import Columns
from allocation.matching.encode import UNLIMITED
from allocation.matching.lagrange import Floats
from allocation.matching.limits import needs_of
from allocation.matching.pairs import NO, score_block
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.scan import LOW, NONE, guess, highest, sketch, tariff
from allocation.matching.sweep import NOBODY, bound_leads, choose_parks, draw_on
from allocation.matching.tabulate import tabulate
from benchmarks.pools import Shape, synthetic
from tests.allocation.matching import factories as make
from tests.allocation.matching.test_columns import fair_pools

SMALL = Shape(40, 12, 5)


def table_of(columns: Columns, seed: int, scale: float) -> Floats:
    """Prices from nothing to far too much, some of them 0, leads' own also negative."""
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = needs_of(columns).shape[1] + 1
    table = rng.lognormal(0, 2, (rows, len(columns.parks.owner))) * (rng.random((rows, 1)) < 0.7)
    table[-1] = rng.normal(0, 10_000, table.shape[1])
    return np.asarray(table * scale, np.float64)


def truth(columns: Columns, table: Floats) -> tuple[Floats, np.ndarray]:
    """Reduced values of all pairs, and which are allowed."""
    worths = score_block(columns.leads, columns.parks, columns.most, 0, len(columns.must))
    need = np.hstack([needs_of(columns), np.ones((len(worths), 1), np.int64)])
    return worths - need @ table, worths != NO


def guesses(columns: Columns, table: Floats) -> Floats:
    """Guesses of all pairs; a sketch lists no park for an industry that it refuses."""
    every = np.full((len(columns.must), len(columns.parks.owner)), LOW)
    parks = sketch(columns)
    cost, found = tariff(columns, parks, table), np.empty(parks.widest, np.float32)
    for lead in range(len(every)):
        first, count = guess(columns.leads, parks, cost, columns.most, lead, found)
        every[lead, parks.park[first : first + count]] = found[:count]
    return every.astype(np.float64)


def bound_of(columns: Columns, lines: np.ndarray, one: int) -> tuple[int, np.ndarray]:
    """The sum of the best reduced values in units of 1 / one, and each of them."""
    parks, values = sketch(columns), np.full(len(columns.must), np.nan, np.float32)
    need = np.hstack([needs_of(columns), np.ones((len(columns.must), 1), np.int64)])
    high, low = bound_leads(
        columns.leads, columns.parks, parks, tariff(columns, parks, lines / one), columns.most, columns.must,
        need, lines, one, np.arange(len(columns.must)), values,
    )  # fmt: skip
    return (int(high) << 31) + int(low), values


def check_guess(columns: Columns, table: Floats) -> None:
    reduced, allowed = truth(columns, table)
    found = guesses(columns, table)
    assert (found[allowed] >= reduced[allowed]).all()
    # Six parts are rounded down, so a guess is less than six points too high, but for what floats err.
    scale = np.abs(reduced).max(initial=0) + 16_384 * 5 * columns.leads.weight.max(initial=0)
    most = 7 * columns.leads.weight[:, None] + scale * 2.0**-15
    assert (found - reduced <= most)[allowed].all()


@given(fair_pools, st.integers(0, 99), st.sampled_from([0.0, 0.01, 1.0, 100.0]))
@settings(max_examples=40)
def test_a_guess_is_never_below_the_exact_reduced_value(pool: Pool, seed: int, scale: float) -> None:
    columns = tabulate(pool)
    if pool.leads and pool.parks:
        check_guess(columns, table_of(columns, seed, scale))


@pytest.mark.parametrize("seed", range(3))
def test_a_guess_bars_what_the_rules_bar_where_figures_are_small(seed: int) -> None:
    columns = synthetic(SMALL, load=1.3, seed=seed)
    table = table_of(columns, seed, 1.0)
    check_guess(columns, table)
    _, allowed = truth(columns, table)
    assert ((guesses(columns, table) > LOW) == allowed).all()


def test_a_guess_knows_who_holds_a_lead_and_where_it_comes_from() -> None:
    lead = make.lead()
    parks = (make.park("A"), make.park("B", "610002"))
    for changed in (replace(lead, held_by="610002"), replace(lead, origin="610001")):
        columns = tabulate(make.pool((changed,), parks))
        found = guesses(columns, np.zeros((needs_of(columns).shape[1] + 1, 2)))
        assert (found > LOW).tolist() == [[False, True]]


@given(fair_pools, st.integers(0, 99), st.booleans())
@settings(max_examples=40)
def test_the_bound_of_a_block_is_the_sum_of_the_best(pool: Pool, seed: int, must: bool) -> None:
    pool = replace(pool, leads=tuple(replace(lead, must_place=must) for lead in pool.leads))
    columns = tabulate(pool)
    one = 2**10
    lines = np.rint(table_of(columns, seed, 1.0) * one).astype(np.int64)
    worths = score_block(columns.leads, columns.parks, columns.most, 0, len(columns.must))
    need = np.hstack([needs_of(columns), np.ones((len(worths), 1), np.int64)])
    exact = worths * one - need @ lines
    best = [
        max([*([] if must else [0]), *row[allowed].tolist()], default=0)
        for row, allowed in zip(exact, worths != NO, strict=True)
    ]
    total, values = bound_of(columns, lines, one)
    assert total == sum(best)
    assert values.tolist() == pytest.approx([value / one for value in best], rel=1e-6)


@pytest.mark.parametrize("must", [False, True])
def test_many_parks_above_the_floor_are_tried_from_the_top(must: bool) -> None:
    columns = synthetic(SMALL, load=1.3, seed=4)
    columns = replace(columns, must=np.full(SMALL.leads, must))
    one = 2**12
    lines = np.zeros((needs_of(columns).shape[1] + 1, SMALL.parks), np.int64)
    worths = score_block(columns.leads, columns.parks, columns.most, 0, SMALL.leads)
    assert bound_of(columns, lines, one)[0] == one * int(np.maximum(worths.max(axis=1), 0).sum())


@given(st.lists(st.floats(-10, 10, width=32), max_size=300), st.floats(-10, 10, width=32))
@settings(max_examples=40)
def test_the_first_of_the_highest_above_a_floor_is_found(values: list[float], floor: float) -> None:
    found = highest(np.array([*values, 99.0], np.float32), len(values), np.float32(floor))
    best = max(values, default=floor)
    assert found == (values.index(best) if best > floor else NONE)


@pytest.mark.parametrize("must", [False, True])
def test_choices_and_what_they_draw(must: bool) -> None:
    columns = synthetic(SMALL, load=1.3, seed=3)
    columns = replace(columns, must=np.full(SMALL.leads, must))
    table = table_of(columns, 3, 1.0)
    chosen = np.arange(0, SMALL.leads, 2)
    picks, values = np.empty(len(chosen), np.int32), np.empty(len(chosen), np.float32)
    parks = sketch(columns)
    choose_parks(
        columns.leads, parks, tariff(columns, parks, table), columns.most, columns.must, chosen, picks, values
    )
    found = guesses(columns, table)[chosen]
    floor = float(LOW) if must else 0.0
    assert picks.tolist() == [int(row.argmax()) if row.max() > floor else NOBODY for row in found]
    assert values.tolist() == [row.max() if row.max() > floor else 0 for row in found]
    used = np.zeros(SMALL.parks, np.int64)
    every = np.arange(SMALL.parks)
    draw_on(
        np.append(every, SMALL.parks), every.astype(np.int32), np.zeros(SMALL.parks, np.int32),
        needs_of(columns), chosen, picks, used,
    )  # fmt: skip
    due = needs_of(columns)[chosen, 0]
    assert used.tolist() == [int(due[picks == park].sum()) for park in range(SMALL.parks)]


def test_investment_has_a_price_where_a_county_bounds_it() -> None:
    pool = make.pool(limits={"610001": CountyCount(max_investment_wan=30_000)})
    columns = tabulate(pool)
    assert columns.capacities.investment.tolist() == [30_000, UNLIMITED]
    table = np.zeros((needs_of(columns).shape[1] + 1, 1))
    plain = guesses(columns, table)[0, 0]
    table[-2] = 1.0
    assert guesses(columns, table)[0, 0] == pytest.approx(plain - 20_000, rel=1e-4)


def test_what_only_the_exact_score_bars_is_not_counted() -> None:
    """A guess knows nothing of refusals: the best park by guess said no."""
    parks = (make.park("A", leading=frozenset({make.CIRCUITS})), make.park("B", "610002"))
    columns = tabulate(make.pool((make.lead(declined=("610001",)),), parks))
    table = np.zeros((needs_of(columns).shape[1] + 1, 2))
    worth = score_block(columns.leads, columns.parks, columns.most, 0, 1)[0, 1]
    assert guesses(columns, table)[0].argmax() == 0
    assert bound_of(columns, table.astype(np.int64), 1)[0] == worth
