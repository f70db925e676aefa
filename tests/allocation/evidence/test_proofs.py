"""A proof that was tampered with, or is put to another question, does not hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence import proofs
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.merkle import Tree
from allocation.evidence.proofs import Ascent, consistent, included

SHA256 = hasher(HashName.sha256)
LEAVES = [SHA256(b"\x00" + bytes([index])) for index in range(20)]
TREE = Tree(HashName.sha256, LEAVES)
EMPTY = SHA256(b"")


@pytest.mark.parametrize("size", range(1, 21))
def test_a_leaf_stands_at_its_place_alone(size):
    root = TREE.root(size)
    for index in range(size):
        proof = TREE.inclusion(index, size)
        for other in range(-1, size + 2):
            assert included(SHA256, LEAVES[index], other, size, proof, root) == (other == index)
        assert not included(SHA256, LEAVES[index], index, size, [*proof, EMPTY], root)
        assert not proof or not included(SHA256, LEAVES[index], index, size, proof[:-1], root)
        assert not included(SHA256, EMPTY, index, size, proof, root)


@pytest.mark.parametrize("new", range(21))
def test_a_beginning_is_proven_and_nothing_else(new):
    for old in range(new + 1):
        proof = TREE.consistency(old, new)
        first, last = TREE.root(old), TREE.root(new)
        assert consistent(SHA256, old, first, new, last, proof)
        assert not consistent(SHA256, old, first, new, last, [*proof, EMPTY])
        assert not proof or not consistent(SHA256, old, first, new, last, proof[:-1])
        assert not consistent(SHA256, old, SHA256(first), new, last, proof)
        assert old == 0 or not consistent(SHA256, old, first, new, SHA256(last), proof)
        assert old == new or not consistent(SHA256, new, last, old, first, proof)
        for other in range(1, new):
            assert other == old or not consistent(SHA256, other, first, new, last, proof)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (-3, -1), (3, -1), (0, -1)])
def test_negative_sizes_prove_nothing(old, new):
    assert not consistent(SHA256, old, EMPTY, new, EMPTY, [])
    assert not included(SHA256, EMPTY, old, new, [], EMPTY)


@given(st.data())
def test_one_bit_changed_anywhere_is_noticed(data):
    size = data.draw(st.integers(2, 20))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    for proof, holds in (
        (
            TREE.inclusion(index, size),
            lambda p: included(SHA256, LEAVES[index], index, size, p, TREE.root(size)),
        ),
        (
            TREE.consistency(old, size),
            lambda p: consistent(SHA256, old, TREE.root(old), size, TREE.root(size), p),
        ),
    ):
        step = data.draw(st.integers(0, len(proof) - 1))
        bit = data.draw(st.integers(0, 255))
        changed = (int.from_bytes(proof[step], "big") ^ (1 << bit)).to_bytes(32, "big")
        assert holds(proof)
        assert not holds([*proof[:step], changed, *proof[step + 1 :]])


def way(index: int) -> tuple[bytes, ...]:
    return tuple(TREE.inclusion(index, 20))


@pytest.mark.parametrize("most", [0, 3, 4096])
def test_what_is_remembered_changes_no_answer(most, monkeypatch):
    """All leaves, twice, with right and wrong proofs between them."""
    monkeypatch.setattr(proofs, "_MOST_REMEMBERED", most)
    ascent = Ascent(SHA256, 20, TREE.root())
    for index in [*range(20), *range(20)]:
        good = way(index)
        assert ascent.holds(LEAVES[index], index, good)
        assert not ascent.holds(LEAVES[index], index, (*good[:-1], EMPTY))
        assert not ascent.holds(LEAVES[index], index, (EMPTY, *good[1:]))
        assert not ascent.holds(LEAVES[index], index, good[:-1])
        assert not ascent.holds(LEAVES[index], index, (*good, EMPTY))
        assert not ascent.holds(EMPTY, index, good)
        assert not ascent.holds(LEAVES[index], (index + 1) % 20, good)
