"""Words and forms of the agreement pages: tags, terms side by side, what a form's fields mean."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from markupsafe import Markup, escape
from pydantic import ValidationError

from allocation.sharing.terms import CreditRule, Method
from allocation.units import FEN_PER_WAN
from services.agreements.schemas import AgreementEdit, TermsOut, VersionOut
from services.agreements.words import PaperState, SignatureState
from services.console import filters
from services.interchange.amounts import read_scaled, show_decimal
from services.interchange.faults import MESSAGES, BadCell
from services.kit.i18n import Locale, gettext, lazy

TONES: Final[Mapping[PaperState, str]] = MappingProxyType(
    {
        PaperState.draft: "info",
        PaperState.signing: "warn",
        PaperState.in_force: "ok",
        PaperState.amended: "",
        PaperState.ended: "bad",
    }
)
SIGNATURE_TONES: Final[Mapping[SignatureState, str]] = MappingProxyType(
    {
        SignatureState.uploaded: "warn",
        SignatureState.checked: "ok",
        SignatureState.rejected: "bad",
    }
)
METHODS: Final[Mapping[Method, str]] = MappingProxyType(
    {
        Method.fixed: lazy("固定比例"),
        Method.yearly: lazy("逐年比例"),
        Method.ningde: lazy("宁德"),
        Method.kunming_enclave: lazy("昆明飞地"),
    }
)
CREDITS: Final[Mapping[CreditRule, str]] = MappingProxyType(
    {
        CreditRule.origin_full: lazy("首谈地全额"),
        CreditRule.split_evenly: lazy("各计50%"),
        CreditRule.both_full: lazy("双方全额"),
    }
)
FEN_IN_WAN: Final = Fraction(FEN_PER_WAN)
POINTS_IN_PERCENT: Final = Fraction(100)
OUT_OF_RANGE: Final = lazy("请填写，或改到允许的范围之内")


def ratios_text(ratios: tuple[int, ...]) -> str:
    """Write the origin's shares: one when all are equal, else one a year."""
    shown = ratios[:1] if len(set(ratios)) == 1 else ratios
    return " / ".join(filters.percent(ratio) for ratio in shown)


def form_of(version: VersionOut, minutes_no: str, minutes_on: date | None, consent: bool) -> dict[str, str]:
    """Fill a form with a version's terms."""
    terms = version.terms
    ratios = terms.ratios_bp[:1] if len(set(terms.ratios_bp)) == 1 else terms.ratios_bp
    return {
        "method": terms.method.value,
        "ratios_bp": ";".join(show_decimal(ratio, 2) for ratio in ratios),
        "years": str(terms.years),
        "cap_fen": "" if terms.cap_fen is None else show_decimal(terms.cap_fen, 6),
        "effective_on": terms.effective_on.isoformat(),
        "credit_rule": terms.credit_rule.value,
        "deduct_incentives": "1" if terms.deduct_incentives else "",
        "carry_forward": "1" if terms.carry_forward else "",
        "minutes_no": minutes_no,
        "minutes_on": minutes_on.isoformat() if minutes_on else "",
        "deduction_consent": "1" if consent else "",
        "remark": version.remark,
    }


BLANK_FORM: Final[Mapping[str, str]] = MappingProxyType(
    {
        "method": Method.fixed.value,
        "ratios_bp": "",
        "years": "5",
        "cap_fen": "",
        "effective_on": "",
        "credit_rule": CreditRule.origin_full.value,
        "deduct_incentives": "1",
        "carry_forward": "",
        "minutes_no": "",
        "minutes_on": "",
        "deduction_consent": "",
        "remark": "",
    }
)


def read_form(form: Mapping[str, str], locale: Locale) -> tuple[AgreementEdit | None, dict[str, str]]:
    """Read the terms that a form holds.

    Returns:
        The terms, or none and a sentence for each field that cannot be read.
    """
    facts: dict[str, Any] = {
        "method": form["method"],
        "years": form["years"].strip(),
        "effective_on": form["effective_on"],
        "credit_rule": form["credit_rule"],
        "deduct_incentives": bool(form["deduct_incentives"]),
        "carry_forward": bool(form["carry_forward"]),
        "minutes_no": form["minutes_no"],
        "minutes_on": form["minutes_on"] or None,
        "deduction_consent": bool(form["deduction_consent"]),
        "remark": form["remark"],
    }
    errors: dict[str, str] = {}
    try:
        texts = form["ratios_bp"].replace("；", ";").replace("/", ";").split(";")
        facts["ratios_bp"] = tuple(
            read_scaled(text.strip().rstrip("%％"), POINTS_IN_PERCENT, "0.01%") for text in texts
        )
    except BadCell as error:
        errors["ratios_bp"] = _sentence(error, locale)
    try:
        cap = form["cap_fen"].strip()
        facts["cap_fen"] = read_scaled(cap, FEN_IN_WAN, gettext("分", locale)) if cap else None
    except BadCell as error:
        errors["cap_fen"] = _sentence(error, locale)
    if not errors:
        try:
            return AgreementEdit.model_validate(facts), {}
        except ValidationError as error:
            errors = {str(place["loc"][0]): gettext(OUT_OF_RANGE, locale) for place in error.errors()}
    return None, errors


def _sentence(error: BadCell, locale: Locale) -> str:
    return gettext(MESSAGES[error.code], locale, **error.facts)


def compared(versions: list[VersionOut], locale: Locale) -> list[tuple[str, list[Markup]]]:
    """Lay the terms of versions side by side; what differs from the version before is marked."""
    rows = [_terms_rows(version.terms, locale) for version in versions]
    found = []
    for index, (label, _) in enumerate(rows[0]):
        values = [row[index][1] for row in rows]
        marked = [
            Markup("<mark>{}</mark>").format(value) if place and value != values[place - 1] else escape(value)
            for place, value in enumerate(values)
        ]
        found.append((label, marked))
    return found


def _terms_rows(terms: TermsOut, locale: Locale) -> list[tuple[str, Markup | str]]:
    def say(message: str, **facts: object) -> str:
        return gettext(message, locale, **facts)

    def chinese(text: str) -> Markup | str:
        return filters.chinese(text) if locale == "en" else text

    ratios = say("、").join(
        say("第 {n} 年 {share}", n=year, share=filters.percent(ratio))
        for year, ratio in enumerate(terms.ratios_bp, start=1)
    )
    yes, no = say("是"), say("否")
    cap = say("不设上限") if terms.cap_fen is None else f"{filters.wan(terms.cap_fen)} {say('万元')}"
    return [
        (say("分享办法"), say(METHODS[terms.method])),
        (say("首谈地分享比例"), ratios),
        (say("分享年限"), say("{n} 年", n=terms.years)),
        (say("累计上限"), cap),
        (say("生效日期"), filters.day(terms.effective_on)),
        (say("分享税种"), chinese("、".join(tax.zh for tax in terms.taxes))),
        (say("计入基数的类型"), chinese("、".join(kind.zh for kind in terms.kinds))),
        (say("扣除政策兑现"), yes if terms.deduct_incentives else no),
        (say("负基数结转以后年度"), yes if terms.carry_forward else no),
        (say("税收分享起点"), chinese(terms.tax_clock.zh)),
        (say("指标分享起点"), chinese(terms.credit_clock.zh)),
        (say("考核指标分算"), say(CREDITS[terms.credit_rule])),
    ]
