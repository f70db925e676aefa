from dataclasses import replace

import pytest

from allocation.units import Fen
from services.documents.codes import check_code, content_code, verify_address
from services.documents.render import _plain
from services.documents.sheets import SheetError
from tests.services.documents import factories


def test_a_line_that_contradicts_itself_makes_no_sheet() -> None:
    sheet = factories.statement(2)
    wrong = replace(sheet.lines[0], amount=Fen(sheet.lines[0].amount + 1))
    with pytest.raises(SheetError, match="6110-XY-001"):
        replace(sheet, lines=(wrong, sheet.lines[1]))


def test_subjects_that_do_not_sum_to_the_lines_make_no_sheet() -> None:
    sheet = factories.statement(2)
    wrong = replace(sheet.subjects[0], amount=Fen(sheet.subjects[0].amount - 1))
    with pytest.raises(SheetError, match="by subject"):
        replace(sheet, subjects=(wrong, *sheet.subjects[1:]))


def test_check_codes_name_the_content() -> None:
    assert check_code("3f9ca21077bde21aff") == "3F9C-A210-77BD-E21A"
    assert content_code("agreement-paper", {"a": 1}) != content_code("agreement-paper", {"a": 2})
    assert content_code("agreement-paper", {"a": 1}) != content_code("confirmation-paper", {"a": 1})
    assert verify_address("https://x/", "N-1", "AB") == "https://x/verify/N-1?code=AB"


def test_only_dates_are_written_for_the_template() -> None:
    with pytest.raises(TypeError, match="object"):
        _plain(object())
