"""Events become notices: once each, to whom the table names, and through any worker's death."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth.principal import Role
from services.kit.database import Database
from services.kit.events import record_event
from services.kit.tables import uuid7
from services.notices import jobs
from services.notices.fanout import fan_out
from services.notices.rules import MUTABLE, RULES, URGENT
from services.notices.schemas import PreferenceForm
from services.notices.service import set_preference
from services.notices.words import Audience
from services.projects import service as projects
from tests.services.notices.cast import people, tell, told_of
from tests.services.projects import factories as make
from tests.services.projects.road import HOST, OFFICER, lead, offer, pooled

PENDING = text("SELECT count(*) FROM notice_pending")
NOTICES = text("SELECT count(*), count(DISTINCT (event, account)) FROM notice")


async def test_an_event_is_told_to_whom_its_rule_names_and_to_nobody_else(session: AsyncSession):
    made = await pooled(session)
    await people(session)
    await projects.apply(session, HOST, made.public_id, offer())
    await projects.propose(session, make.OFFICE, made.id, [make.LUONAN_PARK])
    await tell(session)
    county, park, city = Role.county_officer.value, Role.park_officer.value, Role.city_office.value
    assert await told_of(session, "projects.accept") == {(county, make.DANFENG)}
    assert await told_of(session, "projects.review") == {(city, make.CITY)}
    assert await told_of(session, "projects.apply") == {(city, make.CITY)}
    # The pool is told to all but the county whose lead it is.
    assert await told_of(session, "projects.pooled") == {
        (county, make.SHANGZHOU),
        (county, make.LUONAN),
        (park, make.PARK),
    }
    # A proposal is told to the county it names, and to no other.
    assert await told_of(session, "projects.propose") == {(county, make.LUONAN)}
    assert (await session.execute(PENDING)).scalar_one() == 0


async def test_nobody_is_told_of_what_they_did_or_when_they_may_not_sign_in(session: AsyncSession):
    made = await lead(session)
    cast = await people(session)
    own = cast[Role.county_officer, make.DANFENG]
    for actor in (own, make.OFFICE):
        await record_event(
            session, make.CITY, actor=actor, action="projects.start", entity="project", entity_id=made.id
        )
    await tell(session)
    assert (
        await session.execute(
            text("SELECT count(*) FROM notice WHERE account = :a AND action = 'projects.start'"),
            {"a": own.account},
        )
    ).scalar_one() == 1
    await session.execute(text("UPDATE account SET disabled_at = now() WHERE id = :a"), {"a": own.account})
    await record_event(
        session, make.CITY, actor=make.OFFICE, action="projects.start", entity="project", entity_id=made.id
    )
    await tell(session)
    assert (
        await session.execute(
            text("SELECT count(*) FROM notice WHERE account = :a AND action = 'projects.start'"),
            {"a": own.account},
        )
    ).scalar_one() == 1


async def test_what_one_opted_out_of_is_not_told_and_urgent_cannot_be(session: AsyncSession):
    made = await lead(session)
    cast = await people(session)
    own = cast[Role.county_officer, make.DANFENG]
    await set_preference(session, own, PreferenceForm(muted=["projects.start"]), 0)
    for action in ("projects.start", "projects.complete"):
        await record_event(
            session, make.CITY, actor=make.OFFICE, action=action, entity="project", entity_id=made.id
        )
    await tell(session)
    assert (Role.county_officer.value, make.DANFENG) not in await told_of(session, "projects.start")
    assert (Role.county_officer.value, make.DANFENG) in await told_of(session, "projects.complete")
    assert frozenset(RULES) == URGENT | MUTABLE
    assert not URGENT & MUTABLE
    assert "projects.propose" in URGENT


async def test_an_event_that_is_rolled_back_is_told_to_nobody(database: Database):
    async with database.session() as session:
        made = await lead(session)
        await people(session)
        await tell(session)
    with pytest.raises(ZeroDivisionError):
        await _fail(database, str(made.id))
    async with database.session() as session:
        assert (await session.execute(PENDING)).scalar_one() == 0


async def _fail(database: Database, ref: str) -> None:
    async with database.session() as session:
        await projects.request_transfer(session, OFFICER, ref, make.transfer_form())
        raise ZeroDivisionError


async def test_a_worker_that_dies_before_its_commit_loses_and_doubles_nothing(database: Database):
    async with database.session() as session:
        await pooled(session)
        await people(session)
        waiting = (await session.execute(PENDING)).scalar_one()
    with pytest.raises(ZeroDivisionError):
        await _die(database)
    async with database.session() as session:
        assert (await session.execute(PENDING)).scalar_one() == waiting
    # Two at once: each event is taken by one of them.
    counts = await asyncio.gather(jobs.look(database), jobs.look(database))
    assert sum(counts) == waiting
    async with database.session() as session:
        all_of_them, distinct = (await session.execute(NOTICES)).one()
        assert all_of_them == distinct > 0
        assert (await session.execute(PENDING)).scalar_one() == 0


async def _die(database: Database) -> None:
    async with database.session() as session:
        taken, written = await fan_out(session, make.CITY)
        assert taken
        assert written
        raise ZeroDivisionError


async def test_events_that_no_rule_names_or_whose_subject_is_gone_are_taken_without_a_word(
    session: AsyncSession,
):
    await lead(session)
    await people(session)
    await tell(session)
    for action, entity, key in (
        ("accounts.signed_in", "account", uuid7()),
        ("projects.accept", "match_run", uuid7()),
        ("projects.accept", "project", "*"),
        ("projects.accept", "project", uuid7()),
    ):
        await record_event(session, make.CITY, actor=make.OFFICE, action=action, entity=entity, entity_id=key)
    assert await fan_out(session, make.CITY) == (4, 0)
    assert await fan_out(session, make.CITY) == (0, 0)


async def test_the_database_keeps_a_notice_as_it_is_and_tells_no_event_twice(database: Database):
    async with database.session() as session:
        await lead(session)
        await people(session)
        await tell(session)
    for change in ("action = 'projects.held'", "account = event", "read_at = made_at - interval '1 s'"):
        with pytest.raises(DBAPIError):
            await _change(database, f"UPDATE notice SET {change}")
    await _change(database, "UPDATE notice SET read_at = clock_timestamp()")
    with pytest.raises(IntegrityError, match="read once"):
        await _change(database, "UPDATE notice SET read_at = NULL")
    with pytest.raises(IntegrityError, match="uq_notice_city_event_account"):
        await _change(
            database,
            "INSERT INTO notice (city, id, event, account, action, subject, subject_id, urgent)"
            " SELECT city, gen_random_uuid(), event, account, action, subject, subject_id, urgent"
            " FROM notice",
        )


async def _change(database: Database, statement: str) -> None:
    async with database.session() as session:
        await session.execute(text(statement))


def test_every_rule_tells_somebody_and_names_an_event_of_the_program():
    assert all(rule.told for rule in RULES.values())
    moves = {f"projects.{action.value}" for action in Action} | {
        "projects.pooled",
        "projects.held",
        "projects.signed",
    }
    for name, rule in RULES.items():
        slice_name, _, _ = name.partition(".")
        assert slice_name in {"projects", "agreements", "ledger", "settlement", "first_talk"}
        if slice_name == "projects":
            assert name in moves
        assert Audience.counties not in rule.told or name == "projects.pooled"
