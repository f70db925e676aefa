"""A whole folder of the fifteen files: read, planned and committed in the order of dependence, at once.

It needs no city row: the city's code stands in 县区, the year in 考核目标. A demo and a new city begin so.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.interchange.errors import FolderHasFaults, NoSuchFolder
from services.interchange.faults import FileFault, OversizedFile, UnusableFile
from services.interchange.grounds import load_grounds
from services.interchange.headers import bind
from services.interchange.plan import Plan, make_plan
from services.interchange.reading import Reading, open_file, read_rows
from services.interchange.sheets import Sheet
from services.interchange.specs import TABLES, Grounds, Table
from services.interchange.specs.ground import COUNTIES, PARKS, TARGETS
from services.interchange.specs.pool import PROJECTS
from services.kit.i18n import gettext, lazy
from services.regions.imports import ensure_city

EXTENSIONS: Final = (".csv", ".xlsx")
_CITY_DIGITS: Final = 4
MISSING_FILE: Final = lazy("{title}：缺少文件 {title}.csv 或 {title}.xlsx")
TWO_FILES: Final = lazy("{title}：有两个文件 {files}")
SEVERAL_CITIES: Final = lazy("县区：行政区划代码应属于同一个市，现有 {found}")
BAD_CELL: Final = lazy("{name} 第 {row} 行 {column} “{value}”：{reason}")


@dataclass(frozen=True, slots=True)
class FolderPlan:
    """What a folder would do.

    Attributes:
        city: the prefecture's code.
        year: the year of assessment.
        plans: one for each table, in the order of dependence.
        faults: every fault of every file, as lines to print.
    """

    city: str
    year: int
    plans: tuple[Plan, ...]
    faults: tuple[str, ...]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """The counts of each table by its kind."""
        return {plan.table.kind: plan.counts for plan in self.plans}

    def rows(self, kind: str) -> list[Any]:
        """The typed rows of one table, in the order of the file."""
        return [row.row for plan in self.plans if plan.table.kind == kind for row in plan.rows]


def find_files(folder: Path) -> dict[str, Path]:
    """Find the file of each table by its title.

    Raises:
        NoSuchFolder: there is no such folder, or it cannot be read.
        FolderHasFaults: files are missing, or one table has two.
    """
    try:
        present = sorted(path for path in folder.iterdir() if path.suffix.lower() in EXTENSIONS)
    except OSError:
        raise NoSuchFolder(folder=str(folder)) from None
    found: dict[str, Path] = {}
    faults = []
    for table in TABLES:
        files = [path for path in present if path.stem == table.title]
        if not files:
            faults.append(gettext(MISSING_FILE, title=table.title))
        elif len(files) > 1:
            names = "、".join(path.name for path in files)
            faults.append(gettext(TWO_FILES, title=table.title, files=names))
        else:
            found[table.kind] = files[0]
    if faults:
        raise FolderHasFaults(faults)
    return found


def read_folder(folder: Path) -> tuple[dict[str, Sheet], dict[str, Path]]:
    """Read the text of all files.

    Raises:
        NoSuchFolder, FolderHasFaults: see `find_files`; or a file as a whole cannot be used.
    """
    files = find_files(folder)
    sheets: dict[str, Sheet] = {}
    faults: list[str] = []
    for table in TABLES:
        path = files[table.kind]
        try:
            sheets[table.kind] = open_file(table, path.name, path.read_bytes())
            bind(table, sheets[table.kind].header)
            if not sheets[table.kind].rows:
                raise UnusableFile(FileFault("no-rows"))  # noqa: TRY301 -- one way to report a file
        except UnusableFile as error:
            faults.extend(f"{path.name}：{fault.say()}" for fault in error.faults)
        except OversizedFile as error:
            faults.append(f"{path.name}：{error.title}")
        except OSError as error:
            faults.append(f"{path.name}：{error.strerror}")
    if faults:
        raise FolderHasFaults(faults)
    return sheets, files


def find_city(sheet: Sheet) -> str:
    """Find the city in the codes of its counties: their common four digits and 00.

    Raises:
        FolderHasFaults: the codes belong to several cities, or none can be read.
    """
    reading = read_rows(COUNTIES, sheet, Grounds(city="000000"))
    codes = {fault.value for fault in reading.faults if fault.code == "other-city"}
    cities = {code[:_CITY_DIGITS] + "00" for code in codes}
    if len(cities) != 1:
        found = "、".join(sorted(cities)) or "0"
        raise FolderHasFaults([gettext(SEVERAL_CITIES, found=found)])
    return cities.pop()


def find_year(sheet: Sheet, known: Grounds) -> int:
    """Find the year of assessment: the latest in 考核目标.

    Raises:
        FolderHasFaults: no row can be read.
    """
    reading = read_rows(TARGETS, sheet, known)
    years = [item.row.year for item in reading.good]
    if not years:
        raise FolderHasFaults(_lines("考核目标", reading))
    return int(max(years))


def _lines(name: str, reading: Reading) -> list[str]:
    return [
        gettext(
            BAD_CELL,
            name=name,
            row=fault.row,
            column=fault.column,
            value=fault.value,
            reason=fault.say(),
        )
        for fault in reading.faults
    ]


async def plan_folder(session: AsyncSession, folder: Path) -> FolderPlan:
    """Plan the fifteen files of a folder against what is stored.

    The files are read in a thread. References are looked for in the database and in the files read before.

    Raises:
        NoSuchFolder: there is no such folder.
        FolderHasFaults: files are missing or cannot be used as a whole. Faults of rows stand in the plan.
    """
    sheets, files = await asyncio.to_thread(read_folder, folder)
    city = await asyncio.to_thread(find_city, sheets[COUNTIES.kind])
    known = Grounds(city=city)
    plans: list[Plan] = []
    faults: list[str] = []
    for table in TABLES:
        grounds = _join(known, await load_grounds(session, city, table))
        reading = await asyncio.to_thread(read_rows, table, sheets[table.kind], grounds)
        faults.extend(_lines(files[table.kind].name, reading))
        plans.append(make_plan(reading, await table.existing(session, city)))
        known = _learn(known, table, reading)
    year = await asyncio.to_thread(find_year, sheets[TARGETS.kind], known)
    return FolderPlan(city, year, tuple(plans), tuple(faults))


def _join(known: Grounds, stored: Grounds) -> Grounds:
    return replace(
        known,
        counties=known.counties | stored.counties,
        parks=known.parks | stored.parks,
        projects=known.projects | stored.projects,
    )


def _learn(known: Grounds, table: Table, reading: Reading) -> Grounds:
    """Add the codes that a file brings, the bad rows' neighbours included once they are good."""
    fields: Mapping[str, str] = {COUNTIES.kind: "counties", PARKS.kind: "parks", PROJECTS.kind: "projects"}
    name = fields.get(table.kind)
    if name is None:
        return known
    codes = frozenset(item.row.code for item in reading.good)
    joined: frozenset[str] = getattr(known, name) | codes
    return Grounds(
        city=known.city,
        counties=joined if name == "counties" else known.counties,
        parks=joined if name == "parks" else known.parks,
        projects=joined if name == "projects" else known.projects,
    )


async def commit_folder(
    session: AsyncSession,
    plan: FolderPlan,
    *,
    principal: Principal | None = None,
    business_date: date | None = None,
) -> dict[str, dict[str, int]]:
    """Write a folder's plan in one transaction: the city's row first, then table by table.

    Args:
        session: the transaction; the caller commits.
        plan: a plan without faults.
        principal: who loads; the program itself if not named.
        business_date: the date that stands still, for a demo.

    Returns:
        The counts of each table by its kind.

    Raises:
        FolderHasFaults: the plan has faults; nothing is written.
    """
    if plan.faults:
        raise FolderHasFaults(plan.faults)
    actor = principal or Principal.system(plan.city)
    await ensure_city(session, plan.city, year=plan.year, business_date=business_date)
    for part in plan.plans:
        rows: Sequence[Any] = part.to_write
        if rows:
            await part.table.write(session, actor, rows)
    return plan.counts
