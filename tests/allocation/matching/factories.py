"""Pools and instances for tests: a plain city, random cities, and brute force as the judge of small ones."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from allocation.matching.instance import CountyLimit, Gap, Host, Instance, Option, Seeker
from allocation.matching.pool import (
    County,
    Hall,
    Hold,
    Industry,
    LandUse,
    Lead,
    Needs,
    Park,
    Plot,
    Pool,
    Rules,
)
from allocation.matching.result import Solution, Status
from allocation.units import Fen, Mu

AS_OF = date(2027, 1, 15)
LATER = date(2027, 4, 26)
WAN = 10**6
MU = 100
CIRCUITS, DRUGS, ALLOY, PARTS = (
    Industry("2017", "3982"),
    Industry("2017", "2710"),
    Industry("2017", "3240"),
    Industry("2017", "3670"),
)
CHAINS = {
    CIRCUITS: frozenset({"electronics"}),
    DRUGS: frozenset({"health"}),
    ALLOY: frozenset({"materials"}),
    Industry("2017", "3985"): frozenset({"electronics"}),
}


def plot(code: str = "A-1", mu: int = 100, **changes: object) -> Plot:
    facts: dict[str, object] = {
        "land_use": LandUse.INDUSTRIAL,
        "replan": False,
        "ready_on": date(2026, 1, 1),
        "verified_on": date(2026, 12, 1),
    }
    return Plot(code=code, area_mu=Mu(mu * MU), **(facts | changes))  # type: ignore[arg-type] # named by tests


def hall(code: str = "A-F1", m2: int = 10_000, **changes: object) -> Hall:
    facts: dict[str, object] = {"ready_on": date(2026, 1, 1), "verified_on": date(2026, 12, 1)}
    return Hall(code=code, area_m2=m2, **(facts | changes))  # type: ignore[arg-type] # named by tests


def park(code: str = "A", owner: str = "610001", **changes: object) -> Park:
    facts: dict[str, object] = {
        "investment_floor_fen": Fen(100 * WAN),
        "tax_floor_fen": Fen(10 * WAN),
        "energy_tce": 10_000,
        "water_td": 1_000,
        "cod_kg": 10_000,
        "plots": (plot(f"{code}-1"),),
        "halls": (hall(f"{code}-F1"),),
    }
    return Park(code=code, owner=owner, **(facts | changes))  # type: ignore[arg-type] # named by tests


def needs(mu: int = 50, **changes: int) -> Needs:
    facts: dict[str, int] = {"energy_tce": 1_000, "water_td": 100, "cod_kg": 1_000}
    return Needs(land_mu=Mu(mu * MU), **(facts | changes))


def lead(name: str = "L1", mu: int = 50, **changes: object) -> Lead:
    """A lead of another county with twice the floors of the plain park."""
    facts: dict[str, object] = {
        "origin": "610009",
        "industry": CIRCUITS,
        "investment_fen": Fen(20_000 * WAN),
        "fixed_investment_fen": Fen(200 * WAN * max(mu, 1)),
        "tax_fen": Fen(20 * WAN * max(mu, 1)),
        "needs": needs(mu),
        "deadline": date(2027, 3, 1),
    }
    return Lead(id=name, **(facts | changes))  # type: ignore[arg-type] # named by tests


def county(code: str = "610001", **changes: object) -> County:
    facts: dict[str, object] = {
        "chains": frozenset({"health"}),
        "energy_tce": 50_000,
        "cod_kg": 50_000,
        "land_mu": Mu(1_000 * MU),
    }
    return County(code=code, **(facts | changes))  # type: ignore[arg-type] # named by tests


def pool(leads: tuple[Lead, ...] = (), parks: tuple[Park, ...] = (), **changes: object) -> Pool:
    made_leads, made_parks = leads or (lead(),), parks or (park(),)
    facts: dict[str, object] = {
        "counties": {code: county(code) for code in ("610001", "610002")},
        "chains": CHAINS,
    }
    return Pool(as_of=AS_OF, leads=made_leads, parks=made_parks, **(facts | changes))  # type: ignore[arg-type] # named by tests


def hold(name: str = "H1", mu: int = 30, deadline: date = date(2027, 2, 1), **changes: int) -> Hold:
    return Hold(lead=name, needs=needs(mu, **changes), deadline=deadline)


days = st.integers(-200, 200).map(lambda number: AS_OF + timedelta(days=number))
codes = st.sampled_from([CIRCUITS, DRUGS, ALLOY, PARTS, Industry("2017", "3985"), Industry("2011", "3982")])
some_needs = st.builds(
    Needs,
    land_mu=st.integers(0, 8_000).map(Mu),
    hall_m2=st.sampled_from([0, 0, 3_000, 9_000]),
    energy_tce=st.integers(0, 6_000),
    water_td=st.integers(0, 600),
    cod_kg=st.integers(0, 6_000),
)
some_plots = st.builds(
    Plot,
    code=st.just("P"),
    land_use=st.sampled_from([LandUse.INDUSTRIAL, LandUse.INDUSTRIAL, LandUse.STORAGE]),
    replan=st.booleans(),
    area_mu=st.integers(0, 8_000).map(Mu),
    ready_on=days,
    verified_on=days,
)
some_halls = st.builds(
    Hall, code=st.just("F"), area_m2=st.integers(0, 12_000), ready_on=days, verified_on=days
)
some_holds = st.builds(Hold, lead=st.just("H"), needs=some_needs, deadline=days)
owners = st.sampled_from(["610001", "610002", "610000"])
some_parks = st.builds(
    Park,
    code=st.just("?"),
    owner=owners,
    leading=st.frozensets(codes, max_size=1),
    main=st.frozensets(codes, max_size=2),
    forbidden=st.frozensets(codes, max_size=1),
    investment_floor_fen=st.sampled_from([0, 100 * WAN, 200 * WAN]).map(Fen),
    tax_floor_fen=st.sampled_from([0, 5 * WAN]).map(Fen),
    energy_tce=st.integers(0, 10_000),
    water_td=st.integers(0, 1_000),
    cod_kg=st.integers(0, 10_000),
    plots=st.lists(some_plots, max_size=3).map(tuple),
    halls=st.lists(some_halls, max_size=2).map(tuple),
    holds=st.lists(some_holds, max_size=1).map(tuple),
)
some_leads = st.builds(
    Lead,
    id=st.just("?"),
    origin=st.sampled_from(["610001", "610009"]),
    industry=codes,
    investment_fen=st.integers(1, 2 * 10**6).map(lambda wan: Fen(wan * WAN)),
    fixed_investment_fen=st.integers(1, 10**5).map(lambda wan: Fen(wan * WAN)),
    tax_fen=st.integers(1, 10**4).map(lambda wan: Fen(wan * WAN)),
    needs=some_needs,
    deadline=days,
    held_by=st.sampled_from([None, None, None, "610002"]),
)
some_counties = st.builds(
    County,
    code=st.just("?"),
    chains=st.frozensets(st.sampled_from(["health", "electronics"]), max_size=2),
    energy_tce=st.integers(0, 12_000),
    cod_kg=st.integers(0, 12_000),
    land_mu=st.integers(0, 15_000).map(Mu),
)
pools = st.builds(
    lambda leads, parks, first, second, gate: Pool(
        as_of=AS_OF,
        leads=tuple(replace(item, id=f"L{number}") for number, item in enumerate(leads)),
        parks=tuple(replace(item, code=f"P{number}") for number, item in enumerate(parks)),
        counties={"610001": replace(first, code="610001"), "610002": replace(second, code="610002")},
        chains=CHAINS,
        rules=Rules(positioning_gate=gate),
    ),
    st.lists(some_leads, max_size=5),
    st.lists(some_parks, max_size=4),
    some_counties,
    some_counties,
    st.booleans(),
)


def option(host: str, value: int, *use: int) -> Option:
    return Option(host, value, use)


def seeker(name: str, *options: Option, must: bool = False, held_by: str | None = None) -> Seeker:
    return Seeker(name, "610009", must, held_by, options)


def instance(
    hosts: dict[str, tuple[str, tuple[int, ...]]], *leads: Seeker, counties: tuple[CountyLimit, ...] = ()
) -> Instance:
    made = tuple(Host(name, county_code, capacity) for name, (county_code, capacity) in hosts.items())
    return Instance(tuple(f"r{number}" for number in range(len(made[0].capacity))), made, leads, counties)


small_instances = st.builds(
    lambda capacities, limits, uses, values, musts, held: Instance(
        ("land", "energy"),
        tuple(Host(f"h{number}", f"c{number % 2}", pair) for number, pair in enumerate(capacities)),
        tuple(
            Seeker(
                f"l{number}",
                "c9",
                musts[number],
                held[number],
                tuple(
                    Option(f"h{host}", values[number][host], uses[number][host])
                    for host in range(len(capacities))
                    if values[number][host] >= 0
                ),
            )
            for number in range(4)
        ),
        limits,
    ),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=3),
    st.tuples(
        st.builds(
            CountyLimit,
            id=st.just("c0"),
            max_leads=st.none() | st.integers(0, 3),
            min_leads=st.sampled_from([0, 0, 1, 2]),
            capacity=st.tuples(st.none() | st.integers(0, 9), st.none()),
        )
    ),
    st.lists(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=3),
        min_size=4,
        max_size=4,
    ),
    st.lists(st.lists(st.integers(-2, 20), min_size=3, max_size=3), min_size=4, max_size=4),
    st.lists(st.sampled_from([False, False, True]), min_size=4, max_size=4),
    st.lists(st.sampled_from([None, None, None, "c1"]), min_size=4, max_size=4),
)
"""Four leads, up to three hosts in two counties, two resources; a negative value stands for no option."""


def brute_force(problem: Instance) -> int | None:
    """Try every assignment; None if none is allowed."""
    county_of = {host.id: host.county for host in problem.hosts}
    choices = [
        [
            None,
            *(item for item in found.options if found.held_by in {None, county_of[item.host]}),
        ]
        for found in problem.leads
    ]
    best: int | None = None
    for picks in itertools.product(*choices):
        taken = [pick for pick in picks if pick is not None]
        allowed = all(
            pick is not None or not item.must_place for pick, item in zip(picks, problem.leads, strict=True)
        )
        allowed &= all(
            sum(pick.use[number] for pick in taken if pick.host == host.id) <= most
            for host in problem.hosts
            for number, most in enumerate(host.capacity)
        )
        for limit in problem.counties:
            inside = [pick for pick in taken if county_of[pick.host] == limit.id]
            allowed &= limit.min_leads <= len(inside)
            allowed &= limit.max_leads is None or len(inside) <= limit.max_leads
            allowed &= all(
                most is None or sum(pick.use[number] for pick in inside) <= most
                for number, most in enumerate(limit.capacity)
            )
        if allowed:
            best = max(best or 0, sum(pick.value for pick in taken))
    return best


gaps = st.integers(1, 3).flatmap(
    lambda agents: st.integers(1, 4).flatmap(
        lambda jobs: st.builds(
            Gap,
            cost=_matrix(agents, jobs, 30),
            use=_matrix(agents, jobs, 6),
            capacity=st.lists(st.integers(0, 14), min_size=agents, max_size=agents).map(tuple),
        )
    )
)


def _matrix(rows: int, columns: int, most: int) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    row = st.lists(st.integers(0, most), min_size=columns, max_size=columns).map(tuple)
    return st.lists(row, min_size=rows, max_size=rows).map(tuple)


def cheapest(gap: Gap) -> int | None:
    """Try every assignment of a small problem; None if none fits."""
    costs = [
        sum(gap.cost[agent][job] for job, agent in enumerate(picks))
        for picks in itertools.product(range(gap.agents), repeat=gap.jobs)
        if all(
            sum(gap.use[agent][job] for job, picked in enumerate(picks) if picked == agent)
            <= gap.capacity[agent]
            for agent in range(gap.agents)
        )
    ]
    return min(costs, default=None)


def solution(assignment: dict[str, str | None], objective: int | None, bound: int | None = None) -> Solution:
    return Solution(Status.OPTIMAL, assignment, objective, objective if bound is None else bound, 1.0)
