"""A small city and the people of its offices."""

import httpx
import pytest
from fastapi import FastAPI

from services.kit.database import Database
from tests.services.intake.desk import Desk
from tests.services.regions import factories as regions


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient, database: Database) -> Desk:
    async with database.session() as session:
        await regions.make_city(session)
    return Desk(app, client)
