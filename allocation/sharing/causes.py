"""Why a figure changes: a difference taken apart exactly, step by step from what was booked to what is due.

Between what was booked and what is due now lie states in which only one thing is new at a time: first the
receipts, then the incentives, the terms, the level table. What each step changes is that thing's part, and
the parts add up to the difference whatever the rules between them are.
"""

from collections.abc import Hashable, Iterable
from typing import TypeVar

from allocation.sharing.amounts import Amounts

Label = TypeVar("Label", bound=Hashable)


def divide(booked: Amounts, steps: Iterable[tuple[Label, Amounts]]) -> dict[Label, Amounts]:
    """Take a difference apart.

    Args:
        booked: what was booked so far.
        steps: for each step what it stands for, and what is due after it; a label may come again.

    Returns:
        Each label's part, in the order in which the labels first came, without those that change nothing. The
        parts add up to what is due after the last step less what was booked.
    """
    parts: dict[Label, Amounts] = {}
    so_far = booked
    for label, due in steps:
        parts[label] = parts.get(label, Amounts()) + (due - so_far)
        so_far = due
    return {label: part for label, part in parts.items() if part}
