"""Sums that no figure can hold: many amounts, each below 2^53 fen, may together pass it.

Payments and refunds are summed apart: every cumulative figure lies between the two sums, whatever the order
in which they come in, so that where neither passes the limit nothing that follows from them does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from allocation.sharing.contract.faults import Fault
from allocation.sharing.contract.known import Incentive, Version
from allocation.units import FEN_LIMIT

CODE = "sum_out_of_range"


def past_limit(amounts: Iterable[tuple[str, int]]) -> tuple[str, int] | None:
    """The first amount, by its field, with which a sum of its sign reaches 2^53, and that sum."""
    above = below = 0
    for pointer, fen in amounts:
        above, below = above + max(0, fen), below + min(0, fen)
        reached = above if fen > 0 else below
        if abs(reached) >= FEN_LIMIT:
            return pointer, reached
    return None


def known_faults(
    receipts: Mapping[str, Sequence[tuple[str, int]]], incentives: Iterable[Incentive]
) -> Iterator[Fault]:
    """Sums of what is known that pass the limit.

    Args:
        receipts: for each figure of a receipt (the amount, its parts by level, what is retained), the field
            and the fen of those that count.
        incentives: all of them.
    """
    told = set()
    for amounts in receipts.values():
        found = past_limit(amounts)
        if found is not None and found[0] not in told:
            told.add(found[0])
            yield Fault("receipts", found[0], CODE, str(found[1]))
    found = past_limit((f"/incentives/{place}/fen", one.fen) for place, one in enumerate(incentives))
    if found is not None:
        yield Fault("incentives", found[0], CODE, str(found[1]))


def owed_faults(versions: Sequence[Version], by_party: Mapping[str, int]) -> Iterator[Fault]:
    """What parties have of everything, past the limit: only guarantees can bring that about.

    They are owed whatever the base; shares, floors and repayments stay within the sums of the receipts.
    """
    held = max((place for place, one in enumerate(versions) if one.contract.guarantees), default=0)
    for code, fen in by_party.items():
        if abs(fen) >= FEN_LIMIT:
            yield Fault("guarantees", f"/terms/{held}/guarantees", CODE, f"{code} {fen}")
