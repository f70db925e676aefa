"""Place a country's leads by prices, then let those push in who lost most; see `settle.py` and `eject.py`."""

from typing import Final

import numpy as np

from allocation.matching.country import CHUNK, Country, Report, Stage, chunks
from allocation.matching.eject import eject
from allocation.matching.encode import Flags, Ints, Small
from allocation.matching.lagrange import Floats
from allocation.matching.scan import LOW, ZERO, Shorts
from allocation.matching.settle import ANYWHERE, DEMANDED, Draws, Market, Settled, nobody_settled, settle
from allocation.matching.sweep import NOBODY

PUSHES: Final = ((0.1, 0.01), (0.3, 0.01), (0.03, 0.01), (0.1, 0.1))
"""Passes of the search, over and over: what those who make room are thought to lose, as a share of what they
pay, and the regret from which a lead tries to push in, as a share of what a lead is worth on average."""

PUSHED: Final = 0.5
"""This part of the moves is for them, the rest for the later stages."""

CHARGED: Final = (0.9, 0.7, 0.4, 0.0)
"""Later stages: the part of the prices that leads without a park still pay."""

STEEP: Final = 1.5
"""Leads settle in the order of their reduced value over this power of what they pay at mean prices."""


class Search:
    """A placement, and what makes it better."""

    def __init__(self, country: Country, prices: Floats, best: Shorts) -> None:
        """Start from nobody settled.

        Args:
            country: the pool.
            prices: K prices.
            best: L best reduced values over all parks.
        """
        columns, frame = country.columns, country.frame
        self.country, self.prices, self.must = country, prices, columns.must
        self.market = Market(columns.leads, columns.parks, country.parks, columns.most)
        self.draws = Draws(frame.first, frame.limit, frame.column, frame.need, frame.most, frame.least)
        self.state: Settled = nobody_settled(self.draws)
        self.best = best
        mean = frame.table(prices).mean(axis=1) if len(country.hosts) else np.zeros(frame.need.shape[1])
        self.paid: Floats = 1.0 + np.maximum(0.0, frame.need @ mean)
        self.typical = float(np.maximum(0, best).sum(dtype=np.float64)) / max(1, len(best))
        self.park: Small = self.state.park.copy()
        self.value, self.missed = 0, self._missed()

    def settle(self, tell: Report) -> None:
        """Place must-place leads, then for least counts, then whoever has a reduced value above 0."""
        cost = self.country.tariff(self.prices)
        order = self._by_worth(np.arange(len(self.best)), STEEP)
        lowest = np.nextafter(LOW, np.float32(0))
        rounds = [(order[self.must[order]], lowest, ANYWHERE)]
        if (self.draws.least > 0).any():
            small = np.argsort(self.paid, kind="stable")  # a large one might leave no room for the next
            rounds.append((small, lowest, DEMANDED))
        rounds.append((order[self.best[order] > 0], ZERO, ANYWHERE))
        for chosen, floor, demanded in rounds:
            for number, part in enumerate(chunks(chosen)):
                settle(self.market, cost, self.draws, self.state, part, floor, demanded)
                tell(Stage("settle", min(1.0, (number + 1) * CHUNK / len(chosen))))
        self._keep()
        tell(Stage("settle", 1.0, self.value))

    def go(self, moves: int, tell: Report) -> int:
        """Search; return the moves made."""
        left = int(moves * PUSHED)
        done, won = 0, 1
        while left > done and won:
            won = 0
            for part, share in PUSHES:
                regret = self.best - self.state.reduced
                chosen = np.flatnonzero((regret > share * self.typical) | self._homeless())
                chosen = chosen[np.argsort(-regret[chosen], kind="stable")][: left - done]
                won += self._push(1.0, part, chosen, (done, moves), tell)
                done += len(chosen)
        for number, charged in enumerate(CHARGED):
            self._recount(charged)
            stay = self._by_worth(np.flatnonzero(self.state.park == NOBODY), 1.0)
            cost = self.country.tariff(self.prices * charged)
            settle(self.market, cost, self.draws, self.state, stay, ZERO, ANYWHERE)
            chosen = stay[self.state.park[stay] == NOBODY][: (moves - done) // (len(CHARGED) - number)]
            self._push(charged, PUSHES[0][0], chosen, (done, moves), tell)
            done += len(chosen)
        return done

    def _push(
        self, charged: float, part: float, chosen: Ints, progress: tuple[int, int], tell: Report
    ) -> int:
        """Let leads push in at a part of the prices; return how many gained."""
        self._recount(charged)
        cost = self.country.tariff(self.prices * charged)
        won, done = 0, progress[0]
        for leads in chunks(chosen):
            won += eject(self.market, cost, self.draws, self.state, self.must, leads, np.float32(part))
            done += len(leads)
            self._keep()
            tell(Stage("search", min(1.0, done / progress[1]), self.value))
        self._keep()
        return won

    def _by_worth(self, leads: Ints, power: float) -> Ints:
        """Order leads by their best reduced value over what they pay."""
        return leads[np.argsort(-self.best[leads] / self.paid[leads] ** power, kind="stable")]

    def _homeless(self) -> Flags:
        """Tell which must-place leads have no park."""
        return np.asarray(self.must & (self.state.park == NOBODY))

    def _recount(self, charged: float) -> None:
        """Set the reduced values of placed leads to a part of the prices."""
        table = self.country.frame.table(self.prices * charged)
        placed = np.flatnonzero(self.state.park != NOBODY)
        at = self.state.park[placed]
        paid = np.zeros(len(placed))
        for column in range(len(table)):
            paid += self.draws.need[placed, column] * table[column, at]
        self.state.reduced[placed] = self.state.worth[placed] - paid

    def _missed(self) -> int:
        """Count the demands that are missed: must-place leads, and units below a least."""
        draws, state = self.draws, self.state
        asked = draws.least > 0
        used = draws.most[asked] - state.free[asked]
        return int(self._homeless().sum() + np.maximum(0, draws.least[asked] - used).sum())

    def _keep(self) -> None:
        """Remember the placement if it is the best so far."""
        rank = -self._missed(), int(self.state.worth.sum())
        if rank > (-self.missed, self.value):
            self.missed, self.value = -rank[0], rank[1]
            self.park = self.state.park.copy()
