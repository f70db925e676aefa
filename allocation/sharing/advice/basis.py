"""One linear program of the nucleolus's chain, solved exactly: the simplex method in whole numbers.

The program: find shares x with the largest ε such that every open coalition S gets x(S) ≥ v(S) + ε, every
party x_i ≥ its floor, and every settled coalition exactly its total. It has thousands of rows and a dozen
unknowns, so its dual is solved, by columns: weights of coalitions that add up to 1, and of floors, whose
combination of 0/1 vectors lies in the span of the settled ones. A basis has one column more than there are
parties; the next column is found by adding up shares of all coalitions, which is quick.

The inverse of the basis is kept as whole numbers over one determinant (Edmonds 1967, "Systems of distinct
representatives and linear algebra", J. Res. NBS 71B): no rounding, and small numbers, for the basis is 0s and
1s. After a run of steps that gain nothing Bland's rule takes over until one does, so the method ends.
"""

from dataclasses import dataclass
from enum import IntEnum
from operator import mul

from allocation.sharing.advice.games import subset_sums


class Kind(IntEnum):
    """What a column stands for. The order is that of Bland's rule."""

    floor = 0
    open = 1
    settled = 2


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """A coalition in a role; `total` is its worth, the floor of its one party, or its settled total."""

    kind: Kind
    coalition: int
    total: int


class Basis:
    """A feasible basis of the dual program and its steps.

    Args:
        players: how many parties there are.
        settled: coalitions with totals, independent of each other, that of all parties among them.
        open_totals: by open coalition, its worth; with a coalition its complement is open too.
        floors: the least share of each party.
    """

    def __init__(
        self, players: int, settled: dict[int, int], open_totals: dict[int, int], floors: list[int]
    ) -> None:
        self._players = players
        self._open = open_totals
        self._floors = floors
        self.determinant = 1
        self._rows = [[int(row == column) for column in range(players + 1)] for row in range(players + 1)]
        self.columns = [Column(Kind.floor, 1 << index, floors[index]) for index in range(players)]
        self.columns.append(Column(Kind.settled, 0, 0))
        self._start(settled)

    def _start(self, settled: dict[int, int]) -> None:
        """Put a coalition and its complement, half each, into the basis: together they are all parties."""
        first = min(self._open)
        for coalition, total in settled.items():
            self._put(Column(Kind.settled, coalition, total))
        column = Column(Kind.open, first, self._open[first])
        self._pivot(self._players, column, self._direction(column))
        other = (1 << self._players) - 1 - first
        self._put(Column(Kind.open, other, self._open[other]))

    def _put(self, column: Column) -> None:
        """Let a column take the place of a floor's."""
        direction = self._direction(column)
        row = next(row for row, size in enumerate(direction) if size and self.columns[row].kind is Kind.floor)
        self._pivot(row, column, direction)

    def _direction(self, column: Column) -> list[int]:
        """Return determinant · inverse · column."""
        within = [int(column.coalition >> index & 1) for index in range(self._players)]
        within.append(int(column.kind is Kind.open))
        return [sum(map(mul, row, within)) for row in self._rows]

    def _pivot(self, leaving: int, column: Column, direction: list[int]) -> None:
        size, by, old = direction[leaving], self._rows[leaving], self.determinant
        sign = 1 if size > 0 else -1
        self._rows = [
            [sign * b for b in by]
            if row == leaving
            else [sign * (a * size - direction[row] * b) // old for a, b in zip(values, by, strict=True)]
            for row, values in enumerate(self._rows)
        ]
        self.determinant = abs(size)
        self.columns[leaving] = column

    def prices(self) -> tuple[list[int], int]:
        """Return the shares and ε of this basis, each times the determinant."""
        totals = [column.total for column in self.columns]
        *shares, less = (sum(map(mul, totals, row)) for row in zip(*self._rows, strict=True))
        return shares, -less

    def weights(self) -> list[tuple[Column, int]]:
        """Return the columns with their weights, each times the determinant; zero weights are left out."""
        return [(column, row[-1]) for column, row in zip(self.columns, self._rows, strict=True) if row[-1]]

    def _entering(self, *, first: bool) -> Column | None:
        """Find the column that pays most, or under Bland's rule the first that pays; None at the optimum."""
        shares, excess = self.prices()
        size = self.determinant
        given = subset_sums(shares)
        slack = [given[mask] - size * total - excess for mask, total in self._open.items()]
        room = [share - size * floor for share, floor in zip(shares, self._floors, strict=True)]
        least = min(*room, *slack)
        if least >= 0:
            return None
        for index, value in enumerate(room):
            if value < 0 if first else value == least:
                return Column(Kind.floor, 1 << index, self._floors[index])
        at = next(place for place, value in enumerate(slack) if (value < 0 if first else value == least))
        mask = list(self._open)[at]
        return Column(Kind.open, mask, self._open[mask])

    def _leaving(self, direction: list[int]) -> int:
        """Find the row whose weight reaches 0 first; of equal ones the first by Bland's rule.

        There is one: were there none, the program would have no shares above all floors at all.
        """
        best: int | None = None
        for row, size in enumerate(direction):
            if size <= 0 or self.columns[row].kind is Kind.settled:
                continue
            if best is None:
                best = row
                continue
            ahead = self._rows[row][-1] * direction[best] - self._rows[best][-1] * size
            if ahead < 0 or (ahead == 0 and self.columns[row] < self.columns[best]):
                best = row
        assert best is not None  # noqa: S101 -- the caller has seen that floors leave room
        return best

    def solve(self) -> None:
        """Step to the optimum."""
        idle = 0
        while (column := self._entering(first=idle > 2 * self._players)) is not None:
            direction = self._direction(column)
            row = self._leaving(direction)
            idle = 0 if self._rows[row][-1] else idle + 1
            self._pivot(row, column, direction)
