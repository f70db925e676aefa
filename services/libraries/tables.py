"""The tables of a city's layouts: versions as published, and who confirmed them. Both are append-only."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint

from services.kit.tables import (
    Base,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    uuid_column,
)


class LibraryLayout(Base, table=True):
    """One version of a city's layout (库表布局), as the city's office published it.

    It is in force from its day or its confirmation, whichever is later, until a later version is. A trigger
    keeps versions in one row without gaps.
    """

    __tablename__ = "library_layout"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        UniqueConstraint("city", "version", "made_by"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("jsonb_typeof(layout) = 'object'", name="document"),
        CheckConstraint("note <> '' AND made_name <> ''", name="filled"),
    )

    version: int = integer_column(primary_key=True)
    effective_from: date
    layout: dict[str, Any] = json_column()
    note: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    at: datetime = stamp_column()


class LibraryLayoutConfirmation(Base, table=True):
    """Another person's confirmation of a version; the maker stands here so that the two can be told apart."""

    __tablename__ = "library_layout_confirmation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "version", "made_by"],
            ["library_layout.city", "library_layout.version", "library_layout.made_by"],
        ),
        CheckConstraint("confirmed_by <> made_by", name="two_people"),
        CheckConstraint("confirmed_name <> ''", name="filled"),
    )

    version: int = integer_column(primary_key=True)
    made_by: UUID = uuid_column()
    confirmed_by: UUID = uuid_column()
    confirmed_name: str = text_column()
    confirmed_on: date
    at: datetime = stamp_column()
