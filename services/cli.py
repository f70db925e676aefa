"""The command `yipanqi`: names the commands and says failures in one line. The work is done below.

Exit codes: 0 done, 1 refused or failed with its reason on stderr, 2 wrong usage. A slice brings commands of
its own in `services/<slice>/commands.py`; they are named here. Heavy imports stand inside commands, so that
`--help` is instant.
"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from services.audit.commands import audit
from services.commands.books import books
from services.commands.failures import explain
from services.commands.files import files
from services.commands.recompute import recompute
from services.commands.surroundings import (
    LANGUAGE_VARIABLE,
    database_address,
    environment_settings,
    language,
    print_json,
    print_line,
    run,
)
from services.demo.commands import demo
from services.evidence.commands import verify
from services.evidence.key_commands import cosign, key
from services.evidence.log_commands import bundle, seal
from services.firms.commands import firms
from services.kit.i18n import gettext, lazy
from services.maps.commands import maps
from services.matching.commands import solve
from services.matching.explain_commands import explain as explain_lead
from services.sharing.commands import advise_on
from services.sharing.estimate_command import estimate
from services.sharing.packs_command import packs
from services.sharing.share_command import share

app = typer.Typer(
    name="yipanqi",
    help="一盘棋：全市招商项目的流转、匹配与利益共享。\n\nA city's shared pool of investment projects.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


@app.callback()
def choose_language(
    lang: Annotated[str, typer.Option("--lang", help="zh | en", envvar=LANGUAGE_VARIABLE)] = "zh",
) -> None:
    """Keep the language for everything below, worker processes included."""
    if lang not in {"zh", "en"}:
        raise typer.BadParameter("zh | en")
    os.environ[LANGUAGE_VARIABLE] = lang


app.command("demo")(demo)


@app.command()
def version(as_json: Json = False) -> None:
    """版本 · the program's version."""
    from importlib.metadata import version as installed

    found = installed("yipanqi")
    if as_json:
        print_json({"version": found})
    else:
        print_line(f"yipanqi {found}")


@app.command()
def migrate(
    revision: Annotated[str, typer.Option(help="版本号 · revision")] = "head",
) -> None:
    """建立或升级数据库结构（DATABASE_URL）· create or upgrade the schema."""
    from services.kit import queue
    from services.kit.migrate import upgrade

    address = database_address()
    upgrade(address, revision)
    run(queue.install(address))
    print_line(gettext(lazy("数据库结构已就绪"), language()))


@app.command()
def rights(
    writer: Annotated[str | None, typer.Option(help="程序所用的数据库角色 · the program's role")] = None,
    reader: Annotated[
        str | None, typer.Option(help="只读账簿的数据库角色 · a role that only reads the books")
    ] = None,
) -> None:
    """按最小权限授权数据库角色，每次升级后重做 · give database roles their rights; repeat after migrate."""
    from services.kit.rights import grant

    run(grant(database_address(), writer=writer, reader=reader))
    print_line(gettext(lazy("数据库权限已就绪"), language()))


@app.command()
def init(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    year: Annotated[int, typer.Option(help="考核年度 · year of assessment", min=2000, max=2100)],
    name: Annotated[str | None, typer.Option(help="城市名称 · the city's name")] = None,
    as_json: Json = False,
) -> None:
    """新建一座城市并给出一次性令牌 · make a city; prints the token for its first administrator, once."""
    from services.commands.cities import init_city

    token, until = run(init_city(database_address(), city, year, name))
    if as_json:
        print_json({"city": city, "token": token, "expires_at": until.isoformat()})
        return
    print_line(
        gettext(
            lazy("一次性令牌（{until} 前有效，仅显示一次）："),
            language(),
            until=f"{until:%Y-%m-%d %H:%M} UTC",
        )
    )
    print_line(token)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址 · address")] = None,
    port: Annotated[int | None, typer.Option(help="端口 · port", min=0, max=65535)] = None,
) -> None:
    """运行接口与页面 · serve API and console."""
    from services.commands.serving import serve_forever

    given = {key: value for key, value in {"host": host, "port": port}.items() if value is not None}
    serve_forever(environment_settings(**given))


@app.command()
def worker() -> None:
    """运行后台任务 · run the jobs."""
    from services.commands.serving import work_forever

    work_forever(environment_settings())


@app.command()
def openapi() -> None:
    """输出 OpenAPI · print the API's description."""
    from services.commands.serving import openapi_document

    print_line(openapi_document())


@app.command("import")
def import_(
    folder: Annotated[Path, typer.Argument(help="十五张表所在文件夹 · folder of the fifteen tables")],
    commit: Annotated[
        bool, typer.Option("--commit", help="写入（否则只预览）· write, not only preview")
    ] = False,
    as_json: Json = False,
) -> None:
    """导入一座城市的十五张表 · import a city's fifteen tables; only a preview without --commit."""
    from services.commands import tables

    plan = run(tables.load(database_address(), folder, commit=commit))
    tables.show(plan, committed=commit, as_json=as_json)
    if plan.faults:
        raise typer.Exit(1)


@app.command()
def export(
    city: Annotated[str, typer.Argument(help="六位城市代码 · six-digit city code", metavar="CITY")],
    folder: Annotated[Path, typer.Argument(help="写入的文件夹 · folder to write")],
    as_json: Json = False,
) -> None:
    """导出一座城市的十五张表 · write a city's fifteen tables; they load back unchanged."""
    from services.commands import tables

    files = run(tables.read(database_address(), city))
    tables.write(files, folder)
    if as_json:
        print_json({"city": city, "files": [str(folder / file.name) for file in files]})
    else:
        words = lazy("已导出 {count} 个文件到 {folder}")
        print_line(gettext(words, language(), count=len(files), folder=folder))


app.command("books")(books)
app.command("audit")(audit)
app.command("recompute")(recompute)
app.command("solve")(solve)
app.command("explain")(explain_lead)
app.command("advise")(advise_on)
app.command("estimate")(estimate)
app.add_typer(packs, name="packs")
app.command("share")(share)
app.command("verify")(verify)
app.command("seal")(seal)
app.command("bundle")(bundle)
app.add_typer(key, name="key")
app.add_typer(firms, name="firms")
app.command("cosign")(cosign)
app.add_typer(files, name="files")
app.add_typer(maps, name="maps")


def main() -> None:
    """Run one command; an expected failure becomes one line on stderr and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese shows something else rather than a traceback.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`yipanqi openapi | head`): nothing is wrong here.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        line = explain(error, language())
        if line is None:
            raise
        sys.stderr.write(f"yipanqi: {line}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
