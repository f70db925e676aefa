"""The fields of the forms of tracking."""

from collections.abc import Mapping
from typing import Final, TypeVar

from allocation.lifecycle import STAGES
from allocation.tracking.words import ItemStep
from services.console.project_fields import Field, Kind
from services.kit.i18n import lazy
from services.projects.words import STATE_LABELS
from services.tracking.words import (
    BLOCK_KINDS,
    COORDINATIONS,
    CULTIVATION,
    DEPARTMENTS,
    FINDINGS,
    OCCASIONS,
    OUTING_ROLES,
    REVIEW_OUTCOMES,
    SPONSOR_ROLES,
)

Word = TypeVar("Word", bound=str)
"""A word of a closed list."""


def options(words: Mapping[Word, str]) -> tuple[tuple[str, str], ...]:
    """Return a closed list as choices of a form."""
    return tuple((str(key), text) for key, text in words.items())


POST_HINT: Final = lazy("写岗位，如“分管副局长”，不写姓名和电话")
FILES: Final = Field(
    name="files",
    label=lazy("佐证文件"),
    kind=Kind.checks,
    required=False,
    hint=lazy("先在“佐证文件”页上传，再在这里勾选"),
)
EVIDENCE: Final = Field(name="evidence", label=lazy("佐证说明"), kind=Kind.area, required=False)
REASON: Final = Field(name="reason", label=lazy("理由"), kind=Kind.area)
UNIT: Final = Field(name="unit", label=lazy("责任单位"), kind=Kind.select)
DEPARTMENT: Final = Field(
    name="department", label=lazy("责任部门"), kind=Kind.select, options=options(DEPARTMENTS)
)
STAGE: Final = Field(
    name="stage",
    label=lazy("阶段"),
    kind=Kind.select,
    options=tuple((stage.value, STATE_LABELS[stage]) for stage in STAGES),
)

ITEM: Final = (
    Field(name="what", label=lazy("事项"), kind=Kind.area, hint=lazy("要办成什么，一项一条")),
    Field(name="due_on", label=lazy("完成时限"), kind=Kind.date),
    UNIT,
    Field(
        name="department",
        label=lazy("责任部门"),
        kind=Kind.select,
        required=False,
        options=options(DEPARTMENTS),
    ),
    Field(name="post", label=lazy("责任人岗位"), hint=POST_HINT),
)

STEPS: Final = {
    ItemStep.finish: (EVIDENCE, FILES),
    ItemStep.verify: (),
    ItemStep.close: (),
    ItemStep.send_back: (REASON,),
    ItemStep.reopen: (REASON,),
}
"""What each step of an item asks."""

SPONSOR: Final = (
    Field(name="role", label=lazy("五个一职责"), kind=Kind.select, options=options(SPONSOR_ROLES)),
    UNIT,
    Field(name="post", label=lazy("责任人岗位"), hint=POST_HINT),
    Field(name="from_on", label=lazy("开始日期"), kind=Kind.date),
)
SPONSOR_END: Final = (Field(name="to_on", label=lazy("结束日期"), kind=Kind.date), REASON)
COORDINATION: Final = (
    Field(name="kind", label=lazy("活动类型"), kind=Kind.select, options=options(COORDINATIONS)),
    Field(name="held_on", label=lazy("活动日期"), kind=Kind.date),
    Field(name="sponsorship", label=lazy("包抓责任人"), kind=Kind.select, required=False),
    Field(name="what", label=lazy("活动内容"), kind=Kind.area),
    Field(name="outcome", label=lazy("办理结果"), kind=Kind.area, required=False),
)
BLOCK: Final = (
    Field(name="kind", label=lazy("受阻类型"), kind=Kind.select, options=options(BLOCK_KINDS)),
    Field(name="what", label=lazy("受阻情况"), kind=Kind.area),
    DEPARTMENT,
    UNIT,
    Field(name="opened_on", label=lazy("受阻起始日期"), kind=Kind.date),
)
BLOCK_END: Final = (Field(name="resolved_on", label=lazy("解决日期"), kind=Kind.date), EVIDENCE, FILES)
LOOK_BACK: Final = (
    Field(name="occasion", label=lazy("回看节点"), kind=Kind.select, options=options(OCCASIONS)),
    Field(name="held_on", label=lazy("回看日期"), kind=Kind.date),
    Field(name="finding", label=lazy("回看结论"), kind=Kind.select, options=options(FINDINGS)),
    Field(name="words", label=lazy("结论说明"), kind=Kind.area),
    FILES,
)
CULTIVATE: Final = (
    Field(name="stage", label=lazy("培育状态"), kind=Kind.select, options=options(CULTIVATION)),
    Field(name="since", label=lazy("起始日期"), kind=Kind.date),
    Field(name="evidence", label=lazy("依据"), kind=Kind.area),
)
OWNER: Final = (STAGE, DEPARTMENT, Field(name="effective_from", label=lazy("生效日期"), kind=Kind.date))

PAYMENT: Final = (
    Field(name="paid_on", label=lazy("兑现日期"), kind=Kind.date),
    Field(name="amount_fen", label=lazy("兑现金额"), kind=Kind.wan),
    Field(name="evidence", label=lazy("凭证号或佐证材料"), kind=Kind.area),
)
STRENGTH: Final = (
    Field(name="county", label=lazy("县区"), kind=Kind.select),
    Field(name="year", label=lazy("年度"), kind=Kind.whole),
    Field(name="amount_fen", label=lazy("财力"), kind=Kind.wan),
    Field(name="source", label=lazy("数据来源"), hint=lazy("如预算报告的文号")),
)
REVIEW: Final = (
    Field(name="outcome", label=lazy("审核结论"), kind=Kind.select, options=options(REVIEW_OUTCOMES)),
    Field(name="words", label=lazy("审核意见"), kind=Kind.area),
)
OUTING: Final = (
    Field(name="unit", label=lazy("外出单位"), kind=Kind.select),
    Field(name="role", label=lazy("带队人员"), kind=Kind.select, options=options(OUTING_ROLES)),
    Field(name="post", label=lazy("带队人岗位"), hint=POST_HINT),
    Field(name="from_on", label=lazy("出发日期"), kind=Kind.date),
    Field(name="to_on", label=lazy("返回日期"), kind=Kind.date),
    Field(name="place", label=lazy("外出地点")),
    Field(name="visits", label=lazy("拜访企业次数"), kind=Kind.whole),
    Field(
        name="met",
        label=lazy("拜访的企业"),
        kind=Kind.area,
        required=False,
        hint=lazy("一行一家；其他单位看不到"),
    ),
    Field(name="result", label=lazy("外出成果"), kind=Kind.area, required=False),
)
