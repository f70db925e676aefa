"""Advice on games on the page: a field a group, who would go its own way, what is wrong field by field."""

import re
from collections.abc import AsyncIterator
from fractions import Fraction
from html import unescape
from urllib.parse import quote

import pytest
from fastapi import FastAPI

from allocation.sharing.advice.case import AdviceMethod
from allocation.sharing.advice.refusal import Fault
from auth.principal import Role
from services.console.advice_words import WIDE, Bar, chart_of, game_example, labels_of
from services.sharing.advice_games import SIZES, WrongFields, compare_game, exact, field_of, groups
from tests.services.matching.test_pages import Browser, _browser
from tests.services.sharing.tables import cells_of

KEPT = ("party-1", "party-2", "party-3", "worth-1", "worth-3", "worth-12")
PAIR = {"worth-1": "10", "worth-2": "20", "worth-12": "40"}


@pytest.fixture
async def finance(app: FastAPI) -> AsyncIterator[Browser]:
    async with await _browser(app, Role.city_finance) as client:
        yield Browser(client)


def test_groups_stand_from_small_to_large() -> None:
    assert [field_of(group) for group in groups(3)] == [
        "worth-1",
        "worth-2",
        "worth-3",
        "worth-12",
        "worth-13",
        "worth-23",
        "worth-123",
    ]
    assert [len(groups(size)) for size in SIZES] == [3, 7, 15]


def test_the_rules_that_speak_of_games_answer() -> None:
    answers = compare_game(["a", "b"], PAIR, costs=False)
    assert {method.value: tuple(one.shares.values()) for method, one in answers.found.items()} == {
        "proportional": (Fraction(40, 3), Fraction(80, 3)),
        "shapley": (15, 25),
        "nucleolus": (15, 25),
        "nash": (15, 25),
    }
    assert (answers.refused, answers.hollow) == ({}, False)
    assert not any(answers.against.values())


def test_a_group_that_would_leave_is_named_with_its_figures() -> None:
    answers = compare_game(["甲县", "乙县", "丙县"], game_example("values", "zh"), costs=False)
    (one,) = answers.against[AdviceMethod.proportional]
    assert (one.coalition, one.worth, one.given) == (("甲县", "丙县"), 280, Fraction(800, 3))
    costs = compare_game(["a", "b", "c"], game_example("costs", "en"), costs=True)
    (one,) = costs.against[AdviceMethod.proportional]
    assert (one.coalition, one.worth, one.given) == (("b", "c"), 65, 66)


def test_an_empty_core_is_known_with_and_without_a_nucleolus() -> None:
    majority = {field_of(group): "0" if len(group) == 1 else "6" for group in groups(3)}
    answers = compare_game(["a", "b", "c"], majority, costs=False)
    assert answers.hollow
    assert [len(answers.against[method]) for method in answers.found] == [3, 3, 3]
    assert answers.refused[AdviceMethod.proportional].fault is Fault.nothing_to_measure
    worse = compare_game(["a", "b"], PAIR | {"worth-12": "29"}, costs=False)
    assert worse.hollow
    assert {error.fault for error in worse.refused.values()} == {Fault.no_surplus}
    assert set(worse.found) == {AdviceMethod.proportional, AdviceMethod.shapley}


def test_every_wrong_field_is_named() -> None:
    typed = {"worth-1": "x", "worth-2": " ", "worth-12": "9007199254740992", "worth-3": "1"}
    with pytest.raises(WrongFields) as refused:
        compare_game(["a", " a", ""], typed, costs=True)
    assert {field: error.fault for field, error in refused.value.faults.items()} == {
        "party-2": Fault.repeated_name,
        "party-3": Fault.empty_name,
        "worth-1": Fault.not_a_number,
        "worth-2": Fault.missing_key,
        "worth-12": Fault.too_large,
        "worth-13": Fault.missing_key,
        "worth-23": Fault.missing_key,
        "worth-123": Fault.missing_key,
    }


def test_fields_are_called_by_their_parties() -> None:
    assert labels_of(["甲", "乙", "丙"], "zh") == {
        "party-1": "第 1 方",
        "party-2": "第 2 方",
        "party-3": "第 3 方",
        "worth-1": "甲单独",
        "worth-2": "乙单独",
        "worth-3": "丙单独",
        "worth-12": "甲、乙一起",
        "worth-13": "甲、丙一起",
        "worth-23": "乙、丙一起",
        "worth-123": "全部各方一起",
    }


