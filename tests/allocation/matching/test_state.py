"""The state of the search: what it keeps at hand for fast moves is what its placement says."""

from hypothesis import given, settings

from allocation.matching.chance import below, seeded
from allocation.matching.core import NOTHING, Core, slots_of
from allocation.matching.moves import attempt
from allocation.matching.state import State, state_of, undo
from tests.allocation.matching.planted import planted
from tests.allocation.matching.test_search import SEEDS, start


@given(SEEDS)
@settings(max_examples=20)
def test_what_the_state_keeps_at_hand_is_what_its_placement_says(seed: int) -> None:
    """After attempts, some of them undone, the lists at hosts and the wishes are those of a new state."""
    core, state, _ = start(seed)
    chance = seeded(seed)
    for turn in range(12):
        attempt(core, state, below(chance, len(core.worth)), -1e9, 3.0, chance)
        if turn % 3 == 0:
            undo(core, state)
    fresh = state_of(core, state.taken.copy())
    assert (state.want.tolist(), state.free.tolist()) == (fresh.want.tolist(), fresh.free.tolist())
    assert _lists(core, state) == _lists(core, fresh)
    wishes = [core.worth[pair] > state.now[core.lead[pair]] for pair in core.near if pair != NOTHING]
    assert state.want[core.near != NOTHING].tolist() == wishes


def _lists(core: Core, state: State) -> list[list[tuple[int, list[int], list[float]]]]:
    """List who is at each host, with what they use there and what goes with them, in the order of leads."""
    return [
        sorted(
            (int(state.here[place]), state.amount[place].tolist(), state.loss[place].tolist())
            for place in range(core.nearby[host], core.nearby[host] + state.number[host])
        )
        for host in range(len(core.nearby) - 1)
    ]


def test_a_host_counts_the_columns_of_its_limits_only() -> None:
    enc = planted(3, leads=8, counties=2).enc
    slots = slots_of(enc)
    for host in range(len(enc.hosts)):
        here = slice(int(enc.first[host]), int(enc.first[host + 1]))
        counted = slots.counted[slots.drawn[host] : slots.drawn[host + 1]]
        assert sorted(set(enc.column[here].tolist())) == counted.tolist()
        assert counted[slots.slot[here]].tolist() == enc.column[here].tolist()
