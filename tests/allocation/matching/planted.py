"""Instances whose optimum is known, and judges of encoded ones: brute force and linear programming.

A planted instance is built backwards by complementary slackness: first a placement and the price of every
limit; then each priced limit is exactly used up, each lead's own pair is worth its price plus a profit, and
no other pair is worth more. The placement is then optimal, and the prices prove it.
"""

import itertools
import random
from dataclasses import dataclass, replace

import numpy as np
from ortools.linear_solver import pywraplp

from allocation.matching.encode import STAYS, UNLIMITED, Encoded, Ints, encode_instance
from allocation.matching.instance import CountyLimit, Host, Instance, Option, Seeker
from allocation.matching.lagrange import Floats, sealed

Label = tuple[str, str]
RESOURCES = ("land", "hall", "energy", "water", "cod", "grid")


@dataclass(frozen=True)
class Planted:
    """An instance, its encoding, its optimal value and placement, and the prices that prove them."""

    instance: Instance
    enc: Encoded
    value: int
    assignment: dict[str, str | None]
    prices: Floats


def planted(seed: int, *, leads: int = 30, counties: int = 3, big: int = 1, grain: int = 1) -> Planted:
    """Plant an instance: two hosts a county, six resources, ceilings, floors, must-place leads.

    Args:
        seed: of everything.
        leads: how many; a third of them stays.
        counties: how many.
        big: what prices and profits are multiplied with.
        grain: what uses are multiplied with.
    """
    dice = random.Random(seed)
    hosts = {f"h{number}": f"c{number // 2}" for number in range(2 * counties)}
    price = _drawn(dice, hosts, big)

    def cost(host: str, use: tuple[int, ...]) -> int:
        county = hosts[host]
        shares = zip(RESOURCES, use, strict=True)
        return price[county, "leads"] + sum(
            (price[host, name] + price[county, name]) * amount for name, amount in shares
        )

    seekers, assignment, used = [], {}, dict.fromkeys(price, 0)
    value = 0
    for number in range(leads):
        use = tuple(dice.choice([0, dice.randint(1, 30)]) * grain for _ in RESOURCES)
        if number % 5 == 0:  # draws a little on everything, so that each priced limit can bind
            use = (grain,) * len(RESOURCES)
        stays = number % 3 == 0
        home = dice.choice(sorted(hosts))
        profit = 0 if stays else max(0, -cost(home, use)) + dice.randint(0, 600 * big)
        must = not stays and dice.random() < 0.2
        options = []
        for host in hosts:
            top = cost(host, use) + profit
            own = host == home and not stays
            if top >= 0 and (own or number % 5 == 0 or dice.random() < 0.7):
                options.append(Option(host, top - (0 if own else dice.randint(0, top)), use))
        seekers.append(Seeker(f"l{number:03}", "c9", must, None, tuple(options)))
        assignment[f"l{number:03}"] = None if stays else home
        if not stays:
            value += cost(home, use) + profit
            for name in (home, hosts[home]):
                for resource, amount in zip(RESOURCES, use, strict=True):
                    used[name, resource] += amount
            used[hosts[home], "leads"] += 1
    room = {label: used[label] + (0 if price[label] > 0 else dice.randint(0, 20)) for label in price}
    instance = Instance(RESOURCES, *_places(hosts, price, used, room, tuple(seekers)))
    enc = encode_instance(instance)
    if not {label for label in price if price[label] and room[label]} <= set(enc.label):
        # A priced limit cannot bind.
        return planted(seed + 1000, leads=leads, counties=counties, big=big, grain=grain)
    prices = np.array([float(price[label]) for label in enc.label])
    return Planted(instance, enc, value, assignment, prices)


def _drawn(dice: random.Random, hosts: dict[str, str], big: int) -> dict[Label, int]:
    """Draw a price for each limit, many of them 0; counts of leads may be paid for."""
    counties = sorted(set(hosts.values()))
    price = {
        (name, resource): dice.choice([0, 0, dice.randint(1, 40)]) * big
        for name in [*hosts, *counties]
        for resource in RESOURCES
    }
    for county in counties:
        price[county, "leads"] = dice.choice([0, dice.randint(1, 300), -dice.randint(1, 300)]) * big
    return price


