"""What every table is made of: the city in its key, ids in time order, columns that keep their invariants.

A table is a SQLModel class with `table=True`; it serves the schema, the migrations and the writes, and
validates nothing. Input models stand in the slices' `schemas`.
"""

import os
import time
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Enum, Integer, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field, SQLModel

from allocation.units import FEN_LIMIT

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """A row of one city. `city` is the prefecture's six-digit code and the first column of every key."""

    city: str = Field(primary_key=True, sa_type=Text)


def uuid7() -> UUID:
    """Make a UUID of version 7: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562 §5.7)."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def id_column() -> Any:
    """Make the second column of a key: a UUIDv7, made in the application."""
    return Field(default_factory=uuid7, sa_column=Column(Uuid, primary_key=True, nullable=False))


def uuid_column(*, nullable: bool = False, primary_key: bool = False) -> Any:
    """Make a UUID column, mostly one side of a foreign key that also names the city."""
    column = Column(Uuid, primary_key=primary_key, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def text_column(*, nullable: bool = False, primary_key: bool = False) -> Any:
    """Make a text column; lengths are the input models' business, CHECKs the table's."""
    column = Column(Text, primary_key=primary_key, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def texts_column() -> Any:
    """Make a column of several texts, empty by default."""
    return Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))


def text_enum(kind: type[StrEnum], name: str, *, nullable: bool = False, primary_key: bool = False) -> Any:
    """Make a column that stores the enum's values (not its names) as text, with a CHECK.

    Args:
        kind: the closed list.
        name: the column's name, used for the CHECK.
        nullable: whether the fact may be unknown.
        primary_key: whether the column is part of the key.
    """
    values = Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=40,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )
    column: Column[str] = Column(values, primary_key=primary_key, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def fen_column(name: str, *, nullable: bool = False, minimum: int | None = None) -> Any:
    """Make a money column: integer fen that a spreadsheet can show exactly.

    Args:
        name: the column's name, for its CHECK.
        nullable: whether the amount may be unknown.
        minimum: the least allowed value, if any.
    """
    low = f"{name} >= {minimum}" if minimum is not None else f"{name} > {-FEN_LIMIT}"
    check = CheckConstraint(f"{low} AND {name} < {FEN_LIMIT}", name=f"{name}_range")
    column = Column(name, BigInteger, check, nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def amount_column(name: str, *, nullable: bool = False) -> Any:
    """Make a column of a non-negative whole quantity: hundredths of a mu, m², tce, t/d, kg, basis points."""
    return fen_column(name, nullable=nullable, minimum=0)


def integer_column(*, primary_key: bool = False) -> Any:
    """Make a column of a small whole number: a count, a version, a year."""
    return Field(sa_column=Column(Integer, primary_key=primary_key, nullable=False))


def known_column() -> Any:
    """Make a column of a number from the city's known clock."""
    return Field(sa_column=Column(BigInteger, nullable=False))


def json_column(*, nullable: bool = False) -> Any:
    """Make a jsonb column of free facts."""
    column = Column(JSONB(none_as_null=True), nullable=nullable)
    return (
        Field(default=None, sa_column=column) if nullable else Field(default_factory=dict, sa_column=column)
    )


def time_column(*, nullable: bool = False) -> Any:
    """Make a moment that the caller sets, in UTC."""
    column = Column(DateTime(timezone=True), nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def stamp_column() -> Any:
    """Make a moment that the database sets: the statement's own time, not the transaction's start."""
    column: Column[datetime] = Column(
        DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()
    )
    return Field(default=None, sa_column=column)
