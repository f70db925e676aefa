"""Stored answers as their readers may see them.

The city's office and the auditor read everything (the auditor without names). A county reads whether it would
win and what would have to change; what others take, and who they are, has no place in its answer: an amount
that only their presence explains is told as the next round figure above it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from allocation.matching.answer_parts import LEVER_UNITS, Change, Held, Moved, Plan, Side
from allocation.matching.answer_record import read_answer, walled
from allocation.matching.answers import Alternatives, OverridePrice, ScenarioDiff, Tally, WhyNot, WouldWin
from allocation.matching.result import UNITS, Blocker, Rule
from services.matching.explanations import shortfall
from services.matching.questions.schemas import (
    AlternativeAnswer,
    AlternativesAnswer,
    AnyAnswer,
    ChangeAnswer,
    CostAnswer,
    HeldAnswer,
    HolderAnswer,
    MissingAnswer,
    MovedAnswer,
    OverridePriceAnswer,
    PartsAnswer,
    PlanAnswer,
    ScenarioAnswer,
    SideAnswer,
    TallyAnswer,
    WhyNotAnswer,
    WouldWinAnswer,
)
from services.matching.schemas import Shortfall

STEPS: Final = (1, 2, 5)
_UNIT_OF: Final = {"mu": 100, "fen": 1_000_000, "fen_per_mu": 1_000_000}
"""What one is on the screen, in the stored unit: a mu, 1 万元."""


@dataclass(frozen=True, slots=True)
class Called:
    """What a project is called to a reader: public id, code name, and its name where it may be read."""

    project: str
    code_name: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who reads an answer.

    Attributes:
        city_eyes: the city's office or the auditor: nothing is withheld but names.
        leads: what each project is called, by its internal id; only those that may be named.
        parks: the parks whose explanation may be read.
    """

    city_eyes: bool
    leads: Mapping[str, Called]
    parks: frozenset[str]


def round_up(amount: int, unit: str) -> int:
    """Give the next of 1, 2, 5, 10, 20, 50 … units of the screen that is not below the amount."""
    step = _UNIT_OF.get(unit, 1)
    while True:
        for times in STEPS:
            if times * step >= amount:
                return times * step
        step *= 10


def shown(record: Mapping[str, object], reading: Reading) -> AnyAnswer:
    """Read a stored answer for somebody."""
    answer = read_answer(record)
    if not reading.city_eyes:
        answer = walled(answer)
    match answer:
        case WhyNot():
            return _why_not(answer, reading)
        case WouldWin():
            return would_win(answer, reading)
        case OverridePrice():
            return _override(answer, reading)
        case Alternatives():
            return _alternatives(answer, reading)
        case ScenarioDiff():
            return _scenario(answer, reading)


def would_win(
    answer: WouldWin, reading: Reading, *, exact: Mapping[str, int] | None = None
) -> WouldWinAnswer:
    """Show what would have to change.

    Args:
        answer: the stored answer.
        reading: who reads.
        exact: amounts that this reader may read exactly, by the word of their lever: what the pair lacks
            without any other project.
    """
    if not reading.city_eyes:
        answer = replace(walled(answer), up_to=None)
    known = exact or {}
    return WouldWinAnswer(
        level=answer.level,
        wins=answer.wins,
        barred=rules_of(answer.barred),
        changes=tuple(_change(item, answer.lead, reading, known) for item in answer.change),
        exact=answer.exact,
        minimal=answer.minimal,
        up_to=answer.up_to,
        standing=answer.standing,
        value=answer.value,
        moved=_moved(answer.moved, reading),
    )


def _change(item: Change, lead: str, reading: Reading, exact: Mapping[str, int]) -> ChangeAnswer:
    unit = LEVER_UNITS[item.lever]
    # A step of positioning tells nothing of others; an amount that they explain is told coarsely.
    plain = reading.city_eyes or unit == "tier" or exact.get(item.lever.value) == item.amount
    return ChangeAnswer(
        lever=item.lever,
        owner=reading.leads[lead].project if item.owner == lead else item.owner,
        unit=unit,
        amount=item.amount if plain else None,
        at_most=None if plain else round_up(item.amount, unit),
        on=item.on,
        industry=None if item.industry is None else item.industry.code,
    )


