"""Checking a bundle: each fault by its name, and what is not concluded."""

import hashlib
import json
from dataclasses import replace

import pytest

from allocation.evidence.bundle import Bundle, ClaimedStatement, Holder, ProvenEntry, bundle_bytes
from allocation.evidence.checkpoint import parse_checkpoint, sign_checkpoint
from allocation.evidence.entry import Entry, entry_text, leaf_hash, text_bytes
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.note import Note, SignatureLine, parse_note
from allocation.evidence.reading import read_entry
from allocation.evidence.sealing import prove, seal
from allocation.evidence.verdict import FaultCode, Keys, Verdict
from allocation.evidence.verifying import verify_bundle
from tests.allocation.evidence.logs import (
    BODY,
    BODY_SHA256,
    LOG,
    ORIGIN,
    TIME,
    bundle,
    entries_of,
    keys,
    signed,
    statement_facts,
)

BUNDLE = bundle()
OLD, NEW = parse_note(BUNDLE.old), parse_note(BUNDLE.new)
FIRST, LAST = parse_checkpoint(OLD.text), parse_checkpoint(NEW.text)


def checked(made: Bundle, **options: object) -> Verdict:
    return verify_bundle(bundle_bytes(made), **options)


def faults(made: Bundle, **options: object) -> list[tuple[str, str, int | None]]:
    found = checked(made, **options)
    assert found.verified == (not found.faults)
    assert found.document()["faults"] == [fault.document() for fault in found.faults]
    return [(fault.code.value, fault.place, fault.entry) for fault in found.faults]


def changed_entry(position: int, **facts: object) -> Bundle:
    proven = list(BUNDLE.entries)
    entry = read_entry(proven[position].text)
    changed = entry_text(Entry(entry.city, entry.kind, {**entry.facts, **facts}))
    proven[position] = replace(proven[position], text=changed)
    return replace(BUNDLE, entries=tuple(proven))


def test_a_sound_bundle_and_what_it_shows():
    found = checked(BUNDLE)
    assert found.verified
    assert (found.origin, found.size, found.old_size, found.entries) == (ORIGIN, 11, 6, 4)
    assert found.root == LAST.root.hex()
    assert [(one.county, one.held_by, one.time, one.size) for one in found.cosigned] == [
        ("611002", Holder.county, TIME, 6),
        ("611021", Holder.county, TIME + 86_400, 11),
        ("611022", Holder.city, TIME + 86_400, 11),
    ]
    assert [(one.number, one.version, one.sha256, one.entry, one.cosigned) for one in found.statements] == [
        ("JS-611002-2025", 1, BODY_SHA256, 3, ("611002", "611021"))
    ]
    assert (found.missing, found.covered) == (("611002",), 11)
    assert (found.keys, found.known) == (Keys.bundle, None)
    assert json.loads(json.dumps(found.document())) == found.document()


@pytest.mark.parametrize("algorithm", HashName)
@pytest.mark.parametrize(("count", "old"), [(0, 0), (1, 0), (1, 1), (4, 4), (5, 4), (9, 8), (13, 5)])
def test_logs_of_many_sizes_hold(algorithm, count, old):
    found = checked(bundle(count, old, algorithm, tuple(range(count))))
    assert found.verified
    assert found.entries == count


def test_the_hash_of_the_log_is_bound_by_its_root():
    made = replace(BUNDLE, algorithm=HashName.sm3)
    assert {code for code, _, _ in faults(made)} == {"consistency", "entry", "statement"}


def test_without_its_hash_nothing_is_checked(monkeypatch):
    def absent(name: str) -> None:
        raise ValueError(name)

    made = bundle_bytes(bundle(algorithm=HashName.sm3))
    monkeypatch.setattr(hashlib, "new", absent)
    [fault] = verify_bundle(made).faults
    assert (fault.code, fault.place) == (FaultCode.hash_absent, "/hash")


def test_a_file_of_another_form_is_named():
    [fault] = verify_bundle(b"{").faults
    assert (fault.code, fault.place) == (FaultCode.malformed, "")


def test_a_changed_entry_is_named():
    assert faults(changed_entry(2, number=6)) == [("entry", "/entries/2", 5)]


def test_a_changed_statement_is_named_with_its_entry():
    assert faults(changed_entry(1, sha256="0" * 64)) == [
        ("entry", "/entries/1", 3),
        ("statement", "/statements/0", 3),
    ]


def test_an_entry_at_another_place_is_named():
    moved = [replace(one, index=one.index + 1) if one.index == 5 else one for one in BUNDLE.entries]
    assert faults(replace(BUNDLE, entries=tuple(moved))) == [("entry", "/entries/2", 6)]


def test_swapped_entries_are_both_named():
    first, second, third, fourth = BUNDLE.entries
    swapped = (replace(first, text=third.text), second, replace(third, text=first.text), fourth)
    assert [entry for _, _, entry in faults(replace(BUNDLE, entries=swapped))] == [0, 5]


