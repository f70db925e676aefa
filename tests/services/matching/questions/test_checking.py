"""The gate before answers are stored: what solves passes it, and each figure that is changed is found."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.matching.alternatives import alternatives
from allocation.matching.answer_parts import Change, Lever, Missing, Moved
from allocation.matching.answers import Answer
from allocation.matching.compare import compare
from allocation.matching.explain import Standing
from allocation.matching.override import override_price
from allocation.matching.pool import Pool
from allocation.matching.pool_case import PoolCase
from allocation.matching.resolve import Run
from allocation.matching.result import Blocker, Rule, Status
from allocation.matching.scenario import Scenario
from allocation.matching.solve import solve_instance
from allocation.matching.whynot import why_not
from allocation.matching.wouldwin import would_win
from allocation.units import Fen
from services.matching.questions.checking import Checked, answer_faults
from tests.allocation.matching import factories as make
from tests.allocation.matching.test_scenario import compile_pool

MORE = Scenario(changes=(Change(lever=Lever.LAND, owner="A", amount=6_000, on=make.AS_OF),))


def run_of(pool: Pool, status: Status) -> Run:
    found = solve_instance(compile_pool(pool), seconds=5, seed=1)
    return Run(
        assignment=found.assignment,
        status=status,
        bound=(found.bound or 0) + (status is Status.FEASIBLE),
        seconds=5,
        seed=1,
        value=found.objective,
    )


def checked(pool: Pool, run: Run, scenario: Scenario | None = None) -> Checked:
    return Checked(
        pool=pool, hosts=run.assignment, value=run.value or 0, status=run.status, scenario=scenario
    )


@given(make.pools, st.sampled_from([Status.OPTIMAL, Status.FEASIBLE]), st.data())
@settings(max_examples=10, deadline=None)
def test_what_is_worked_out_passes(pool: Pool, status: Status, data: st.DataObject) -> None:
    assume(pool.leads and pool.parks)
    case, run = PoolCase(pool), run_of(pool, status)
    lead, park = data.draw(st.sampled_from(pool.leads)), data.draw(st.sampled_from(pool.parks))
    scenario = Scenario(changes=(Change(lever=Lever.ENERGY, owner=park.code, amount=500),))
    answers: list[Answer] = [
        why_not(Standing.of(pool, run.assignment), lead, park),
        *(would_win(case, run, lead.id, park.code, level) for level in (0, 1, 2)),
        override_price(case, run, lead.id, park.code),
        alternatives(case, run, lead.id),
        compare(case, run, scenario),
    ]
    for answer in answers:
        assert answer_faults(checked(pool, run, scenario), answer) == []


def crowd() -> Pool:
    """A and C have room for one each; L1 and L2 stand there, and L3, which is worth less, waits."""
    parks = (
        make.park("A", leading=frozenset({make.CIRCUITS}), plots=(make.plot("A-1", 60),)),
        make.park("B", plots=(make.plot("B-1", 10),)),
        make.park("C", "610002", plots=(make.plot("C-1", 60),)),
    )
    return make.pool(
        (
            make.lead("L1", 60),
            make.lead("L2", 60),
            make.lead("L3", 60, investment_fen=Fen(6_000 * make.WAN)),
        ),
        parks,
    )


POOL = crowd()
CASE = PoolCase(POOL)
PROVEN, SEARCHED = run_of(POOL, Status.OPTIMAL), run_of(POOL, Status.FEASIBLE)
WAITS = next(lead for lead, host in PROVEN.assignment.items() if host is None)
STAYS = next(lead for lead, host in PROVEN.assignment.items() if host == "A")


def test_an_unproven_scenario_is_put_together_from_its_own_search() -> None:
    """The search of an unproven pool may find another plan than the run's; both sides are rebuilt."""
    worse = {lead.id: None for lead in POOL.leads} | {"L3": "C"}
    value = override_price(CASE, replace(SEARCHED, assignment=worse, value=None), "L3", "C").standing
    assert value is not None
    run = replace(SEARCHED, assignment=worse, value=value.value)
    told = compare(CASE, run, MORE)
    assert told.searched, "the search finds the better plan"
    assert answer_faults(checked(POOL, run, MORE), told) == []
    assert answer_faults(checked(POOL, run, MORE), replace(told, searched=()))


