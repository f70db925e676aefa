import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.keys import KeyRing, SealError, new_key, seal, unseal

SECRET = "a secret of the tests, longer than 32 characters"


def test_a_ring_knows_its_current_key() -> None:
    ring = KeyRing.generate()
    with pytest.raises(ValueError, match="not in the key ring"):
        ring.without(ring.current)
    assert ring.public("another") is None


def test_published_keys_are_public_and_the_current_one_comes_first() -> None:
    ring = KeyRing.generate().rotated().rotated()
    published = ring.jwks()["keys"]
    assert next(key["kid"] for key in published) == ring.current
    assert {key["kid"] for key in published} == set(ring.keys)
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in published)


def test_a_sealed_key_opens_with_its_secret_and_id_only() -> None:
    kid, key = new_key()
    sealed = seal(kid, key, SECRET)
    assert key.private_bytes_raw() not in sealed
    assert unseal(kid, sealed, SECRET).private_bytes_raw() == key.private_bytes_raw()
    flipped = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for name, body, secret in [
        (kid, sealed, SECRET + "!"),
        ("other", sealed, SECRET),
        (kid, flipped, SECRET),
        (kid, sealed[:8], SECRET),
        (kid, b"", SECRET),
    ]:
        with pytest.raises(SealError):
            unseal(name, body, secret)


def test_the_same_key_is_sealed_differently_each_time() -> None:
    kid, key = new_key()
    assert seal(kid, key, SECRET) != seal(kid, key, SECRET)


def test_a_short_secret_seals_nothing() -> None:
    with pytest.raises(SealError, match="fewer than 32"):
        seal("kid", Ed25519PrivateKey.generate(), "x" * 31)
