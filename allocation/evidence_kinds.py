"""What a file can prove, and which kinds of evidence a step of a lead's road takes.

A step takes a file of a fitting kind only: a photo proves that building began, never that the investor
agreed. Steps that are not named here take no files.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class EvidenceKind(StrEnum):
    """What a file proves."""

    visit_record = "visit_record"  # 走访记录
    land_letter = "land_letter"  # 用地函
    filing_receipt = "filing_receipt"  # 备案证明
    consent = "consent"  # 投资方同意书
    minutes = "minutes"  # 会议纪要
    commitment = "commitment"  # 要素承诺函
    review_opinion = "review_opinion"  # 审查意见
    capacity_sheet = "capacity_sheet"  # 要素核算表
    contract = "contract"  # 合同
    licence = "licence"  # 营业执照
    permit = "permit"  # 开工许可
    statistics_proof = "statistics_proof"  # 入库纳统证明
    completion_report = "completion_report"  # 竣工验收
    invoice = "invoice"  # 发票、完税或产值凭证
    capital_report = "capital_report"  # 验资报告
    bank_slip = "bank_slip"  # 银行回单
    correspondence = "correspondence"  # 往来函件
    photo = "photo"  # 照片
    other = "other"


_TALKS: Final = frozenset(
    {
        EvidenceKind.visit_record,
        EvidenceKind.correspondence,
        EvidenceKind.minutes,
        EvidenceKind.land_letter,
        EvidenceKind.filing_receipt,
        EvidenceKind.contract,
        EvidenceKind.other,
    }
)
_BROKEN: Final = frozenset(
    {
        EvidenceKind.correspondence,
        EvidenceKind.minutes,
        EvidenceKind.visit_record,
        EvidenceKind.contract,
        EvidenceKind.other,
    }
)
_SETTLED: Final = frozenset(EvidenceKind) - {EvidenceKind.consent, EvidenceKind.commitment}
_CONSENT: Final = frozenset({EvidenceKind.consent})

ACCEPTED: Final[Mapping[str, frozenset[EvidenceKind]]] = MappingProxyType(
    {
        "extend": _TALKS,
        "answer_protection": _TALKS,
        "visit": frozenset({EvidenceKind.visit_record, EvidenceKind.photo, EvidenceKind.minutes}),
        "progress": frozenset(
            {
                EvidenceKind.visit_record,
                EvidenceKind.land_letter,
                EvidenceKind.filing_receipt,
                EvidenceKind.minutes,
                EvidenceKind.contract,
                EvidenceKind.permit,
                EvidenceKind.photo,
            }
        ),
        "request_transfer": frozenset(
            {
                EvidenceKind.consent,
                EvidenceKind.capacity_sheet,
                EvidenceKind.land_letter,
                EvidenceKind.review_opinion,
                EvidenceKind.minutes,
                EvidenceKind.visit_record,
                EvidenceKind.correspondence,
                EvidenceKind.other,
            }
        ),
        "consent": _CONSENT,
        "choose": _CONSENT,
        "commit": frozenset({EvidenceKind.commitment, EvidenceKind.review_opinion}),
        "sign_own": frozenset({EvidenceKind.contract, EvidenceKind.minutes}),
        "contract": frozenset({EvidenceKind.contract}),
        "incorporate": frozenset({EvidenceKind.licence}),
        "make_ready": frozenset({EvidenceKind.permit, EvidenceKind.land_letter, EvidenceKind.filing_receipt}),
        "start": frozenset({EvidenceKind.permit, EvidenceKind.photo, EvidenceKind.visit_record}),
        "enlist": frozenset({EvidenceKind.statistics_proof}),
        "complete": frozenset({EvidenceKind.completion_report, EvidenceKind.photo}),
        "produce": frozenset({EvidenceKind.invoice, EvidenceKind.photo, EvidenceKind.visit_record}),
        "reach_output": frozenset({EvidenceKind.invoice, EvidenceKind.statistics_proof}),
        "paid_in": frozenset({EvidenceKind.capital_report, EvidenceKind.bank_slip, EvidenceKind.invoice}),
        "schedule": frozenset(EvidenceKind),
        "unblock": _SETTLED,
        "look_back": _SETTLED,
        "fail_to_pool": _BROKEN,
        "fail_to_origin": _BROKEN,
        "end": _BROKEN,
    }
)
"""The kinds that each step takes, by the step's name in the table of moves."""


def misfits(step: str, kinds: Iterable[EvidenceKind]) -> tuple[int, ...]:
    """Return the places of the kinds that a step does not take; none of them fits a step that takes no files.

    Args:
        step: the step's name.
        kinds: what each file proves, in the order they were named.
    """
    fitting = ACCEPTED.get(step, frozenset[EvidenceKind]())
    return tuple(place for place, kind in enumerate(kinds) if kind not in fitting)
