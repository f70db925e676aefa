"""The story: a city's input becomes its pool, its pool is matched and signed, its taxes are shared.

Each step is one or more transactions of its own. A run that is killed leaves a folder without its mark; the
next one begins anew, so no step needs to know how far another came.
"""

import asyncio
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.accounts.bootstrap import create_demo_accounts
from services.demo import asking, bulletin
from services.demo.chapters import tell_chapters
from services.demo.crew import Crew, to_store
from services.demo.folder import DemoFolder
from services.demo.placing import Place, agree_on_host, joint_minutes, show_progress, sign_papers
from services.demo.progress import Progress
from services.demo.tour import tell_estimate
from services.demo.years import settle_years
from services.interchange.folder import commit_folder, plan_folder
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.i18n import lazy
from services.kit.refused import Refused
from services.matching import service as matching
from services.matching.questions.words import QuestionState
from services.matching.tables import MatchRun
from services.matching.words import RunState
from services.projects.tables import Project, Transfer
from services.projects.words import TransferState
from services.regions.ground import existing_counties, existing_parks
from services.regions.tables import City

MATCH_PATIENCE_SECONDS = 90.0
BUSINESS_MONTH, BUSINESS_DAY = 1, 15


class MatchFailed(Refused):
    """The match run did not come to an end."""

    message = lazy("匹配没有完成（{state}），详见 {log}")


async def build(
    database: Database,
    folder: DemoFolder,
    source: Path,
    progress: Progress,
) -> tuple[str, int]:
    """Play the whole story on an empty schema; returns the city's code and its year."""
    with progress.step(lazy("导入十五张表：{folder}"), folder=source) as step:
        async with database.session() as session:
            plan = await plan_folder(session, source)
            business_date = date(plan.year + 1, BUSINESS_MONTH, BUSINESS_DAY)
            counts = await commit_folder(session, plan, business_date=business_date)
        rows = sum(sum(found.values()) for found in counts.values())
        facts = {"rows": rows, "city": plan.city, "day": business_date}
        step.note(lazy("{rows} 行，城市 {city}，业务日期 {day}"), **facts)
    with progress.step(lazy("建立演示账户（密码只属于这个数据文件夹）")) as step:
        crew = await _make_crew(database, folder, plan.city)
        step.note(lazy("{count} 个"), count=len(folder.accounts()))
    run = await _match(database, crew, progress, folder)
    async with database.session() as session:
        await asking.ask(session, crew, run)  # the worker answers while the story goes on
    await _place(database, crew, progress, run, business_date)
    await settle_years(database, crew, folder, progress, plan.year, business_date)
    with progress.step(lazy("估算在谈线索流转的收益")) as step:
        async with database.session() as session:
            await tell_estimate(session, plan.city, step, progress.locale)
    with progress.step(lazy("测算最小改动和情景对比")) as step:
        step.note(lazy("{count} 项"), count=await _answered(database, plan.city, folder))
    await tell_chapters(database, crew, progress)
    with progress.step(lazy("印发月度专报")) as step:
        await bulletin.tell(database, crew, step, folder.path)
    return plan.city, plan.year


async def _make_crew(database: Database, folder: DemoFolder, city: str) -> Crew:
    async with database.session() as session:
        name = (await session.scalars(select(col(City.name)).where(col(City.city) == city))).one()
        counties = {code: row.name for code, row in (await existing_counties(session, city)).items()}
        parks = {code: row.owner for code, row in (await existing_parks(session, city)).items()}
        made = await create_demo_accounts(session, city, name=name, counties=counties, parks=parks)
    folder.store_accounts(to_store(made))
    return Crew(city, made)


async def _match(database: Database, crew: Crew, progress: Progress, folder: DemoFolder) -> UUID:
    """Ask for a run as the city's office does, and wait until the worker has stored it."""
    with progress.step(lazy("匹配入池项目")) as step:
        async with database.session() as session:
            await matching.request_run(session, crew.office)
        run = await _finished(database, crew.city, folder)
        step.note(
            lazy("落位 {placed} 个，不落位 {unplaced} 个，总分 {value}，上界 {bound}"),
            placed=run.placed,
            unplaced=(run.leads or 0) - (run.placed or 0),
            value=run.value,
            bound=run.bound,
        )
    return run.id


