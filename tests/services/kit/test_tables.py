import time
from enum import StrEnum

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable
from sqlmodel import SQLModel

from services.kit.tables import (
    Base,
    amount_column,
    fen_column,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    time_column,
    uuid7,
    uuid_column,
)


class Colour(StrEnum):
    blue = "deep-blue"
    red = "light-red"


class Sample(Base, table=True):
    __tablename__ = "sample_of_columns"

    id: object = id_column()
    colour: Colour = text_enum(Colour, "colour")
    mood: Colour | None = text_enum(Colour, "mood", nullable=True)
    money: int = fen_column("money")
    debt: int | None = fen_column("debt", nullable=True)
    land: int = amount_column("land")
    note: str | None = text_column(nullable=True)
    tags: list[str] = texts_column()
    facts: dict[str, object] = json_column()
    more: dict[str, object] | None = json_column(nullable=True)
    link: object = uuid_column(nullable=True)
    at: object = stamp_column()
    seen: object = time_column(nullable=True)


SQLModel.metadata.remove(Sample.__table__)


def test_ids_are_version_7_and_in_time_order():
    first = uuid7()
    time.sleep(0.002)
    second = uuid7()
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first < second
    assert abs((first.int >> 80) - time.time() * 1000) < 5_000


def test_the_city_is_the_first_column_of_the_key():
    assert [column.name for column in Sample.__table__.primary_key] == ["city", "id"]


@pytest.fixture
async def table(session):
    await session.execute(text(str(CreateTable(Sample.__table__).compile(dialect=postgresql.dialect()))))
    return session


async def test_a_row_comes_back_as_it_went_in(table):
    row = Sample(city="611000", colour=Colour.blue, money=-5, land=0, facts={"a": [1, "招"]}, tags=["x"])
    table.add(row)
    await table.flush()
    stored = (
        await table.execute(text("SELECT colour, mood, debt, more, facts->'a'->>1 FROM sample_of_columns"))
    ).one()
    assert tuple(stored) == ("deep-blue", None, None, None, "招")


@pytest.mark.parametrize(
    "values", [{"money": 2**53}, {"money": -(2**53)}, {"land": -1}, {"colour": "green"}, {"mood": "green"}]
)
async def test_the_database_refuses_what_breaks_an_invariant(table, values):
    given = {"colour": "deep-blue", "mood": None, "money": 1, "land": 1, **values}
    with pytest.raises(IntegrityError):
        async with table.begin_nested():
            await table.execute(
                text(
                    "INSERT INTO sample_of_columns (city, id, colour, mood, money, land, facts, tags) "
                    "VALUES ('611000', gen_random_uuid(), :colour, :mood, :money, :land, '{}', '{}')"
                ),
                given,
            )
