"""The five figures that travel together from a base to its parties."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Figures in fen of one agreement, agreement year, tax and month.

    Attributes:
        base: what the county retained.
        deducted: incentives taken off.
        shared: what is split, after deduction and floor.
        origin: the origin's part, after the cap.
        host: the host's part; origin and host make `shared`.
    """

    base: int = 0
    deducted: int = 0
    shared: int = 0
    origin: int = 0
    host: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            base=self.base + other.base,
            deducted=self.deducted + other.deducted,
            shared=self.shared + other.shared,
            origin=self.origin + other.origin,
            host=self.host + other.host,
        )

    def __neg__(self) -> "Amounts":
        return Amounts(
            base=-self.base,
            deducted=-self.deducted,
            shared=-self.shared,
            origin=-self.origin,
            host=-self.host,
        )

    def __sub__(self, other: "Amounts") -> "Amounts":
        return self + -other

    def __bool__(self) -> bool:
        """Whether any figure is not 0."""
        return self != Amounts()
