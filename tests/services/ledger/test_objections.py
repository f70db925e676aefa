"""Objections: each answered by itself, withdrawn, reserved, asked for by the issuer; and what is refused."""

import pytest
from sqlalchemy import select, text

from auth.principal import Role
from services.agreements.errors import BadScan
from services.kit.errors import SamePerson
from services.ledger import errors, service
from services.ledger.objections_errors import (
    BadAnswer,
    NoSuchObjection,
    ObjectionEnded,
    ObjectionOpen,
    RejectionAsked,
    RejectionNotAsked,
)
from services.ledger.objections_words import Outcome
from services.ledger.service import Attachment, Objection, Reply
from services.ledger.states import StatementAction, StatementState
from services.ledger.tables import ObjectionAnswer
from tests.services.ledger import story
from tests.services.ledger.disputes import HOST, PDF, own, raise_one, reply
from tests.services.ledger.factories import TODAY, People, person
from tests.services.ledger.story import PEOPLE


async def test_several_objections_are_answered_one_by_one(on_issued):
    one = await own(on_issued)
    first = await raise_one(on_issued, one, 1, expected_fen=100)
    second = await raise_one(on_issued, one, 2)
    whole = await raise_one(on_issued, one)
    assert one.state is StatementState.disputed
    assert await reply(on_issued, one, first, Outcome.upheld) is one
    assert one.state is StatementState.disputed
    finance = People.county(HOST)
    await service.withdraw(on_issued, finance, one.id, second.id, "", TODAY, one.revision)
    assert one.state is StatementState.disputed
    await reply(on_issued, one, whole, Outcome.upheld)
    assert one.state is StatementState.issued
    shown = await service.view(on_issued, finance, one)
    assert [(said.line, said.outcome, said.open) for said in shown.objections] == [
        (1, Outcome.upheld, False),
        (2, Outcome.withdrawn, False),
        (None, Outcome.upheld, False),
    ]
    await story.confirm(on_issued, one)
    assert one.state is StatementState.confirmed


async def test_one_accepted_leads_to_a_new_version_when_the_last_has_ended(on_issued):
    one = await own(on_issued)
    body, digest = dict(one.body), one.body_sha256
    first, second = await raise_one(on_issued, one, 1), await raise_one(on_issued, one, 2)
    assert await reply(on_issued, one, first, Outcome.in_part, agreed=7) is one
    assert one.state is StatementState.disputed
    made = await service.withdraw(
        on_issued, People.county(HOST), one.id, second.id, "已核对", TODAY, one.revision
    )
    assert (made.version, made.supersedes, made.state) == (2, one.id, StatementState.draft)
    await on_issued.refresh(one)
    assert (one.state, one.body, one.body_sha256) == (StatementState.superseded, body, digest)
    steps = (await service.view(on_issued, PEOPLE.auditor, one)).events
    assert [event.action for event in steps[-4:]] == [
        StatementAction.object,
        StatementAction.accept,
        StatementAction.withdraw,
        StatementAction.supersede,
    ]
    assert steps[-3].facts["agreed_fen"] == 7


async def test_an_answer_fits_its_objection(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, 1)
    for outcome, agreed in ((Outcome.in_part, None), (Outcome.upheld, 5), (Outcome.withdrawn, None)):
        with pytest.raises(BadAnswer):
            await reply(on_issued, one, thread, outcome, agreed=agreed)
    with pytest.raises(errors.ReasonMissing):
        await reply(on_issued, one, thread, Outcome.upheld, reason="  ")
    with pytest.raises(errors.NotForYou):
        await reply(on_issued, one, thread, Outcome.upheld, who=People.county(HOST))
    with pytest.raises(errors.NotForYou):
        await service.withdraw(on_issued, PEOPLE.maker, one.id, thread.id, "", TODAY, one.revision)
    other = await own(on_issued, "611021")
    with pytest.raises(NoSuchObjection):
        await service.answer(
            on_issued,
            PEOPLE.maker,
            other.id,
            thread.id,
            Reply(outcome=Outcome.upheld, reason="x"),
            TODAY,
            other.revision,
        )
    await reply(on_issued, one, thread, Outcome.upheld)
    for ending in (
        reply(on_issued, one, thread, Outcome.upheld),
        service.withdraw(on_issued, People.county(HOST), one.id, thread.id, "", TODAY, one.revision),
    ):
        with pytest.raises(ObjectionEnded):
            await ending
    assert one.state is StatementState.issued


async def test_nobody_answers_their_own(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, 1)
    twin = person(Role.city_finance)
    twin = type(twin)(
        account=People.county(HOST).account,
        city=twin.city,
        role=twin.role,
        office=twin.office,
        county=twin.county,
        name=twin.name,
    )
    with pytest.raises(SamePerson):
        await reply(on_issued, one, thread, Outcome.upheld, who=twin)
    with pytest.raises(SamePerson):
        await service.uphold(on_issued, twin, one.id, "维持", TODAY, one.revision)


