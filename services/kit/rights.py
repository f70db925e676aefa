"""The rights of database roles that are not the owner: the program's own, and outside readers of the books.

The rights themselves are worked out in the database (`yipanqi_grant_writer`, `yipanqi_grant_reader`): an
administrator of the server can call the same functions from SQL.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.kit.database import driver_url


async def grant(url: str, *, writer: str | None = None, reader: str | None = None) -> None:
    """Give existing roles the rights they need and take away all others; may be repeated.

    Args:
        url: the database, as its owner or a superuser.
        writer: the role that the program connects as.
        reader: a role that only reads the books.

    Raises:
        sqlalchemy.exc.DBAPIError: there is no such role, or the connection's own may not grant.
    """
    engine = create_async_engine(driver_url(url))
    try:
        async with engine.begin() as connection:
            for function, role in (("yipanqi_grant_writer", writer), ("yipanqi_grant_reader", reader)):
                if role is not None:
                    await connection.execute(text(f"SELECT {function}(:role)"), {"role": role})
    finally:
        await engine.dispose()
