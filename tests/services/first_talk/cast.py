"""Two counties that filed one firm, and a case between them brought to any point of its road."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from auth.principal import Role
from services.first_talk import service as cases
from services.first_talk.schemas import (
    AgreeForm,
    HearingForm,
    OfferForm,
    OpenCase,
    RulingForm,
    SaidForm,
    StatementForm,
)
from services.first_talk.tables import Case, Ruling
from services.projects import imports
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.regions import factories as regions

TODAY = make.TODAY
EARLY, LATE = date(2026, 12, 8), date(2026, 12, 20)
OFFICER, LEADER = make.officer(make.DANFENG), make.leader(make.DANFENG)
RIVAL, RIVAL_LEADER = make.officer(make.SHANGZHOU), make.leader(make.SHANGZHOU)
STRANGER = make.leader(make.LUONAN)
OFFICE = make.OFFICE
SECOND = make.principal(Role.city_office, make.CITY, 2)
BECAUSE = "两县均称首谈"


async def leads(session: AsyncSession, **second: object) -> tuple[Project, Project]:
    """Two counties filed one firm; the second lead, Shangzhou's, may differ."""
    await regions.make_city(session)
    await make_leads(session, **second)
    first, other = await session.scalars(select(Project).order_by(col(Project.code)).limit(2))
    return first, other


async def make_leads(session: AsyncSession, **second: object) -> None:
    rows = [
        make.project_input("6110-2026-0001", stage="在谈", accepted_on=EARLY, registered_on=EARLY),
        make.project_input(
            "6110-2026-0002",
            **{
                "stage": "在谈",
                "origin": make.SHANGZHOU,
                "accepted_on": LATE,
                "registered_on": LATE,
                **second,
            },
        ),
    ]
    await imports.write_projects(session, make.SYSTEM, rows)


def refs(*found: Project) -> list[str]:
    return [row.public_id for row in found]


async def opened(session: AsyncSession, **second: object) -> Case:
    """A case that the city opened between the two."""
    both = await leads(session, **second)
    return await cases.open_case(session, OFFICE, OpenCase(projects=refs(*both), claim=BECAUSE), TODAY)


def words(**facts: object) -> StatementForm:
    return StatementForm.model_validate({"words": "本县首谈并持续服务", **facts})


def shown(kind: str = "visit_record", on: date = date(2027, 1, 4)) -> StatementForm:
    return words(evidence_kind=kind, evidence="考察接待记录", happened_on=on)


def ruling(**facts: object) -> RulingForm:
    said: dict[str, object] = {
        "ground": "earlier_acceptance",
        "holder": 1,
        "effect": "support",
        "findings": "丹凤县于2026年12月8日受理德润融通项目，商州区在后。",
        "reasons": "受理在先者优先，德润融通汽车实业有限公司与丹凤县洽谈未中断。",
        "minutes_no": "商联纪〔2027〕3号",
    }
    return RulingForm.model_validate(said | facts)


async def heard(session: AsyncSession, **second: object) -> Case:
    """A case whose sides are heard today."""
    case = await opened(session, **second)
    form = HearingForm(on=TODAY, place="市招商服务中心")
    return await cases.set_hearing(session, OFFICE, case.id, form, TODAY)


async def ruled(session: AsyncSession, **facts: object) -> Case:
    """A case ruled for the first side, Danfeng."""
    case = await heard(session)
    await cases.propose(session, OFFICE, case.id, ruling(**facts), TODAY)
    return await cases.say(session, SECOND, case.id, SaidForm.model_validate({"outcome": "confirmed"}), TODAY)


def offer(holder: int = 2) -> OfferForm:
    return OfferForm.model_validate(
        {"holder": holder, "effect": "support", "terms": "由对方继续洽谈，本县得考核计入两成"}
    )


def yes(seq: int) -> AgreeForm:
    return AgreeForm(offer=seq)


async def number_of(session: AsyncSession, case: UUID) -> str:
    return (await session.scalars(select(Ruling.number).where(Ruling.case_id == case))).one()


async def set_day(session: AsyncSession, on: date) -> None:
    await session.execute(text("UPDATE city SET business_date = :on"), {"on": on})
