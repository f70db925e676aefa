"""Checking a Merkle proof, by the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from collections.abc import Sequence

from allocation.evidence.hashing import Hasher


def included(digest: Hasher, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf with this hash is number `index` of the tree with this size and root."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = digest(b"\x01" + step + node)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            node = digest(b"\x01" + node + step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def consistent(
    digest: Hasher, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the old tree is the beginning of the new one: nothing was changed, removed or put between.

    The empty tree is the beginning of every tree; its root is the hash of nothing.
    """
    if old == 0 and old_root != digest(b""):
        return False
    if old == new:
        return not proof and old_root == new_root
    if not 0 < old < new:
        return old == 0 and new > 0 and not proof
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = digest(b"\x01" + step + first), digest(b"\x01" + step + second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = digest(b"\x01" + second + step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
