"""What the calculator refuses with.

DomainError
└── Invalid
    └── BadEstimate   the question has no answer; `errors` names the field
"""

from typing import Final

from allocation.sharing.calculator.question import BadQuestionError
from services.kit.errors import FieldError, Invalid
from services.kit.i18n import lazy

_SENTENCES: Final = {
    "same_as_origin": lazy("承接地不能是首谈地自己"),
    "all_zero": lazy("税种构成的权重不能全为零"),
    "out_of_range": lazy("取值不符合要求"),
    "no_whole": lazy("各级比例之和应为 10000"),
    "unknown_region": lazy("本市没有这个区划代码"),
    "one_of": lazy("预计年税收按合计或按税种填写，二者取一"),
}


class BadEstimate(Invalid):
    """The question cannot be worked out: a figure is out of range, or two contradict each other."""

    slug = "bad-estimate"
    title = lazy("无法估算")

    @classmethod
    def at(cls, place: str, code: str) -> "BadEstimate":
        """Refuse one field."""
        pointer = "/" + place.replace(".", "/")
        return cls(errors=[FieldError(pointer, code, _SENTENCES[code])])

    @classmethod
    def of(cls, error: BadQuestionError) -> "BadEstimate":
        """Refuse what the calculator refused."""
        return cls.at(error.field, error.code)
