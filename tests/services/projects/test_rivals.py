"""Two counties, one firm: what the office is told, and nobody else."""

from datetime import date

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from allocation.precedence import Ground
from services.projects import imports, service
from services.projects.rivals import Rivals
from services.projects.steps import disputing
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects.road import OFFICER, plain
from tests.services.regions import factories as regions

EARLY, LATE = date(2026, 12, 8), date(2026, 12, 20)


async def two(session: AsyncSession, **second: object) -> list[Project]:
    """Two counties filed one firm; the second may differ."""
    await regions.make_city(session)
    rows = [
        make.project_input("6110-2026-0001", stage="在谈", accepted_on=EARLY),
        make.project_input(
            "6110-2026-0002", **{"stage": "在谈", "origin": make.SHANGZHOU, "accepted_on": LATE, **second}
        ),
    ]
    await imports.write_projects(session, make.SYSTEM, rows)
    return list(await session.scalars(select(Project).order_by(Project.code)))


async def told(session: AsyncSession, made: Project) -> Rivals:
    found = await service.rivals(session, await service.open_dossier(session, make.OFFICE, made.id))
    assert found is not None
    assert len(found.filings) == 2
    return found


async def test_the_earlier_acceptance_holds(session: AsyncSession):
    first, second = await two(session)
    verdict = (await told(session, second)).verdict
    assert (verdict.holder, verdict.ground) == (first.public_id, Ground.earlier_acceptance)


async def test_a_lapsed_protection_falls_away(session: AsyncSession):
    first, second = await two(session)
    await session.execute(text("UPDATE project SET protected_until = '2027-01-01' WHERE code LIKE '%1'"))
    verdict = (await told(session, first)).verdict
    assert (verdict.holder, verdict.ground) == (second.public_id, Ground.others_lapsed)


async def test_a_tie_goes_to_follow_up_service_and_a_ruling_decides_all(session: AsyncSession):
    first, second = await two(session, accepted_on=EARLY)
    assert (await told(session, first)).verdict.ground is Ground.open_question
    extend = plain(Action.extend, reason="洽谈中", evidence="考察记录")
    await service.move(session, make.OFFICE, second.id, extend)
    verdict = (await told(session, first)).verdict
    assert (verdict.holder, verdict.ground) == (second.public_id, Ground.follow_up)
    await disputing.stop(session, make.OFFICE, first.id, reason="两县均称首谈", case="1")
    await disputing.hold_for(
        session, make.OFFICE, first.id, record={"reason": "证据充分", "minutes": "纪要1号"}
    )
    verdict = (await told(session, first)).verdict
    assert (verdict.holder, verdict.ground) == (first.public_id, Ground.ruling)


async def test_a_signed_project_of_the_firm_goes_before(session: AsyncSession):
    first, second = await two(session, stage="签约", signed_on=date(2026, 12, 30))
    verdict = (await told(session, first)).verdict
    assert (verdict.holder, verdict.ground) == (second.public_id, Ground.agreement)
    assert await service.rivals(session, await service.open_dossier(session, make.OFFICE, second.id)) is None


async def test_one_county_does_not_compete_with_itself_and_others_are_not_told(session: AsyncSession):
    first, _ = await two(session, origin=make.DANFENG)
    assert await service.rivals(session, await service.open_dossier(session, make.OFFICE, first.id)) is None
    assert await service.rivals(session, await service.open_dossier(session, OFFICER, first.id)) is None
