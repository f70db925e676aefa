"""Signed notes, against C2SP signed-note and what Go's checksum database publishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.checkpoint import line_holds
from allocation.evidence.keys import from_base64, parse_key, sign
from allocation.evidence.note import MOST_SIGNATURES, Note, SignatureLine, parse_note

SPEC = (
    "This is an example message.\n\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
SPEC_KEY = parse_key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
PETER = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
ENOCH = parse_key("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETERS = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCHS = (
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)


def test_the_example_of_the_specification_holds():
    note = parse_note(SPEC)
    assert note.document == SPEC
    assert note.signatures[0].key_id == SPEC_KEY.key_id
    assert line_holds(SPEC_KEY, note.text, note.signatures[0])
    assert not line_holds(SPEC_KEY, note.text + "\n", note.signatures[0])


def test_the_notes_that_go_publishes_hold():
    note = parse_note(TEXT + "\n" + PETERS + ENOCHS)
    assert note.text == TEXT
    for key, line in zip((PETER, ENOCH), note.signatures, strict=True):
        assert (key.name, key.key_id) == (line.name, line.key_id)
        assert line_holds(key, note.text, line)
    assert not line_holds(PETER, note.text, note.signatures[1])


def test_signing_gives_the_published_line():
    private = from_base64("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    line = SignatureLine(PETER.name, PETER.key_id, sign(private, TEXT.encode()))
    assert Note(TEXT, ()).signed_by(line).document == TEXT + "\n" + PETERS


def test_the_last_empty_line_divides():
    text = "a\n\nb\n\n\n"
    assert parse_note(text + "\n" + PETERS).text == text


@pytest.mark.parametrize(
    "document",
    [
        "",
        "\n",
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETERS[:-1],
        TEXT + PETERS,
        "\x01" + TEXT + "\n" + PETERS,
        TEXT + "\r\n" + PETERS,
        TEXT + "\ud800\n\n" + PETERS,
        TEXT + "\n" + PETERS.replace("PeterNeumann", "Bad Name"),
        TEXT + "\n" + PETERS + "Unexpected line.\n",
        TEXT + "\n" + PETERS.replace("— ", "- "),
        TEXT + "\n" + PETERS.replace("PeterNeumann", "Peter+Neumann"),
        TEXT + "\n" + PETERS.replace("— PeterNeumann ", "—  "),
        TEXT + "\n" + PETERS.replace("M=\n", "M\n"),
        TEXT + "\n" + PETERS.replace("M=\n", "N=\n"),
        TEXT + "\n" + "— PeterNeumann x08gow==\n",
        TEXT + "\n" + "— PeterNeumann\n",
        TEXT + "\n" + PETERS * (MOST_SIGNATURES + 1),
    ],
)
def test_nothing_else_is_a_note(document):
    with pytest.raises(ValueError, match=r"\w"):
        parse_note(document)


def test_many_signatures_are_let_in():
    assert len(parse_note(TEXT + "\n" + PETERS * MOST_SIGNATURES).signatures) == MOST_SIGNATURES


@given(
    st.text(st.characters(codec="utf-8", min_codepoint=32) | st.just("\n")),
    st.lists(
        st.tuples(st.from_regex(r"[^\s+\x00-\x1f\ud800-\udfff]+", fullmatch=True), st.binary(min_size=5)),
        min_size=1,
        max_size=3,
    ),
)
def test_what_is_written_is_read(text, lines):
    note = Note(text + "\n", tuple(SignatureLine(name, raw[:4], raw[4:]) for name, raw in lines))
    assert parse_note(note.document) == note
