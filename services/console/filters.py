"""How the console writes numbers, dates and states.  Every page, in either language, writes them alike."""

import re
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from allocation import figures
from allocation.units import FEN_PER_WAN

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
TONES: Final = frozenset({"", "info", "ok", "warn", "bad"})
NOTHING: Final = "—"
_CHINESE_RUN: Final = re.compile("([\u4e00-\u9fff]+)")


def yuan(fen: int | None) -> str:
    """Write an amount of fen as yuan with two decimals and thousands marks: ``1,234.56``."""
    return NOTHING if fen is None else figures.yuan(fen)


def wan(fen: int | None) -> str:
    """Write an amount of fen in 万元 (10,000 yuan): whole where it is whole, else two decimals, half up."""
    if fen is None:
        return NOTHING
    hundredths = (abs(fen) * 100 * 2 + FEN_PER_WAN) // (2 * FEN_PER_WAN)
    return figures.written(-hundredths if fen < 0 else hundredths, 2, 2 if hundredths % 100 else 0)


def mu(hundredths: int | None) -> str:
    """Write land, kept in hundredths of a mu, in mu without trailing zeros: ``346`` or ``12.5``."""
    return NOTHING if hundredths is None else figures.mu(hundredths)


def percent(basis_points: int | None) -> str:
    """Write basis points (1/10,000) as a percentage: ``46.23%``, ``30%``."""
    return NOTHING if basis_points is None else figures.percent(basis_points)


def number(value: int | None) -> str:
    """Write a whole number with thousands marks."""
    return NOTHING if value is None else f"{value:,}"


def day(value: date | datetime | None) -> str:
    """Write a day as ``2026-10-27``; of an instant, the day it is in Shanghai."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).date()
    return value.isoformat()


def moment(value: datetime | None) -> str:
    """Write an instant as Shanghai time to the minute: ``2026-10-27 14:03``."""
    return NOTHING if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def tag(text: object, tone: str = "", *, mark: bool = False) -> Markup:
    """A status as a labelled tag.  Tones: none, ``info``, ``ok``, ``warn``, ``bad``; the text says it all.

    With ``mark``, a Chinese text is marked as Chinese (on an English page).
    """
    if tone not in TONES:
        message = f"unknown tone {tone!r}"
        raise ValueError(message)
    language = Markup(' lang="zh-CN"') if mark and has_chinese(text) else ""
    return Markup('<span class="tag{}"{}>{}</span>').format(f" {tone}" if tone else "", language, text)


def chinese(text: object) -> Markup:
    """Mark a Chinese name as Chinese, so that an English page is read aloud rightly."""
    return Markup('<span lang="zh-CN">{}</span>').format(text) if has_chinese(text) else escape(text)


def has_chinese(text: object) -> bool:
    """Whether a plain text has Chinese characters, to be marked on an English page; markup marks itself."""
    return not isinstance(text, Markup) and any("\u4e00" <= character <= "\u9fff" for character in str(text))


def chinese_parts(text: object) -> Markup:
    """Mark the Chinese names within an English sentence as Chinese."""
    marked = Markup('<span lang="zh-CN">{}</span>')
    parts = _CHINESE_RUN.split(str(text))
    return Markup("").join(marked.format(part) if odd % 2 else part for odd, part in enumerate(parts))


def lines(text: object) -> Markup:
    """Keep the line breaks of a text."""
    return Markup("<br>").join(escape(line) for line in str(text).splitlines())
