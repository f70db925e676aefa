"""Terms in two times: for any day and any known number there is one version or none, and nothing overlaps."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.agreements import service, terms_in_time
from services.agreements.errors import NoSuchAgreement, OverlappingTerms
from services.agreements.imports import write_agreements
from services.kit.known import last_known
from tests.services.agreements import factories as make

START = date(2025, 1, 1)
CODE = "6110-XY-900"
DAYS = [START + timedelta(days=90 * step) for step in range(-1, 9)]


MANY = text(
    "SELECT count(*) FROM agreement_term WHERE valid @> CAST(:on AS date) AND known @> CAST(:known AS bigint)"
)
REVISION = text("SELECT revision FROM agreement WHERE code = :code")
NUMBER = text("SELECT id FROM agreement WHERE code = :code")
EARLIER = text(
    "INSERT INTO agreement_version (city, agreement, version, terms, method, effective_on, remark, state,"
    " known, imported) SELECT city, agreement, 2, terms, method, effective_on - 1, '', 'in_force', known + 1,"
    " true"
    " FROM agreement_version WHERE agreement = :one"
)


def model(history: list[tuple[int, date, date | None]], on: date, known: int) -> int | None:
    """By hand: of the versions known by then the last in effect, unless it was known to have ended."""
    standing, ended = None, None
    for number, (at, day, end) in enumerate(history, start=1):
        if at <= known and end is None and day <= on:
            standing = number
        if at <= known and end is not None:
            ended = end
    return None if ended is not None and on > ended else standing


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(0, 3), min_size=1, max_size=4), end=st.none() | st.integers(0, 8))
async def test_any_day_as_known_at_any_number_has_one_version_or_none(session, steps, end):
    savepoint = await session.begin_nested()
    try:
        number, history = await told(session, steps, end)
        for known in range(await last_known(session, make.CITY) + 1):
            for on in DAYS:
                found = await terms_in_time.terms_at(session, make.FINANCE, number, on, known)
                assert found.version == model(history, on, known), (on, known, history)
                many = await session.scalar(MANY, {"on": on, "known": known})
                assert many == (found.version is not None)
    finally:
        await savepoint.rollback()


async def told(session, steps: list[int], end: int | None):
    """Import versions that take effect step by step, and end the agreement; tell what became known when."""
    project = await session.scalar(text("SELECT code FROM project"))
    day, history = START, []
    for place, step in enumerate(steps):
        day += timedelta(days=90 * step)
        row = make.row(CODE, project, effective_on=day, ratios_bp=(4000 + place,) * 5)
        await write_agreements(session, make.SYSTEM, [row])
        history.append((await last_known(session, make.CITY), day, None))
    number = await session.scalar(NUMBER, {"code": CODE})
    if end is not None:
        revision = await session.scalar(REVISION, {"code": CODE})
        await service.end_agreement(session, make.OFFICE, number, revision, DAYS[end], "项目终止")
        history.append((await last_known(session, make.CITY), day, DAYS[end]))
    return number, history


async def test_asked_without_a_number_it_says_what_is_known_now(session):
    _, agreement = await make.in_force(session)
    found = await terms_in_time.terms_at(session, make.HOST_OFFICER, agreement.id, make.TODAY)
    assert (found.version, found.valid_from, found.valid_until) == (1, make.TODAY, None)
    assert found.known == await last_known(session, make.CITY)
    with pytest.raises(NoSuchAgreement):
        await terms_in_time.terms_at(session, make.OTHER_OFFICER, agreement.id, make.TODAY)


async def test_a_later_agreement_of_the_project_may_not_hold_while_the_earlier_does(session):
    _, agreement = await make.in_force(session)
    await service.end_agreement(
        session, make.OFFICE, agreement.id, agreement.revision, date(2027, 6, 30), "改签"
    )
    project = await make.held(session)
    with pytest.raises(OverlappingTerms) as refused:
        await service.draft_agreement(
            session, make.HOST_OFFICER, make.proposal(project, effective_on=date(2027, 6, 30)), make.TODAY
        )
    assert refused.value.errors[0].pointer == "/effective_on"
    again = make.proposal(project, effective_on=date(2027, 7, 1))
    made = await service.draft_agreement(session, make.HOST_OFFICER, again, make.TODAY)
    assert made.code.endswith("002")


async def test_a_file_may_not_put_terms_before_those_in_force(session):
    project = await make.held(session)
    await write_agreements(session, make.SYSTEM, [make.row(CODE, project.code, effective_on=START)])
    earlier = make.row(CODE, project.code, effective_on=START - timedelta(days=1), ratios_bp=(4500,) * 5)
    with pytest.raises(OverlappingTerms):
        await write_agreements(session, make.SYSTEM, [earlier])


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO agreement_term SELECT city, agreement, 9, project, 1, valid, known FROM agreement_term",
        "UPDATE agreement_term SET valid = daterange(lower(valid), NULL)",
        "DELETE FROM agreement_term",
        "TRUNCATE agreement_term",
        "UPDATE agreement_version SET effective_on = effective_on - 1",
    ],
)
async def test_nobody_writes_terms_by_hand(session, attack):
    await make.in_force(session)
    with pytest.raises(DBAPIError):
        async with session.begin_nested():
            await session.execute(text(attack))


async def test_the_exclusion_constraint_alone_refuses_an_overlap(session):
    await make.in_force(session)
    await session.execute(text("ALTER TABLE agreement_term DISABLE TRIGGER agreement_term_guard"))
    with pytest.raises(DBAPIError, match="ex_agreement_term_apart"):
        async with session.begin_nested():
            await session.execute(
                text(
                    "INSERT INTO agreement_term SELECT city, agreement, 9, project, version,"
                    " daterange(lower(valid) + 400, NULL), known FROM agreement_term"
                )
            )


async def test_the_database_refuses_a_version_before_the_last(session):
    _, agreement = await make.in_force(session)
    amended = text("UPDATE agreement_version SET state = 'amended' WHERE agreement = :one")
    await session.execute(amended, {"one": agreement.id})
    with pytest.raises(DBAPIError, match="no earlier than the one before it"):
        async with session.begin_nested():
            await session.execute(EARLIER, {"one": agreement.id})
