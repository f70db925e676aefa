"""Case files: the published numbers come out, revisions count once, and the words hold the figures."""

import json
from pathlib import Path

import pytest

from allocation.documents import parse
from allocation.sharing.contract.case import read_case
from allocation.sharing.contract.explain import chain, explain, times
from allocation.sharing.contract.lines import Figures, Line, LineKind
from allocation.sharing.contract.outcome import differences, work_out
from allocation.sharing.contract.statement import statement
from allocation.sharing.contract.words import clauses_of
from allocation.sharing.taxes import Tax
from tests.allocation.sharing.contract.documents import GONE, changed
from tests.allocation.sharing.contract.making import A, B, C, contract

GOLDEN = Path(__file__).parents[3] / "golden" / "share"
AGREEMENTS = [
    path for path in sorted(GOLDEN.glob("*.json")) if "terms" in json.loads(path.read_text("utf-8"))
]
T = "/terms/0"


def outcome_of(changes):
    case = read_case(changed(changes))
    return case, work_out(case)


@pytest.mark.parametrize("path", AGREEMENTS, ids=lambda path: path.stem)
def test_the_published_numbers_come_out(path):
    case = read_case(parse(path.read_text("utf-8")))
    outcome = work_out(case)
    assert {"by_party", "base_fen"} <= set(case.expect)
    assert differences(case, outcome) == []
    assert outcome.sum_check


def test_the_cases_are_all_there():
    names = {path.stem.split("-")[0] for path in AGREEMENTS}
    assert names >= {"G01", "G05a", "G05c", "G06", "G07", "G08", "G09"}


def test_the_statement_has_the_formula_with_its_numbers():
    case = read_case(parse((GOLDEN / "G09.json").read_text("utf-8")))
    said = list(statement(case, work_out(case)))
    for words in ([one.zh for one in said], [one.en for one in said]):
        text = "\n".join(words)
        assert "6,940,000.00 − 1,388,000.00 − 960,000.00 = 4,592,000.00" in text
        assert "2,800,000.00 − 960,000.00 = 1,840,000.00" in text
        assert "× 50%" in text


def test_a_difference_is_told_by_field():
    case, outcome = outcome_of({"/expect": {"base_fen": 1, "lines": 3, "outside": 0, "land": {A: 1}}})
    assert [name for name, _, _ in differences(case, outcome)] == ["base_fen", "land"]
    assert differences(*outcome_of({})) == []


def test_a_file_imported_twice_counts_once_and_the_newest_revision_counts():
    first = {"ticket": "1", "paid_on": "2020-02-01", "treasury": B, "tax": "vat", "amount_fen": 10_000}
    _, plain = outcome_of({})
    _, twice = outcome_of({"/receipts/2": first})
    assert twice.due == plain.due
    _, revised = outcome_of({"/receipts/2": first | {"amount_fen": 20_000, "revision": 2}})
    right = outcome_of({"/receipts/0/amount_fen": 20_000})[1]
    assert revised.due == right.due
    _, back = outcome_of({"/receipts/2": first | {"withdrawn": True, "revision": 2}})
    assert back.due.base_fen == 700 - 100


def test_the_treasurys_own_split_counts_before_the_table():
    split = {"central": 0, "province": 0, "city": 0, "county": 10_000}
    _, outcome = outcome_of({"/receipts/0/split": split})
    assert outcome.due.base_fen == 10_000 + 700 - 100


def test_outside_the_term_may_be_told_instead_of_refused():
    changes = {"/outside_term": "tell", "/receipts/1/paid_on": "2023-02-01", "/through": "2023-12"}
    case, outcome = outcome_of(changes)
    assert [one.reason for one in outcome.outside] == ["after_term"]
    text = "\n".join(one.zh + one.en for one in statement(case, outcome))
    assert "未计入 2：在分享年限之外" in text
    assert "Not counted 2: after the agreement's term" in text


def test_after_a_merger_the_successors_treasury_collects():
    merger = {"kind": "merger", "on": "2020-03-01", "predecessor": B, "successor": "611099"}
    other = {"kind": "merger", "on": "2020-02-15", "predecessor": A, "successor": "611098"}
    changes = {"/events/1": merger, "/events/2": other, "/receipts/1/treasury": "611099"}
    _, outcome = outcome_of(changes)
    assert set(outcome.due.by_party) == {B, C, "611098", "611099"}


def test_credit_runs_on_the_clock_that_its_clause_names():
    clock = {f"{T}/credits/0/clock": {"kind": "first_tax"}}
    value = {"indicator": "产值", "on": "2020-12-31", "value": 100}
    _, outcome = outcome_of({**clock, "/indicators/0": value})
    assert outcome.credits[0][1].parts == (40, 40, 20)
    _, unknown = outcome_of({"/indicators/0": value | {"indicator": "用工"}})
    assert unknown.credits[0][1].parts == (0, 100, 0)


PIECES = (
    "某办法 第五条",
    "某办法 第六条",
    "驻外局无国库",
    "公平竞争审查条例",
    "累计分享以500万元为限",
    "当年分段计算",
    "2020-01-01之日",
    "不扣除",
    "周年",
    "前1年全部留归乙县",
    "全期累计基数0.001万元",
    "按权重分配",
    "各按全额计入",
    "由驻外局全额计入",
    "用地指标100.5亩",
    "迁出前2年所得的50%",
)


