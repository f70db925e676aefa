"""What a step's form asks for, and the steps of a protection's end."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from services.console.project_fields import Field, Kind
from services.first_talk.words import CaseAction
from services.kit.i18n import lazy
from services.projects.protection_schemas import AnswerForm, ExtensionForm, ReleaseForm
from services.projects.protection_words import ANSWERS, DECISIONS, PROGRESS
from services.projects.steps import protecting

Shape = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its title, fields, the service's form and function, and the words before and after it.

    Attributes:
        given: values that the form does not ask for.
        shape: turns what was read into what the form takes.
    """

    title: str
    fields: tuple[Field, ...]
    form: type[BaseModel]
    do: Callable[..., Awaitable[Any]]
    done: str
    consequence: str
    tone: str = "primary"
    action: CaseAction | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    shape: Shape = dict


REASON: Final = Field(name="reason", label=lazy("理由"), kind=Kind.area)
_KINDS: Final = tuple((kind.value, words) for kind, words in PROGRESS.items())
EVIDENCE: Final = (
    Field(
        name="evidence_kind",
        label=lazy("佐证种类"),
        kind=Kind.select,
        options=_KINDS,
        required=False,
        hint=lazy("只写说明不算进展；报告进展和申请延期必填"),
    ),
    Field(
        name="evidence",
        label=lazy("佐证内容及存放处"),
        required=False,
        hint=lazy("如：2027年1月8日考察接待记录，存县招商局"),
    ),
    Field(name="happened_on", label=lazy("事项发生日期"), kind=Kind.date, required=False),
)
PROTECTION_STEPS: Final[Mapping[str, Step]] = MappingProxyType(
    {
        "answer": Step(
            title=lazy("答复首谈保护"),
            fields=(
                Field(
                    name="kind",
                    label=lazy("答复"),
                    kind=Kind.select,
                    options=tuple((kind.value, words) for kind, words in ANSWERS.items()),
                ),
                *EVIDENCE,
                replace(REASON, required=False),
            ),
            form=AnswerForm,
            do=protecting.answer,
            done=lazy("已答复"),
            consequence=lazy("答复后不能更改，可以再次答复，以最后一次为准。"),
        ),
        "extension": Step(
            title=lazy("答复延期申请"),
            fields=(
                Field(
                    name="outcome",
                    label=lazy("答复"),
                    kind=Kind.select,
                    options=tuple((said.value, words) for said, words in DECISIONS.items()),
                ),
                REASON,
            ),
            form=ExtensionForm,
            do=protecting.decide_extension,
            done=lazy("已答复延期申请"),
            consequence=lazy("同意后保护期从原届满日起延长；县区按时申请的，市级晚答复不影响延期。"),
        ),
        "release": Step(
            title=lazy("确认释放"),
            fields=(REASON,),
            form=ReleaseForm,
            do=protecting.confirm_release,
            done=lazy("已释放"),
            consequence=lazy("释放后其他县区可以登记该投资方；释放只由市级确认，不会到期自动释放。"),
            tone="bad",
        ),
    }
)
"""The steps of a protection's end by the last part of their address."""