async def test_a_line_is_objected_to_once_at_a_time(on_issued):
    one = await own(on_issued)
    kept = await raise_one(on_issued, one, 1, reserved=True)
    for reserved in (True, False):
        with pytest.raises(ObjectionOpen):
            await raise_one(on_issued, one, 1, reserved=reserved)
    assert one.state is StatementState.issued
    await service.withdraw(on_issued, People.county(HOST), one.id, kept.id, "", TODAY, one.revision)
    assert one.state is StatementState.issued
    again = await raise_one(on_issued, one, 1)
    assert again.open


async def test_refused_objections_store_nothing(on_issued):
    one = await own(on_issued)
    finance = People.county(HOST)
    bad = Attachment(name="a.exe", content=b"MZ")
    for objection, error in (
        (Objection(reason="x", line=999), errors.NoLine),
        (Objection(reason=" "), errors.ReasonMissing),
        (Objection(reason="x", evidence=bad), BadScan),
    ):
        with pytest.raises(error):
            async with on_issued.begin_nested():
                await service.object_to(on_issued, finance, one.id, objection, TODAY, one.revision)
    other = await own(on_issued, "611021")
    with pytest.raises(errors.NoSuchStatement):
        await service.object_to(on_issued, finance, other.id, Objection(reason="x"), TODAY, other.revision)
    await on_issued.refresh(one)
    assert one.state is StatementState.issued
    for table in ("objection", "objection_message", "signed_scan"):
        assert (await on_issued.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
    await story.confirm(on_issued, one)
    with pytest.raises(errors.WrongState):
        await service.object_to(on_issued, finance, one.id, Objection(reason="迟了"), TODAY, one.revision)


async def test_an_old_version_is_neither_confirmed_nor_answered(on_issued):
    one = await own(on_issued)
    kept = await raise_one(on_issued, one, 1, reserved=True)
    await raise_one(on_issued, one, 2)
    await service.reissue(on_issued, PEOPLE.maker, one.id, "更正", TODAY, one.revision)
    await on_issued.refresh(one)
    with pytest.raises(errors.WrongState):
        await story.confirm(on_issued, one)
    with pytest.raises(errors.WrongState):
        await reply(on_issued, one, kept, Outcome.upheld)


async def test_the_issuer_asks_the_county_rejects_and_a_new_version_follows(on_issued):
    one = await own(on_issued)
    finance = People.county(HOST)
    with pytest.raises(RejectionNotAsked):
        await service.reject(on_issued, finance, one.id, TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.ask_rejection(on_issued, finance, one.id, "漏计一票", TODAY, one.revision)
    await service.ask_rejection(on_issued, PEOPLE.maker, one.id, "漏计一票", TODAY, one.revision)
    assert one.state is StatementState.issued
    with pytest.raises(RejectionAsked):
        await service.ask_rejection(on_issued, PEOPLE.maker, one.id, "漏计一票", TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.reject(on_issued, PEOPLE.maker, one.id, TODAY, one.revision)
    assert StatementAction.reject in (await service.view(on_issued, finance, one)).actions
    await service.reject(on_issued, finance, one.id, TODAY, one.revision)
    assert one.state is StatementState.disputed
    (thread,) = (await service.desk(on_issued, finance, one.id, TODAY)).objections
    assert (thread.kind.value, thread.reason, thread.actions) == ("issuer_error", "漏计一票", ["say"])
    with pytest.raises(BadAnswer):
        await service.withdraw(on_issued, finance, one.id, thread.id, "", TODAY, one.revision)
    with pytest.raises(BadAnswer):
        await service.uphold(on_issued, PEOPLE.maker, one.id, "维持", TODAY, one.revision)
    assert (await service.view(on_issued, PEOPLE.maker, one)).actions == [StatementAction.reissue]
    made = await reply(on_issued, one, thread, Outcome.accepted)
    assert (made.version, made.state) == (2, StatementState.draft)
    with pytest.raises(errors.WrongState):
        await service.ask_rejection(on_issued, PEOPLE.maker, made.id, "再改", TODAY, made.revision)


async def test_a_confirmed_statement_is_rejected_too_where_the_issuer_asks(on_issued):
    one = await own(on_issued)
    await story.confirm(on_issued, one)
    await service.ask_rejection(on_issued, PEOPLE.maker, one.id, "比例有误", TODAY, one.revision)
    await service.reject(on_issued, People.county(HOST), one.id, TODAY, one.revision)
    assert one.state is StatementState.disputed
    with pytest.raises(errors.WrongState):
        await service.reject(on_issued, People.county(HOST), one.id, TODAY, one.revision)


async def test_a_new_version_without_an_answer_replaces_what_was_open(on_issued):
    from services.ledger.drafting import draw, settled_books

    one = await own(on_issued)
    await raise_one(on_issued, one, 1)
    books = await settled_books(on_issued, one.city, "2025")
    made = await draw(on_issued, PEOPLE.maker, books, one.kind, HOST, "2025", TODAY, force=True)
    answer = (await on_issued.execute(select(ObjectionAnswer))).scalar_one()
    assert (answer.outcome, answer.successor) == (Outcome.replaced, made.id)


async def test_evidence_comes_with_the_objection(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, 1, evidence=Attachment(name="对账.pdf", content=PDF))
    (message,) = thread.messages
    assert (message.file, message.private, message.side.value) == ("对账.pdf", False, "county")
    scan = await service.attachment(on_issued, PEOPLE.maker, one.id, thread.id, message.id)
    assert scan.content == PDF
