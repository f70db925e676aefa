"""The gate before an answer is stored: plans that it tells of are put together again and judged.

The judge shares no code with what solves. It sees the run's plan with the moves that the answer tells, on the
frozen pool with the changes that the answer tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from allocation.matching.answer_parts import Moved
from allocation.matching.answers import Alternatives, Answer, OverridePrice, ScenarioDiff, WouldWin
from allocation.matching.judge import plan_faults
from allocation.matching.levers import changed
from allocation.matching.pool import Pool
from allocation.matching.result import Status
from allocation.matching.scenario import Scenario, scenario_pool

Hosts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an answer is checked against.

    Attributes:
        pool: the run's frozen input.
        hosts: where the run placed each lead.
        value: what that is worth.
        scenario: what was supposed, where the question was about that.
    """

    pool: Pool
    hosts: Hosts
    value: int
    scenario: Scenario | None = None


def answer_faults(run: Checked, answer: Answer) -> list[str]:
    """List what is false about the plans that an answer tells of; nothing, if it tells of none."""
    return list(_faults(run, answer))


def _faults(run: Checked, answer: Answer) -> Iterator[str]:
    if isinstance(answer, WouldWin) and answer.wins and answer.value is not None:
        plan = _plan(run.hosts, answer.moved, {answer.lead: answer.park})
        yield from plan_faults(changed(run.pool, answer.change), plan, answer.value)
    if isinstance(answer, OverridePrice) and answer.loss is not None:
        plan = _plan(run.hosts, answer.moved, {answer.lead: answer.park})
        yield from plan_faults(run.pool, plan, run.value - answer.loss)
    if isinstance(answer, Alternatives):
        for item in answer.alternatives:
            plan = _plan(run.hosts, item.moved, {answer.lead: item.side.park})
            yield from plan_faults(run.pool, plan, run.value - (item.loss or 0))
    # An unproven run is searched once more for the comparison: its plan is then not the stored one.
    if isinstance(answer, ScenarioDiff) and answer.before.status is Status.OPTIMAL and run.scenario:
        plan = _plan(run.hosts, answer.moved, {})
        yield from plan_faults(scenario_pool(run.pool, run.scenario), plan, answer.after.value or 0)


def _plan(hosts: Hosts, moved: Sequence[Moved], placed: Hosts) -> Hosts:
    """Put a plan together: the run's, with moves and the lead that was asked about."""
    return {**hosts, **{row.lead: row.after for row in moved}, **placed}
