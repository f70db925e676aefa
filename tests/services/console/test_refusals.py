"""What pages say of refused values: bounds as they are typed, never as the books keep them."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import pytest
from pydantic import BaseModel, Field

from services.console import project_fields as forms
from services.console.project_fields import Kind, fill, parse


class Colour(StrEnum):
    """A closed list."""

    red = "red"


class Whole(BaseModel):
    """A service's form."""

    count: Annotated[int, Field(ge=1, le=20, strict=False)] = 1
    sum_fen: Annotated[int, Field(ge=100, le=2**53)] = 100
    least_fen: Annotated[int, Field(ge=0)] = 0
    large: Annotated[int, Field(le=2**53 - 1)] = 1
    words: Annotated[str, Field(min_length=2, max_length=3)] = "甲乙"
    must: Annotated[str, Field(min_length=1)] = "甲"
    code: Annotated[str, Field(pattern="^[0-9]+$")] = "1"
    day: date = date(2027, 1, 1)
    colour: Colour = Colour.red
    chosen: Annotated[list[str], Field(min_length=1, max_length=2)] = ["甲"]


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("count", "0", "不能小于 1", "At least 1"),
        ("count", "21", "不能大于 20", "At most 20"),
        ("count", "1.5", "应为整数", "A whole number is needed"),
        ("sum_fen", 1, "数值过小", "The number is too small"),
        ("sum_fen", 2**54, "数值过大", "The number is too large"),
        ("least_fen", -1, "不能小于 0", "At least 0"),
        ("large", 2**54, "数值过大", "The number is too large"),
        ("words", "甲", "至少填写 2 个字", "At least 2 characters"),
        ("words", "甲乙丙丁", "最多填写 3 个字", "At most 3 characters"),
        ("must", "", "请填写此项", "Fill this in"),
        ("day", "yesterday", "请写成 2027-01-15 的样式，并且是存在的日期", None),
        ("colour", "blue", "请从列表中选择", "Please choose from the list"),
        ("chosen", [], "至少选择 1 项", "Choose at least 1"),
        ("code", "x", "填写内容不符合要求", None),
    ],
)
def test_a_refused_value_is_told_what_is_asked(name: str, value: object, zh: str, en: str | None) -> None:
    assert fill(Whole, {name: value}, "zh") == (None, {name: zh})
    if en is not None:
        assert fill(Whole, {name: value}, "en") == (None, {name: en})


def test_a_label_begins_the_sentence() -> None:
    labels = {"count": "目标值", "must": "原因"}
    assert fill(Whole, {"count": "0", "must": ""}, "zh", labels)[1] == {
        "count": "“目标值”不能小于 1",
        "must": "请填写“原因”",
    }


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        (Kind.wan, "99999999999999999999", "“总投资”过大，小数点前最多 12 位"),
        (Kind.wan, "0.0000001", "“总投资”最多保留 6 位小数"),
        (Kind.mu, "0.001", "“总投资”最多保留 2 位小数"),
        (Kind.whole, "0.1", "“总投资”应为整数"),
        (Kind.wan, "-1", "“总投资”应为不小于零的数字"),
        (Kind.wan, "一百", "“总投资”应为不小于零的数字"),
    ],
)
def test_a_number_is_told_its_places(kind: Kind, value: str, sentence: str) -> None:
    field = forms.Field(name="sum", label="总投资", kind=kind)
    assert parse([field], {"sum": value}, "zh") == ({}, {"sum": sentence})


def test_zeros_before_a_number_do_not_make_it_large() -> None:
    field = forms.Field(name="sum", label="总投资", kind=Kind.wan)
    assert parse([field], {"sum": "0" * 20 + "1.5000000"}, "zh") == ({"sum": 1_500_000}, {})