async def _finished(database: Database, city: str, folder: DemoFolder) -> MatchRun:
    """Wait for the newest run: one that gave way since its inputs changed is followed by another."""
    deadline = time.monotonic() + MATCH_PATIENCE_SECONDS
    newest = select(MatchRun).where(col(MatchRun.city) == city).order_by(col(MatchRun.id).desc()).limit(1)
    while True:
        async with database.session() as session:
            run = (await session.scalars(newest)).one()
        if run.state is RunState.done:
            return run
        if run.state is RunState.failed or time.monotonic() > deadline:
            raise MatchFailed(state=run.failure or run.state, log=folder.worker_log)
        await asyncio.sleep(0.1)


async def _answered(database: Database, city: str, folder: DemoFolder) -> int:
    """Wait until the worker has answered what was asked; tells how many answers there are."""
    deadline = time.monotonic() + MATCH_PATIENCE_SECONDS
    while True:
        async with database.session() as session:
            states = await asking.states(session, city)
        if set(states) <= {QuestionState.done}:
            return states.get(QuestionState.done, 0)
        if QuestionState.failed in states or time.monotonic() > deadline:
            raise asking.QuestionFailed(log=folder.worker_log)
        await asyncio.sleep(0.1)


PLACES = """
SELECT p.project, p.park, k.owner AS county, array_agg(c.park ORDER BY c.rank) AS ranked
FROM match_placement p
JOIN match_candidate c ON c.city = p.city AND c.run = p.run AND c.project = p.project
JOIN park k ON k.city = p.city AND k.code = p.park
JOIN project j ON j.city = p.city AND j.id = p.project
WHERE p.city = :city AND p.run = :run
GROUP BY p.project, p.park, k.owner, j.code ORDER BY j.code
"""
"""Where a run placed its leads, with their best hosts, in the order of the projects' numbers."""


async def _places(session: AsyncSession, city: str, run: UUID) -> list[Place]:
    rows = await session.execute(text(PLACES), {"city": city, "run": run})
    return [Place(**row) for row in map(dict[str, Any], rows.mappings())]


async def _place(database: Database, crew: Crew, progress: Progress, run: UUID, today: date) -> None:
    """Bring every placed lead to its signature."""
    async with database.session() as session:
        places = await _places(session, crew.city, run)
    with progress.step(lazy("保底揭名、要素承诺、投资方选定")) as step:
        for place in places:
            async with database.session() as session:
                project, _ = await _lead(session, crew.city, place.project)
                await agree_on_host(session, crew, project, place, today)
        step.note(lazy("{count} 个项目"), count=len(places))
    with progress.step(lazy("市级审定并持有")) as step:
        for place in places:
            async with database.session() as session:
                project, _ = await _lead(session, crew.city, place.project)
                words = joint_minutes(project, today)
                await matching.decide(session, crew.office, place.project, place.park, run, minutes=words)
                await show_progress(session, crew, project, place, today)
        step.note(lazy("{count} 个项目"), count=len(places))
    with progress.step(lazy("签订三方流转确认书和利益共享协议")) as step:
        for place in places:
            async with database.session() as session:
                project, transfer = await _lead(session, crew.city, place.project)
                await sign_papers(session, crew, project, transfer, Clock().now(), today)
        step.note(lazy("{count} 份确认书，{count} 份协议"), count=len(places))


async def _lead(session: AsyncSession, city: str, project: UUID) -> tuple[Project, Transfer]:
    row = await session.execute(
        select(Project, Transfer)
        .join(
            Transfer, (col(Transfer.city) == col(Project.city)) & (col(Transfer.project) == col(Project.id))
        )
        .where(
            col(Project.city) == city,
            col(Project.id) == project,
            col(Transfer.state) == TransferState.approved,
        )
    )
    found, transfer = row.tuples().one()
    return found, transfer
