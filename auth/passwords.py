"""Passwords: Argon2id in a thread, behind a semaphore, at the same cost for known and unknown users."""

import asyncio
import secrets
import unicodedata
from typing import Final

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH: Final = 10
MAX_LENGTH: Final = 128
RANDOM_LENGTH: Final = 16
# No 0/O, 1/l/I: a password that is read from a sheet of paper.
_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ"


class WeakPassword(ValueError):
    """A password is refused; `code` is one of too-short, too-long, contains-login, one-character."""

    def __init__(self, code: str) -> None:
        """Keep the code; the password itself is never kept."""
        super().__init__(code)
        self.code = code


def normalise(password: str) -> str:
    """Return the password in the form that is hashed.

    NFKC, because Chinese input methods type full-width letters and digits that look the same.
    """
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, login: str) -> None:
    """Refuse a password that is too short, too long, the login, or one character repeated.

    Raises:
        WeakPassword: with the code of the first rule that it breaks.
    """
    normal = normalise(password)
    if len(normal) < MIN_LENGTH:
        code = "too-short"
    elif len(password) > MAX_LENGTH or len(normal) > MAX_LENGTH:
        code = "too-long"
    elif login and login.casefold() in normal.casefold():
        code = "contains-login"
    elif len(set(normal)) == 1:
        code = "one-character"
    else:
        return
    raise WeakPassword(code)


def random_password() -> str:
    """Return a fresh password of 16 letters and digits, about 91 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM_LENGTH))


class Passwords:
    """Hashes and verifies passwords without blocking the event loop.

    At most `at_once` hashes run at a time: each takes 64 MiB, and a flood of sign-ins must not take the
    machine's memory.
    """

    def __init__(
        self, *, at_once: int = 2, time_cost: int = 3, memory_kib: int = 65_536, lanes: int = 4
    ) -> None:
        """Set the cost (defaults: RFC 9106's second recommendation)."""
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes, type=Type.ID
        )
        self._gate = asyncio.Semaphore(at_once)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return the encoded Argon2id hash of a password."""
        async with self._gate:
            return await asyncio.to_thread(self._hasher.hash, normalise(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Tell whether the password fits the hash; None (no such user) costs the same and never fits."""
        if len(password) > MAX_LENGTH:
            # Nobody can have set it; hashing a long text would only burn time.
            return False
        if self._nobody is None:
            self._nobody = await self.hash(random_password())
        async with self._gate:
            fits = await asyncio.to_thread(self._verify, password_hash or self._nobody, normalise(password))
        return fits and password_hash is not None

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, password_hash: str) -> bool:
        """Tell whether a hash was made at another cost than today's, to be renewed at sign-in."""
        return self._hasher.check_needs_rehash(password_hash)
