"""What comes in: strict forms of the records of compliance."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, model_validator

from allocation.compliance.rules import Beneficiary, ClauseRule
from allocation.units import FEN_LIMIT
from services.compliance.errors import BadCompliance
from services.compliance.words import (
    Body,
    Conclusion,
    ExceptionGround,
    ItemKind,
    OpinionKind,
    OpinionOutcome,
    Source,
)
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.inputs import Sha256, Strict

MAX_ITEMS = 40
Words = Annotated[str, Field(min_length=1, max_length=1000)]
Perhaps = Annotated[str, Field(max_length=1000)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
MaybeLine = Annotated[str, Field(max_length=200)]
Number = Annotated[str, Field(min_length=1, max_length=100)]
MaybeNumber = Annotated[str, Field(max_length=100)]
Region = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Fen = Annotated[int, Field(ge=0, lt=FEN_LIMIT)]
Day = Annotated[date, Field(strict=False)]


class ItemForm(Strict):
    """One promise: an amount of money in fen or a quantity, in a year."""

    kind: Annotated[ItemKind, Field(strict=False)]
    what: Words
    beneficiary: Annotated[Beneficiary, Field(strict=False)]
    amount_fen: Fen | None = None
    quantity: Fen | None = None
    unit: Annotated[str, Field(max_length=20)] = ""
    year: Annotated[int, Field(ge=2000, le=2100)]
    source: Annotated[Source, Field(strict=False)] = Source.none
    condition: Perhaps = ""


class SheetForm(Strict):
    """The list of what a host promises beside its letter. `county`: whose; else one's own."""

    county: Region | None = None
    items: Annotated[list[ItemForm], Field(min_length=1, max_length=MAX_ITEMS)]

    def check(self) -> None:
        """Refuse items that measure nothing or have no source of money.

        Raises:
            BadCompliance: naming every place.
        """
        errors = []
        for place, item in enumerate(self.items):
            if item.amount_fen is None and item.quantity is None:
                errors.append(FieldError(f"/items/{place}", "needed", lazy("填写金额或数量")))
            if item.quantity is not None and not item.unit:
                errors.append(FieldError(f"/items/{place}/unit", "needed", lazy("数量须有单位")))
            if bool(item.amount_fen) != (item.source is not Source.none):
                errors.append(
                    FieldError(f"/items/{place}/source", "needed", lazy("涉及资金的须写明来源，不涉及的不写"))
                )
        if errors:
            raise BadCompliance(errors=errors)


class OpinionForm(Strict):
    """What finance, or legal review, found of a list of promises."""

    sheet: UUID = Field(strict=False)
    kind: Annotated[OpinionKind, Field(strict=False)]
    outcome: Annotated[OpinionOutcome, Field(strict=False)]
    number: MaybeNumber = ""
    opinion: Perhaps = ""

    def check(self) -> None:
        """Refuse a legal opinion without its number, and a return without words.

        Raises:
            BadCompliance: naming every place.
        """
        errors = []
        if self.kind is OpinionKind.legal and not self.number:
            errors.append(FieldError("/number", "needed", lazy("合法性审查意见须有文号")))
        if self.outcome is OpinionOutcome.returned and not self.opinion:
            errors.append(FieldError("/opinion", "needed", lazy("退回修改须说明理由")))
        if errors:
            raise BadCompliance(errors=errors)


class FairReviewForm(Strict):
    """A fair-competition review (公平竞争审查)."""

    sheet: UUID = Field(strict=False)
    drafting_unit: Line
    basis: Words
    conclusion: Annotated[Conclusion, Field(strict=False)]
    exception_ground: Annotated[ExceptionGround | None, Field(strict=False)] = None
    exception_article: MaybeLine = ""
    no_less_harmful: Perhaps = ""
    until: Day | None = None
    reviewed_on: Day
    review_again_on: Day

    def check(self, today: date) -> None:
        """Refuse an exception without its ground, article, comparison and end, and dates that cannot be.

        Raises:
            BadCompliance: naming every place.
        """
        errors = []
        asked = {
            "exception_ground": self.exception_ground is not None,
            "exception_article": bool(self.exception_article),
            "no_less_harmful": bool(self.no_less_harmful),
            "until": self.until is not None,
        }
        for name, given in asked.items():
            if given != (self.conclusion is Conclusion.exception):
                errors.append(FieldError(f"/{name}", "needed", EXCEPTION_WORDS[name]))
        if self.reviewed_on > today:
            errors.append(FieldError("/reviewed_on", "future", lazy("日期不能晚于今天")))
        if self.review_again_on <= self.reviewed_on:
            errors.append(FieldError("/review_again_on", "order", lazy("复审日须晚于审查日")))
        if self.until is not None and self.until < self.reviewed_on:
            errors.append(FieldError("/until", "order", lazy("例外期限不能早于审查日")))
        if errors:
            raise BadCompliance(errors=errors)


EXCEPTION_WORDS = {
    "exception_ground": lazy("适用例外规定时须选择情形，其他结论不填"),
    "exception_article": lazy("适用例外规定时须写明条款，其他结论不填"),
    "no_less_harmful": lazy("适用例外规定时须说明没有对公平竞争影响更小的替代方案，其他结论不填"),
    "until": lazy("适用例外规定时须有实施期限，其他结论不填"),
}


class MinutesForm(Strict):
    """The minutes of the collective decision."""

    sheet: UUID = Field(strict=False)
    body: Annotated[Body, Field(strict=False)]
    number: Number
    held_on: Day
    subject: Line

    def check(self, today: date) -> None:
        """Refuse a meeting that has not taken place.

        Raises:
            BadCompliance: naming the place.
        """
        if self.held_on > today:
            raise BadCompliance(errors=[FieldError("/held_on", "future", lazy("日期不能晚于今天"))])


class ClearanceForm(Strict):
    """Why a found clause is none. The finding is named by its text's hash, rule and place."""

    county: Region | None = None
    text_sha256: Sha256
    rule: Annotated[ClauseRule, Field(strict=False)]
    start: Annotated[int, Field(ge=0, lt=100_000)]
    reason: Words


class ClearanceAnswerForm(Strict):
    """A second person's word on such a reason."""

    agreed: bool
    reason: Perhaps = ""

    @model_validator(mode="after")
    def _reasoned(self) -> "ClearanceAnswerForm":
        if not self.agreed and not self.reason:
            raise ValueError("a refusal has its reason")
        return self
