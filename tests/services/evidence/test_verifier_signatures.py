"""Ed25519 of the one-file verifier: against RFC 8032, and of one mind with `cryptography`."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.evidence import keys
from services.evidence import verifier
from tests.allocation.evidence.test_keys import (
    OFF_CURVE,
    ORDER,
    RFC_8032,
    WEAK,
    signed_with_neutral_commitment,
)

SEEDS = st.binary(min_size=32, max_size=32)


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """What the one-file verifier says of a signature; it refuses by raising, too."""
    try:
        return verifier.ed25519(public, message, signature)
    except ValueError:
        return False


@pytest.mark.parametrize(("private", "public", "message", "signature"), RFC_8032)
def test_vectors_of_rfc_8032(private, public, message, signature):
    assert private
    key, data, raw = (bytes.fromhex(text) for text in (public, message, signature))
    assert holds(key, data, raw)
    assert not holds(key, data + b"\x00", raw)
    assert not holds(key, data, raw[:-1])
    assert not holds(key, data, raw + b"\x00")
    larger = int.from_bytes(raw[32:], "little") + ORDER
    assert not holds(key, data, raw[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("point", [*WEAK, OFF_CURVE, b"", b"\x05" * 31])
def test_weak_points_are_refused(point):
    _, public, message, signature = (bytes.fromhex(text) for text in RFC_8032[2])
    with pytest.raises(ValueError, match=r"^$"):
        verifier.point_of(point)
    assert not holds(public, message, (point + signature[32:]).ljust(64, b"\x00"))
    assert not holds(point, message, signature)


@settings(max_examples=25)
@given(SEEDS, st.binary(max_size=40), st.integers(0, 511))
def test_signatures_are_judged_as_cryptography_judges_them(seed, message, bit):
    public, signature = keys.public_of(seed), keys.sign(seed, message)
    assert holds(public, message, signature)
    changed = (int.from_bytes(signature, "little") ^ (1 << bit)).to_bytes(64, "little")
    assert not holds(public, message, changed)
    assert not keys.verified(public, message, changed)


@pytest.mark.parametrize("torsion", range(8))
def test_keys_with_a_part_of_small_order_are_judged_alike(torsion):
    """With such a key programs that multiply by the cofactor say other than those that do not."""
    y = verifier.Y8
    square = (y * y - 1) * pow(verifier.D * y * y + 1, -1, verifier.P) % verifier.P
    x = pow(square, (verifier.P + 3) // 8, verifier.P)
    x = x if (x * x - square) % verifier.P == 0 else x * verifier.ROOT_OF_MINUS_1 % verifier.P
    small = (x, y, 1, x * y % verifier.P)
    base = (verifier.BASE_X, verifier.BASE_Y, 1, verifier.BASE_X * verifier.BASE_Y % verifier.P)
    secret, nonce = 987654321, 123456789
    public = encoded(verifier.add(verifier.times(secret, base), verifier.times(torsion, small)))
    start = encoded(verifier.times(nonce, base))
    verdicts = set()
    for number in range(12):
        message = bytes([number])
        h = int.from_bytes(hashlib.sha512(start + public + message).digest(), "little")
        signature = start + ((nonce + h * secret) % ORDER).to_bytes(32, "little")
        verdicts.add(holds(public, message, signature))
        assert holds(public, message, signature) == keys.verified(public, message, signature)
    assert (verdicts == {True}) == (torsion == 0)


def encoded(point: verifier.Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, verifier.P)
    x, y = x * inverse % verifier.P, y * inverse % verifier.P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def test_a_commitment_of_small_order_is_refused():
    signature = signed_with_neutral_commitment(b"\x07" * 32, b"x")
    assert not holds(keys.public_of(b"\x07" * 32), b"x", signature)
