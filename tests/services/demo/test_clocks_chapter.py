"""The chapter on time and land, told on a small city."""

from datetime import date

from sqlalchemy import text

from auth.principal import Role
from services.accounts.bootstrap import DemoAccount
from services.demo.clocks import USED_MU, tell
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.database import Database
from services.matching.snapshot import build_pool
from services.regions.imports import write_plots
from tests.services.projects import factories as make
from tests.services.projects.road import lead
from tests.services.regions import factories as regions

LAST = date(2026, 9, 1)
"""Stock verified until then has left the matcher on 1 March 2027."""

PEOPLE = (
    make.OFFICE,
    make.officer(make.SHANGZHOU),
    make.officer(make.LUONAN),
    make.principal(Role.county_leader, make.SHANGZHOU),
)


def crew() -> Crew:
    return Crew(
        make.CITY, [DemoAccount(principal=who, login=str(n), password="") for n, who in enumerate(PEOPLE)]
    )


async def test_the_chapter_touches_nothing_that_the_matcher_gives(database: Database):
    day = date(2027, 3, 1)
    async with database.session() as session:
        await lead(session)
        old = regions.plot_input("6110P04-001", "6110P04", area_mu=20_000, verified_on=date(2026, 5, 1))
        await write_plots(session, make.SYSTEM, [old])
        await session.execute(text("UPDATE city SET business_date = :day"), {"day": day})
    async with database.session() as session:
        before = await build_pool(session, make.CITY, day)
    step = Step("zh")
    told = await tell(database, crew(), step)
    assert told == {
        "late_clocks": 1,
        "escalated_clocks": 2,
        "idle_leads": 1,
        "stale_plots": 2,
        "used_elsewhere": "6110P04-001",
        "untrue_plot": "6110P01-002",
    }
    assert step.notes == ["超期 1 项，升级 2 项", "平台外占用 1 亩", "2 块地超期未核实，退出匹配"]
    async with database.session() as session:
        after = await build_pool(session, make.CITY, day)
        used = await session.scalar(text("SELECT sum(land_mu) FROM outside_use"))
    fresh = [
        [(plot.code, plot.area_mu) for park in pool.parks for plot in park.plots if plot.verified_on > LAST]
        for pool in (before, after)
    ]
    assert fresh[0] == fresh[1]
    assert used == USED_MU


async def test_a_city_whose_stock_is_fresh_has_less_to_tell(database: Database):
    async with database.session() as session:
        await regions.make_city(session)
        fresh = regions.plot_input("6110P01-002", area_mu=3_500, verified_on=make.TODAY)
        await write_plots(session, make.SYSTEM, [fresh])
    told = await tell(database, crew(), Step("en"))
    assert (told["late_clocks"], told["stale_plots"], told["used_elsewhere"], told["untrue_plot"]) == (
        0,
        0,
        "",
        "",
    )
