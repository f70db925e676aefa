"""`yipanqi seal` and `yipanqi bundle`: the log's own work from the command line, for a city's operator."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from services.commands.surroundings import (
    database_address,
    environment_settings,
    language,
    print_json,
    print_line,
    run,
)
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from services.evidence.auditing import Audit
    from services.evidence.bundles import BundleFile
    from services.kit.database import Database

T = TypeVar("T")
_CITY = Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")]
_MOST = 2**31


def seal(
    city: _CITY,
    check: Annotated[
        bool, typer.Option("--check", help="核对封存过的内容是否仍与数据库一致 · compare with the database")
    ] = False,
) -> None:
    """封存新发生的账目并签署存证点 · seal what is new; with --check compare what was sealed."""
    if check:
        found = run(_with_database(database_address(), lambda database: _audit(database, city)))
        for fault in found.faults:
            words = lazy("第 {entry} 号：{words}（{kind} {source}）")
            said = gettext(fault.finding.zh, language())
            print_line(
                gettext(
                    words,
                    language(),
                    entry=fault.index,
                    words=said,
                    kind=_named(fault.kind),
                    source=fault.source,
                )
            )
        print_json(found.document())
        if found.faults:
            raise typer.Exit(1)
        return
    settings = environment_settings()
    secret = settings.secret.get_secret_value()
    sealed = run(_with_database(settings.database_url, lambda database: _seal(database, city, secret)))
    print_json({"city": city, "sealed": sealed})


def bundle(
    city: _CITY,
    output: Annotated[Path, typer.Option("-o", "--output", help="写入的文件 · file to write")],
    statement: Annotated[
        str | None, typer.Option("--statement", help="结算单编号，如 JS-611002-2025 · a statement's number")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="年度 · year", min=2000, max=2100)] = None,
    county: Annotated[str | None, typer.Option("--county", help="县区代码 · county")] = None,
) -> None:
    """导出证据包：一份结算单、一个年度或全部 · write a bundle: a statement's, a year's, or all."""
    if (statement is not None and (year is not None or county is not None)) or (county and year is None):
        raise typer.BadParameter("--statement | --year [--county]")
    made = run(
        _with_database(database_address(), lambda database: _bundle(database, city, statement, year, county))
    )
    output.write_bytes(made.content)
    print_json({"file": str(output), "entries": made.entries, "bytes": len(made.content)})


def _named(kind: str) -> str:
    """An entry's kind in words; checkpoints have none."""
    from services.evidence.states import Kind

    return gettext(Kind(kind).zh, language()) if kind else ""


async def _with_database(address: str, work: "Callable[[Database], Awaitable[T]]") -> T:
    from services.kit.database import Database

    database = Database(address, pool_size=2, statement_timeout_ms=600_000)
    try:
        return await work(database)
    finally:
        await database.close()


async def _seal(database: "Database", city: str, secret: str) -> int:
    from services.evidence.jobs import seal_city
    from services.kit.clock import Clock

    return await seal_city(database, city, secret, Clock())


async def _audit(database: "Database", city: str) -> "Audit":
    from services.evidence.auditing import audit

    async with database.session() as session:
        return await audit(session, city)


async def _bundle(
    database: "Database", city: str, statement: str | None, year: int | None, county: str | None
) -> "BundleFile":
    from auth.principal import Principal
    from services.evidence import bundles

    system = Principal.system(city)
    async with database.session() as session:
        if statement is not None:
            found = await bundles.newest_of_number(session, system, statement)
            return await bundles.statement_bundle(session, system, found, _MOST)
        if year is not None:
            return await bundles.year_bundle(session, system, year, county, _MOST)
        return await bundles.log_bundle(session, system, _MOST)
