"""`yipanqi recompute`: a period's books and papers made again and compared byte for byte."""

from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.surroundings import database_address, language, print_json, print_line, run
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from services.ledger.recompute import Recomputed


def recompute(
    period: Annotated[str, typer.Option(help="期间，如 2025、2025Q1、2025-03 · a year, quarter or month")],
    city: Annotated[
        str | None,
        typer.Option(help="六位城市代码，缺省为全部 · six-digit code, without it all cities"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="只输出 JSON · print JSON only")] = False,
) -> None:
    """重算一个期间的测算、分录和结算单，逐字节比对 · recompute a period and compare it byte for byte."""
    found = run(_recompute(database_address(), city, period, quiet=as_json))
    for one in found:
        if as_json:
            continue
        for difference in one.differences:
            print_line(f"! {difference.kind} {difference.name}: {difference.detail}")
        words = (
            lazy("测算 {runs} 次、明细 {lines} 行、分录 {journals} 笔、结算单 {statements} 份，重算全部一致")
            if one.passed
            else lazy("重算有 {count} 处不一致")
        )
        facts = {"runs": one.runs, "lines": one.lines, "journals": one.journals, "statements": one.statements}
        print_line(gettext(words, language(), count=len(one.differences), **facts))
    passed = all(one.passed for one in found)
    print_json(
        {
            "period": period,
            "runs": sum(one.runs for one in found),
            "lines": sum(one.lines for one in found),
            "journals": sum(one.journals for one in found),
            "statements": sum(one.statements for one in found),
            "differences": sum(len(one.differences) for one in found),
            "passed": passed,
        }
    )
    if not passed:
        raise typer.Exit(1)


async def _recompute(address: str, city: str | None, period: str, *, quiet: bool) -> "list[Recomputed]":
    """Recompute in one snapshot, so that nothing moves meanwhile; progress is printed unless quiet.

    Raises:
        NoSuchBook: the database has no such city.
        NoPeriod: the text names no period.
    """
    from sqlalchemy import select
    from sqlalchemy.ext.asyncio import AsyncSession
    from sqlmodel import col

    from services.kit.database import Database
    from services.ledger.errors import NoSuchBook
    from services.ledger.recompute import Recomputed, recomputing
    from services.regions.tables import City

    database = Database(address, pool_size=1, statement_timeout_ms=300_000)
    try:
        snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        async with AsyncSession(database.engine.execution_options(**snapshot)) as session, session.begin():
            query = select(col(City.city)).order_by(col(City.city))
            if city is not None:
                query = query.where(col(City.city) == city)
            codes = (await session.execute(query)).scalars().all()
            if city is not None and not codes:
                raise NoSuchBook
            made = []
            for code in codes:
                found = Recomputed(period=period)
                async for done in recomputing(session, found, code):
                    if not quiet:
                        print_line(f"{code} {done}")
                made.append(found)
            return made
    finally:
        await database.close()
