"""Loading a city's map, and the map in force. None of it commits."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.maps.errors import BadMap, NoSuchCity
from services.maps.reading import Boundary, read_boundaries
from services.maps.shapes import Ring, Sheet, label_point, outline, sheet_of
from services.maps.tables import CityMap, MapShape
from services.regions.repo import load_counties
from services.regions.tables import City

APPROVAL: Final = re.compile(r"^\S{1,8}[(（〔\[]\d{4}[)）〕\]]\S{0,4}\d{1,6}号$")
"""A 审图号 such as GS(2024)0650号 or 陕S(2023)012号."""
MAX_WORDS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A county on the map's sheet."""

    county: str
    label: tuple[int, int]
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedMap:
    """The map in force: its sheet's size in units, its outlines, and what is printed below it."""

    version: int
    source: str
    approval: str
    sketch: bool
    width: int
    height: int
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSource:
    """What a map must say of itself: where its boundaries come from, and its 审图号 unless it is a sketch."""

    source: str
    approval: str = ""
    sketch: bool = False


async def import_map(
    session: AsyncSession, city: str, content: bytes, given: MapSource, today: date
) -> tuple[LoadedMap, list[str]]:
    """Store a file of boundaries as the city's next map.

    Returns:
        the map, and the names of the counties that it does not show.

    Raises:
        NoSuchCity: there is no such city.
        BadMap: source or 审图号 missing, or the file cannot be taken; nothing is stored.
    """
    _check(given)
    found = await session.scalar(select(City).where(col(City.city) == city).with_for_update())
    if found is None:
        raise NoSuchCity
    counties = {row.code: row.name for row in await load_counties(session, city)}
    boundaries = read_boundaries(content, counties.keys())
    sheet, outlines = _drawn(boundaries)
    last = await session.scalar(select(func.max(col(CityMap.version))).where(col(CityMap.city) == city))
    row = CityMap(
        city=city,
        version=(last or 0) + 1,
        source=given.source,
        approval=given.approval,
        sketch=given.sketch,
        width=max(sheet.width, 1),
        height=max(sheet.height, 1),
        file_sha256=hashlib.sha256(content).hexdigest(),
        imported_on=today,
    )
    session.add(row)
    await session.flush()
    session.add_all(
        MapShape(
            city=city,
            map=row.id,
            county=one.county,
            label_x=one.label[0],
            label_y=one.label[1],
            rings=one.rings,
        )
        for one in outlines
    )
    await record_event(
        session,
        city,
        actor=Principal.system(city),
        action="maps.imported",
        entity="city_map",
        entity_id=row.id,
        after={
            "version": row.version,
            "source": row.source,
            "approval": row.approval,
            "sketch": row.sketch,
            "file_sha256": row.file_sha256,
        },
    )
    await session.flush()
    shown = {one.county for one in outlines}
    return _loaded(row, outlines), [name for code, name in sorted(counties.items()) if code not in shown]


async def map_in_force(session: AsyncSession, city: str) -> LoadedMap | None:
    """The newest map of a city, or none."""
    row = await session.scalar(
        select(CityMap).where(col(CityMap.city) == city).order_by(col(CityMap.version).desc()).limit(1)
    )
    if row is None:
        return None
    shapes = await session.scalars(
        select(MapShape)
        .where(col(MapShape.city) == city, col(MapShape.map) == row.id)
        .order_by(col(MapShape.county))
    )
    return _loaded(
        row,
        tuple(
            Outline(
                county=shape.county,
                label=(shape.label_x, shape.label_y),
                rings=tuple([(x, y) for x, y in ring] for ring in shape.rings),
            )
            for shape in shapes
        ),
    )


def _drawn(boundaries: list[Boundary]) -> tuple[Sheet, tuple[Outline, ...]]:
    try:
        sheet = sheet_of(point for one in boundaries for ring in one.rings for point in ring)
    except ValueError:
        raise BadMap(errors=[FieldError("/features", "no-area", lazy("边界没有围成面积"))]) from None
    outlines = []
    for one in boundaries:
        rings = tuple(ring for ring in (outline(ring, sheet) for ring in one.rings) if ring)
        if not rings:
            raise BadMap(errors=[FieldError(f"/{one.county}", "no-area", lazy("边界没有围成面积"))])
        outlines.append(Outline(county=one.county, label=label_point(rings), rings=rings))
    return sheet, tuple(outlines)


def _loaded(row: CityMap, outlines: tuple[Outline, ...]) -> LoadedMap:
    return LoadedMap(
        version=row.version,
        source=row.source,
        approval=row.approval,
        sketch=row.sketch,
        width=row.width,
        height=row.height,
        outlines=outlines,
    )


def _check(given: MapSource) -> None:
    faults = []
    if not 0 < len(given.source) <= MAX_WORDS:
        faults.append(FieldError("/source", "needed", lazy("须写明边界数据来源（200 字以内）")))
    if given.sketch and given.approval:
        faults.append(FieldError("/approval", "sketch", lazy("示意图没有审图号")))
    if not given.sketch and not APPROVAL.match(given.approval):
        faults.append(
            FieldError("/approval", "needed", lazy("须写明审图号，如 GS(2024)0650号；示意图请注明"))
        )
    if faults:
        raise BadMap(errors=faults)
