"""From a statement's frozen body and its steps to a sheet.

Of what came after it was issued only the county's reservations go on the sheet, so that a reprint of a
closed statement has the same bytes.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from allocation.figures import yuan
from allocation.sharing.statement import Direction, months_of
from allocation.sharing.taxes import Tax
from allocation.units import BasisPoints, Fen
from services.documents.codes import check_code, verify_address
from services.documents.compared import Compared, ComparedLine
from services.documents.sheets import (
    DeductionLine,
    StatementLine,
    StatementSheet,
    SubjectTotal,
    TaxLine,
)
from services.ledger.formula import explain
from services.ledger.states import StatementKind
from services.ledger.views import SheetFacts

Body = Mapping[str, Any]

NOTES: Final = (
    "分享基数为落地地国库实际入库的留成部分，扣除有文号的政策兑现后不低于零；滞纳金不计入；归属以入库日期为准。",
    "同一协议、年度、税种按累计基数一次分配，本期金额为累计应分享减以前已结，尾差按最大余数法处理，合计分毫不差。",
    "上解、补助按预算科目分列，经市财政年终上下级结算办理；轧差只在资金调度时进行。以前年度的变动注明原因，不改动已关账的账目。",
)

_CAUSES: Final = {
    "receipt": "税收入库变动",
    "terms": "协议版本变动",
    "level_table": "分级比例变动",
    "incentive": "政策兑现变动",
    "engine": "计算程序变动",
    "not_computed": "当时未测算",
}
_QUARTERS: Final = {"Q1": "第一季度", "Q2": "第二季度", "Q3": "第三季度", "Q4": "第四季度"}


def statement_sheet(facts: SheetFacts, public_url: str) -> StatementSheet:
    """Make the sheet of a statement.

    Args:
        facts: the frozen content and the hands it went through, as the reader may see them.
        public_url: where papers are verified.
    """
    body = facts.body
    signed = facts.kind is StatementKind.year
    issued = facts.approved is not None
    code = check_code(facts.sha256)
    return StatementSheet(
        kind=facts.kind,
        number=facts.number,
        version=facts.version,
        city_name=body["city_name"],
        region=facts.county,
        region_name=body["county_name"],
        period=period_words(facts.period),
        state=("已签发" if issued else "草稿") if signed else "测算",
        draft=signed and not issued,
        made_on=facts.made_on,
        as_of_known=facts.known,
        engine=body["engine"],
        check_code=code,
        verify=verify_address(public_url, facts.number, code),
        subjects=tuple(_subject(row) for row in body["subjects"]),
        lines=tuple(_line(row) for row in body["lines"]),
        taxes=tuple(_tax(row) for row in body["taxes"]),
        deductions=tuple(_deduction(row) for row in body["deductions"]),
        outside=tuple(_outside(row) for row in body.get("outside", {}).get("lines", ())),
        notes=NOTES,
        reservations=tuple(_reservation(objection) for objection in facts.reserved),
        compared=_compared(body),
        made_by=_name(facts.prepared),
        checked_by=_name(facts.checked),
        reviewed_by=_name(facts.reviewed),
        approved_by=_name(facts.approved),
        hands_on=tuple(
            hand[1] if hand else None
            for hand in (facts.prepared, facts.checked, facts.reviewed, facts.approved)
        ),
        doubtful=_doubtful(facts),
    )


def _doubtful(facts: SheetFacts) -> tuple[int, ...]:
    """The lines that the county reserved (存疑)."""
    named = {objection.get("line") for objection in facts.reserved}
    return tuple(row["line"] for row in facts.body["lines"] if row["line"] in named or None in named)


def _compared(body: Body) -> Compared | None:
    """Set a reopened year's paper beside the version that was closed; None for every other paper."""
    if "reopened" not in body:
        return None
    return Compared(
        version=body["was"]["version"],
        document=body["reopened"]["document_no"],
        words=body["reopened"]["words"],
        lines=tuple(
            ComparedLine(
                line=row["line"],
                agreement=row["agreement"],
                direction=Direction(row["direction"]),
                tax=Tax(row["tax"]).zh,
                was=Fen(row["was_fen"]),
                now=Fen(row["fen"]),
                difference=Fen(row["difference_fen"]),
                cause=_causes(row),
                booked_in="、".join(row.get("booked_in", ())),
            )
            for row in body["lines"]
        ),
    )


