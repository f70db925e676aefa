"""The steps of a statement: four hands, confirmations, objections, new versions."""

from datetime import date

import pytest

from auth.principal import Role
from services.kit.errors import SamePerson, Stale
from services.ledger import errors, service
from services.ledger.objections import Objection
from services.ledger.objections_errors import OtherScan
from services.ledger.states import StatementAction, StatementState
from tests.services.ledger import story
from tests.services.ledger.factories import (
    TODAY,
    People,
    person,
)
from tests.services.ledger.story import PEOPLE


async def test_four_people_issue_and_nobody_twice(on_loaded):
    await story.compute_year(on_loaded, 2025)
    made = await service.prepare(on_loaded, PEOPLE.maker, "2025", TODAY)
    one = made[0]
    for who in (PEOPLE.maker,):
        with pytest.raises(SamePerson):
            await service.advance(on_loaded, who, one.id, StatementAction.check, TODAY, one.revision)
    with pytest.raises(errors.WrongState):
        await service.advance(on_loaded, PEOPLE.checker, one.id, StatementAction.approve, TODAY, one.revision)
    with pytest.raises(errors.NotForYou):
        await service.advance(on_loaded, PEOPLE.auditor, one.id, StatementAction.check, TODAY, one.revision)
    await service.advance(on_loaded, PEOPLE.checker, one.id, StatementAction.check, TODAY, one.revision)
    for who in (PEOPLE.maker, PEOPLE.checker):
        with pytest.raises(SamePerson):
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
    with pytest.raises(OtherScan):
        await service.confirm(on_issued, finance, one.id, one.body_sha256, TODAY, one.revision, "ab" * 32)
    await service.confirm(on_issued, finance, one.id, one.body_sha256, TODAY, one.revision)
    assert one.state is StatementState.confirmed
    with pytest.raises(errors.WrongState):
        await service.confirm(on_issued, finance, one.id, one.body_sha256, TODAY, one.revision)
    shown = await service.view(on_issued, finance, one)
    assert shown.events[-1].facts == {"check_code": one.body_sha256[:16]}
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
    with pytest.raises(SamePerson):
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


async def test_only_the_office_and_counties_have_to_dos(on_issued):
    from services.ledger.todos import todos

    late = date(2027, 4, 1)
    assert [one.overdue for one in await todos(on_issued, People.county("611002"), late)] == [True]
    assert await todos(on_issued, person(Role.auditor), TODAY) == []
    assert await todos(on_issued, PEOPLE.maker, TODAY) == []
    await story.declare_january(on_issued)
    await story.confirm_all(on_issued, "2025")
    await service.request_close(on_issued, PEOPLE.maker, 2025, TODAY)
    assert await todos(on_issued, PEOPLE.maker, TODAY) == []
    assert [one.kind for one in await todos(on_issued, PEOPLE.checker, TODAY)] == ["ledger.close"]
