"""回看, 在库培育, and who answers for a stage: dated rules, refusals, to-dos, the database's own guards."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import State
from allocation.tracking.words import Department
from auth.principal import Principal
from services.kit.database import Database
from services.regions.settings import set_setting
from services.tracking import reviewing
from services.tracking.errors import AlreadyEnded, BadTracking, NotYourTracking
from services.tracking.kinds import Occasion
from services.tracking.project import project_tracking
from services.tracking.registers import departments, due_list
from services.tracking.schemas import CultivationForm, DepartmentForm, LookBackForm
from services.tracking.todos import todos
from tests.services.projects import factories as make
from tests.services.tracking.conftest import TODAY, Cast, ago


def found(**changes: object) -> LookBackForm:
    facts = {"occasion": "signing", "held_on": ago(1), "finding": "slower", "words": "厂房主体未封顶"}
    return LookBackForm.model_validate(facts | changes)


async def lower(session: AsyncSession, office: Principal) -> None:
    """Let the city's threshold be 5 亿 since the first day: the projects of the cast have 5.265 亿."""
    await set_setting(session, office, "look_back_threshold_fen", 50_000_000_000, date(2020, 1, 1))


async def test_large_projects_are_looked_back_on_once(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        assert not (await due_list(session, cast.office, TODAY)).items
        with pytest.raises(BadTracking) as refused:
            await reviewing.look_back(session, cast.office, cast.producing, found())
        assert [error.pointer for error in refused.value.errors] == ["/occasion"]
        await lower(session, cast.office)
        due = await due_list(session, cast.office, TODAY)
        # 400 days ago is 11 December 2025; a year later it was due.
        assert [(row.project, row.occasion, row.due_on, row.days_late) for row in due.items] == [
            (cast.producing, Occasion.signing, date(2026, 12, 11), 35),
            (cast.building, Occasion.signing, date(2027, 6, 29), 0),
            (cast.signed, Occasion.signing, date(2027, 12, 6), 0),
            (cast.producing, Occasion.production, date(2028, 1, 5), 0),
        ]
        assert {row.may_record for row in due.items} == {True}
        assert {row.may_record for row in (await due_list(session, cast.host, TODAY)).items} == {False}
        assert not (await due_list(session, cast.stranger, TODAY)).items
        assert not (await due_list(session, cast.finance, TODAY)).items
        [todo] = await todos(session, cast.office, TODAY)
        assert (todo.kind, todo.facts) == ("tracking.look_back", {"n": 1})
        with pytest.raises(NotYourTracking):
            await reviewing.look_back(session, cast.host, cast.producing, found())
        for day in (TODAY + timedelta(days=1), ago(401)):
            with pytest.raises(BadTracking):
                await reviewing.look_back(session, cast.office, cast.producing, found(held_on=day))
        await reviewing.look_back(session, cast.office, cast.producing, found())
        with pytest.raises(AlreadyEnded):
            await reviewing.look_back(session, cast.second, cast.producing, found())
        assert not await todos(session, cast.office, TODAY)
        told = await project_tracking(session, cast.origin, cast.producing)
        assert [(row.finding, row.words) for row in told.look_backs] == [("slower", "厂房主体未封顶")]
        assert [row.occasion for row in told.due] == [Occasion.production]


async def test_what_produces_is_cultivated_then_above_scale(database: Database, cast: Cast) -> None:
    def mark(stage: str, since: date) -> CultivationForm:
        return CultivationForm.model_validate({"stage": stage, "since": since, "evidence": "统计入库通知"})

    async with database.session() as session:
        for ref, form, pointer in (
            (cast.building, mark("cultivated", ago(1)), "/since"),
            (cast.producing, mark("cultivated", ago(11)), "/since"),
            (cast.producing, mark("above_scale", ago(3)), "/stage"),
        ):
            with pytest.raises(BadTracking) as refused:
                await reviewing.cultivate(session, cast.host, ref, form)
            assert [error.pointer for error in refused.value.errors] == [pointer]
        await reviewing.cultivate(session, cast.host, cast.producing, mark("cultivated", ago(5)))
        with pytest.raises(AlreadyEnded):
            await reviewing.cultivate(session, cast.host, cast.producing, mark("cultivated", ago(4)))
        with pytest.raises(BadTracking):
            await reviewing.cultivate(session, cast.host, cast.producing, mark("above_scale", ago(6)))
        await reviewing.cultivate(session, cast.host, cast.producing, mark("above_scale", ago(3)))
        told = await project_tracking(session, cast.office, cast.producing)
        assert [row.stage for row in told.cultivation] == ["cultivated", "above_scale"]
        for statement in (
            (
                "INSERT INTO cultivation SELECT c.city, p.id, c.stage, c.since, c.evidence, c.by, c.by_name,"
                " c.on_date FROM cultivation c, project p WHERE p.code ~ '0003$'"
            ),
            "UPDATE cultivation SET evidence = '改了'",
            "UPDATE look_back SET words = '改了'; DELETE FROM stage_department",
        ):
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text(statement))


async def test_who_answers_changes_from_a_day_on(database: Database, cast: Cast) -> None:
    def rule(since: date, stage: str = "ready") -> DepartmentForm:
        facts = {"stage": stage, "department": "park", "effective_from": since}
        return DepartmentForm.model_validate(facts)

    with pytest.raises(ValueError, match="no stage"):
        rule(TODAY, "pooled")
    async with database.session() as session:
        with pytest.raises(NotYourTracking):
            await reviewing.set_department(session, cast.host, rule(TODAY))
        with pytest.raises(BadTracking):
            await reviewing.set_department(session, cast.office, rule(ago(1)))
        later = TODAY + timedelta(days=3)
        for since, stage in ((TODAY, "ready"), (later, "ready"), (TODAY, "started")):
            await reviewing.set_department(session, cast.office, rule(since, stage))
        with pytest.raises(BadTracking):
            await reviewing.set_department(session, cast.second, rule(TODAY))
        told = await departments(session, cast.host, TODAY)
        assert not told.may_set
        ready = [(row.since, row.department, row.holds) for row in told.items if row.stage is State.ready]
        assert ready == [
            (later, Department.park, False),
            (TODAY, Department.park, True),
            (None, Department.reform, False),
        ]
        holding = {row.stage: row.department for row in told.items if row.holds}
        assert (holding[State.signed], holding[State.started]) == (Department.commerce, Department.park)
        # The days before the rule stay with the department that had them.
        seen = await project_tracking(session, cast.host, cast.building)
        assert seen.department is Department.park
        assert seen.department_days[Department.reform] == 30
        await session.execute(
            text(
                "INSERT INTO project_move (city, id, project, seq, action, from_state, to_state,"
                " actor_office, actor_name, on_date, facts) SELECT city, gen_random_uuid(), id, 99, 'end',"
                " state, 'ended', :city, '', :day, '{}' FROM project WHERE public_id = :ref"
            ),
            {"ref": cast.building, "day": ago(10), "city": make.CITY},
        )
        await session.execute(
            text("UPDATE project SET state = 'ended' WHERE public_id = :ref"), {"ref": cast.building}
        )
        session.expire_all()
        over = await project_tracking(session, cast.host, cast.building)
        assert over.department_days[Department.reform] == 20
