"""The shares of the example worked out again from the files alone: no code of ours, exact fractions."""

import csv
from collections import defaultdict
from fractions import Fraction
from math import floor
from pathlib import Path

EXAMPLE = Path(__file__).parents[3] / "examples" / "shangluo"
LISTED = ["增值税", "企业所得税", "个人所得税", "城市维护建设税", "印花税", "城镇土地使用税", "房产税"]


def rows(name):
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def half_to_first(value):
    """The first party's part of a two-party split by largest remainder: the nearer fen, a tie upwards."""
    return floor(value + Fraction(1, 2))


def keep_then_top_up(total, limits, kept):
    given = [min(pair) for pair in zip(kept, limits, strict=True)]
    for at, limit in enumerate(limits):
        given[at] += max(0, min(total - sum(given), limit - given[at]))
    return given


def shares(last_month):
    """Origin's share by agreement and calendar year, up to a month."""
    firms = {row["登记编号"]: row["统一社会信用代码"] for row in rows("项目公司")}
    found = {}
    for deal in rows("协议"):
        firm = firms[deal["登记编号"]]
        paid = [
            row
            for row in rows("税收入库")
            if row["统一社会信用代码"] == firm
            and row["类型"] != "滞纳金"
            and row["收款国库"] == deal["落地地"]
            and row["入库日期"] >= deal["生效日期"]
            and row["入库日期"][:7] <= last_month
        ]
        given = [
            row
            for row in rows("政策兑现")
            if row["统一社会信用代码"] == firm and row["兑现日期"][:7] <= last_month
        ]
        first = min(int(row["入库日期"][:4]) for row in paid if Fraction(row["县级(元)"]) > 0) if paid else 0
        ratios = [Fraction(part) / 100 for part in deal["首谈地分享比例(%)"].split(";")]
        ratios = ratios * int(deal["年限"]) if len(ratios) == 1 else ratios
        cap = Fraction(deal["累计上限(万元)"]) * 1_000_000 if deal["累计上限(万元)"] else None
        used = 0
        for number, ratio in enumerate(ratios):
            year = str(first + number)
            months = sorted(
                {row["入库日期"][:7] for row in paid if row["入库日期"][:4] == year}
                | {row["兑现日期"][:7] for row in given if row["兑现日期"][:4] == year}
            )
            taken, share = [0] * len(LISTED), [0] * len(LISTED)
            for month in months:
                base = defaultdict(Fraction)
                for row in paid:
                    if year <= row["入库日期"][:7] <= month:
                        base[row["税种"]] += Fraction(row["县级(元)"]) * 100
                money = sum(
                    Fraction(row["金额(元)"]) * 100 for row in given if year <= row["兑现日期"][:7] <= month
                )
                limits = [max(Fraction(0), base[tax]) for tax in LISTED]
                taken = keep_then_top_up(money, limits, taken)
                whole = [
                    half_to_first((limit - less) * ratio) for limit, less in zip(limits, taken, strict=True)
                ]
                share = whole if cap is None else keep_then_top_up(cap - used, whole, share)
            if months:
                found[deal["协议编号"], int(year)] = int(sum(share))
            used += sum(share)
    return found


if __name__ == "__main__":
    for key, fen in sorted(shares("2026-12").items()):
        print(*key, fen)  # noqa: T201 -- run by hand to look
