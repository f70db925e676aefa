"""Dividing an amount: between the parties by ratio, and over the taxes in their listed order."""

from collections.abc import Sequence

from allocation.sharing.terms import WHOLE_BP
from allocation.units import split_largest_remainder


def split_by_ratio(base_fen: int, origin_bp: int) -> tuple[int, int]:
    """Divide a base between origin and host, to the fen; a tie goes to the origin, the first party named.

    Returns:
        The origin's and the host's part; their sum is the base.
    """
    origin, host = split_largest_remainder(base_fen, (origin_bp, WHOLE_BP - origin_bp))
    return origin, host


def fill_in_order(total: int, limits: Sequence[int], kept: Sequence[int]) -> tuple[int, ...]:
    """Give out at most `total` up to each limit, moving what was given before as little as possible.

    An incentive names no tax, and a cap limits all taxes together; both are laid on the taxes in their
    listed order. What a tax was given in an earlier month it keeps while its limit allows, so that a later
    payment of the first tax does not push an old deduction or an old share from one tax's line to
    another's. The sum given is `min(total, sum(limits))` whatever was kept.

    Args:
        total: what there is to give; taken as 0 when negative.
        limits: the most each place can take, none negative.
        kept: what each place was given before.
    """
    given = [min(old, limit) for old, limit in zip(kept, limits, strict=True)]
    room = max(total, 0) - sum(given)
    for index, limit in enumerate(limits):
        if room > 0:
            more = min(room, limit - given[index])
            given[index] += more
            room -= more
    for index in reversed(range(len(given))):
        if room < 0:
            less = min(-room, given[index])
            given[index] -= less
            room += less
    return tuple(given)
