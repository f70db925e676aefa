"""A line in words, Chinese and English, as a chain of figures: "694 − 138.8 − 96 = 459.2; × 50%"."""

from collections.abc import Mapping
from typing import NamedTuple

from allocation.figures import percent, yuan
from allocation.sharing.contract.english import TAXES_EN
from allocation.sharing.contract.lines import Line, LineKind
from allocation.sharing.terms import WHOLE_BP


class Said(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


_OWN_LINES = {
    LineKind.floor: Said("年终保底补足", "floor made up at year-end"),
    LineKind.guarantee: Said("年终保证补足", "guarantee made up at year-end"),
    LineKind.clawback: Said("项目迁出退还", "given back on relocation"),
}


def chain(line: Line) -> str:
    """The cumulative base as an equation: left-over, retained, less incentives, and what is split."""
    now = line.cumulative
    whole = line.carried + now.base
    parts = [yuan(now.base)]
    if line.carried:
        parts = [f"{yuan(line.carried)} + {yuan(now.base)}"]
    if now.deducted:
        parts.append(yuan(now.deducted))
    left = " − ".join(parts)
    if whole < 0 <= now.shared:  # only a negative base stands apart from its parts
        return f"{left} < 0 → {yuan(now.shared)}"
    return left if left == yuan(now.shared) else f"{left} = {yuan(now.shared)}"


def times(line: Line, place: int) -> str:
    """How a party's part follows from the base: one product, or one for each tier that holds anything."""
    products = []
    for band, weights in zip(line.bands, line.weights, strict=True):
        if len(line.bands) > 1 and not band:
            continue
        share = percent(weights[place]) if weights[-1] == WHOLE_BP else f"{weights[place]}/{weights[-1]}"
        products.append(f"× {share}" if len(line.bands) == 1 else f"{yuan(band)} × {share}")
    return " + ".join(products) or "× 0"


def explain(line: Line, names: Mapping[str, str] | None = None) -> Said:
    """Say a line: the month's formula on the cumulative base, each party's part, and what the caps cut."""
    names = names or {}
    called = [names.get(code, code) for code in line.parties]
    if line.tax is None:
        own = _OWN_LINES[line.kind]
        moved = ", ".join(
            f"{name} {yuan(part)}" for name, part in zip(called, line.amounts.parts, strict=True) if part
        )
        had = ", ".join(
            f"{name} {yuan(part)}" for name, part in zip(called, line.before_cap, strict=True) if part
        )
        zh = f"{line.month} 第{line.agreement_year}年 {own.zh}：{moved}（此前 {had or yuan(0)}）"
        return Said(
            zh, f"{line.month} year {line.agreement_year} {own.en}: {moved} (before: {had or yuan(0)})"
        )
    parts_zh, parts_en = [], []
    for place, name in enumerate(called):
        now, before = line.cumulative.parts[place], line.before_cap[place]
        cut = now != before
        head = f"{name} {times(line, place)} = {yuan(before)}"
        parts_zh.append(head + (f"，上限后 {yuan(now)}" if cut else ""))
        parts_en.append(head + (f", after caps {yuan(now)}" if cut else ""))
    own_parts = ", ".join(
        f"{name} {yuan(part)}" for name, part in zip(called, line.amounts.parts, strict=True)
    )
    tax_en = TAXES_EN[line.tax]
    return Said(
        f"{line.month} 第{line.agreement_year}年 {line.tax.zh}：{chain(line)}；{'；'.join(parts_zh)}；"
        f"本月 {own_parts}",
        f"{line.month} year {line.agreement_year} {tax_en}: {chain(line)}; {'; '.join(parts_en)};"
        f" this month {own_parts}",
    )
