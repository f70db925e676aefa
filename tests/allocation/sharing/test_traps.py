"""Traps of ledgers that pure arithmetic can fall into, each by its number in docs/ledger.md."""

import random
from itertools import pairwise

import duckdb
import numpy as np
import pytest

from allocation.sharing.canonical import sha256_of
from allocation.sharing.split import split_by_ratio
from allocation.units import split_largest_remainder


def first_takes_the_rest(total: int, weights: tuple[int, ...]) -> tuple[int, ...]:
    """The rounding that is not used: everybody's part is floored, and the first party takes what is left."""
    floored = [total * weight // sum(weights) for weight in weights]
    return (floored[0] + total - sum(floored), *floored[1:])


def gained(split) -> float:
    """What the first of two parties gains over its exact part, over seeded receipts of every size."""
    draw = random.Random(5)
    gain = 0.0
    for _ in range(20_000):
        total, weight = draw.randrange(1, 10**7), draw.randrange(1, 10_000)
        gain += split(total, (weight, 10_000 - weight))[0] - total * weight / 10_000
    return gain


def test_trap_5_rounding_by_largest_remainder_favours_nobody() -> None:
    assert gained(first_takes_the_rest) > 9_000, "half a fen a receipt"
    assert abs(gained(split_largest_remainder)) < 200


def test_trap_6_a_positive_receipt_may_take_a_fen_back_among_three_parties_and_not_among_two() -> None:
    falls = [
        (total, weights)
        for weights in ((6, 6, 2), (5, 3, 1), (7, 2, 2))
        for total in range(1, 60)
        if any(
            later < before
            for before, later in zip(
                split_largest_remainder(total, weights),
                split_largest_remainder(total + 1, weights),
                strict=True,
            )
        )
    ]
    assert falls, "so a cumulative share of three parties may fall by a fen, and the posting is negative"
    for ratio in range(0, 10_001, 37):
        parts = [split_by_ratio(total, ratio) for total in range(300)]
        assert all(a <= c and b <= d for (a, b), (c, d) in pairwise(parts))


def test_trap_7_an_engine_that_overflows_says_so() -> None:
    assert int(np.array([2**62, 2**62]).sum()) == -(2**63), "which is why no money is summed by numpy"
    assert sum([2**62, 2**62]) == 2**63
    with pytest.raises(duckdb.OutOfRangeException):
        duckdb.sql("SELECT 9223372036854775807::bigint + 1::bigint").fetchall()


def test_trap_8_what_is_hashed_cannot_be_read_in_two_ways() -> None:
    hashes = {
        sha256_of("journal", ["ab", "c"]),
        sha256_of("journal", ["a", "bc"]),
        sha256_of("journal", ["abc"]),
        sha256_of("journal", "abc"),
        sha256_of("journa", ["ab", "c"]),
    }
    assert len(hashes) == 5
