"""Columns that several of the ledger's tables have."""

from typing import Any

from sqlalchemy import BigInteger, Column, Integer
from sqlmodel import Field

MONTH_CODE = "^[0-9]{4}-(0[1-9]|1[0-2])$"


def integer_column(*, primary_key: bool = False) -> Any:
    """Make a column of a small whole number: a count, a version, a year."""
    return Field(sa_column=Column(Integer, primary_key=primary_key, nullable=False))


def known_column() -> Any:
    """Make a column of a number from the city's known clock."""
    return Field(sa_column=Column(BigInteger, nullable=False))
