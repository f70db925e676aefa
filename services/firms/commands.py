"""`yipanqi firms index`: make the keys of firms' names anew, after an upgrade or a change of counties."""

from typing import Annotated

import typer

from services.commands.surroundings import database_address, language, print_json, print_line, run
from services.kit.i18n import gettext, lazy

firms = typer.Typer(help="企业名称索引 · firms' names", no_args_is_help=True)


@firms.callback()
def _names() -> None:
    """企业名称 · firms' names."""


@firms.command("index")
def index(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """重建企业名称的查重索引 · make the keys of all firms' names anew."""
    changed = run(_rebuild(database_address(), city))
    if as_json:
        print_json({"city": city, "changed": changed})
    else:
        print_line(gettext(lazy("已重建查重索引，{count} 个名称有变化"), language(), count=changed))


async def _rebuild(address: str, city: str) -> int:
    from services.firms.indexing import rebuild
    from services.kit.database import Database

    database = Database(address)
    try:
        async with database.session() as session:
            return await rebuild(session, city)
    finally:
        await database.close()
