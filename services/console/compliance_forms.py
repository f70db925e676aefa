"""The fields of the compliance pages, and how a list of promises is read from its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel
from starlette.datastructures import FormData

from services.compliance.answers import ItemAnswer
from services.compliance.schemas import FairReviewForm, MinutesForm, OpinionForm
from services.compliance.words import (
    BENEFICIARIES,
    BODIES,
    CONCLUSIONS,
    EXCEPTIONS,
    ITEM_KINDS,
    OUTCOMES,
    SOURCES,
)
from services.console.project_fields import Field, Kind, Typed, parse, typed_values
from services.kit.i18n import Locale, lazy

ROWS: Final = 6
"""How many promises the page takes at once."""


def _options(words: Mapping[Any, str]) -> tuple[tuple[str, str], ...]:
    return tuple((key.value, text) for key, text in words.items())


ITEM: Final = (
    Field(name="kind", label=lazy("承诺类别"), kind=Kind.select, options=_options(ITEM_KINDS)),
    Field(name="what", label=lazy("承诺内容"), kind=Kind.area),
    Field(
        name="beneficiary",
        label=lazy("受益方"),
        kind=Kind.select,
        options=_options(BENEFICIARIES),
        hint=lazy("受益方为企业的，文字按公平竞争审查规则核对"),
    ),
    Field(name="amount_fen", label=lazy("承诺金额"), kind=Kind.wan, required=False),
    Field(
        name="quantity",
        label=lazy("承诺数量"),
        kind=Kind.whole,
        required=False,
        hint=lazy("金额和数量至少填一项"),
    ),
    Field(name="unit", label=lazy("数量单位"), required=False),
    Field(name="year", label=lazy("兑现年度"), kind=Kind.whole),
    Field(name="source", label=lazy("资金来源"), kind=Kind.select, options=_options(SOURCES), default="none"),
    Field(name="condition", label=lazy("兑现条件"), kind=Kind.area, required=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One form about the standing list: its words, fields and model."""

    title: str
    done: str
    fields: tuple[Field, ...]
    form: type[BaseModel]
    fixed: Mapping[str, str]


_OPINION: Final = (
    Field(name="outcome", label=lazy("结论"), kind=Kind.select, options=_options(OUTCOMES)),
    Field(name="number", label=lazy("文号"), required=False, hint=lazy("合法性审查必填")),
    Field(name="opinion", label=lazy("意见说明"), kind=Kind.area, required=False, hint=lazy("退回修改必填")),
)

SHEETS: Final[Mapping[str, Sheet]] = MappingProxyType(
    {
        "finance": Sheet(
            title=lazy("财政审核承诺事项"),
            done=lazy("已登记财政审核意见"),
            fields=_OPINION,
            form=OpinionForm,
            fixed={"kind": "finance"},
        ),
        "legal": Sheet(
            title=lazy("登记合法性审查意见"),
            done=lazy("已登记合法性审查意见"),
            fields=_OPINION,
            form=OpinionForm,
            fixed={"kind": "legal"},
        ),
        "fair-review": Sheet(
            title=lazy("登记公平竞争审查"),
            done=lazy("已登记公平竞争审查"),
            fields=(
                Field(name="drafting_unit", label=lazy("起草单位")),
                Field(name="basis", label=lazy("审查依据"), kind=Kind.area),
                Field(
                    name="conclusion",
                    label=lazy("审查结论"),
                    kind=Kind.select,
                    options=_options(CONCLUSIONS),
                ),
                Field(
                    name="exception_ground",
                    label=lazy("例外情形"),
                    kind=Kind.select,
                    required=False,
                    options=_options(EXCEPTIONS),
                    hint=lazy("只在适用例外规定时填写"),
                ),
                Field(name="exception_article", label=lazy("例外条款"), required=False),
                Field(
                    name="no_less_harmful",
                    label=lazy("没有影响更小的替代方案的说明"),
                    kind=Kind.area,
                    required=False,
                ),
                Field(name="until", label=lazy("例外实施期限至"), kind=Kind.date, required=False),
                Field(name="reviewed_on", label=lazy("审查日期"), kind=Kind.date),
                Field(name="review_again_on", label=lazy("复审日"), kind=Kind.date),
            ),
            form=FairReviewForm,
            fixed={},
        ),
        "minutes": Sheet(
            title=lazy("登记集体决策会议纪要"),
            done=lazy("已登记会议纪要"),
            fields=(
                Field(name="body", label=lazy("会议"), kind=Kind.select, options=_options(BODIES)),
                Field(name="number", label=lazy("会议纪要编号")),
                Field(name="held_on", label=lazy("会议日期"), kind=Kind.date),
                Field(name="subject", label=lazy("议题")),
            ),
            form=MinutesForm,
            fixed={},
        ),
    }
)

EXPLAIN: Final = (Field(name="reason", label=lazy("不属于禁止条款的理由"), kind=Kind.area),)


def row_fields(row: int) -> tuple[Field, ...]:
    """Return the fields of one row of the list, each under a name of its own."""
    return tuple(replace(field, name=f"{field.name}_{row}") for field in ITEM)


def typed_rows(form: FormData) -> Typed:
    """Read all rows as they were typed."""
    typed: Typed = {}
    for row in range(1, ROWS + 1):
        typed |= typed_values(row_fields(row), form)
    return typed


def rows_of(items: Sequence[ItemAnswer]) -> Typed:
    """Show a standing list in the rows, to be changed."""
    typed: Typed = {}
    for row, item in enumerate(items[:ROWS], start=1):
        amount = (
            "" if item.amount_fen is None else f"{item.amount_fen / 1_000_000:.6f}".rstrip("0").rstrip(".")
        )
        values = {
            "kind": item.kind.value,
            "what": item.what,
            "beneficiary": item.beneficiary.value,
            "amount_fen": amount,
            "quantity": "" if item.quantity is None else str(item.quantity),
            "unit": item.unit,
            "year": str(item.year),
            "source": item.source.value,
            "condition": item.condition,
        }
        typed |= {f"{name}_{row}": value for name, value in values.items()}
    return typed


def read_rows(typed: Typed, locale: Locale) -> tuple[list[Typed], dict[str, str]]:
    """Read the rows in which something is written; the first one is read in any case."""
    items: list[Typed] = []
    errors: dict[str, str] = {}
    for row in range(1, ROWS + 1):
        fields = row_fields(row)
        if row > 1 and not any(typed.get(f"{name}_{row}") for name in ("kind", "what", "beneficiary")):
            continue
        values, wrong = parse(fields, typed, locale)
        errors |= wrong
        items.append({name.rpartition("_")[0]: value for name, value in values.items()})
    return items, errors
