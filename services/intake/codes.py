"""Tracking codes of public intake: 125 random-looking bits, stored as a digest, shown once.

`SSSS-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`: the prefecture's four digits, then 25 signs of Crockford's base 32. The
code is a keyed hash of what was sent: sent twice by a client that heard no answer, it is the same code, and
nothing that is stored holds it. Without the installation's secret nobody can make one.
"""

import hashlib
import hmac
import re
from typing import Final

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP: Final = 5
_LENGTH: Final = 25
_BITS: Final = 5
_FORM: Final = re.compile(rf"([0-9]{{4}})([{_SIGNS}]{{{_LENGTH}}})")
_ALIKE: Final = str.maketrans("OIL", "011")
CITY_END: Final = "00"
"""A prefecture's own region code ends so."""


def new_code(secret: str, city: str, key: str, content: str) -> str:
    """Make the code of what was sent.

    Args:
        secret: the installation's secret.
        city: the city's code.
        key: the sender's Idempotency-Key.
        content: the digest of the whole content.
    """
    sent = f"intake code\0{city}\0{key}\0{content}".encode()
    number = int.from_bytes(hmac.new(secret.encode(), sent, hashlib.sha256).digest())
    signs = "".join(_SIGNS[number >> (_BITS * place) & 31] for place in range(_LENGTH))
    groups = [signs[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP)]
    return "-".join((city[:4], *groups))


def read_code(text: str) -> tuple[str, str] | None:
    """Return the city and the digest of a code as somebody typed it; none when it has not our form."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(_ALIKE)
    found = _FORM.fullmatch(plain)
    return None if found is None else (found[1] + CITY_END, digest(plain))


def code_digest(code: str) -> str:
    """Return what is stored of a code."""
    return digest(code.replace("-", ""))


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
