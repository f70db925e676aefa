"""Promises are listed, checked, reviewed and collectively decided on before the city decides."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.compliance.rules import Beneficiary, ClauseRule
from auth.errors import NotPermitted
from auth.principal import Role
from services.compliance import service
from services.compliance.cases import Case
from services.compliance.errors import (
    BadCompliance,
    ClearanceAnswered,
    ComplianceMissing,
    ForbiddenClause,
    NoSuchFinding,
    NoSuchSheet,
    OpinionGiven,
    SheetReplaced,
)
from services.compliance.schemas import ClearanceAnswerForm, ClearanceForm
from services.compliance.todos import todos
from services.compliance.words import Conclusion, ExceptionGround, Missing, OpinionKind, OpinionOutcome
from services.kit.errors import SamePerson
from services.kit.tables import uuid7
from services.projects import service as projects
from services.projects.errors import NoSuchProject
from services.projects.tables import Project
from tests.services.compliance import records
from tests.services.projects import factories as make
from tests.services.projects import road

HOST, LEADER = road.HOST, road.HOST_LEADER
PURSE = records.finance(make.SHANGZHOU)
SECOND = make.principal(Role.city_office, make.CITY, 2)


@pytest.fixture
async def lead(session: AsyncSession) -> Project:
    """A lead that the investor brought to Shangzhou, whose letter stands."""
    return await road.chosen(session)


async def case(session: AsyncSession, lead: Project) -> Case:
    return await service.open_case(session, make.OFFICE, lead.public_id)


async def test_what_is_missing_is_named_until_all_is_there(session: AsyncSession, lead: Project) -> None:
    with pytest.raises(ComplianceMissing) as error:
        await service.require_records(session, lead, make.PARK)
    codes = [place.code for place in error.value.errors]
    assert codes == ["sheet", "finance", "legal", "review", "minutes"]
    assert all("合规页" in place.detail for place in error.value.errors)
    listed = await service.record_sheet(session, HOST, lead.id, records.sheet())
    assert [todo.kind for todo in await todos(session, PURSE, records.TODAY)] == ["compliance.check"]
    assert await todos(session, HOST, records.TODAY) == []
    assert (await case(session, lead)).missing == (
        Missing.finance,
        Missing.legal,
        Missing.review,
        Missing.minutes,
    )
    await service.record_opinion(session, PURSE, lead.id, records.opinion(listed, OpinionKind.finance))
    assert await todos(session, PURSE, records.TODAY) == []
    await service.record_opinion(session, LEADER, lead.id, records.opinion(listed, OpinionKind.legal))
    await service.record_review(session, HOST, lead.id, records.review(listed))
    await service.record_minutes(session, HOST, lead.id, records.minutes(listed))
    await service.require_records(session, lead, make.PARK)
    answer = service.compliance_answer(await case(session, lead))
    assert answer.sheet is not None
    assert (answer.missing, answer.sheet.total_fen, answer.findings) == ((), 100_000_000, ())
    assert await service.missing(session, lead, make.LUONAN_PARK) == (Missing.letter,)


async def test_a_new_list_takes_all_anew(session: AsyncSession, lead: Project) -> None:
    former = await records.complete(session, lead.id, make.SHANGZHOU)
    await service.record_sheet(session, HOST, lead.id, records.sheet())
    assert len((await case(session, lead)).missing) == 4
    with pytest.raises(SheetReplaced):
        await service.record_minutes(session, HOST, lead.id, records.minutes(former))
    with pytest.raises(NoSuchSheet):
        await service.record_minutes(session, HOST, lead.id, records.minutes(uuid7()))


async def test_maker_and_checkers_are_different_people(session: AsyncSession, lead: Project) -> None:
    listed = await service.record_sheet(session, HOST, lead.id, records.sheet())
    finance, legal = (records.opinion(listed, kind) for kind in OpinionKind)
    with pytest.raises(SamePerson):
        await service.record_opinion(session, HOST, lead.id, legal)
    with pytest.raises(NotPermitted):
        await service.record_opinion(session, LEADER, lead.id, finance)
    with pytest.raises(NotPermitted):
        await service.record_sheet(session, PURSE, lead.id, records.sheet())
    with pytest.raises(NotPermitted):
        await service.record_review(session, PURSE, lead.id, records.review(listed))
    with pytest.raises(NotPermitted):
        await service.record_minutes(session, PURSE, lead.id, records.minutes(listed))
    await service.record_opinion(session, PURSE, lead.id, finance)
    with pytest.raises(OpinionGiven):
        await service.record_opinion(session, PURSE, lead.id, finance)
    with pytest.raises(DBAPIError, match="two_people"):
        await session.execute(
            text(
                "INSERT INTO commitment_opinion SELECT city, sheet, 'legal', made_by, outcome, number,"
                " opinion, made_by, by_name, office, on_date, at FROM commitment_opinion"
            )
        )


async def test_another_county_learns_nothing(session: AsyncSession, lead: Project) -> None:
    await service.record_sheet(session, HOST, lead.id, records.sheet())
    for person in (
        make.officer(make.LUONAN),
        make.officer(make.DANFENG),
        records.finance(make.LUONAN),
        records.finance(make.CITY),
        make.principal(Role.administrator, make.CITY),
    ):
        with pytest.raises(NoSuchProject):
            await service.open_case(session, person, lead.public_id)
    with pytest.raises(NoSuchProject):
        await service.open_case(session, HOST, "nothing")
    for person in (
        PURSE,
        make.principal(Role.park_officer, make.PARK),
        make.principal(Role.auditor, make.CITY),
    ):
        assert (await service.open_case(session, person, lead.public_id)).letter.county == make.SHANGZHOU


async def test_what_finance_or_law_sends_back_stops(session: AsyncSession, lead: Project) -> None:
    listed = await service.record_sheet(session, HOST, lead.id, records.sheet())
    back = {"outcome": OpinionOutcome.returned, "opinion": "超过财力"}
    wordless = records.opinion(listed, OpinionKind.legal, outcome=OpinionOutcome.returned, number="")
    with pytest.raises(BadCompliance):
        await service.record_opinion(session, LEADER, lead.id, wordless)
    await service.record_opinion(
        session, PURSE, lead.id, records.opinion(listed, OpinionKind.finance, **back)
    )
    await service.record_opinion(session, LEADER, lead.id, records.opinion(listed, OpinionKind.legal, **back))
    await service.record_review(session, HOST, lead.id, records.review(listed, conclusion=Conclusion.failed))
    await service.record_minutes(session, HOST, lead.id, records.minutes(listed))
    stopped = (Missing.finance_returned, Missing.legal_returned, Missing.review_failed)
    assert (await case(session, lead)).missing == stopped


async def test_an_exception_has_its_ground_article_comparison_and_end(
    session: AsyncSession, lead: Project
) -> None:
    listed = await service.record_sheet(session, HOST, lead.id, records.sheet())
    whole = {
        "conclusion": Conclusion.exception,
        "exception_ground": ExceptionGround.technology,
        "exception_article": "条例第十二条第二项",
        "no_less_harmful": "没有影响更小的办法",
        "until": records.TODAY + timedelta(days=30),
    }
    for left_out in ("exception_ground", "exception_article", "no_less_harmful", "until"):
        partly = {name: value for name, value in whole.items() if name != left_out}
        with pytest.raises(BadCompliance) as error:
            await service.record_review(session, HOST, lead.id, records.review(listed, **partly))
        assert [place.pointer for place in error.value.errors] == [f"/{left_out}"]
    wrong = {
        "until": records.TODAY,
        "reviewed_on": records.TODAY + timedelta(days=1),
        "review_again_on": records.TODAY,
    }
    with pytest.raises(BadCompliance) as error:
        await service.record_review(session, HOST, lead.id, records.review(listed, **{**whole, **wrong}))
    assert {place.code for place in error.value.errors} == {"future", "order"}
    over = {"until": records.TODAY - timedelta(days=1), "reviewed_on": records.TODAY - timedelta(days=9)}
    await service.record_review(session, HOST, lead.id, records.review(listed, **{**whole, **over}))
    assert Missing.exception_over in (await case(session, lead)).missing
    await service.record_review(session, HOST, lead.id, records.review(listed, **whole))
    assert not {Missing.exception_over, Missing.review} & set((await case(session, lead)).missing)
    tomorrow = records.minutes(listed, records.TODAY + timedelta(days=1))
    with pytest.raises(BadCompliance):
        await service.record_minutes(session, HOST, lead.id, tomorrow)


async def test_promises_measure_something_and_name_their_money(session: AsyncSession, lead: Project) -> None:
    bad = records.sheet(
        None,
        records.item(amount_fen=None, source="none"),
        records.item(amount_fen=None, quantity=3, source="none"),
        records.item(source="none"),
    )
    with pytest.raises(BadCompliance) as error:
        await service.record_sheet(session, HOST, lead.id, bad)
    assert [place.pointer for place in error.value.errors] == ["/items/0", "/items/1/unit", "/items/2/source"]


async def test_a_forbidden_clause_stops_until_two_people_clear_it(
    session: AsyncSession, lead: Project
) -> None:
    promised = records.item(what="企业缴纳的税收按30%返还", beneficiary=Beneficiary.firm)
    shared = records.item(what="税收地方留成五五分享", beneficiary=Beneficiary.government)
    await service.record_sheet(session, HOST, lead.id, records.sheet(None, promised, shared))
    found = await case(session, lead)
    assert Missing.clause in found.missing
    [item] = found.found
    assert item.finding.rule is ClauseRule.tax_reward
    assert "第十条" in item.finding.article
    named = {
        "text_sha256": item.text.sha256,
        "rule": item.finding.rule,
        "start": item.finding.start,
        "reason": "引述上级政策原文",
    }
    with pytest.raises(NoSuchFinding):
        await service.clear_clause(
            session, HOST, lead.id, ClearanceForm.model_validate({**named, "start": 99})
        )
    with pytest.raises(NotPermitted):
        await service.clear_clause(session, PURSE, lead.id, ClearanceForm.model_validate(named))
    await service.clear_clause(session, make.OFFICE, lead.id, ClearanceForm.model_validate(named))
    [waiting] = (await case(session, lead)).found
    assert waiting.clearance is not None
    assert waiting.stops
    agree, number = ClearanceAnswerForm(agreed=True), waiting.clearance.id
    for person, refusal in ((make.OFFICE, SamePerson), (HOST, NotPermitted)):
        with pytest.raises(refusal):
            await service.answer_clearance(session, person, lead.id, number, agree)
    with pytest.raises(NoSuchFinding):
        await service.answer_clearance(session, SECOND, lead.id, uuid7(), agree)
    await service.answer_clearance(session, SECOND, lead.id, number, agree)
    with pytest.raises(ClearanceAnswered):
        await service.answer_clearance(session, SECOND, lead.id, number, agree)
    assert Missing.clause not in (await case(session, lead)).missing
    changed = records.item(what="企业缴纳的税收按50%返还", beneficiary=Beneficiary.firm)
    await service.record_sheet(session, HOST, lead.id, records.sheet(None, changed))
    assert Missing.clause in (await case(session, lead)).missing, "another text is looked at anew"


async def test_an_agreement_between_governments_gives_a_firm_nothing(
    session: AsyncSession, lead: Project
) -> None:
    await service.require_clean(session, lead, ["地方留成部分按约定比例分享", ""])
    with pytest.raises(ForbiddenClause) as error:
        await service.require_clean(session, lead, ["乙方分得的税收奖励给企业"])
    assert "条例" in error.value.errors[0].detail


async def test_a_new_letter_takes_a_new_list(session: AsyncSession, lead: Project) -> None:
    await records.complete(session, lead.id, make.SHANGZHOU)
    await session.execute(text("UPDATE commitment SET ended_on = committed_on"))
    assert await service.missing(session, lead, make.PARK) == (Missing.letter,)
    with pytest.raises(NoSuchProject):
        await service.open_case(session, HOST, lead.public_id)
    assert (await projects.open_dossier(session, make.OFFICE, lead.id)).commitments == []
