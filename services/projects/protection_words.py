"""Closed lists of the protection: what a county answers, what shows progress, what the city says to it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class AnswerKind(StrEnum):
    """What a county answers before its protection ends."""

    progress = "progress"
    extension = "extension"
    release = "release"
    transfer = "transfer"


class Progress(StrEnum):
    """What shows that a county followed its lead up; the files' kinds of the same names prove it.

    A note of one's own is not among them.
    """

    visit_record = "visit_record"
    minutes = "minutes"
    correspondence = "correspondence"
    land_letter = "land_letter"
    filing_receipt = "filing_receipt"
    licence = "licence"
    contract = "contract"


class Decision(StrEnum):
    """What the city says to a request for an extension."""

    granted = "granted"
    refused = "refused"


EVIDENCED: Final = frozenset({AnswerKind.progress, AnswerKind.extension})
"""Answers that count only with a piece of evidence."""

ANSWERS: Final[Mapping[AnswerKind, str]] = MappingProxyType(
    {
        AnswerKind.progress: lazy("报告进展"),
        AnswerKind.extension: lazy("申请延期"),
        AnswerKind.release: lazy("同意释放"),
        AnswerKind.transfer: lazy("拟申请流转"),
    }
)

PROGRESS: Final[Mapping[Progress, str]] = MappingProxyType(
    {
        Progress.visit_record: lazy("考察接待记录"),
        Progress.minutes: lazy("双方签认的洽谈纪要"),
        Progress.correspondence: lazy("投资意向书或来函"),
        Progress.land_letter: lazy("选址、用地意见"),
        Progress.filing_receipt: lazy("立项备案文件"),
        Progress.licence: lazy("公司注册材料"),
        Progress.contract: lazy("合同或保证金凭证"),
    }
)

DECISIONS: Final[Mapping[Decision, str]] = MappingProxyType(
    {Decision.granted: lazy("同意延期"), Decision.refused: lazy("不同意延期")}
)
