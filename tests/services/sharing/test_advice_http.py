"""Advice over HTTP and on its page: the shares, what is refused and where, in both languages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from fractions import Fraction
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from allocation.sharing.advice.case import AdviceMethod
from allocation.sharing.advice.refusal import Fault, Refusal
from auth.principal import Role
from services.kit.i18n import gettext
from services.sharing.advice import MOST_COUNTED, compare, shown
from services.sharing.advice_errors import BadAdvice
from tests.services.accounts.factories import bearer
from tests.services.matching.test_pages import Browser, _browser
from tests.services.sharing.tables import cells_of

CLAIMS = {"estate": "200", "claims": {"a": 100, "b": "200", "c": "300"}}
Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def ask(app: FastAPI, client: httpx.AsyncClient) -> Ask:
    _, headers = await bearer(app, Role.auditor)

    async def post(body: Any, language: str = "zh") -> httpx.Response:
        sent = headers | {"Accept-Language": language}
        return await client.post("/v1/sharing/advice", json=body, headers=sent)

    return post


@pytest.fixture
async def finance(app: FastAPI) -> AsyncIterator[Browser]:
    async with await _browser(app, Role.city_finance) as client:
        yield Browser(client)


async def test_a_rule_answers_in_exact_fractions(ask: Ask) -> None:
    answer = await ask({"method": "talmud", **CLAIMS})
    assert answer.status_code == 200
    assert answer.json() == {
        "method": "talmud",
        "shares": {"a": "50", "b": "75", "c": "75"},
        "in_core": True,
    }
    glove = {"a": 0, "b": 0, "c": 0, "a,b": 0, "a,c": 1, "b,c": 1, "a,b,c": 1}
    answer = await ask({"method": "shapley", "values": glove})
    assert answer.json() == {
        "method": "shapley",
        "shares": {"a": "1/6", "b": "1/6", "c": "2/3"},
        "in_core": False,
    }


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"method": "cea", "estate": 1, "claims": {"a": 1.5}}, "/claims/a", "a_float"),
        ({"method": "cea", "estate": 9, "claims": {"a": 1}}, "/estate", "estate_above_claims"),
        ({"method": "cea", "estate": 1, "claims": {"\u7532 x": -1}}, "/claims/?", "negative"),
        ({"method": "cea", "claims": {"a": 1}}, "/estate", "missing_key"),
        ({"method": "cea"}, "", "no_form"),
        ({"method": "cea", "values": {"a": 1}}, "", "wants_claims"),
        ({"method": "nash", "values": {"a": 1, "b": 1}}, "/values", "missing_coalitions"),
        ({"method": "nash", "values": {"a": 1}, "costs": {"a": 1}}, "/costs", "two_forms"),
        (
            {"method": "shapley", "estate": 1, "claims": dict.fromkeys("abcdefghi", 1)},
            "",
            "too_many_players",
        ),
        ({"method": "coin", **CLAIMS}, "/method", "enum"),
        ({"method": "cea", **CLAIMS, "more": 1}, "/more", "extra_forbidden"),
    ],
)
async def test_what_has_no_answer_is_refused_at_its_place(ask: Ask, body: Any, place: str, code: str) -> None:
    answer = await ask(body)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (place, code)


async def test_the_reason_is_said_in_the_readers_language(ask: Ask) -> None:
    body = {"method": "cea", "estate": 9, "claims": {"a": 1}}
    chinese, english = (await ask(body)).json(), (await ask(body, "en")).json()
    assert (chinese["type"], chinese["title"]) == ("/problems/bad-advice", "不能给出分享建议")
    assert chinese["errors"][0]["detail"] == "可分总额超过主张之和"
    assert english["errors"][0]["detail"] == "the estate is more than all claims together"


def test_no_reason_over_http_has_places_to_fill() -> None:
    for fault in Fault:
        if fault is not Fault.not_json:  # a body that is no JSON never comes so far
            (place,) = BadAdvice.of(Refusal(fault, ("claims", "a"))).errors
            assert "{" not in place.detail
            assert gettext(place.detail, "en").isascii()


def test_more_parties_than_are_counted_still_have_claims_rules() -> None:
    rows = [(f"p{index}", "1") for index in range(MOST_COUNTED + 1)]
    with pytest.raises(Refusal) as refused:
        compare("3", rows)
    assert refused.value.fault is Fault.too_many_players
    problem, found = compare("3", rows[:-1])
    assert len(problem.parties) == MOST_COUNTED
    assert set(found) == set(AdviceMethod)


def test_figures_are_shown_with_two_decimals() -> None:
    figures = (Fraction(100, 3), Fraction(1, 200), Fraction(-1, 200), Fraction(-1, 300), Fraction(1234567))
    assert [shown(figure) for figure in figures] == ["33.33", "0.01", "-0.01", "0.00", "1,234,567.00"]


QUESTION = "estate=200&party=%E7%94%B2%E5%8E%BF&claim=100&party=&claim=&party=b&claim=200&party=c&claim=300"


async def test_the_page_shows_all_rules_side_by_side(finance: Browser) -> None:
    empty = await finance.get("/advice")
    assert "<svg" not in empty.split("<main", 1)[1]
    page = await finance.get(f"/advice?{QUESTION}")
    assert [cells_of(page, rule) for rule in ("主张", "按比例", "塔木德规则", "夏普利值")] == [
        ["100.00", "200.00", "300.00"],
        ["33.33 = 100/3", "66.67 = 200/3", "100.00"],
        ["50.00", "75.00", "75.00"],
        ["33.33 = 100/3", "83.33 = 250/3", "83.33 = 250/3"],
    ]
    assert '<rect class="part5"' in page
    english = await finance.get(f"/advice?{QUESTION}", language="en")
    assert "Talmud rule" in english
    assert "Shares by rule" in english


@pytest.mark.parametrize(("filled", "offered"), [(0, 4), (3, 4), (4, 5), (7, 8), (8, 8)])
async def test_the_page_offers_one_more_row(finance: Browser, filled: int, offered: int) -> None:
    rows = "".join(f"&party=p{number}&claim=1" for number in range(filled))
    page = await finance.get(f"/advice?estate=1{rows}" if filled else "/advice")
    assert page.count('name="party"') == page.count('name="claim"') == offered


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("estate=9&party=a&claim=1", "f-estate", "可分总额 9 超过主张之和 1"),
        ("estate=1&party=&claim=&party=a&claim=x", "f-claim-1", "应为数字"),
        ("estate=1&party=a&claim=1&party=a&claim=1", "f-claim-1", "同一名称出现两次"),
        ("estate=1&claim=1", "f-claim-0", "名称为空"),
        ("estate=&party=a&claim=1", "f-estate", "应为数字"),
        ("estate=1", "", "没有任何一方"),
    ],
)
async def test_the_page_names_the_field_that_is_wrong(
    finance: Browser, query: str, field: str, words: str
) -> None:
    page = await finance.get(f"/advice?{query}", status=422)
    summary = page.split('id="errors"', 1)[1].split("</div>", 1)[0]
    assert words in summary
    assert (f'href="#{field}"' in summary) == bool(field)
    assert (f'id="{field}"' in page) == bool(field)


async def test_the_page_fills_in_an_example(finance: Browser) -> None:
    page = await finance.get("/advice?example=1")
    assert [cells_of(page, "有下限的等损"), cells_of(page, "核仁")] == [
        ["0.00", "50.00", "150.00"],
        ["50.00", "75.00", "75.00"],
    ]
    assert 'value="County C"' in await finance.get("/advice?example=1", language="en")