def spoiled(run: Run, told: Any, *changes: dict[str, object]) -> Iterator[tuple[str, Run, Answer]]:
    """A true answer with one thing changed, again and again."""
    assert answer_faults(checked(POOL, run, MORE), told) == []
    for change in changes:
        yield f"{type(told).__name__} {run.status.value} {change}"[:80], run, replace(told, **change)


def wrong(run: Run) -> Iterator[tuple[str, Run, Answer]]:
    """Answers of each kind with one thing changed."""
    stray = (Moved(lead=STAYS, before="C", after=None),)
    leaves = (Moved(lead=STAYS, before="A", after=None),)
    still = (Moved(lead=STAYS, before="A", after="A"),)
    bent = (Blocker(Rule.LAND, 1, 0),)
    unproven = {"exact": run.status is not Status.OPTIMAL}
    why = why_not(Standing.of(POOL, run.assignment), CASE.lead(WAITS), CASE.park("A"))
    less = (Missing(rule=Rule.LAND, need=6_000, short=5_999),)
    there = replace(why.there, value=1)
    yield from spoiled(run, why, {"host": "B"}, {"blockers": bent}, {"missing": ()}, {"there": there})
    yield from spoiled(run, why, {"missing": less}, {"here": why.there, "there": there})
    won = would_win(CASE, run, WAITS, "A", 2)
    assert won.wins
    assert won.value is not None
    yield from spoiled(run, won, {"value": won.value + 1}, {"value": None}, {"standing": 1}, {"wins": False})
    yield from spoiled(
        run, won, {"change": ()}, {"moved": stray}, {"wins": False, "value": None, "moved": still}
    )
    yield from spoiled(run, would_win(CASE, run, WAITS, "A", 0), {"change": ()}, {"moved": still})
    price = override_price(CASE, run, WAITS, "A")
    forced, loss = price.forced, price.loss
    assert forced is not None
    assert forced.value is not None
    assert loss is not None
    more = replace(forced, value=forced.value + 1)
    yield from spoiled(run, price, {"loss": loss + 1}, {"forced": more, "loss": loss - 1}, {"forced": None})
    yield from spoiled(
        run, price, {"forced": replace(forced, placed=3)}, {"forced": replace(forced, bound=0)}
    )
    yield from spoiled(run, price, {"moved": ()}, {"moved": leaves * 2}, {"bent": bent}, {"standing": forced})
    others = alternatives(CASE, run, WAITS)
    first = others.alternatives[0]
    for one in (
        replace(first, loss=None),
        replace(first, loss=(first.loss or 0) - 1),
        replace(first, moved=still),
    ):
        yield from spoiled(run, others, {"alternatives": (one,)})
    yield from spoiled(run, others, {"host": "A"})
    diff = compare(CASE, run, MORE)
    assert diff.gain is not None
    assert diff.after.value is not None
    before, after, gain = diff.before, diff.after, diff.gain
    more = replace(after, value=diff.after.value + 1)
    yield from spoiled(run, diff, {"gain": gain + 1}, {"gain_before": gain + 1}, {"exact": not diff.exact})
    yield from spoiled(run, diff, {"moved": ()}, {"searched": leaves}, {"before": replace(before, placed=0)})
    yield from spoiled(run, diff, {"after": replace(after, placed=0)}, {"after": more, "gain": gain + 1})
    yield from spoiled(run, diff, {"after": replace(after, value=None)}, {"parks": diff.parks[1:]})
    county = replace(diff.counties[0], land_mu=(1, 1))
    yield from spoiled(run, diff, {"counties": (county, *diff.counties[1:])})
    if unproven["exact"]:
        yield from spoiled(run, won, unproven)
        yield from spoiled(run, price, unproven)


@pytest.mark.parametrize("run", [PROVEN, SEARCHED], ids=["proven", "searched"])
def test_each_false_figure_is_found(run: Run) -> None:
    cases = list(wrong(run))
    assert len(cases) > 30
    assert [name for name, run, told in cases if not answer_faults(checked(POOL, run, MORE), told)] == []


def test_a_scenario_that_was_not_asked_is_not_believed() -> None:
    assert answer_faults(checked(POOL, PROVEN), compare(CASE, PROVEN, MORE))
