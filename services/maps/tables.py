"""The maps that a city loaded. Nothing is changed: a new file is a new version, the newest is in force."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.kit.tables import Base, id_column, integer_column, stamp_column, text_column, uuid_column


class CityMap(Base, table=True):
    """One loaded map: where its boundaries come from, its 审图号, and the sheet that it is drawn on.

    A sketch (示意图) shows made-up outlines and says so wherever it is shown.
    """

    __tablename__ = "city_map"
    __table_args__ = (
        UniqueConstraint("city", "version"),
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("sketch = (approval = '')", name="approval"),
        CheckConstraint("width BETWEEN 1 AND 1200 AND height BETWEEN 1 AND 1200", name="sheet"),
        CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name="file_sha256"),
    )

    id: UUID = id_column()
    version: int = integer_column()
    source: str = text_column()
    approval: str = text_column()
    sketch: bool
    width: int = integer_column()
    height: int = integer_column()
    file_sha256: str = text_column()
    imported_on: date
    at: datetime = stamp_column()


class MapShape(Base, table=True):
    """One county's outline on the map's sheet, and where its name stands. Rings of [x, y], whole units."""

    __tablename__ = "map_shape"
    __table_args__ = (
        ForeignKeyConstraint(["city", "map"], ["city_map.city", "city_map.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("jsonb_typeof(rings) = 'array' AND jsonb_array_length(rings) > 0", name="rings"),
    )

    map: UUID = uuid_column(primary_key=True)
    county: str = text_column(primary_key=True)
    label_x: int = integer_column()
    label_y: int = integer_column()
    rings: Any = Field(sa_column=Column(JSONB(none_as_null=True), nullable=False))
