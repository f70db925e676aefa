"""The forms of a lead's road, and leads brought to a place on it."""

from datetime import date

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action, Reason
from services.projects import service
from services.projects.errors import MoveRefused
from services.projects.schemas import (
    AcceptanceForm,
    ApplicationForm,
    ChoiceForm,
    CommitmentForm,
    ConsentForm,
    MoveForm,
)
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

OFFICER, LEADER = make.officer(make.DANFENG), make.leader(make.DANFENG)
HOST, HOST_LEADER = make.officer(make.SHANGZHOU), make.leader(make.SHANGZHOU)
RIVAL_LEADER = make.leader(make.LUONAN)
TODAY = make.TODAY


def offer(park: str = make.PARK, **changes: object) -> ApplicationForm:
    facts: dict[str, object] = {
        "park": park,
        "land_mu": 10_000,
        "hall_m2": 0,
        "energy_tce": 5_000,
        "water_td": 134,
        "cod_kg": 740,
        "ready_on": date(2027, 3, 1),
    }
    return ApplicationForm.model_validate(facts | changes)


def letter(park: str = make.PARK) -> CommitmentForm:
    facts = offer(park).model_dump(exclude={"plot", "hall", "remark"})
    facts |= {"promises": "五通一平", "finance_review": "财审〔2027〕1号", "legal_review": "法审〔2027〕1号"}
    return CommitmentForm.model_validate(facts)


def consent(*counties: str) -> ConsentForm:
    return ConsentForm(counties=list(counties), consented_on=TODAY, evidence="投资方来函")


def choice(park: str = make.PARK) -> ChoiceForm:
    return ChoiceForm(park=park, consented_on=TODAY, evidence="投资方确认函")


def plain(action: Action, **facts: object) -> MoveForm:
    return MoveForm.model_validate({"action": action, **facts})


async def lead(session: AsyncSession) -> Project:
    """Register, review and accept a lead of Danfeng."""
    await regions.make_city(session)
    made = await service.register(session, OFFICER, make.form())
    await service.move(session, LEADER, made.id, plain(Action.review))
    return await service.move(session, make.OFFICE, made.id, plain(Action.accept))


async def pooled(session: AsyncSession) -> Project:
    """Bring a lead into the pool."""
    made = await lead(session)
    await service.request_transfer(session, OFFICER, made.id, make.transfer_form())
    return await service.move(session, make.OFFICE, made.id, plain(Action.pool))


async def chosen(session: AsyncSession, park: str = make.PARK) -> Project:
    """Bring a lead to the investor's choice of a park of Shangzhou."""
    made = await pooled(session)
    await service.apply(session, HOST, made.public_id, offer(park))
    await service.record_consent(session, OFFICER, made.id, consent(make.SHANGZHOU))
    await service.accept_terms(session, HOST_LEADER, made.public_id, AcceptanceForm(park=park))
    await service.commit(session, HOST, made.public_id, letter(park))
    return await service.record_choice(session, make.OFFICE, made.id, choice(park))


def reasons(error: pytest.ExceptionInfo[MoveRefused]) -> set[Reason]:
    return set(error.value.reasons)
