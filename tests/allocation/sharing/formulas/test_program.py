import pytest

from allocation.sharing.formulas.errors import FormulaError
from allocation.sharing.formulas.program import read_program
from tests.allocation.sharing.formulas.samples import ROLES, formula, named

PART = formula()["steps"][0]
MONEY = {"zh": "钱", "en": "money", "unit": "fen"}


def work(**changes):
    return {"name": "w", "zh": "步", "en": "step", "unit": "fen", "is": "total", **changes}


def pay(**changes):
    return {"name": "p", "zh": "期", "en": "pay", "instalments": "part", "on": ["05-15"], **changes}


@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"more": 1}, "formula.more", "not known"),
        ({"inputs": []}, "formula.inputs", "an object"),
        ({"inputs": {f"n{i}": named() for i in range(101)}}, "formula.inputs", "at most 100"),
        ({"inputs": {"Total": MONEY}}, "formula.inputs.Total", "a name has"),
        ({"inputs": {"total": 1}}, "formula.inputs.total", "an object"),
        ({"inputs": {"total": MONEY | {"zh": " "}}}, "formula.inputs.total.zh", "words"),
        ({"inputs": {"total": MONEY | {"en": 1}}}, "formula.inputs.total.en", "words"),
        ({"inputs": {"total": MONEY | {"unit": "mu"}}}, "formula.inputs.total.unit", "one of fen"),
        ({"inputs": {"total": MONEY | {"unit": []}}}, "formula.inputs.total.unit", "one of fen"),
        ({"inputs": {"total": {"zh": "钱", "en": "money"}}}, "formula.inputs.total.unit", "is missing"),
        ({"inputs": {"total": MONEY | {"each": 1}}}, "formula.inputs.total.each", "true or false"),
        ({"inputs": {"total": MONEY | {"roles": ["x"]}}}, "formula.inputs.total.roles", "a list of"),
        ({"inputs": {"total": MONEY | {"roles": 1}}}, "formula.inputs.total.roles", "a list of"),
        (
            {"roles": ROLES, "inputs": {"total": MONEY | {"roles": ["head"]}}},
            "formula.inputs.total.roles",
            "only a figure of each",
        ),
        (
            {"roles": ROLES, "inputs": {"total": MONEY | {"each": True, "roles": []}}},
            "formula.inputs.total.roles",
            "only a figure of each",
        ),
        ({"roles": {"head": {"zh": "总"}}}, "formula.roles.head.en", "is missing"),
        ({"settings": {"total": named()}}, "formula.settings", "the same name"),
        ({"settings": {"s": named(default=0.5)}}, "formula.settings.s.default", "is a float"),
        ({"settings": {"s": named(illustrative="yes")}}, "formula.settings.s.illustrative", "true or false"),
        ({"steps": []}, "formula.steps", "a list of 1"),
        ({"steps": {}}, "formula.steps", "a list of 1"),
        ({"steps": ["x"]}, "formula.steps[0]", "a step has one of"),
        ({"steps": [{"name": "w"}]}, "formula.steps[0]", "a step has one of"),
        ({"steps": [work(by="x")]}, "formula.steps[0].by", "not known"),
        ({"steps": [work(name="Ü")]}, "formula.steps[0].name", "a name has"),
        ({"steps": [work(name="total")]}, "formula.steps[0].name", "named twice"),
        ({"steps": [work(), work()]}, "formula.steps[1].name", "named twice"),
        ({"steps": [work(**{"is": "part"}), PART]}, "formula.steps[0].is", "not known here"),
        ({"steps": [work(**{"is": "weight"})]}, "formula.steps[0].is", 'take its "sum"'),
        ({"steps": [PART | {"apportion": "weight"}]}, "formula.steps[0].apportion", 'take its "sum"'),
        ({"steps": [PART | {"by": "x"}]}, "formula.steps[0].by", "not known here"),
        ({"steps": [PART, pay(instalments="total")]}, "formula.steps[1].instalments", "money of each"),
        ({"steps": [PART, pay(instalments="weight")]}, "formula.steps[1].instalments", "money of each"),
        ({"steps": [PART, pay(instalments=["-", "part"])]}, "formula.steps[1].instalments", "money of each"),
        ({"steps": [PART, pay(on=[])]}, "formula.steps[1].on", "a list of 1"),
        ({"steps": [PART, pay(on=["13-01"])]}, "formula.steps[1].on", "days in their order"),
        ({"steps": [PART, pay(on=["05-15", "05-15"])]}, "formula.steps[1].on", "days in their order"),
        ({"steps": [PART, pay(on=[515])]}, "formula.steps[1].on", "days in their order"),
        ({"result": "total"}, "formula.result", "money of each"),
        ({"result": "weight"}, "formula.result", "money of each"),
        ({"result": "x"}, "formula.result", "money of each"),
        ({"result": 1}, "formula.result", "money of each"),
        ({"base": "part"}, "formula.base", "one amount of money"),
        ({"steps": [PART, pay()], "result": "p"}, "formula.result", "money of each"),
    ],
)
def test_a_formula_is_refused_naming_the_field(changes, field, fault):
    with pytest.raises(FormulaError) as caught:
        read_program(formula(**changes))
    assert (caught.value.field, fault in caught.value.fault) == (field, True), caught.value


@pytest.mark.parametrize("name", ["inputs", "steps", "result", "base"])
def test_a_formula_is_whole(name):
    facts = formula()
    del facts[name]
    with pytest.raises(FormulaError, match="is missing") as caught:
        read_program(facts)
    assert caught.value.field == f"formula.{name}"


def test_names_are_words_of_the_statement():
    program = read_program(formula(settings={"s": named(default="0.5", unverified=True)}))
    assert {name: label.text.en for name, label in program.labels().items()} == {
        "total": "total",
        "weight": "weight",
        "s": "figure",
        "part": "part",
    }
