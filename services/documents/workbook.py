"""Sheets to xlsx: the same figures, with formulas that recompute them.

Amounts are yuan. A formula carries the printed figure as its cached value; where a rule that a cell formula
cannot say (a cap over several taxes, a carried loss) decided, the figure stands without a formula. Codes are
text, and so is a text that a spreadsheet would take for a formula, also after it is edited (quote prefix).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from allocation.sharing.statement import Direction
from allocation.units import Fen
from services.documents.amount_words import amount_words
from services.documents.book import Book, write_texts, yuan_number
from services.documents.compared import Compared
from services.documents.sheets import AgreementSheet, StatementSheet

NUMERALS: Final = "一二三四五六七八九十"
CENT: Final = Decimal("0.01")


def statement_workbook(sheet: StatementSheet) -> bytes:
    """Write a statement as three tables: 汇总, 分享明细, 税收入库, 政策兑现; sums and shares are formulas."""
    book = Book(sheet.made_on, f"{sheet.kind.zh} {sheet.number}")
    summary = book.file.add_worksheet("汇总")
    lines = book.file.add_worksheet("分享明细")
    _write_taxes(book, sheet)
    _write_deductions(book, sheet)
    last = _write_lines(book, lines, sheet)
    if sheet.compared is not None:
        _write_compared(book, sheet.compared)
    _write_summary(book, summary, sheet, last)
    return book.close()


def _write_summary(book: Book, page: Any, sheet: StatementSheet, last: int) -> None:
    page.set_landscape()
    page.set_column(0, 3, 18)
    page.set_column(4, 5, 22)
    page.merge_range(0, 0, 0, 5, f"{sheet.city_name}跨县区招商项目税收分享{sheet.kind.zh}", book.title)
    facts = (
        f"编号：{sheet.number}　第 {sheet.version} 版　{sheet.period}　{sheet.region_name}（{sheet.region}）"
        f"　状态：{sheet.state}　单位：元　校验码：{sheet.check_code}"
    )
    page.merge_range(1, 0, 1, 5, facts, book.note)
    page.write_row(3, 0, ("结算科目", "名称", "税收科目", "税种", "上解金额", "补助金额"), book.head)
    row = 4
    for subject in sheet.subjects:
        direction = subject.direction
        texts = (direction.subject, direction.subject_name, subject.tax_subject, subject.tax)
        write_texts(book, page, row, texts)
        up = direction is Direction.up
        column = "K" if up else "L"
        formula = f"=SUMIFS('分享明细'!${column}$2:${column}${last},'分享明细'!$E$2:$E${last},C{row + 1})"
        page.write_formula(row, 4 if up else 5, formula, book.money, yuan_number(subject.amount))
        page.write_blank(row, 5 if up else 4, None, book.money)
        row += 1
    page.merge_range(row, 0, row, 3, "合计", book.head)
    for offset, direction in enumerate((Direction.up, Direction.down)):
        letter = "EF"[offset]
        total = sheet.total(direction)
        if sheet.subjects:
            page.write_formula(
                row, 4 + offset, f"=SUM({letter}5:{letter}{row})", book.money, yuan_number(total)
            )
        else:
            page.write_number(row, 4 + offset, yuan_number(total), book.money)
        words = f"{direction.zh}（大写）：人民币{amount_words(total)}"
        page.merge_range(row + 2 + offset, 0, row + 2 + offset, 5, words, book.note)
    said = [f"{index}. {note}" for index, note in enumerate(sheet.notes, start=1)]
    said += [f"存疑保留：{one}" for one in sheet.reservations]
    for index, text in enumerate(said):
        page.merge_range(row + 5 + index, 0, row + 5 + index, 5, text, book.note)
        page.set_row(row + 5 + index, 30)


_LINE_HEADS: Final = (
    "序号",
    "协议编号",
    "登记编号",
    "对方",
    "税收科目",
    "入库年",
    "分享基数",
    "比例",
    "年度累计应分享",
    "以前已结",
    "本期上解",
    "本期补助",
    "算式",
    "状态",
)


def _write_lines(book: Book, page: Any, sheet: StatementSheet) -> int:
    """Write the lines; returns the last row of the table, counted from 1 (at least 2)."""
    page.set_landscape()
    page.freeze_panes(1, 0)
    page.set_column(0, 0, 6)
    page.set_column(1, 5, 14)
    page.set_column(6, 11, 18)
    page.set_column(12, 12, 80)
    page.set_column(13, 13, 8)
    page.write_row(0, 0, _LINE_HEADS, book.head)
    for index, line in enumerate(sheet.lines, start=1):
        page.write_number(index, 0, index, book.number)
        for column, text in (
            (1, line.agreement),
            (2, line.project),
            (3, line.counterparty),
            (4, line.tax_subject),
            (12, line.formula),
            (13, "存疑" if index in sheet.doubtful else ""),
        ):
            page.write_string(index, column, text, book.text)
        page.write_number(index, 5, line.year, book.number)
        page.write_number(index, 6, yuan_number(line.base), book.money)
        page.write_number(index, 7, line.ratio / 10_000, book.percent)
        plain = (Decimal(line.base) * line.ratio / 1_000_000).quantize(CENT, ROUND_HALF_UP)
        if plain == Decimal(line.cumulative) / 100:
            page.write_formula(
                index, 8, f"=ROUND(G{index + 1}*H{index + 1},2)", book.money, yuan_number(line.cumulative)
            )
        else:
            page.write_number(index, 8, yuan_number(line.cumulative), book.money)
        page.write_number(index, 9, yuan_number(line.before), book.money)
        up = line.direction is Direction.up
        page.write_formula(
            index,
            10 if up else 11,
            f"=ROUND(I{index + 1}-J{index + 1},2)",
            book.money,
            yuan_number(line.amount),
        )
        page.write_blank(index, 11 if up else 10, None, book.money)
    return max(len(sheet.lines) + 1, 2)


def _write_compared(book: Book, compared: Compared) -> None:
    """Write a reopened year's lines beside the version that was closed; the difference is a formula."""
    page = book.file.add_worksheet("与原版对照")
    page.set_landscape()
    page.freeze_panes(1, 0)
    page.set_column(0, 0, 6)
    page.set_column(1, 8, 18)
    heads = ("行号", "协议编号", "方向", "税种", "原版金额", "新版金额", "差额", "变动原因", "入账月份")
    page.write_row(0, 0, heads, book.head)
    for index, line in enumerate(compared.lines, start=1):
        page.write_number(index, 0, line.line, book.number)
        for column, text in (
            (1, line.agreement),
            (2, line.direction.zh),
            (3, line.tax),
            (7, line.cause),
            (8, line.booked_in),
        ):
            page.write_string(index, column, text, book.text)
        page.write_number(index, 4, yuan_number(line.was), book.money)
        page.write_number(index, 5, yuan_number(line.now), book.money)
        page.write_formula(
            index, 6, f"=ROUND(F{index + 1}-E{index + 1},2)", book.money, yuan_number(line.difference)
        )


