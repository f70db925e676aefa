import re
from collections import Counter
from collections.abc import Callable

import pytest

from allocation.sharing.statement import Direction
from services.documents import render
from services.documents.amount_words import amount_words
from services.documents.render import Sheet, render_pdf
from services.documents.sheets import StatementSheet
from services.ledger.states import StatementKind
from tests.services.documents import factories
from tests.services.documents.conftest import Reader

Pages = Callable[[bytes], list[str]]
MONEY = re.compile(r"(?<![\d,.])-?\d{1,3}(?:,\d{3})*\.\d{2}(?![\d%])")
SHEETS: dict[str, Sheet] = {
    "statement": factories.statement(3),
    "month": factories.statement(2, StatementKind.month),
    "agreement": factories.agreement(signed=True),
    "confirmation": factories.confirmation(),
    "card": factories.card(),
}


PAGES = [(0, 1, 2), (1, 1, 2), (40, 6, 10), (400, 50, 75)]


def printed(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


@pytest.mark.parametrize("name", SHEETS)
def test_same_sheet_same_bytes_whatever_was_drawn_before(name: str) -> None:
    first = render_pdf(SHEETS[name])
    render_pdf(factories.statement(1))
    assert render_pdf(SHEETS[name]) == first
    render._compiler.cache_clear()
    assert render_pdf(SHEETS[name]) == first


@pytest.mark.parametrize("name", SHEETS)
def test_only_our_fonts_and_all_embedded(name: str, poppler: Reader) -> None:
    rows = poppler(render_pdf(SHEETS[name]), "pdffonts").splitlines()[2:]
    fonts = {row.split()[0].partition("+")[2].removesuffix("-Identity-H") for row in rows}
    assert fonts <= {"NotoSerifSC-Regular", "NotoSansSC-Regular"}
    assert fonts
    assert all(row.split()[-5:-2] == ["yes", "yes", "yes"] for row in rows)


def test_is_pdf_a_2b_dated_by_the_sheet(poppler: Reader) -> None:
    pdf = render_pdf(factories.statement(1))
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert "Fri Jan 15" in poppler(pdf, "pdfinfo")


def expected_amounts(sheet: StatementSheet) -> Counter[str]:
    """Every amount that the tables print, without the page sums."""
    found: Counter[str] = Counter()
    for line in sheet.lines:
        amounts = [line.base, line.cumulative, line.before, line.amount]
        if line.cap is not None and line.cap_used is not None:
            amounts += [line.cap, line.cap_used, line.cap - line.cap_used]
        found.update(map(printed, amounts))
    for tax in sheet.taxes:
        found.update(
            map(
                printed,
                (tax.paid_in, tax.refunds, tax.central, tax.province, tax.city, tax.county, tax.retained),
            )
        )
    found.update(printed(line.amount) for line in sheet.deductions)
    found.update(printed(subject.amount) for subject in sheet.subjects)
    return found


@pytest.mark.parametrize("count", [0, 1, 40])
def test_every_amount_is_printed_and_no_other(count: int, pages: Pages) -> None:
    sheet = factories.statement(count)
    text = "\n".join(pages(render_pdf(sheet)))
    found = Counter(MONEY.findall(text))
    missing = expected_amounts(sheet) - found
    assert not missing
    rest = set(found - expected_amounts(sheet))
    totals = {printed(sheet.total(direction)) for direction in Direction}
    sums = {
        amount
        for row in text.splitlines()
        if re.search(r"小计|[合累] ?计|小写", row)
        for amount in MONEY.findall(row)
    }
    assert rest <= sums | totals
    for direction in Direction:
        assert f"人民币{amount_words(sheet.total(direction))}" in text


def test_page_sums_add_up_to_the_total(pages: Pages) -> None:
    sheet = factories.statement(40)
    subtotals = [
        MONEY.findall(row)
        for page in pages(render_pdf(sheet))
        for row in page.splitlines()
        if "本页小计" in row
    ]
    pairs = [row for row in subtotals if len(row) == 2]
    assert len(pairs) > 3
    for column, direction in ((0, Direction.up), (1, Direction.down)):
        fen = sum(int(re.sub(r"[,.]", "", row[column])) for row in pairs)
        assert fen == sheet.total(direction)


@pytest.mark.parametrize(("count", "at_least", "at_most"), PAGES)
def test_pages_are_counted_and_the_seals_have_company(
    count: int, at_least: int, at_most: int, pages: Pages
) -> None:
    made = pages(render_pdf(factories.statement(count)))
    assert at_least <= len(made) <= at_most
    for number, page in enumerate(made, start=1):
        assert f"第{number}页共{len(made)}页" in page.replace(" ", "")
        assert "3F9C-A210-77BD-E21A" in page
    sealed = [page for page in made if "盖章处" in page]
    assert sealed == made[-1:]
    assert sealed[0].count("盖章处") == 2
    assert "人民币" in sealed[0]
    assert "尾差按最大余数法处理" in sealed[0]


def test_the_four_hands_stand_on_the_year_and_a_month_is_unsigned(pages: Pages) -> None:
    year = "".join(pages(render_pdf(factories.statement(1))))
    for hand in ("编制：编制甲", "复核：复核乙", "审核：审核丙", "批准：批准丁"):
        assert hand in year
    for kind, name in ((StatementKind.month, "测算单"), (StatementKind.quarter, "对账单")):
        text = "".join(pages(render_pdf(factories.statement(1, kind))))
        assert name in text
        assert "盖章处" not in text
        assert "不作为划转依据" in text


def test_a_draft_is_marked_across_the_page(pages: Pages) -> None:
    assert "草" in pages(render_pdf(factories.agreement(draft=True)))[0]
    assert "草稿" not in "".join(pages(render_pdf(factories.agreement())))


def test_the_agreement_names_its_terms_and_its_three_sides(pages: Pages) -> None:
    made = pages(render_pdf(factories.agreement(signed=True)))
    text = re.sub(r"\s", "", "".join(made))
    for words in ("310,000.00元", "33.5%", "66.5%", "31万元", "甲方（首谈地）", "乙方（落地地）", "鉴证方"):
        assert words in text
    assert "盖章处" in made[-1]
    assert "第八条" in made[-1]
    assert "2024年7月12日" in text
    assert "首席代表" in text


def test_the_agreement_without_a_cap_says_so(pages: Pages) -> None:
    text = re.sub(r"\s", "", "".join(pages(render_pdf(factories.agreement(cap_fen=None)))))
    assert "不设上限" in text
    assert "不设累计上限" in text


def test_the_confirmation_names_no_money(pages: Pages) -> None:
    made = pages(render_pdf(factories.confirmation()))
    text = "".join(made)
    assert len(made) == 1
    assert text.count("盖章处") == 3
    assert not MONEY.findall(text)
    assert not re.search(r"[%％元]|分享|比例|税", text)


def test_the_card_shows_its_facts(pages: Pages) -> None:
    text = re.sub(r"\s", "", "".join(pages(render_pdf(factories.card()))))
    for words in ("111,712万元", "远景嘉盛智能制造有限公司", "2026年1月19日", "驻外招商局"):
        assert words in text
