from fractions import Fraction

import pytest

from allocation.sharing.formulas import compute
from allocation.sharing.formulas.expression import Known, Scope, read_expression
from allocation.sharing.formulas.figures import Unit, show
from allocation.sharing.formulas.words import Label, Text, in_numbers, in_words
from tests.allocation.sharing.formulas.samples import case, formula

LABELS = {
    "pool": Label(Text("池", "pool"), Unit.fen),
    "rate": Label(Text("比例", "rate"), Unit.ratio),
    "heads": Label(Text("人口", "heads"), Unit.number),
}
KNOWN = Known({"pool": False, "rate": False, "heads": True}, ("head", "branch"))


def told(raw, heads=(1, 2, 4), **single):
    scope = Scope(
        {"pool": Fraction(120050), "rate": Fraction(2, 5)} | single,
        {"heads": tuple(map(Fraction, heads))},
        ("head", "branch", *["branch"] * (len(heads) - 2)),
    )
    expression = read_expression(raw, KNOWN, "f", each=True)
    return in_words(expression, LABELS, "branch"), in_numbers(expression, LABELS, scope, 1)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Fraction(123456789), Unit.fen, "1,234,567.89"),
        (Fraction(-1), Unit.fen, "−0.01"),
        (Fraction(100, 3), Unit.fen, "≈0.333333"),
        (Fraction(1, 2), Unit.fen, "0.005"),
        (Fraction(7, 20), Unit.ratio, "35%"),
        (Fraction(2, 3), Unit.ratio, "≈66.666667%"),
        (Fraction(21250, 3), Unit.number, "≈7,083.333333"),
        (Fraction(1), Unit.number, "1"),
        (Fraction("1.45172698"), Unit.number, "≈1.451727"),
        (Fraction("0.9999999"), Unit.number, "≈1.000000"),
        (Fraction(0), Unit.number, "0"),
    ],
)
def test_how_a_figure_is_written(value, unit, text):
    assert show(value, unit) == text


@pytest.mark.parametrize(
    ("raw", "zh", "en", "numbers"),
    [
        (["*", "pool", "rate"], "池 × 比例", "pool × rate", "1,200.50 × 40%"),
        (["*", "pool", ["+", "rate", 1]], "池 × (比例 + 1)", "pool × (rate + 1)", "1,200.50 × (40% + 1)"),
        (["-", "pool", ["-", "pool", 1]], "池 − (池 − 1)", "pool − (pool − 1)", "1,200.50 − (1,200.50 − 1)"),
        (["-", ["-", "pool", 1], 2], "池 − 1 − 2", "pool − 1 − 2", "1,200.50 − 1 − 2"),
        (["/", 1, ["*", 2, "rate"]], "1 ÷ (2 × 比例)", "1 ÷ (2 × rate)", "1 ÷ (2 × 40%)"),
        (["*", ["-", "rate"], 2], "(−比例) × 2", "(−rate) × 2", "(−40%) × 2"),
        (["-", ["+", "rate", 1]], "−(比例 + 1)", "−(rate + 1)", "−(40% + 1)"),
        (["sum", "heads"], "合计(人口)", "sum(heads)", "1 + 2 + 4"),
        (["/", "heads", ["sum", "heads"]], "人口 ÷ 合计(人口)", "heads ÷ sum(heads)", "2 ÷ (1 + 2 + 4)"),
        (["max", 0, "heads"], "取大(0, 人口)", "max(0, heads)", "取大(0, 2)"),
        (["round", ["sum", "heads"]], "四舍五入(合计(人口))", "round(sum(heads))", "四舍五入(1 + 2 + 4)"),
        (["log10", "heads", 28], "lg(人口)", "log10(heads)", "lg(2)"),
        ({"by_role": {"head": 1, "branch": "heads"}}, "人口", "heads", "2"),
        (
            ["if_at_least", "heads", 3, "pool", 0],
            "池（若 人口 ≥ 3；否则 0）",
            "pool (if heads ≥ 3; else 0)",
            "1,200.50（若 2 ≥ 3；否则 0）",
        ),
        (
            ["*", 2, ["if_at_least", 1, 0, 1, 0]],
            "2 × (1（若 1 ≥ 0；否则 0）)",
            "2 × (1 (if 1 ≥ 0; else 0))",
            "2 × (1（若 1 ≥ 0；否则 0）)",
        ),
    ],
)
def test_a_formula_in_words_and_in_numbers(raw, zh, en, numbers):
    words, figures = told(raw)
    assert (words.zh, words.en, figures.zh) == (zh, en, numbers)


def test_a_negative_figure_stands_in_brackets():
    assert told(["-", 1, "pool"], pool=Fraction(-100))[1].en == "1 − (−1.00)"
    assert told(["-", 1, "pool"], pool=Fraction(-100, 3))[1].en == "1 − (≈−0.333333)"


def test_a_long_sum_shows_its_ends():
    assert told(["sum", "heads"], heads=(1, 2, 3, 4, 5, 6))[1].en == "1 + 2 + 3 + 4 + 5 + 6"
    assert told(["sum", "heads"], heads=(1, 2, 3, 4, 5, 6, 7))[1].en == "1 + 2 + … (7) + 7"


def test_lines_say_who_and_how():
    parties = [{"id": "a", "name": "甲县"}, {"id": "b"}]
    found = compute(case(101, {"a": 1, "b": 2}, parties=parties))
    assert [(line.name, line.party) for line in found.lines] == [("part", "a"), ("part", "b")]
    assert found.lines[0].zh == "甲县 · 份额 = 总额 × 占比（权数） = 1.01 × ≈33.333333%（最大余数法） = 0.34"
    assert found.lines[1].en == (
        "b · part = total × its part of all (weight) = 1.01 × ≈66.666667% (largest remainder) = 0.67"
    )


def test_a_line_says_nothing_twice_and_marks_what_is_rounded():
    ratio = {"name": "r", "zh": "率", "en": "ratio", "unit": "number", "is": ["/", "total", 3]}
    same = {"name": "s", "zh": "同", "en": "same", "unit": "number", "is": "r"}
    steps = [ratio, same, *formula()["steps"]]
    found = compute(case(100, formula=formula(steps=steps)))
    assert [line.en for line in found.lines[:2]] == [
        "ratio = total ÷ 3 = 1.00 ÷ 3 ≈ 33.333333",
        "same = ratio ≈ 33.333333",
    ]
    assert [line.party for line in found.lines[:2]] == ["", ""]
