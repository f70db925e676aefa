"""指标认定表 of a year, as a paper of tables."""

from typing import Any, Final

from allocation.sharing.terms import CreditRule
from services.credit.schemas import EventView, SheetView
from services.credit.words import PAPER, STATES, Bureau, CountedIndicator, SheetAction, SheetState
from services.documents.codes import check_code, verify_address
from services.documents.tabular import Cell, Column, ColumnKind, Seal, TableSection, TableSheet

NOTES: Final = (
    "本表只用于招商项目流转的考核计入，不作为法定统计数据，在地统计仍按国家统计制度执行。",
    "各方计入数按协议的考核指标条款计算；双方全额计入的，市级汇总只计一次。",
    "认定前为暂计，项目落地失败的全额冲回；认定后不再变动。外币到位资金不折算、不计入。",
)
_MONEY: Final = ColumnKind.money
_LINES: Final = (
    Column(key="agreement", name="协议编号", width=12),
    Column(key="project", name="登记编号", width=12),
    Column(key="name", name="项目名称", width=22),
    Column(key="origin", name="首谈地", width=9),
    Column(key="host", name="落地地", width=9),
    Column(key="rule", name="分算办法", width=11),
    Column(key="value", name="到位资金", kind=_MONEY, width=14, summed=True),
    Column(key="first", name="首谈地计入", kind=_MONEY, width=14, summed=True),
    Column(key="second", name="落地地计入", kind=_MONEY, width=14, summed=True),
)
_COUNTIES: Final = (
    Column(key="county", name="县区", width=20),
    Column(key="indicator", name="指标", width=14),
    Column(key="first", name="作为首谈地", kind=_MONEY, width=16, summed=True),
    Column(key="second", name="作为落地地", kind=_MONEY, width=16, summed=True),
    Column(key="total", name="合计", kind=_MONEY, width=16, summed=True, formula="{first}+{second}"),
)
_TOTALS: Final = (
    Column(key="indicator", name="指标", width=20),
    Column(key="counties", name="各县区计入合计", kind=_MONEY, width=20),
    Column(key="double", name="其中双方重复计入", kind=_MONEY, width=20),
    Column(key="city", name="全市去重合计", kind=_MONEY, width=20, formula="{counties}-{double}"),
)
_OPINIONS: Final = (
    Column(key="bureau", name="部门", width=12),
    Column(key="said", name="意见", width=10),
    Column(key="document", name="文号", width=24),
    Column(key="words", name="说明", width=40),
    Column(key="on", name="日期", width=12),
)


def credit_sheet(view: SheetView, public_url: str) -> TableSheet:
    """Make the paper of a year's sheet, as far as its reader may see it."""
    body, code = view.body, check_code(view.sha256)
    steps = {event.action: event for event in view.events}
    return TableSheet(
        kind=PAPER,
        title=f"{body['city_name']}招商项目流转考核{PAPER}",
        number=view.number,
        version=view.version,
        state=STATES[view.state],
        city_name=body["city_name"],
        made_on=view.made_on,
        sections=(
            TableSection(heading="各县区计入", columns=_COUNTIES, rows=tuple(map(_county, body["counties"]))),
            TableSection(heading="全市合计", columns=_TOTALS, rows=tuple(map(_total, body["totals"]))),
            TableSection(heading="分项目计入", columns=_LINES, rows=tuple(map(_line, body["lines"]))),
            TableSection(heading="审查意见", columns=_OPINIONS, rows=_opinions(view.events)),
        ),
        facts=(("年度", f"{view.year}年"), ("金额单位", "元")),
        notes=NOTES,
        hands=(
            ("报备", _name(steps.get(SheetAction.file))),
            ("认定", _name(steps.get(SheetAction.confirm))),
        ),
        seals=(Seal(party=f"{body['city_name']}统筹办", capacity="认定单位"),),
        draft=view.state is not SheetState.confirmed,
        check_code=code,
        verify=verify_address(public_url, view.number, code),
    )


def _name(event: EventView | None) -> str:
    return event.by_name if event else ""


def _county(row: dict[str, Any]) -> tuple[Cell, ...]:
    indicator = CountedIndicator(row["indicator"]).zh
    return (row["county_name"], indicator, row["as_origin"], row["as_host"], row["total"])


def _total(row: dict[str, Any]) -> tuple[Cell, ...]:
    return (CountedIndicator(row["indicator"]).zh, row["counties"], row["double"], row["city"])


def _line(row: dict[str, Any]) -> tuple[Cell, ...]:
    return (
        row["agreement"],
        row["project"],
        row["project_name"],
        row["origin_name"],
        row["host_name"],
        CreditRule(row["rule"]).zh,
        row["value"],
        row["origin_value"],
        row["host_value"],
    )


def _opinions(events: list[EventView]) -> tuple[tuple[Cell, ...], ...]:
    """The newest opinion of each bureau, in the order of the list."""
    said = {event.facts["bureau"]: event for event in events if event.action is SheetAction.opine}
    return tuple(
        (
            bureau.zh,
            "同意" if said[bureau].facts["agrees"] else "不同意",
            said[bureau].facts["document_no"],
            said[bureau].facts["words"],
            said[bureau].on.isoformat(),
        )
        for bureau in Bureau
        if bureau in said
    )
