"""Units that decisions are made in, and the one way to divide a total among parties.

Every figure is an integer: money in fen, shares in basis points, land in hundredths of a mu. A float never
decides.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, NewType

Fen = NewType("Fen", int)
"""Money: 1/100 yuan. Absolute value below 2**53, so that a spreadsheet shows it exactly."""

BasisPoints = NewType("BasisPoints", int)
"""A share: 1/10,000."""

Mu = NewType("Mu", int)
"""Land: 1/100 of a mu (亩). One mu is 2000/3 square metres."""

FEN_LIMIT: Final = 2**53
WHOLE: Final = BasisPoints(10_000)
FEN_PER_YUAN: Final = 100
FEN_PER_WAN: Final = 1_000_000
MU_HUNDREDTHS: Final = 100
MU_PER_HECTARE: Final = 15
SQUARE_METRES_PER_MU: Final = Fraction(2000, 3)


def fen(value: int) -> Fen:
    """Check that a number of fen can be kept exactly everywhere.

    Raises:
        OverflowError: the absolute value is 2**53 or more.
    """
    if not -FEN_LIMIT < value < FEN_LIMIT:
        raise OverflowError(f"{value} fen is outside (-2**53, 2**53)")
    return Fen(value)


def mu_from_hectares(hectares: Fraction) -> Mu:
    """Convert hectares to hundredths of a mu; 1 hectare is 15 mu.

    Raises:
        ValueError: the result is no whole number of hundredths.
    """
    hundredths = hectares * MU_PER_HECTARE * MU_HUNDREDTHS
    if hundredths.denominator != 1:
        raise ValueError(f"{hectares} hectares is no whole number of hundredths of a mu")
    return Mu(hundredths.numerator)


def split_largest_remainder(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Divide `total` by `weights` so that the parts add up to it exactly.

    Each part is first floored (floored, not truncated, so that a refund is treated like a payment); what is
    left is given one unit each to the largest remainders, ties to the earlier party. Source: the Hamilton
    method, as the settlement rules require (domain case G01).

    Args:
        total: units to divide; may be negative.
        weights: one non-negative weight a party; their sum is positive.

    Raises:
        ValueError: a weight is negative or all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    floors = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    left = total - sum(floors)
    order = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in order[:left]:
        floors[index] += 1
    return tuple(floors)
