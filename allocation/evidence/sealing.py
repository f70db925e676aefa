"""Sealing entries in their order, and making the bundle that proves some of them."""

from collections.abc import Iterable, Mapping, Sequence

from allocation.evidence.bundle import Bundle, ClaimedStatement, HeldKey, ProvenEntry
from allocation.evidence.checkpoint import Checkpoint, parse_checkpoint
from allocation.evidence.entry import Entry, entry_bytes, entry_text, leaf_hash
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.note import Note


def seal(frontier: Frontier, entries: Iterable[Entry]) -> tuple[Frontier, list[bytes]]:
    """Seal entries after those that a frontier holds; the new frontier and the hashes of the new leaves.

    Raises:
        TypeError: a fact is of a type that has no canonical form.
        ValueError: a fact has no canonical form for another reason; see `entry_bytes`.
    """
    digest = hasher(frontier.algorithm)
    leaves = [leaf_hash(digest, entry_bytes(entry)) for entry in entries]
    return frontier.extended(leaves), leaves


def checkpoint_of(origin: str, frontier: Frontier) -> Checkpoint:
    """The checkpoint of a log that stands at a frontier."""
    return Checkpoint(origin, frontier.size, frontier.root())


def prove(
    tree: Tree,
    algorithm: HashName,
    old: Note,
    new: Note,
    entries: Mapping[int, Entry],
    *,
    keys: Sequence[HeldKey],
    statements: Sequence[ClaimedStatement] = (),
) -> Bundle:
    """The bundle that proves entries, given by their numbers, between two signed checkpoints of a tree.

    Raises:
        ValueError: a note is no checkpoint, or the tree has not grown to it.
    """
    first, last = parse_checkpoint(old.text), parse_checkpoint(new.text)
    return Bundle(
        algorithm=algorithm,
        keys=tuple(keys),
        old=old.document,
        new=new.document,
        consistency=tuple(tree.consistency(first.size, last.size)),
        entries=tuple(
            ProvenEntry(index, entry_text(entry), tuple(tree.inclusion(index, last.size)))
            for index, entry in sorted(entries.items())
        ),
        statements=tuple(statements),
    )
