"""One try of a change: the pool with it is encoded and solved again, and the lead wins the park or does not.

Every try of a question is kept, for a search comes back to the same amounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from allocation.matching.answer_parts import Change, Plan
from allocation.matching.case import Case
from allocation.matching.encode import Encoded
from allocation.matching.levers import BadChange
from allocation.matching.resolve import Run, Solve, bound_to, pair_of, solve_exactly
from allocation.matching.result import Status
from allocation.matching.warm import run_prices, solve_near

Changes = tuple[Change, ...]

NOTHING = -(2**62)
"""Below any value: the worth of a plan that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of a change.

    Attributes:
        wins: whether the new plan places the lead at the park.
        free: the new plan.
        enc: the pool with the change, if it can be.
        pair: the pair in it; None if a rule forbids it still.
    """

    wins: bool
    free: Solve
    enc: Encoded | None
    pair: int | None


@dataclass(slots=True)
class Trials:
    """The tries of one question.

    Attributes:
        case: what is asked about.
        run: its standing plan.
        lead: the lead.
        host: the park or host asked about.
        solves: how many solves were made.
    """

    case: Case
    run: Run
    lead: str
    host: str
    solves: int = 0
    _known: dict[Changes, Trial] = field(default_factory=dict)
    _bound: dict[Changes, Solve] = field(default_factory=dict)

    def of(self, changes: Changes) -> Trial:
        """Apply changes and solve again."""
        if changes not in self._known:
            self._known[changes] = self._try(changes)
        return self._known[changes]

    def _try(self, changes: Changes) -> Trial:
        try:
            enc = self.case.encoded(changes)
        except BadChange:
            return Trial(wins=False, free=_nothing(self.run.assignment), enc=None, pair=None)
        if not self.run.proven and not self.run.prices:  # once for all tries
            self.run = replace(self.run, prices=run_prices(enc))
        pair = pair_of(enc, self.lead, self.host)
        self.solves += 1
        if self.run.proven:
            free = solve_exactly(enc, self.run, favour=pair)
        else:
            free = solve_near(enc, self.run, self.lead, self.host)
            if pair is not None:
                self.solves += 1
                forced = solve_near(bound_to(enc, self.lead, self.host), self.run, self.lead, self.host)
                self._bound[changes] = forced
                if _value(forced.plan) >= _value(free.plan):
                    free = forced
        return Trial(wins=free.assignment.get(self.lead) == self.host, free=free, enc=enc, pair=pair)

    def forced(self, changes: Changes) -> Solve | None:
        """Solve with the lead bound to the park; None where a rule forbids the pair still."""
        trial = self.of(changes)
        if trial.enc is None or trial.pair is None:
            return None
        if changes not in self._bound:
            self.solves += 1
            bound = trial.free.plan.bound if trial.free.proven else None
            self._bound[changes] = solve_exactly(
                bound_to(trial.enc, self.lead, self.host), self.run, bound=bound
            )
        return self._bound[changes]

    def least_value(self, changes: Changes) -> int:
        """Tell what the best plan with these changes is worth at least."""
        return _value(self.of(changes).free.plan)

    def most_forced(self, changes: Changes) -> int:
        """Tell what a plan with these changes and the lead at the park is worth at most."""
        forced = self.forced(changes)
        if forced is None or forced.plan.status is Status.INFEASIBLE:
            return NOTHING
        return -NOTHING if forced.plan.bound is None else forced.plan.bound


def _value(plan: Plan) -> int:
    return NOTHING if plan.value is None else plan.value


def _nothing(assignment: Mapping[str, str | None]) -> Solve:
    return Solve(
        plan=Plan(status=Status.UNKNOWN, value=None, bound=None, placed=0),
        assignment=dict.fromkeys(assignment),
    )