def test_an_entry_of_another_city_does_not_belong():
    frontier, leaves = seal(Frontier(HashName.sha256), [Entry("611100", "journal", {})])
    tree = Tree(HashName.sha256, leaves)
    note = signed(frontier)
    made = prove(tree, HashName.sha256, note, note, {0: Entry("611100", "journal", {})}, keys=keys())
    assert faults(made) == [("city", "/entries/0", 0)]


@pytest.mark.parametrize(
    "change", [{"number": "JS"}, {"version": 2}, {"sha256": "0" * 64}, {"entry": 5}, {"entry": 4}]
)
def test_a_statement_that_its_entry_does_not_seal(change):
    claim = replace(BUNDLE.statements[0], body=None)
    made = replace(BUNDLE, statements=(claim, replace(claim, **change)))
    [fault] = faults(made)
    assert fault == ("statement", "/statements/1", change.get("entry", 3))


def test_a_true_version_is_no_version_one():
    entry = Entry("611000", "statement", statement_facts() | {"version": True})
    frontier, leaves = seal(Frontier(HashName.sha256), [entry])
    claim = ClaimedStatement("JS-611002-2025", 1, BODY_SHA256, 0)
    note = signed(frontier)
    made = prove(
        Tree(HashName.sha256, leaves),
        HashName.sha256,
        note,
        note,
        {0: entry},
        keys=keys(),
        statements=[claim],
    )
    assert faults(made) == [("statement", "/statements/0", 0)]


def test_a_changed_body_is_named():
    claim = replace(BUNDLE.statements[0], body=BODY | {"words": "补助"})
    assert faults(replace(BUNDLE, statements=(claim,))) == [("statement", "/statements/0", 3)]


def test_history_rewritten_and_not_proven():
    entries = entries_of(11)
    entries[2] = Entry("611000", "journal", {"number": 2, "legs": [3, -3]})
    frontier, leaves = seal(Frontier(HashName.sha256), entries)
    tree = Tree(HashName.sha256, leaves)
    shown = {index: entries[index] for index in (0, 3)}
    made = prove(tree, HashName.sha256, OLD, signed(frontier), shown, keys=keys())
    assert faults(made) == [("consistency", "/checkpoints/consistency", None)]


@pytest.mark.parametrize("side", ["old", "new"])
def test_a_checkpoint_of_another_form_is_named(side):
    assert faults(replace(BUNDLE, **{side: "x"})) == [("checkpoint", f"/checkpoints/{side}", None)]
    text = getattr(BUNDLE, side).replace(f"\n{6 if side == 'old' else 11}\n", "\n007\n")
    assert faults(replace(BUNDLE, **{side: text})) == [("checkpoint", f"/checkpoints/{side}", None)]


def test_checkpoints_of_two_logs():
    other = sign_checkpoint(replace(FIRST, origin="other.example/611000"), LOG)
    assert faults(replace(BUNDLE, old=other.document)) == [("log", "/checkpoints/old", None)]


def test_a_checkpoint_that_the_log_did_not_sign():
    bare = Note(NEW.text, NEW.signatures[1:])
    assert faults(replace(BUNDLE, new=bare.document)) == [("unsigned", "/checkpoints/new", None)]


def test_a_signature_of_a_known_key_must_hold():
    broken = [replace(line, signature=line.signature[:-1] + b"\x00") for line in NEW.signatures]
    assert faults(replace(BUNDLE, new=Note(NEW.text, tuple(broken)).document)) == [
        ("signature", "/checkpoints/new/0", None),
        ("signature", "/checkpoints/new/1", None),
        ("signature", "/checkpoints/new/2", None),
        ("unsigned", "/checkpoints/new", None),
    ]


def test_signatures_of_unknown_keys_are_passed_over():
    stranger = SignatureLine(f"{ORIGIN}/611099", b"\x00" * 4, b"\x00" * 72)
    found = checked(replace(BUNDLE, new=NEW.signed_by(stranger).document))
    assert found.verified
    assert len(found.cosigned) == 3


SEALED_BADLY = [
    ('"version":1', '"version":1,"version":1'),
    ('"version":1', '"version":1.0'),
    ('"version":1', '"version": 1'),
    ('},"kind"', '},"foe":{},"kind"'),
    ('"county":"611002"', '"county":"\\u0036"'),
    ('"facts":{', '"facts":{{'),
]


def sealed_past_the_form(part: str, other: str) -> Bundle:
    """A statement whose text two readers may read differently. Only who avoids `entry_text` can seal it."""
    text = entry_text(Entry("611000", "statement", statement_facts())).replace(part, other)
    leaf = leaf_hash(hasher(HashName.sha256), text_bytes(text))
    note = signed(Frontier(HashName.sha256).extended([leaf]))
    claim = ClaimedStatement("JS-611002-2025", 1, BODY_SHA256, 0)
    tree = Tree(HashName.sha256, [leaf])
    made = prove(tree, HashName.sha256, note, note, {}, keys=keys(), statements=[claim])
    return replace(made, entries=(ProvenEntry(0, text, ()),))


@pytest.mark.parametrize("change", SEALED_BADLY)
def test_a_badly_sealed_text_is_in_the_tree_and_proves_no_statement(change):
    assert faults(sealed_past_the_form(*change)) == [("statement", "/statements/0", 0)]
