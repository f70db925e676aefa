"""Promises against the purse: what is still owed, and whether a county's year is over its cap."""

from dataclasses import dataclass

_WHOLE_BP = 10_000


@dataclass(frozen=True, slots=True)
class Purse:
    """A county's promises of one year against its fiscal strength (财力). Amounts in fen."""

    promised_fen: int
    fulfilled_fen: int
    strength_fen: int | None
    """Unknown where nobody entered it."""
    cap_bp: int
    """How much of the strength may be promised, in basis points."""

    @property
    def owed_fen(self) -> int:
        """What is still to be paid."""
        return self.promised_fen - self.fulfilled_fen

    @property
    def cap_fen(self) -> int | None:
        """The most that may be promised, rounded down to a fen; None where the strength is unknown."""
        return None if self.strength_fen is None else self.strength_fen * self.cap_bp // _WHOLE_BP

    @property
    def over_fen(self) -> int:
        """By how much the promises pass the cap; 0 where they do not, and where the strength is unknown."""
        return 0 if self.cap_fen is None else max(self.promised_fen - self.cap_fen, 0)
