"""The words of approvals, as message ids."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.approving import Reason, SheetState, StepKind, Verb
from services.kit.i18n import lazy


class HandoverKind(StrEnum):
    """Why an officer hands over."""

    post = "post"  # changes post
    leave = "leave"  # goes on leave


VERBS: Final = MappingProxyType(
    {
        Verb.agree: lazy("同意"),
        Verb.refuse: lazy("不同意"),
        Verb.return_: lazy("退回"),
        Verb.add_before: lazy("前加签"),
        Verb.add_after: lazy("后加签"),
        Verb.forward: lazy("转办"),
        Verb.copy: lazy("抄送"),
        Verb.withdraw_act: lazy("撤回签批"),
        Verb.withdraw: lazy("撤回审批单"),
        Verb.submit: lazy("重新送审"),
    }
)
STATES: Final = MappingProxyType(
    {
        SheetState.open: (lazy("审批中"), "info"),
        SheetState.returned: (lazy("退回经办"), "warn"),
        SheetState.agreed: (lazy("已审批同意"), "ok"),
        SheetState.refused: (lazy("未予同意"), "bad"),
        SheetState.withdrawn: (lazy("已撤回"), ""),
    }
)
STEP_KINDS: Final = MappingProxyType(
    {
        StepKind.sign: lazy("签批"),
        StepKind.countersign: lazy("会签"),
        StepKind.read: lazy("抄送"),
    }
)
HANDOVERS: Final = MappingProxyType(
    {HandoverKind.post: lazy("岗位调整"), HandoverKind.leave: lazy("请假外出")}
)
REASONS: Final = MappingProxyType(
    {
        Reason.wrong_state: lazy("审批单当前状态不能进行此操作"),
        Reason.seen_older: lazy("他人已先办理，请刷新后再试"),
        Reason.not_signer: lazy("当前步骤不由您签批"),
        Reason.same_person: lazy("经办人和已签批的人（含委托人、受托人）不能再签批"),
        Reason.not_maker: lazy("只有经办人可以这样做"),
        Reason.not_involved: lazy("您与该审批单无关，不能抄送"),
        Reason.no_reason: lazy("请写明意见或理由"),
        Reason.no_person: lazy("请指定人员"),
        Reason.person_unfit: lazy("指定的人是经办人、已签批或待签批的人"),
        Reason.no_earlier_step: lazy("只能退回到已签批的步骤"),
        Reason.already_acted: lazy("已有人办理，不能撤回审批单"),
        Reason.next_acted: lazy("下一步已办理，不能撤回签批"),
    }
)
