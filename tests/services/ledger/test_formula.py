"""A statement's line in sentences: the arithmetic is the engine's own, whatever the year brought."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.figures import yuan
from allocation.sharing.contract import explain as engine
from allocation.sharing.contract.drafting import contract_of
from allocation.sharing.contract.entitle import entitle
from allocation.sharing.contract.known import Incentive, Version
from allocation.sharing.taxes import Tax
from services.ledger.formula import explain
from tests.allocation.sharing.contract.making import receipts_of
from tests.allocation.sharing.factories import terms


def line(total, **changes):
    facts = {
        "agreement_version": 1,
        "tax": "vat",
        "clock_start": None,
        "year": 2026,
        "agreement_year": 2,
        "ratio_bp": 5000,
        "cumulative": dict(
            zip(("base_fen", "deducted_fen", "shared_fen", "origin_fen", "host_fen"), total, strict=True)
        ),
        "before_fen": 0,
        "cap_fen": None,
        "cap_used_fen": 0,
        "direction": "up",
        "fen": total[3],
    }
    return facts | changes


def test_a_line_is_said_as_the_sharing_statement_says_it():
    assert explain(line((69_400, 23_480, 45_920, 22_960, 22_960)), "zh")[1:] == [
        "县级留成累计减政策兑现为分享基数：694.00 − 234.80 = 459.20 元",
        "首谈地分享 × 50% = 229.60 元",
        "本期上解 229.60 元",
    ]


def test_a_formula_tells_what_is_below_zero_caps_and_what_came_before():
    below = line(
        (-900, 0, 0, 0, 0),
        ratio_bp=3333,
        before_fen=5,
        direction="down",
        fen=-5,
        cap_fen=700,
        cap_used_fen=700,
    )
    assert explain(below, "zh") == [
        "首次纳税 —，2026 年为第 2 个协议年度",
        "县级留成累计为分享基数：-9.00 < 0 → 0.00 元",
        "负数按零计，或扣上年结转",
        "首谈地分享 × 33.33% = 0.00 元",
        "减以前期间已入账 0.05 元",
        "本期补助 -0.05 元",
    ]
    capped = explain(line((4000, 1000, 3000, 700, 2300), cap_fen=700, cap_used_fen=700), "zh")
    assert "累计上限 7.00 元已用 7.00 元，本行计 7.00 元" in capped
    carried = explain(line((300, 0, 200, 100, 100)), "en")
    assert "County-retained so far is the base: -1.00 + 3.00 = 2.00 yuan" in carried
    assert "Negative counts as zero, or what was carried forward is taken off" in carried


def test_a_part_of_an_agreement_year_that_the_calendar_cuts_is_said_without_a_cap():
    said = explain(line((101, 0, 101, 50, 51)), "zh")
    assert "按协议年度累计一次分配，本行计 0.50 元" in said
    assert not any("上限" in sentence for sentence in said)


@pytest.mark.parametrize("carry", [False, True])
@given(
    receipts=receipts_of((Tax.vat, Tax.cit)),
    given_back=st.integers(0, 10**9),
)
def test_a_calendar_year_is_said_as_the_engine_says_its_last_line(carry, receipts, given_back):
    incentives = [Incentive("1", date(2021, 3, 1), given_back)]
    version = Version(1, contract_of(terms(carry_forward=carry)))
    found = entitle([version], receipts, incentives, through="2024-12").lines
    last = {(one.agreement_year, one.tax): one for one in found}
    for one in last.values():
        said = explain(line(one.cumulative[:3] + one.cumulative.parts, tax=one.tax), "zh")
        if not one.carried or one.cumulative.shared:
            assert said[1].endswith(f"：{engine.chain(one)} 元")
        product = f"首谈地分享 {engine.times(one, 0)} = {yuan(one.before_cap[0])} 元"
        assert product in said
        assert not any("按协议年度" in sentence for sentence in said)
