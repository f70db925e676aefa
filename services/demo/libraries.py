"""Libraries: the city tries its own layout, mends a fault, publishes it; another person confirms it."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.demo.crew import Crew
from services.demo.progress import Step
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.errors import SamePerson
from services.kit.i18n import lazy
from services.libraries import publishing, service
from services.libraries.built_in import built_in
from services.libraries.errors import BadLayout
from services.libraries.schemas import LayoutForm, LayoutIn
from services.libraries.trying import preview
from services.regions.repo import load_chains

NAMES: Final = {"accepted": "在谈", "held": "市级审定", "ready": "达到开工条件", "statistics": "入统"}
AHEAD: Final = timedelta(days=30)
RESERVE: Final = "dynamic-reserve"


async def tell(database: Database, crew: Crew, step: Step) -> dict[str, int | str]:
    """Play the chapter: one version in force, a next one that waits for another person.

    Returns:
        the version in force, how many libraries it has, how many leads its reserve holds, and the version
        that waits.
    """
    async with database.session() as session:
        today = await Clock().today(session, crew.city)
        maker = crew.office
        checker = crew.one(Role.city_office, crew.city, but=[maker.account])
        layout = await _mended(session, maker, today)
        first = LayoutForm(effective_from=today, note="阶段名称按市统计口径", layout=layout)
        newest = (await publishing.layouts(session, maker, today)).revision
        made = await publishing.publish(session, maker, first, today, newest)
        try:
            await publishing.confirm(session, maker, made.version, today, made.version)
        except SamePerson:
            await publishing.confirm(session, checker, made.version, today, made.version)
        then = LayoutForm(effective_from=today + AHEAD, note="试行四新分段管理", layout=built_in("four-new"))
        waiting = await publishing.publish(session, checker, then, today, made.version)
        found = await service.libraries(session, maker, today)
    held = next(one.count for one in found.libraries if one.key == RESERVE)
    told = lazy("布局第 {n} 版生效，{k} 个库，动态储备库 {held} 个；第 {next} 版待另一人确认")
    step.note(told, n=made.version, k=len(found.libraries), held=held, next=waiting.version)
    return {
        "layout": made.version,
        "libraries": len(found.libraries),
        "reserve": held,
        "layout_waiting": waiting.version,
    }


async def _mended(session: AsyncSession, maker: Principal, today: date) -> LayoutIn:
    """Return the city's layout, after its office was told what does not fit the city's chains."""
    given = built_in().model_dump(mode="json", exclude_defaults=True) | {"stages": NAMES}
    given["chains"].append({"chain": "尚未列入的产业链", "title": "尚未列入的产业链"})
    layout = LayoutIn.model_validate(given)
    try:
        await preview(session, maker, layout, today)
    except BadLayout:
        known: dict[str, set[str]] = {}
        for row in await load_chains(session, maker.city):
            known.setdefault(row.chain, set()).add(row.industry)
        fitting = [
            one
            for one in layout.chains
            if all(known.get(one.chain, set()) >= set(node.industries) for node in one.nodes)
            and one.chain in known
        ]
        layout = layout.model_copy(update={"chains": fitting})
    return layout
