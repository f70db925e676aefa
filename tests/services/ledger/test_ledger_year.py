"""A year from its receipts to its close, and what may not happen on the way."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.kit.errors import Stale
from services.ledger import errors, service
from services.ledger.imports import write_receipts
from services.ledger.states import StatementAction, StatementState
from services.ledger.steps import Objection
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, People, person, receipt_inputs
from tests.services.ledger.oracle import shares
from tests.services.ledger.story import PEOPLE


async def declare_january(session):
    await service.declare_nil(session, PEOPLE.maker, "2025-01", "首笔税款二月入库")


async def test_a_year_closes_and_its_months_with_it(on_issued):
    await declare_january(on_issued)
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
    async def failing(**options):
        return [
            one.code
            for one in await service.checks(on_loaded, PEOPLE.maker, 2026, TODAY, **options)
            if not one.ok
        ]

    assert await failing() == ["earlier_closed", "unmatched", "computed"]
    with pytest.raises(errors.CloseNotRequested):
        await service.close_year(on_loaded, PEOPLE.checker, 2026, TODAY)
    with pytest.raises(errors.CloseBlocked) as blocked:
        await service.request_close(on_loaded, PEOPLE.maker, 2026, TODAY)
    assert [one.code for one in blocked.value.errors] == ["earlier_closed", "unmatched", "computed"]
    await story.compute_year(on_loaded, 2025)
    assert await failing(on_loaded, 2025) == [
        "receipts_loaded",
        "statements_current",
        "statements_confirmed",
    ]
    early = await service.checks(on_loaded, PEOPLE.maker, 2027, TODAY)
    assert next(one.code for one in early if not one.ok) == "year_ended"


async def test_another_person_closes(on_issued):
    await declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await service.request_close(on_issued, PEOPLE.maker, 2025, TODAY)
    await service.request_close(on_issued, PEOPLE.reviewer, 2025, TODAY)
    with pytest.raises(errors.SamePerson):
        await service.close_year(on_issued, PEOPLE.reviewer, 2025, TODAY)
    await service.close_year(on_issued, PEOPLE.maker, 2025, TODAY)


async def test_a_close_is_checked_again_when_it_is_done(on_issued):
    await declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await service.request_close(on_issued, PEOPLE.maker, 2025, TODAY)
    late = replace(receipt_inputs()[0], ticket="61100025129999999", amount_fen=999_00, county_fen=999_00)
    await write_receipts(on_issued, SYSTEM, [late])
    with pytest.raises(errors.CloseBlocked) as blocked:
        await service.close_year(on_issued, PEOPLE.checker, 2025, TODAY)
    assert [one.code for one in blocked.value.errors] == ["computed", "statements_current"]


async def test_late_data_of_a_closed_year_is_booked_in_an_open_month_and_names_its_own(on_issued):
    await declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await story.close(on_issued, 2025)
    before = {one.county: one.body_sha256 for one in await story.live(on_issued, "2025")}
    first = receipt_inputs()[0]
    await write_receipts(
        on_issued,
        SYSTEM,
        [replace(first, county_fen=first.county_fen + 1000, amount_fen=first.amount_fen + 1000)],
    )
    result, made = await service.compute_month(on_issued, PEOPLE.maker, "2026-01", TODAY)
    rows = await on_issued.execute(
        text(
            "SELECT month, facts->>'cause', base_fen, origin_fen FROM entitlement_line"
            " WHERE run = :run AND month < '2026-01'"
        ),
        {"run": result.run.id},
    )
    assert [tuple(row) for row in rows] == [("2025-02", "receipt", 1000, 500)]
    lines = [line for one in made for line in one.body["lines"] if line["earlier"]]
    assert {(line["year"], line["fen"], tuple(line["causes"])) for line in lines} == {
        (2025, 500, ("receipt",))
    }
    assert {line["direction"] for line in lines} == {"up", "down"}
    assert before == {one.county: one.body_sha256 for one in await story.live(on_issued, "2025")}
    assert await service.books_balanced(on_issued, CITY)


async def test_four_people_issue_and_nobody_twice(on_loaded):
    await story.compute_year(on_loaded, 2025)
    made = await service.prepare(on_loaded, PEOPLE.maker, "2025", TODAY)
    one = made[0]
    for who in (PEOPLE.maker,):
        with pytest.raises(errors.SamePerson):
            await service.advance(on_loaded, who, one.id, StatementAction.check, TODAY, one.revision)
    with pytest.raises(errors.WrongState):
        await service.advance(on_loaded, PEOPLE.checker, one.id, StatementAction.approve, TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.advance(on_loaded, PEOPLE.auditor, one.id, StatementAction.check, TODAY, one.revision)
    await service.advance(on_loaded, PEOPLE.checker, one.id, StatementAction.check, TODAY, one.revision)
    for who in (PEOPLE.maker, PEOPLE.checker):
        with pytest.raises(errors.SamePerson):
            await service.advance(on_loaded, who, one.id, StatementAction.review, TODAY, one.revision)
    with pytest.raises(Stale):
        await service.advance(
            on_loaded, PEOPLE.reviewer, one.id, StatementAction.review, TODAY, one.revision - 1
        )
    await service.advance(on_loaded, PEOPLE.reviewer, one.id, StatementAction.review, TODAY, one.revision)
    await service.advance(on_loaded, PEOPLE.approver, one.id, StatementAction.approve, TODAY, one.revision)
    assert one.state is StatementState.issued
    facts = await service.statement_sheet(on_loaded, PEOPLE.auditor, one.id)
    assert [hand[0] for hand in (facts.prepared, facts.checked, facts.reviewed, facts.approved)] == [
        "编制人",
        "复核人",
        "审核人",
        "批准人",
    ]
    assert facts.confirmed is None
    assert facts.check_code == one.body_sha256[:16]


async def test_preparing_again_keeps_what_says_the_same(on_issued):
    before = [(one.id, one.version) for one in await story.live(on_issued, "2025")]
    again = await service.prepare(on_issued, PEOPLE.maker, "2025", TODAY)
    assert [(one.id, one.version) for one in again] == before


async def test_a_county_confirms_its_own_by_hash(on_issued):
    one, other = (await story.live(on_issued, "2025"))[:2]
    finance = People.county(one.county)
    with pytest.raises(errors.OtherContent):
        await service.confirm(on_issued, finance, one.id, other.body_sha256, TODAY, one.revision)
    with pytest.raises(errors.NoSuchStatement):
        await service.confirm(on_issued, finance, other.id, other.body_sha256, TODAY, other.revision)
    with pytest.raises(errors.NotForYou):
        await service.confirm(on_issued, PEOPLE.maker, one.id, one.body_sha256, TODAY, one.revision)
    await service.confirm(on_issued, finance, one.id, one.body_sha256, TODAY, one.revision, "ab" * 32)
    assert one.state is StatementState.confirmed
    with pytest.raises(errors.WrongState):
        await service.confirm(on_issued, finance, one.id, one.body_sha256, TODAY, one.revision)
    shown = await service.view(on_issued, finance, one)
    assert shown.events[-1].facts == {"scan_sha256": "ab" * 32}
    assert shown.actions == []


async def test_an_unreserved_objection_blocks_until_it_is_answered(on_issued):
    one = (await story.live(on_issued, "2025"))[0]
    finance = People.county(one.county)
    with pytest.raises(errors.NoLine):
        await service.object_to(
            on_issued, finance, one.id, Objection(reason="数额不符", line=999), TODAY, one.revision
        )
    with pytest.raises(errors.ReasonMissing):
        await service.object_to(on_issued, finance, one.id, Objection(reason="  "), TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.object_to(
            on_issued, PEOPLE.maker, one.id, Objection(reason="数额不符"), TODAY, one.revision
        )
    objection = Objection(reason="数额不符", line=1, expected_fen=1)
    await service.object_to(on_issued, finance, one.id, objection, TODAY, one.revision)
    assert one.state is StatementState.disputed
    with pytest.raises(errors.WrongState):
        await service.confirm(on_issued, finance, one.id, one.body_sha256, TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.uphold(on_issued, finance, one.id, "核对无误", TODAY, one.revision)
    assert (await service.view(on_issued, PEOPLE.maker, one)).actions == [
        StatementAction.uphold,
        StatementAction.reissue,
    ]
    await service.uphold(on_issued, PEOPLE.maker, one.id, "核对无误", TODAY, one.revision)
    assert one.state is StatementState.issued
    with pytest.raises(errors.WrongState):
        await service.uphold(on_issued, PEOPLE.maker, one.id, "核对无误", TODAY, one.revision)


async def test_a_reserved_objection_blocks_nothing_and_stays_on_the_paper(on_issued):
    one = (await story.live(on_issued, "2025"))[0]
    finance = People.county(one.county)
    await service.object_to(
        on_issued, finance, one.id, Objection(reason="存疑", line=2, reserved=True), TODAY, one.revision
    )
    assert one.state is StatementState.issued
    await story.confirm(on_issued, one)
    facts = await service.statement_sheet(on_issued, finance, one.id)
    assert [(kept["line"], kept["reason"]) for kept in facts.reserved] == [(2, "存疑")]
    with pytest.raises(errors.WrongState):
        await service.object_to(on_issued, finance, one.id, Objection(reason="迟了"), TODAY, one.revision)


async def test_a_new_version_answers_an_objection_and_the_old_bytes_stay(on_issued):
    one = (await story.live(on_issued, "2025"))[0]
    old = (one.body_sha256, one.version)
    await service.object_to(
        on_issued, People.county(one.county), one.id, Objection(reason="数额不符"), TODAY, one.revision
    )
    made = await service.reissue(on_issued, PEOPLE.checker, one.id, "更正", TODAY, one.revision)
    assert (made.version, made.supersedes, made.state) == (2, one.id, StatementState.draft)
    await on_issued.refresh(one)
    assert one.state is StatementState.superseded
    assert (one.body_sha256, one.version) == old
    assert [line["fen"] for line in made.body["lines"]] == [line["fen"] for line in one.body["lines"]]
    with pytest.raises(errors.SamePerson):
        await service.advance(on_issued, PEOPLE.checker, made.id, StatementAction.check, TODAY, made.revision)


async def test_preparing_needs_the_period_over_and_computed(on_loaded):
    with pytest.raises(errors.NotComputed):
        await service.prepare(on_loaded, PEOPLE.maker, "2025", TODAY)
    with pytest.raises(errors.PeriodNotEnded):
        await service.prepare(on_loaded, PEOPLE.maker, "2027", TODAY)
    for wrong in ("2025-03", "2025Q5", "二〇二五"):
        with pytest.raises(errors.NoPeriod):
            await service.prepare(on_loaded, PEOPLE.maker, wrong, TODAY)
    with pytest.raises(errors.NotForYou):
        await service.prepare(on_loaded, People.county("611002"), "2025", TODAY)


async def test_a_quarter_is_computed_and_signed_by_nobody(on_issued):
    made = await service.prepare(on_issued, PEOPLE.maker, "2025Q4", TODAY)
    assert {one.state for one in made} == {StatementState.computed}
    year = await story.live(on_issued, "2025")
    assert sum(one.body["up_fen"] for one in made) < sum(one.body["up_fen"] for one in year)
    quarters = 0
    for quarter in ("2025Q1", "2025Q2", "2025Q3", "2025Q4"):
        quarters += sum(
            one.body["up_fen"] for one in await service.prepare(on_issued, PEOPLE.maker, quarter, TODAY)
        )
    assert quarters == sum(one.body["up_fen"] for one in year)
    assert (await service.view(on_issued, People.county(made[0].county), made[0])).actions == []


async def test_computing_refuses_strangers_nonsense_and_the_future(on_loaded):
    with pytest.raises(errors.NotForYou):
        await service.compute_month(on_loaded, person(Role.city_office), "2025-03", TODAY)
    with pytest.raises(errors.MonthNotBegun):
        await service.compute_month(on_loaded, PEOPLE.maker, "2027-02", TODAY)
    for wrong in ("2025", "2025Q1", "2025-13", "x"):
        with pytest.raises(errors.NoPeriod):
            await service.compute_month(on_loaded, PEOPLE.maker, wrong, TODAY)


async def test_computing_twice_books_once(on_loaded):
    await service.compute_month(on_loaded, PEOPLE.maker, "2025-03", TODAY)
    booked = await service.shared_fen(on_loaded, CITY)
    result, made = await service.compute_month(on_loaded, PEOPLE.maker, "2025-03", TODAY)
    assert (result.journals, result.origin_fen, result.run.lines) == (0, 0, 0)
    assert {one.version for one in made} == {1}
    assert await service.shared_fen(on_loaded, CITY) == booked
    assert await service.months_computed(on_loaded, CITY) == ["2025-03"]


async def test_declaring_a_month_nil_once_and_only_where_it_is(on_loaded):
    with pytest.raises(errors.NotForYou):
        await service.declare_nil(on_loaded, People.county("611002"), "2025-01", "无")
    with pytest.raises(errors.ReasonMissing):
        await service.declare_nil(on_loaded, PEOPLE.maker, "2025-01", " ")
    with pytest.raises(errors.AlreadyDeclared):
        await service.declare_nil(on_loaded, PEOPLE.maker, "2025-03", "有入库")
    await declare_january(on_loaded)
    with pytest.raises(errors.AlreadyDeclared):
        await declare_january(on_loaded)
    with pytest.raises(errors.NotForYou):
        await service.request_close(on_loaded, PEOPLE.auditor, 2025, TODAY)
    with pytest.raises(errors.NotForYou):
        await service.close_year(on_loaded, PEOPLE.auditor, 2025, TODAY)
