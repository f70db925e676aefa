"""Would a park win a lead if something were different? Levels 1 and 2: it is changed and solved again.

A shadow price overstates what a change does, so no number is told before the pool was solved with it.

Winning is not monotone: with 60 mu more a lead of 60 mu wins, with 70 mu more another of 70 mu may win in its
place. What is monotone are two values: of the best plan, and of the best plan with the lead at the park; the
lead wins where they are equal. Between two amounts a < b nothing wins if the second value at b is below the
first at a. So a search from the left that leaves out such stretches, and halves the others, finds the least
amount that wins, with proof, in about as many solves as a bisection.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from allocation.matching.answer_parts import Change
from allocation.matching.answers import WouldWin
from allocation.matching.case import Case
from allocation.matching.resolve import Run
from allocation.matching.scenario import moves
from allocation.matching.trial import Changes, Trials

MOST_SOLVES: Final = 400
"""A search ends after so many solves, with the least winning amount so far and no proof."""

MOST_ROUNDS: Final = 8
"""What is missing is doubled at most so often, and figures are lowered in turn at most so often."""


def would_win(case: Case, run: Run, lead: str, host: str, level: int) -> WouldWin:
    """Tell what would have to change for a host to win a lead.

    Args:
        case: the pool or instance.
        run: its standing plan.
        lead: the lead's id.
        host: the park asked about.
        level: 0: what is missing with nothing moved. 1: that, applied and solved again. 2: the smallest such
            change, all figures together, that wins when solved again; none can fall alone. Where nothing is
            missing, or making up for it does not win, the first other figure that wins by itself, if any.

    Raises:
        ValueError: there is no such level.
    """
    short = case.shortage(run.assignment, lead, host)
    if level == 0:
        return short
    if level == 1:
        return replace(with_change(case, run, lead, host, short.change), barred=short.barred)
    if level != 2:  # noqa: PLR2004 -- the levels are 0, 1 and 2
        raise ValueError(f"there is no level {level}")
    trials = Trials(case, run, lead, host)
    if short.barred or not short.wins or trials.of(()).wins:
        return replace(_answer(trials, (), level=2), barred=short.barred)
    found = _joint(trials, short.change) if short.change else None
    return found or _by_itself(trials) or _answer(trials, (), level=2)


def with_change(case: Case, run: Run, lead: str, host: str, changes: Changes) -> WouldWin:
    """Level 1: apply changes, solve again, and tell whether the lead then is at the host.

    Args:
        case: the pool or instance.
        run: its standing plan.
        lead: the lead's id.
        host: the park asked about.
        changes: what is changed, together.
    """
    return _answer(Trials(case, run, lead, host), changes, level=1)


def smallest(case: Case, run: Run, lead: str, host: str, change: Change) -> WouldWin:
    """Level 2 of a single figure: the least amount by which it must move for the host to win the lead.

    Args:
        case: the pool or instance.
        run: its standing plan.
        lead: the lead's id.
        host: the park asked about.
        change: which figure; its amount is where the search begins to look.
    """
    trials = Trials(case, run, lead, host)
    if trials.of(()).wins:
        return _answer(trials, (), level=2)
    found, proven = _least(trials, (), change)
    if found is None:
        answer = _answer(trials, (), level=2)
        return replace(answer, minimal=proven, up_to=case.reach(lead, change))
    return replace(_answer(trials, (replace(change, amount=found),), level=2), minimal=proven)


def _answer(trials: Trials, changes: Changes, *, level: int) -> WouldWin:
    after = trials.of(changes)
    standing = trials.run.value
    moved = moves(trials.run.assignment, after.free.assignment, trials.lead) if after.wins else ()
    return WouldWin(
        level=level,
        lead=trials.lead,
        park=trials.host,
        barred=(),
        change=changes,
        wins=after.wins,
        standing=trials.of(()).free.plan.value if standing is None else standing,
        value=after.free.plan.value if after.wins else None,
        exact=trials.run.proven and after.free.proven,
        solves=trials.solves,
        moved=moved,
    )


def _by_itself(trials: Trials) -> WouldWin | None:
    """Find the first other figure that wins by itself."""
    for change in trials.case.ideas(trials.lead, trials.host):
        found, proven = _least(trials, (), change)
        if found is not None:
            answer = _answer(trials, (replace(change, amount=found),), level=2)
            return replace(answer, minimal=proven)
    return None


def _joint(trials: Trials, short: Changes) -> WouldWin | None:
    """Find amounts of all that is missing that win together, and lower each in turn until none can fall.

    None if what is missing, however often doubled, does not win.
    """
    start = short
    for _ in range(MOST_ROUNDS):
        if trials.of(start).wins:
            break
        start = tuple(replace(change, amount=2 * change.amount) for change in start)
    else:
        return None
    current, proven, settled = list(start), True, False
    for _ in range(MOST_ROUNDS if trials.run.proven else 1):  # a repaired plan proves nothing the second time
        before = list(current)
        proven = True
        for place, change in enumerate(before):
            others = (*current[:place], *current[place + 1 :])
            found, sure = _least(trials, others, change, known=change.amount)
            proven &= sure
            current[place] = replace(change, amount=change.amount if found is None else found)
        if current == before:
            settled = True
            break
    kept = tuple(change for change in current if change.amount)
    return replace(_answer(trials, kept, level=2), minimal=proven and settled)


def _least(
    trials: Trials, others: Changes, change: Change, *, known: int | None = None
) -> tuple[int | None, bool]:
    """Find the least amount of a change that wins beside others, and tell whether it is proven to be so.

    Args:
        trials: the tries of the question.
        others: what is changed too.
        change: its amount is where the search begins to look.
        known: an amount that wins.
    """

    def at(amount: int) -> Changes:
        return (*others, replace(change, amount=amount)) if amount else others

    if trials.of(at(0)).wins:
        return 0, True
    top = known
    if top is None:
        most = trials.case.reach(trials.lead, change)
        top = min(max(1, change.amount), most)
        while top < most and not trials.of(at(top)).wins:
            top = min(2 * top, most)
    if top < 1:
        return None, True
    if trials.run.proven and trials.case.monotone(change):
        return _first(trials, at, top)
    return _bisect(trials, at, top), False


def _bisect(trials: Trials, at: Callable[[int], Changes], top: int) -> int | None:
    """Halve the way between what loses and what wins."""
    if not trials.of(at(top)).wins:
        return None
    low, high = 0, top
    while high - low > 1:
        middle = (low + high) // 2
        if trials.of(at(middle)).wins:
            high = middle
        else:
            low = middle
    return high


def _first(trials: Trials, at: Callable[[int], Changes], top: int) -> tuple[int | None, bool]:
    """Search (0, top] from the left; see the module's words for why a stretch may be left out."""
    stretches = [(0, top)]
    best: int | None = None
    sure = True
    while stretches:
        low, high = stretches.pop()
        trial = trials.of(at(high))
        if trial.wins:
            best = high if best is None else min(best, high)
        elif trials.most_forced(at(high)) < trials.least_value(at(low)):
            continue
        if high == low + 1:
            if trial.wins:
                return high, sure
            sure &= trial.free.proven
        elif trials.solves > MOST_SOLVES:
            return best, False
        else:
            middle = (low + high) // 2
            stretches += [(middle, high), (low, middle)]
    return None, sure
