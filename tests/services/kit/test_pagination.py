import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.pagination import BadCursor, decode_cursor, encode_cursor, page_of

positions = st.lists(st.integers(-(2**53), 2**53) | st.text(max_size=20), max_size=4)


@given(positions, st.text(max_size=30))
def test_a_cursor_opens_for_its_own_question(position, bound):
    assert decode_cursor("secret", bound, encode_cursor("secret", bound, position)) == position


@given(positions)
def test_a_cursor_of_another_question_or_secret_is_refused(position):
    sealed = encode_cursor("secret", "mine", position)
    for secret, bound in (("secret", "yours"), ("other", "mine")):
        with pytest.raises(BadCursor):
            decode_cursor(secret, bound, sealed)


@pytest.mark.parametrize("cursor", ["", "a", "!!!!", "招商", "A" * 40])
def test_rubbish_is_refused(cursor):
    with pytest.raises(BadCursor):
        decode_cursor("secret", "mine", cursor)


@given(st.lists(st.integers(), unique=True).map(sorted), st.integers(1, 5))
def test_walking_shows_each_row_once(rows, limit):
    seen, after = [], None
    while True:
        rest = [row for row in rows if after is None or row > after][: limit + 1]
        page = page_of(rest, limit, item=int, cursor=str)
        seen += page.items
        if page.next is None:
            break
        after = int(page.next)
    assert seen == rows
