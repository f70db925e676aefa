"""What is said of a formula, a case or a rule pack that cannot be used: a code, its place, and facts."""

from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What is wrong. Services put it into words."""

    missing = "missing"
    unknown_field = "unknown_field"
    not_an_object = "not_an_object"
    not_a_list = "not_a_list"
    no_list = "no_list"
    too_many = "too_many"
    no_text = "no_text"
    not_text = "not_text"
    no_words = "no_words"
    unknown_word = "unknown_word"
    not_true_or_false = "not_true_or_false"
    not_a_number = "not_a_number"
    a_float = "a_float"
    too_large = "too_large"
    not_whole_fen = "not_whole_fen"
    not_rounded = "not_rounded"
    named_twice = "named_twice"
    same_name = "same_name"
    not_a_party = "not_a_party"
    unknown_role = "unknown_role"
    must_be_set = "must_be_set"
    not_asked = "not_asked"
    not_a_name = "not_a_name"
    not_roles = "not_roles"
    roles_of_one = "roles_of_one"
    not_a_step = "not_a_step"
    not_days = "not_days"
    wants_money_each = "wants_money_each"
    wants_one_amount = "wants_one_amount"
    too_deep = "too_deep"
    unknown_name = "unknown_name"
    wants_sum = "wants_sum"
    unknown_operation = "unknown_operation"
    wrong_count = "wrong_count"
    sum_in_sum = "sum_in_sum"
    log_digits = "log_digits"
    not_by_role = "not_by_role"
    every_role = "every_role"
    too_long = "too_long"
    by_zero = "by_zero"
    log_of_nothing = "log_of_nothing"
    negative_weight = "negative_weight"
    no_weight = "no_weight"
    sum_is_not_base = "sum_is_not_base"
    nowhere = "nowhere"
    not_an_id = "not_an_id"
    no_example = "no_example"
    unknown_pack = "unknown_pack"
    no_figure = "no_figure"
    not_utf8 = "not_utf8"
    not_json = "not_json"
    wrong_file_name = "wrong_file_name"


class DataError(ValueError):
    """A document is refused.

    Args:
        field: the place, such as `inputs.growth.a`.
        fault: what is wrong there.
        facts: names and figures that say it precisely.
    """

    def __init__(self, field: str, fault: Fault, **facts: Any) -> None:
        super().__init__(f"{field}: {fault.value} {facts or ''}".rstrip())
        self.field = field
        self.fault = fault
        self.facts = facts


class FormulaError(DataError):
    """A formula or its figures are refused."""
