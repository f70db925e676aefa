"""Projects that come back under another name are told from second stages of other sizes, lines and years."""

from dataclasses import replace
from datetime import date

import pytest

from allocation.names import Alike, parse
from allocation.names.repackaged import CROWDED, Trait, Undertaking, repackaged
from benchmarks.repackaged import figures

FIRST = Undertaking(
    key="a",
    firm=parse("陕西华信光伏科技有限公司"),
    credit_code="",
    title="光伏组件项目",
    industry="3825",
    investment_fen=10_000,
    land_mu=5_000,
    registered_on=date(2024, 5, 1),
    over=True,
    final=False,
)
SECOND = replace(
    FIRST,
    key="b",
    firm=parse("华信光伏科技（西安）有限公司"),
    title="新能源装备项目",
    investment_fen=9_000,
    land_mu=6_000,
    registered_on=date(2025, 3, 1),
    over=False,
)


def test_a_project_that_comes_back_is_found_with_what_it_has_in_common() -> None:
    [pair] = repackaged([SECOND, FIRST], 3_000)
    assert (pair.earlier.key, pair.later.key) == ("a", "b")
    assert pair.traits == (Trait.investment, Trait.land, Trait.industry)
    assert pair.firm.alike is Alike.place


@pytest.mark.parametrize(
    "change",
    [
        {"industry": "1312"},
        {"investment_fen": 6_000},
        {"land_mu": 8_000},
        {"registered_on": date(2024, 9, 1)},
        {"firm": parse("华信餐饮有限公司")},
        {"firm": parse("华泰光伏科技有限公司")},
        {"investment_fen": 0},
    ],
)
def test_what_is_no_repetition_is_left_out(change: dict[str, object]) -> None:
    assert repackaged([FIRST, replace(SECOND, **change)], 3_000) == []


def test_the_earlier_project_is_over_or_there_is_none() -> None:
    assert repackaged([replace(FIRST, over=False), SECOND], 3_000) == []
    soon = replace(SECOND, registered_on=date(2024, 9, 1))
    assert repackaged([replace(FIRST, final=True), soon], 3_000) != []


def test_a_hall_project_is_judged_by_its_investment_and_titles_are_named() -> None:
    pairs = repackaged([replace(FIRST, land_mu=0), replace(SECOND, land_mu=0, title=FIRST.title)], 3_000)
    assert [pair.traits for pair in pairs] == [(Trait.investment, Trait.industry, Trait.name)]
    other = repackaged([FIRST, replace(SECOND, industry="3899")], 3_000)
    assert other[0].traits == (Trait.investment, Trait.land)


def test_one_credit_code_is_one_firm_even_where_its_key_is_crowded() -> None:
    code = "91110000600037341L"
    many = [
        replace(FIRST, key=f"x{number}", registered_on=date(2025, 1, 1), over=False, industry="1312")
        for number in range(CROWDED + 1)
    ]
    first = replace(FIRST, credit_code=code)
    second = replace(SECOND, credit_code=code, firm=parse("东方同辉餐饮有限公司"))
    [pair] = repackaged([first, second, *many], 3_000)
    assert pair.firm.alike is Alike.credit_code
    assert repackaged([FIRST, replace(SECOND, firm=FIRST.firm), *many], 3_000) == []


def test_the_made_up_set_is_found() -> None:
    found = figures(count=150)
    assert found["repackaged_precision"] >= 0.95
    assert found["repackaged_recall"] >= 0.90
