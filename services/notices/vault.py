"""Secrets and addresses of channels at rest: sealed under the installation's secret, bound to their row.

A robot's address is itself the key to its group, so it is sealed as its secret is. A dump of the database
without the installation's secret opens neither.
"""

import hashlib
import os
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE: Final = 12


class VaultError(ValueError):
    """A stored value cannot be opened: the installation's secret was changed, or the bytes were."""


def seal(city: str, row: UUID, field: str, value: str, secret: str) -> bytes:
    """Encrypt a value with AES-256-GCM, bound to the city, row and field that it belongs to."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(secret)).encrypt(nonce, value.encode(), _bound(city, row, field))


def unseal(city: str, row: UUID, field: str, sealed: bytes, secret: str) -> str:
    """Return a sealed value.

    Raises:
        VaultError: another secret, another row or field, or changed bytes.
    """
    try:
        opened = AESGCM(_key(secret)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(city, row, field))
    except (InvalidTag, ValueError) as error:
        raise VaultError(field) from error
    return opened.decode()


def _bound(city: str, row: UUID, field: str) -> bytes:
    return f"{city}/{row}/{field}".encode()


def _key(secret: str) -> bytes:
    # The secret is random and long, not a password: one keyed hash separates this use from others.
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"yipanqi-channel").digest()
