from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.units import FEN_LIMIT
from services.interchange import units
from services.interchange.amounts import Day, Month, Quantity, Year, show_decimal
from services.interchange.cells import YES_NO, Choice, Code, Plain, Several, Text
from services.interchange.codes import CreditCode, Division, Industry
from services.interchange.faults import BadCell
from services.interchange.units import Dimension

DIMENSIONS = [
    units.MONEY_WAN,
    units.MONEY_YUAN,
    units.LAND,
    units.MONEY_PER_MU,
    units.FLOOR,
    units.HEIGHT,
    units.ENERGY,
    units.ENERGY_PLAIN,
    units.WATER,
    units.COD,
    units.PERCENT,
    units.DAYS,
    units.RATIO,
    units.COUNT,
]


@pytest.mark.parametrize(
    ("dimension", "unit", "text", "stored"),
    [
        # G34: a hectare is 15 mu.
        (units.LAND, "公顷", "722.62", 1_083_930),
        (units.LAND, "公顷", "342.64", 513_960),
        (units.LAND, "平方米", "10000", 1_500),
        (units.LAND, "平方公里", "1", 150_000),
        (units.LAND, "亩", "0.01", 1),
        (units.MONEY_WAN, "万元", "83659", 83_659_000_000),
        (units.MONEY_WAN, "亿元", "1.5", 15_000_000_000),
        (units.MONEY_WAN, "元", "0.01", 1),
        (units.MONEY_YUAN, "万元", "0.000001", 1),
        (units.MONEY_PER_MU, "万元/亩", "10.5", 10_500_000),
        (units.MONEY_PER_MU, "万元/公顷", "150", 10_000_000),
        (units.MONEY_PER_MU, "元/平方米", "3", 200_000),
        (units.ENERGY, "万吨标准煤/年", "1.2345", 12_345),
        (units.COD, "吨/年", "11.006", 11_006),
        (units.COD, "千克/年", "11006", 11_006),
        (units.WATER, "立方米/日", "12", 12),
        (units.FLOOR, "万平方米", "1.25", 12_500),
        (units.HEIGHT, "米", "4.5", 450),
        (units.PERCENT, "%", "37.5", 3_750),
        (units.PERCENT, "‰", "2", 20),
        (units.RATIO, "", "1.2", 12_000),
    ],
)
def test_the_headers_unit_is_obeyed_exactly(dimension: Dimension, unit: str, text: str, stored: int):
    assert Quantity(dimension).reader(unit)(text) == stored


@pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.shown or "plain")
@given(value=st.integers(-FEN_LIMIT + 1, FEN_LIMIT - 1), places=st.integers(0, 2))
def test_what_is_shown_reads_back(dimension: Dimension, value: int, places: int):
    quantity = Quantity(dimension, signed=True, places=places)
    assert quantity.reader(dimension.shown)(quantity.show(value)) == value


@given(
    digits=st.integers(0, 10**9),
    decimals=st.integers(0, 8),
    dimension=st.sampled_from(DIMENSIONS),
    data=st.data(),
)
def test_a_conversion_is_exact_or_refused(
    digits: int, decimals: int, dimension: Dimension, data: st.DataObject
):
    unit = data.draw(st.sampled_from(sorted(dimension.factors)))
    exact = Fraction(digits, 10**decimals) * dimension.factors[unit]
    text = show_decimal(digits, decimals, decimals)
    quantity = Quantity(dimension, maximum=10**30)
    if exact.denominator == 1:
        assert quantity.reader(unit)(text) == exact
    else:
        with pytest.raises(BadCell, match="too-precise"):
            quantity.reader(unit)(text)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("１２３４", 123_400),
        ("１，２３４．５", 123_450),
        ("1,234,567.89", 123_456_789),
        ("+7", 700),
        (" 7 ", 700),
        ("-0", 0),
    ],
)
def test_spellings_of_numbers(text: str, stored: int):
    assert Quantity(units.MONEY_YUAN).reader("元")(text) == stored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "not-a-number"),
        ("Infinity", "not-a-number"),
        ("1e5", "not-a-number"),
        ("1_000", "not-a-number"),
        ("1,23,4", "not-a-number"),
        ("٣", "not-a-number"),
        ("三", "not-a-number"),
        ("1.", "not-a-number"),
        ("--1", "not-a-number"),
        ("9" * 19, "not-a-number"),
        ("0x10", "not-a-number"),
        ("true", "not-a-number"),
        ("-1", "negative"),
        ("0.001", "too-precise"),
        ("90071992547409.92", "too-large"),
    ],
)
def test_what_is_no_number_is_refused(text: str, code: str):
    with pytest.raises(BadCell, match=code):
        Quantity(units.MONEY_YUAN).reader("元")(text)


@pytest.mark.parametrize(
    "code",
    # G29 of the domain: five firms' public codes and python-stdnum's own example.
    [
        "91110000600037341L",
        "914403001922038216",
        "91440300708461136T",
        "9144030071526726XG",
        "91350900587527783P",
        "91330100799655058B",
    ],
)
def test_credit_codes_by_their_check_digit(code: str):
    assert CreditCode().read(code) == code
    assert CreditCode().read(code.lower()) == code
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(BadCell, match="bad-check-digit"):
        CreditCode().read(wrong)


