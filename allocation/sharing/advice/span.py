"""Which coalitions are settled: those whose share follows from the shares of coalitions settled before."""

from allocation.sharing.advice.games import reduced, subset_sums


class Settled:
    """The coalitions in the span of those added, kept by a basis of what is orthogonal to all of them.

    A coalition whose 0/1 vector is a combination of settled ones has the same total in every division that
    gives the settled ones theirs. It is such a combination exactly when it is orthogonal to that basis.

    Args:
        players: how many parties there are.
    """

    def __init__(self, players: int) -> None:
        self._players = players
        self._across = [[int(row == column) for column in range(players)] for row in range(players)]

    @property
    def complete(self) -> bool:
        """Whether every party's own share is settled."""
        return not self._across

    def add(self, coalition: int) -> bool:
        """Settle a coalition; tell whether it was not settled already."""
        bits = [index for index in range(self._players) if coalition >> index & 1]
        products = [sum(vector[index] for index in bits) for vector in self._across]
        pivot = next((row for row, product in enumerate(products) if product), None)
        if pivot is None:
            return False
        by = self._across[pivot]
        self._across = [
            reduced([products[pivot] * a - products[row] * b for a, b in zip(vector, by, strict=True)])
            for row, vector in enumerate(self._across)
            if row != pivot
        ]
        return True

    def unsettled(self) -> list[int]:
        """Return the coalitions that are not settled, in ascending order; never the empty one."""
        free = [False] * (1 << self._players)
        for vector in self._across:
            free = [known or total != 0 for known, total in zip(free, subset_sums(vector), strict=True)]
        return [mask for mask, is_free in enumerate(free) if is_free]
