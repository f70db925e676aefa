import pytest

from services.interchange.faults import FILE_MESSAGES, MESSAGES, Fault, FileFault, UnusableFile
from services.interchange.headers import split_header
from services.interchange.reading import Reading, open_file, read_rows
from services.interchange.sheets import Sheet
from services.interchange.specs import TABLES, TABLES_BY_KIND
from services.kit.i18n import gettext
from tests.services.interchange.files import GROUNDS, Rows, as_csv, as_xlsx, example, first_headers, one


def load(kind: str, rows: Rows) -> Reading:
    table = TABLES_BY_KIND[kind]
    return read_rows(table, open_file(table, f"{table.title}.csv", as_csv(rows)), GROUNDS)


def found(kind: str, rows: Rows) -> list[tuple[int, str, str, str]]:
    return [(fault.row, fault.column, fault.value, fault.code) for fault in load(kind, rows).faults]


def whole(kind: str, rows: Rows) -> list[tuple[str, str, str]]:
    with pytest.raises(UnusableFile) as refusal:
        load(kind, rows)
    return [(fault.code, fault.about, fault.expected) for fault in refusal.value.faults]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_our_headers_are_the_files_headers(table):
    assert first_headers([column.header for column in table.columns]) == example(table.kind)[0]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_typed_rows_are_written_as_they_stood(table):
    rows = example(table.kind, 40)
    table_rows = load(table.kind, rows)
    assert len(table_rows.good) == len(rows) - 1
    shown = [table.cells_of(item.row) for item in table_rows.good]
    again = load(table.kind, [rows[0], *shown])
    assert [item.row for item in again.good] == [item.row for item in table_rows.good]


def test_an_unknown_header():
    rows = one("plots")
    rows[0][1] = "园区名"
    assert whole("plots", rows) == [("unknown-header", "园区名", ""), ("missing-header", "园区编码", "")]


def test_a_missing_header():
    rows = [row[:-1] for row in one("plots")]
    assert whole("plots", rows) == [("missing-header", "核实日期", "")]


def test_a_repeated_header():
    rows = [[*row, row[0]] for row in one("plots")]
    assert whole("plots", rows) == [("duplicate-header", "地块编号", "")]


def test_a_header_without_words_above_cells():
    rows = one("plots")
    rows[0].insert(1, " ")
    rows[1].insert(1, "x")
    assert whole("plots", rows) == [("unknown-header", "第 2 列", "")]


def test_a_wrong_unit_names_the_right_ones():
    rows = one("plots")
    rows[0][3] = "面积(平米)"
    assert whole("plots", rows) == [("wrong-unit", "面积(平米)", "亩、公顷、平方米、平方公里")]


def test_a_unit_where_there_is_none():
    rows = one("plots")
    rows[0][6] = "容积率下限(%)"
    assert whole("plots", rows) == [("wrong-unit", "容积率下限(%)", "容积率下限")]


def test_a_missing_unit():
    rows = one("halls")
    rows[0][2] = "面积"
    assert whole("halls", rows) == [("missing-unit", "面积", "平方米、万平方米")]


def test_every_fault_of_a_header_is_told_at_once():
    rows = one("plots")
    rows[0][1], rows[0][3], rows[0][7] = "园", "面积", "价格(元)"
    assert [code for code, _, _ in whole("plots", rows)] == [
        "unknown-header",
        "missing-unit",
        "wrong-unit",
        "missing-header",
    ]


def test_headers_in_other_spellings_and_units():
    rows = one("plots", 面积="1.2")
    rows[0] = [f" {header.replace('(', '（').replace(')', '）')} " for header in rows[0]]
    rows[0][3] = "面 积（公顷）"
    rows[0][1] = "园区代码"
    assert load("plots", rows).good[0].row.area_mu == 1_800


def test_columns_in_another_order():
    rows = [list(reversed(row)) for row in one("plots")]
    assert load("plots", rows).good[0].row.code == "6110P01-001"


def test_columns_that_may_be_missing():
    rows = one("transfers")
    rows[1][0] = "6110-2025-0001"
    short = [row[:-1] for row in rows]
    assert load("transfers", short).good[0].row.remark == ""


def test_a_file_of_a_header_alone():
    assert whole("plots", [example("plots")[0]]) == [("no-rows", "", "")]


