"""Explanations in linear work say what the plain form says, which turns every placement into a hold."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching.eligibility import blockers
from allocation.matching.explain import BEST, explain
from allocation.matching.judge import pool_faults
from allocation.matching.pool import CountyCount, Hold, Lead, Pool
from allocation.matching.result import Blocker, Candidate, Explanation, Match, Rule
from allocation.matching.room import left_over
from allocation.matching.scoring import score, worth
from allocation.matching.solve import solve_pool
from tests.allocation.matching import factories as make

COUNTS = st.builds(
    CountyCount,
    max_leads=st.none() | st.integers(0, 3),
    max_investment_wan=st.none() | st.integers(0, 3 * 10**6),
)


def as_holds(pool: Pool, lead: Lead, assignment: Mapping[str, str | None]) -> Pool:
    """Give the pool as it is for one lead while all other placements stay: they are holds."""
    holds = {park.code: list(park.holds) for park in pool.parks}
    owner = {park.code: park.owner for park in pool.parks}
    limits = dict(pool.limits)
    for other in pool.leads:
        host = assignment[other.id]
        if host is None or other.id == lead.id:
            continue
        holds[host].append(Hold(lead=other.id, needs=other.needs, deadline=other.deadline))
        if owner[host] in limits:
            count = limits[owner[host]]
            most, invested = count.max_leads, count.max_investment_wan
            wan = -(-other.investment_fen // 10**6)
            limits[owner[host]] = CountyCount(
                max_leads=None if most is None else max(0, most - 1),
                max_investment_wan=None if invested is None else max(0, invested - wan),
            )
    parks = tuple(replace(park, holds=tuple(holds[park.code])) for park in pool.parks)
    return replace(pool, parks=parks, limits=limits)


def plainly(pool: Pool, lead: Lead, assignment: Mapping[str, str | None]) -> Explanation:
    """Explain one lead by building the pool beside it."""
    others = as_holds(pool, lead, assignment)
    rejections: dict[str, tuple[Blocker, ...]] = {}
    found = []
    for park, crowded in zip(pool.parks, others.parks, strict=True):
        alone = blockers(pool, lead, park)
        if alone:
            rejections[park.code] = alone
            continue
        parts = score(pool, lead, park)
        value, placed = worth(pool, lead, park, parts.total), assignment[lead.id] == park.code
        short = blockers(others, lead, crowded)
        found.append(
            Candidate(rank=0, park=park.code, score=parts, value=value, placed=placed, shortfalls=short)
        )
    found.sort(key=lambda one: (not one.placed, bool(one.shortfalls), -one.score.total, one.park))
    best = [replace(one, rank=rank) for rank, one in enumerate(found[:BEST], start=1)]
    for one in found[BEST:]:
        outranked = Blocker(Rule.OUTRANKED, one.score.total, best[-1].score.total)
        rejections[one.park] = one.shortfalls or (outranked,)
    crowded_out = tuple(sorted(one.park for one in found[BEST:] if one.shortfalls))
    return Explanation(lead.id, tuple(best), rejections, crowded_out)


@given(make.pools, COUNTS)
@settings(max_examples=60, deadline=None)
def test_linear_work_says_the_same(pool: Pool, count: CountyCount) -> None:
    fair = replace(pool, limits={"610001": count})
    match = solve_pool(fair, seconds=5, seed=1)
    hosts = match.solution.assignment
    said = explain(fair, hosts)
    assert said == tuple(plainly(fair, lead, hosts) for lead in fair.leads)
    assert pool_faults(fair, Match(match.solution, said)) == []


def free_at(
    pool: Pool, supply: Sequence[tuple[date, int]], taken: Sequence[tuple[date, int]], due: date
) -> int:
    """Tell what may be taken by a day, day by day: the least slack on any day from then on."""
    days = {due, date.max, *(day for day, _ in taken), *(pool.due(day) for day, _ in taken)}
    days |= {day.fromordinal(day.toordinal() - 1) for day, _ in supply}
    return min(
        sum(amount for ready, amount in supply if ready <= day)
        - sum(amount for by, amount in taken if pool.due(by) <= day)
        for day in days
        if day >= due
    )


amounts = st.lists(st.tuples(make.days, st.integers(0, 9)), max_size=4)


@given(amounts, amounts, make.days)
def test_what_is_left_is_the_least_slack_of_any_later_day(
    supply: list[tuple[date, int]], taken: list[tuple[date, int]], day: date
) -> None:
    pool = make.pool()
    due = pool.due(day)
    assert left_over(pool, supply, taken).by(due) == free_at(pool, supply, taken, due)


def test_a_lead_does_not_stand_in_its_own_way() -> None:
    """The county's quotas and its own park are full of it: it may still have either park of the county."""
    bound = {"610001": CountyCount(max_leads=1, max_investment_wan=20_000)}
    quota = {"610001": make.county(energy_tce=1_000, cod_kg=1_000, land_mu=5_000)}
    parks = (
        make.park("A", plots=(make.plot("A-1", 50),)),
        make.park("B", plots=(make.plot("B-1", 50),)),
        make.park("C", "610000", plots=(make.plot("C-1", 49),)),
    )
    pool = make.pool((make.lead("L1", 50), make.lead("L2", 50)), parks, counties=quota, limits=bound)
    first, second = explain(pool, {"L1": "A", "L2": None})
    assert [(one.park, one.shortfalls) for one in first.candidates] == [("A", ()), ("B", ())]
    rules = [reason.rule for reason in second.candidates[0].shortfalls]
    assert rules == [
        Rule.LAND,
        Rule.COUNTY_LAND,
        Rule.COUNTY_ENERGY,
        Rule.COUNTY_COD,
        Rule.COUNTY_LEADS,
        Rule.COUNTY_INVESTMENT,
    ]
    assert [reason.rule for reason in second.candidates[1].shortfalls] == rules[1:]
    assert first.rejections["C"] == (Blocker(Rule.LAND, 5_000, 4_900),)


def test_a_lead_due_on_the_last_day_that_there_is() -> None:
    pool = make.pool((make.lead(deadline=date.max),))
    assert blockers(pool, pool.leads[0], pool.parks[0]) == ()
