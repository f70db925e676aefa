"""What the database refuses of objections, answers and scans, whatever a program does; and races."""

import asyncio
import importlib

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from services.kit.errors import Stale
from services.ledger import errors, service
from services.ledger.objections_words import Outcome
from services.ledger.service import Attachment, Objection
from services.ledger.tables import ObjectionAnswer, ObjectionRecord, Statement
from tests.services.ledger import story
from tests.services.ledger.disputes import HOST, PDF, own, raise_one, reply
from tests.services.ledger.factories import TODAY, People

INSERTED = (
    "INSERT INTO objection (city, id, statement, kind, line, line_key, reserved, reason, by, by_name, office,"
    " on_date) VALUES (:city, gen_random_uuid(), :id, 'county', 1, 'x', :reserved, 'x', gen_random_uuid(),"
    " 'x', 'x', '2027-01-15')"
)


async def refused(session, statement, words, **facts):
    with pytest.raises(IntegrityError, match=words):
        async with session.begin_nested():
            await session.execute(text(statement), facts)


async def test_nobody_answers_their_own(on_issued):
    one = await own(on_issued)
    await raise_one(on_issued, one, 1)
    record = (await on_issued.execute(select(ObjectionRecord))).scalar_one()
    on_issued.add(
        ObjectionAnswer(
            city=record.city,
            objection=record.id,
            objected_by=record.by,
            outcome=Outcome.upheld,
            reason="自己答复",
            by=record.by,
            by_name="x",
            office="x",
            on_date=TODAY,
        )
    )
    with pytest.raises(IntegrityError, match="two_people"):
        await on_issued.flush()


async def test_an_objection_needs_a_statement_that_takes_it(on_issued):
    one = await own(on_issued)
    facts = {"city": one.city, "id": one.id}
    await refused(on_issued, INSERTED, "takes no such objection", reserved=False, **facts)
    await raise_one(on_issued, one, 1)
    await refused(on_issued, INSERTED, "an objection to line 1 is open", reserved=True, **facts)
    other = await own(on_issued, "611021")
    await story.confirm(on_issued, other)
    await on_issued.flush()
    facts = {"city": other.city, "id": other.id}
    await refused(on_issued, INSERTED, "takes no such objection", reserved=True, **facts)


async def test_a_disputed_statement_stays_so_until_it_is_answered(on_issued):
    one = await own(on_issued)
    await raise_one(on_issued, one, 1)
    for state in ("issued", "confirmed", "closed"):
        await refused(
            on_issued,
            "UPDATE statement SET state = :state WHERE city = :city AND id = :id",
            "an objection to the statement is open",
            state=state,
            city=one.city,
            id=one.id,
        )


async def test_records_are_append_only(on_issued):
    one = await own(on_issued)
    thread = await raise_one(on_issued, one, 1, evidence=Attachment(name="a.pdf", content=PDF))
    await reply(on_issued, one, thread, Outcome.upheld)
    for table in ("objection", "objection_answer", "objection_message"):
        for change in ("UPDATE {} SET by_name = 'y'", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            await refused(on_issued, change.format(table), None)


async def test_of_a_dispute_and_a_confirmation_at_once_exactly_one_wins(issued):
    async with issued.session() as session:
        one = await own(session)
        seen, number, digest = one.revision, one.id, one.body_sha256
    ready = asyncio.Barrier(2)

    async def dispute():
        async with issued.session() as session:
            await session.execute(text("SELECT 1"))
            await ready.wait()
            objection = Objection(reason="数额不符", line=1)
            await service.object_to(session, People.county(HOST), number, objection, TODAY, seen)

    async def confirm():
        async with issued.session() as session:
            await session.execute(text("SELECT 1"))
            await ready.wait()
            await service.confirm(session, People.county(HOST), number, digest, TODAY, seen)

    ended = await asyncio.gather(dispute(), confirm(), return_exceptions=True)
    assert sorted(type(one) for one in ended if one is not None) == [Stale]
    async with issued.session() as session:
        objections = len((await session.execute(select(ObjectionRecord))).scalars().all())
        state = (await session.get(Statement, {"city": one.city, "id": number})).state.value
    assert (state, objections) in {("disputed", 1), ("confirmed", 0)}


async def test_objections_kept_as_events_are_copied_with_their_answers(on_issued):
    """The migration's own statements, on events as the program wrote them before there were records."""
    migration = importlib.import_module("migrations.versions.0016_objections")
    one = await own(on_issued)
    upheld = await raise_one(on_issued, one, 1, expected_fen=7)
    await reply(on_issued, one, upheld, Outcome.upheld)
    reserved = await raise_one(on_issued, one, 2, reserved=True)
    open_ = await raise_one(on_issued, one)
    wanted = [(said.line, said.reserved, said.open, said.outcome) for said in (upheld, reserved, open_)]
    assert wanted == [(1, False, True, None), (2, True, True, None), (None, False, True, None)]
    number, digest, seen = one.id, one.body_sha256, one.revision
    for table in ("objection_answer", "objection"):
        await on_issued.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        await on_issued.execute(text(f"DELETE FROM {table}"))
    await on_issued.execute(text(migration.COPIED_OBJECTIONS))
    await on_issued.execute(text(migration.COPIED_ANSWERS))
    on_issued.expunge_all()
    found = (await service.desk(on_issued, People.county(HOST), number, TODAY)).objections
    assert [(said.line, said.reserved, said.expected_fen, said.gone, said.outcome) for said in found] == [
        (1, False, 7, False, Outcome.upheld),
        (2, True, None, False, None),
        (None, False, None, False, None),
    ]
    with pytest.raises(errors.WrongState):
        await service.confirm(on_issued, People.county(HOST), number, digest, TODAY, seen)
