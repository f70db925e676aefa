"""What others call of assessment credit, in one place. None of it commits."""

from services.credit.confirming import confirm_sheet, file_sheet, give_opinion
from services.credit.counting import count, is_current
from services.credit.views import find, sheet_list, view, year_view

__all__ = [
    "confirm_sheet",
    "count",
    "file_sheet",
    "find",
    "give_opinion",
    "is_current",
    "sheet_list",
    "view",
    "year_view",
]
