"""A contract as clauses in Chinese and English, each with the article it follows where the terms name one."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from allocation.figures import mu, percent, wan
from allocation.sharing.contract.agreement import Contract
from allocation.sharing.contract.clauses import (
    Change,
    Clock,
    ClockKind,
    Credit,
    Doctrine,
    GraceRule,
    Least,
    Negative,
    ShareKind,
    Shares,
    Span,
    Tier,
    TierBasis,
)
from allocation.sharing.contract.english import TAXES_EN
from allocation.sharing.contract.favours import ARTICLE_EN, ARTICLE_ZH
from allocation.sharing.contract.indicators import indicator_names
from allocation.sharing.terms import YearBasis


class Clause(NamedTuple):
    """A clause in words: the field of the terms it is made from, and its text in both languages."""

    field: str
    zh: str
    en: str


_CLOCKS: Final = {
    ClockKind.first_tax: ("首次纳税", "the first tax payment"),
    ClockKind.construction: ("开工", "the start of construction"),
    ClockKind.production: ("投产", "the start of production"),
}
_NEGATIVE: Final = {
    Negative.floor: ("按零计算，不结转", "counts as zero and is not carried forward"),
    Negative.carry: ("结转以后年度抵减", "is carried into later years"),
    Negative.share: ("由各方按比例分担", "is borne by the parties in the same shares"),
}


def clauses_of(contract: Contract) -> list[Clause]:
    """Write all clauses of a contract, in the order of a paper."""
    follows = dict(contract.follows)
    found = []
    for field, zh, en in _clauses(contract):
        article = follows.get(field)
        by_zh, by_en = ("", "") if article is None else (f"（依据：{article}）", f" (following {article})")
        found.append(Clause(field, zh + by_zh, en + by_en))
    return found


def _clauses(contract: Contract) -> Iterator[Clause]:
    yield _parties(contract)
    yield _term(contract)
    yield _base(contract)
    for shares in contract.shares:
        yield _shares(contract, shares)
    yield from _limits(contract)
    yield from _least(contract)
    yield from _events(contract)
    for credit in contract.credits:
        yield _credit(contract, credit)
    yield from _land(contract)
    yield from _floor_terms(contract)
    for text in contract.other:
        yield Clause("other", f"其他约定：{text}", f"Further agreed: {text}")


def _name(contract: Contract, code: str) -> str:
    return contract.party(code).called


def _parties(contract: Contract) -> Clause:
    names = [party.called for party in contract.parties]
    bare = [party.called for party in contract.parties if not party.treasury]
    origin, host = _name(contract, contract.origin), _name(contract, contract.host)
    zh = f"各方：{'、'.join(names)}。首谈地为{origin}，落地地为{host}。"
    zh += f"各方均为政府，企业不因本协议受益（{ARTICLE_ZH}）。"
    en = (
        f"Parties: {', '.join(names)}. Origin {origin}, host {host}. All parties are governments;"
        f" no firm benefits ({ARTICLE_EN})."
    )
    if bare:
        zh += f"{'、'.join(bare)}无国库，只计考核，不分资金。"
        en += f" Without a treasury, credit only and no money: {', '.join(bare)}."
    return Clause("parties", zh, en)


def _clock(clock: Clock) -> tuple[str, str]:
    if clock.on is not None:
        return f"{clock.on.isoformat()}", clock.on.isoformat()
    return _CLOCKS[clock.kind]


def _term(contract: Contract) -> Clause:
    zh_clock, en_clock = _clock(contract.clock)
    calendar = contract.year_basis is YearBasis.calendar
    zh = (
        f"自{contract.effective_on}起生效，分享年限{contract.years}年，自{zh_clock}之日所在年度起，"
        f"按{contract.year_basis.zh}计算。"
    )
    en = (
        f"In effect from {contract.effective_on}; {contract.years} agreement years from {en_clock},"
        f" counted as {'calendar years' if calendar else 'years from that day'}."
    )
    if contract.change is Change.month:
        zh += "本版本自生效之月起适用，当年分段计算。"
        en += " This version governs from the month it takes effect; that year is cut in two."
    else:
        zh += "年度中间签订的版本自下一协议年度起适用。"
        en += " A version signed within a year governs from the next agreement year."
    return Clause("years", zh, en)


def _base(contract: Contract) -> Clause:
    base = contract.base
    zh_below, en_below = _NEGATIVE[base.negative]
    taxes_zh = "、".join(tax.zh for tax in base.taxes)
    taxes_en = ", ".join(TAXES_EN[tax] for tax in base.taxes)
    kinds_zh = "、".join(kind.zh for kind in base.kinds)
    kinds_en = ", ".join(kind.replace("_", " ") for kind in base.kinds)
    zh = (
        f"分享基数为{taxes_zh}（{kinds_zh}）的留成部分，"
        f"{'扣除' if base.deduct_incentives else '不扣除'}政策兑现；当年基数为负的，{zh_below}。"
    )
    en = (
        f"Shared is the retained part of {taxes_en} ({kinds_en}),"
        f" {'less' if base.deduct_incentives else 'without deducting'} incentives paid;"
        f" a negative base of a year {en_below}."
    )
    return Clause("base", zh, en)


def _years(shares: Shares) -> tuple[str, str]:
    first, last = shares.first_year, shares.last_year
    if first == last:
        return f"第{first}年", f"Year {first}"
    return f"第{first}至{last}年", f"Years {first} to {last}"


def _parts(contract: Contract, shares: Shares, parts: Sequence[int]) -> tuple[str, str]:
    by_ratio = shares.kind is ShareKind.ratio
    each = [
        f"{party.called} {percent(part) if by_ratio else part}"
        for party, part in zip(contract.parties, parts, strict=True)
    ]
    return "、".join(each), ", ".join(each)


def _shares(contract: Contract, shares: Shares) -> Clause:
    zh_years, en_years = _years(shares)
    zh, en = [], []
    for tier in shares.tiers:
        zh_parts, en_parts = _parts(contract, shares, tier.parts)
        zh_band, en_band = _band(shares, tier)
        zh.append(zh_band + zh_parts)
        en.append(en_band + en_parts)
    zh_how, en_how = ("按权重分配：", "by weights: ") if shares.kind is ShareKind.weights else ("", "")
    return Clause(
        "shares", f"{zh_years}{zh_how or '：'}{'；'.join(zh)}。", f"{en_years}, {en_how}{'; '.join(en)}."
    )


def _band(shares: Shares, tier: Tier) -> tuple[str, str]:
    if len(shares.tiers) == 1:
        return "", ""
    zh_of, en_of = ("全期", "of the term") if shares.basis is TierBasis.term else ("当年", "of the year")
    if tier.up_to_fen is None:
        return "超过部分", "above that "
    return (
        f"{zh_of}累计基数{wan(tier.up_to_fen)}万元以内部分",
        f"up to {wan(tier.up_to_fen)} wan yuan {en_of} ",
    )


def _limits(contract: Contract) -> Iterator[Clause]:
    host = _name(contract, contract.host)
    entry, grace = contract.entry, contract.grace
    if entry is not None:
        party, least = _name(contract, entry.party), wan(entry.average_fen)
        zh = f"迁出前三年年均税收达到{least}万元方予分享，否则全部留归{host}"
        en = f"Shared only where the tax of the three years before averages {least} wan yuan,"
        en += f" else {host} keeps all"
        if entry.cap_at_sum:
            zh += f"；{party}累计分享以迁出前三年之和{wan(sum(entry.before_fen))}万元为限"
            en += f"; {party} gets no more than their sum, {wan(sum(entry.before_fen))} wan yuan"
        yield Clause("entry", zh + "。", en + ".")
    if grace is not None:
        only = grace.rule is GraceRule.origin_none
        who = _name(contract, contract.origin)
        zh = f"前{grace.years}年{who + '不分享，其份额' if only else '全部'}留归{host}。"
        en = f"In the first {grace.years} years {host} keeps {f'the part of {who}' if only else 'all'}."
        yield Clause("grace", zh, en)
    for cap in contract.caps:
        party, most = _name(contract, cap.party), wan(cap.fen)
        zh_span, en_span = ("每年", "a year") if cap.span is Span.year else ("累计", "in all")
        zh = f"{party}{zh_span}分享以{most}万元为限，超过部分留归{host}。"
        yield Clause("caps", zh, f"{party} gets at most {most} wan yuan {en_span}; {host} keeps the rest.")


def _least(contract: Contract) -> Iterator[Clause]:
    for least in contract.floors:
        party, payer, fen = _named(contract, least)
        zh = f"{party}每年分享不低于{fen}万元，不足部分年终由{payer}从其当年所得中补足，以其所得为限。"
        en = f"{party} has at least {fen} wan yuan a year;"
        en += f" {payer} makes up the rest at year-end from its own share."
        yield Clause("floors", zh, en)
    for least in contract.guarantees:
        party, payer, fen = _named(contract, least)
        zh = f"{payer}保证{party}每年所得不低于{fen}万元，不论基数多少，年终补足。"
        en = f"{payer} guarantees {party} {fen} wan yuan a year whatever the base, made up at year-end."
        yield Clause("guarantees", zh, en)


def _named(contract: Contract, least: Least) -> tuple[str, str, str]:
    return _name(contract, least.party), _name(contract, least.payer), wan(least.fen)


def _events(contract: Contract) -> Iterator[Clause]:
    clause = contract.clawback
    if clause is None:
        return
    giver, taker = _name(contract, clause.giver), _name(contract, clause.taker)
    part = percent(clause.part_bp)
    zh = f"项目迁出的，停止分享，{giver}将迁出前{clause.years}年所得的{part}退还{taker}。"
    en = (
        f"On relocation sharing ends and {giver} gives {taker} {part} of what it got"
        f" in the last {clause.years} years."
    )
    yield Clause("clawback", zh, en)


def _credit(contract: Contract, credit: Credit) -> Clause:
    zh_clock, en_clock = _clock(credit.clock)
    counting = [party.called for party, part in zip(contract.parties, credit.parts, strict=True) if part]
    if credit.doctrine is Doctrine.by_ratio:
        each = [
            f"{party.called} {percent(part)}"
            for party, part in zip(contract.parties, credit.parts, strict=True)
        ]
        zh_how, en_how = f"按{'、'.join(each)}计入", f"counted by {', '.join(each)}"
    elif credit.doctrine is Doctrine.full:
        zh_how = f"由{'、'.join(counting)}各按全额计入，市级汇总剔除重复"
        en_how = f"counted in full by each of {', '.join(counting)}, once by the city"
    else:
        zh_how, en_how = f"由{counting[0]}全额计入", f"counted in full by {counting[0]}"
    zh_name, en_name = indicator_names(credit.indicator)
    zh = f"考核指标“{zh_name}”自{zh_clock}起{credit.years}年{zh_how}；不改变在地统计。"
    en = f"Indicator '{en_name}' is {en_how} for {credit.years} years from {en_clock};"
    en += " never statistics."
    return Clause("credits", zh, en)


def _land(contract: Contract) -> Iterator[Clause]:
    for one in contract.land:
        giver, taker = _name(contract, one.giver), _name(contract, one.taker)
        zh = f"{giver}于{one.on}向{taker}调剂用地指标{mu(one.mu)}亩。"
        yield Clause("land", zh, f"On {one.on} {giver} hands {taker} land quota of {mu(one.mu)} mu.")


def _floor_terms(contract: Contract) -> Iterator[Clause]:
    floor = contract.floor_terms
    if floor is None:
        return
    party, ratio = _name(contract, floor.party), percent(floor.ratio_bp)
    zh = f"{party}的保底条件：前{floor.years}年比例不低于{ratio}"
    en = f"Floor terms of {party}: at least {ratio} in each of the first {floor.years} years"
    if floor.cap_fen is not None:
        zh, en = (
            f"{zh}，累计上限不低于{wan(floor.cap_fen)}万元",
            f"{en}, no cap below {wan(floor.cap_fen)} wan yuan",
        )
    if floor.credit:
        zh, en = zh + "，考核全额计入", en + ", full credit"
    yield Clause(
        "floor_terms", zh + "；以后版本不得低于此条件。", en + "; no later version may undercut them."
    )
