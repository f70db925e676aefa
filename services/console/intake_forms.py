"""The fields of the forms that come before a lead."""

from typing import Final

from services.console.project_fields import Field, Kind
from services.intake.words import (
    CONTACT_RESULTS,
    OFFER_FROM,
    OFFER_REFUSALS,
    PERSON_ROLES,
    PURPOSES,
    RELOCATION_GROUNDS,
)
from services.kit.i18n import lazy

CREDIT_CODE: Final = Field(
    name="credit_code",
    label=lazy("统一社会信用代码"),
    required=False,
    hint=lazy("18 位，按校验位核对"),
)

TARGET: Final = (
    Field(name="owner", label=lazy("清单所属单位"), kind=Kind.select),
    Field(name="firm_name", label=lazy("企业名称")),
    CREDIT_CODE,
    Field(name="chain", label=lazy("产业链")),
    Field(name="reason", label=lazy("列入理由"), kind=Kind.area),
    Field(name="follower", label=lazy("跟进单位"), hint=lazy("写单位或岗位，不写个人姓名")),
)

CONTACT: Final = (
    Field(name="county", label=lazy("接触单位"), kind=Kind.select),
    Field(name="firm_name", label=lazy("企业名称")),
    CREDIT_CODE,
    Field(name="contact_on", label=lazy("接触日期"), kind=Kind.date),
    Field(
        name="purpose",
        label=lazy("接触目的"),
        kind=Kind.select,
        options=tuple((key.value, text) for key, text in PURPOSES.items()),
    ),
    Field(
        name="person_role",
        label=lazy("带队岗位"),
        kind=Kind.select,
        options=tuple((key.value, text) for key, text in PERSON_ROLES.items()),
    ),
    Field(name="note", label=lazy("备注"), kind=Kind.area, required=False),
)

RESULTS: Final = tuple((key.value, text) for key, text in CONTACT_RESULTS.items())

RELOCATION: Final = (
    Field(name="firm_name", label=lazy("企业名称")),
    Field(name="credit_code", label=lazy("统一社会信用代码"), hint=lazy("18 位，按校验位核对")),
    Field(name="from_region", label=lazy("迁出地"), kind=Kind.select),
    Field(name="to_region", label=lazy("迁入地"), kind=Kind.select),
    Field(
        name="ground",
        label=lazy("迁移原因"),
        kind=Kind.select,
        options=tuple((key.value, text) for key, text in RELOCATION_GROUNDS.items()),
    ),
    Field(name="evidence", label=lazy("佐证材料"), kind=Kind.area),
    Field(name="last_year_tax_fen", label=lazy("上年入库税收"), kind=Kind.wan),
)

OFFER: Final = (
    Field(name="city", label=lazy("投资意向所在市"), kind=Kind.select),
    Field(
        name="sender",
        label=lazy("您是"),
        kind=Kind.select,
        options=tuple((key.value, text) for key, text in OFFER_FROM.items()),
    ),
    Field(name="firm_name", label=lazy("企业名称")),
    Field(name="idea", label=lazy("想投资什么"), kind=Kind.area, hint=lazy("产品、规模、时间打算")),
    Field(name="land", label=lazy("用地或厂房需求"), kind=Kind.area, required=False),
    Field(name="contact_name", label=lazy("怎么称呼您")),
    Field(name="contact_phone", label=lazy("联系电话")),
)

ASSIGN: Final = (
    Field(name="county", label=lazy("交由县区"), kind=Kind.select),
    Field(name="reply", label=lazy("给提交人的答复"), kind=Kind.area),
)

REFUSE: Final = (
    Field(
        name="reason",
        label=lazy("不采纳原因"),
        kind=Kind.select,
        options=tuple((key.value, text) for key, text in OFFER_REFUSALS.items()),
    ),
    # Another name than in the form beside it: two inputs of a page never share an id.
    Field(name="refusal", label=lazy("不采纳的答复"), kind=Kind.area),
)

FILED: Final = (
    Field(
        name="project",
        label=lazy("线索"),
        kind=Kind.select,
        hint=lazy("本单位以公开受理渠道、按本件编号登记的线索"),
    ),
)
