"""The story's years: earlier ones settled, disputed, closed, netted, paid; the year computed and issued."""

from datetime import date

from allocation.figures import yuan
from allocation.sharing.statement import months_of
from services.demo import dispute, money, proof, settling
from services.demo.crew import Crew
from services.demo.folder import DemoFolder
from services.demo.progress import Progress
from services.kit.database import Database
from services.kit.i18n import lazy
from services.regions.ground import existing_counties


async def settle_years(
    database: Database, crew: Crew, folder: DemoFolder, progress: Progress, year: int, today: date
) -> None:
    """Close the years before, with all that may come between; compute the year and issue its statements."""
    async with database.session() as session:
        earlier = await money.years_with_receipts(session, crew.city, year - 1)
        late = await dispute.late_receipts(session, crew.city, earlier[-1]) if earlier else []
        await dispute.report_short(session, crew, late)
    for past in earlier:
        await _close(database, crew, folder, progress, past, today)
    with progress.step(lazy("测算 {year} 年各月"), year=year) as step:
        async with database.session() as session:
            await dispute.correct(session, crew, late)
        made_months = await _compute_year(database, crew, year, today)
        step.note(
            lazy("{count} 份测算单；国库更正 {late} 笔已关账月份的入库，差额记在 {year} 年"),
            count=made_months,
            late=len(late),
            year=year,
        )
    if earlier and late:
        await _close_again(database, crew, progress, earlier[-1], today)
    with progress.step(lazy("签发 {year} 年年终结算单"), year=year) as step:
        async with database.session() as session:
            made = await money.issue_year(session, crew, year, today)
        step.note(lazy("{count} 份"), count=len(made))
    with progress.step(lazy("{year} 年考核计入：报备，五部门审查"), year=year) as step:
        async with database.session() as session:
            sheet = await settling.count_credit(session, crew, year, today)
        step.note(lazy("{number} 待认定"), number=sheet.number)
    if earlier:
        await _prove(database, crew, folder, progress, earlier[-1])


async def _close(
    database: Database, crew: Crew, folder: DemoFolder, progress: Progress, past: int, today: date
) -> None:
    """Settle one earlier year, from its months to its payments."""
    with progress.step(lazy("结算 {year} 年：逐月测算、编制、签发、异议、确认、关账"), year=past) as step:
        await _compute_year(database, crew, past, today)
        async with database.session() as session:
            await money.declare_empty_months(session, crew, past)
            await money.prepare_quarters(session, crew, past, today)
            made = await money.issue_year(session, crew, past, today)
        async with database.session() as session:
            said = await dispute.dispute(session, crew, made, today)
        counties = [one.county for one in made if one.county != crew.city]
        await proof.hand_in_keys(database, crew, folder, counties)
        async with database.session() as session:
            await money.confirm_year(session, crew, past, today)
        _sealed, signed = await proof.seal_and_cosign(database, crew, folder, counties)
        async with database.session() as session:
            await money.close(session, crew, past, today)
        step.note(
            lazy("{count} 份年终结算单已确认，异议 {said} 件，{signed} 县区会签，已关账"),
            count=len(made),
            said=sum(said.values()),
            signed=signed,
        )
    with progress.step(lazy("{year} 年轧差和拨款"), year=past) as step:
        async with database.session() as session:
            orders = await settling.settle(session, crew, past, today)
            paid = await settling.pay(session, crew, orders, today)
        step.note(lazy("拨款指令 {count} 份，已付 {paid} 元"), count=len(orders), paid=yuan(paid))


async def _close_again(database: Database, crew: Crew, progress: Progress, past: int, today: date) -> None:
    """Open a closed year for what was corrected since, state it anew and close it again."""
    with progress.step(lazy("反关账 {year} 年：两人办理，出具第二版，再确认、关账"), year=past) as step:
        async with database.session() as session:
            await settling.reopen(session, crew, past, today)
            made = await money.issue_year(session, crew, past, today)
        async with database.session() as session:
            await money.confirm_year(session, crew, past, today)
            await money.close(session, crew, past, today)
        step.note(lazy("{count} 份结算单有第二版，第一版原样保留"), count=len(made))


async def _prove(database: Database, crew: Crew, folder: DemoFolder, progress: Progress, past: int) -> None:
    """Seal and co-sign what came since, and write the year's bundle for outsiders."""
    with progress.step(lazy("封存、会签，写出 {year} 年证据包并核验"), year=past) as step:
        async with database.session() as session:
            counties = [one for one in await existing_counties(session, crew.city) if one != crew.city]
        await proof.seal_and_cosign(database, crew, folder, counties)
        path, verdict = await proof.write_bundle(database, crew, folder, past)
        step.note(lazy("{path}：{words}"), path=path, words="✓" if verdict.verified else "✗")


async def _compute_year(database: Database, crew: Crew, year: int, today: date) -> int:
    """Compute the twelve months of a year, each in its own transaction."""
    made = 0
    for month in months_of(str(year)):
        async with database.session() as session:
            made += await money.compute_one(session, crew, month, today)
    return made
