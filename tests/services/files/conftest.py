"""A lead of Danfeng and a small city behind it."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects.tables import Project
from tests.services.projects import road


@pytest.fixture
async def lead(session: AsyncSession) -> Project:
    """A lead that the city accepted."""
    return await road.lead(session)
