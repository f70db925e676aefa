"""A small city with one project that Shangzhou hosts and one that Luonan hosts."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.services.funds import factories as make


@pytest.fixture
async def city(session: AsyncSession) -> AsyncSession:
    """The city of the factories, in a transaction of its own."""
    await make.small_city(session)
    return session
