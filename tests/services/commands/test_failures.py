"""Expected failures become one line; a fault of the program stays a fault."""

import errno
import os

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ArgumentError, DBAPIError

from services.commands.failures import explain
from services.kit.database import Database
from services.kit.errors import FieldError, Invalid
from services.kit.refused import Refused


class BadThing(Invalid):
    slug = "bad-thing"
    title = "坏东西"
    detail = "第 {row} 行"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refused(detail="原因"), "命令未能完成：原因"),
        (BadThing(row=3, errors=[FieldError("/a", "b", "太大")]), "坏东西；第 3 行；/a 太大"),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "磁盘空间不足"),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "磁盘空间不足"),
        (OSError(errno.EADDRINUSE, "Address already in use"), "端口已被占用"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/b"), "不能读写 /a/b：Permission denied"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "连不上数据库"),
        (TimeoutError(), "连不上数据库"),
        (OSError(errno.EHOSTUNREACH, "no route"), "连不上数据库"),
        (OSError("Multiple exceptions: Connect call failed"), "连不上数据库"),
        (asyncpg.InvalidPasswordError("password authentication failed"), "连不上数据库"),
        (asyncpg.ConnectionDoesNotExistError("closed in the middle"), "数据库连接中断"),
        (asyncpg.UndefinedTableError('relation "city" does not exist'), "yipanqi migrate"),
        (asyncpg.UndefinedObjectError('role "x" does not exist'), "数据库角色不存在或无权限"),
        (asyncpg.InsufficientPrivilegeError("permission denied for table leg"), "数据库角色不存在或无权限"),
        (asyncpg.DiskFullError("could not extend file"), "磁盘空间不足"),
        (ArgumentError("Could not parse"), "DATABASE_URL 不是 PostgreSQL 的地址"),
    ],
)
def test_an_expected_failure_is_one_line(error: Exception, words: str) -> None:
    line = explain(error, "zh")
    assert line is not None
    assert words in line
    assert "\n" not in line


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), DBAPIError("s", {}, ValueError("x"))])
def test_a_fault_of_the_program_has_no_line(error: Exception) -> None:
    assert explain(error, "zh") is None


def test_the_innermost_cause_speaks() -> None:
    inner = OSError(errno.ENOSPC, "No space left on device")
    outer = ValueError("outer")
    outer.__cause__ = inner
    assert "No space left" in (explain(outer, "en") or "")
    inner.__cause__ = inner
    assert explain(inner, "zh") is not None, "a circle of causes ends"


async def test_a_full_disk_of_the_database_is_told_through_all_layers(database: Database) -> None:
    full = text("DO $$ BEGIN RAISE 'could not extend file' USING ERRCODE = '53100'; END $$")
    with pytest.raises(DBAPIError) as caught:
        async with database.session() as session:
            await session.execute(full)
    assert "磁盘空间不足，未写入：could not extend file" in (explain(caught.value, "zh") or "")
