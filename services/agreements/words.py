"""Closed lists of the papers, with the Chinese words that pages and papers use for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from services.kit.i18n import lazy


class PaperState(StrEnum):
    """Where a paper, or one version of its terms, stands.

    An agreement is drafted, signed by all sides, in force, and in the end ended. A version that a later one
    replaced is amended. A confirmation that all sides signed is in force too.
    """

    draft = "draft"  # 草拟
    signing = "signing"  # 签署中
    in_force = "in_force"  # 生效
    amended = "amended"  # 已修订
    ended = "ended"  # 终止


class Party(StrEnum):
    """Who signs: the two governments, the witness of an agreement, the investor of a confirmation."""

    origin = "origin"
    host = "host"
    witness = "witness"
    investor = "investor"


class SignatureState(StrEnum):
    """A signed scan is uploaded, then checked by another person or sent back."""

    uploaded = "uploaded"
    checked = "checked"
    rejected = "rejected"


class Side(StrEnum):
    """Who proposes terms: one of the two governments, or the city's office between them."""

    origin = "origin"
    host = "host"
    city = "city"


class ProposalAct(StrEnum):
    """A step of a negotiation: terms are proposed, or the other side's last ones accepted."""

    propose = "propose"
    accept = "accept"


class OutsideKind(StrEnum):
    """What a party outside the city is."""

    government = "government"  # 市外政府
    enclave = "enclave"  # 飞地
    province = "province"  # 省级


class PaperKind(StrEnum):
    """Papers that are numbered, each kind in a row of its own a year."""

    agreement = "agreement"
    confirmation = "confirmation"


class MediaType(StrEnum):
    """What a signed scan may be."""

    pdf = "application/pdf"
    png = "image/png"
    jpeg = "image/jpeg"


AGREEMENT_PARTIES: Final = (Party.origin, Party.host, Party.witness)
CONFIRMATION_PARTIES: Final = (Party.investor, Party.origin, Party.host)

STATE_LABELS: Final[Mapping[PaperState, str]] = MappingProxyType(
    {
        PaperState.draft: lazy("草拟"),
        PaperState.signing: lazy("签署中"),
        PaperState.in_force: lazy("生效"),
        PaperState.amended: lazy("已修订"),
        PaperState.ended: lazy("终止"),
    }
)

PARTY_LABELS: Final[Mapping[Party, str]] = MappingProxyType(
    {
        Party.origin: lazy("首谈地"),
        Party.host: lazy("落地地"),
        Party.witness: lazy("市财政局鉴证"),
        Party.investor: lazy("投资方"),
    }
)

SIGNATURE_LABELS: Final[Mapping[SignatureState, str]] = MappingProxyType(
    {
        SignatureState.uploaded: lazy("待复核"),
        SignatureState.checked: lazy("已复核"),
        SignatureState.rejected: lazy("已退回"),
    }
)

SIDE_LABELS: Final[Mapping[Side, str]] = MappingProxyType(
    {Side.origin: lazy("首谈地"), Side.host: lazy("落地地"), Side.city: lazy("市级统筹")}
)

ACT_LABELS: Final[Mapping[ProposalAct, str]] = MappingProxyType(
    {ProposalAct.propose: lazy("提出修改稿"), ProposalAct.accept: lazy("同意")}
)

OUTSIDE_KINDS: Final[Mapping[OutsideKind, str]] = MappingProxyType(
    {
        OutsideKind.government: lazy("市外政府"),
        OutsideKind.enclave: lazy("飞地"),
        OutsideKind.province: lazy("省级"),
    }
)

NUMBER_MARKS: Final[Mapping[PaperKind, str]] = MappingProxyType(
    {PaperKind.agreement: "XY", PaperKind.confirmation: "QR"}
)
"""The letters in a paper's number: 6110-XY-2027-001, 6110-QR-2027-001."""
