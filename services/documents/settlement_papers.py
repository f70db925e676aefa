"""结算汇总表 and 未结清册 as papers of tables."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from allocation.sharing.ageing import Age
from allocation.sharing.canonical import sha256_of
from allocation.sharing.statement import Direction
from allocation.sharing.taxes import Tax
from services.documents.codes import check_code, verify_address
from services.documents.tabular import Column, ColumnKind, Seal, TableSection, TableSheet
from services.settlement.summary import Summary
from services.settlement.unsettled import OpenItem, ageing

SUMMARY: Final = "结算汇总表"
REGISTER: Final = "未结清册"

_MONEY: Final = ColumnKind.money
_COUNTIES: Final = (
    Column(key="county", name="县区", width=18),
    Column(key="number", name="年终结算单", width=22),
    Column(key="version", name="版次", kind=ColumnKind.number, width=7),
    Column(key="state", name="状态", width=10),
    Column(key="up", name="上解", kind=_MONEY, width=20, summed=True),
    Column(key="down", name="补助", kind=_MONEY, width=20, summed=True),
    Column(key="net", name="轧差净额", kind=_MONEY, width=20, summed=True, formula="{down}-{up}"),
)
_SUBJECTS: Final = (
    Column(key="county", name="县区", width=14),
    Column(key="code", name="结算科目", width=12),
    Column(key="name", name="科目名称", width=16),
    Column(key="tax_subject", name="税收科目", width=12),
    Column(key="tax", name="税种", width=14),
    Column(key="up", name="上解", kind=_MONEY, width=18, summed=True),
    Column(key="down", name="补助", kind=_MONEY, width=18, summed=True),
)
_ITEMS: Final = (
    Column(key="county", name="县区", width=12),
    Column(key="kind", name="事项", width=16),
    Column(key="other", name="对方", width=12),
    Column(key="year", name="结算年度", kind=ColumnKind.number, width=8),
    Column(key="reference", name="拨款指令", width=18),
    Column(key="due", name="到期日", width=11),
    Column(key="fen", name="应结", kind=_MONEY, width=16, summed=True),
    Column(key="paid", name="已付", kind=_MONEY, width=15, summed=True),
    Column(key="open", name="未结", kind=_MONEY, width=16, summed=True, formula="{fen}-{paid}"),
    Column(key="age", name="账龄", width=14),
    Column(key="interest", name="逾期利息", kind=_MONEY, width=13, summed=True),
)
_SUMMARY_NOTES: Final = (
    "每个县区一行上解、一行补助，按预算科目全额列示，经市财政年终上下级结算办理；全市上解等于补助，市级净额为零。",
    "轧差净额只用于资金调度，正数由市级拨付，负数由县区上缴；未确认的结算单只列示，不计入合计。",
)
_REGISTER_NOTES: Final = (
    "未轧差的分享款取自账簿应上解、应收补助余额，结算年度次年3月31日到期；拨款指令以指令到期日为准。",
    "同一笔款项在上解方、补助方各列一行。逾期利息仅在市里设定利率时列示（单利，按365天，自到期次日起），不入账。",
    "本册为制表当日的情况，校验码按当日数据生成，数据变动后不再相符。",
)


def summary_number(region: str, year: int) -> str:
    """The number of a year's summary, of the city or of one county."""
    return f"HZ-{region}-{year}"


def register_number(region: str, on: date) -> str:
    """The number of the register of a day, of the city or of one county."""
    return f"WJ-{region}-{on:%Y%m%d}"


def summary_code(found: Summary) -> str:
    """The check code of a summary."""
    return check_code(found.sha256)


def register_code(items: Sequence[OpenItem], on: date) -> str:
    """The check code of a register: of what is open on its day."""
    rows = [
        [
            *(one.kind.value, one.county, one.direction.value, one.other, one.year, one.reference),
            *(one.due_on.isoformat(), one.fen, one.paid_fen, one.interest_fen),
        ]
        for one in items
    ]
    return check_code(sha256_of("settlement-register", {"on": on.isoformat(), "rows": rows}))


