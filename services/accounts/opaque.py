"""Opaque tokens: refresh tokens, console cookies and one-time tokens are of one form.

`<city>.<row id>.<256 random bits>`: the row is found by its key, the secret is compared as a digest, so a
stolen database opens nothing.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.kit.tables import uuid7

_FORM: Final = re.compile(r"([1-9][0-9]{5})\.([0-9a-f]{32})\.([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Opaque:
    """One opaque token, in the clear; it exists only on its way to the client and back."""

    city: str
    id: UUID
    secret: str

    @property
    def text(self) -> str:
        """What the client holds."""
        return f"{self.city}.{self.id.hex}.{self.secret}"

    @property
    def sha256(self) -> str:
        """What the database holds."""
        return digest(self.secret)

    @property
    def csrf(self) -> str:
        """The form token that belongs to a cookie: derived from it, so that there is nothing to store."""
        return hmac.new(self.secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def new_opaque(city: str) -> Opaque:
    """Make a token for a new row of a city."""
    return Opaque(city, uuid7(), secrets.token_urlsafe(32))


def read_opaque(text: str) -> Opaque | None:
    """Read what a client sent; None when it has not our form."""
    found = _FORM.fullmatch(text)
    return None if found is None else Opaque(found[1], UUID(hex=found[2]), found[3])


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
