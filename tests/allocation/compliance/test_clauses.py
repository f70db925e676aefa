"""Forbidden clauses, in the tricky forms in which people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.compliance.clauses import blocking, findings
from allocation.compliance.rules import RULINGS, Beneficiary, ClauseRule, Weight

BLOCKED = {
    "对企业缴纳增值税实行先征后返": ClauseRule.refund,
    "即 征 即 退": ClauseRule.refund,
    "列\n收列\u3000支": ClauseRule.refund,
    "“先征”后“返”": ClauseRule.refund,
    "前三年税收全额奖励": ClauseRule.tax_reward,
    "按企业缴纳税收的百分之三十给予返还": ClauseRule.tax_reward,
    "奖励金额与税收挂钩": ClauseRule.tax_reward,
    "返还企业税款的一半": ClauseRule.tax_reward,
    "税\r\n收\r\n返\r\n还": ClauseRule.tax_reward,
    "按其地方财力贡献给予扶持": ClauseRule.contribution,
    "按财政贡献兑现": ClauseRule.contribution,
    "县级留成部分的80%奖励给企业": ClauseRule.retained,
    "实行一企一策": ClauseRule.bespoke,
    "五年内不得迁出本县": ClauseRule.staying,
    "承诺十年内不迁": ClauseRule.staying,
    "注册地及税务关系不迁": ClauseRule.staying,
    "企业注册地址五年不变更": ClauseRule.staying,
    "零地价供地": ClauseRule.factor,
    "土地出让金缴清后返还": ClauseRule.factor,
    "免收行政事业性收费": ClauseRule.factor,
    "社保费缓缴三年": ClauseRule.factor,
    # A negation that forbids nothing, or another thing.
    "返还不得低于税收的50%": ClauseRule.tax_reward,
    "不得低于税收50%的标准给予奖励": ClauseRule.tax_reward,
    "不得拒绝税收返还": ClauseRule.tax_reward,
    "不得不给予税收返还": ClauseRule.tax_reward,
    "不得迟于六月底兑现税收奖励": ClauseRule.tax_reward,
    "甲方不得干预经营,税收返还按季办理": ClauseRule.tax_reward,
    "甲方不得干预企业经营，按季给予税收返还": ClauseRule.tax_reward,
    "甲方不得泄密。税收奖励按年兑现": ClauseRule.tax_reward,
    "甲方不得泄密\n税收奖励按年兑现": ClauseRule.tax_reward,
    "不得给予税收返还，但贡献突出的可另行返还": ClauseRule.tax_reward,
    "禁止先征后返，重点企业除外": ClauseRule.refund,
    "不以税收返还为限": ClauseRule.tax_reward,
}
CLEAN = (
    "",
    "五通一平，保障用地、厂房、能耗和用水指标",
    "双方不得以企业缴纳的税收为依据向企业给予返还或奖励。",
    "双方不得以企业缴纳的税收为依据\n向企业给予返还或奖励",
    "不得先征后返、即征即退、列收列支",
    "不得先征后返，即征即退",
    "严禁任何形式的税 收 返 还",
    "不得以任何名义，向企业返还税收",
    "本函不含税收奖励",
    "不对企业实行一企一策",
    "不得要求企业承诺五年内不迁出",
    "停止执行税收返还政策",
    "企业依法纳税，县区依法保障",
)


@pytest.mark.parametrize(("text", "rule"), BLOCKED.items())
def test_a_promise_to_a_firm_is_found_and_stops(text: str, rule: ClauseRule) -> None:
    assert rule in {item.rule for item in blocking(text)}


@pytest.mark.parametrize("text", CLEAN)
def test_a_prohibition_or_a_plain_promise_stops_nothing(text: str) -> None:
    assert blocking(text) == ()


def test_between_governments_the_same_words_are_how_counties_share() -> None:
    text = "地方留成部分五五分享，税收分成补助通过年终结算办理"
    assert findings(text, Beneficiary.government) == ()
    assert ClauseRule.retained in {item.rule for item in findings(text)}
    handed_on = "分得的税收奖励给企业"
    assert blocking(handed_on, Beneficiary.government)
    assert findings("税收分成扣除已奖励给企业的部分", Beneficiary.government) == ()


def test_some_words_only_ask_for_a_look() -> None:
    assert [item.weight for item in findings("按地方留成口径测算")] == [Weight.notice]
    assert blocking("按地方留成口径测算") == ()
    [found] = findings("实行一事一议")
    assert (found.rule, found.weight) == (ClauseRule.case_by_case, Weight.notice)


def test_the_passage_is_marked_as_it_was_written() -> None:
    text = "承诺：企业\n税 收 的３０％返\n还，另议"
    [found] = findings(text)
    assert found.passage == "税 收 的３０％返\n还"
    assert text[found.start : found.end] == found.passage
    assert "第十条第二项" in found.article


def test_findings_stand_in_the_order_of_the_text_and_each_cites_its_article() -> None:
    found = findings("一企一策；先征后返；五年内不得迁出")
    assert [item.rule for item in found] == [ClauseRule.bespoke, ClauseRule.refund, ClauseRule.staying]
    assert all("条例" in item.article for item in found)
    assert {ruling.rule for ruling in RULINGS} == set(ClauseRule)


@given(st.text(alphabet="税收返还奖励不得先征后，。\n 　一企策迁出除外ａ1", max_size=40))
def test_spacing_never_changes_what_is_found(text: str) -> None:
    spaced = "".join(sign if sign == "\n" else f"{sign} " for sign in text)
    assert [item.rule for item in findings(spaced)] == [item.rule for item in findings(text)]
    for item in findings(text):
        assert text[item.start : item.end] == item.passage
        assert item.passage.strip() == item.passage
