import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.units import FEN_LIMIT, Fen
from services.documents.amount_words import DIGITS, amount_words

# The examples of 《支付结算办法》 annex 1, and the edges of groups.
CASES = {
    0: "零元整",
    5: "伍分",
    50: "伍角整",
    55: "伍角伍分",
    100: "壹元整",
    1_05: "壹元零伍分",
    10_00: "壹拾元整",
    140_950: "壹仟肆佰零玖元伍角整",
    600_714: "陆仟零柒元壹角肆分",
    168_032: "壹仟陆佰捌拾元叁角贰分",
    10_700_053: "壹拾万柒仟元伍角叁分",
    1_640_902: "壹万陆仟肆佰零玖元零贰分",
    32_504: "叁佰贰拾伍元零肆分",
    159_804_921: "壹佰伍拾玖万捌仟零肆拾玖元贰角壹分",
    1_000_000_00: "壹佰万元整",
    1_0000_0000_00: "壹亿元整",
    1_0000_0001_00: "壹亿零壹元整",
    1000_0000_0000_00: "壹仟亿元整",
    1_0000_0000_0000_00: "壹万亿元整",
    1_0001_0000_00: "壹亿零壹万元整",
    1_0000_0001_0000_00: "壹万亿零壹万元整",
    1_0001_0000_0000_00: "壹万零壹亿元整",
    1_0000_0000_0001_00: "壹万亿零壹元整",
    -100_00: "负壹佰元整",
    -1: "负壹分",
}


@pytest.mark.parametrize(("fen", "words"), CASES.items())
def test_words_are_those_of_the_rule(fen: int, words: str) -> None:
    assert amount_words(Fen(fen)) == words


def read_back(words: str) -> int:
    """The amount that words say: an independent reading, group by group."""
    sign = -1 if words.startswith("负") else 1
    words = words.removeprefix("负").removesuffix("整")
    yuan, found, rest = words.rpartition("元")
    if not found:
        rest = words
    total = thousands = group = digit = 0
    for mark in yuan:
        if mark in DIGITS:
            digit = DIGITS.index(mark)
        elif mark in "拾佰仟":
            group += digit * {"拾": 10, "佰": 100, "仟": 1000}[mark]
            digit = 0
        elif mark == "万":
            thousands, group, digit = (group + digit) * 10_000, 0, 0
        elif mark == "亿":
            total, thousands, group, digit = (thousands + group + digit) * 100_000_000, 0, 0, 0
    fen = (total + thousands + group + digit) * 100
    for unit, value in (("角", 10), ("分", 1)):
        place = rest.find(unit)
        if place > 0:
            fen += DIGITS.index(rest[place - 1]) * value
    return sign * fen


@given(st.integers(-FEN_LIMIT + 1, FEN_LIMIT - 1))
def test_words_read_back_as_the_amount(fen: int) -> None:
    assert read_back(amount_words(Fen(fen))) == fen


@given(st.integers(0, 10**15).map(lambda yuan: yuan * 100 % FEN_LIMIT // 100 * 100))
def test_no_doubled_zero_and_whole_yuan_end_with_zheng(fen: int) -> None:
    words = amount_words(Fen(fen))
    assert "零零" not in words
    assert words.endswith("元整")


def test_more_than_a_spreadsheet_can_show_is_refused() -> None:
    with pytest.raises(OverflowError):
        amount_words(Fen(FEN_LIMIT))