def test_an_exact_fraction_is_written_where_two_decimals_do_not_hold() -> None:
    assert [exact(figure) for figure in (Fraction(1, 3), Fraction(13, 4), Fraction(5), Fraction(1, 8))] == [
        "1/3",
        "",
        "",
        "1/8",
    ]


def test_bars_share_a_scale_and_negative_ones_stand_left_of_nothing() -> None:
    loses = {"worth-1": "-20", "worth-2": "30", "worth-12": "20"}
    found = compare_game(["a", "b"], loses, costs=False).found
    nothing, bars = chart_of(["a", "b"], [AdviceMethod.shapley], found)
    assert found[AdviceMethod.shapley].shares == {"a": -15, "b": 35}
    assert nothing == 15 * WIDE // 50
    assert bars == {"a": [Bar(0, nothing)], "b": [Bar(nothing, 35 * WIDE // 50)]}
    assert chart_of([], [], {}) == (0, {})


async def test_the_number_of_parties_is_asked_first(finance: Browser) -> None:
    first = await finance.get("/advice?form=values")
    assert 'name="parties"' in first
    assert 'name="worth' not in first
    for size in SIZES:
        page = await finance.get(f"/advice?form=costs&parties={size}")
        assert page.count('name="worth-') == 2**size - 1
        assert page.count('name="party-') == size
        assert 'value="甲县"' in page
        assert "请先改正" not in page
    await finance.get("/advice?form=values&parties=9", status=422)


@pytest.mark.parametrize(
    ("form", "shapley", "told"),
    [
        ("values", ["183.33 = 550/3", "98.33 = 295/3", "118.33 = 355/3"], "能得 280.00，此法只给 266.67"),
        ("costs", ["49.17 = 295/6", "34.17 = 205/6", "26.67 = 80/3"], "只要 65.00，此法却要付 66.00"),
    ],
)
async def test_the_example_is_worked_out(finance: Browser, form: str, shapley: list[str], told: str) -> None:
    page = await finance.get(f"/advice?form={form}&example=1")
    assert cells_of(page, "夏普利值") == shapley
    assert told in page
    assert page.count("在核心内</span>") == 4
    assert '<rect class="part4"' in page
    english = await finance.get(f"/advice?form={form}&example=1", language="en")
    assert "not in the core" in english
    assert "County A, County C" in english or "County B, County C" in english


async def test_the_page_names_every_wrong_field(finance: Browser) -> None:
    query = (
        f"form=values&parties=2&compared=1&party-1={quote('甲县')}&party-2=&worth-1=-1&worth-2=x&worth-12="
    )
    page = await finance.get(f"/advice?{query}", status=422)
    summary = page.split('id="errors"', 1)[1].split("</div>", 1)[0]
    for field, words in (
        ("party-2", "第 2 方：名称为空"),
        ("worth-2", "乙县单独：应为数字"),
        ("worth-12", "全部各方一起：请填写"),
    ):
        assert f'<a href="#f-{field}">{words}' in summary
        assert f'id="f-{field}"' in page
    assert '"#f-worth-1"' not in summary


FILLED = "form=values&parties=2&party-1=a&party-2=b&worth-1=-1&worth-2=5&worth-12=2"


async def test_a_rule_that_does_not_apply_says_why(finance: Browser) -> None:
    page = await finance.get(f"/advice?{FILLED}&compared=1")
    assert "不适用</span> 有一方单独的数为负，没有比例可依" in page
    assert "不适用</span> 各方不合作反而更好" in page
    assert "核心为空" in page
    assert "<svg" in page.split("<main", 1)[1]


async def test_another_number_of_parties_keeps_what_was_sent_and_waits_for_the_rest(finance: Browser) -> None:
    page = await finance.get(f"/advice?{FILLED}&compared=1")
    link = re.search(r'href="(/advice[^"]*parties=3[^"]*)"', page)
    assert link is not None
    more = await finance.get(unescape(link[1]))
    inputs = (re.search(f'name="{field}"[^>]*value="([^"]*)"', more) for field in KEPT)
    assert [found[1] for found in inputs if found] == [
        "a",
        "b",
        "丙县",
        "-1",
        "",
        "2",
    ]
    assert "请先改正" not in more