def _why_not(answer: WhyNot, reading: Reading) -> WhyNotAnswer:
    host = answer.host if answer.host in reading.parks else None
    return WhyNotAnswer(
        host=host,
        blockers=rules_of(answer.blockers),
        missing=tuple(
            MissingAnswer(
                rule=item.rule,
                unit=UNITS[item.rule],
                need=item.need,
                short=item.short if reading.city_eyes else None,
            )
            for item in answer.missing
            if item.rule is not None
        ),
        here=None if answer.here is None or host is None else _side(answer.here, reading),
        there=_side(answer.there, reading),
        held=tuple(_held(item, item.rule, reading) for item in answer.held if item.rule is not None),
    )


def _held(item: Held, rule: Rule, reading: Reading) -> HeldAnswer:
    holders = []
    for holder in item.holders:
        called = reading.leads.get(holder.lead)
        if called is not None:
            facts = asdict(called)
            facts |= {"park": holder.park, "amount": holder.amount, "earlier": holder.earlier}
            holders.append(HolderAnswer.model_validate(facts))
    return HeldAnswer(rule=rule, unit=UNITS[rule], holders=tuple(holders))


def _side(side: Side, reading: Reading) -> SideAnswer:
    """Show one side; a price tells how much others want a limit, so a county reads none."""
    costs = side.costs if reading.city_eyes else ()
    return SideAnswer(
        park=side.park,
        parts=None if side.score is None else PartsAnswer.model_validate(asdict(side.score)),
        value=side.value,
        costs=tuple(CostAnswer.model_validate(asdict(cost)) for cost in costs),
        reduced=side.reduced,
    )


def _override(answer: OverridePrice, reading: Reading) -> OverridePriceAnswer:
    return OverridePriceAnswer(
        bent=rules_of(answer.bent),
        standing=None if answer.standing is None else _plan(answer.standing),
        forced=None if answer.forced is None else _plan(answer.forced),
        loss=answer.loss,
        exact=answer.exact,
        moved=_moved(answer.moved, reading),
    )


def _alternatives(answer: Alternatives, reading: Reading) -> AlternativesAnswer:
    return AlternativesAnswer(
        host=answer.host,
        alternatives=tuple(
            AlternativeAnswer(
                rank=item.rank,
                side=_side(item.side, reading),
                loss=item.loss,
                exact=item.exact,
                moved=_moved(item.moved, reading),
            )
            for item in answer.alternatives
        ),
    )


def _scenario(answer: ScenarioDiff, reading: Reading) -> ScenarioAnswer:
    return ScenarioAnswer(
        before=_plan(answer.before),
        after=_plan(answer.after),
        gain=answer.gain,
        gain_before=answer.gain_before,
        exact=answer.exact,
        moved=_moved(answer.moved, reading),
        counties=tuple(_tally(item) for item in answer.counties),
        parks=tuple(_tally(item) for item in answer.parks),
    )


def _plan(plan: Plan) -> PlanAnswer:
    return PlanAnswer.model_validate(asdict(plan))


def _tally(tally: Tally) -> TallyAnswer:
    return TallyAnswer.model_validate(asdict(tally))


def _moved(rows: Sequence[Moved], reading: Reading) -> tuple[MovedAnswer, ...]:
    return tuple(
        MovedAnswer.model_validate(
            {**asdict(reading.leads[row.lead]), "before": row.before, "after": row.after}
        )
        for row in rows
        if row.lead in reading.leads
    )


def rules_of(blockers: Sequence[Blocker]) -> tuple[Shortfall, ...]:
    """Show rules that a pair breaks by itself."""
    return tuple(shortfall(item.rule, str(item.measured), str(item.limit)) for item in blockers)
