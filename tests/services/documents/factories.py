"""Sheets made up for tests: every amount follows from its line's number, so none are equal by chance."""

from datetime import date

from allocation.sharing.statement import Direction
from allocation.sharing.terms import Method, Terms
from allocation.units import BasisPoints, Fen
from services.agreements.clauses import AgreementFacts, agreement_articles, confirmation_articles
from services.documents.codes import check_code, verify_address
from services.documents.sheets import (
    AgreementSheet,
    CardEvent,
    CardSection,
    Clause,
    ConfirmationSheet,
    DeductionLine,
    Fact,
    ProjectCardSheet,
    RatioYear,
    Signature,
    StatementLine,
    StatementSheet,
    SubjectTotal,
    TaxLine,
)
from services.ledger.states import StatementKind

TAXES = (("10101", "增值税"), ("10104", "企业所得税"), ("10109", "城市维护建设税"))
CODE = check_code("3f9ca21077bde21a" + "0" * 48)
PUBLIC_URL = "https://pool.example"


def line(index: int) -> StatementLine:
    """Line number `index`, from 0: every third goes up."""
    cumulative = 1_234_567_89 + index * 1_001
    before = 1_003 * index
    subject, tax = TAXES[index % 3]
    capped = index % 4 == 1
    return StatementLine(
        agreement=f"6110-XY-{index + 1:03d}",
        version=1 + index % 2,
        project=f"6110-2025-{index + 1:04d}",
        project_name="联创恒丰锂离子电池制造项目" if index % 2 else "新锐恒丰电子电路项目",
        counterparty="洛南县" if index % 2 else "商州区",
        direction=Direction.up if index % 3 == 0 else Direction.down,
        tax_subject=subject,
        tax=tax,
        year=2025,
        term_year=1 + index % 5,
        base=Fen(cumulative * 2),
        ratio=BasisPoints(5000),
        cumulative=Fen(cumulative),
        before=Fen(before),
        amount=Fen(cumulative - before),
        cap=Fen(31_000_000_00) if capped else None,
        cap_used=Fen(cumulative) if capped else None,
        formula="首次纳税 2025-03-01",
        cause="税收入库变动" if index % 7 == 6 else "",
    )


