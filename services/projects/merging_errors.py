"""What a merge of two leads is refused with.

Conflict
├── MergeRefused    something stands against it; `errors` names every reason
└── NoMergeAsked    there is nothing to decide
"""

from enum import StrEnum

from services.kit.errors import Conflict, FieldError
from services.kit.i18n import lazy


class Refusal(StrEnum):
    """Why two leads are not merged."""

    same_lead = "same_lead"
    merged_before = "merged_before"
    asked_before = "asked_before"
    over = "over"
    in_pool = "in_pool"
    signed = "signed"
    kept_over = "kept_over"


REFUSALS = {
    Refusal.same_lead: lazy("两条线索是同一条"),
    Refusal.merged_before: lazy("该线索已经并入其他线索，合并不能撤销"),
    Refusal.asked_before: lazy("该线索的合并正在等待复核"),
    Refusal.over: lazy("该线索已经终结，无需合并"),
    Refusal.in_pool: lazy("该线索在共享池内，请先召回再合并"),
    Refusal.signed: lazy("该线索已经签约，不能并入其他线索"),
    Refusal.kept_over: lazy("保留的线索已经终结或并入其他线索"),
}


class MergeRefused(Conflict):
    """Two leads are not merged. Every reason is named.

    Args:
        reasons: all reasons against it.
    """

    slug = "merge-refused"
    title = lazy("不能合并")

    def __init__(self, reasons: tuple[Refusal, ...]) -> None:
        super().__init__(errors=[FieldError("", reason.value, REFUSALS[reason]) for reason in reasons])
        self.reasons = reasons


class NoMergeAsked(Conflict):
    """There is nothing to decide: no merge of this lead is asked for, or it was decided."""

    slug = "no-merge-asked"
    title = lazy("没有待复核的合并")
