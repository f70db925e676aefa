"""Tables of bins: what each bin packs at best, and what it loses where a pair is forced in or out."""

from typing import Final

from allocation.matching.bins import FAR, Bench, Bins, Marks
from allocation.matching.kernel import compiled

_HANDLING: Final = 400
"""What it costs to handle an item beside its row of the table, in cells."""


@compiled
def _count(bins: Bins, bench: Bench, alive: Marks) -> bool:
    """Count the pairs that each job has left; False if a job has none."""
    bench.choices[:] = 0
    for pair in range(len(bins.job)):
        if alive[pair]:
            bench.choices[bins.job[pair]] += 1
            bench.only[bins.job[pair]] = pair
    return bool(bench.choices.min() > 0)


@compiled
def _drop(bins: Bins, bench: Bench, alive: Marks, at: int) -> bool:
    """Drop the pairs of a bin that do not fit beside the jobs with one pair left; tell if there were any."""
    dropped = False
    for pair in range(bins.first[at], bins.first[at + 1]):
        if alive[pair] and bench.choices[bins.job[pair]] > 1 and bins.use[pair] > bench.left[at]:
            alive[pair] = 0
            dropped = True
    return dropped


@compiled
def settle(bins: Bins, bench: Bench, alive: Marks) -> int:
    """Place the jobs that have one pair left, and drop pairs that no longer fit, until nothing changes.

    Returns:
        The scaled cost of the jobs with one pair left; FAR if a job has none or a bin overflows.
    """
    changed = True
    fixed = 0
    while changed:
        if not _count(bins, bench, alive):
            return FAR
        fixed = 0
        changed = False
        for at in range(len(bins.room)):
            bench.left[at] = bins.room[at]
            for pair in range(bins.first[at], bins.first[at + 1]):
                if alive[pair] and bench.choices[bins.job[pair]] == 1:
                    bench.left[at] -= bins.use[pair]
                    fixed += bins.cost[pair]
            if bench.left[at] < 0:
                return FAR
            changed |= _drop(bins, bench, alive, at)
    return fixed


@compiled
def _fill(bins: Bins, bench: Bench, items: int, room: int) -> None:
    """Fill `ahead`: row t is the best prize of the first t items within each room."""
    table = bench.ahead
    for used in range(room + 1):
        table[0, used] = 0
    for number in range(items):
        pair = bench.item[number]
        use = bins.use[pair]
        gain = bench.prize[bins.job[pair]] - bins.cost[pair]
        before = table[number]
        after = table[number + 1]
        if gain <= 0:
            after[: room + 1] = before[: room + 1]
        else:
            # Slices from 0 up let the compiler use wide instructions.
            after[:use] = before[:use]
            source = before[: room + 1 - use]
            without = before[use : room + 1]
            target = after[use : room + 1]
            for used in range(room + 1 - use):
                taken = source[used] + gain
                target[used] = max(taken, without[used])
    bench.tally[0] += items * (room + 1 + _HANDLING)


@compiled
def _fill_back(bins: Bins, bench: Bench, items: int, room: int) -> None:
    """Fill `behind`: row t is the best prize of the items from t on, beside each room already used."""
    table = bench.behind
    for used in range(room + 1):
        table[items, used] = 0
    for number in range(items - 1, -1, -1):
        pair = bench.item[number]
        use = bins.use[pair]
        gain = bench.prize[bins.job[pair]] - bins.cost[pair]
        before = table[number + 1]
        after = table[number]
        if gain <= 0:
            after[: room + 1] = before[: room + 1]
        else:
            kept = room + 1 - use
            after[kept : room + 1] = before[kept : room + 1]
            source = before[use : room + 1]
            without = before[:kept]
            target = after[:kept]
            for used in range(kept):
                taken = source[used] + gain
                target[used] = max(taken, without[used])
    bench.tally[0] += items * (room + 1 + _HANDLING)


@compiled
def _pack(bins: Bins, bench: Bench, alive: Marks, at: int) -> int:
    """Pack a bin at best; count down `miss` of the jobs in it and return the prize."""
    room = bench.left[at]
    items = 0
    wanted = 0
    whole = 0
    for pair in range(bins.first[at], bins.first[at + 1]):
        job = bins.job[pair]
        gain = bench.prize[job] - bins.cost[pair]
        if alive[pair] and bench.choices[job] > 1 and gain > 0:
            bench.item[items] = pair
            items += 1
            wanted += bins.use[pair]
            whole += gain
    if wanted <= room:
        for number in range(items):
            bench.miss[bins.job[bench.item[number]]] -= 1.0
        return whole
    _fill(bins, bench, items, room)
    used = room
    for number in range(items - 1, -1, -1):
        if bench.ahead[number + 1, used] != bench.ahead[number, used]:
            pair = bench.item[number]
            bench.miss[bins.job[pair]] -= 1.0
            used -= bins.use[pair]
    return int(bench.ahead[items, room])


@compiled
def value_at(bins: Bins, bench: Bench, alive: Marks, fixed: int) -> int:
    """Tell the bound at `prize`, and fill `miss`."""
    total = fixed
    for job in range(bins.jobs):
        bench.miss[job] = 0.0
        if bench.choices[job] > 1:
            bench.miss[job] = 1.0
            total += bench.prize[job]
    for at in range(len(bins.room)):
        total -= _pack(bins, bench, alive, at)
    return total


@compiled
def force(bins: Bins, bench: Bench, alive: Marks) -> None:
    """Fill `into` and `out` for the pairs of jobs that are not yet placed, at `prize`."""
    for at in range(len(bins.room)):
        room = bench.left[at]
        items = 0
        for pair in range(bins.first[at], bins.first[at + 1]):
            if alive[pair] and bench.choices[bins.job[pair]] > 1:
                bench.item[items] = pair
                items += 1
        _fill(bins, bench, items, room)
        _fill_back(bins, bench, items, room)
        bench.tally[0] += items * (room + 1 + _HANDLING)
        best = bench.ahead[items, room]
        for number in range(items):
            pair = bench.item[number]
            use = bins.use[pair]
            gain = bench.prize[bins.job[pair]] - bins.cost[pair]
            before = bench.ahead[number]
            after = bench.behind[number + 1]
            without = 0
            for used in range(room + 1):
                without = max(without, before[used] + after[used])
            within = -FAR
            shifted = after[use : room + 1]
            for used in range(room + 1 - use):
                within = max(within, before[used] + shifted[used])
            bench.into[pair] = best - within - gain
            bench.out[pair] = best - without