def _write_taxes(book: Book, sheet: StatementSheet) -> None:
    page = book.file.add_worksheet("税收入库")
    heads = (
        "协议编号",
        "入库年",
        "税收科目",
        "税种",
        "笔数",
        "入库数",
        "其中留抵退税",
        "中央级",
        "省级",
        "市级",
        "县级",
        "计入分享基数",
    )
    rows = [
        (
            (line.agreement, str(line.year), line.tax_subject, line.tax, str(line.receipts)),
            (line.paid_in, line.refunds, line.central, line.province, line.city, line.county, line.retained),
        )
        for line in sheet.taxes
    ]
    _write_table(book, page, heads, rows)


def _write_deductions(book: Book, sheet: StatementSheet) -> None:
    page = book.file.add_worksheet("政策兑现")
    rows = [
        ((line.agreement, line.document, line.paid_on.isoformat()), (line.amount,))
        for line in sheet.deductions
    ]
    _write_table(book, page, ("协议编号", "兑现文号", "兑现日期", "兑现金额"), rows)


def _write_table(
    book: Book,
    page: Any,
    heads: Sequence[str],
    rows: Sequence[tuple[tuple[str, ...], tuple[Fen, ...]]],
) -> None:
    """Write texts and amounts with a row of sums."""
    page.set_landscape()
    page.freeze_panes(1, 0)
    page.set_column(0, len(heads) - 1, 17)
    page.write_row(0, 0, heads, book.head)
    for index, (texts, amounts) in enumerate(rows, start=1):
        write_texts(book, page, index, texts)
        for offset, amount in enumerate(amounts):
            page.write_number(index, len(texts) + offset, yuan_number(amount), book.money)
    if rows:
        lead = len(rows[0][0])
        end = len(rows) + 1
        page.merge_range(end, 0, end, lead - 1, "合计", book.head)
        for offset in range(len(heads) - lead):
            letter = chr(ord("A") + lead + offset)
            total = sum(amounts[offset] for _, amounts in rows)
            page.write_formula(
                end, lead + offset, f"=SUM({letter}2:{letter}{end})", book.money, yuan_number(total)
            )