def test_every_clause_is_said_in_both_languages_with_its_article():
    more = {
        f"{T}/grace": {"years": 1, "rule": "host_all"},
        f"{T}/entry/cap_at_sum": True,
        f"{T}/caps/1": {"party": A, "span": "term", "fen": 500_000_000},
        f"{T}/change": "month",
        f"{T}/clock": {"kind": "fixed", "on": "2020-01-01"},
        f"{T}/base/deduct_incentives": False,
        f"{T}/year_basis": "anniversary",
        f"{T}/parties/0/name": GONE,
        f"{T}/follows/caps": "某办法 第五条",
        f"{T}/follows/clawback": "某办法 第六条",
    }
    case, outcome = outcome_of(more)
    agreed = case.versions[0].contract
    found = clauses_of(agreed)
    assert {one.field for one in found} == {
        "parties", "years", "base", "shares", "entry", "grace", "caps", "floors", "guarantees", "clawback",
        "credits", "land", "other",
    }  # fmt: skip
    zh = "\n".join(one.zh for one in found)
    en = "\n".join(one.en for one in found)
    for piece in PIECES:
        assert piece in zh
    assert en.count("(following ") == 6, "three of shares, two of caps, one of the clawback"
    assert any("第1版" in one.zh for one in statement(case, outcome))


def test_the_usual_clauses_are_said():
    zh = "\n".join(one.zh for one in clauses_of(contract()))
    assert "自首次纳税之日所在年度起，按自然年度计算" in zh
    assert "扣除政策兑现；当年基数为负的，按零计算，不结转" in zh
    assert "第1至5年：611026 50%、611021 50%" in zh


def said(case):
    return next(one.zh for one in clauses_of(case.versions[0].contract) if one.field == "floor_terms")


def test_floor_terms_and_the_origins_grace_are_said():
    floor = {"party": A, "ratio_bp": 2000, "years": 3}
    for more, piece in (
        (floor, "前3年比例不低于20%；以后"),
        (floor | {"cap_fen": 100}, "累计上限不低于0.0001万元"),
    ):
        case, _ = outcome_of({f"{T}/floor_terms": more})
        assert piece in said(case)
    case, _ = outcome_of({f"{T}/floor_terms": floor | {"ratio_bp": 0}, f"{T}/grace": {"years": 1}})
    texts = [one.zh for one in clauses_of(case.versions[0].contract)]
    assert "前1年甲县不分享，其份额留归乙县。" in texts
    whole = {f"{T}/credits": GONE, f"{T}/floor_terms": floor | {"credit": True}}
    assert "考核全额计入" in said(outcome_of(whole)[0])


def line(carried, base, deducted, shared, bands, weights, parts=(0, 0), before=(0, 0)):
    now = Figures(base, deducted, shared, parts)
    return Line(LineKind.share, 1, Tax.vat, "2020-01", 1, (A, B), carried, now, now, before, bands, weights)


@pytest.mark.parametrize(
    ("carried", "base", "deducted", "shared", "words"),
    [
        (0, 69_400, 9_600, 59_800, "694.00 − 96.00 = 598.00"),
        (0, 100, 0, 100, "1.00"),
        (-50, 100, 0, 50, "-0.50 + 1.00 = 0.50"),
        (0, -100, 0, 0, "-1.00 < 0 → 0.00"),
        (0, -100, 0, -100, "-1.00"),
    ],
)
def test_the_base_as_an_equation(carried, base, deducted, shared, words):
    assert chain(line(carried, base, deducted, shared, (shared,), ((1, 1, 2),))) == words


def test_the_split_as_products():
    assert times(line(0, 1, 0, 1, (1,), ((5000, 5000, 10_000),)), 0) == "× 50%"
    assert times(line(0, 1, 0, 1, (1,), ((1, 2, 3),)), 1) == "× 2/3"
    bands = ((5000, 5000, 10_000), (1000, 9000, 10_000), (0, 10_000, 10_000))
    assert times(line(0, 1, 0, 1, (600, 400, 0), bands), 0) == "6.00 × 50% + 4.00 × 10%"
    assert times(line(0, 0, 0, 0, (0, 0, 0), bands), 0) == "× 0"


def test_caps_and_true_ups_are_said():
    low = {f"{T}/caps/0/fen": 150, f"{T}/caps/0/span": "term", f"{T}/floors/0/fen": 140}
    case, outcome = outcome_of(low)
    said = [explain(one, {A: "甲县"}) for one in outcome.due.lines]
    assert any("上限后" in one.zh and "after caps" in one.en for one in said)
    case, outcome = outcome_of({f"{T}/floors/0/fen": 2000})
    own = explain(outcome.due.lines[-1])
    assert "年终保底补足" in own.zh
    assert "floor made up at year-end" in own.en
    assert list(statement(case, outcome))


def test_without_the_levels_of_every_receipt_the_way_down_is_not_told():
    case, outcome = outcome_of({})
    assert not any("中央" in one.zh for one in statement(case, outcome))
    none, nothing = outcome_of({"/receipts": []})
    assert not any("中央" in one.zh for one in statement(none, nothing))
    split = {"central": 5000, "province": 0, "city": 0, "county": 5000}
    one = {"ticket": "1", "paid_on": "2020-02-01", "tax": "vat", "amount_fen": 10_000, "split": split}
    case, outcome = outcome_of({"/receipts": [one]})
    assert any("分享基数 50.00 − 0.00 − 1.00 = 49.00" in one.zh for one in statement(case, outcome))
    late = one | {"kind": "late_fee", "ticket": "9"}
    case, outcome = outcome_of({"/receipts": [one, late]})
    assert not any("分享基数 " in said.zh for said in statement(case, outcome)), "not all of it is shared"
    case, outcome = outcome_of({"/levels": [], "/receipts": [{**one, "split": None, "kind": "normal"}][:0]})
    assert outcome.due.lines == ()
