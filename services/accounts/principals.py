"""Who a bearer token speaks for: `app.state.principals`.

The account is read at each request, so that disabling it, ending its sign-in or changing its role acts at
once. It has a few connections of its own: a request that holds its session's connection while it waits for a
second one of the same pool would, with enough others, wait for ever.
"""

import time
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from auth.errors import SessionEnded, UnknownKey
from auth.passwords import Passwords
from auth.principal import Principal
from auth.tokens import Claims, Tokens
from services.accounts.keys import load_keys
from services.accounts.seats import OF_SESSION, asked, principal_of_row
from services.accounts.sign_in import SignedIn
from services.kit.clock import Clock
from services.kit.database import driver_url
from services.kit.tables import uuid7

CONNECTIONS: Final = 4
RELOAD_SECONDS: Final = 60.0
UNKNOWN_KEY_SECONDS: Final = 1.0


class AccountPrincipals:
    """Verifies and issues access tokens and finds their accounts.

    Args:
        url: the database's address.
        secret: the installation's secret, which opens the signing keys.
        clock: the process's clock.
        passwords: how passwords are hashed; tests pass a cheap one.
    """

    def __init__(self, url: str, *, secret: str, clock: Clock, passwords: Passwords | None = None) -> None:
        self._engine = create_async_engine(
            driver_url(url), pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True
        )
        self._reads = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._secret = secret
        self._clock = clock
        self._tokens: Tokens | None = None
        self._loaded = 0.0
        self.passwords = passwords or Passwords()

    async def by_token(self, token: str) -> Principal:
        """Return the account of an access token.

        Raises:
            Unauthenticated: a bad or expired token, an ended sign-in or a disabled account.
        """
        claims = await self._claims(token)
        async with self._reads.connect() as connection:
            found = await connection.execute(
                OF_SESSION, asked(claims.city, claims.session, claims.account, self._clock.now())
            )
            row = found.one_or_none()
        if row is None:
            raise SessionEnded
        return principal_of_row(row, claims.session)

    async def issue(self, opened: SignedIn) -> tuple[str, int]:
        """Return an access token for a sign-in, and the seconds it lives."""
        tokens = await self.tokens()
        token = tokens.issue(
            account=opened.principal.account,
            city=opened.principal.city,
            session=opened.session,
            token=uuid7(),
            now=self._clock.now(),
        )
        return token, int(tokens.lifetime.total_seconds())

    async def tokens(self, at_most: float = RELOAD_SECONDS) -> Tokens:
        """Return the tokens of the stored keys, read again when older than so many seconds."""
        known = self._tokens
        if known is not None and time.monotonic() - self._loaded < at_most:
            return known
        async with AsyncSession(self._engine) as session, session.begin():
            keys = await load_keys(session, self._secret, self._clock.now())
        fresh = Tokens(keys=keys)
        self._tokens, self._loaded = fresh, time.monotonic()
        return fresh

    async def _claims(self, token: str) -> Claims:
        tokens = await self.tokens()
        try:
            return tokens.verify(token, self._clock.now())
        except UnknownKey:
            # Another process may have rotated the keys; made-up key ids must not cost a query each.
            again = await self.tokens(UNKNOWN_KEY_SECONDS)
            return again.verify(token, self._clock.now())

    async def close(self) -> None:
        """Close the connections."""
        await self._engine.dispose()
