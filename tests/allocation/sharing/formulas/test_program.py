import pytest

from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.program import read_program
from tests.allocation.sharing.formulas.samples import ROLES, formula, named

PART = formula()["steps"][0]
MONEY = {"zh": "钱", "en": "money", "unit": "fen"}


def work(**changes):
    return {"name": "w", "zh": "步", "en": "step", "unit": "fen", "is": "total", **changes}


INSTALMENTS = "formula.steps[1].instalments"


def pay(**changes):
    return {"name": "p", "zh": "期", "en": "pay", "instalments": "part", "on": ["05-15"], **changes}


@pytest.mark.parametrize(
    ("changes", "field", "fault"),
    [
        ({"more": 1}, "formula.more", Fault.unknown_field),
        ({"inputs": []}, "formula.inputs", Fault.too_many),
        ({"inputs": {f"n{i}": named() for i in range(101)}}, "formula.inputs", Fault.too_many),
        ({"inputs": {"Total": MONEY}}, "formula.inputs.Total", Fault.not_a_name),
        ({"inputs": {"total": 1}}, "formula.inputs.total", Fault.not_an_object),
        ({"inputs": {"total": MONEY | {"zh": " "}}}, "formula.inputs.total.zh", Fault.no_words),
        ({"inputs": {"total": MONEY | {"en": 1}}}, "formula.inputs.total.en", Fault.no_words),
        ({"inputs": {"total": MONEY | {"unit": "mu"}}}, "formula.inputs.total.unit", Fault.unknown_word),
        ({"inputs": {"total": MONEY | {"unit": []}}}, "formula.inputs.total.unit", Fault.unknown_word),
        ({"inputs": {"total": {"zh": "钱", "en": "money"}}}, "formula.inputs.total.unit", Fault.missing),
        ({"inputs": {"total": MONEY | {"each": 1}}}, "formula.inputs.total.each", Fault.not_true_or_false),
        ({"inputs": {"total": MONEY | {"roles": ["x"]}}}, "formula.inputs.total.roles", Fault.not_roles),
        ({"inputs": {"total": MONEY | {"roles": 1}}}, "formula.inputs.total.roles", Fault.not_roles),
        (
            {"roles": ROLES, "inputs": {"total": MONEY | {"roles": ["head"]}}},
            "formula.inputs.total.roles",
            Fault.roles_of_one,
        ),
        (
            {"roles": ROLES, "inputs": {"total": MONEY | {"each": True, "roles": []}}},
            "formula.inputs.total.roles",
            Fault.roles_of_one,
        ),
        ({"roles": {"head": {"zh": "总"}}}, "formula.roles.head.en", Fault.missing),
        ({"settings": {"total": named()}}, "formula.settings", Fault.same_name),
        ({"settings": {"s": named(default=0.5)}}, "formula.settings.s.default", Fault.a_float),
        (
            {"settings": {"s": named(illustrative="yes")}},
            "formula.settings.s.illustrative",
            Fault.not_true_or_false,
        ),
        ({"steps": []}, "formula.steps", Fault.not_a_list),
        ({"steps": {}}, "formula.steps", Fault.not_a_list),
        ({"steps": ["x"]}, "formula.steps[0]", Fault.not_a_step),
        ({"steps": [{"name": "w"}]}, "formula.steps[0]", Fault.not_a_step),
        ({"steps": [work(by="x")]}, "formula.steps[0].by", Fault.unknown_field),
        ({"steps": [work(name="Ü")]}, "formula.steps[0].name", Fault.not_a_name),
        ({"steps": [work(name="total")]}, "formula.steps[0].name", Fault.named_twice),
        ({"steps": [work(), work()]}, "formula.steps[1].name", Fault.named_twice),
        ({"steps": [work(**{"is": "part"}), PART]}, "formula.steps[0].is", Fault.unknown_name),
        ({"steps": [work(**{"is": "weight"})]}, "formula.steps[0].is", Fault.wants_sum),
        ({"steps": [PART | {"apportion": "weight"}]}, "formula.steps[0].apportion", Fault.wants_sum),
        ({"steps": [PART | {"by": "x"}]}, "formula.steps[0].by", Fault.unknown_name),
        ({"steps": [PART, pay(instalments="total")]}, INSTALMENTS, Fault.wants_money_each),
        (
            {"steps": [PART, pay(instalments="weight")]},
            "formula.steps[1].instalments",
            Fault.wants_money_each,
        ),
        (
            {"steps": [PART, pay(instalments=["-", "part"])]},
            "formula.steps[1].instalments",
            Fault.wants_money_each,
        ),
        ({"steps": [PART, pay(on=[])]}, "formula.steps[1].on", Fault.not_a_list),
        ({"steps": [PART, pay(on=["13-01"])]}, "formula.steps[1].on", Fault.not_days),
        ({"steps": [PART, pay(on=["05-15", "05-15"])]}, "formula.steps[1].on", Fault.not_days),
        ({"steps": [PART, pay(on=[515])]}, "formula.steps[1].on", Fault.not_days),
        ({"result": "total"}, "formula.result", Fault.wants_money_each),
        ({"result": "weight"}, "formula.result", Fault.wants_money_each),
        ({"result": "x"}, "formula.result", Fault.wants_money_each),
        ({"result": 1}, "formula.result", Fault.wants_money_each),
        ({"base": "part"}, "formula.base", Fault.wants_one_amount),
        ({"steps": [PART, pay()], "result": "p"}, "formula.result", Fault.wants_money_each),
    ],
)
def test_a_formula_is_refused_naming_the_field(changes, field, fault):
    with pytest.raises(FormulaError) as caught:
        read_program(formula(**changes))
    assert (caught.value.field, caught.value.fault) == (field, fault)


@pytest.mark.parametrize("name", ["inputs", "steps", "result", "base"])
def test_a_formula_is_whole(name):
    facts = formula()
    del facts[name]
    with pytest.raises(FormulaError, match="missing") as caught:
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
