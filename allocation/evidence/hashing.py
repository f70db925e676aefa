"""The hash of a log: SHA-256, or SM3 (GB/T 32905) where a city must use it."""

import hashlib
from collections.abc import Callable
from enum import StrEnum

Hasher = Callable[[bytes], bytes]
"""Bytes to their digest of 32 bytes."""

DIGEST_BYTES = 32


class HashName(StrEnum):
    """The hash of a log's tree; a log keeps its hash for life."""

    sha256 = "sha256"
    sm3 = "sm3"


class HashAbsent(RuntimeError):
    """This Python's OpenSSL was built without the hash; nothing was computed."""


def hasher(name: HashName) -> Hasher:
    """The function of a hash.

    Raises:
        HashAbsent: SM3, where this Python lacks it. SHA-256 is always there.
    """
    if name is HashName.sha256:
        return lambda data: hashlib.sha256(data).digest()
    try:
        hashlib.new(name.value)
    except ValueError as error:
        raise HashAbsent(name.value) from error
    return lambda data: hashlib.new("sm3", data).digest()
