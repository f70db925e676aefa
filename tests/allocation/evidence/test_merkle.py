"""The tree against published roots, and against RFC 6962 read word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.evidence.hashing import HashAbsent, HashName, hasher
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.proofs import consistent, included

SHA256 = hasher(HashName.sha256)
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The leaves and roots that Certificate Transparency publishes for its implementations."""


def hashes(count: int, algorithm: HashName = HashName.sha256) -> list[bytes]:
    return [hasher(algorithm)(b"\x00" + index.to_bytes(4, "big")) for index in range(count)]


def naive_root(digest, data: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, over leaves' hashes."""
    if not data:
        return digest(b"")
    if len(data) == 1:
        return data[0]
    k = naive_split(len(data))
    return digest(b"\x01" + naive_root(digest, data[:k]) + naive_root(digest, data[k:]))


def naive_path(digest, index: int, data: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(data) == 1:
        return []
    k = naive_split(len(data))
    if index < k:
        return [*naive_path(digest, index, data[:k]), naive_root(digest, data[k:])]
    return [*naive_path(digest, index - k, data[k:]), naive_root(digest, data[:k])]


def naive_subproof(digest, old: int, data: list[bytes], *, known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if old == len(data):
        return [] if known else [naive_root(digest, data)]
    k = naive_split(len(data))
    if old <= k:
        return [*naive_subproof(digest, old, data[:k], known=known), naive_root(digest, data[k:])]
    return [*naive_subproof(digest, old - k, data[k:], known=False), naive_root(digest, data[:k])]


def naive_split(count: int) -> int:
    k = 1
    while k * 2 < count:
        k *= 2
    return k


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size):
    leaves = [SHA256(b"\x00" + data) for data in LEAVES[:size]]
    assert Frontier(HashName.sha256).extended(leaves).root().hex() == ROOTS[size]
    assert Tree(HashName.sha256, leaves).root().hex() == ROOTS[size]


def test_published_consistency_proof():
    tree = Tree(HashName.sha256, [SHA256(b"\x00" + data) for data in LEAVES])
    assert [step.hex() for step in tree.consistency(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.lists(st.integers(0, 40), max_size=6), st.sampled_from(HashName))
def test_sealing_in_parts_gives_the_root_of_the_whole(parts, algorithm):
    leaves = hashes(sum(parts), algorithm)
    frontier, start = Frontier(algorithm), 0
    for count in parts:
        frontier = frontier.extended(leaves[start : start + count])
        start += count
        assert frontier == Frontier(algorithm, frontier.size, frontier.peaks)
    assert (frontier.size, frontier.root()) == (len(leaves), naive_root(hasher(algorithm), leaves))


@given(st.data())
def test_proofs_are_those_of_the_recursive_model(data):
    leaves = hashes(data.draw(st.integers(1, 70)))
    size = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(1, size))
    index = data.draw(st.integers(0, size - 1))
    tree = Tree(HashName.sha256, leaves)
    assert tree.root(size) == naive_root(SHA256, leaves[:size])
    proof = tree.inclusion(index, size)
    assert proof == naive_path(SHA256, index, leaves[:size])
    assert included(SHA256, leaves[index], index, size, proof, tree.root(size))
    proof = tree.consistency(old, size)
    assert proof == naive_subproof(SHA256, old, leaves[:size], known=True)
    assert consistent(SHA256, old, tree.root(old), size, tree.root(size), proof)


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.inclusion(5, 5),
        lambda tree: tree.inclusion(-1, 5),
        lambda tree: tree.inclusion(0, 6),
        lambda tree: tree.consistency(4, 3),
        lambda tree: tree.consistency(-1, 3),
        lambda tree: tree.consistency(3, 6),
        lambda tree: tree.root(6),
        lambda tree: tree.root(-1),
    ],
)
def test_a_tree_proves_nothing_beyond_itself(ask):
    with pytest.raises(ValueError, match=r"tree"):
        ask(Tree(HashName.sha256, hashes(5)))


@pytest.mark.parametrize(("size", "peaks"), [(3, 1), (-1, 0), (4, 2), (0, 1)])
def test_a_frontier_has_a_root_for_each_binary_one(size, peaks):
    with pytest.raises(ValueError, match="no frontier"):
        Frontier(HashName.sha256, size, tuple(hashes(peaks)))


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_is_that_of_the_standard(data, digest):
    assert hasher(HashName.sm3)(data).hex() == digest


def test_a_python_without_sm3_says_so(monkeypatch):
    def absent(name: str) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr("hashlib.new", absent)
    assert hasher(HashName.sha256)(b"").hex() == ROOTS[0]
    with pytest.raises(HashAbsent, match="sm3"):
        hasher(HashName.sm3)
