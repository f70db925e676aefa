"""The articles of the two papers, from their facts alone. Chinese: they are what the governments sign.

No article gives the firm anything: parties are governments, and the firm is named as the source of the tax.
The confirmation has no article on money, and its facts hold none.
"""

from dataclasses import dataclass

from allocation.figures import percent, wan
from allocation.sharing.terms import CreditRule, Terms, YearBasis

WHOLE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A numbered article: heading and paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What an agreement's text is made from."""

    city: str
    city_name: str
    project_code: str
    project_name: str
    company_name: str
    terms: Terms
    minutes_no: str
    remark: str


_CREDIT = {
    CreditRule.origin_full: "固定资产投资、工业产值等考核指标全额计入甲方考核",
    CreditRule.both_full: "固定资产投资、工业产值等考核指标双方各按全额计入考核，市级汇总时剔除重复",
    CreditRule.split_evenly: "固定资产投资、工业产值等考核指标由双方各计50%",
}


def agreement_articles(facts: AgreementFacts) -> tuple[Article, ...]:
    """Write the articles of a 利益共享协议."""
    terms = facts.terms
    return (
        Article(
            heading="合作项目",
            paragraphs=(
                f"甲方首谈的“{facts.project_name}”（登记编号{facts.project_code}，以下简称本项目）"
                f"经{facts.city_name}招商项目共享池流转，由乙方承接落地。"
                + (f"本项目公司为{facts.company_name}。" if facts.company_name else ""),
                (
                    "本协议为政府间协议。投资方不是本协议当事人，不因本协议享有权利或承担义务；"
                    "双方不得以企业缴纳的税收为依据向企业给予返还或奖励。"
                ),
            ),
        ),
        Article(heading="分享基数", paragraphs=_base(terms, "市级" if terms.host == facts.city else "县级")),
        Article(heading="分享比例与年限", paragraphs=_ratios(terms)),
        Article(
            heading="结算方式",
            paragraphs=(
                (
                    "分享资金按协议年度累计计算，每月测算、每季对账、每年结算，通过市财政年终上下级结算办理："
                    "乙方上解，甲方取得补助，双方同意由市财政局年终扣缴。金额以分为单位，"
                    "按累计基数一次分配，尾差按最大余数法处理。"
                ),
                "已结算年度发生退税、查补等变动的，差额计入发现时的未关账期间，并注明所属年度，不改动已关账的账目。",
            ),
        ),
        Article(
            heading="考核指标",
            paragraphs=(
                (
                    f"{_CREDIT[terms.credit_rule]}，自项目{terms.credit_clock.zh}之日起计算。"
                    "考核口径不改变在地统计，不作为统计数据上报的依据。"
                ),
            ),
        ),
        Article(
            heading="双方责任",
            paragraphs=(
                (
                    "甲方配合乙方做好项目对接和后续服务；乙方按要素承诺函保障用地、用能、用水和环境容量，"
                    "按月提供本项目税收入库情况，政策兑现应附文号、凭证和日期。"
                ),
                "任何一方未经对方同意不得单独变更分享条件。变更应签订新的版本，原版本保留备查。",
            ),
        ),
        Article(
            heading="争议与终止",
            paragraphs=(
                (
                    "对结算有异议的，先由双方财政部门核对；核对不一致的，提请市招商工作联席会议裁定。"
                    "有异议的部分暂不划转，不影响无异议部分的结算。"
                ),
                "项目终止或迁出本市的，自终止之日起停止分享，此前已形成的分享按本协议结清。",
            ),
        ),
        Article(
            heading="生效",
            paragraphs=(
                f"本协议经甲乙双方签字盖章、{facts.city_name}财政局鉴证后，"
                f"自{_day(terms.effective_on.isoformat())}起生效"
                + (f"；依据：{facts.minutes_no}。" if facts.minutes_no else "。"),
                "本协议一式四份，甲乙双方、市财政局、市招商主管部门各执一份。",
                *([f"其他约定：{facts.remark}"] if facts.remark else []),
            ),
        ),
    )


def confirmation_articles(
    *, origin_name: str, host_name: str, project_code: str, project_name: str
) -> tuple[Article, ...]:
    """Write the articles of a 三方流转确认书."""
    return (
        Article(
            heading="流转事项",
            paragraphs=(
                (
                    f"“{project_name}”（登记编号{project_code}）由{origin_name}首谈，"
                    f"现流转至{host_name}承接。三方对此确认无异议。"
                ),
            ),
        ),
        Article(
            heading="投资方意愿",
            paragraphs=(
                (
                    "丙方自主选择承接地，已知悉并同意项目信息在流转过程中按约定范围提供给承接方。"
                    "丙方有权拒绝任何承接建议，且不因此承担不利后果。"
                ),
            ),
        ),
        Article(
            heading="首谈地责任",
            paragraphs=("甲方移交前期洽谈材料，协助乙方与丙方对接，不再就本项目另行推介选址。",),
        ),
        Article(
            heading="承接地责任",
            paragraphs=(
                "乙方按已出具的要素承诺函落实用地、厂房、用能、用水和环境容量，并依法依规办理各项手续。",
                "乙方对丙方的各项承诺应当符合公平竞争审查的规定。",
            ),
        ),
        Article(
            heading="其他",
            paragraphs=(
                "本确认书只确认项目流转，不涉及政府间利益分配，也不构成对丙方的任何优惠承诺。",
                "本确认书一式三份，三方各执一份，自三方签字盖章之日起生效。",
            ),
        ),
    )


def _base(terms: Terms, level: str) -> tuple[str, ...]:
    taxes = "、".join(tax.zh for tax in terms.taxes)
    kinds = "、".join(kind.zh for kind in terms.kinds)
    left_out = "、".join(kind.zh for kind in terms.excluded_kinds)
    deducted = "扣除有文号、凭证和日期的政策兑现后" if terms.deduct_incentives else "不扣除政策兑现"
    below = "当年基数为负的，结转以后年度抵减" if terms.carry_forward else "当年基数为负的，按零计算，不结转"
    return (
        f"分享基数为本项目公司在乙方国库实际入库的{taxes}中的{level}留成部分，{deducted}计算；{below}。",
        f"计入范围：{kinds}。" + (f"不计入：{left_out}及各项附加。" if left_out else ""),
    )


def _ratios(terms: Terms) -> tuple[str, ...]:
    years = "自然年度" if terms.year_basis is YearBasis.calendar else "周年"
    whole = f"分享年限{terms.years}年，自项目{terms.tax_clock.zh}之日所在年度起，按{years}计算。"
    if len(set(terms.ratios_bp)) == 1:
        origin = terms.ratios_bp[0]
        split = f"各年甲方分享{percent(origin)}，乙方留存{percent(WHOLE - origin)}。"
    else:
        each = "；".join(
            f"第{number}年甲方{percent(ratio)}、乙方{percent(WHOLE - ratio)}"
            for number, ratio in enumerate(terms.ratios_bp, start=1)
        )
        split = f"逐年比例为：{each}。"
    cap = (
        "甲方分享不设累计上限。"
        if terms.cap_fen is None
        else f"甲方累计分享以{wan(terms.cap_fen)}万元为限，达到上限后不再分享。"
    )
    return (f"本协议采用“{terms.method.zh}”办法。{whole}", split + cap)


def _day(iso: str) -> str:
    year, month, day = map(int, iso.split("-"))
    return f"{year}年{month}月{day}日"
