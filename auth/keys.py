"""Signing keys: Ed25519, each with an id, rotated without signing anybody out, sealed for storage."""

import base64
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALGORITHM: Final = "EdDSA"
_NONCE_BYTES: Final = 12
MIN_SECRET_LENGTH: Final = 32


class SealError(ValueError):
    """A stored key cannot be opened: the secret was changed, or the stored bytes were."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Signing keys by key id. New tokens use `current`; every key in the ring still verifies.

    Rotation: put a new key in with `rotated`, and drop the old one with `without` once the longest access
    token has run out. Neither signs anybody out.
    """

    current: str
    keys: Mapping[str, Ed25519PrivateKey]

    def __post_init__(self) -> None:
        """Refuse a ring whose current key is not in it."""
        if self.current not in self.keys:
            msg = f"signing key {self.current!r} is not in the key ring"
            raise ValueError(msg)

    @classmethod
    def generate(cls) -> Self:
        """Make a ring of one new key."""
        kid, key = new_key()
        return cls(current=kid, keys={kid: key})

    def rotated(self) -> "KeyRing":
        """Return the ring with a new current key, the old ones still verifying."""
        kid, key = new_key()
        return KeyRing(current=kid, keys={**self.keys, kid: key})

    def without(self, kid: str) -> "KeyRing":
        """Return the ring without a retired key; the current one cannot be dropped."""
        return KeyRing(current=self.current, keys={k: v for k, v in self.keys.items() if k != kid})

    def public(self, kid: str) -> Ed25519PublicKey | None:
        """Return the public key of a key id, None for one that is not ours."""
        key = self.keys.get(kid)
        return None if key is None else key.public_key()

    def jwks(self) -> dict[str, Sequence[Mapping[str, str]]]:
        """Return the JSON Web Key Set of the public halves (RFC 7517, RFC 8037), current key first."""
        kids = sorted(self.keys, key=lambda kid: (kid != self.current, kid))
        return {"keys": [_jwk(kid, self.keys[kid].public_key()) for kid in kids]}


def new_key() -> tuple[str, Ed25519PrivateKey]:
    """Make a key and its id: the first bytes of the public half, which are as random as any."""
    key = Ed25519PrivateKey.generate()
    return key.public_key().public_bytes_raw()[:8].hex(), key


def _jwk(kid: str, key: Ed25519PublicKey) -> Mapping[str, str]:
    x = base64.urlsafe_b64encode(key.public_bytes_raw()).rstrip(b"=").decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": ALGORITHM}


def seal(kid: str, key: Ed25519PrivateKey, secret: str) -> bytes:
    """Encrypt a private key for storage with AES-256-GCM under the installation's secret, bound to its id."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(_derive(secret)).encrypt(nonce, key.private_bytes_raw(), kid.encode())


def unseal(kid: str, sealed: bytes, secret: str) -> Ed25519PrivateKey:
    """Return the private key of sealed bytes.

    Raises:
        SealError: another secret, another key id, or changed bytes.
    """
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        raw = AESGCM(_derive(secret)).decrypt(nonce, body, kid.encode())
    except (InvalidTag, ValueError) as error:
        msg = f"signing key {kid!r} cannot be opened with this installation's secret"
        raise SealError(msg) from error
    return Ed25519PrivateKey.from_private_bytes(raw)


def _derive(secret: str) -> bytes:
    # The secret is random and long, not a password: one keyed hash separates this use from others.
    if len(secret) < MIN_SECRET_LENGTH:
        msg = f"the secret has fewer than {MIN_SECRET_LENGTH} characters"
        raise SealError(msg)
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"yipanqi-signkey").digest()
