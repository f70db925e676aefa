"""Annealing over placements of every lead, in which limits may be broken at a price that adapts.

A move is a chain: a lead shifts to another host, and may push a lead there on to a third or to the host
that the first one left (a swap), up to three leads. Excess over a limit costs its weight a unit; weights rise
while their limit is broken and fall while it holds, so that the search keeps crossing the border of what is
allowed, where the best placements of full hosts lie (Yagiura, Ibaraki and Glover, "An ejection chain approach
for the generalized assignment problem", INFORMS Journal on Computing 16, 2004). A lead's hosts are tried by
reduced cost at the prices of the limits, the best ones more often.

The placement that is handed back breaks no limit: excess is counted in integers.
"""

from typing import Final

import numpy as np

from allocation.matching.chance import Words, below, unit
from allocation.matching.encode import Ints
from allocation.matching.kernel import compiled
from allocation.matching.tight_site import LONGEST, Post, Site, draw

_ALONE: Final = 0.1
"""Share of chains of one lead."""

_PAIRS: Final = 0.8
"""Share of chains of at most two leads."""

_HOME: Final = 0.6
"""Share of last steps that go to the host that the first lead left."""

_RISE: Final = 1.1
_FALL: Final = 0.98

_COOLEST: Final = 1 / 50
"""The last temperature, as a share of the first."""

_EVERY: Final = 1_000
"""Moves between changes of temperature."""

_HOPELESS: Final = 12.0
"""Changes for the worse by so many temperatures are refused without a draw."""


@compiled
def _target(site: Site, post: Post, lead: int, home: int, state: Words) -> int:
    """Draw the pair that a lead moves to: at host `home` if it has one there, else by rank; -1: none."""
    pairs = site.start[lead + 1] - site.start[lead]
    pair = -1
    if home >= 0 and unit(state) < _HOME:
        pair = int(site.at[lead, home])
    elif pairs > 1:
        share = unit(state)  # cubed, so that the best pairs are drawn most
        pair = site.ranked[site.start[lead] + int(pairs * share * share * share)]
    return -1 if pair == post.taken[lead] else pair


@compiled
def _chain(site: Site, post: Post, state: Words) -> tuple[int, float]:
    """Move a chain of leads; return how many moved, and how much the placement and its excess cost more."""
    chance = unit(state)
    wanted = 1 if chance < _ALONE else 2 if chance < _PAIRS else LONGEST
    lead = below(state, len(post.taken))
    home = int(site.host[post.taken[lead]])
    moved = 0
    more = 0.0
    while moved < wanted:
        pair = _target(site, post, lead, home if 0 < moved == wanted - 1 else -1, state)
        if pair < 0:
            break
        old = post.taken[lead]
        more += site.worth[old] - site.worth[pair] + draw(site, post, old, -1) + draw(site, post, pair, 1)
        post.lead[moved] = lead
        post.left[moved] = old
        post.taken[lead] = pair
        moved += 1
        there = site.host[pair]
        if post.crowd[there] == 0:
            break
        lead = int(post.member[there, below(state, post.crowd[there])])
        for number in range(moved):
            if post.lead[number] == lead:
                wanted = moved
    return moved, more


@compiled
def _settle(site: Site, post: Post, moved: int) -> None:
    """Bring the members in line with a chain that is kept."""
    for number in range(moved):
        lead = post.lead[number]
        old = site.host[post.left[number]]
        new = site.host[post.taken[lead]]
        post.crowd[old] -= 1
        last = post.member[old, post.crowd[old]]
        post.member[old, post.place[lead]] = last
        post.place[last] = post.place[lead]
        post.member[new, post.crowd[new]] = lead
        post.place[lead] = post.crowd[new]
        post.crowd[new] += 1


@compiled
def _undo(site: Site, post: Post, moved: int) -> None:
    """Take a chain back."""
    for number in range(moved - 1, -1, -1):
        lead = post.lead[number]
        draw(site, post, post.taken[lead], -1)
        draw(site, post, post.left[number], 1)
        post.taken[lead] = post.left[number]


@compiled
def _reweigh(site: Site, post: Post) -> None:
    """Raise the weights of broken limits, lower the others."""
    for number in range(len(post.weight)):
        load = post.load[number]
        held = site.least[number] <= load <= site.most[number]
        post.weight[number] *= _FALL if held else _RISE


@compiled
def anneal(site: Site, post: Post, moves: int, warm: float, state: Words, best: Ints) -> bool:
    """Cool down once.

    Args:
        site: the instance.
        post: where to start; left where the search ends.
        moves: how many chains to try.
        warm: the first temperature, in worth.
        state: of the draws.
        best: filled with the placement of most worth that broke no limit.

    Returns:
        Whether there was one.
    """
    leads = len(post.taken)
    value = 0
    for lead in range(leads):
        value += site.worth[post.taken[lead]]
    found = bool(post.broken[0] == 0)
    top = value
    if found:
        best[:] = post.taken
    heat = warm
    for move in range(moves):
        if move % _EVERY == 0:
            heat = warm * _COOLEST ** (move / moves)
        if move % (50 * leads) == 0:
            _reweigh(site, post)
        moved, more = _chain(site, post, state)
        if more > 0.0 and (more > _HOPELESS * heat or unit(state) >= np.exp(-more / heat)):
            _undo(site, post, moved)
            continue
        for number in range(moved):
            value += site.worth[post.taken[post.lead[number]]] - site.worth[post.left[number]]
        _settle(site, post, moved)
        if post.broken[0] == 0 and (not found or value > top):
            found = True
            top = value
            best[:] = post.taken
    return found
