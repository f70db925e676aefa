"""The working calendar of 2024 to 2026 as the State Council announced it, typed from the notices themselves.

2024: 国办发明电〔2023〕7号 (25 October 2023); 2025: 国办发明电〔2024〕12号 (12 November 2024); 2026:
国办发明电〔2025〕7号 (4 November 2025). A holiday is listed with its weekend days, as the notices name it.
"""

from datetime import date, timedelta
from typing import Final

HOLIDAYS: Final = {
    "元旦 2024": (date(2023, 12, 30), date(2024, 1, 1)),
    "春节 2024": (date(2024, 2, 10), date(2024, 2, 17)),
    "清明节 2024": (date(2024, 4, 4), date(2024, 4, 6)),
    "劳动节 2024": (date(2024, 5, 1), date(2024, 5, 5)),
    "端午节 2024": (date(2024, 6, 8), date(2024, 6, 10)),
    "中秋节 2024": (date(2024, 9, 15), date(2024, 9, 17)),
    "国庆节 2024": (date(2024, 10, 1), date(2024, 10, 7)),
    "元旦 2025": (date(2025, 1, 1), date(2025, 1, 1)),
    "春节 2025": (date(2025, 1, 28), date(2025, 2, 4)),
    "清明节 2025": (date(2025, 4, 4), date(2025, 4, 6)),
    "劳动节 2025": (date(2025, 5, 1), date(2025, 5, 5)),
    "端午节 2025": (date(2025, 5, 31), date(2025, 6, 2)),
    "国庆节、中秋节 2025": (date(2025, 10, 1), date(2025, 10, 8)),
    "元旦 2026": (date(2026, 1, 1), date(2026, 1, 3)),
    "春节 2026": (date(2026, 2, 15), date(2026, 2, 23)),
    "清明节 2026": (date(2026, 4, 4), date(2026, 4, 6)),
    "劳动节 2026": (date(2026, 5, 1), date(2026, 5, 5)),
    "端午节 2026": (date(2026, 6, 19), date(2026, 6, 21)),
    "中秋节 2026": (date(2026, 9, 25), date(2026, 9, 27)),
    "国庆节 2026": (date(2026, 10, 1), date(2026, 10, 7)),
}
"""First and last day of each holiday."""

WORKED: Final = (
    *(date(2024, 2, 4), date(2024, 2, 18), date(2024, 4, 7), date(2024, 4, 28), date(2024, 5, 11)),
    *(date(2024, 9, 14), date(2024, 9, 29), date(2024, 10, 12)),
    *(date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)),
    *(date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20)),
    date(2026, 10, 10),
)
"""Saturdays and Sundays that are worked (调休)."""

FIRST: Final = date(2024, 1, 1)
LAST: Final = date(2026, 12, 31)


def days() -> list[date]:
    """Return every day of the three years."""
    return [FIRST + timedelta(days=place) for place in range((LAST - FIRST).days + 1)]


def is_off(day: date) -> bool:
    """Tell whether a notice names a day as a holiday."""
    return any(first <= day <= last for first, last in HOLIDAYS.values())


def is_worked(day: date) -> bool:
    """Tell by the notices alone whether a day is worked."""
    return day in WORKED or (day.weekday() < 5 and not is_off(day))
