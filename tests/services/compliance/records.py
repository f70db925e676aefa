"""The records that a decision needs, made by the people of a test's city."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Beneficiary
from auth.principal import Principal, Role
from services.compliance import service
from services.compliance.schemas import FairReviewForm, ItemForm, MinutesForm, OpinionForm, SheetForm
from services.compliance.words import Body, Conclusion, ItemKind, OpinionKind, OpinionOutcome, Source
from tests.services.projects import factories as make

TODAY = make.TODAY


def maker(county: str) -> Principal:
    return make.OFFICE if county == make.CITY else make.officer(county)


def lawyer(county: str) -> Principal:
    return make.principal(Role.city_office, make.CITY, 2) if county == make.CITY else make.leader(county)


def finance(county: str) -> Principal:
    role = Role.city_finance if county == make.CITY else Role.county_finance
    return make.principal(role, county)


def item(**changes: object) -> ItemForm:
    facts: dict[str, object] = {
        "kind": ItemKind.infrastructure,
        "what": "道路和管网接至红线",
        "beneficiary": Beneficiary.public,
        "amount_fen": 100_000_000,
        "year": 2027,
        "source": Source.budget,
    }
    return ItemForm.model_validate(facts | changes)


def sheet(county: str | None = None, *items: ItemForm) -> SheetForm:
    return SheetForm(county=county, items=list(items) or [item()])


def opinion(sheet_id: UUID, kind: OpinionKind, **changes: object) -> OpinionForm:
    facts = {"sheet": sheet_id, "kind": kind, "outcome": OpinionOutcome.agreed, "number": "审〔2027〕1号"}
    return OpinionForm.model_validate(facts | changes)


def review(sheet_id: UUID, **changes: object) -> FairReviewForm:
    facts: dict[str, object] = {
        "sheet": sheet_id,
        "drafting_unit": "招商局",
        "basis": "园区设施面向全部企业",
        "conclusion": Conclusion.passed,
        "reviewed_on": TODAY,
        "review_again_on": TODAY + timedelta(days=365),
    }
    return FairReviewForm.model_validate(facts | changes)


def minutes(sheet_id: UUID, held_on: date = TODAY) -> MinutesForm:
    return MinutesForm(
        sheet=sheet_id, body=Body.government, number="〔2027〕3号", held_on=held_on, subject="审议承诺事项"
    )


async def complete(session: AsyncSession, project: UUID, county: str) -> UUID:
    """Put all on record for a host that has its letter; return the list of promises."""
    listed = await service.record_sheet(session, maker(county), project, sheet(county))
    for kind, person in ((OpinionKind.finance, finance(county)), (OpinionKind.legal, lawyer(county))):
        await service.record_opinion(session, person, project, opinion(listed, kind))
    await service.record_review(session, maker(county), project, review(listed))
    await service.record_minutes(session, maker(county), project, minutes(listed))
    return listed
