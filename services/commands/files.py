"""`yipanqi files prune`: remove the content of evidence files whose time is over."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.surroundings import database_address, language, print_json, print_line, run
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from services.files.retention import Pruned

files = typer.Typer(help="佐证文件 · evidence files", no_args_is_help=True)

DONE = lazy("已清理 {contents} 份内容，释放 {bytes_freed} 字节；保留 {kept} 份")
WOULD = lazy("可清理 {contents} 份内容，共 {bytes_freed} 字节；保留 {kept} 份。没有清理；加 --commit 清理")


@files.callback()
def _all() -> None:
    """佐证文件 · evidence files."""


@files.command("prune")
def prune(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    before: Annotated[
        datetime, typer.Option(help="只清理此日以前结束的 · ended before this day", formats=["%Y-%m-%d"])
    ],
    reason: Annotated[str, typer.Option(help="清理原因，随记录保存 · why, kept with the row")],
    commit: Annotated[
        bool, typer.Option("--commit", help="清理（否则只统计）· remove, not only count")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """清理过了保存期限的文件内容，记录与校验值保留 · remove content past its time; rows and hashes stay."""
    if not reason.strip():
        raise typer.BadParameter("--reason")
    day = before.replace(tzinfo=UTC).date()
    found = run(_prune(database_address(), city, day, reason.strip(), commit=commit))
    facts = {"contents": found.contents, "bytes_freed": found.bytes_freed, "kept": found.kept}
    if as_json:
        print_json({**facts, "committed": commit})
    else:
        print_line(gettext(DONE if commit else WOULD, language(), **facts))


async def _prune(address: str, city: str, before: date, reason: str, *, commit: bool) -> "Pruned":
    import services.app  # noqa: F401 -- loads every slice, and with it the wall of its subjects
    from auth.principal import Principal
    from services.files.retention import prune as remove
    from services.kit.database import Database

    database = Database(address, pool_size=1, statement_timeout_ms=300_000)
    try:
        async with database.session() as session:
            return await remove(session, Principal.system(city), before, reason=reason, commit=commit)
    finally:
        await database.close()