def agreement_workbook(sheet: AgreementSheet) -> bytes:
    """Write an agreement: its terms, the ratios by year with the host's part as a formula, its articles."""
    book = Book(sheet.made_on, f"利益共享协议 {sheet.number}")
    page = book.file.add_worksheet("协议条款")
    page.set_column(0, 0, 18)
    page.set_column(1, 3, 30)
    page.merge_range(0, 0, 0, 3, f"{sheet.city_name}跨县区招商项目利益共享协议", book.title)
    facts = (
        ("协议编号", sheet.number),
        ("版本", f"第 {sheet.version} 版（{sheet.state}）"),
        ("甲方（首谈地）", sheet.origin_name),
        ("乙方（落地地）", sheet.host_name),
        ("登记编号", sheet.project),
        ("项目名称", sheet.project_name),
        ("项目公司", sheet.company_name),
        ("统一社会信用代码", sheet.credit_code),
        ("分享办法", sheet.method),
        ("分享年限", f"{sheet.term_years} 年，自{sheet.tax_clock}起算"),
        ("考核指标", f"{sheet.credit_rule}（自{sheet.credit_clock}起算）"),
        ("生效日期", sheet.effective_on.isoformat()),
        ("会议纪要", sheet.minutes),
        ("校验码", sheet.check_code),
    )
    for row, (name, value) in enumerate(facts, start=2):
        page.write_string(row, 0, name, book.head)
        page.merge_range(row, 1, row, 3, "", book.text)
        page.write_string(row, 1, value, book.text)
    row = len(facts) + 2
    page.write_string(row, 0, "累计上限（元）", book.head)
    page.merge_range(row, 1, row, 3, "", book.money)
    if sheet.cap is None:
        page.write_string(row, 1, "不设上限", book.text)
    else:
        page.write_number(row, 1, yuan_number(sheet.cap), book.money)
    row += 2
    page.write_row(row, 0, ("协议年度", "甲方分享", "乙方留存", "合计"), book.head)
    for year in sheet.ratios:
        row += 1
        page.write_number(row, 0, year.year, book.number)
        page.write_number(row, 1, year.origin / 10_000, book.percent)
        page.write_formula(row, 2, f"=1-B{row + 1}", book.percent, year.host / 10_000)
        page.write_formula(row, 3, f"=B{row + 1}+C{row + 1}", book.percent, 1)
    articles = book.file.add_worksheet("条文")
    articles.set_column(0, 0, 110)
    texts = [
        text
        for index, clause in enumerate(sheet.clauses)
        for text in (f"第{NUMERALS[index]}条　{clause.heading}", *clause.paragraphs)
    ]
    for row, text in enumerate(texts):
        articles.write_string(row, 0, text, book.note)
    return book.close()
