"""A line's figures as a chain of sentences: how the county's part of the tax became the sum on the paper."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from allocation.figures import yuan
from allocation.sharing.contract import explain as engine
from allocation.sharing.contract.lines import Figures, Line, LineKind
from allocation.sharing.split import split_by_ratio
from allocation.sharing.statement import Direction
from allocation.sharing.taxes import Tax
from allocation.sharing.terms import WHOLE_BP
from services.kit.i18n import Locale, gettext, lazy


class Sentence(NamedTuple):
    """A message id and the values of its placeholders."""

    text: str
    facts: dict[str, Any]


def formula_of(line: Mapping[str, Any]) -> list[Sentence]:
    """Explain a statement's line from the facts that stand in it.

    Cumulative first, then this paper's part. The arithmetic is said by the engine that computed it.
    """
    counted = _counted(line)
    total, share = counted.cumulative, counted.before_cap[0]
    chain = [
        Sentence(
            lazy("首次纳税 {start}，{year} 年为第 {number} 个协议年度"),
            {"start": line["clock_start"] or "—", "year": line["year"], "number": line["agreement_year"]},
        ),
        Sentence(
            lazy("县级留成累计减政策兑现为分享基数：{equation} 元")
            if total.deducted
            else lazy("县级留成累计为分享基数：{equation} 元"),
            {"equation": engine.chain(counted)},
        ),
    ]
    if total.shared != total.base - total.deducted:
        chain.append(Sentence(lazy("负数按零计，或扣上年结转"), {}))
    chain.append(
        Sentence(
            lazy("首谈地分享 {product} = {share} 元"),
            {"product": engine.times(counted, 0), "share": yuan(share)},
        )
    )
    if total.parts[0] != share:
        chain.append(_otherwise(line))
    if line["before_fen"]:
        chain.append(Sentence(lazy("减以前期间已入账 {before} 元"), {"before": yuan(line["before_fen"])}))
    words = lazy("本期上解 {fen} 元") if line["direction"] == Direction.up else lazy("本期补助 {fen} 元")
    chain.append(Sentence(words, {"fen": yuan(line["fen"])}))
    return chain


def _counted(line: Mapping[str, Any]) -> Line:
    """Read a statement's line as the engine's own, so that one piece of code says how it was counted.

    The facts hold no sum carried from before: it is what the base lacks of the retained part less incentives,
    unless a negative part just counts as zero.
    """
    total, ratio = line["cumulative"], line["ratio_bp"]
    base, deducted, shared = total["base_fen"], total["deducted_fen"], total["shared_fen"]
    figures = Figures(base, deducted, shared, (total["origin_fen"], total["host_fen"]))
    return Line(
        kind=LineKind.share,
        agreement_year=line["agreement_year"],
        tax=Tax(line["tax"]),
        month=str(line["year"]),
        version=line["agreement_version"],
        parties=("origin", "host"),
        carried=0 if base < 0 == shared else shared - (base - deducted),
        amounts=figures,
        cumulative=figures,
        before_cap=split_by_ratio(shared, ratio),
        bands=(shared,),
        weights=((ratio, WHOLE_BP - ratio, WHOLE_BP),),
    )


def _otherwise(line: Mapping[str, Any]) -> Sentence:
    """Say why the origin's part is not the product: the cap, or an agreement year cut by the calendar."""
    origin = yuan(line["cumulative"]["origin_fen"])
    if line["cap_fen"] is None:
        return Sentence(lazy("按协议年度累计一次分配，本行计 {origin} 元"), {"origin": origin})
    return Sentence(
        lazy("累计上限 {cap} 元已用 {used} 元，本行计 {origin} 元"),
        {"cap": yuan(line["cap_fen"]), "used": yuan(line["cap_used_fen"]), "origin": origin},
    )


def explain(line: Mapping[str, Any], locale: Locale) -> list[str]:
    """The chain in the reader's language."""
    return [gettext(sentence.text, locale, **sentence.facts) for sentence in formula_of(line)]
