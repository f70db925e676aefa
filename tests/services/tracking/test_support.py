"""五个一, visits, blocks: entered by who keeps the project, ended once, seen by its counties and the city."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.tracking.words import BlockKind, Department
from services.kit.database import Database
from services.projects.errors import NoSuchProject
from services.tracking import support
from services.tracking.errors import AlreadyEnded, BadTracking, NoSuchItem, NotYourTracking, SponsorStands
from services.tracking.kinds import SponsorRole
from services.tracking.project import project_tracking
from services.tracking.registers import blocks, sponsors
from services.tracking.schemas import (
    BlockEndForm,
    BlockForm,
    CoordinationForm,
    SponsorEndForm,
    SponsorForm,
)
from services.tracking.todos import todos
from tests.services.projects import factories as make
from tests.services.tracking.conftest import TODAY, Cast, ago


def sponsor(**changes: object) -> SponsorForm:
    facts = {"role": "leader", "unit": make.SHANGZHOU, "post": "分管副区长", "from_on": ago(20)}
    return SponsorForm.model_validate(facts | changes)


def block(**changes: object) -> BlockForm:
    facts = {
        "kind": "power",
        "what": "专用线路未接入",
        "department": "power",
        "unit": make.SHANGZHOU,
        "opened_on": ago(12),
    }
    return BlockForm.model_validate(facts | changes)


def visit(**changes: object) -> CoordinationForm:
    facts = {"kind": "visit", "held_on": ago(4), "what": "现场查看"}
    return CoordinationForm.model_validate(facts | changes)


async def test_one_leader_answers_until_that_is_ended(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        with pytest.raises(BadTracking):
            await support.name_sponsor(session, cast.host, cast.signed, sponsor(unit="611999"))
        await support.name_sponsor(session, cast.host, cast.signed, sponsor())
        with pytest.raises(SponsorStands):
            await support.name_sponsor(session, cast.office, cast.signed, sponsor(post="区长"))
        await support.name_sponsor(session, cast.office, cast.signed, sponsor(role="butler", post="代办专员"))
        await support.name_sponsor(session, cast.host, cast.building, sponsor(post="区长"))
        first = await sponsors(session, cast.office, TODAY)
        assert [(row.unit, row.projects, row.investment_fen) for row in first.totals] == [
            (make.SHANGZHOU, 2, 2 * 52_650 * 1_000_000)
        ]
        leader = next(row for row in first.items if row.post == "分管副区长")
        assert (leader.quiet_days, leader.last_visit_on, leader.may_end) == (20, None, True)
        with pytest.raises(BadTracking):
            await support.coordinate(session, cast.host, cast.building, visit(sponsorship=leader.id))
        with pytest.raises(BadTracking):
            await support.coordinate(
                session, cast.host, cast.signed, visit(held_on=TODAY + timedelta(days=1))
            )
        await support.coordinate(session, cast.host, cast.signed, visit(sponsorship=leader.id))
        await support.coordinate(session, cast.host, cast.signed, visit(kind="meeting", held_on=ago(9)))
        told = await project_tracking(session, cast.origin, cast.signed)
        assert [(row.kind, row.post) for row in told.coordination] == [
            ("visit", "分管副区长"),
            ("meeting", ""),
        ]
        [seen] = [row for row in told.sponsors if row.role is SponsorRole.leader]
        assert (seen.quiet_days, seen.may_end) == (4, False)
        over = SponsorEndForm.model_validate({"to_on": ago(30), "reason": "调整分工"})
        with pytest.raises(BadTracking):
            await support.end_sponsor(session, cast.host, leader.id, over)
        over = SponsorEndForm.model_validate({"to_on": ago(1), "reason": "调整分工"})
        for person in (cast.stranger, cast.finance):
            with pytest.raises(NoSuchItem):
                await support.end_sponsor(session, person, leader.id, over)
            assert not (await sponsors(session, person, TODAY)).items
        with pytest.raises(NotYourTracking):
            await support.end_sponsor(session, cast.origin, leader.id, over)
        await support.end_sponsor(session, cast.host, leader.id, over)
        with pytest.raises(AlreadyEnded):
            await support.end_sponsor(session, cast.host, leader.id, over)
        await support.name_sponsor(session, cast.host, cast.signed, sponsor(post="区长", from_on=TODAY))
        now = await sponsors(session, cast.office, TODAY)
        assert {row.post for row in now.items} == {"区长", "代办专员"}
        masked = await sponsors(session, cast.auditor, TODAY)
        assert "签约项目" not in {row.project_name for row in masked.items}
        for statement in (
            (
                "INSERT INTO sponsorship SELECT city, gen_random_uuid(), project, role, unit, post, from_on,"
                " by, by_name, on_date FROM sponsorship WHERE role = 'butler'"
            ),
            "UPDATE sponsorship SET post = '改了'",
            "DELETE FROM sponsorship_end",
            "TRUNCATE coordination",
        ):
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text(statement))


REGISTERED = date(2026, 5, 6)
"""The day on which the projects of the cast were registered."""


async def test_days_lie_between_the_registration_and_today(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        for day, code in (
            (date(1900, 1, 1), "early"),
            (REGISTERED - timedelta(days=1), "early"),
            (TODAY + timedelta(days=1), "future"),
            (date(2035, 1, 1), "future"),
        ):
            with pytest.raises(BadTracking) as refused:
                await support.raise_block(session, cast.host, cast.signed, block(opened_on=day))
            assert [(one.pointer, one.code) for one in refused.value.errors] == [("/opened_on", code)]
            with pytest.raises(BadTracking) as refused:
                await support.name_sponsor(session, cast.host, cast.signed, sponsor(from_on=day))
            assert [(one.pointer, one.code) for one in refused.value.errors] == [("/from_on", code)]
        for day in (REGISTERED, TODAY):
            await support.raise_block(session, cast.host, cast.signed, block(opened_on=day))
        await support.name_sponsor(session, cast.host, cast.signed, sponsor(from_on=REGISTERED))
        [named] = (await sponsors(session, cast.host, TODAY)).items
        for day, code in ((REGISTERED - timedelta(days=1), "order"), (date(2050, 1, 1), "future")):
            over = SponsorEndForm.model_validate({"to_on": day, "reason": "调整分工"})
            with pytest.raises(BadTracking) as refused:
                await support.end_sponsor(session, cast.host, named.id, over)
            assert [(one.pointer, one.code) for one in refused.value.errors] == [("/to_on", code)]
        over = SponsorEndForm.model_validate({"to_on": TODAY, "reason": "调整分工"})
        await support.end_sponsor(session, cast.host, named.id, over)


async def test_a_block_counts_days_until_it_is_cleared_by_evidence(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        for wrong in (block(unit="611999"), block(opened_on=TODAY + timedelta(days=1))):
            with pytest.raises(BadTracking):
                await support.raise_block(session, cast.host, cast.signed, wrong)
        with pytest.raises(NoSuchProject):
            await support.raise_block(session, cast.stranger, cast.signed, block())
        with pytest.raises(NotYourTracking):
            await support.raise_block(session, cast.origin, cast.signed, block())
        await support.raise_block(session, cast.host, cast.signed, block())
        await support.raise_block(
            session, cast.office, cast.signed, block(kind="land", department="land", opened_on=ago(5))
        )
        found = await blocks(session, cast.host, TODAY)
        assert found.totals == {BlockKind.power: 1, BlockKind.land: 1}
        assert [(row.kind, row.days) for row in found.items] == [("power", 12), ("land", 5)]
        assert [todo.kind for todo in await todos(session, cast.host, TODAY)] == ["tracking.block"] * 2
        assert not await todos(session, cast.origin, TODAY)
        key = found.items[0].id
        bare = BlockEndForm.model_validate({"resolved_on": ago(13)})
        with pytest.raises(BadTracking) as refused:
            await support.clear_block(session, cast.host, key, bare)
        assert [error.pointer for error in refused.value.errors] == ["/evidence", "/resolved_on"]
        good = BlockEndForm.model_validate({"resolved_on": ago(2), "evidence": "送电单"})
        with pytest.raises(NoSuchItem):
            await support.clear_block(session, cast.stranger, key, good)
        with pytest.raises(NoSuchItem):
            await support.clear_block(session, cast.host, cast.host.account, good)
        await support.clear_block(session, cast.host, key, good)
        with pytest.raises(AlreadyEnded):
            await support.clear_block(session, cast.office, key, good)
        told = await project_tracking(session, cast.auditor, cast.signed)
        assert (told.blocked_days, told.name != "签约项目", told.may_keep) == (12, True, False)
        assert [(row.kind, row.days, row.evidence) for row in told.blocks] == [
            ("land", 5, ""),
            ("power", 10, "送电单"),
        ]
        assert [row.department for row in (await blocks(session, cast.origin, TODAY)).items] == [
            Department.land
        ]
        assert not (await blocks(session, cast.stranger, TODAY)).items