def tax_line(index: int) -> TaxLine:
    """The tax behind line `index`."""
    paid_in = 9_876_543_21 + index * 2_002
    subject, tax = TAXES[index % 3]
    return TaxLine(
        agreement=f"6110-XY-{index + 1:03d}",
        year=2025,
        tax_subject=subject,
        tax=tax,
        receipts=12,
        paid_in=Fen(paid_in),
        refunds=Fen(-1_200 - index),
        central=Fen(paid_in // 2),
        province=Fen(paid_in // 5),
        city=Fen(paid_in // 10),
        county=Fen(paid_in - paid_in // 2 - paid_in // 5 - paid_in // 10),
        retained=Fen(paid_in - paid_in // 2 - paid_in // 5 - paid_in // 10 - 7),
    )


def statement(count: int, kind: StatementKind = StatementKind.year, *, draft: bool = False) -> StatementSheet:
    """A statement of `count` lines."""
    lines = tuple(line(index) for index in range(count))
    sums: dict[tuple[Direction, str, str], int] = {}
    for one in lines:
        key = (one.direction, one.tax_subject, one.tax)
        sums[key] = sums.get(key, 0) + one.amount
    return StatementSheet(
        kind=kind,
        number="JS-611002-2025",
        version=1,
        city_name="商洛市",
        region="611002",
        region_name="商州区",
        period="2025年",
        state="草稿" if draft else "已签发",
        draft=draft,
        made_on=date(2027, 1, 15),
        as_of_known=27,
        engine="sharing-1",
        check_code=CODE,
        verify=verify_address(PUBLIC_URL, "JS-611002-2025", CODE),
        subjects=tuple(
            SubjectTotal(direction=direction, tax_subject=subject, tax=tax, amount=Fen(amount))
            for (direction, subject, tax), amount in sorted(sums.items())
        ),
        lines=lines,
        taxes=tuple(tax_line(index) for index in range(count)),
        deductions=tuple(
            DeductionLine(
                agreement=f"6110-XY-{index + 1:03d}",
                year=2025,
                document=f"21政办〔2025〕{index + 1}号",
                paid_on=date(2025, 11, 27),
                amount=Fen(372_246_91 + index),
            )
            for index in range(min(count, 3))
        ),
        notes=("分享基数不低于零。", "尾差按最大余数法处理。"),
        batches=("2027-01-10 第12号",) if count else (),
        made_by="编制甲",
        checked_by="复核乙",
        reviewed_by="审核丙",
        approved_by="批准丁",
    )


def terms(*, cap_fen: int | None = 31_000_000) -> Terms:
    """Terms with another ratio in most years."""
    return Terms(
        method=Method.yearly,
        origin="611023",
        host="611021",
        ratios_bp=(5000, 5000, 4000, 3350, 3000),
        years=5,
        effective_on=date(2024, 7, 11),
        cap_fen=cap_fen,
    )


def agreement(
    *, draft: bool = False, signed: bool = False, cap_fen: int | None = 31_000_000
) -> AgreementSheet:
    """An agreement with a cap."""
    agreed = terms(cap_fen=cap_fen)
    facts = AgreementFacts(
        city="611000",
        city_name="商洛市",
        project_code="6110-2024-0194",
        project_name="联创恒丰锂离子电池项目",
        company_name="洛南联创恒丰锂离有限公司",
        terms=agreed,
        minutes_no="市政纪要〔2024〕18号",
        remark="",
    )
    day = date(2024, 7, 12) if signed else None
    signer = "首席代表" if signed else ""
    return AgreementSheet(
        number="6110-XY-002",
        version=2,
        state="草拟" if draft else "签署稿",
        draft=draft,
        city_name="商洛市",
        origin_name="商南县",
        host_name="洛南县",
        project="6110-2024-0194",
        project_name=facts.project_name,
        company_name=facts.company_name,
        credit_code="91611021MA9X0A48UA",
        method=agreed.method.zh,
        term_years=agreed.years,
        ratios=tuple(
            RatioYear(year=year, origin=BasisPoints(ratio), host=BasisPoints(10_000 - ratio))
            for year, ratio in enumerate(agreed.ratios_bp, start=1)
        ),
        cap=None if cap_fen is None else Fen(cap_fen),
        tax_clock=agreed.tax_clock.zh,
        credit_clock=agreed.credit_clock.zh,
        credit_rule=agreed.credit_rule.zh,
        effective_on=agreed.effective_on,
        minutes=facts.minutes_no,
        clauses=tuple(
            Clause(heading=article.heading, paragraphs=article.paragraphs)
            for article in agreement_articles(facts)
        ),
        signatures=(
            Signature(party="商南县人民政府", capacity="甲方（首谈地）", signed_on=day, signer=signer),
            Signature(party="洛南县人民政府", capacity="乙方（落地地）", signed_on=day, signer=signer),
            Signature(party="商洛市财政局", capacity="鉴证方", signed_on=day, signer=signer),
        ),
        check_code=CODE,
        verify=verify_address(PUBLIC_URL, "6110-XY-002", CODE),
        made_on=date(2024, 7, 11),
    )


def confirmation() -> ConfirmationSheet:
    """A confirmation that nobody has signed yet."""
    articles = confirmation_articles(
        origin_name="商南县",
        host_name="洛南县",
        project_code="6110-2026-0153",
        project_name="远景嘉盛智能无人飞行器项目",
    )
    return ConfirmationSheet(
        number="6110-QR-2027-001",
        state="签署稿",
        draft=False,
        city_name="商洛市",
        origin_name="商南县",
        host_name="洛南县",
        investor_name="远景嘉盛智能制造有限公司",
        investor_credit_code="91440300YJUTNY6HBB",
        project="6110-2026-0153",
        project_name="远景嘉盛智能无人飞行器项目",
        clauses=tuple(Clause(heading=one.heading, paragraphs=one.paragraphs) for one in articles),
        signatures=(
            Signature(party="商南县人民政府", capacity="甲方（首谈地）"),
            Signature(party="洛南县人民政府", capacity="乙方（承接地）"),
            Signature(party="远景嘉盛智能制造有限公司", capacity="丙方（投资方）"),
        ),
        check_code=CODE,
        verify=verify_address(PUBLIC_URL, "6110-QR-2027-001", CODE),
        made_on=date(2027, 1, 15),
    )


def card() -> ProjectCardSheet:
    """A card with facts of both widths and a history."""
    return ProjectCardSheet(
        number="6110-2026-0153",
        title="远景嘉盛智能无人飞行器项目",
        city_name="商洛市",
        state="已签约",
        masked=False,
        sections=(
            CardSection(
                title="基本情况",
                facts=(
                    Fact(label="首谈单位", value="山阳县"),
                    Fact(label="投资方", value="远景嘉盛智能制造有限公司", wide=True),
                    Fact(label="承接地", value="商州区"),
                    Fact(label="总投资", value="111,712 万元"),
                    Fact(label="来源渠道", value="驻外招商局"),
                ),
            ),
        ),
        events=(CardEvent(on=date(2026, 1, 19), action="登记", by="山阳县"),),
        verify="",
        made_on=date(2027, 1, 15),
    )
