"""Expected failures of a command, each as one line: no traceback, because there is nothing to debug."""

import errno
from collections.abc import Iterator

from services.commands.surroundings import NotPostgres
from services.kit.i18n import Locale, gettext, lazy
from services.kit.refused import Refused

DISK_FULL = lazy("磁盘空间不足，未写入：{detail}")
PORT_TAKEN = lazy("端口已被占用：{detail}")
NO_DATABASE = lazy("连不上数据库，请检查 DATABASE_URL：{detail}")
LOST = lazy("数据库连接中断，本步未写入：{detail}")
NOT_WRITABLE = lazy("不能读写 {path}：{detail}")
OLD_SCHEMA = lazy("数据库结构与程序不符，请先运行 yipanqi migrate：{detail}")
NO_RIGHTS = lazy("数据库角色不存在或无权限：{detail}")
_FULL = {errno.ENOSPC, errno.EDQUOT}
_PERMISSION = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.ENOENT,
    errno.EEXIST,
}


def explain(error: BaseException, locale: Locale) -> str | None:
    """Return the line for an expected failure, None if the error is a fault of the program.

    A refusal says what it has to say. Of other errors the innermost known cause wins: a full disk may arrive
    wrapped in a database error.
    """
    links = list(_chain(error))
    refusal = next((link for link in links if isinstance(link, Refused)), None)
    if refusal is not None:
        return refusal.text(locale)
    lines = [line for link in links if (line := _line(link, locale)) is not None]
    return lines[-1] if lines else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Walk from an error to its causes."""
    link: BaseException | None = error
    seen = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = getattr(link, "orig", None) or link.__cause__


def _line(error: BaseException, locale: Locale) -> str | None:
    from services.interchange.errors import FolderHasFaults
    from services.kit.errors import DomainError

    if isinstance(error, FolderHasFaults):
        return str(error)  # its own words name every file and row
    if isinstance(error, DomainError):
        parts = [gettext(error.title, locale), gettext(error.detail, locale, **error.facts)]
        parts += [f"{place.pointer} {gettext(place.detail, locale)}" for place in error.errors]
        return "；".join(part for part in parts if part)
    if isinstance(error, OSError):
        return _system_line(error, locale)
    return _database_line(error, locale)


def _system_line(error: OSError, locale: Locale) -> str | None:
    detail = error.strerror or str(error)
    if error.errno in _FULL:
        return gettext(DISK_FULL, locale, detail=detail)
    if error.errno == errno.EADDRINUSE:
        return gettext(PORT_TAKEN, locale, detail=detail)
    if error.errno in _PERMISSION and error.filename is not None:
        return gettext(NOT_WRITABLE, locale, path=error.filename, detail=detail)
    # What is left of an unreachable host: refused, unknown name, no route, time out.
    unreachable = isinstance(error, ConnectionError | TimeoutError) or type(error).__name__ == "gaierror"
    if unreachable or error.errno in {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL}:
        return gettext(NO_DATABASE, locale, detail=detail)
    # asyncio bundles the refusals of several addresses into one error without a number.
    return gettext(NO_DATABASE, locale, detail=detail) if "Connect call failed" in str(error) else None


def _database_line(error: BaseException, locale: Locale) -> str | None:
    import asyncpg
    from sqlalchemy.exc import ArgumentError, InterfaceError

    known: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
        ((asyncpg.DiskFullError,), DISK_FULL),
        (
            (
                asyncpg.InvalidAuthorizationSpecificationError,
                asyncpg.InvalidCatalogNameError,
                asyncpg.CannotConnectNowError,
                asyncpg.TooManyConnectionsError,
            ),
            NO_DATABASE,
        ),
        ((asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError), OLD_SCHEMA),
        ((asyncpg.UndefinedObjectError, asyncpg.InsufficientPrivilegeError), NO_RIGHTS),
        ((asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError), LOST),
        ((ArgumentError, asyncpg.exceptions.ClientConfigurationError), NotPostgres.message),
    )
    for kinds, message in known:
        if isinstance(error, kinds):
            return gettext(message, locale, detail=_first_line(error))
    if isinstance(error, InterfaceError) and error.orig is None:
        return gettext(LOST, locale, detail=_first_line(error))
    return None


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