def _places(
    hosts: dict[str, str],
    price: dict[Label, int],
    used: dict[Label, int],
    room: dict[Label, int],
    seekers: tuple[Seeker, ...],
) -> tuple[tuple[Host, ...], tuple[Seeker, ...], tuple[CountyLimit, ...]]:
    """Give hosts and counties their room; a county that pays for leads has a floor in place of a ceiling."""

    def of(name: str) -> tuple[int, ...]:
        return tuple(room[name, resource] for resource in RESOURCES)

    bounds = tuple(
        CountyLimit(county, None, used[county, "leads"], of(county))
        if price[county, "leads"] < 0
        else CountyLimit(county, room[county, "leads"], 0, of(county))
        for county in sorted(set(hosts.values()))
    )
    return tuple(Host(name, county, of(name)) for name, county in hosts.items()), seekers, bounds


def value_of(enc: Encoded, taken: Ints) -> int | None:
    """Sum a placement's worth, or None if it breaks a limit or leaves out a lead that must be placed."""
    pairs = [pair for pair in taken.tolist() if pair != STAYS]
    used = [0] * len(enc.most)
    for pair in pairs:
        host = enc.host[pair]
        for entry in range(enc.first[host], enc.first[host + 1]):
            used[enc.limit[entry]] += int(enc.need[enc.row[pair], enc.column[entry]])
    bounds = zip(enc.least.tolist(), used, enc.most.tolist(), strict=True)
    if not all(least <= amount <= most for least, amount, most in bounds):
        return None
    if bool((enc.must & (taken == STAYS)).any()):
        return None
    return sum(int(enc.worth[pair]) for pair in pairs)


def best_value(enc: Encoded) -> int | None:
    """Try every placement; None if none is allowed."""
    choices = [[STAYS, *range(enc.start[i], enc.start[i + 1])] for i in range(len(enc.leads))]
    values = (value_of(enc, np.array(picks, np.int64)) for picks in itertools.product(*choices))
    return max((value for value in values if value is not None), default=None)


def relaxed_value(enc: Encoded, solver: str = "GLOP") -> float | None:
    """Solve the linear relaxation; None if it has no solution."""
    if bool((enc.least > enc.most).any()):
        return None
    model = pywraplp.Solver.CreateSolver(solver)
    share = [model.NumVar(0.0, 1.0, "") for _ in range(enc.pairs)]
    rows = [
        model.Constraint(float(least), model.infinity() if most == UNLIMITED else float(most))
        for least, most in zip(enc.least.tolist(), enc.most.tolist(), strict=True)
    ]
    goal = model.Objective()
    goal.SetMaximization()
    for lead in range(len(enc.leads)):
        one = model.Constraint(float(enc.must[lead]), 1.0)
        for pair in range(enc.start[lead], enc.start[lead + 1]):
            one.SetCoefficient(share[pair], 1.0)
            goal.SetCoefficient(share[pair], float(enc.worth[pair]))
            host = enc.host[pair]
            for entry in range(enc.first[host], enc.first[host + 1]):
                amount = float(enc.need[enc.row[pair], enc.column[entry]])
                rows[enc.limit[entry]].SetCoefficient(share[pair], amount)
    status = model.Solve()
    return goal.Value() if status == pywraplp.Solver.OPTIMAL else None


def without(enc: Encoded, lead: int) -> Encoded:
    """Leave out a lead and its pairs; the limits stay as they are."""
    kept = np.ones(len(enc.leads), np.bool_)
    kept[lead] = False
    pairs = np.repeat(kept, np.diff(enc.start))
    return replace(
        enc,
        leads=tuple(name for place, name in enumerate(enc.leads) if place != lead),
        start=sealed(np.concatenate([[0], np.cumsum(np.diff(enc.start)[kept])])),
        host=sealed(enc.host[pairs]),
        worth=sealed(enc.worth[pairs]),
        row=sealed(enc.row[pairs]),
        must=sealed(enc.must[kept]),
    )
