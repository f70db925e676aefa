"""Why a question about fair division has no answer: a code, the place in the question, and facts."""

from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What is wrong with a question. Services put it into words."""

    not_text = "not_text"
    not_json = "not_json"
    too_deep = "too_deep"
    not_an_object = "not_an_object"
    duplicate_key = "duplicate_key"
    unknown_key = "unknown_key"
    missing_key = "missing_key"
    no_form = "no_form"
    two_forms = "two_forms"
    no_players = "no_players"
    too_many_players = "too_many_players"
    empty_name = "empty_name"
    strange_name = "strange_name"
    comma_in_name = "comma_in_name"
    repeated_name = "repeated_name"
    repeated_coalition = "repeated_coalition"
    unknown_name = "unknown_name"
    missing_coalitions = "missing_coalitions"
    not_a_number = "not_a_number"
    a_float = "a_float"
    too_large = "too_large"
    too_fine = "too_fine"
    negative = "negative"
    estate_above_claims = "estate_above_claims"
    wants_claims = "wants_claims"
    nothing_to_measure = "nothing_to_measure"
    no_surplus = "no_surplus"
    disagreement_above_claim = "disagreement_above_claim"


class Refusal(ValueError):
    """A question that is not answered.

    Args:
        fault: what is wrong.
        place: the keys that lead to it in the question, outermost first.
        facts: figures and names that say it precisely.
    """

    def __init__(self, fault: Fault, place: tuple[str, ...] = (), **facts: Any) -> None:
        super().__init__(fault.value, place, facts)
        self.fault = fault
        self.place = place
        self.facts = facts
