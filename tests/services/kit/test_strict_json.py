import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.json_response import encode
from services.kit.strict_json import BadJson, check

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(alphabet=st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab招商", max_size=3), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(plain)
def test_what_we_write_is_read(value):
    check(encode(value))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"a": 1, "a": 2}', "duplicate-key"),
        (b'{"a": NaN}', "not-a-number"),
        (b"[Infinity]", "infinite"),
        (b"[-Infinity]", "infinite"),
        (b"[1e400]", "infinite"),
        (b"[" + b"1" * 41 + b"]", "number-too-long"),
        (b"[0." + b"1" * 41 + b"]", "number-too-long"),
        (rb'["\ud800"]', "lone-surrogate"),
        (b'"\xff"', "not-json"),
        (b"\xff\xfe{\x00}\x00", "not-json"),
        (b"{", "not-json"),
        (b"\xef\xbb\xbf{}", "not-json"),
        (b"[" * 33 + b"]" * 33, "too-deep"),
        (b'{"a":' * 33 + b"1" + b"}" * 33, "too-deep"),
    ],
)
def test_what_others_let_pass_is_refused(body, reason):
    with pytest.raises(BadJson) as caught:
        check(body)
    assert caught.value.facts == {"reason": reason}


@pytest.mark.parametrize(
    "body",
    [b"[" * 32 + b"]" * 32, b'"' + b"[" * 99 + rb"\"[" + b'"', b"[" + b"[]," * 50 + b"1.5]", rb'["\u62db"]'],
)
def test_brackets_in_strings_and_beside_each_other_are_not_depth(body):
    check(body)
