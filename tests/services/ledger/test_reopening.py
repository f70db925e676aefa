"""Reopening a closed year: two people, a second version beside the first, closed months that stay closed."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.kit.errors import SamePerson, Stale
from services.ledger import errors, reopening, reopening_errors, service
from services.ledger.reopening_words import ReopeningReason, ReopeningState
from services.ledger.states import StatementState
from services.ledger.todos import todos
from tests.services.ledger import settled, story
from tests.services.ledger.factories import CITY, TODAY, People, person
from tests.services.ledger.settled import HOST, ORIGIN, lines, versions
from tests.services.ledger.story import PEOPLE


def named(error):
    """The guard that refused, by the name that the database gives it."""
    return getattr(error.orig.__cause__, "constraint_name", None) or ""


async def ask(session, year=2025, who=PEOPLE.maker):
    return await reopening.request_reopening(
        session, who, year, ReopeningReason.receipts, "国库更正三个月的入库", "商财函〔2026〕3号", TODAY
    )


async def reopen(session, year=2025):
    found = await ask(session, year)
    return await reopening.approve_reopening(session, PEOPLE.checker, year, found.id, TODAY, found.revision)


async def test_three_closed_months_are_revised_to_the_fen_and_the_year_gets_a_second_version(on_closed):
    first = {county: (await versions(on_closed, "2025", county))[0] for county in (HOST, ORIGIN)}
    assert first[HOST].body["up_fen"] == 30_001
    await settled.revise(on_closed)
    result, _ = await service.compute_month(on_closed, PEOPLE.maker, "2026-03", TODAY)
    # Half of 80.00, of 290.01 and of nothing; it was 50.01, 150.01 and 300.01. A tie goes to the origin.
    assert await lines(on_closed, result.run.id) == {
        ("2025-02", "receipt"): -1_001,
        ("2025-03", "receipt"): 501,
        ("2025-04", "receipt"): -29_501,
    }
    found = await reopen(on_closed)
    assert found.state is ReopeningState.open
    made = await story.issue(on_closed, "2025")
    assert {one.version for one in made} == {2}
    host = next(one for one in made if one.county == HOST).body
    assert (host["was"]["up_fen"], host["up_fen"], host["difference"]["up_fen"]) == (30_001, 0, -30_001)
    assert host["was"]["sha256"] == first[HOST].body_sha256
    assert [(line["was_fen"], line["fen"], line["difference_fen"]) for line in host["lines"]] == [
        (30_001, 0, -30_001)
    ]
    assert host["lines"][0]["causes"] == ["receipt"]
    assert host["lines"][0]["booked_in"] == ["2026-03"]
    assert sum(one.body["difference"]["net_fen"] for one in made) == 0
    await story.confirm_all(on_closed, "2025")
    await story.close(on_closed, 2025)
    for county, before in first.items():
        one, two = await versions(on_closed, "2025", county)
        assert (one.body, one.body_sha256, one.made_on) == (before.body, before.body_sha256, before.made_on)
        assert (one.state, two.state) == (StatementState.superseded, StatementState.closed)
        steps = [event.action.value for event in await service.events_of(on_closed, CITY, one.id)]
        assert steps[-3:] == ["close", "reopen", "supersede"]
    held = await on_closed.execute(text("SELECT DISTINCT state FROM period WHERE code < '2026-01'"))
    assert list(held.scalars()) == ["closed"]
    assert await reopening.live_reopening(on_closed, CITY, 2025) is None
    assert await service.books_balanced(on_closed, CITY)
    # Opened again with nothing new, it keeps its second version.
    await reopen(on_closed)
    assert {one.version for one in await service.prepare(on_closed, PEOPLE.maker, "2025", TODAY)} == {2}


async def test_a_paper_without_a_difference_keeps_its_first_version(on_closed):
    await reopen(on_closed)
    made = await service.prepare(on_closed, PEOPLE.maker, "2025", TODAY)
    assert {(one.version, one.state) for one in made} == {(1, StatementState.closed)}
    await story.close(on_closed, 2025)
    assert await service.closed_years(on_closed, CITY) == [2024, 2025]


async def test_a_closed_year_has_no_next_version_unless_it_is_reopened(on_closed):
    await settled.revise(on_closed)
    await service.compute_month(on_closed, PEOPLE.maker, "2026-03", TODAY)
    for period in ("2025", "2025Q1"):
        with pytest.raises(reopening_errors.NotReopened):
            await service.prepare(on_closed, PEOPLE.maker, period, TODAY)
    await reopen(on_closed)
    with pytest.raises(reopening_errors.NotReopened):
        await service.prepare(on_closed, PEOPLE.maker, "2025Q1", TODAY)
    with pytest.raises(errors.PeriodClosed):
        await service.compute_month(on_closed, PEOPLE.maker, "2025-03", TODAY)


async def test_who_may_reopen_what(on_closed):
    with pytest.raises(errors.NotForYou):
        await ask(on_closed, who=People.county(HOST))
    with pytest.raises(reopening_errors.YearNotClosed):
        await ask(on_closed, 2026)
    with pytest.raises(reopening_errors.LaterYearClosed):
        await ask(on_closed, 2024)
    with pytest.raises(errors.ReasonMissing):
        await reopening.request_reopening(
            on_closed, PEOPLE.maker, 2025, ReopeningReason.audit, " ", "文号", TODAY
        )
    found = await ask(on_closed)
    with pytest.raises(reopening_errors.AlreadyReopened):
        await ask(on_closed)

    async def approve(who, number=found.id, seen=1):
        return await reopening.approve_reopening(on_closed, who, 2025, number, TODAY, seen)

    with pytest.raises(SamePerson):
        await approve(PEOPLE.maker)
    with pytest.raises(errors.NotForYou):
        await approve(PEOPLE.auditor)
    with pytest.raises(Stale):
        await approve(PEOPLE.checker, seen=7)
    with pytest.raises(reopening_errors.NoSuchReopening):
        await approve(PEOPLE.checker, number=PEOPLE.maker.account)
    with pytest.raises(errors.ReasonMissing):
        await reopening.refuse_reopening(on_closed, PEOPLE.checker, 2025, found.id, "", TODAY, 1)
    assert reopening.may_decide(PEOPLE.checker, found)
    assert [one.kind for one in await todos(on_closed, PEOPLE.checker, TODAY)] == ["ledger.reopening"]
    assert await todos(on_closed, PEOPLE.maker, TODAY) == []
    assert not reopening.may_decide(PEOPLE.maker, found)
    refused = await reopening.refuse_reopening(
        on_closed, PEOPLE.checker, 2025, found.id, "证据不足", TODAY, 1
    )
    assert refused.state is ReopeningState.refused
    with pytest.raises(reopening_errors.ReopeningStep):
        await approve(PEOPLE.checker, seen=2)
    assert [one.state for one in await reopening.reopenings_of(on_closed, CITY, 2025)] == ["refused"]


async def test_years_are_reopened_from_the_newest_back_and_closed_from_the_oldest_on(on_closed):
    await reopen(on_closed, 2025)
    await reopen(on_closed, 2024)
    with pytest.raises(errors.CloseBlocked) as blocked:
        await service.request_close(on_closed, PEOPLE.maker, 2025, TODAY)
    assert [one.code for one in blocked.value.errors] == ["earlier_closed"]
    await story.close(on_closed, 2024)
    await story.close(on_closed, 2025)


async def test_a_reopened_year_is_closed_again_by_two(on_closed):
    await ask(on_closed)
    with pytest.raises(errors.WrongState):
        await service.request_close(on_closed, PEOPLE.maker, 2025, TODAY)
    (found,) = await reopening.reopenings_of(on_closed, CITY)
    with pytest.raises(errors.CloseBlocked) as blocked:
        await service.request_close(on_closed, PEOPLE.maker, 2026, TODAY)
    assert "reopenings_decided" in {one.code for one in blocked.value.errors}
    await reopening.approve_reopening(on_closed, PEOPLE.checker, 2025, found.id, TODAY, 1)
    with pytest.raises(errors.CloseNotRequested):
        await service.close_year(on_closed, PEOPLE.checker, 2025, TODAY)
    await service.request_close(on_closed, PEOPLE.reviewer, 2025, TODAY)
    assert [one.href for one in await todos(on_closed, PEOPLE.checker, TODAY)] == ["/statements/close/2025"]
    assert await todos(on_closed, PEOPLE.reviewer, TODAY) == []
    with pytest.raises(SamePerson):
        await service.close_year(on_closed, PEOPLE.reviewer, 2025, TODAY)
    await service.close_year(on_closed, PEOPLE.maker, 2025, TODAY)
    assert found.state is ReopeningState.closed
    with pytest.raises(errors.WrongState):
        await service.close_year(on_closed, PEOPLE.checker, 2025, TODAY)


async def test_of_two_requests_one_stands(closed):
    async def one():
        async with closed.session() as session:
            return await ask(session, who=person(PEOPLE.maker.role))

    answers = await asyncio.gather(one(), one(), one(), return_exceptions=True)
    assert sum(not isinstance(answer, Exception) for answer in answers) == 1
    assert {type(answer) for answer in answers if isinstance(answer, Exception)} == {
        reopening_errors.AlreadyReopened
    }


async def test_a_request_against_a_close_leaves_one_state(closed):
    async with closed.session() as session:
        await reopen(session)
        await service.request_close(session, PEOPLE.maker, 2025, TODAY)

    async def close():
        async with closed.session() as session:
            await service.close_year(session, PEOPLE.checker, 2025, TODAY)

    async def again():
        async with closed.session() as session:
            await ask(session)

    answers = await asyncio.gather(close(), again(), return_exceptions=True)
    assert answers[0] is None
    async with closed.session() as session:
        states = [one.state.value for one in await reopening.reopenings_of(session, CITY)]
    assert states in (["closed"], ["requested", "closed"])


async def test_a_run_against_a_close_books_before_it_or_not_at_all(closed):
    async with closed.session() as session:
        await reopen(session)
        await service.request_close(session, PEOPLE.maker, 2025, TODAY)

    async def late():
        async with closed.session() as session:
            await settled.revise(session)
            await service.compute_month(session, PEOPLE.maker, "2026-03", TODAY)

    async def close():
        async with closed.session() as session:
            await service.close_year(session, PEOPLE.checker, 2025, TODAY)

    answers = await asyncio.gather(late(), close(), return_exceptions=True)
    assert answers[0] is None
    assert answers[1] is None or isinstance(answers[1], errors.CloseBlocked)
    async with closed.session() as session:
        assert await service.books_balanced(session, CITY)
        rows = await session.execute(text("SELECT DISTINCT period FROM calc_run WHERE period > '2025-12'"))
        assert list(rows.scalars()) == ["2026-03"]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE year_reopening SET state = 'closed'", "reopening_steps"),
        ("UPDATE year_reopening SET words = 'x'", "reopening_steps"),
        ("UPDATE year_reopening SET decided_by = requested_by, state = 'open'", "year_reopening"),
        ("DELETE FROM year_reopening", ""),
        ("TRUNCATE year_reopening", ""),
        ("UPDATE year_close SET facts = '{}' WHERE year = 2025", "year_close_final"),
        ("UPDATE period SET state = 'open', watermark = NULL WHERE code = '2025-03'", "period_closed"),
    ],
)
async def test_the_database_refuses_what_the_program_never_does(on_closed, statement, why):
    await ask(on_closed)
    with pytest.raises(DBAPIError) as refused:
        async with on_closed.begin_nested():
            await on_closed.execute(text(statement))
    assert why in named(refused.value)


REQUEST = """
INSERT INTO year_reopening (city, id, year, state, revision, reason, words, document_no, requested_by,
    requested_name, requested_on, facts)