def _causes(row: Body) -> str:
    return "、".join(_CAUSES.get(cause, cause) for cause in row["causes"])


def _reservation(objection: Mapping[str, Any]) -> str:
    """Say which line a county holds in doubt, what it thinks right, and why."""
    line, expected = objection.get("line"), objection.get("expected_fen")
    where = "整份结算单" if line is None else f"分享明细第 {line} 行"
    sum_ = "" if expected is None else f"，认为应为 {yuan(expected)} 元"
    return f"{where}{sum_}：{objection['reason']}"


def _outside(row: Body) -> str:
    """Say what is settled with a party outside the city, and by which route."""
    direction = "付" if row["direction"] == Direction.up.value else "收"
    return (
        f"{row['agreement']} {row['counterparty_name']}：{Tax(row['tax']).zh} {direction}"
        f" {yuan(row['fen'])} 元，{row['settles']['route']}"
    )


def _name(hand: tuple[str, date] | None) -> str:
    return hand[0] if hand else ""


def period_words(period: str) -> str:
    """Write a period: 2025 is 2025年, 2026Q1 is 2026年第一季度, 2026-03 is 2026年3月."""
    months_of(period)
    year, rest = period[:4], period[4:]
    if not rest:
        return f"{year}年"
    return f"{year}年{_QUARTERS[rest]}" if rest in _QUARTERS else f"{year}年{int(rest[1:])}月"


def _subject(row: Body) -> SubjectTotal:
    return SubjectTotal(
        direction=Direction(row["direction"]),
        tax_subject=row["tax_subject"],
        tax=Tax(row["tax"]).zh,
        amount=Fen(row["fen"]),
    )


def _line(row: Body) -> StatementLine:
    cap = row["cap_fen"]
    return StatementLine(
        agreement=row["agreement"],
        version=row["agreement_version"],
        project=row["project"],
        project_name=row["project_name"],
        counterparty=row["counterparty_name"],
        direction=Direction(row["direction"]),
        tax_subject=row["subject"],
        tax=Tax(row["tax"]).zh,
        year=row["year"],
        term_year=row["agreement_year"],
        base=Fen(row["cumulative"]["shared_fen"]),
        ratio=BasisPoints(row["ratio_bp"]),
        cumulative=Fen(row["cumulative"]["origin_fen"]),
        before=Fen(row["before_fen"]),
        amount=Fen(row["fen"]),
        cap=None if cap is None else Fen(cap),
        cap_used=None if cap is None else Fen(row["cap_used_fen"]),
        formula="；".join(explain(row, "zh")),
        cause=_causes(row),
    )


def _tax(row: Body) -> TaxLine:
    return TaxLine(
        agreement=row["agreement"],
        year=row["year"],
        tax_subject=row["subject"],
        tax=Tax(row["tax"]).zh,
        receipts=row["receipts"],
        paid_in=Fen(row["amount_fen"]),
        refunds=Fen(row["refund_fen"]),
        central=Fen(row["central_fen"]),
        province=Fen(row["province_fen"]),
        city=Fen(row["city_fen"]),
        county=Fen(row["county_fen"]),
        retained=Fen(row["retained_fen"]),
    )


def _deduction(row: Body) -> DeductionLine:
    paid_on = date.fromisoformat(row["paid_on"])
    return DeductionLine(
        agreement=row["agreement"],
        year=paid_on.year,
        document=row["document_no"],
        paid_on=paid_on,
        amount=Fen(row["amount_fen"]),
    )
