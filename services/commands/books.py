"""`yipanqi books`: a city's books as files for Beancount and hledger, every county's and the whole."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands import tables
from services.commands.surroundings import database_address, language, print_json, print_line, run
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from services.ledger.books_export import BookFile


def books(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    folder: Annotated[Path, typer.Argument(help="写入的文件夹 · folder to write")],
    period: Annotated[
        str | None, typer.Option(help="期间，如 2025、2025Q1、2025-03 · a year, quarter or month")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """导出全市与各县区账簿（Beancount、hledger）· write the books of the whole city and of each county."""
    files = run(_read(database_address(), city, period))
    tables.write(files, folder)
    if as_json:
        made = [{"file": str(folder / file.name), "entries": file.entries} for file in files]
        print_json({"city": city, "period": period, "files": made})
        return
    for file in files:
        words = lazy("{file}：{entries} 笔分录")
        print_line(gettext(words, language(), file=folder / file.name, entries=file.entries))


async def _read(address: str, city: str, period: str | None) -> "list[BookFile]":
    """Read all books at one moment.

    Raises:
        NoSuchBook: the database has no such city.
        NoPeriod: the text names no period.
    """
    from sqlalchemy.ext.asyncio import AsyncSession

    from services.kit.database import Database
    from services.ledger import repo
    from services.ledger.books_export import BookForm, book_file

    database = Database(address, pool_size=1, statement_timeout_ms=300_000)
    try:
        # Several reads, one snapshot: no file knows more than another.
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        async with AsyncSession(database.engine.execution_options(**snapshot)) as session, session.begin():
            codes = sorted(await repo.region_names(session, city))
            return [
                await book_file(session, city, form, county, period)
                for county in (None, *codes)
                for form in BookForm
            ]
    finally:
        await database.close()
