"""Pairs of names judged by hand, and what must hold for every pair."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.names import NEAR_FROM, SAME_FROM, Alike, Verdict, compare, keys, parse

COUNTIES = frozenset({"洛南", "丹凤"})
S, N, D = Verdict.same, Verdict.near, Verdict.different

GOLDEN = [
    ("陕西华信光伏科技有限公司", "陕西华信光伏科技有限责任公司", S, Alike.identical),
    ("陕西华信光伏科技有限公司", "華信光伏科技（陝西）有限公司", S, Alike.identical),
    ("陕西 华信光伏科技(有限公司)", "陕西华信光伏科技", S, Alike.identical),
    ("西安市华信光伏有限公司", "西安华信光伏有限公司", S, Alike.identical),
    ("东方同辉锂离新材料", "东方同辉锂离新材料有限公司", S, Alike.identical),
    ("华信光伏科技有限公司洛南分公司", "华信光伏科技有限公司", S, Alike.branch),
    ("洛南华信光伏有限公司", "陕西华信光伏有限公司", N, Alike.place),
    ("华信光伏", "华信光伏科技有限公司", N, Alike.short_name),
    ("东同光伏", "东方同辉光伏科技有限公司", N, Alike.short_name),
    ("东方股份", "东方同辉光伏科技有限公司", N, Alike.short_name),
    ("华信集团有限公司", "华信餐饮有限公司", N, Alike.group),
    ("华信控股集团有限公司", "华信菌业深加工有限公司", N, Alike.group),
    ("华信太阳能有限公司", "华信光伏科技有限公司", N, Alike.related),
    ("华新光伏科技有限公司", "华信光伏科技有限公司", N, Alike.sound),
    ("华信光付科技有限公司", "华信光伏科技有限公司", N, Alike.sound),
    ("卓越光伏有限公司", "早越光伏有限公司", N, Alike.shape),
    ("东同方辉光伏有限公司", "东方同辉光伏有限公司", N, Alike.slip),
    ("东方辉光伏有限公司", "东方同辉光伏有限公司", N, Alike.slip),
    ("华信光伏科有限公司", "华信光伏科技有限公司", N, Alike.slip),
    ("商洛第一建筑安装有限公司", "商洛第二建筑安装有限公司", D, Alike.nothing),
    ("华信城东建材有限公司", "华信城西建材有限公司", D, Alike.nothing),
    ("华信餐饮有限公司", "华信光伏有限公司", D, Alike.nothing),
    ("华信光伏有限公司", "金泰光伏有限公司", D, Alike.nothing),
    ("华信光伏有限公司", "华泰光伏有限公司", D, Alike.nothing),
    ("华信达光伏有限公司", "华信光伏有限公司", D, Alike.nothing),
    ("信华光伏有限公司", "华信光伏有限公司", D, Alike.nothing),
    ("洛南华新光伏有限公司", "丹凤华信光伏有限公司", D, Alike.nothing),
    ("东泰餐饮", "东方泰和光伏有限公司", D, Alike.nothing),
    ("泰方", "东方同辉光伏有限公司", D, Alike.nothing),
]


@pytest.mark.parametrize(("one", "other", "verdict", "alike"), GOLDEN)
def test_pairs_judged_by_hand(one: str, other: str, verdict: Verdict, alike: Alike) -> None:
    found = compare(one, other, own_places=COUNTIES)
    assert (found.verdict, found.alike) == (verdict, alike)
    shared = keys(parse(one, COUNTIES)) & keys(parse(other, COUNTIES))
    assert shared or verdict is D, "what is alike is found by its keys"


def test_one_credit_code_is_one_firm_whatever_its_name() -> None:
    code = "91110000600037341L"
    found = compare("旧名实业有限公司", "新名科技有限公司", codes=(code, code))
    assert (found.verdict, found.alike, found.likeness) == (S, Alike.credit_code, 10_000)
    assert compare("旧名实业有限公司", "新名科技有限公司", codes=("", "")).verdict is D
    other = "914403001922038216"
    assert compare("华信光伏有限公司", "华信光伏有限公司", codes=(code, other)).alike is Alike.identical


NAMES = st.text(alphabet="华信光伏科技东方第一二集团西安（）有限公司分厂辉hX1 ", min_size=1, max_size=14)


@given(NAMES, NAMES)
def test_the_answer_does_not_depend_on_the_order_and_fits_its_likeness(one: str, other: str) -> None:
    found = compare(one, other)
    assert found == compare(other, one)
    assert 0 <= found.likeness <= 10_000
    wanted = S if found.likeness >= SAME_FROM else N if found.likeness >= NEAR_FROM else D
    assert found.verdict is wanted
    assert (found.alike is Alike.nothing) == (found.verdict is D)


@given(NAMES)
def test_a_name_is_itself(name: str) -> None:
    assert compare(name, name).likeness == 10_000
    assert keys(parse(name)) == keys(parse(name))