VALUES ('611000', gen_random_uuid(), :year, :state, 1, 'audit', 'x', 'y', gen_random_uuid(), 'z',
    '2027-01-15', '{}')
"""


@pytest.mark.parametrize(
    ("year", "state", "why"),
    [
        (2025, "open", "reopening_steps"),
        (2024, "requested", "reopening_order"),
        (2026, "requested", "reopening_closed_year"),
    ],
)
async def test_the_database_knows_the_order_of_years(on_closed, year, state, why):
    with pytest.raises(DBAPIError) as refused:
        async with on_closed.begin_nested():
            await on_closed.execute(text(REQUEST), {"year": year, "state": state})
    assert why in named(refused.value)


async def test_the_database_refuses_a_next_version_of_a_closed_year(on_closed):
    with pytest.raises(DBAPIError) as refused:
        async with on_closed.begin_nested():
            await on_closed.execute(
                text(
                    "INSERT INTO statement (city, id, kind, county, period, version, number, state, revision,"
                    " known, body, body_sha256, made_on) SELECT city, gen_random_uuid(), kind, county,"
                    " period, 9, number, 'draft', 1, known, body, body_sha256, made_on FROM statement"
                    " WHERE kind = 'year' AND period = '2025' AND county = '611021'"
                )
            )
    assert named(refused.value) == "statement_year_reopened"
