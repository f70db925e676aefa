"""A unit's yearly score: its rates by the city's weights, out of 100 points, in hundredths."""

from collections.abc import Mapping

from allocation.statistics.rates import Rate, half_up

FULL = 10_000
"""100 points in hundredths."""


def points(parts: Mapping[str, tuple[Rate, int]]) -> dict[str, int]:
    """Return what each part adds to a score, in hundredths of a point, halves rounded up.

    A rate above 100 % gives no more than its weight. A part with nothing to divide by gives nothing, and its
    weight goes to the others in their proportion. The score is the sum, so that its parts add up to it.

    Args:
        parts: by name, a rate and its weight.
    """
    told = {name: (rate, weight) for name, (rate, weight) in parts.items() if rate.denominator and weight > 0}
    whole = sum(weight for _rate, weight in told.values())
    return {
        name: half_up(FULL * weight * min(rate.numerator, rate.denominator), whole * rate.denominator)
        for name, (rate, weight) in told.items()
    }
