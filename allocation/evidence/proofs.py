"""Checking a Merkle proof, by the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2."""

from collections.abc import Sequence
from typing import Final

from allocation.evidence.hashing import Hasher

_MOST_REMEMBERED: Final = 4096


def included(digest: Hasher, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf with this hash is number `index` of the tree with this size and root."""
    return Ascent(digest, size, root).holds(leaf, index, tuple(proof))


class Ascent:
    """Checks proofs of many leaves in one tree. The way up that neighbours share is walked once."""

    def __init__(self, digest: Hasher, size: int, root: bytes) -> None:
        """Of the tree with this size and root."""
        self._digest, self._size, self._root = digest, size, root
        self._good: set[tuple[int, int, bytes, tuple[bytes, ...]]] = set()

    def holds(self, leaf: bytes, index: int, proof: tuple[bytes, ...]) -> bool:
        """Whether the leaf with this hash is number `index` of the tree."""
        if not 0 <= index < self._size:
            return False
        place, last, node = index, self._size - 1, leaf
        met = []
        for number, step in enumerate(proof):
            # All that the rest of the way depends on: what led to the root once leads there again.
            here = (place, last, node, proof[number:])
            if here in self._good:
                break
            met.append(here)
            if last == 0:
                return False
            if place & 1 or place == last:
                node = self._digest(b"\x01" + step + node)
                while place and not place & 1:
                    place, last = place >> 1, last >> 1
            else:
                node = self._digest(b"\x01" + node + step)
            place, last = place >> 1, last >> 1
        else:
            if last or node != self._root:
                return False
        if len(self._good) > _MOST_REMEMBERED:
            self._good.clear()
        self._good.update(met)
        return True


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
