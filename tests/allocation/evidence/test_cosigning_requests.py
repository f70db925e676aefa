"""Requests to co-sign: written, read, and refused where history was rewritten."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from allocation.evidence.cosigning import (
    Refusal,
    Request,
    county_key,
    parse_line,
    parse_request,
    parse_signer,
    refusal,
    signed_by,
    signer_text,
)
from allocation.evidence.hashing import HashName
from allocation.evidence.keys import SignatureKind, VerifierKey, public_of, to_base64
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.note import Note
from allocation.evidence.sealing import checkpoint_of, seal
from tests.allocation.evidence.logs import COUNTIES, LOG, ORIGIN, entries_of, log_key, signed

COUNTY = "611002"
KEY = county_key(f"{ORIGIN}/{COUNTY}", COUNTIES[COUNTY])


def leaves_of(count: int, other: int | None = None) -> list[bytes]:
    """The leaves of the invented log; of another history where an entry is swapped."""
    entries = entries_of(count)
    if other is not None:
        entries[other] = replace(entries[other], facts={"rewritten": other})
    return seal(Frontier(HashName.sha256), entries)[1]


def frontier_of(leaves: list[bytes]) -> Frontier:
    return Frontier(HashName.sha256).extended(leaves)


def request(old: int, size: int, other: int | None = None) -> Request:
    """What a server that may have rewritten an entry asks for."""
    leaves = leaves_of(size, other)
    proof = Tree(HashName.sha256, leaves).consistency(old, size)
    return Request(old, tuple(proof), signed(frontier_of(leaves)))


def point(size: int) -> Checkpoint:
    return checkpoint_of(ORIGIN, frontier_of(leaves_of(size)))


@given(size=st.integers(1, 40), data=st.data())
def test_an_honest_request_is_read_back_and_never_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, size))
    made = request(old, size)
    assert parse_request(made.text) == made
    kept = point(old) if old else None
    assert refusal(made, kept, county=KEY, log=log_key()) is None


@given(old=st.integers(1, 30), more=st.integers(1, 10), data=st.data())
def test_two_histories_are_refused(old: int, more: int, data: st.DataObject) -> None:
    """Whichever entry of what was co-signed is rewritten: no proof leads there from the kept checkpoint."""
    rewritten = data.draw(st.integers(0, old - 1))
    made = request(old, old + more, other=rewritten)
    assert refusal(made, point(old), county=KEY, log=log_key()) is Refusal.rewritten
    same_size = request(old, old, other=rewritten)
    assert refusal(same_size, point(old), county=KEY) is Refusal.rewritten


def test_what_is_no_continuation_is_refused_by_its_own_reason() -> None:
    assert refusal(request(3, 9), point(5), county=KEY) is Refusal.other_start
    assert refusal(request(0, 4), point(5), county=KEY) is Refusal.older
    elsewhere = county_key("evidence.example/622000/622001", COUNTIES[COUNTY])
    assert refusal(request(5, 9), point(5), county=elsewhere) is Refusal.other_log
    moved = Checkpoint("evidence.example/622000", 5, point(5).root)
    assert refusal(request(5, 9), moved, county=KEY) is Refusal.other_log
    forged = request(5, 9)
    forged = replace(forged, note=sign_checkpoint(forged.checkpoint, b"\x09" * 32))
    assert refusal(forged, point(5), county=KEY, log=log_key()) is Refusal.unsigned
    assert refusal(forged, point(5), county=KEY) is None, "without the log's key nothing is said of it"


def test_a_log_signs_by_its_note_key_alone() -> None:
    note = signed(frontier_of(leaves_of(4)), COUNTY)
    assert signed_by(note, log_key().vkey)
    assert not signed_by(note, KEY.text)
    assert not signed_by(Note(note.text, note.signatures[1:]), log_key().vkey)
    with pytest.raises(ValueError, match=r"base64|SignatureKind"):
        signed_by(note, "nonsense")


@pytest.mark.parametrize(
    "head",
    [
        "",
        "old 01",
        "new 1",
        "old 9007199254740992",
        "old 1\nAAAA",
        "old 1\n***",
        "old 1" + ("\n" + to_base64(bytes(32))) * 64,
    ],
)
def test_a_request_with_another_head_is_refused(head: str) -> None:
    note = request(1, 4).note.document
    with pytest.raises(ValueError, match=r"request|base64|hash"):
        parse_request(f"{head}\n\n{note}")


@pytest.mark.parametrize("rest", ["", "\n", "\n\nno note", "\n\nno checkpoint\n\n— a AAAAAAAA\n"])
def test_a_request_without_a_checkpoint_is_refused(rest: str) -> None:
    with pytest.raises(ValueError, match=r"request|signatures|checkpoint"):
        parse_request(f"old 1{rest}")


def test_a_signature_line_is_read_back() -> None:
    line = signed(frontier_of(leaves_of(4)), COUNTY).signatures[1]
    assert parse_line(line.text) == parse_line(line.text.strip()) == line
    with pytest.raises(ValueError, match="signature"):
        parse_line("nonsense")


@given(private=st.binary(min_size=32, max_size=32))
def test_a_private_key_is_read_back(private: bytes) -> None:
    key = county_key("a/611000/611002", private)
    assert parse_signer(signer_text(key, private) + "\n") == (key, private)
    log = VerifierKey("a/611000", SignatureKind.note, public_of(private))
    assert parse_signer(signer_text(log, private)) == (log, private)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.removeprefix("PRIVATE+KEY+"),
        lambda text: text.replace("a/611000", "b/611000"),
        lambda text: text[:-8],
        lambda text: text.replace("a/611000/611002", "a b"),
        lambda _text: "PRIVATE+KEY+a+00000000+" + to_base64(b"\x09" + bytes(32)),
    ],
)
def test_what_is_no_private_key_is_refused(change: object) -> None:
    assert callable(change)
    key = county_key("a/611000/611002", COUNTIES[COUNTY])
    with pytest.raises(ValueError, match=r"private|id|base64|SignatureKind"):
        parse_signer(change(signer_text(key, COUNTIES[COUNTY])))


def test_the_request_is_what_a_witness_of_c2sp_takes() -> None:
    made = request(5, 9)
    first, *steps = made.text.split("\n\n")[0].split("\n")
    assert first == "old 5"
    assert steps == [to_base64(step) for step in made.proof]
    assert parse_checkpoint(made.text.split("\n\n")[1] + "\n").size == 9
    assert LOG not in made.text.encode()
