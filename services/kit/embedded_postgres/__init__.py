"""PostgreSQL without a server to install: a private server in a data folder, or the one `DATABASE_URL` names.

with EmbeddedPostgres(folder) as server:
server.create_database("yipanqi")
url = server.url("yipanqi")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.kit.embedded_postgres.binaries import Binaries
from services.kit.embedded_postgres.errors import (
    BinariesNotFound,
    DataFolderLocked,
    DataFolderUnusable,
    EmbeddedPostgresError,
    ServerFailed,
)
from services.kit.embedded_postgres.server import EmbeddedPostgres

DATABASE = "yipanqi"

__all__ = [
    "Binaries",
    "BinariesNotFound",
    "DataFolderLocked",
    "DataFolderUnusable",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "ServerFailed",
    "database_url",
]


@contextmanager
def database_url(configured: str | None, folder: Path) -> Iterator[tuple[str, EmbeddedPostgres | None]]:
    """Yield the database's address: `configured` (DATABASE_URL) if set, else that of our own server.

    The second value is the server we own, None when somebody else's database is used.
    """
    if configured:
        yield configured, None
        return
    with EmbeddedPostgres(folder) as server:
        server.create_database(DATABASE)
        yield server.url(DATABASE), server
