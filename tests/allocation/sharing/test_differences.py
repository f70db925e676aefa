"""Two terms side by side leave nothing out, and the parts of two texts make up both."""

from dataclasses import fields, replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from allocation.sharing.differences import FIELDS, Piece, Row, compare_terms, compare_text
from allocation.sharing.terms import Method, Terms

TERMS = Terms(
    method=Method.fixed,
    origin="611021",
    host="611002",
    ratios_bp=(5000, 5000),
    years=2,
    effective_on=date(2026, 1, 1),
)


def test_every_field_of_terms_is_compared() -> None:
    assert set(FIELDS) == {one.name for one in fields(Terms)} == set(TERMS.to_json())


def test_what_differs_is_marked_and_the_rest_stands_too() -> None:
    after = replace(TERMS, method=Method.yearly, ratios_bp=(5000, 4000, 3000), years=3, cap_fen=100)
    rows = compare_terms(TERMS, after)
    assert [row for row in rows if row.changed] == [
        Row("method", None, "fixed", "yearly"),
        Row("years", None, 2, 3),
        Row("ratios_bp", 2, 5000, 4000),
        Row("ratios_bp", 3, None, 3000),
        Row("cap_fen", None, None, 100),
    ]
    assert len(rows) == len(FIELDS) + 2
    assert not any(row.changed for row in compare_terms(TERMS, TERMS))


@given(st.text(max_size=30), st.text(max_size=30))
def test_parts_make_up_both_texts(before: str, after: str) -> None:
    parts = compare_text(before, after)
    assert "".join(part.text for part in parts if part.piece is not Piece.new) == before
    assert "".join(part.text for part in parts if part.piece is not Piece.gone) == after
    assert all(part.text for part in parts)


def test_equal_texts_are_one_part() -> None:
    assert [part.piece for part in compare_text("按季对账", "按季对账")] == [Piece.same]
