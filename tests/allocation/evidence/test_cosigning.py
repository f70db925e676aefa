"""Whose keys count, what co-signatures cover, and a history that was rewritten and signed anew."""

from dataclasses import replace

import pytest

from allocation.evidence.bundle import Bundle, HeldKey, Holder, bundle_bytes
from allocation.evidence.checkpoint import Checkpoint, cosign, parse_checkpoint, sign_checkpoint
from allocation.evidence.entry import Entry
from allocation.evidence.hashing import HashName
from allocation.evidence.keys import SignatureKind, VerifierKey, public_of
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.note import Note, parse_note
from allocation.evidence.sealing import checkpoint_of, prove, seal
from allocation.evidence.verdict import Keys, Known, Verdict
from allocation.evidence.verifying import verify_bundle
from tests.allocation.evidence.logs import (
    COUNTIES,
    LOG,
    ORIGIN,
    bundle,
    county_key,
    entries_of,
    keys,
    log_key,
    signed,
)

BUNDLE = bundle()
NEW = parse_note(BUNDLE.new)
FIRST, LAST = parse_checkpoint(parse_note(BUNDLE.old).text), parse_checkpoint(NEW.text)


def checked(made: Bundle, **options: object) -> Verdict:
    return verify_bundle(bundle_bytes(made), **options)


def faults(made: Bundle, **options: object) -> list[tuple[str, str, int | None]]:
    return [(fault.code.value, fault.place, fault.entry) for fault in checked(made, **options).faults]


def rewritten(*cosigners: str) -> Bundle:
    """The whole history changed and signed anew by the city, which has no county's own key."""
    entries = [Entry("611000", "journal", {"number": index, "legs": []}) for index in range(11)]
    first, leaves = seal(Frontier(HashName.sha256), entries[:6])
    last, more = seal(first, entries[6:])
    tree = Tree(HashName.sha256, [*leaves, *more])
    return prove(tree, HashName.sha256, signed(first), signed(last, *cosigners), {0: entries[0]}, keys=keys())


def test_history_rewritten_and_signed_anew_shows_by_the_counties_silence_alone():
    found = checked(rewritten("611022"))
    assert found.verified
    assert found.covered == 0
    assert found.missing == ("611002", "611021")


def test_history_rewritten_and_signed_anew_shows_to_who_kept_a_checkpoint():
    assert faults(rewritten("611022"), known=FIRST) == [("known", "/known", None)]
    old_signatures = parse_note(BUNDLE.new).signatures[1:]
    forged = rewritten()
    note = parse_note(forged.new).signed_by(*old_signatures)
    assert faults(replace(forged, new=note.document)) == [
        ("signature", "/checkpoints/new/1", None),
        ("signature", "/checkpoints/new/2", None),
    ]


@pytest.mark.parametrize(
    ("known", "found", "faulty"),
    [
        (FIRST, Known.old, False),
        (LAST, Known.new, False),
        (replace(LAST, extension=("x",)), Known.new, False),
        (replace(LAST, size=8), Known.other, False),
        (replace(LAST, size=12), Known.other, False),
        (replace(LAST, root=bytes(32)), Known.other, True),
        (replace(FIRST, root=bytes(32)), Known.other, True),
        (replace(LAST, origin="other/611000"), Known.other, True),
        (replace(LAST, origin="other/611000", size=8), Known.other, True),
    ],
)
def test_the_checkpoint_that_was_kept(known, found, faulty):
    verdict = checked(BUNDLE, known=known)
    assert verdict.known is found
    assert verdict.verified != faulty
    assert verdict.document()["known"] == found.value


def test_two_checkpoints_that_are_the_same_show_the_newer():
    note = replace(BUNDLE, old=BUNDLE.new, consistency=())
    assert checked(note, known=LAST).known is Known.new


FOREIGN = VerifierKey("elsewhere.example/611000", SignatureKind.note, public_of(b"\x09" * 32)).text
LONELY = VerifierKey(ORIGIN, SignatureKind.cosignature, public_of(b"\x09" * 32)).text


@pytest.mark.parametrize(
    "key",
    [
        HeldKey("no key"),
        HeldKey(FOREIGN),
        HeldKey(LONELY, Holder.county),
        HeldKey(log_key().vkey, Holder.city),
        HeldKey(county_key("611002").vkey),
        county_key("611002"),
        log_key(),
        HeldKey(
            VerifierKey(f"{ORIGIN}/611003", SignatureKind.cosignature, public_of(LOG)).text, Holder.county
        ),
    ],
)
def test_keys_that_do_not_count(key):
    assert faults(replace(BUNDLE, keys=(*BUNDLE.keys, key))) == [("key", "/keys/4", None)]


def test_keys_from_elsewhere_replace_those_of_the_bundle():
    found = checked(BUNDLE, given=[log_key(), county_key("611021")])
    assert found.verified
    assert found.keys is Keys.given
    assert [one.county for one in found.cosigned] == ["611021"]
    assert found.missing == ()
    assert faults(BUNDLE, given=[]) == [
        ("unsigned", "/checkpoints/old", None),
        ("unsigned", "/checkpoints/new", None),
    ]
    assert ("key", "/given/1", None) in faults(BUNDLE, given=[log_key(), HeldKey("x")])


def test_a_log_with_keys_of_the_forgers_own_fails_against_the_true_ones():
    forged_log = b"\x0f" * 32
    point = checkpoint_of(ORIGIN, seal(Frontier(HashName.sha256), entries_of(2))[0])
    note = sign_checkpoint(point, forged_log)
    made = Bundle(
        algorithm=HashName.sha256,
        keys=(log_key(forged_log),),
        old=note.document,
        new=note.document,
        consistency=(),
        entries=(),
    )
    assert checked(made).verified
    assert "unsigned" in {code for code, _, _ in faults(made, given=[log_key()])}


def test_a_co_signature_covers_what_it_covers():
    made = replace(BUNDLE, new=Note(NEW.text, (NEW.signatures[0], NEW.signatures[2])).document)
    found = checked(made)
    assert (found.covered, found.missing) == (6, ("611002", "611021"))
    assert found.statements[0].cosigned == ("611002",)


@pytest.mark.parametrize(("old", "counties"), [(3, ("611021",)), (4, ("611002", "611021"))])
def test_a_statement_is_co_signed_by_who_saw_its_entry(old, counties):
    assert checked(bundle(old=old)).statements[0].cosigned == counties


def test_a_note_with_an_extension_is_signed_as_it_is():
    point = Checkpoint(ORIGIN, LAST.size, LAST.root, ("a line of the log's own",))
    note = sign_checkpoint(point, LOG).signed_by(cosign(point, "611021", COUNTIES["611021"], 5))
    assert checked(replace(BUNDLE, new=note.document)).verified
