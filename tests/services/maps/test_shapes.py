"""Laws of outlines: shared borders stay shared, nothing grows, a county's name stands inside it."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.maps.shapes import GRID, Ring, doubled_area, label_point, outline, path, sheet_of

DEGREES = st.tuples(st.floats(109, 111), st.floats(33, 34.5))


def inside(point: tuple[int, int], rings: list[Ring]) -> bool:
    """Whether a point lies within, or on the edge, by the even-odd rule: another way than the program's."""
    x, y = point
    odd = False
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
            cross = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
            if cross == 0 and min(x0, x1) <= x <= max(x0, x1) and min(y0, y1) <= y <= max(y0, y1):
                return True
            if (y0 > y) != (y1 > y) and x < x0 + Fraction((y - y0) * (x1 - x0), y1 - y0):
                odd = not odd
    return odd


@given(st.lists(DEGREES, min_size=2, max_size=20))
def test_every_point_lies_on_the_sheet(points: list[tuple[float, float]]) -> None:
    assume(len({point[0] for point in points}) > 1)
    assume(max(x for x, _ in points) - min(x for x, _ in points) > 1e-6)
    sheet = sheet_of(points)
    assert max(sheet.width, sheet.height) == GRID
    for point in points:
        x, y = sheet.place(point)
        assert 0 <= x <= sheet.width
        assert 0 <= y <= sheet.height


@given(st.lists(DEGREES, min_size=3, max_size=12, unique=True))
def test_an_outline_covers_what_its_points_cover_and_repeats_none(points: list[tuple[float, float]]) -> None:
    assume(max(x for x, _ in points) - min(x for x, _ in points) > 1e-6)
    sheet = sheet_of(points)
    whole = [sheet.place(point) for point in points]
    ring = outline([*points, points[0]], sheet)
    assert set(ring) <= set(whole)
    if ring:
        assert doubled_area(ring) == doubled_area(whole)
        assert all(before != after for before, after in zip(ring, [*ring[1:], ring[0]], strict=True))


def test_neighbours_keep_one_border_and_lose_the_points_on_it() -> None:
    left = [(109.0, 33.0), (109.5, 33.0), (109.5, 33.25), (109.5, 33.5), (109.0, 33.5), (109.0, 33.0)]
    right = [(109.5, 33.0), (110.0, 33.0), (110.0, 33.5), (109.5, 33.5), (109.5, 33.0)]
    sheet = sheet_of([*left, *right])
    one, other = outline(left, sheet), outline(right, sheet)
    assert len(one) == len(other) == 4
    assert {point for point in one if point in other} == {(600, 0), (600, sheet.height)}
    assert abs(doubled_area(one)) + abs(doubled_area(other)) == 2 * sheet.width * sheet.height


def test_what_has_no_area_leaves_nothing() -> None:
    sheet = sheet_of([(109.0, 33.0), (110.0, 34.0)])
    assert outline([(109.0, 33.0), (109.00001, 33.0), (109.0, 33.00001), (109.0, 33.0)], sheet) == []
    assert outline([(109.0, 33.0), (109.5, 33.5), (109.0, 33.0), (109.0, 33.0)], sheet) == []
    with pytest.raises(ValueError, match="one place"):
        sheet_of([(109.0, 33.0)])


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=3, max_size=3, unique=True))
def test_a_name_stands_inside_its_county(corners: Ring) -> None:
    assume(abs(doubled_area(corners)) > 4000)
    x, y = label_point([corners])
    # Rounding to the grid may leave a thin triangle by a unit.
    assert any(inside((x + dx, y + dy), [corners]) for dx in (-1, 0, 1) for dy in (-1, 0, 1))


def test_a_name_avoids_the_hole() -> None:
    ring, hole = [(0, 0), (100, 0), (100, 100), (0, 100)], [(10, 10), (70, 10), (70, 90), (10, 90)]
    assert label_point([ring, hole]) == (85, 50)
    assert path([[(0, 0), (4, 0), (4, 4)]]) == "M0 0L4 0L4 4Z"
