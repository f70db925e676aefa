"""调整单 as a paper of tables: what changes a closed year, before and after, with its document and hands."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.taxes import Tax
from auth.principal import Principal
from services.documents.codes import check_code, verify_address
from services.documents.service import File
from services.documents.tables import table_pdf, table_xlsx
from services.documents.tabular import Cell, Column, ColumnKind, Seal, TableSection, TableSheet
from services.ledger.adjustment_reading import find_adjustment, shown_body
from services.ledger.reopening_words import AdjustmentState, Cause
from services.ledger.tables import AdjustmentSheet

ADJUSTMENT: Final = "调整单"

_MONEY: Final = ColumnKind.money
_COLUMNS: Final = (
    Column(key="agreement", name="协议编号", width=16),
    Column(key="origin", name="首谈地", width=10),
    Column(key="host", name="落地地", width=10),
    Column(key="tax", name="税种", width=12),
    Column(key="month", name="所属月份", width=10),
    Column(key="cause", name="变动原因", width=14),
    Column(key="base", name="分享基数差额", kind=_MONEY, width=16, summed=True),
    Column(key="before", name="首谈地原分享", kind=_MONEY, width=16, summed=True),
    Column(key="difference", name="差额", kind=_MONEY, width=15, summed=True, formula="{after}-{before}"),
    Column(key="after", name="首谈地现分享", kind=_MONEY, width=16, summed=True),
)
_NOTES: Final = (
    "已关账年度除税收入库变动外，其他原因的变动凭本单更正；金额由程序按协议和数据试算，批准后在未关账月份入账，注明原月份。",
    "差额为正，落地地增加上解、首谈地增加补助；为负则相反。已关账月份的账目和已签发的结算单不改动。",
)


def adjustment_paper(principal: Principal, sheet: AdjustmentSheet, public_url: str) -> TableSheet:
    """Make the paper of an adjustment sheet as a person may read it."""
    body, code = shown_body(principal, sheet.body), check_code(sheet.body_sha256)
    fen = body["fen"]
    counties = sorted(
        {(line[side], line[f"{side}_name"]) for line in body["lines"] for side in ("origin", "host")}
    )
    return TableSheet(
        kind=ADJUSTMENT,
        title=f"{body['city_name']}跨县区招商项目税收分享{ADJUSTMENT}",
        number=sheet.number,
        version=1,
        state=sheet.state.zh,
        draft=sheet.state is not AdjustmentState.approved,
        city_name=body["city_name"],
        made_on=sheet.made_on,
        facts=(
            ("变动原因", "、".join(Cause(cause).zh for cause in body["causes"])),
            ("依据文号", body["document_no"]),
            ("理由", body["reason"]),
            ("数据截至", f"第 {body['known']} 号已知事项"),
        ),
        sections=(
            TableSection(
                heading="调整明细（按协议、税种、月份）",
                columns=_COLUMNS,
                rows=tuple(_row(line) for line in body["lines"]),
            ),
        ),
        words=(("首谈地分享净增（负为净减）", fen),),
        notes=_NOTES,
        hands=(("编制", sheet.made_name), ("批准", sheet.decided_name or "")),
        seals=(
            Seal(party=f"{body['city_name']}财政局", capacity="结算单位（市级）"),
            *(Seal(party=f"{name}财政局", capacity="县区财政") for _, name in counties),
        ),
        check_code=code,
        verify=verify_address(public_url, sheet.number, code),
    )


def _row(line: dict[str, dict[str, int]]) -> tuple[Cell, ...]:
    posting, before, after = line["posting"], line["before"], line["after"]
    words = {key: str(value) for key, value in line.items()}
    return (
        words["agreement"],
        words["origin_name"],
        words["host_name"],
        Tax(words["tax"]).zh,
        words["month"],
        Cause(words["cause"]).zh,
        posting["shared_fen"],
        before["origin_fen"],
        posting["origin_fen"],
        after["origin_fen"],
    )


async def adjustment_pdf(session: AsyncSession, principal: Principal, number: UUID, public_url: str) -> File:
    """Draw an adjustment sheet. Raises NoSuchAdjustment for one that this person may not read."""
    found = await find_adjustment(session, principal, number)
    return await table_pdf(adjustment_paper(principal, found, public_url))


async def adjustment_xlsx(session: AsyncSession, principal: Principal, number: UUID, public_url: str) -> File:
    """Write an adjustment sheet as a workbook. Raises as `adjustment_pdf`."""
    found = await find_adjustment(session, principal, number)
    return await table_xlsx(adjustment_paper(principal, found, public_url))
