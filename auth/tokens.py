"""Access tokens: JWT signed with Ed25519, one algorithm, fixed key ids, short lives.

What PyJWT leaves to the caller is decided here: the algorithm comes from the key and not from the
token, `typ` must be `at+jwt` (RFC 9068), every claim is required, a token may not live longer than
`MAX_LIFETIME`, and time is an argument, so that the same rules hold under the city's test clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import jwt

from auth.errors import ExpiredToken, InvalidToken, UnknownKey
from auth.keys import ALGORITHM, KeyRing

TYPE: Final = "at+jwt"
ISSUER: Final = "yipanqi"
AUDIENCE: Final = "yipanqi-api"
MAX_LIFETIME: Final = timedelta(minutes=15)
CLOCK_SKEW: Final = timedelta(seconds=5)
MAX_TOKEN_LENGTH: Final = 2048
_REQUIRED: Final = ("iss", "aud", "sub", "iat", "exp", "jti", "sid", "city")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a good token says. Role and office are not among it: they are read from the database."""

    account: UUID
    city: str
    session: UUID
    token: UUID
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Issues and verifies access tokens."""

    keys: KeyRing
    issuer: str = ISSUER
    audience: str = AUDIENCE
    lifetime: timedelta = timedelta(minutes=10)

    def __post_init__(self) -> None:
        """Refuse a lifetime beyond fifteen minutes: disabling must not wait for tokens to run out."""
        if not timedelta(0) < self.lifetime <= MAX_LIFETIME:
            msg = f"an access token lives at most {MAX_LIFETIME}, not {self.lifetime}"
            raise ValueError(msg)

    def issue(self, *, account: UUID, city: str, session: UUID, token: UUID, now: datetime) -> str:
        """Return a signed access token for one sign-in of an account."""
        issued = int(now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": str(account),
            "city": city,
            "sid": str(session),
            "jti": str(token),
            "iat": issued,
            "exp": issued + int(self.lifetime.total_seconds()),
        }
        key = self.keys.keys[self.keys.current]
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": self.keys.current, "typ": TYPE})

    def verify(self, token: str, now: datetime) -> Claims:
        """Return the claims of a good token.

        Raises:
            ExpiredToken: it was good and its time is over.
            UnknownKey: its key id is not in the ring; the ring may have been rotated elsewhere.
            InvalidToken: anything else.
        """
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidToken
        claims = _read(self._decode(token))
        if claims.issued_at > now + CLOCK_SKEW or claims.expires_at - claims.issued_at > MAX_LIFETIME:
            raise InvalidToken
        if now >= claims.expires_at:
            raise ExpiredToken
        return claims

    def _decode(self, token: str) -> Mapping[str, object]:
        try:
            header = jwt.get_unverified_header(token)
            key = self.keys.public(str(header.get("kid")))
            if header.get("typ") != TYPE:
                raise InvalidToken
            if key is None:
                raise UnknownKey
            claims: Mapping[str, object] = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self.issuer,
                audience=self.audience,
                # Times are checked by `verify` against the clock that the caller gives.
                options={
                    "require": list(_REQUIRED),
                    "verify_exp": False,
                    "verify_iat": False,
                    "strict_aud": True,
                },
            )
        except (jwt.PyJWTError, UnicodeError) as error:
            raise InvalidToken from error
        return claims


def _read(claims: Mapping[str, object]) -> Claims:
    try:
        return Claims(
            account=UUID(_text(claims["sub"])),
            city=_text(claims["city"]),
            session=UUID(_text(claims["sid"])),
            token=UUID(_text(claims["jti"])),
            issued_at=_time(claims["iat"]),
            expires_at=_time(claims["exp"]),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidToken from error


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _time(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return datetime.fromtimestamp(value, UTC)
