"""A line's figures as a chain of sentences: how the county's part of the tax became the sum on the paper."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from allocation.sharing.contract.figures import percent, yuan
from allocation.sharing.split import split_by_ratio
from allocation.sharing.statement import Direction
from services.kit.i18n import Locale, gettext, lazy


class Sentence(NamedTuple):
    """A message id and the values of its placeholders."""

    text: str
    facts: dict[str, Any]


def formula_of(line: Mapping[str, Any]) -> list[Sentence]:
    """Explain a statement's line from the facts that stand in it.

    cumulative first, then this paper's part.
    """
    total = line["cumulative"]
    net = total["base_fen"] - total["deducted_fen"]
    share = split_by_ratio(total["shared_fen"], line["ratio_bp"])[0]
    chain = [
        Sentence(
            lazy("首次纳税 {start}，{year} 年为第 {number} 个协议年度"),
            {"start": line["clock_start"] or "—", "year": line["year"], "number": line["agreement_year"]},
        ),
        Sentence(lazy("县级留成累计 {base} 元"), {"base": yuan(total["base_fen"])}),
    ]
    if total["deducted_fen"]:
        chain.append(Sentence(lazy("减政策兑现 {deducted} 元"), {"deducted": yuan(total["deducted_fen"])}))
    if total["shared_fen"] == net:
        chain.append(Sentence(lazy("分享基数 {shared} 元"), {"shared": yuan(total["shared_fen"])}))
    else:
        chain.append(
            Sentence(
                lazy("分享基数 {shared} 元（负数按零计，或扣上年结转）"),
                {"shared": yuan(total["shared_fen"])},
            )
        )
    chain.append(
        Sentence(
            lazy("首谈地分享 {shared} × {ratio} = {share} 元"),
            {"shared": yuan(total["shared_fen"]), "ratio": percent(line["ratio_bp"]), "share": yuan(share)},
        )
    )
    if total["origin_fen"] != share:
        chain.append(
            Sentence(
                lazy("累计上限 {cap} 元已用 {used} 元，本行计 {origin} 元"),
                {
                    "cap": yuan(line["cap_fen"] or 0),
                    "used": yuan(line["cap_used_fen"]),
                    "origin": yuan(total["origin_fen"]),
                },
            )
        )
    if line["before_fen"]:
        chain.append(Sentence(lazy("减以前期间已入账 {before} 元"), {"before": yuan(line["before_fen"])}))
    words = lazy("本期上解 {fen} 元") if line["direction"] == Direction.up else lazy("本期补助 {fen} 元")
    chain.append(Sentence(words, {"fen": yuan(line["fen"])}))
    return chain


def explain(line: Mapping[str, Any], locale: Locale) -> list[str]:
    """The chain in the reader's language."""
    return [gettext(sentence.text, locale, **sentence.facts) for sentence in formula_of(line)]
