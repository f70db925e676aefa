"""How the demo's officers put on record what a decision needs: promises, their checks, review and minutes."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Beneficiary
from auth.principal import Principal, Role
from services.compliance import service as compliance
from services.compliance.schemas import FairReviewForm, ItemForm, MinutesForm, OpinionForm, SheetForm
from services.compliance.words import Body, Conclusion, ItemKind, OpinionKind, OpinionOutcome, Source
from services.demo.crew import Crew
from services.projects.tables import Project

ROADS_FEN = 200_000_000
"""What the demo's hosts spend on roads and pipes to a plot, in fen."""


def promises(project: Project) -> SheetForm:
    """Promise what any firm in the park gets: roads and pipes to the plot, and help with its applications."""
    return SheetForm(
        items=[
            ItemForm(
                kind=ItemKind.infrastructure,
                what="园区道路、供水和排污管网接至项目用地红线",
                beneficiary=Beneficiary.public,
                amount_fen=ROADS_FEN,
                year=project.land_deadline.year,
                source=Source.budget,
                condition="项目取得建设用地规划许可后实施",
            ),
            ItemForm(
                kind=ItemKind.service,
                what="设立服务专班，协助办理开工前各项手续",
                beneficiary=Beneficiary.firm,
                quantity=1,
                unit="个",
                year=project.land_deadline.year,
            ),
        ]
    )


async def record_compliance(
    session: AsyncSession, crew: Crew, project: Project, county: str, today: date
) -> None:
    """Put on record all that a decision for a county's host needs, each by the person whose step it is."""
    maker = crew.officer(county)
    lawyer = crew.leader(county, but=(maker.account,))
    sheet = await compliance.record_sheet(
        session, maker, project.id, promises(project).model_copy(update={"county": county})
    )
    for kind, person in ((OpinionKind.finance, _finance(crew, county)), (OpinionKind.legal, lawyer)):
        opinion = OpinionForm(
            sheet=sheet,
            kind=kind,
            outcome=OpinionOutcome.agreed,
            number=f"{'财审' if kind is OpinionKind.finance else '法审'}〔{today.year}〕1号",
            opinion="同意",
        )
        await compliance.record_opinion(session, person, project.id, opinion)
    await compliance.record_review(session, maker, project.id, review_of(sheet, today))
    minutes = MinutesForm(
        sheet=sheet,
        body=Body.government,
        number=f"演示常务会议纪要〔{today.year}〕1号",
        held_on=today,
        subject="审议招商项目要素承诺事项",
    )
    await compliance.record_minutes(session, maker, project.id, minutes)


def review_of(sheet: UUID, today: date) -> FairReviewForm:
    """Review promises that favour nobody: the same for every firm of the park."""
    return FairReviewForm(
        sheet=sheet,
        drafting_unit="承接地招商部门",
        basis="《公平竞争审查条例》；园区基础设施面向全部入园企业",
        conclusion=Conclusion.passed,
        reviewed_on=today,
        review_again_on=today + timedelta(days=365),
    )


def _finance(crew: Crew, county: str) -> Principal:
    return crew.finance()[0] if county == crew.city else crew.one(Role.county_finance, county)