def summary_sheet(found: Summary, region: str, today: date, public_url: str) -> TableSheet:
    """Make the paper of a year's summary, of all counties or of the reader's own."""
    number, code = summary_number(region, found.year), summary_code(found)
    counted = [line for line in found.counties if line.counted]
    waiting = [line.county_name for line in found.counties if not line.counted]
    return TableSheet(
        kind=SUMMARY,
        title=f"{found.city_name}{found.year}年跨县区招商项目税收分享{SUMMARY}",
        number=number,
        version=1,
        state="各方已确认" if found.complete else "未全部确认",
        draft=not found.complete,
        city_name=found.city_name,
        made_on=today,
        facts=(
            ("结算年度", f"{found.year}年"),
            ("计入县区", f"{len(counted)} 个"),
            ("未确认县区", "、".join(waiting) or "无"),
        ),
        sections=(
            TableSection(
                heading="上解与补助（一县一行）",
                columns=_COUNTIES,
                rows=tuple(
                    (
                        line.county_name,
                        line.number,
                        line.version,
                        line.state.zh,
                        line.up_fen if line.counted else None,
                        line.down_fen if line.counted else None,
                        line.net_fen if line.counted else None,
                    )
                    for line in found.counties
                ),
            ),
            TableSection(
                heading="按预算科目",
                columns=_SUBJECTS,
                rows=tuple(
                    (
                        line.county_name,
                        line.code,
                        line.name,
                        line.tax_subject,
                        Tax(line.tax).zh,
                        line.fen if line.direction == Direction.up else None,
                        line.fen if line.direction == Direction.down else None,
                    )
                    for line in found.subjects
                ),
            ),
        ),
        words=(("上解合计", found.up_fen), ("补助合计", found.down_fen)),
        notes=_SUMMARY_NOTES,
        seals=(Seal(party=f"{found.city_name}财政局", capacity="结算单位（市级）"),),
        check_code=code,
        verify=verify_address(public_url, number, code),
    )


def register_sheet(
    items: Sequence[OpenItem], region: str, city_name: str, today: date, public_url: str
) -> TableSheet:
    """Make the paper of what is open on a day."""
    number, code = register_number(region, today), register_code(items, today)
    owed = sum(one.open_fen for one in items if one.direction is Direction.up)
    due = sum(one.open_fen for one in items if one.direction is Direction.down)
    return TableSheet(
        kind=REGISTER,
        title=f"{city_name}跨县区招商项目税收分享{REGISTER}",
        number=number,
        version=1,
        state="当日",
        city_name=city_name,
        made_on=today,
        sections=(
            *(_open(items, direction) for direction in Direction),
            *(_ageing(items, direction, today) for direction in Direction),
        ),
        words=(("未结上解", owed), ("未结补助", due)),
        notes=_REGISTER_NOTES,
        seals=(Seal(party=f"{city_name}财政局", capacity="制表单位"),),
        check_code=code,
        verify=verify_address(public_url, number, code),
    )


def _open(items: Sequence[OpenItem], direction: Direction) -> TableSection:
    """What is open one way; the ways are not added up, for most of it stands in both."""
    return TableSection(
        heading=f"未结{direction.zh}",
        columns=_ITEMS,
        rows=tuple(
            (
                one.county_name,
                one.kind.zh,
                one.other_name,
                one.year,
                one.reference,
                one.due_on.isoformat(),
                one.fen,
                one.paid_fen,
                one.open_fen,
                one.age.zh,
                one.interest_fen,
            )
            for one in items
            if one.direction is direction
        ),
    )


def _ageing(items: Sequence[OpenItem], direction: Direction, today: date) -> TableSection:
    """What is open one way by county and class of age."""
    names = {one.county: one.county_name for one in items}
    classes = tuple(Column(key=age.value, name=age.zh, kind=_MONEY, width=14, summed=True) for age in Age)
    total = "+".join(f"{{{age.value}}}" for age in Age)
    return TableSection(
        heading=f"{direction.zh}账龄",
        columns=(
            Column(key="county", name="县区", width=14),
            *classes,
            Column(key="total", name="合计", kind=_MONEY, width=16, summed=True, formula=total),
        ),
        rows=tuple(
            (names[county], *by_age.values(), sum(by_age.values()))
            for county, by_age in ageing(items, direction, today).items()
        ),
    )
