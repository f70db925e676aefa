"""A worked-out case as a statement in words: clauses, levels, lines, what is left out, sums."""

from collections.abc import Iterator

from allocation.figures import mu, yuan
from allocation.sharing.base import LevelTable, Split, computed_split
from allocation.sharing.contract.case import Case, CaseReceipt
from allocation.sharing.contract.explain import Said, explain
from allocation.sharing.contract.fault_words import WORDS
from allocation.sharing.contract.indicators import indicator_names
from allocation.sharing.contract.lines import Reason
from allocation.sharing.contract.outcome import Outcome, as_known, host_on
from allocation.sharing.contract.timeline import in_force
from allocation.sharing.contract.words import clauses_of

_REASONS = {
    Reason.before_clock: ("在起算日之前", "before the clock started"),
    Reason.tax_not_covered: ("税种不在协议之内", "its tax is not covered"),
    Reason.kind_not_covered: ("入库类型不在协议之内", "its kind is not covered"),
    Reason.after_through: ("在计算月份之后", "after the last month"),
}
"""Reasons that are never a fault of the file; the others are said as the fault is."""


def statement(case: Case, outcome: Outcome) -> Iterator[Said]:
    """Say everything, a sentence a line."""
    names = names_of(case)
    for version in case.versions:
        yield Said(f"第{version.version}版", f"Version {version.version}")
        for number, clause in enumerate(clauses_of(version.contract), start=1):
            yield Said(f"  {number}. {clause.zh}", f"  {number}. {clause.en}")
    yield from _levels(case, outcome)
    for line in outcome.due.lines:
        yield explain(line, names)
    for one in outcome.outside:
        zh, en = _REASONS.get(one.reason) or WORDS[one.reason]
        ticket = one.receipt.ticket
        yield Said(f"未计入 {ticket}：{zh}", f"Not counted {ticket}: {en}")
    yield from _credit_and_land(case, outcome, names)
    for code, fen in outcome.due.by_party.items():
        name = names.get(code, code)
        yield Said(f"{name} 合计 {yuan(fen)} 元", f"{name} in all {yuan(fen)} yuan")


def names_of(case: Case) -> dict[str, str]:
    """What each party and each successor is called, by its code; the newest version decides."""
    heirs = {event.successor: event.name for event in case.events if event.name}
    return heirs | {party.code: party.called for one in case.versions for party in one.contract.parties}


def _levels(case: Case, outcome: Outcome) -> Iterator[Said]:
    """The way from the tax paid to the base, where every receipt tells it and nothing was floored."""
    table = LevelTable(case.levels)
    splits = [_split(case, case.receipts[place], table) for place in as_known(case.receipts)]
    known = [split for split in splits if split is not None]
    if len(known) < len(splits) or not known:
        return
    total = sum(known[1:], known[0])
    local, below = total.local, total.city + total.county
    deducted = sum(line.amounts.deducted for line in outcome.due.lines)
    base = outcome.due.base_fen
    yield Said(
        f"入库 {yuan(total.total)} − 中央 {yuan(total.central)} = 地方级 {yuan(local)}；"
        f"− 省级 {yuan(total.province)} = {yuan(below)}",
        f"Paid {yuan(total.total)} − centre {yuan(total.central)} = local {yuan(local)};"
        f" − province {yuan(total.province)} = {yuan(below)}",
    )
    if total.county - deducted == base:
        sums = f"{yuan(below)} − {yuan(total.city)} − {yuan(deducted)} = {yuan(base)}"
        yield Said(
            f"分享基数 {sums}（减市级、减政策兑现）", f"Base {sums} (less the city's part, less incentives)"
        )


def _split(case: Case, one: CaseReceipt, table: LevelTable) -> Split | None:
    if one.amount_fen is None:
        return None
    if one.split is not None:
        return one.split
    treasury = one.treasury or host_on(case.versions, case.events, one.paid_on)
    share = table.at(treasury, one.tax, one.paid_on)
    return None if share is None else computed_split(one.amount_fen, share)


def _credit_and_land(case: Case, outcome: Outcome, names: dict[str, str]) -> Iterator[Said]:
    for indicator, found in outcome.credits:
        codes = in_force(case.versions, indicator.on).contract.codes
        each = [f"{names[code]} {part}" for code, part in zip(codes, found.parts, strict=True)]
        zh_name, en_name = indicator_names(indicator.indicator)
        zh = f"{indicator.on} {zh_name} {indicator.value}：{'、'.join(each)}；全市去重 {found.city}"
        en = f"{indicator.on} {en_name} {indicator.value}: {', '.join(each)}; the city {found.city}"
        yield Said(zh, en)
    for code, hundredths in outcome.land.items():
        if hundredths:
            name, area = names[code], mu(hundredths)
            yield Said(f"{name} 用地指标 {area} 亩", f"{name} land quota {area} mu")
