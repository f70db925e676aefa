"""A city's fifteen tables in and out of the database, as a folder of files."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from services.commands.surroundings import language, print_json, print_line
from services.kit.i18n import gettext, lazy
from services.kit.refused import Refused

if TYPE_CHECKING:
    from services.interchange.exports import FileOut
    from services.interchange.folder import FolderPlan

SUMMARY = lazy("{title}：新增 {new}，更新 {changed}，相同 {same}，错误 {bad}")
WRITTEN = lazy("已写入城市 {city}")
PREVIEW = lazy("以上是预览，没有写入；加 --commit 写入")


class NoSuchCity(Refused):
    """The database has no such city."""

    message = lazy("数据库里没有城市 {city}")


async def load(address: str, folder: Path, *, commit: bool) -> "FolderPlan":
    """Plan a folder and, if asked, commit that very plan in the same transaction.

    Raises:
        NoSuchFolder: there is no such folder.
        FolderHasFaults: files are missing or, on commit, rows are bad; nothing is written.
    """
    from services.interchange.folder import commit_folder, plan_folder
    from services.kit.database import Database

    database = Database(address, pool_size=1, statement_timeout_ms=300_000)
    try:
        async with database.session() as session:
            plan = await plan_folder(session, folder)
            if commit:
                await commit_folder(session, plan)
            return plan
    finally:
        await database.close()


def show(plan: "FolderPlan", *, committed: bool, as_json: bool) -> None:
    """Print what a plan would do, or did."""
    locale = language()
    if as_json:
        print_json(
            {
                "city": plan.city,
                "year": plan.year,
                "committed": committed,
                "tables": plan.counts,
                "faults": list(plan.faults),
            }
        )
        return
    for part in plan.plans:
        print_line(gettext(SUMMARY, locale, title=part.table.title, **part.counts))
    for line in plan.faults:
        print_line(line)
    print_line(gettext(WRITTEN, locale, city=plan.city) if committed else gettext(PREVIEW, locale))


async def read(address: str, city: str) -> "list[FileOut]":
    """Read a city's fifteen tables as CSV files that load back unchanged.

    Raises:
        NoSuchCity: there is none.
    """
    from sqlalchemy import select
    from sqlmodel import col

    from auth.principal import Principal, Role
    from services.interchange.exports import export
    from services.interchange.specs import TABLES
    from services.kit.database import Database
    from services.regions.tables import City

    database = Database(address, pool_size=1, statement_timeout_ms=300_000)
    try:
        async with database.session() as session:
            found = await session.scalars(select(col(City.city)).where(col(City.city) == city))
            if found.one_or_none() is None:
                raise NoSuchCity(city=city)
            system = Principal.system(city)
            files = []
            for table in TABLES:
                # Whoever holds the database's address may read all of it; each table has its own office.
                role = Role.city_office if Role.city_office in table.exporters else Role.city_finance
                files.append(await export(session, replace(system, role=role), table.kind, "csv"))
            return files
    finally:
        await database.close()


class File(Protocol):
    """What a file is written from."""

    @property
    def name(self) -> str:
        """The name in its folder."""
        ...

    @property
    def data(self) -> bytes:
        """What stands in it."""
        ...


def write(files: Sequence[File], folder: Path) -> None:
    """Write files into a folder, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    drafts = [(folder / f".{file.name}.new", folder / file.name) for file in files]
    try:
        for (draft, _), file in zip(drafts, files, strict=True):
            draft.write_bytes(file.data)
        for draft, target in drafts:
            draft.replace(target)
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)
