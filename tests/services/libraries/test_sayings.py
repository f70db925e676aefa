"""Conditions and values in words."""

import pytest

from allocation.libraries import Fact
from services.libraries.built_in import built_in
from services.libraries.sayings import Speaker
from services.libraries.schemas import ClauseIn, ConditionIn
from services.libraries.words import Column
from services.projects.bands import INVESTMENT_BANDS

HERE = Speaker("zh", built_in(), {"611002": "商州区"})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"fact": "stage", "one_of": ["accepted", "signed"]}, "阶段为在谈、已签约"),
        ({"fact": "county", "none_of": ["611002"]}, "县区不为商州区"),
        ({"fact": "chain", "one_of": ["健康医药"]}, "产业链为健康医药产业链"),
        ({"fact": "mark", "one_of": ["策划库"]}, "储备标识为策划库"),
        ({"fact": "investment_wan", "at_least": 10_000}, "总投资（万元）不低于 10000"),
        ({"fact": "land_mu", "below": 50}, "用地（亩）低于 50"),
        ({"fact": "stage_since", "days_at_least": 180}, "进入本阶段已满 180 天"),
        ({"fact": "signed_on", "days_below": 30}, "签约不满 30 天"),
        ({"fact": "signed_on", "this_year": True}, "本年签约"),
        ({"fact": "signed_on", "this_year": False}, "签约不在本年"),
        ({"fact": "started_on", "reached": True}, "已开工"),
        ({"fact": "started_on", "reached": False}, "尚未开工"),
    ],
)
def test_a_condition_in_words(given: dict[str, object], told: str) -> None:
    asked = ConditionIn.model_validate(given)
    assert HERE.condition(asked) == told
    assert ConditionIn.of(asked.condition()) == asked
    clause = ClauseIn(because="条", all=[asked, ConditionIn(fact=Fact.signed_on, reached=True)])
    assert HERE.clauses([clause]) == [("条", f"{told}，且已签约")]


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (Column.investment, 12_345_000_000, "12,345"),
        (Column.investment, INVESTMENT_BANDS[0].code, INVESTMENT_BANDS[0].label),
        (Column.investment, "no-band", "no-band"),
        (Column.land, 12_050, "120.5"),
        (Column.projects, 1_234, "1,234"),
        (Column.stage, "held", "市级审定"),
        (Column.stage, "signed", "已签约"),
        (Column.chain, "新材料", "新材料"),
        (Column.park, "6110P09", "6110P09"),
        (Column.land_use, "industrial", "工业"),
        (Column.fund_kind, "foreign", "外资"),
        (Column.industry, "3825", "3825"),
        (Column.code, None, "—"),
        (Column.code, "", "—"),
    ],
)
def test_a_value_in_words(column: Column, value: str | int | None, told: str) -> None:
    assert HERE.cell(column, value) == told


def test_a_class_of_two_digits_is_named_as_its_division() -> None:
    assert HERE.cell(Column.industry, "38") != "38"
    assert Speaker("en", built_in(), {}).column(Column.stage) == "Stage"
