"""Leads brought to a place on the pool's road, many at once, and a county's settings."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.kit.errors import DomainError
from services.projects import service
from services.projects.pool_forms import ProgressForm
from services.projects.pool_words import ProgressKind
from services.projects.schemas import AcceptanceForm
from services.projects.tables import Project
from services.regions.settings import set_setting
from tests.services.projects import factories as make
from tests.services.projects.road import (
    HOST,
    HOST_LEADER,
    OFFICER,
    choice,
    consent,
    letter,
    offer,
)

BEGIN = date(2020, 1, 1)
SMALL = {"land_mu": 100, "energy_tce": 10, "water_td": 1, "cod_kg": 1}
"""What each lead needs: so little that the park has room for all of them."""


async def leads(session: AsyncSession, count: int) -> list[Project]:
    """Store the small city with that many pooled leads of Danfeng."""
    numbers = range(1, count + 1)
    rows = [make.project_input(f"6110-2026-{number:04}", **SMALL) for number in numbers]
    await make.make_pool(session, *rows)
    return list(await session.scalars(select(Project).order_by(col(Project.code))))


async def choose(session: AsyncSession, lead: Project, *, applied: bool = True) -> None:
    """Bring a pooled lead to the investor's choice of Shangzhou's park."""
    if applied:
        await service.apply(session, HOST, lead.public_id, offer(**SMALL))
    else:
        await service.propose(session, make.OFFICE, lead.id, [make.PARK])
    await service.record_consent(session, OFFICER, lead.id, consent(make.SHANGZHOU))
    await service.accept_terms(session, HOST_LEADER, lead.public_id, AcceptanceForm(park=make.PARK))
    small = letter().model_copy(update=SMALL)
    await service.commit(session, HOST, lead.public_id, small)
    await service.record_choice(session, make.OFFICE, lead.id, choice())


async def hold(session: AsyncSession, lead: Project) -> str:
    """Ask for the hold of a chosen lead; how it went."""
    try:
        async with session.begin_nested():
            await service.take_hold(session, make.OFFICE, lead.id, make.PARK)
    except DomainError as error:
        return error.slug
    await session.refresh(lead)
    return "held"


def proof(**changes: object) -> ProgressForm:
    facts = {"kind": ProgressKind.land_letter, "document": "供地函1号", "happened_on": make.TODAY}
    return ProgressForm.model_validate(facts | changes)


async def setting(session: AsyncSession, **values: int | bool) -> None:
    for key, value in values.items():
        await set_setting(session, make.OFFICE, key, value, BEGIN)
