"""Reading a bundle: what is written is read, anything else is refused with its place."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.bundle import Bundle, ClaimedStatement, bundle_bytes
from allocation.evidence.hashing import HashName
from allocation.evidence.reading import Malformed, read_bundle
from tests.allocation.evidence.logs import bundle

BUNDLE = bundle()


def with_value(path: str, value: object) -> bytes:
    """The bundle with a part of it replaced; `...` takes it out."""
    document = BUNDLE.document()
    part = document
    *way, last = path.split("/")
    for step in way:
        part = part[int(step)] if isinstance(part, list) else part[step]
    if value is ...:
        del part[last]
    else:
        part[int(last) if isinstance(part, list) else last] = value
    return json.dumps(document).encode()


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from(HashName))
def test_what_is_written_is_read(count, more, algorithm):
    made = bundle(count + more, count, algorithm, tuple(range(0, count + more, 2)))
    assert read_bundle(bundle_bytes(made)) == made


def test_a_bundle_is_written_in_one_way():
    assert bundle_bytes(read_bundle(bundle_bytes(BUNDLE))) == bundle_bytes(BUNDLE)
    assert read_bundle(json.dumps(BUNDLE.document(), indent=3, ensure_ascii=True).encode()) == BUNDLE


def test_a_body_may_be_left_out():
    [claim] = BUNDLE.statements
    bare = ClaimedStatement(claim.number, claim.version, claim.sha256, claim.entry)
    made = Bundle(**{name: getattr(BUNDLE, name) for name in Bundle.__slots__} | {"statements": (bare,)})
    assert read_bundle(bundle_bytes(made)).statements == (bare,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff",
        "\ufeff{}".encode(),
        b'{"format": "yipanqi.evidence/1"}',
        b"[" * 100_000,
        bundle_bytes(BUNDLE).replace(b'"format":', b'"format":"","format":'),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":5.0'),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":5e0'),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":NaN'),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":9007199254740992'),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":-9007199254740992'),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":' + b"1" * 5000),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":5,"index":5'),
        bundle_bytes(BUNDLE).replace(b'"index":5', '"税":5'.encode()),
        bundle_bytes(BUNDLE).replace(b'"index":5', b'"index":"\\ud800"'),
        with_value("format", "yipanqi.evidence/2"),
        with_value("hash", "md5"),
        with_value("hash", ...),
        with_value("more", 1),
        with_value("keys", {}),
        with_value("entries", {}),
        with_value("statements", None),
    ],
)
def test_a_file_of_another_form(data):
    with pytest.raises(Malformed) as caught:
        read_bundle(data)
    assert not caught.value.place


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("keys/0/vkey", 1),
        ("keys/0/vkey", ...),
        ("keys/1/held_by", "nobody"),
        ("keys/1/held_by", None),
        ("keys/1/more", 1),
        ("checkpoints/old", None),
        ("checkpoints/new", ...),
        ("checkpoints/more", ""),
        ("checkpoints/consistency", []),
        ("checkpoints/consistency", "0" * 63),
        ("checkpoints", ""),
        ("entries/2", 5),
        ("entries/2/index", -1),
        ("entries/2/index", True),
        ("entries/2/index", "5"),
        ("entries/2/proof", "A" * 64),
        ("entries/2/proof", "0" * 64 * 65),
        ("entries/2/proof", "0" * 64 + "\n"),
        ("entries/2/entry", None),
        ("entries/2/entry", ""),
        ("entries/2/entry", {"city": "611000", "kind": "journal", "facts": {}}),
        ("entries/2/entry", '{"city":"61100","facts":{},"kind":"journal"}'),
        ("entries/2/entry", '{"city":"６11000","facts":{},"kind":"journal"}'),
        ("entries/2/entry", '{"city":"611000","facts":{},"kind":"Journal"}'),
        ("entries/2/entry", '{"city":"611000","facts":{},"kind":"' + "j" * 33 + '"}'),
        ("entries/2/entry", '{"city":"611000","facts":[],"kind":"journal"}'),
        ("entries/2/entry", '{"city":"611000","facts":{},"kind":"journal"}\n'),
        ("entries/2/entry", '{"city":"611000","facts":{\n},"kind":"journal"}'),
        ("statements/0/number", 1),
        ("statements/0/version", 0),
        ("statements/0/version", True),
        ("statements/0/sha256", "0" * 63),
        ("statements/0/sha256", None),
        ("statements/0/entry", -1),
        ("statements/0/body", None),
        ("statements/0/body", []),
        ("statements/0/more", 1),
        ("statements/0/number", ...),
    ],
)
def test_an_item_of_another_form_is_named(path, value):
    with pytest.raises(Malformed) as caught:
        read_bundle(with_value(path, value))
    name, *rest = path.split("/")
    assert caught.value.place == (f"/{name}" if name == "checkpoints" else f"/{name}/{rest[0]}")
