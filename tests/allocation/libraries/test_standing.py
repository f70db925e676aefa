"""Libraries by dated facts, judged by asking every single day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.libraries import (
    Clause,
    Condition,
    Fact,
    Fault,
    Item,
    Library,
    Node,
    Objects,
    Position,
    constant,
    course,
    entered_by,
    is_in,
    left_by,
    linked,
    missing,
    overlaps,
    since,
    spans,
    starts,
    uncovered,
    wrong,
)
from allocation.libraries.words import FactKind, kind_of

START, LENGTH = date(2025, 11, 20), 70
DAYS = [START + timedelta(days=n) for n in range(LENGTH)]
NOW = DAYS[-1]


def condition(fact: Fact, **test: object) -> Condition:
    return Condition(fact=fact, **test)  # type: ignore[arg-type] # a test names the test it means


days = st.sampled_from(DAYS)
words = st.lists(st.tuples(days, st.sampled_from("abc")), max_size=4, unique_by=lambda one: one[0]).map(
    lambda rows: tuple(sorted(rows))
)
figures = st.lists(st.tuples(days, st.integers(0, 5)), max_size=3, unique_by=lambda one: one[0]).map(
    lambda rows: tuple(sorted(rows))
)
conditions = st.one_of(
    st.builds(lambda w: condition(Fact.stage, one_of=frozenset(w)), st.sets(st.sampled_from("abc"))),
    st.builds(lambda w: condition(Fact.stage, none_of=frozenset(w)), st.sets(st.sampled_from("abc"))),
    st.builds(lambda n: condition(Fact.projects, at_least=n), st.integers(0, 5)),
    st.builds(lambda n: condition(Fact.projects, below=n), st.integers(0, 5)),
    *(
        st.builds(lambda r, f=fact: condition(f, reached=r), st.booleans())
        for fact in (Fact.signed_on, Fact.stage_since)
    ),
    *(
        st.builds(lambda n, f=fact: condition(f, days_at_least=n), st.integers(0, 40))
        for fact in (Fact.signed_on, Fact.stage_since)
    ),
    *(
        st.builds(lambda n, f=fact: condition(f, days_below=n), st.integers(0, 40))
        for fact in (Fact.signed_on, Fact.stage_since)
    ),
    st.builds(lambda y: condition(Fact.signed_on, this_year=y), st.booleans()),
)
clauses = st.lists(
    st.builds(
        lambda name, rows: Clause(name, tuple(rows)),
        st.sampled_from(["甲", "乙", "丙"]),
        st.lists(conditions, min_size=1, max_size=3),
    ),
    max_size=2,
).map(tuple)
libraries = st.builds(lambda enter, leave: Library("one", Objects.projects, enter, leave), clauses, clauses)


@st.composite
def items(draw: st.DrawFn) -> Item:
    stages = draw(words)
    facts = {Fact.stage: stages, Fact.stage_since: starts(stages), Fact.projects: draw(figures)}
    signed = draw(st.none() | days | st.just(NOW + timedelta(days=5)))
    if signed is not None:
        facts[Fact.signed_on] = constant(signed)
    return Item("x", facts, draw(st.sampled_from([date.min, *DAYS[:30]])))


@given(libraries, items())
def test_spans_are_what_asking_every_day_finds(library, item):
    found = spans(library, item, NOW)
    for day in DAYS:
        inside = any(span.start <= day and (span.end is None or day < span.end) for span in found)
        assert inside is is_in(library, item, day)
    for span in found:
        if span.start > START:
            assert not is_in(library, item, span.start - timedelta(days=1))
        if span.end is not None and span.left:
            gone = left_by(library, item, span.end)
            assert gone is not None
            assert gone.because == span.left


@given(libraries, items())
def test_since_is_the_first_day_of_the_stay_under_way(library, item):
    began = since(library, item, NOW)
    assert (began is not None) is is_in(library, item, NOW)
    if began is not None:
        assert spans(library, item, NOW)[-1].start == began
        assert spans(library, item, NOW)[-1].end is None


@given(libraries, items(), st.sets(st.sampled_from([Fact.stage, Fact.projects, Fact.signed_on])))
def test_what_some_facts_tell_the_whole_does_not_deny(library, item, known):
    told = library.among(frozenset(known))
    masked = Item("x", {fact: item.facts[fact] for fact in known if fact in item.facts}, item.begins)
    if told is not None and is_in(told, masked, NOW):
        assert is_in(library, item, NOW)


@given(libraries, items())
def test_what_is_missing_holds_once_its_day_has_come(library, item):
    for one in missing(library, item, NOW):
        if one.due is not None:
            alone = Library("due", Objects.projects, (Clause("", one.conditions),))
            late = Item("x", {f: ((date.min, item.on(f, NOW)),) for f in item.facts if item.on(f, NOW)})
            assert is_in(alone, late, one.due)
            assert not is_in(alone, late, one.due - timedelta(days=1))


steps = st.lists(st.tuples(days, st.sampled_from("rsp")), max_size=3)
recorded = st.lists(st.tuples(days, st.sampled_from("abc")), max_size=6)


@given(steps, recorded)
def test_the_last_move_always_stands_and_days_ascend(dated, moves):
    found = course(dated, moves)
    assert [day for day, _ in found] == sorted({day for day, _ in found})
    assert all(one[1] != two[1] for one, two in pairwise(found))
    if moves:
        assert found[-1][1] == moves[-1][1]
        assert all(stage in "abc" for day, stage in found if day > moves[0][0])


def test_a_course_by_hand():
    d = date(2026, 1, 1)
    later = [d + timedelta(days=n) for n in range(6)]
    # an import knows the steps before its own day; what is recorded for an earlier day ends what came after
    assert course([(later[1], "accepted"), (later[0], "registered")], [(later[2], "pooled")]) == (
        (later[0], "registered"),
        (later[1], "accepted"),
        (later[2], "pooled"),
    )
    assert course([], [(later[0], "registered"), (later[4], "held"), (later[2], "signed")]) == (
        (later[0], "registered"),
        (later[2], "signed"),
    )
    assert course([(d, "registered")], []) == ((d, "registered"),)
    assert course([], []) == ()


def test_a_reserve_by_hand():
    """In from its acceptance, out after 180 days in one stage; a move in between begins the days anew."""
    condition(Fact.investment_wan, at_least=10_000)
    reserve = Library(
        "reserve",
        Objects.leads,
        (
            Clause(
                "受理",
                (condition(Fact.accepted_on, reached=True), condition(Fact.investment_wan, at_least=10_000)),
            ),
        ),
        (
            Clause("签约", (condition(Fact.signed_on, reached=True),)),
            Clause("久停", (condition(Fact.stage_since, days_at_least=180),)),
        ),
    )
    stages = ((date(2026, 3, 1), "accepted"), (date(2026, 5, 1), "pooled"))
    facts = {
        Fact.accepted_on: constant(date(2026, 3, 1)),
        Fact.investment_wan: constant(12_000),
        Fact.stage: stages,
        Fact.stage_since: starts(stages),
    }
    item = Item("x", facts, date(2026, 2, 20))
    assert not is_in(reserve, item, date(2026, 2, 28))
    assert since(reserve, item, date(2026, 10, 27)) == date(2026, 3, 1)
    signing, waiting = missing(reserve, item, date(2026, 10, 27))
    assert (signing.because, signing.due) == ("签约", None)
    assert (waiting.because, waiting.due) == ("久停", date(2026, 10, 28))
    assert not is_in(reserve, item, date(2026, 10, 28))
    [stay] = spans(reserve, item, date(2026, 12, 31))
    assert (stay.start, stay.end, stay.because, stay.left) == (
        date(2026, 3, 1),
        date(2026, 10, 28),
        "受理",
        "久停",
    )
    small = Item("y", facts | {Fact.investment_wan: constant(9_999)}, item.begins)
    assert entered_by(reserve, small, date(2026, 4, 1)) is None
    assert overlaps([reserve, reserve], [item, small], date(2026, 4, 1)) == ("x",)
    assert uncovered([reserve], [item, small], date(2026, 4, 1)) == ("y",)
    assert uncovered([reserve], [item, small], date(2026, 2, 19)) == ()


def test_days_at_the_end_of_time_have_no_due_day():
    library = Library(
        "one", Objects.projects, (), (Clause("甲", (condition(Fact.signed_on, days_at_least=10),)),)
    )
    item = Item("x", {Fact.signed_on: constant(date.max)})
    assert missing(library, item, NOW)[0].due is None


@pytest.mark.parametrize(
    ("objects", "given_", "fault"),
    [
        (Objects.planned, condition(Fact.signed_on, reached=True), (("fact",), "fact_of_others")),
        (Objects.projects, condition(Fact.stage), ((), "one_test")),
        (
            Objects.projects,
            condition(Fact.stage, one_of=frozenset("a"), none_of=frozenset("b")),
            ((), "one_test"),
        ),
        (Objects.projects, condition(Fact.stage, at_least=1), (("at_least",), "test_of_others")),
        (Objects.projects, condition(Fact.stage, one_of=frozenset({"seen"})), (("one_of",), "unknown_stage")),
        (
            Objects.projects,
            condition(Fact.stage, none_of=frozenset({"seen"})),
            (("none_of",), "unknown_stage"),
        ),
        (Objects.projects, condition(Fact.stage, one_of=frozenset({"signed"})), None),
        (Objects.projects, condition(Fact.investment_wan, below=3), None),
        (Objects.projects, condition(Fact.signed_on, below=3), (("below",), "test_of_others")),
    ],
)
def test_rules_that_cannot_be_are_told_with_their_place(objects, given_, fault):
    library = Library("one", objects, (), (Clause("甲", ()), Clause("乙", (given_,))))
    expected = () if fault is None else (Fault(("leave", 1, "all", 0, *fault[0]), fault[1]),)
    assert wrong(library) == expected


def test_every_fact_is_a_word_a_figure_or_a_day():
    kinds = {fact: kind_of(fact) for fact in Fact}
    assert {fact for fact, kind in kinds.items() if kind is FactKind.day} == {
        fact for fact in Fact if fact.value.endswith(("_on", "_since", "_deadline"))
    }


def test_what_fits_a_node_stands_there_and_a_node_without_projects_is_a_gap():
    nodes = [
        Node("a", "上", Position.up, frozenset({"1111", "1112"})),
        Node("b", "下", Position.down, frozenset({"2222"})),
    ]
    one, two = linked(
        nodes, [("p", "1111"), ("q", "9999")], [("park", "1111"), ("park", "1112")], [("m", "2222")]
    )
    assert (one.projects, one.parks, one.planned, one.is_gap) == (("p",), ("park",), (), False)
    assert (two.projects, two.parks, two.planned, two.is_gap) == ((), (), ("m",), True)
