"""One strict reader of JSON: what it keeps, what it marks, what it refuses and where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.documents import DEEPEST, Oddity, Strange, Unread, Unreadable, decode, parse, read

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(plain)
def test_what_has_no_float_is_read_as_it_is(document):
    for written in (json.dumps(document), json.dumps(document, ensure_ascii=False)):
        assert parse(written) == read(written.encode()) == document


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("1.5", Oddity.float),
        ("1e3", Oddity.float),
        ("-Infinity", Oddity.float),
        ("NaN", Oddity.float),
        ("9" * 25, Oddity.out_of_range),
        ("-" + "9" * 5000, Oddity.out_of_range),
    ],
)
def test_a_strange_number_is_kept_as_it_is_written(word, code):
    found = parse(f'{{"a": [{word}]}}')["a"][0]
    assert isinstance(found, Strange)
    assert (found.word, found.code) == (word, code)
    assert parse("9" * 24) == int("9" * 24)


def test_of_keys_that_stand_twice_the_first_is_told():
    found = parse('{"a": 1, "b": 2, "b": 3, "a": 4}')
    assert isinstance(found, Strange)
    assert (found.word, found.code) == ("a", Oddity.key_twice)
    many = ", ".join(f'"{place}": 0' for place in range(100_000))
    assert parse(f'{{{many}, "0": 0}}').word == "0", "found without comparing all with all"


def test_who_reads_may_say_what_stands_for_something_strange():
    assert parse('[1.5, {"a": 1, "a": 2}]', lambda word, code: (word, code.value)) == [
        ("1.5", "float"),
        ("a", "key_twice"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("{", 1, 2),
        ("[1,\n 2\n", 3, 1),
        ("nan", 1, 1),
        ('["x",\n "\\\\\\ud800"]', 2, 5),
        ('["\\udc00\\ud800"]', 1, 3),
    ],
)
def test_what_is_no_json_or_half_a_character_is_told_by_line_and_column(text, line, column):
    with pytest.raises(Unreadable) as refused:
        read(text.encode())
    assert refused.value.why is Unread.not_json
    assert (refused.value.line, refused.value.column) == (line, column)


def test_a_pair_of_surrogates_and_an_escaped_backslash_are_no_half_characters():
    assert read(b'["\\ud83d\\udc4d", "\\\\ud800"]') == ["\U0001f44d", "\\ud800"]


@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_nesting_has_a_fixed_end_however_deep_the_stack(opened, closed):
    assert parse(opened * DEEPEST + "1" + closed * DEEPEST)
    for depth in (DEEPEST + 1, 900, 5000):
        with pytest.raises(Unreadable) as refused:
            parse(opened * depth + "1" + closed * depth)
        assert refused.value.why is Unread.too_deep


def test_bytes_are_utf_8_with_or_without_a_mark():
    assert decode("\ufeff县".encode()) == decode("县".encode()) == "县"
    assert read("\ufeff[]".encode()) == []
    with pytest.raises(Unreadable, match=r"not UTF-8 text \(line 3") as refused:
        decode(b"a\n\n\xff")
    assert (refused.value.why, refused.value.line) == (Unread.not_text, 3)
