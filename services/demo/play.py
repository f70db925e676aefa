"""The order of things: take port and folder, start the database, find or build the city, serve it."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from socket import socket
from typing import Any

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.commands.serving import listen, serve_on, serve_reloading
from services.demo.crew import to_print
from services.demo.figures import read_figures
from services.demo.folder import DemoFolder, Mark, check_input, digest_of
from services.demo.interrupts import lost_interrupts_kept
from services.demo.processes import environment_of, worker_process
from services.demo.progress import Progress
from services.demo.story import build
from services.demo.tour import Stop, stops
from services.kit import logging, queue
from services.kit.database import Database
from services.kit.embedded_postgres import DATABASE, EmbeddedPostgres, ServerFailed
from services.kit.embedded_postgres.placement import LOCK, Lock, prepare_folder
from services.kit.i18n import gettext, lazy
from services.kit.refused import Refused
from services.settings import Settings


class NoExample(Refused):
    """There is no folder of input files."""

    message = lazy("找不到示例数据文件夹 {folder}，请用 --input 指定十五张表所在的文件夹")


class NotEmpty(Refused):
    """The database of DATABASE_URL holds something else."""

    message = lazy("DATABASE_URL 所指的数据库里已有别的数据，演示只在空库里建立")


class Gone(Refused):
    """The data folder says that it is whole, and its database is not the one we reached."""

    message = lazy("数据文件夹 {folder} 的数据不在现在连接的数据库里，请检查 DATABASE_URL")


OPEN_TO_ALL = lazy("     本机任何人都可免密连接这个数据库，只用于演示和个人电脑；正式运行请设置 DATABASE_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line asked for."""

    data: Path
    input: Path | None
    once: bool
    host: str
    port: int
    database_url: str | None
    reload: bool = False


def example_folder() -> Path:
    """Return the example city: beside the source, else below the working directory."""
    beside = Path(__file__).resolve().parents[2] / "examples" / "shangluo"
    return beside if beside.is_dir() else Path("examples/shangluo")


def play(wishes: Wishes, progress: Progress) -> None:
    """Run the demo as asked. Everything that may be refused is looked at before anything is written."""
    folder = DemoFolder(wishes.data)
    source = wishes.input or example_folder()
    with ExitStack() as stack:
        stack.enter_context(lost_interrupts_kept())
        listening = None if wishes.once else stack.enter_context(listen(wishes.host, wishes.port))
        mark = folder.mark()
        if mark is None and not source.is_dir():
            raise NoExample(folder=source)
        if mark is not None:
            check_input(mark, wishes.data, wishes.input)
        url, server = stack.enter_context(_database(wishes, progress))
        ready = mark is not None and server is not None and _is_current(server, mark)
        if mark is None:
            _prepare(url, server, folder, progress)
        elif not ready:
            _upgrade(url)
        if mark is None or not wishes.once:
            environment = environment_of(settings_for(url, folder))
            stack.enter_context(worker_process(environment, folder.worker_log))
        if mark is None:
            digest = digest_of(source)
            city, year = asyncio.run(_build(url, folder, source, progress))
            mark = Mark(city=city, year=year, built_from=str(source.resolve()), digest=digest)
            folder.finish(mark)
        figures: dict[str, Any] = {}
        if wishes.once or not ready:
            figures = asyncio.run(_figures(url, mark, folder, whole=wishes.once))
        if listening is None:
            figures["seconds"] = round(progress.seconds, 1)
            sys.stdout.write(f"{json.dumps(figures, ensure_ascii=False)}\n")
            return
        links = asyncio.run(_links(url, mark))
        _serve(settings_for(url, folder, mark.city), listening, wishes, progress, links)


def settings_for(url: str, folder: DemoFolder, city: str | None = None) -> Settings:
    """Return the settings of the demo's processes: nothing of them comes from the environment."""
    secret = SecretStr(folder.secret())
    return Settings(database_url=url, secret=secret, city=city, data_dir=folder.path, log_level="WARNING")


@contextmanager
def _database(wishes: Wishes, progress: Progress) -> Iterator[tuple[str, EmbeddedPostgres | None]]:
    """Own the folder and give the database: DATABASE_URL's, or a server of our own."""
    if wishes.database_url:
        path = prepare_folder(wishes.data)
        lock = Lock(path / LOCK, path)
        try:
            with progress.step(lazy("使用 DATABASE_URL 所指的数据库")):
                pass
            yield wishes.database_url, None
        finally:
            lock.release()
        return
    with ExitStack() as stack:
        with progress.step(lazy("启动内嵌 PostgreSQL")) as step:
            server = stack.enter_context(EmbeddedPostgres(wishes.data))
            server.create_database(DATABASE)
            release, port, place = server.binaries.release, server.port, server.placement.cluster
            step.note(
                lazy("{release} 版，127.0.0.1:{port}，数据在 {place}"),
                release=release,
                port=port,
                place=place,
            )
        progress.say(OPEN_TO_ALL)
        yield server.url(DATABASE), server


