"""What an estimate rests on, in sentences: every figure that was assumed is named."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from allocation.figures import percent, wan
from allocation.sharing.calculator.outcome import Estimate, Indicator, Way
from allocation.sharing.calculator.question import HORIZON, Question
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import CreditRule
from services.kit.i18n import Locale, gettext, lazy
from services.sharing.estimate_schemas import AssumptionAnswer

WAYS: Final[Mapping[Way, str]] = MappingProxyType(
    {Way.pass_on: lazy("流转"), Way.keep: lazy("自留"), Way.lose: lazy("流失市外")}
)

INDICATORS: Final[Mapping[Indicator, str]] = MappingProxyType(
    {
        Indicator.fixed_investment: lazy("固定资产投资"),
        Indicator.paid_in: lazy("到位资金"),
        Indicator.output: lazy("产值"),
    }
)

CREDIT_RULES: Final[Mapping[CreditRule, str]] = MappingProxyType(
    {
        CreditRule.origin_full: lazy("首谈地全额"),
        CreditRule.both_full: lazy("双方全额"),
        CreditRule.split_evenly: lazy("各计50%"),
    }
)

TAXES: Final[Mapping[Tax, str]] = MappingProxyType(
    {
        Tax.vat: lazy("增值税"),
        Tax.cit: lazy("企业所得税"),
        Tax.pit: lazy("个人所得税"),
        Tax.urban_construction: lazy("城市维护建设税"),
        Tax.stamp: lazy("印花税"),
        Tax.land_use: lazy("城镇土地使用税"),
        Tax.property_tax: lazy("房产税"),
    }
)

_NO_PROMISE: Final = lazy("这是估算，不构成承诺：以签订的协议、实际入库的税款和年度考核认定为准。")
_GIVEN: Final = lazy("预计年税收按填报的各税种数额。")
_MIX: Final = lazy("预计年税收按本市参数的税种构成分摊：{mix}。")
_RAMP: Final = lazy(
    "第 {start} 年开工，建设 {build} 年，固定资产投资和到位资金按年平均；第 {tax} 年开始有税收和产值，"
    "为预计数的 {first}，以后每年增加 {growth}，到预计数为止。流转与自留进度相同。"
)
_DEAL: Final = lazy("首谈地分得承接地留成的 {ratio}，自首次纳税之年起 {years} 年，仅计前 {horizon} 年。")
_NO_DEAL: Final = lazy("年限为零：不分享，也不计考核。")
_GRACE: Final = lazy("首次纳税后前 {years} 年不分享。")
_CAP: Final = lazy("首谈地累计最多分得 {cap} 万元。")
_RANGE: Final = lazy("承接地未定：金额按全市其他各县区的分级比例给出最低和最高。")
_EXACT: Final = lazy("承接地已定：按其分级比例，由结算程序算到分。")
_NO_HOST: Final = lazy("分级比例表中没有其他县区，算不出金额。")
_CREDIT: Final = lazy("考核口径为“{rule}”，自开工之年起 {years} 年；考核不改变在地统计。")
_KEEP: Final = lazy("未核对能否自行承载：自留一列以能承载为前提。")
_LEFT_OUT: Final = lazy("未计政策兑现、退税、前期费用和资金的时间价值；分级比例按现行表。")
_UNLISTED: Final = lazy("分级比例表缺少这些税种，按零计：{taxes}。")


def assumptions(
    question: Question,
    found: Estimate,
    mix: Mapping[Tax, int] | None,
    *,
    host_known: bool,
    locale: Locale,
) -> list[AssumptionAnswer]:
    """Say all that an estimate rests on.

    Args:
        question: what was worked out.
        found: its answer.
        mix: weights by which a sum of tax was divided; None where the taxes were given.
        host_known: whether one host was asked about.
        locale: the reader's language.
    """
    return [
        AssumptionAnswer(code=code, text=gettext(message, locale, **facts))
        for code, message, facts in (
            ("no_promise", _NO_PROMISE, {}),
            *_of_money(question, found, mix, host_known=host_known, locale=locale),
            *_of_credit(question, locale),
            ("left_out", _LEFT_OUT, {}),
        )
    ]


_Told = tuple[str, str, dict[str, object]]


def _of_credit(question: Question, locale: Locale) -> Iterator[_Told]:
    if question.deal.years:
        rule = gettext(CREDIT_RULES[question.deal.credit_rule], locale)
        yield "credit", _CREDIT, {"rule": rule, "years": question.deal.years}
    if question.can_host is None:
        yield "keep", _KEEP, {}


def _of_money(
    question: Question,
    found: Estimate,
    mix: Mapping[Tax, int] | None,
    *,
    host_known: bool,
    locale: Locale,
) -> Iterator[_Told]:
    deal, ramp = question.deal, question.ramp
    comma = gettext(lazy("、"), locale)
    if mix is None:
        yield "taxes", _GIVEN, {}
    else:
        whole = sum(mix.values())
        parts = (
            f"{gettext(TAXES[tax], locale)} {percent((weight * 20_000 + whole) // (2 * whole))}"
            for tax, weight in mix.items()
            if weight
        )
        yield "mix", _MIX, {"mix": comma.join(parts)}
    facts: dict[str, object] = {
        "start": ramp.start_year,
        "build": ramp.build_years,
        "tax": ramp.first_tax_year,
        "first": percent(ramp.first_tax_bp),
        "growth": percent(ramp.growth_bp),
    }
    yield "ramp", _RAMP, facts
    if deal.years:
        ratio = percent(deal.ratio_bp)
        yield "deal", _DEAL, {"ratio": ratio, "years": deal.years + deal.grace_years, "horizon": HORIZON}
    else:
        yield "deal", _NO_DEAL, {}
    if deal.grace_years:
        yield "grace", _GRACE, {"years": deal.grace_years}
    if deal.cap_fen is not None:
        yield "cap", _CAP, {"cap": wan(deal.cap_fen)}
    message = _EXACT if host_known else _RANGE
    yield "host", message if question.hosts else _NO_HOST, {}
    if found.unlisted:
        taxes = comma.join(gettext(TAXES[tax], locale) for tax in found.unlisted)
        yield "unlisted", _UNLISTED, {"taxes": taxes}
