"""What advice refuses with.

DomainError
└── Invalid
    └── BadAdvice   the rule is not defined on the question; `errors` names the place
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from allocation.sharing.advice.refusal import Fault, Refusal
from services.kit.errors import FieldError, Invalid
from services.kit.i18n import lazy
from services.kit.problem import pointer
from services.sharing.words import FAULTS

_WITHOUT_FACTS: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.two_forms: lazy("claims、values、costs 只能写一种"),
        Fault.too_many_players: lazy("各方太多"),
        Fault.missing_coalitions: lazy("缺少联合体"),
        Fault.estate_above_claims: lazy("可分总额超过主张之和"),
    }
)
"""Sentences that name nothing of the question, where the command's would."""


class BadAdvice(Invalid):
    """The question has no answer: a figure is not exact, a group is missing, the rule does not apply."""

    slug = "bad-advice"
    title = lazy("不能给出分享建议")

    @classmethod
    def of(cls, refusal: Refusal) -> "BadAdvice":
        """Refuse what the rules refused, at its place."""
        text = _WITHOUT_FACTS.get(refusal.fault, FAULTS[refusal.fault])
        return cls(errors=[FieldError(pointer(("body", *refusal.place)), refusal.fault.value, text)])
