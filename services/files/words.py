"""Closed lists of the files, with their Chinese words."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.evidence_kinds import EvidenceKind
from services.kit.i18n import lazy

__all__ = ["EVIDENCE_KINDS", "MEDIA_TYPES", "EvidenceKind", "FileKind", "Subject"]


class FileKind(StrEnum):
    """What a file is by its content, whatever its name says."""

    pdf = "pdf"
    png = "png"
    jpeg = "jpeg"
    xlsx = "xlsx"
    docx = "docx"
    ofd = "ofd"


class Subject(StrEnum):
    """What a file is bound to."""

    project = "project"
    move = "move"
    consent = "consent"
    visit = "visit"
    commitment = "commitment"
    review = "review"
    case = "case"
    meeting = "meeting"
    objection = "objection"
    contact = "contact"
    adjustment = "adjustment"
    funds = "funds"


MEDIA_TYPES: Final[Mapping[FileKind, str]] = MappingProxyType(
    {
        FileKind.pdf: "application/pdf",
        FileKind.png: "image/png",
        FileKind.jpeg: "image/jpeg",
        FileKind.xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        FileKind.docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        FileKind.ofd: "application/ofd",
    }
)

EVIDENCE_KINDS: Final[Mapping[EvidenceKind, str]] = MappingProxyType(
    {
        EvidenceKind.visit_record: lazy("走访记录"),
        EvidenceKind.land_letter: lazy("用地函"),
        EvidenceKind.filing_receipt: lazy("备案证明"),
        EvidenceKind.consent: lazy("投资方同意书"),
        EvidenceKind.minutes: lazy("会议纪要"),
        EvidenceKind.commitment: lazy("要素承诺函"),
        EvidenceKind.review_opinion: lazy("审查意见"),
        EvidenceKind.capacity_sheet: lazy("要素核算表"),
        EvidenceKind.contract: lazy("合同"),
        EvidenceKind.licence: lazy("营业执照"),
        EvidenceKind.permit: lazy("开工许可"),
        EvidenceKind.statistics_proof: lazy("入库纳统证明"),
        EvidenceKind.completion_report: lazy("竣工验收材料"),
        EvidenceKind.invoice: lazy("发票、完税或产值凭证"),
        EvidenceKind.capital_report: lazy("验资报告"),
        EvidenceKind.bank_slip: lazy("银行回单"),
        EvidenceKind.correspondence: lazy("往来函件"),
        EvidenceKind.photo: lazy("照片"),
        EvidenceKind.other: lazy("其他材料"),
    }
)
