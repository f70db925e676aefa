"""The one byte form of a set of facts, so that a hash of it means the same everywhere.

Only text, integers, booleans, null, lists and maps with ASCII keys are let in. Within that set the output
is what RFC 8785 (JSON Canonicalization Scheme) gives: keys in order, no blanks, UTF-8, no escapes but the
required ones.
"""

import hashlib
import json
from typing import Any


def canonical_bytes(facts: Any) -> bytes:
    """Write facts in their canonical form.

    Raises:
        TypeError: a value is of another type; a float above all, whose digits are a matter of taste.
        ValueError: a key is not ASCII text, so that orders by UTF-8 and UTF-16 might differ.
    """
    _check(facts)
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(domain: str, facts: Any) -> str:
    """Hash facts in their canonical form, in hexadecimal.

    `domain` (such as `run-input`) stands before the bytes with a zero byte between, so that facts of one
    sort are never taken for facts of another.
    """
    return hashlib.sha256(domain.encode() + b"\x00" + canonical_bytes(facts)).hexdigest()


def _check(value: Any) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"not an ASCII key: {key!r}")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    elif not (value is None or isinstance(value, str | int)):
        raise TypeError(f"not a canonical value: {type(value).__name__}")
