"""Answers as JSON values and back, and what is left of them behind a wall."""

import json
from dataclasses import fields, is_dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.matching import answer_parts as parts
from allocation.matching import answers as made
from allocation.matching.answer_record import KINDS, answer_record, plain, read_answer, read_plain, walled
from allocation.matching.pool import Industry
from allocation.matching.result import UNITS, Blocker, Rule, Score, Status

SECRET = "sealed"
AMOUNT = 987_654_321

blockers = st.builds(
    Blocker, st.sampled_from(list(Rule)), st.integers() | st.just("610001"), st.integers() | st.just("610002")
)
scores = st.builds(
    Score,
    **dict.fromkeys(("positioning", "fit", "headroom", "intensity", "tax"), st.integers(0, 4_000)),
)
plans = st.builds(parts.Plan, status=st.sampled_from(list(Status)), value=st.none() | st.integers())
moved = st.lists(st.builds(parts.Moved, lead=st.text()), max_size=2).map(tuple)
changes = st.builds(
    parts.Change,
    on=st.none() | st.dates(),
    industry=st.none() | st.builds(Industry, st.just("2017"), st.just("3982")),
)
sides = st.builds(parts.Side, score=st.none() | scores, costs=st.lists(st.builds(parts.Cost)).map(tuple))
some_answers = st.one_of(
    st.builds(made.WhyNot, here=st.none() | sides, there=sides, blockers=st.lists(blockers).map(tuple)),
    st.builds(made.WouldWin, change=st.lists(changes, max_size=2).map(tuple), moved=moved),
    st.builds(made.OverridePrice, standing=st.none() | plans, forced=st.none() | plans, moved=moved),
    st.builds(made.Alternatives),
    st.builds(made.ScenarioDiff, before=plans, after=plans, parks=st.lists(st.builds(made.Tally)).map(tuple)),
)


@given(some_answers)
@settings(max_examples=25)
def test_an_answer_comes_back_from_its_record(answer: made.Answer) -> None:
    record = json.loads(json.dumps(answer_record(answer)))
    assert read_answer(record) == answer
    assert isinstance(answer, KINDS[record["kind"]])


@given(some_answers)
@settings(max_examples=25)
def test_a_walled_answer_keeps_its_kind_and_can_be_stored(answer: made.Answer) -> None:
    behind = walled(answer)
    assert read_answer(answer_record(behind)) == behind
    assert walled(behind) == behind
    assert walled(walled(answer, sums=True)) == behind


def _why_not() -> made.WhyNot:
    side = parts.Side(
        park="A",
        score=Score(positioning=1, fit=2, headroom=3, intensity=4, tax=5),
        value=15,
        costs=(parts.Cost(owner="A", resource="energy", amount=5, cost=AMOUNT),),
        reduced=AMOUNT,
    )
    return made.WhyNot(
        lead="L1",
        park="A",
        host=None,
        blockers=(Blocker(Rule.LAND, 3, 2),),
        missing=(parts.Missing(rule=Rule.LAND, need=3, short=AMOUNT),),
        here=None,
        there=side,
        held=(
            parts.Held(
                rule=Rule.LAND,
                holders=(parts.Holder(lead=SECRET, park="A", amount=AMOUNT, earlier=False),),
            ),
        ),
    )


ANSWERS = {
    "why_not": _why_not(),
    "would_win": made.WouldWin(
        level=2,
        lead="L1",
        park="A",
        barred=(),
        change=(parts.Change(lever=parts.Lever.LAND, owner="A", amount=1, on=date(2027, 3, 1)),),
        wins=True,
        standing=AMOUNT,
        value=AMOUNT,
        moved=(parts.Moved(lead=SECRET, before="A", after=None),),
    ),
    "override_price": made.OverridePrice(
        lead="L1",
        park="A",
        standing=parts.Plan(status=Status.OPTIMAL, value=AMOUNT, bound=AMOUNT, placed=2),
        loss=AMOUNT,
        moved=(parts.Moved(lead=SECRET, before="A", after=None),),
    ),
    "alternatives": made.Alternatives(
        lead="L1",
        host=None,
        alternatives=(
            made.Alternative(
                rank=1,
                side=_why_not().there,
                loss=AMOUNT,
                moved=(parts.Moved(lead=SECRET, before="A", after=None),),
            ),
        ),
    ),
    "scenario": made.ScenarioDiff(
        before=parts.Plan(status=Status.OPTIMAL, value=AMOUNT, bound=AMOUNT, placed=2),
        after=parts.Plan(status=Status.OPTIMAL, value=AMOUNT, bound=AMOUNT, placed=2),
        moved=(parts.Moved(lead=SECRET, before="A", after=None),),
        parks=(made.Tally(owner="A", land_mu=(AMOUNT, AMOUNT)),),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_other_leads_passes_the_wall(kind: str) -> None:
    answer = ANSWERS[kind]
    whole = json.dumps(answer_record(answer))
    assert SECRET in whole
    assert str(AMOUNT) in whole
    behind = json.dumps(answer_record(walled(answer)))
    assert SECRET not in behind
    assert str(AMOUNT) not in behind
    with_sums = json.dumps(answer_record(walled(answer, sums=True)))
    assert SECRET not in with_sums
    assert str(AMOUNT) in with_sums


@pytest.mark.parametrize("kind", KINDS)
def test_dates_levers_and_blockers_come_back_as_they_were(kind: str) -> None:
    answer = ANSWERS[kind]
    assert read_answer(json.loads(json.dumps(answer_record(answer)))) == answer


def test_every_field_that_names_a_moved_lead_or_a_holder_is_marked() -> None:
    for kind in vars(made).values():
        if isinstance(kind, type) and is_dataclass(kind):
            for item in fields(kind):
                if item.name in {"moved", "holders"}:
                    assert item.metadata["reveals"] == "leads"


def test_what_does_not_belong_is_refused() -> None:
    record = answer_record(ANSWERS["would_win"])
    with pytest.raises(KeyError):
        read_answer({**record, "kind": "why"})
    with pytest.raises(TypeError, match="beer"):
        read_answer({**record, "beer": 1})
    with pytest.raises(KeyError):
        read_answer({key: value for key, value in record.items() if key != "park"})
    with pytest.raises(ValueError, match="beer"):
        read_answer({**record, "change": [{**record["change"][0], "lever": "beer"}]})


def test_prices_are_records_of_their_own() -> None:
    price = parts.ShadowPrice(owner="A", resource="leads", price=3 * parts.PRICE_SCALE)
    assert read_plain(parts.ShadowPrice, plain(price)) == price


def test_every_lever_has_a_unit_and_every_rule_too() -> None:
    assert set(parts.LEVER_UNITS) == set(parts.Lever)
    assert set(UNITS) == set(Rule)
    assert _why_not().free is False
