"""Projects that come back under another name, made up from a seed: what the alarm must find.

Beside each stand look-alikes that are none: a firm's other line of work, its plant three times as large,
another firm of a near name and the same size, a family firm by number, an earlier project still alive.
"""

import random
from dataclasses import replace
from datetime import date
from typing import Any

from allocation.names.parsing import parse
from allocation.names.repackaged import Undertaking, repackaged
from benchmarks.name_pairs import ALIKE, UNLIKE, Names
from benchmarks.name_words import COUNTIES

OWN = frozenset(COUNTIES)
TOLERANCE_BP = 3_000
KEPT = 0.7
"""The share that keeps all digits of its industry."""
KINDS = {"short_name", "subsidiary", "sound", "shape", "traditional", "place_moved", "legal_form", "writing"}


def cases(count: int, seed: int, *, held_out: bool) -> tuple[list[Undertaking[str]], set[tuple[str, str]]]:
    """Make projects, and the pairs among them that are one project."""
    names, draw = Names(seed, held_out=held_out), random.Random(seed)
    alike = [make for kind, make in ALIKE if kind in KINDS]
    unlike = [make for kind, make in UNLIKE if kind != "other_line"]
    rows: list[Undertaking[str]] = []
    wanted: set[tuple[str, str]] = set()
    for number in range(count):
        trick = number % 6
        make = draw.choice(unlike if trick in {3, 4} else alike)
        first, second, _ = make(names)
        earlier = _drawn(draw, f"{number:05d}a", second, over=trick != 5)  # noqa: PLR2004 -- the sixth kind
        later = _again(draw, earlier, f"{number:05d}b", first)
        if trick == 1:
            later = replace(later, industry=f"{(int(earlier.industry[:2]) + 7) % 90 + 10}11")
        elif trick == 2:  # noqa: PLR2004 -- the third kind
            later = replace(later, investment_fen=earlier.investment_fen * 3, land_mu=earlier.land_mu * 3)
        elif trick == 0:
            wanted.add((earlier.key, later.key))
        rows += [earlier, later]
    draw.shuffle(rows)
    return rows, wanted


def _drawn(draw: random.Random, key: str, name: str, *, over: bool) -> Undertaking[str]:
    return Undertaking(
        key=key,
        firm=parse(name, OWN),
        credit_code="",
        title=f"{key}项目",
        industry=f"{draw.randrange(13, 44)}{draw.randrange(11, 99)}",
        investment_fen=draw.randrange(2_000, 300_000) * 1_000_000,
        land_mu=draw.choice((0, draw.randrange(1_000, 40_000))),
        registered_on=date(draw.randrange(2021, 2025), draw.randrange(1, 13), draw.randrange(1, 28)),
        over=over,
        final=False,
    )


def _again(draw: random.Random, earlier: Undertaking[str], key: str, name: str) -> Undertaking[str]:
    """The same project under another name, a year or two later and a little larger or smaller."""
    size = draw.uniform(0.76, 1.25)
    day = earlier.registered_on.replace(year=earlier.registered_on.year + draw.randrange(1, 3))
    return replace(
        earlier,
        key=key,
        firm=parse(name, OWN),
        title=f"{key}项目",
        industry=earlier.industry
        if draw.random() < KEPT
        else f"{earlier.industry[:2]}{draw.randrange(11, 99)}",
        investment_fen=int(earlier.investment_fen * size),
        land_mu=int(earlier.land_mu * size),
        registered_on=day,
        over=False,
    )


def figures(count: int = 1_200, seed: int = 11) -> dict[str, Any]:
    """Return precision and recall over pairs, on the half of the characters that nothing was tuned on."""
    rows, wanted = cases(count, seed, held_out=True)
    found = {(pair.earlier.key, pair.later.key) for pair in repackaged(rows, TOLERANCE_BP)}
    hits = len(found & wanted)
    return {
        "repackaged_precision": round(hits / len(found), 4),
        "repackaged_recall": round(hits / len(wanted), 4),
        "repackaged_projects": len(rows),
    }
