"""Two versions or two proposals of an agreement side by side, in the reader's words."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.figures import percent, wan
from allocation.sharing.differences import RATIO, Row, compare_terms, compare_text
from allocation.sharing.terms import (
    CreditClock,
    CreditRule,
    Method,
    ReceiptKind,
    Tax,
    TaxClock,
    Terms,
    YearBasis,
)
from auth.principal import Principal
from services.agreements import repo
from services.agreements.errors import NoSuchAgreement, NoSuchProposal
from services.agreements.negotiation_schemas import Comparison, DifferenceOut, TextPart
from services.agreements.parties import party_names
from services.kit.i18n import Locale, gettext, lazy

LABELS: Final = {
    "method": lazy("分享办法"),
    "origin": lazy("首谈地（甲方）"),
    "host": lazy("落地地（乙方）"),
    "years": lazy("分享年限"),
    RATIO: lazy("第 {n} 年首谈地分享"),
    "cap_fen": lazy("累计上限"),
    "effective_on": lazy("生效日期"),
    "taxes": lazy("分享税种"),
    "kinds": lazy("计入基数的类型"),
    "deduct_incentives": lazy("扣除政策兑现"),
    "carry_forward": lazy("负基数结转以后年度"),
    "year_basis": lazy("协议年度"),
    "tax_clock": lazy("税收分享起点"),
    "credit_clock": lazy("指标分享起点"),
    "credit_rule": lazy("考核指标分算"),
}


async def compare_versions(
    session: AsyncSession, principal: Principal, agreement_id: UUID, before: int, after: int, locale: Locale
) -> Comparison:
    """Lay two versions of an agreement side by side.

    Raises:
        NoSuchAgreement: none, or none that this person may know of.
        NoSuchProposal: it has no version of one of the numbers.
    """
    agreement = await repo.load_agreement(session, principal, agreement_id)
    if agreement is None:
        raise NoSuchAgreement
    versions = await repo.load_versions(session, agreement.city, agreement.id)
    texts = {one.version: (one.terms, one.remark) for one in versions}
    names = await party_names(session, agreement.city)
    return compared(agreement.code, texts, before, after, names, locale)


async def compare_proposals(
    session: AsyncSession, principal: Principal, agreement_id: UUID, before: int, after: int, locale: Locale
) -> Comparison:
    """Lay two steps of an agreement's negotiations side by side. Raises as `compare_versions`."""
    agreement = await repo.load_agreement(session, principal, agreement_id)
    if agreement is None:
        raise NoSuchAgreement
    proposals = await repo.load_proposals(session, agreement.city, agreement.id)
    texts = {one.seq: (one.terms, one.clause) for one in proposals}
    names = await party_names(session, agreement.city)
    return compared(agreement.code, texts, before, after, names, locale)


def compared(
    code: str,
    texts: dict[int, tuple[dict[str, Any], str]],
    before: int,
    after: int,
    names: dict[str, str],
    locale: Locale,
) -> Comparison:
    """Compare two of the numbered texts, each the terms and the free text.

    Raises:
        NoSuchProposal: one of the numbers is not there.
    """
    if before not in texts or after not in texts:
        raise NoSuchProposal
    (old, old_text), (new, new_text) = texts[before], texts[after]
    rows = compare_terms(Terms.from_json(old), Terms.from_json(new))
    return Comparison(
        code=code,
        before=before,
        after=after,
        changed=sum(row.changed for row in rows) + (old_text != new_text),
        rows=[_said(row, names, locale) for row in rows],
        clause=[TextPart(piece=part.piece, text=part.text) for part in compare_text(old_text, new_text)],
    )


def _said(row: Row, names: dict[str, str], locale: Locale) -> DifferenceOut:
    return DifferenceOut(
        field=row.field,
        label=gettext(LABELS[row.field], locale, n=row.year),
        year=row.year,
        before=row.before,
        after=row.after,
        before_text=_text(row.field, row.before, names, locale),
        after_text=_text(row.field, row.after, names, locale),
        changed=row.changed,
    )


def _text(field: str, value: Any, names: dict[str, str], locale: Locale) -> str:
    """Write one value as the page and the paper show it."""
    if value is None:
        return gettext(lazy("不设上限"), locale) if field == "cap_fen" else "—"
    if isinstance(value, bool):
        return gettext(lazy("是") if value else lazy("否"), locale)
    return _WRITTEN[field](value) if field in _WRITTEN else _worded(field, value, names, locale)


def _worded(field: str, value: Any, names: dict[str, str], locale: Locale) -> str:
    if field in {"origin", "host"}:
        return names.get(str(value), str(value))
    if field == "years":
        return gettext(lazy("{n} 年"), locale, n=value)
    return f"{wan(value)} {gettext(lazy('万元'), locale)}"


_WRITTEN: Final[dict[str, Callable[[Any], str]]] = {
    RATIO: percent,
    "effective_on": str,
    "method": lambda value: Method(value).zh,
    "taxes": lambda value: "、".join(Tax(word).zh for word in value),
    "kinds": lambda value: "、".join(ReceiptKind(word).zh for word in value),
    "year_basis": lambda value: YearBasis(value).zh,
    "tax_clock": lambda value: TaxClock(value).zh,
    "credit_clock": lambda value: CreditClock(value).zh,
    "credit_rule": lambda value: CreditRule(value).zh,
}
"""How the fields are written that no language changes: figures, days, and the words of a Chinese paper."""

CHINESE: Final = frozenset({*_WRITTEN, "origin", "host"} - {RATIO, "effective_on"})
"""Fields whose values are Chinese words in every language."""
