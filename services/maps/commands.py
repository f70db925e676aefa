"""`yipanqi maps import`: load a city's boundaries from a GeoJSON file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.commands.surroundings import database_address, language, print_json, print_line, run
from services.kit.i18n import gettext, lazy

if TYPE_CHECKING:
    from services.maps.service import LoadedMap, MapSource

maps = typer.Typer(help="县区地图 · the map of counties", no_args_is_help=True)


@maps.callback()
def _maps() -> None:
    """县区地图 · the map of counties."""


@maps.command("import")
def import_(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    file: Annotated[Path, typer.Argument(help="GeoJSON 文件 · a GeoJSON file")],
    source: Annotated[str, typer.Option(help="边界数据来源 · where the boundaries come from")],
    approval: Annotated[str, typer.Option(help="审图号 · approval number of the map")] = "",
    sketch: Annotated[
        bool, typer.Option("--sketch", help="示意图，不是真实边界 · made-up outlines, no real boundaries")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")] = False,
) -> None:
    """导入县区边界，作为新版本地图 · load boundaries of counties as the city's next map."""
    from services.maps.service import MapSource

    with file.open("rb") as opened:
        content = opened.read(_READ + 1)
    loaded, missing = run(
        _import(
            database_address(),
            city,
            content,
            MapSource(source=source.strip(), approval=approval.strip(), sketch=sketch),
        )
    )
    points = sum(len(ring) for one in loaded.outlines for ring in one.rings)
    if as_json:
        print_json(
            {
                "city": city,
                "version": loaded.version,
                "counties": len(loaded.outlines),
                "points": points,
                "missing": missing,
            }
        )
        return
    print_line(
        gettext(
            lazy("已导入第 {version} 版地图：{counties} 个县区，{points} 个点"),
            language(),
            version=loaded.version,
            counties=len(loaded.outlines),
            points=points,
        )
    )
    if missing:
        print_line(gettext(lazy("图上没有：{names}"), language(), names="、".join(missing)))


_READ = 20_000_000
"""The service refuses longer files; no more of one is read than tells that it is too long."""


async def _import(
    address: str, city: str, content: bytes, given: "MapSource"
) -> tuple["LoadedMap", list[str]]:
    from services.kit.clock import Clock
    from services.kit.database import Database
    from services.maps.service import import_map

    database = Database(address)
    try:
        async with database.session() as session:
            return await import_map(session, city, content, given, await Clock().today(session, city))
    finally:
        await database.close()