def _is_current(server: EmbeddedPostgres, mark: Mark) -> bool:
    """Tell by one cheap question whether the city is there in the newest schema: a start is quick then."""
    asked = "SELECT version_num FROM alembic_version UNION ALL SELECT city FROM city"
    try:
        found = server.psql(asked, DATABASE).split()
    except ServerFailed:
        return False
    return {newest_revision(), mark.city} <= set(found)


def _upgrade(url: str) -> None:
    from services.kit.migrate import upgrade

    upgrade(url)


def newest_revision() -> str:
    """Name the newest migration without loading alembic: revisions are named as their files."""
    found = find_spec("migrations")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("migrations")
    return max(path.stem for path in Path(found.origin).with_name("versions").glob("[0-9]*.py"))


def _prepare(url: str, server: EmbeddedPostgres | None, folder: DemoFolder, progress: Progress) -> None:
    """Make an empty schema; what a killed run left in our own server is dropped, with a line that says so."""
    if server is not None and server.psql("SELECT to_regclass('public.city')", DATABASE):
        progress.say(lazy("上次演示没有做完，数据文件夹 {folder} 重新建立"), folder=folder.path)
        server.drop_database(DATABASE)
        server.create_database(DATABASE)
    with progress.step(lazy("建立数据库结构")):
        _upgrade(url)
        asyncio.run(queue.install(url))


async def _build(url: str, folder: DemoFolder, source: Path, progress: Progress) -> tuple[str, int]:
    """Play the story on an empty database; returns the city's code and its year."""
    database = Database(url, pool_size=4, statement_timeout_ms=120_000)
    try:
        async with database.session() as session:
            if await _cities(session):
                raise NotEmpty
        return await build(database, folder, source, progress)
    finally:
        await database.close()


async def _figures(url: str, mark: Mark, folder: DemoFolder, *, whole: bool) -> dict[str, Any]:
    """Look whether the built city is there and, if `whole`, ask its figures.

    Raises:
        Gone: the city is not in this database.
    """
    database = Database(url, pool_size=1, statement_timeout_ms=120_000)
    try:
        async with database.session() as session:
            if mark.city not in await _cities(session):
                raise Gone(folder=folder.path)
            return await read_figures(session, mark.city, mark.year) if whole else {}
    finally:
        await database.close()


async def _links(url: str, mark: Mark) -> list[Stop]:
    """Ask what there is to look at now: a lead may have been passed on since."""
    database = Database(url, pool_size=1, statement_timeout_ms=120_000)
    try:
        async with database.session() as session:
            return await stops(session, mark.city)
    finally:
        await database.close()


async def _cities(session: AsyncSession) -> list[str]:
    return list((await session.execute(text("SELECT city FROM city"))).scalars())


def _serve(
    settings: Settings, listening: socket, wishes: Wishes, progress: Progress, links: list[Stop]
) -> None:
    """Say where to look and who one can be, then serve until Ctrl-C."""
    folder = DemoFolder(wishes.data)
    port = int(listening.getsockname()[1])
    address = f"http://{wishes.host}:{port}"
    settings = settings.model_copy(update={"port": port, "public_url": address})
    progress.say()
    progress.say(lazy("一盘棋已就绪：{address} （接口 {address}/v1，按 Ctrl-C 停止）"), address=address)
    for account in to_print(folder.accounts()):
        progress.say("  {login:<18} {password}   {office}", **asdict(account))
    progress.say(lazy("  全部演示账户见 {file}"), file=folder.path / "accounts.json")
    progress.say(lazy("看一看（先用所注账户登录）："))
    for link in links:
        progress.say("  {words} ({login})", words=gettext(link.words, progress.locale), login=link.login)
        progress.say("    {address}{path}", address=address, path=link.path)
    if wishes.reload:
        listening.close()
        os.environ.update(environment_of(settings))
        serve_reloading(settings)
    else:
        logging.configure(settings.log_level)
        serve_on(settings, listening)
    progress.say(lazy("已停止，数据保存在 {folder}"), folder=wishes.data)
