"""The Merkle tree of RFC 6962, section 2.1: sealing by a frontier, and the proofs a log hands out.

A subtree is *complete* when it holds 2^level leaves from a multiple of 2^level on; it never changes. Proofs
are made from complete subtrees alone, so a log may keep them wherever it likes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from allocation.evidence.hashing import HashName, hasher

NodeSource = Callable[[int, int], bytes]
"""The hash of the complete subtree `(level, index)`; level 0 are the leaves' hashes."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """All that sealing must remember of a log: the roots of its complete subtrees, the largest first.

    There are as many as the size has binary ones, so a log of a million entries is carried on by 640 bytes.

    Raises:
        ValueError: the number of roots does not go with the size.
    """

    algorithm: HashName
    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{len(self.peaks)} roots are no frontier of {self.size} leaves")

    def extended(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier after so many more leaves, given by their hashes, in their order."""
        digest = hasher(self.algorithm)
        peaks, size = list(self.peaks), self.size
        for leaf in leaves:
            node, rest = leaf, size
            while rest & 1:
                node = digest(b"\x01" + peaks.pop() + node)
                rest >>= 1
            peaks.append(node)
            size += 1
        return Frontier(self.algorithm, size, tuple(peaks))

    def root(self) -> bytes:
        """The root of the tree; of an empty one the hash of nothing."""
        digest = hasher(self.algorithm)
        if not self.peaks:
            return digest(b"")
        *larger, node = self.peaks
        for peak in reversed(larger):
            node = digest(b"\x01" + peak + node)
        return node


class Tree:
    """A tree held in memory, which gives the proofs of any of its sizes. It only grows."""

    def __init__(self, algorithm: HashName, leaves: Iterable[bytes] = ()) -> None:
        """Begin with these leaves, given by their hashes."""
        self._digest = hasher(algorithm)
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add a leaf, given by its hash, and all complete subtrees that it completes."""
        level = 0
        self._levels[0].append(leaf)
        while len(self._levels[level]) % 2 == 0:
            left, right = self._levels[level][-2:]
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(self._digest(b"\x01" + left + right))

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self._levels[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree as it was at a size, or of all of it."""
        end = self.size if size is None else _within(size, self.size)
        return self._part(0, end) if end else self._digest(b"")

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree of that size.

        Raises:
            ValueError: there is no such leaf, or the tree is smaller.
        """
        if not 0 <= index < _within(size, self.size):
            raise ValueError(f"no leaf {index} in a tree of {size}")
        return self._path(index, 0, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of size `old` is the beginning of the tree of size `new`.

        Nothing need be proved of an empty tree or of the same size; the proof is empty then.

        Raises:
            ValueError: the sizes are out of order, or the tree is smaller.
        """
        if not 0 <= old <= _within(new, self.size):
            raise ValueError(f"a tree of {old} is no beginning of one of {new}")
        return self._subproof(old, 0, new, whole=True) if 0 < old < new else []

    def _part(self, start: int, end: int) -> bytes:
        """The root over the leaves from start to end."""
        return part_root(self._digest, self.node, start, end)

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        """PATH of RFC 6962, 2.1.1, the leaf's neighbour first."""
        if end - start == 1:
            return []
        middle = start + split_at(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._part(middle, end)]
        return [*self._path(index, middle, end), self._part(start, middle)]

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        """SUBPROOF of RFC 6962, 2.1.2; `whole` where the old tree's root is known to who checks."""
        if old == end:
            return [] if whole else [self._part(start, end)]
        middle = start + split_at(end - start)
        if old <= middle:
            return [*self._subproof(old, start, middle, whole=whole), self._part(middle, end)]
        return [*self._subproof(old, middle, end, whole=False), self._part(start, middle)]


def split_at(count: int) -> int:
    """The largest power of two smaller than a number of leaves, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)


def part_root(digest: Callable[[bytes], bytes], node: NodeSource, start: int, end: int) -> bytes:
    """The root over the leaves from `start` to `end`, a part that splitting the tree by RFC 6962 meets."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + split_at(count)
    return digest(b"\x01" + part_root(digest, node, start, middle) + part_root(digest, node, middle, end))


def _within(size: int, whole: int) -> int:
    if not 0 <= size <= whole:
        raise ValueError(f"the tree has {whole} leaves, not {size}")
    return size
