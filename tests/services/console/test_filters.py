"""How numbers, dates and states are written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from services.console import filters

AMOUNTS = st.integers(min_value=-(2**53), max_value=2**53)


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "0.00"), (5, "0.05"), (123456, "1,234.56"), (-123456, "-1,234.56"), (-1, "-0.01"), (None, "—")],
)
def test_yuan(fen: int | None, text: str) -> None:
    assert filters.yuan(fen) == text


@given(AMOUNTS)
def test_yuan_loses_no_fen(fen: int) -> None:
    assert int(filters.yuan(fen).replace(",", "").replace(".", "")) == fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0"),
        (60_294 * 1_000_000, "60,294"),
        (690_510_000, "690.51"),
        (5_000, "0.01"),  # half up
        (4_999, "0"),
        (-690_510_000, "-690.51"),
        (-4_999, "0"),  # no minus before nothing
        (1_500_000, "1.50"),
        (None, "—"),
    ],
)
def test_wan(fen: int | None, text: str) -> None:
    assert filters.wan(fen) == text


@given(AMOUNTS)
def test_wan_is_the_nearest_hundredth(fen: int) -> None:
    text = filters.wan(fen).replace(",", "")
    whole, _, decimals = text.partition(".")
    hundredths = int(whole.lstrip("-") or "0") * 100 + int(decimals.ljust(2, "0") or "0")
    assert abs(hundredths * 10_000 - abs(fen)) <= 5_000


@pytest.mark.parametrize(
    ("land", "text"),
    [(34_600, "346"), (1_250, "12.5"), (1_225, "12.25"), (5, "0.05"), (-50, "-0.5"), (None, "—")],
)
def test_mu(land: int | None, text: str) -> None:
    assert filters.mu(land) == text


@pytest.mark.parametrize(
    ("points", "text"), [(4_623, "46.23%"), (3_000, "30%"), (0, "0%"), (-150, "-1.5%"), (None, "—")]
)
def test_percent(points: int | None, text: str) -> None:
    assert filters.percent(points) == text


def test_numbers_have_thousands_marks() -> None:
    assert filters.number(1_204_000) == "1,204,000"
    assert filters.number(None) == "—"


def test_a_day_is_the_day_in_shanghai() -> None:
    assert filters.day(date(2026, 10, 27)) == "2026-10-27"
    assert filters.day(datetime(2026, 10, 27, 17, tzinfo=UTC)) == "2026-10-28"
    assert filters.day(None) == "—"


def test_a_moment_is_shanghai_time() -> None:
    here = timezone(timedelta(hours=8))
    assert filters.moment(datetime(2026, 10, 27, 14, 3, tzinfo=here)) == "2026-10-27 14:03"
    assert filters.moment(None) == "—"


def test_a_tag_escapes_its_text() -> None:
    assert filters.tag("<b>", "warn") == '<span class="tag warn">&lt;b&gt;</span>'
    assert filters.tag("入池") == '<span class="tag">入池</span>'


def test_a_chinese_tag_is_marked_where_asked() -> None:
    assert filters.tag("入池", mark=True) == '<span class="tag" lang="zh-CN">入池</span>'
    assert filters.tag("pooled", mark=True) == '<span class="tag">pooled</span>'


def test_markup_marks_its_own_chinese() -> None:
    assert filters.has_chinese("洛南县")
    assert not filters.has_chinese("Luonan")
    assert not filters.has_chinese(Markup("<b>洛南县</b>"))


def test_a_tag_of_an_unknown_tone_is_a_fault() -> None:
    with pytest.raises(ValueError, match="purple"):
        filters.tag("入池", "purple")


def test_chinese_names_are_marked_and_lines_kept() -> None:
    assert filters.chinese("洛南县") == '<span lang="zh-CN">洛南县</span>'
    assert filters.chinese("6110-2026-0001") == "6110-2026-0001"
    assert filters.lines("a<\nb") == "a&lt;<br>b"


def test_chinese_names_in_an_english_sentence_are_marked_alone() -> None:
    said = filters.chinese_parts("落地县 × 50% <a> 县")
    assert said == '<span lang="zh-CN">落地县</span> × 50% &lt;a&gt; <span lang="zh-CN">县</span>'
    assert filters.chinese_parts("plain") == "plain"
