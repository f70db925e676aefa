"""The gate before an answer is stored: plans that it tells of are put together again and judged.

The judge shares no code with what solves. It sees the run's plan with the moves that the answer tells, on the
frozen pool with the changes that the answer tells. A figure of a plan that the answer does not describe, so
that nobody can put it together again, is a fault. Bounds and prices are not checked here: a bound may only
not lie below its plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from allocation.matching.answer_parts import Moved, Plan
from allocation.matching.answers import Alternatives, Answer, OverridePrice, ScenarioDiff, WhyNot, WouldWin
from allocation.matching.judge import pair_faults, plan_faults, plan_value, rule_faults
from allocation.matching.levers import changed
from allocation.matching.pool import Pool
from allocation.matching.result import Status
from allocation.matching.scenario import Scenario, scenario_pool
from services.matching.questions.tallying import tally_faults

Hosts = Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an answer is checked against.

    Attributes:
        pool: the run's frozen input.
        hosts: where the run placed each lead.
        value: what that is worth.
        status: how far the run came.
        scenario: what was supposed, where the question was about that.
    """

    pool: Pool
    hosts: Hosts
    value: int
    status: Status
    scenario: Scenario | None = None


def answer_faults(run: Checked, answer: Answer) -> list[str]:
    """List what is false about an answer."""
    match answer:
        case WhyNot():
            faults = pair_faults(run.pool, run.hosts, answer)
        case WouldWin():
            faults = _would_win(run, answer)
        case OverridePrice():
            faults = _override(run, answer)
        case Alternatives():
            faults = _alternatives(run, answer)
        case ScenarioDiff():
            faults = _scenario(run, answer)
    return list(faults)


def _would_win(run: Checked, answer: WouldWin) -> Iterator[str]:
    solved = answer.level > 0
    if solved and answer.wins is (answer.value is None):
        yield "a value belongs to a plan that wins"
    if solved and answer.standing != run.value:
        yield f"the run is said to be worth {answer.standing}"
    if answer.exact and run.status is not Status.OPTIMAL:
        yield "exact is said of a run that is not proven"
    if answer.moved and not (solved and answer.wins):
        yield "moves belong to a plan that wins"
    if answer.wins:
        yield from _moves(run.hosts, answer.moved, answer.lead)
        plan = _plan(run.hosts, answer.moved, {answer.lead: answer.park})
        yield from plan_faults(changed(run.pool, answer.change), plan, answer.value)


def _override(run: Checked, answer: OverridePrice) -> Iterator[str]:
    yield from rule_faults(run.pool, answer.lead, answer.park, answer.bent)
    if answer.standing is None or not _is_run(run, answer.standing):
        yield "the standing plan is not the run's"
    forced = answer.forced
    if forced is None or forced.value is None:
        if answer.moved or answer.loss is not None or answer.exact:
            yield "there is no plan and yet a price"
        return
    yield from _figures(run, answer, forced.value)
    yield from _solved(forced, _plan(run.hosts, answer.moved, {answer.lead: answer.park}), "forced")
    if answer.exact and (run.status, forced.status) != (Status.OPTIMAL, Status.OPTIMAL):
        yield "exact is said of plans that are not proven"


def _figures(run: Checked, answer: OverridePrice, value: int) -> Iterator[str]:
    if answer.loss != run.value - value:
        yield f"the loss is not {answer.loss}"
    yield from _moves(run.hosts, answer.moved, answer.lead)
    plan = _plan(run.hosts, answer.moved, {answer.lead: answer.park})
    yield from plan_faults(run.pool, plan, value)


def _alternatives(run: Checked, answer: Alternatives) -> Iterator[str]:
    if answer.host != run.hosts[answer.lead]:
        yield f"the lead is not at {answer.host}"
    for item in answer.alternatives:
        yield from _moves(run.hosts, item.moved, answer.lead)
        plan = _plan(run.hosts, item.moved, {answer.lead: item.side.park})
        if item.loss is None:
            yield "an alternative has no price"
        else:
            yield from plan_faults(run.pool, plan, run.value - item.loss)


def _scenario(run: Checked, answer: ScenarioDiff) -> Iterator[str]:
    """Put both plans together: the one that was compared with by its difference from the run."""
    if run.scenario is None:
        yield "there was no scenario"
        return
    before, after = answer.before.value, answer.after.value
    pool = scenario_pool(run.pool, run.scenario)
    stands = _plan(run.hosts, answer.searched, {})
    if before is not None:
        yield from _moves(run.hosts, answer.searched)
        yield from plan_faults(run.pool, stands, before)
        yield from _solved(answer.before, stands, "first")
    if before is None or after is None:
        if after is not None or answer.moved or answer.gain is not None:
            yield "a plan is told that cannot be put together"
        return
    plan = _plan(stands, answer.moved, {})
    yield from _moves(stands, answer.moved)
    yield from plan_faults(pool, plan, after)
    yield from _solved(answer.after, plan, "second")
    old = plan_value(run.pool, plan)
    gains = (after - before, None if old is None else old - before)
    if (answer.gain, answer.gain_before) != gains:
        yield f"the gains are {gains}"
    proven = answer.before.status is Status.OPTIMAL and answer.after.status is Status.OPTIMAL
    if answer.exact is not proven:
        yield "exact is said of plans that are not proven"
    yield from tally_faults((run.pool, stands), (pool, plan), answer)


def _is_run(run: Checked, plan: Plan) -> bool:
    placed = sum(1 for host in run.hosts.values() if host is not None)
    return (plan.value, plan.placed, plan.status) == (run.value, placed, run.status)


def _solved(plan: Plan, hosts: Hosts, which: str) -> Iterator[str]:
    """Check what is said about a plan beside its value."""
    if plan.placed != sum(1 for host in hosts.values() if host is not None):
        yield f"the {which} plan does not place {plan.placed}"
    value, bound = plan.value or 0, plan.bound
    if plan.status not in {Status.OPTIMAL, Status.FEASIBLE} or (bound is not None and bound < value):
        yield f"the {which} plan is {plan.status} with {plan.value} of {bound}"


def _moves(hosts: Hosts, moved: Sequence[Moved], *but: str) -> Iterator[str]:
    """Check that moves are a difference from a plan: each lead once, from where it was, to elsewhere."""
    names = [row.lead for row in moved]
    if len(set(names)) != len(names) or set(names) & set(but):
        yield "a lead moves twice"
    for row in moved:
        if row.lead not in hosts or hosts[row.lead] != row.before or row.before == row.after:
            yield f"lead {row.lead} does not move from {row.before} to {row.after}"


def _plan(hosts: Hosts, moved: Sequence[Moved], placed: Hosts) -> Hosts:
    """Put a plan together: the run's, with moves and the lead that was asked about."""
    return {**hosts, **{row.lead: row.after for row in moved}, **placed}
