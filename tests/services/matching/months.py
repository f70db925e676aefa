"""Runs of many months, written straight into the tables: what each placed, and when."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import text

from services.kit.database import Database
from services.kit.tables import uuid7
from tests.services.matching import factories as make

_RUN = """
INSERT INTO match_run SELECT (jsonb_populate_record(r, CAST(:changes AS jsonb))).*
FROM match_run r WHERE r.id = :like
"""
_PROJECT = """
INSERT INTO project SELECT (jsonb_populate_record(p, jsonb_build_object(
  'id', CAST(:id AS text), 'code', CAST(:code AS text), 'public_id', CAST(:public AS text),
  'investment_fen', CAST(:fen AS bigint)))).*
FROM project p WHERE p.code = :like
"""
_PLACED = (
    "INSERT INTO match_placement (city, run, project, park, value) VALUES (:city, :run, :project, :park, 1)"
)


async def add_project(database: Database, number: int, investment_fen: int = 10**10) -> UUID:
    """Add a project like the one for land, with a code of its own."""
    project = uuid7()
    async with database.session() as session:
        await session.execute(
            text(_PROJECT),
            {
                "id": str(project),
                "code": f"6110-2026-{number:04}",
                "public": f"t{number:09}",
                "fen": investment_fen,
                "like": make.LAND,
            },
        )
    return project


async def add_run(database: Database, like: UUID, on: date, places: Mapping[UUID, str]) -> UUID:
    """Add a done run of a day that placed these projects; its pool is that of another run.

    It was done before all real runs, and in the order of its day: pages show a real one as the latest.
    """
    run = UUID(int=on.toordinal())
    changes = f'{{"id": "{run}", "as_of": "{on}"}}'
    async with database.session() as session:
        await session.execute(text(_RUN), {"changes": changes, "like": like})
        for project, park in places.items():
            values = {"city": make.CITY, "run": run, "project": project, "park": park}
            await session.execute(text(_PLACED), values)
    return run