def test_full_width_credit_codes_are_folded():
    assert CreditCode().read("９１４４０３００１９２２０３８２１６") == "914403001922038216"


@pytest.mark.parametrize("text", ["91440300192203821", "I14403001922038216", "9144030019220O8216", "无"])
def test_what_is_no_credit_code(text: str):
    with pytest.raises(BadCell, match="bad-credit-code"):
        CreditCode().read(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("3962", ("2017", "3962")),
        ("2011:3962", ("2011", "3962")),
        ("２０１１：３９６２", ("2011", "3962")),
        ("367", ("2017", "3670")),
        ("3670", ("2017", "3670")),
    ],
)
def test_an_industry_is_an_edition_and_four_digits(text: str, read: tuple[str, str]):
    industry = Industry()
    assert industry.read(text) == read
    assert industry.read(industry.show(read)) == read


@pytest.mark.parametrize("text", ["39", "39620", "0001", "9800", "2099:3962", "C396", "三九六二"])
def test_what_is_no_industry(text: str):
    with pytest.raises(BadCell, match="bad-industry"):
        Industry().read(text)


def test_division_codes():
    division = Division()
    assert division.read("611021") == "611021"
    assert division.read("６１１０２１") == "611021"
    for text in ("61102", "6110211", "011021", "61102a"):
        with pytest.raises(BadCell, match="bad-division-code"):
            division.read(text)
    with pytest.raises(BadCell, match="unknown-division"):
        division.read("991021")


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026/1/31",
        "2026.1.31",
        "2026年1月31日",
        "20260131",
        "2026-01-31 00:00:00",
        "２０２６－０１－３１",
    ],
)
def test_spellings_of_a_date(text: str):
    assert Day().read(text) == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-13-01", "1026-01-01", "46053", "2026-01-31 12:00:00"])
def test_what_is_no_date(text: str):
    with pytest.raises(BadCell, match="bad-date"):
        Day().read(text)


@pytest.mark.parametrize(
    "text", ["2026-04", "2026/4", "2026年4月", "202604", "2026-04-01", "2026-04-01 00:00:00"]
)
def test_spellings_of_a_month(text: str):
    assert Month().read(text) == "2026-04"


@pytest.mark.parametrize("text", ["2026-00", "2026-13", "2026-04-02", "26-04", "1900-01"])
def test_what_is_no_month(text: str):
    with pytest.raises(BadCell, match="bad-month"):
        Month().read(text)


def test_years():
    assert Year().read("２０２６年") == 2026
    for text in ("26", "1900", "20260", "二〇二六"):
        with pytest.raises(BadCell, match="bad-year"):
            Year().read(text)


@given(st.dates(date(1949, 1, 1), date(2100, 12, 31)))
def test_dates_read_back(day: date):
    assert Day().read(Day().show(day)) == day


def test_a_plain_cell_is_taken_as_it_is():
    assert Plain().reader("")("任何文字") == "任何文字"


def test_words_stay_as_they_are():
    assert Text().read("商洛经济技术开发区（洛南）①") == "商洛经济技术开发区（洛南）①"
    with pytest.raises(BadCell, match="too-long"):
        Text(3).read("四个字了")
    for text in ("a\tb", "a\x07b", "a\nb", "\x1b[31m"):
        with pytest.raises(BadCell, match="control-character"):
            Text().read(text)


def test_codes():
    assert Code().read("６１１０-2026-0001") == "6110-2026-0001"
    for text in ("", "-1", "a b", "编号", "1" * 41, "a'b", "../x"):
        with pytest.raises(BadCell, match="bad-code"):
            Code().read(text)


def test_closed_lists_say_what_they_allow():
    choice = Choice({"净地": "ready", "可调规": "replan"})
    assert choice.read(" 净地 ") == "ready"
    assert choice.show("replan") == "可调规"
    with pytest.raises(BadCell, match="bad-choice") as found:
        choice.read("毛地")
    assert found.value.facts == {"allowed": "净地、可调规"}
    assert YES_NO.read("否") is False


def test_lists_within_a_cell():
    industries = Several(Industry())
    read = industries.reader("")
    assert read("3985；3841") == (("2017", "3841"), ("2017", "3985"))
    assert industries.show(read("3985,3841")) == "3841;3985"
    for text in ("3985;;3841", "3985;3985", ";", "367;3670"):
        with pytest.raises(BadCell, match="bad-list"):
            read(text)
    ratios = Several(Quantity(units.PERCENT), unit="%", distinct=False, ordered=True)
    assert ratios.reader("%")("50;50;40;30;30") == (5000, 5000, 4000, 3000, 3000)
    assert ratios.show((5000, 4050)) == "50;40.5"


def test_a_dimension_states_its_own_unit():
    with pytest.raises(ValueError, match="亩"):
        units._dimension("亩", "0.01 亩", 2, 亩=7)
