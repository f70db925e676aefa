"""对账单, 国库核对表 and 政策兑现表 as papers of tables."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from allocation.sharing.base import Split
from allocation.sharing.reconciling import SplitReceipt, age_days, band_of
from allocation.sharing.taxes import Tax
from services.documents.codes import check_code, verify_address
from services.documents.statements import period_words
from services.documents.tabular import Cell, Column, ColumnKind, Seal, TableSection, TableSheet
from services.reconciliation.answers import Answered
from services.reconciliation.incentives import IncentiveRow
from services.reconciliation.levels import LevelCheck
from services.reconciliation.words import DifferenceState, Reason

PAPER: Final = "对账单"
_MONEY: Final = ColumnKind.money
_SIDES: Final = ("computed", "host", "origin", "treasury")
_FIGURES: Final = (
    Column(key="agreement", name="协议编号", width=13),
    Column(key="month", name="月份", width=8),
    Column(key="tax", name="税种", width=12),
    Column(key="computed", name="本系统入库", kind=_MONEY, width=13, summed=True),
    Column(key="host", name="落地地报送", kind=_MONEY, width=13, summed=True),
    Column(key="origin", name="首谈地报送", kind=_MONEY, width=13, summed=True),
    Column(key="treasury", name="国库报送", kind=_MONEY, width=13, summed=True),
    Column(
        key="spread",
        name="最大差额",
        kind=_MONEY,
        width=12,
        formula="MAX({computed},{host},{origin},{treasury})-MIN({computed},{host},{origin},{treasury})",
    ),
)
_DIFFERENCES: Final = (
    Column(key="agreement", name="协议编号", width=13),
    Column(key="month", name="月份", width=8),
    Column(key="tax", name="税种", width=12),
    Column(key="spread", name="最大差额", kind=_MONEY, width=12),
    Column(key="opened", name="发现日期", width=10),
    Column(key="days", name="已历天数", kind=ColumnKind.number, width=8),
    Column(key="band", name="账龄（天）", width=9),
    Column(key="state", name="状态", width=8),
    Column(key="reason", name="原因", width=12),
    Column(key="words", name="说明", width=30),
)
_SHARES: Final = (
    Column(key="agreement", name="协议编号", width=20),
    Column(key="host", name="上解县区（落地地）", width=20),
    Column(key="origin", name="受益县区（首谈地）", width=20),
    Column(key="fen", name="本季分享额", kind=_MONEY, width=20, summed=True),
)
_STATES: Final = {
    DifferenceState.open: "待说明",
    DifferenceState.explained: "已说明",
    DifferenceState.resolved: "已办结",
}
_NOTES: Final = (
    "本单用于双方核对，不作为划转依据；核对或注明差异均不改变已记账的分享额。",
    "各列为入库减退库的净额，按协议、税种、月份汇总，不含滞纳金，不列示单户税票。空白表示该方尚未报送该协议当月数字。",
    "差异的发现日期为系统首次比对出差异之日，账龄计至制表日期。",
)


def quarter_sheet(one: Answered, public_url: str) -> TableSheet:
    """Make the 对账单 of two counties; what was answered to it stays off the paper."""
    sheet, body = one.sheet, one.sheet.body
    names = {county["code"]: county["name"] for county in body["counties"]}
    code = check_code(sheet.body_sha256)
    rows = body["rows"]
    statements = "；".join(f"{paper['number']} 第 {paper['version']} 版" for paper in body["statements"])
    return TableSheet(
        kind=PAPER,
        title=f"{body['city_name']}跨县区招商项目税收分享季度{PAPER}",
        number=sheet.number,
        version=sheet.version,
        state="供双方核对",
        city_name=body["city_name"],
        made_on=sheet.made_on,
        sections=(
            TableSection(
                heading="入库数比对", columns=_FIGURES, rows=tuple(map(_figures, rows)), empty="本季无入库。"
            ),
            TableSection(
                heading="差异及说明",
                columns=_DIFFERENCES,
                rows=tuple(_difference(row, sheet.made_on) for row in rows if row["difference"] is not None),
                empty="各方数字一致，没有差异。",
            ),
            TableSection(
                heading="本季分享额",
                columns=_SHARES,
                rows=tuple(
                    (
                        share["agreement"],
                        names[share["host"]],
                        names[share["origin"]],
                        share["fen"],
                    )
                    for share in body["shares"]
                ),
                empty="本季无分享额。",
                note=f"取自：{statements}" if statements else "",
            ),
        ),
        facts=(
            ("所属期间", period_words(sheet.period)),
            ("双方", "、".join(f"{name}（{code}）" for code, name in names.items())),
            ("金额单位", "元"),
            ("数据截至", f"第 {sheet.known} 号已知事项"),
        ),
        notes=_NOTES,
        hands=(("编制", sheet.made_by_name),),
        seals=tuple(Seal(party=f"{name}财政局", capacity="核对单位") for name in names.values()),
        check_code=code,
        verify=verify_address(public_url, sheet.number, code),
    )


def _figures(row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        row["agreement"],
        row["month"],
        Tax(row["tax"]).zh,
        *(row[f"{side}_fen"] for side in _SIDES),
        row["spread_fen"],
    )


def _difference(row: Mapping[str, Any], made_on: date) -> tuple[Cell, ...]:
    kept = row["difference"]
    days = age_days(date.fromisoformat(kept["opened_on"]), made_on)
    return (
        row["agreement"],
        row["month"],
        Tax(row["tax"]).zh,
        row["spread_fen"],
        kept["opened_on"],
        days,
        band_of(days).value,
        _STATES[DifferenceState(kept["state"])],
        Reason(kept["reason"]).zh if kept["reason"] else "",
        kept["words"],
    )


_LEVELS: Final = tuple(
    Column(key=f"{key}{side}", name=f"{name}（{said}）", kind=_MONEY, width=11, summed=True)
    for side, said in (("", "国库"), ("_c", "计算"))
    for key, name in (("central", "中央"), ("province", "省级"), ("city", "市级"), ("county", "县级"))
)
_OFF: Final = Column(
    key="off", name="县级差额", kind=_MONEY, width=9, summed=True, formula="{county}-{county_c}"
)


def treasury_sheet(
    found: LevelCheck, names: Mapping[str, str], city: str, period: str, today: date
) -> TableSheet:
    """Make 国库核对表: sums by treasury, month and tax, then the receipts that are split otherwise."""
    lead = (
        Column(key="treasury", name="收款国库", width=9),
        Column(key="month", name="月份", width=7),
        Column(key="tax", name="税种", width=10),
        Column(key="receipts", name="笔数", kind=ColumnKind.number, width=5, summed=True),
        Column(key="differing", name="不符笔数", kind=ColumnKind.number, width=6, summed=True),
    )
    ticket = (
        Column(key="ticket", name="电子税票号", width=18),
        *lead[:3],
    )
    return TableSheet(
        kind="国库核对表",
        title=f"{names[city]}分级入库国库核对表",
        number=f"GK-{found.treasury or city}-{period}",
        version=1,
        state="核对",
        city_name=names[city],
        made_on=today,
        sections=(
            TableSection(
                heading="按国库、月份、税种",
                columns=(*lead, *_LEVELS, _OFF),
                rows=tuple(
                    (
                        names[one.treasury],
                        one.month,
                        one.tax.zh,
                        one.receipts,
                        one.differing,
                        *_levels(one.actual, one.computed),
                    )
                    for one in found.sums
                ),
                empty="本期没有带分级金额的入库。",
            ),
            TableSection(
                heading="与比例表不符的税票",
                columns=(*ticket, *_LEVELS, _OFF),
                rows=tuple(_ticket(number, one, names) for number, one in found.differing),
                empty="没有不符的税票。",
            ),
        ),
        facts=(("期间", period_words(period)), ("金额单位", "元")),
        notes=(
            "国库列为税票上国库实际划分的各级金额，分享基数以此为准；计算列按分级比例表算出（上级取整，余数归县级）。",
            "差额如实列示，不作调整；计算列空白表示比例表没有该国库、税种当日的比例。",
        ),
    )


def _levels(actual: Split, computed: Split | None) -> tuple[int | None, ...]:
    parts = (actual.central, actual.province, actual.city, actual.county)
    if computed is None:
        return (*parts, None, None, None, None, None)
    return (
        *parts,
        computed.central,
        computed.province,
        computed.city,
        computed.county,
        actual.county - computed.county,
    )


def _ticket(number: str, one: SplitReceipt, names: Mapping[str, str]) -> tuple[Cell, ...]:
    return (number, names[one.treasury], one.month, one.tax.zh, *_levels(one.actual, one.computed))


FLAG_WORDS: Final = {"no_voucher": "缺凭证号", "unchecked": "首谈地未核对", "queried": "首谈地有疑问"}
_INCENTIVES: Final = (
    Column(key="agreement", name="协议编号", width=13),
    Column(key="host", name="兑现县区", width=10),
    Column(key="origin", name="首谈地", width=10),
    Column(key="document", name="文号", width=22),
    Column(key="voucher", name="凭证号", width=14),
    Column(key="paid_on", name="兑现日期", width=10),
    Column(key="fen", name="兑现金额", kind=_MONEY, width=14, summed=True),
    Column(key="checked", name="首谈地核对", width=18),
    Column(key="flags", name="提示", width=18),
)


def incentives_sheet(
    rows: Sequence[IncentiveRow],
    names: Mapping[str, str],
    city: str,
    county: str | None,
    period: str,
    today: date,
) -> TableSheet:
    """Make 政策兑现表 of what its reader may know of."""
    return TableSheet(
        kind="政策兑现表",
        title=f"{names[city]}招商项目政策兑现表",
        number=f"DX-{county or city}-{period}",
        version=1,
        state="核对",
        city_name=names[city],
        made_on=today,
        sections=(
            TableSection(
                heading="政策兑现明细",
                columns=_INCENTIVES,
                rows=tuple(
                    (
                        row.agreement.code,
                        names[row.agreement.host],
                        names[row.agreement.origin],
                        row.document_no,
                        row.voucher or "",
                        row.paid_on.isoformat(),
                        row.amount_fen,
                        _checked(row),
                        "、".join(FLAG_WORDS[flag] for flag in row.flags),
                    )
                    for row in rows
                ),
                empty="本期没有政策兑现。",
            ),
        ),
        facts=(("期间", period_words(period)), ("金额单位", "元")),
        notes=("政策兑现凭文号、凭证和日期扣除，由首谈地核对；未核对或缺凭证的，逐笔提示。",),
        words=(("兑现金额合计", sum(row.amount_fen for row in rows)),),
    )


def _checked(row: IncentiveRow) -> str:
    if row.action is None or row.checked_on is None:
        return ""
    said = f"{row.checked_on.isoformat()} {row.checked_by}"
    return f"{said}：{row.words}" if row.words else said
