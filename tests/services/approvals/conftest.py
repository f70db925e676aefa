"""A small city with officers who have accounts, and a registered lead of Danfeng."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.projects import service as projects
from services.projects.tables import Project
from tests.services.approvals.cast import Cast
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

Register = Callable[..., Awaitable[Project]]


@pytest.fixture
async def cast(session: AsyncSession) -> Cast:
    """The city's officers by name."""
    await regions.make_city(session)
    made = Cast(session)
    await made.join("maker", Role.county_officer, make.DANFENG, "经办甲")
    await made.join("second", Role.county_officer, make.DANFENG, "经办乙")
    await made.join("bureau", Role.county_leader, make.DANFENG, "局长丙")
    await made.join("leader", Role.county_leader, make.DANFENG, "县领导丁")
    await made.join("deputy", Role.county_leader, make.DANFENG, "副局长戊")
    await made.join("office", Role.city_office, make.CITY, "统筹己")
    await made.join("colleague", Role.city_office, make.CITY, "统筹庚")
    await made.join("outsider", Role.county_leader, make.LUONAN, "邻县辛")
    await made.join("admin", Role.administrator, make.CITY, "管理员壬")
    await made.join("auditor", Role.auditor, make.CITY, "审计癸")
    return made


@pytest.fixture
def register(session: AsyncSession, cast: Cast) -> Register:
    """Register a lead of Danfeng."""

    async def registered(who: Principal | None = None, **changes: object) -> Project:
        return await projects.register(session, who or cast["maker"], make.form(**changes))

    return registered
