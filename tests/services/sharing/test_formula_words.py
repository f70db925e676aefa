"""Why a formula is refused, in words: the field as its reader knows it, and as it is written."""

import copy
from collections.abc import Callable
from string import Formatter
from typing import Any

import pytest

from allocation.sharing.formulas import FormulaError, compute
from allocation.sharing.formulas.errors import Fault
from allocation.sharing.packs import PackError
from services.kit.i18n import gettext
from services.sharing.formula_words import FAULTS, field_words, sentence
from services.sharing.pack_files import own_packs

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words_in_both_languages(fault: Fault) -> None:
    english = gettext(FAULTS[fault], "en")
    assert english != FAULTS[fault]
    assert english.isascii()
    places = [
        {name for _, name, _, _ in Formatter().parse(text) if name} for text in (FAULTS[fault], english)
    ]
    assert places[0] == places[1]


def zero_factors(case: dict[str, Any]) -> None:
    for figures in case["inputs"].values():
        if isinstance(figures, dict):
            figures.update(dict.fromkeys(figures, 0))


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (
            lambda case: case["inputs"].pop("tax"),
            "应纳税额（inputs.tax）：缺少此项",
            "tax due (inputs.tax): this is missing",
        ),
        (
            lambda case: case["inputs"]["revenue"].update(department="x"),
            '总机构部门 · 上年营业收入（inputs.revenue.department）：应为整数，或 "0.35"、"1/3" 这样的文本',
            (
                "总机构部门 · last year's revenue (inputs.revenue.department): must be a whole number,"
                ' or a text such as "0.35" or "1/3"'
            ),
        ),
        (
            lambda case: case["parties"][1].update(id=5),
            "第 2 方（parties[1].id）：应为 1 到 80 个字的文字",
            "Party 2 (parties[1].id): must be text of 1 to 80 characters",
        ),
        (
            zero_factors,
            "分摊比例（formula.steps[0].ratio）：除数为 0：各项因素是否都为 0？",
            "ratio (formula.steps[0].ratio): division by zero: are all factors 0?",
        ),
        (
            lambda case: case.update(settings={"no": 1}),
            "settings.no：规则不需要此项",
            "settings.no: the rule does not ask for this",
        ),
    ],
)
def test_a_field_is_named_as_its_reader_knows_it(change: Change, zh: str, en: str) -> None:
    pack = own_packs()["three-factor"]
    case = copy.deepcopy(pack.case(pack.examples[0]))
    change(case)
    with pytest.raises(FormulaError) as caught:
        compute(case)
    assert sentence(caught.value, case, "zh") == zh
    assert sentence(caught.value, case, "en") == en


def test_a_step_without_words_is_named_by_its_number() -> None:
    assert field_words("formula.steps[2]", {}, "zh") == "第 3 步"
    assert field_words("formula.steps[2].by", {"formula": {"steps": [1]}}, "en") == "step 3"


@pytest.mark.parametrize("document", [None, [], {"formula": 1}, {"formula": {"inputs": {"a": {"zh": 1}}}}])
def test_a_document_of_any_shape_is_borne(document: Any) -> None:
    assert field_words("inputs.a.b", document, "zh") == ""


def test_a_party_without_a_name_is_named_by_its_id() -> None:
    parties = [{"id": "x"}, {"id": "y", "name": "乙"}]
    document = {"formula": {"inputs": {"a": {"zh": "数"}}}, "parties": parties}
    called = [field_words(f"inputs.a.{who}", document, "zh") for who in ("x", "y", "z")]
    assert called == ["x · 数", "乙 · 数", "数"]


def test_the_line_stays_one_line_and_begins_with_the_file() -> None:
    error = PackError("terms", Fault.nowhere, pointer="/a\nb")
    error.file = "x\n.json"
    assert sentence(error, None, "zh") == "x?.json：terms：/a?b 在条款中不存在"