@pytest.mark.parametrize(
    ("kind", "changes", "column", "code"),
    [
        ("plots", {"地块编号": ""}, "地块编号", "required"),
        ("plots", {"面积": "-20"}, "面积(亩)", "negative"),
        ("plots", {"面积": "NaN"}, "面积(亩)", "not-a-number"),
        ("plots", {"面积": "0.001"}, "面积(亩)", "too-precise"),
        ("plots", {"面积": "99999999999999999"}, "面积(亩)", "too-large"),
        ("plots", {"园区编码": "6110P99"}, "园区编码", "unknown-park"),
        ("plots", {"用途": "商业"}, "用途", "bad-choice"),
        ("plots", {"可交付日期": "2026-02-30"}, "可交付日期", "bad-date"),
        ("plots", {"地块编号": "地块 1"}, "地块编号", "bad-code"),
        ("parks", {"所属地": "611099"}, "所属地", "unknown-region"),
        ("parks", {"主导产业": "39"}, "主导产业", "bad-industry"),
        ("parks", {"主导产业": "3963;3963"}, "主导产业", "bad-list"),
        ("parks", {"名称": "名" * 81}, "名称", "too-long"),
        ("parks", {"名称": "a\x0bb"}, "名称", "control-character"),
        ("counties", {"行政区划代码": "610102"}, "行政区划代码", "other-city"),
        ("counties", {"行政区划代码": "611000"}, "行政区划代码", "other-city"),
        ("counties", {"行政区划代码": "6110"}, "行政区划代码", "bad-division-code"),
        ("projects", {"投资方注册地": "990000"}, "投资方注册地", "unknown-division"),
        ("projects", {"统一社会信用代码": "91440300YJUTNY6HB0"}, "统一社会信用代码", "bad-check-digit"),
        ("projects", {"统一社会信用代码": "91440300"}, "统一社会信用代码", "bad-credit-code"),
        ("projects", {"签约日期": ""}, "签约日期", "missing-date"),
        ("projects", {"受理日期": ""}, "受理日期", "missing-date"),
        ("projects", {"合同日期": "2024-03-01"}, "合同日期", "dates-out-of-order"),
        ("companies", {"登记编号": "6110-1999-0001"}, "登记编号", "unknown-project"),
        ("targets", {"单位": "6110P77"}, "单位", "unknown-unit"),
        ("targets", {"年度": "26"}, "年度", "bad-year"),
        ("paid_in", {"登记编号": "6110-2025-0001", "月份": "2026-13"}, "月份", "bad-month"),
        ("paid_in", {"登记编号": "6110-2025-0001", "金额": "-1"}, "金额", "negative"),
        ("paid_in", {"登记编号": "6110-2025-0001", "金额": "9007199254740993"}, "金额", "too-large"),
        ("paid_in", {"登记编号": "6110-2025-0001", "金额": "0.001", "单位": "元"}, "金额", "too-precise"),
        ("level_shares", {"中央": "51"}, "", "shares-not-whole"),
        ("receipts", {"入库金额": "4510.78"}, "入库金额(元)", "split-differs"),
        ("receipts", {"中央级": ""}, "", "levels-incomplete"),
        ("agreements", {"登记编号": "6110-2025-0001", "落地地": "611002"}, "落地地", "same-party"),
        ("agreements", {"登记编号": "6110-2025-0001", "年限": "0"}, "年限", "years-range"),
        (
            "agreements",
            {"登记编号": "6110-2025-0001", "首谈地分享比例": "101"},
            "首谈地分享比例(%)",
            "ratio-range",
        ),
        ("agreements", {"登记编号": "6110-2025-0001", "累计上限": "0"}, "累计上限(万元)", "not-positive"),
    ],
)
def test_each_rule_has_its_own_fault(kind: str, changes: dict[str, str], column: str, code: str):
    codes = [(fault[1], fault[3]) for fault in found(kind, one(kind, **changes))]
    assert (column, code) in codes
    assert code in MESSAGES


def test_ratios_by_year():
    changes = {"登记编号": "6110-2025-0001", "首谈地分享比例": "50;40", "年限": "5"}
    assert [fault[3] for fault in found("agreements", one("agreements", **changes))] == [
        "years-differ",
        "ratio-varies",
    ]
    by_year = one("agreements", **changes | {"分享办法": "逐年比例", "年限": "2"})
    assert load("agreements", by_year).good[0].row.ratios_bp == (5000, 4000)


def test_one_bad_cell_does_not_hide_another():
    rows = one("plots", 面积="-1", 园区编码="6110P99", 状态="?")
    assert [(column, code) for _, column, _, code in found("plots", rows)] == [
        ("园区编码", "unknown-park"),
        ("面积(亩)", "negative"),
        ("状态", "bad-choice"),
    ]


def test_a_number_that_stands_twice_faults_both_rows():
    rows = [*example("plots", 2), example("plots", 1)[1]]
    assert found("plots", rows) == [
        (2, "地块编号", "6110P01-001", "duplicate"),
        (4, "地块编号", "6110P01-001", "duplicate"),
    ]
    reading = load("plots", rows)
    assert [fault.say() for fault in reading.faults] == ["与第 4 行重复", "与第 2 行重复"]
    assert [item.number for item in reading.good] == [3]


