"""Checkpoints and co-signatures, against C2SP tlog-checkpoint and tlog-cosignature."""

import pytest

from allocation.evidence.checkpoint import (
    Checkpoint,
    cosign,
    cosigned_at,
    cosigned_text,
    line_holds,
    parse_checkpoint,
    sign_checkpoint,
)
from allocation.evidence.keys import SignatureKind, VerifierKey, public_of, sign
from allocation.evidence.note import SignatureLine, parse_note

BODY = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
LOGS = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
WITNESS = (
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
SECRET = b"\x07" * 32
KEY = VerifierKey("evidence.example/611000/611002", SignatureKind.cosignature, public_of(SECRET))
POINT = Checkpoint("evidence.example/611000", 3, bytes(range(32)))


def test_the_example_of_the_specification_is_read():
    note = parse_note(BODY + "\n" + LOGS + WITNESS)
    point = parse_checkpoint(note.text)
    assert (point.origin, point.size, point.root.hex()[:8]) == (
        "example.com/behind-the-sofa",
        20852163,
        "0ac5186a",
    )
    assert point.text == BODY
    assert note.document == BODY + "\n" + LOGS + WITNESS
    assert cosigned_at(note.signatures[1]) == 1679315147
    assert cosigned_text(point.text, 1679315147).decode() == f"cosignature/v1\ntime 1679315147\n{BODY}"


def test_extension_lines_are_kept():
    point = parse_checkpoint(BODY + "one\ntwo\n")
    assert point.extension == ("one", "two")
    assert point.text == BODY + "one\ntwo\n"


@pytest.mark.parametrize("size", ["0", "9007199254740991"])
def test_sizes_that_are_let_in(size):
    assert parse_checkpoint(BODY.replace("20852163", size)).size == int(size)


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY[:-1],
        BODY + "\n",
        "\n" + BODY,
        BODY.replace("20852163", "020852163"),
        BODY.replace("20852163", "-1"),
        BODY.replace("20852163", "+1"),
        BODY.replace("20852163", "１"),
        BODY.replace("20852163", "9007199254740992"),
        BODY.replace("20852163", "20852163 "),
        BODY.replace("CsUY", ""),
        BODY.replace("q2I=", "q2J="),
        "\n".join(BODY.split("\n")[:2]) + "\n",
    ],
)
def test_nothing_else_is_a_checkpoint(text):
    with pytest.raises(ValueError, match=r"checkpoint|newline|root|base64"):
        parse_checkpoint(text)


def test_a_log_signs_under_its_own_name():
    note = sign_checkpoint(POINT, SECRET)
    key = VerifierKey(POINT.origin, SignatureKind.note, public_of(SECRET))
    [line] = note.signatures
    assert (line.name, line.key_id, POINT.city) == (key.name, key.key_id, "611000")
    assert line_holds(key, note.text, line)
    with pytest.raises(ValueError, match="name"):
        sign_checkpoint(Checkpoint("no name", 3, POINT.root), SECRET)


def test_a_co_signature_binds_text_and_time():
    line = cosign(POINT, "611002", SECRET, 1679315147)
    assert (line.name, line.key_id, cosigned_at(line)) == (KEY.name, KEY.key_id, 1679315147)
    assert line_holds(KEY, POINT.text, line)
    assert not line_holds(KEY, POINT.text.replace("\n3\n", "\n4\n"), line)
    later = SignatureLine(line.name, line.key_id, (1679315148).to_bytes(8, "big") + line.signature[8:])
    assert not line_holds(KEY, POINT.text, later)
    short = SignatureLine(line.name, line.key_id, line.signature[:8])
    assert not line_holds(KEY, POINT.text, short)


@pytest.mark.parametrize("time", [0, 2**63 - 1])
def test_times_at_the_edge(time):
    assert line_holds(KEY, POINT.text, cosign(POINT, "611002", SECRET, time))


@pytest.mark.parametrize("time", [-1, 2**63])
def test_times_beyond_the_edge_are_refused(time):
    with pytest.raises(ValueError, match="no time"):
        cosign(POINT, "611002", SECRET, time)


def test_a_time_beyond_the_edge_does_not_hold_though_it_is_signed():
    signature = sign(SECRET, cosigned_text(POINT.text, 2**63))
    line = SignatureLine(KEY.name, KEY.key_id, (2**63).to_bytes(8, "big") + signature)
    assert not line_holds(KEY, POINT.text, line)


def test_a_countys_code_is_part_of_a_name():
    with pytest.raises(ValueError, match="name"):
        cosign(POINT, "6110 02", SECRET, 0)
