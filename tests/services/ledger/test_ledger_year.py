"""A year from its receipts to its close, and what may not happen on the way."""

from dataclasses import replace

import pytest

from services.kit.errors import SamePerson
from services.ledger import errors, service
from services.ledger.imports import write_receipts
from services.ledger.states import StatementState
from tests.services.ledger import story
from tests.services.ledger.factories import (
    CITY,
    SYSTEM,
    TODAY,
    People,
    receipt_inputs,
)
from tests.services.ledger.oracle import shares
from tests.services.ledger.story import PEOPLE


async def test_a_year_closes_and_its_months_with_it(on_issued):
    await story.declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await story.close(on_issued, 2025)
    assert await service.closed_years(on_issued, CITY) == [2025]
    assert {one.state for one in await story.live(on_issued, "2025")} == {StatementState.closed}
    assert await service.books_balanced(on_issued, CITY)
    with pytest.raises(errors.PeriodClosed):
        await service.compute_month(on_issued, PEOPLE.maker, "2025-12", TODAY)
    with pytest.raises(errors.WrongState):
        await service.request_close(on_issued, PEOPLE.maker, 2025, TODAY)
    with pytest.raises(errors.WrongState):
        await service.close_year(on_issued, PEOPLE.checker, 2025, TODAY)


async def test_statements_hold_what_the_oracle_says_and_the_city_keeps_nothing(on_issued):
    statements = await story.live(on_issued, "2025")
    expected = shares("2025-12")
    found = {}
    for statement in statements:
        body = statement.body
        assert sum(line["fen"] for line in body["lines"] if line["direction"] == "up") == body["up_fen"]
        assert sum(one["fen"] for one in body["subjects"] if one["direction"] == "down") == body["down_fen"]
        for line in body["lines"]:
            if line["direction"] == "down":
                found[line["agreement"], line["year"]] = (
                    found.get((line["agreement"], line["year"]), 0) + line["fen"]
                )
    assert found == {key: fen for key, fen in expected.items() if fen}
    assert sum(statement.body["net_fen"] for statement in statements) == 0


async def failing(session, year):
    return [one.code for one in await service.checks(session, PEOPLE.maker, year, TODAY) if not one.ok]


async def test_each_condition_of_a_close_is_checked(on_loaded):
    assert await failing(on_loaded, 2026) == ["earlier_closed", "unmatched", "computed"]
    with pytest.raises(errors.CloseNotRequested):
        await service.close_year(on_loaded, PEOPLE.checker, 2026, TODAY)
    with pytest.raises(errors.CloseBlocked) as blocked:
        await service.request_close(on_loaded, PEOPLE.maker, 2026, TODAY)
    assert [one.code for one in blocked.value.errors] == ["earlier_closed", "unmatched", "computed"]
    await story.compute_year(on_loaded, 2025)
    assert await failing(on_loaded, 2025) == [
        "receipts_loaded",
        "quarters_prepared",
        "statements_current",
        "statements_confirmed",
    ]
    assert (await failing(on_loaded, 2027))[0] == "year_ended"


async def test_another_person_closes(on_issued):
    await story.declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await service.request_close(on_issued, PEOPLE.maker, 2025, TODAY)
    await service.request_close(on_issued, PEOPLE.reviewer, 2025, TODAY)
    with pytest.raises(SamePerson):
        await service.close_year(on_issued, PEOPLE.reviewer, 2025, TODAY)
    await service.close_year(on_issued, PEOPLE.maker, 2025, TODAY)


async def test_a_close_is_checked_again_when_it_is_done(on_issued):
    await story.declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await service.request_close(on_issued, PEOPLE.maker, 2025, TODAY)
    late = replace(receipt_inputs()[0], ticket="61100025129999999", amount_fen=999_00, county_fen=999_00)
    await write_receipts(on_issued, SYSTEM, [late])
    with pytest.raises(errors.CloseBlocked) as blocked:
        await service.close_year(on_issued, PEOPLE.checker, 2025, TODAY)
    assert [one.code for one in blocked.value.errors] == ["computed", "statements_current"]


async def test_declaring_a_month_nil_once_and_only_where_it_is(on_loaded):
    with pytest.raises(errors.NotForYou):
        await service.declare_nil(on_loaded, People.county("611002"), "2025-01", "无")
    with pytest.raises(errors.ReasonMissing):
        await service.declare_nil(on_loaded, PEOPLE.maker, "2025-01", " ")
    with pytest.raises(errors.AlreadyDeclared):
        await service.declare_nil(on_loaded, PEOPLE.maker, "2025-03", "有入库")
    await story.declare_january(on_loaded)
    with pytest.raises(errors.AlreadyDeclared):
        await story.declare_january(on_loaded)
    with pytest.raises(errors.NotForYou):
        await service.request_close(on_loaded, PEOPLE.auditor, 2025, TODAY)
    with pytest.raises(errors.NotForYou):
        await service.close_year(on_loaded, PEOPLE.auditor, 2025, TODAY)


async def test_months_open_behind_a_closed_one_are_refused(on_issued):
    await story.declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await story.close(on_issued, 2025)
    with pytest.raises(errors.PeriodClosed):
        await service.compute_month(on_issued, PEOPLE.maker, "2024-12", TODAY)


async def test_a_county_that_has_no_statement_blocks_the_close(on_loaded):
    await story.compute_year(on_loaded, 2025)
    found = {one.code: one.facts for one in await service.checks(on_loaded, PEOPLE.maker, 2025, TODAY)}
    assert found["statements_confirmed"]["counties"].count("、") == 6
    assert found["statements_current"] == found["statements_confirmed"]
    await story.issue(on_loaded, "2025")
    found = {one.code: one for one in await service.checks(on_loaded, PEOPLE.maker, 2025, TODAY)}
    assert found["statements_current"].ok
    assert not found["statements_confirmed"].ok
    late = replace(receipt_inputs()[0], ticket="9", amount_fen=999_00, county_fen=999_00)
    await write_receipts(on_loaded, SYSTEM, [late])
    await service.compute_month(on_loaded, PEOPLE.maker, "2025-12", TODAY)
    found = {one.code: one for one in await service.checks(on_loaded, PEOPLE.maker, 2025, TODAY)}
    assert found["computed"].ok
    assert found["statements_current"].facts["counties"].count("、") == 1, "origin and host"
    made = await service.prepare(on_loaded, PEOPLE.maker, "2025", TODAY)
    assert sorted(one.version for one in made) == [1, 1, 1, 1, 1, 2, 2]
