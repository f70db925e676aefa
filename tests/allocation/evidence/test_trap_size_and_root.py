"""Trap 8: a proof is checked against size and root; a bare root would let an inner node pass for an entry."""

from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.entry import ENTRY_DOMAIN, entry_bytes, leaf_hash
from allocation.evidence.hashing import HashName, hasher
from allocation.evidence.merkle import Tree
from allocation.evidence.proofs import included
from tests.allocation.evidence.logs import entries_of

DIGEST = hasher(HashName.sha256)
LEAVES = [leaf_hash(DIGEST, entry_bytes(entry)) for entry in entries_of(16)]
TREE = Tree(HashName.sha256, LEAVES)


def climbs(node: bytes, index: int, proof: list[bytes], root: bytes) -> bool:
    """The naive check: hash up to the root, whatever the size is."""
    for step in proof:
        node = DIGEST(b"\x01" + (step + node if index & 1 else node + step))
        index >>= 1
    return node == root


@given(index=st.integers(0, 7))
def test_trap_8_an_inner_node_passes_for_an_entry_where_the_size_is_not_asked(index: int) -> None:
    inner = TREE.node(1, index)
    proof = TREE.inclusion(2 * index, 16)[1:]
    assert climbs(inner, index, proof, TREE.root()), "the bare root is fooled"
    assert not included(DIGEST, inner, index, 16, proof, TREE.root())
    assert not any(included(DIGEST, inner, place, 16, proof, TREE.root()) for place in range(16))


@given(index=st.integers(0, 15), size=st.integers(1, 40))
def test_trap_8_a_proof_holds_for_its_own_size_alone(index: int, size: int) -> None:
    proof = TREE.inclusion(index, 16)
    assert included(DIGEST, LEAVES[index], index, size, proof, TREE.root()) is (
        size == 16 or _same_way(index, size)
    )


def _same_way(index: int, size: int) -> bool:
    """Another size with the same steps: its last leaves hang on the same side all the way up."""
    return _turns(index, size) == _turns(index, 16)


def _turns(index: int, size: int) -> list[bool] | None:
    if index >= size:
        return None
    place, last, found = index, size - 1, []
    while last:
        if place & 1 or place != last:
            found.append(bool(place & 1) or place == last)
        place, last = place >> 1, last >> 1
    return found


def test_trap_8_bytes_of_a_node_are_never_those_of_an_entry() -> None:
    for entry in entries_of(4):
        data = entry_bytes(entry)
        assert data.startswith(ENTRY_DOMAIN)
        assert leaf_hash(DIGEST, data) != DIGEST(b"\x01" + data) != DIGEST(data)
