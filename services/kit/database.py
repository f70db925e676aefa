"""The database: an engine, sessions whose transaction is really open, and the driver's own connection.

Services never commit. The request's session commits after the handler returned and before the answer is sent
(`scope="function"`), so a failing commit is an error that the client sees.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any, cast

import orjson
from fastapi import Depends, Request
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

if TYPE_CHECKING:
    import asyncpg


def _dump(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def driver_url(url: str) -> str:
    """Name the asyncpg driver in a PostgreSQL address.

    Raises:
        sqlalchemy.exc.ArgumentError: the address cannot be read.
    """
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


class Database:
    """A pool of connections.

    Args:
        url: a PostgreSQL address.
        pool_size: connections kept.
        statement_timeout_ms: how long one statement may take.
    """

    def __init__(self, url: str, *, pool_size: int = 10, statement_timeout_ms: int = 30_000) -> None:
        self.url = url
        self.engine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=0,
            pool_pre_ping=True,
            json_serializer=_dump,
            json_deserializer=orjson.loads,
            connect_args={
                "command_timeout": statement_timeout_ms / 1000 + 5,
                "server_settings": {
                    "statement_timeout": str(statement_timeout_ms),
                    "timezone": "UTC",
                    "application_name": "yipanqi",
                },
            },
        )

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open a session in a transaction that has begun; commit at the end, roll back on an error."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await open_transaction(session)
            yield session

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()


async def open_transaction(session: AsyncSession) -> None:
    """Send a first statement, so that the driver's transaction is open.

    SQLAlchemy opens asyncpg's transaction lazily: what goes to the raw connection before any statement of the
    session would commit on its own and survive a rollback.
    """
    await session.execute(text("SELECT 1"))


async def raw(session: AsyncSession) -> "asyncpg.Connection[asyncpg.Record]":
    """Borrow the driver's connection of the session's open transaction."""
    await open_transaction(session)
    connection = await session.connection()
    held = await connection.get_raw_connection()
    return cast("asyncpg.Connection[asyncpg.Record]", held.driver_connection)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request its session."""
    database: Database = request.app.state.database
    async with database.session() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