def test_a_key_of_several_columns():
    rows = [*one("level_shares"), one("level_shares", 起始日期="2025-01-01")[1]]
    assert found("level_shares", rows) == []
    rows.append(rows[1])
    assert [code for _, _, _, code in found("level_shares", rows)] == ["duplicate", "duplicate"]


def test_paid_in_funds_of_one_month_are_numbered():
    good = one("paid_in", 登记编号="6110-2025-0001")
    reading = load("paid_in", [*good, good[1], one("paid_in", 登记编号="6110-2025-0002")[1]])
    assert [item.row.seq for item in reading.good] == [1, 2, 1]


@pytest.mark.parametrize(
    ("text", "unit", "amount", "kept"),
    [
        ("690.51", "万元", 690_510_000, "万元"),
        ("6905100", "元", 690_510_000, "万元"),
        ("0.069051", "亿元", 690_510_000, "万元"),
        ("100", "万美元", 100_000_000, "万美元"),
        ("1000000", "美元", 100_000_000, "万美元"),
    ],
)
def test_paid_in_funds_state_their_unit_in_the_row(text: str, unit: str, amount: int, kept: str):
    rows = one("paid_in", 登记编号="6110-2025-0001", 金额=text, 单位=unit)
    row = load("paid_in", rows).good[0].row
    assert (row.amount, row.unit) == (amount, kept)
    assert load("paid_in", [rows[0], TABLES_BY_KIND["paid_in"].cells_of(row)]).good[0].row == row


def test_refunds_are_negative_and_only_receipts_may_be():
    rows = one("receipts", 入库金额="-10.00", 中央级="", 省级="", 市级="", 县级="")
    row = load("receipts", rows).good[0].row
    assert (row.amount_fen, row.central_fen) == (-1000, None)


def test_a_cell_without_a_header_above():
    rows = one("plots")
    rows[1].append("备注")
    assert found("plots", rows) == [(2, "", "备注", "extra-cell")]


def test_a_ticket_that_excel_cut_is_not_taken():
    rows = one("receipts")
    table = TABLES_BY_KIND["receipts"]
    sheet = open_file(table, "税收入库.xlsx", as_xlsx(rows))
    cut = Sheet(sheet.header, sheet.rows, {(2, rows[0].index("电子税票号")): "lost-digits"})
    assert [(fault.column, fault.code) for fault in read_rows(table, cut, GROUNDS).faults] == [
        ("电子税票号", "lost-digits")
    ]


def test_short_rows_lack_their_cells():
    rows = one("plots")
    rows[1] = rows[1][:-1]
    assert found("plots", rows) == [(2, "核实日期", "", "required")]


def test_long_values_are_cut_in_the_fault():
    rows = one("plots", 地块编号="x" * 100)
    assert len(found("plots", rows)[0][2]) == 60


def test_a_three_digit_class_and_its_four_digits_are_one():
    rows = [example("chains")[0], ["新材料", "367", "甲", "是"], ["新材料", "3670", "乙", "是"]]
    assert [code for _, _, _, code in found("chains", rows)] == ["duplicate", "duplicate"]


def test_the_words_of_faults():
    assert Fault(2, "x", "y", "shares-not-whole", {"sum": "101"}).say() == "四级比例之和应为 100%，现为 101%"
    assert Fault(2, "x", "y", "negative").say("en") == "May not be negative"
    file_fault = FileFault("wrong-unit", "面积(平米)", "亩")
    assert file_fault.say() == "表头的单位不对：面积(平米)（应为 亩）"
    assert file_fault.say("en") == "The header states a wrong unit: 面积(平米) (expected: 亩)"
    refusal = UnusableFile(file_fault, FileFault("empty-file"), filename="地块.csv")
    assert refusal.say("en").startswith("地块.csv: The header")
    assert [place.pointer for place in refusal.errors] == ["/header/面积(平米)", "/file"]


@pytest.mark.parametrize("message", [*MESSAGES.values(), *FILE_MESSAGES.values()])
def test_every_fault_speaks_english(message: str):
    assert gettext(message, "en") != message


@pytest.mark.parametrize(
    ("header", "split"),
    [
        ("面积（亩）", ("面积", "亩")),
        ("COD(吨/年)", ("COD", "吨/年")),
        ("名 称", ("名称", "")),
        ("a(b)c", ("a(b)c", "")),
    ],
)
def test_a_header_is_a_name_and_a_unit(header: str, split: tuple[str, str]):
    assert split_header(header) == split
