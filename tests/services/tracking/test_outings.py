"""外出招商: days by week, month and role; whom one met is one's own; an error is withdrawn."""

from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.tracking.words import OutingRole
from auth.principal import Role
from services.kit.database import Database
from services.tracking import outings
from services.tracking.errors import AlreadyEnded, BadTracking, NoSuchOuting, NotYourOuting
from services.tracking.outing_views import BoardLine
from services.tracking.schemas import BecauseForm, OutingForm
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.services.tracking.conftest import TODAY, Cast

BECAUSE = BecauseForm(reason="日期填错")


def trip(first: int, last: int, **changes: object) -> OutingForm:
    facts = {
        "unit": make.SHANGZHOU,
        "role": "leader",
        "post": "区长",
        "from_on": date(2027, 1, first),
        "to_on": date(2027, 1, last),
        "place": "苏州",
        "visits": 3,
        "firms": [{"name": "晴川电子"}],
    }
    return OutingForm.model_validate(facts | changes)


def line(lines: list[BoardLine], unit: str, role: OutingRole) -> tuple[int, ...]:
    [found] = [row for row in lines if (row.unit, row.role) == (unit, role)]
    return found.week_days, found.month_days, found.asked_days, found.short_days, found.visits


async def test_the_board_counts_days_once(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        for wrong in (trip(13, 12), trip(14, 16), trip(3, 4, firms=[{"name": "甲", "target": str(TARGET)}])):
            with pytest.raises(BadTracking):
                await outings.log(session, cast.host, wrong)
        with pytest.raises(BadTracking):
            await outings.log(session, cast.host, trip(3, 4, unit="611999"))
        for person in (cast.origin, cast.office, cast.finance):
            with pytest.raises(NotYourOuting):
                await outings.log(session, person, trip(3, 4))
        # Today is Friday 15 January 2027: the week is the 11th to the 17th.
        await outings.log(session, cast.host, trip(8, 12))
        await outings.log(session, cast.leader, trip(12, 13))
        await outings.log(session, cast.host, trip(4, 5, role="deputy", firms=[]))
        old = trip(1, 1, from_on=date(2026, 12, 30), to_on=date(2026, 12, 31))
        await outings.log(session, cast.host, old)
        await outings.log(session, cast.office, trip(6, 6, unit=make.CITY))
        told = await outings.board(session, cast.stranger)
        assert (told.week_first, told.week_last, told.month) == (
            date(2027, 1, 11),
            date(2027, 1, 17),
            "2027-01",
        )
        assert line(told.items, make.SHANGZHOU, OutingRole.leader) == (3, 6, 5, 0, 6)
        assert line(told.items, make.SHANGZHOU, OutingRole.deputy) == (0, 2, 7, 5, 3)
        assert line(told.items, make.LUONAN, OutingRole.bureau) == (0, 0, 10, 10, 0)
        assert line(told.items, make.CITY, OutingRole.leader) == (0, 1, 5, 4, 3)
        assert list(dict.fromkeys(row.role for row in told.items)) == list(OutingRole)
        before = await outings.board(session, cast.stranger, date(2026, 12, 31))
        assert (before.over, told.over) == (True, False)
        assert line(before.items, make.SHANGZHOU, OutingRole.leader) == (2, 2, 5, 3, 3)
        mine = await outings.trips(session, cast.host)
        assert [(row.days, row.firms) for row in mine.items] == [
            (2, ["晴川电子"]),
            (5, ["晴川电子"]),
            (2, []),
            (2, ["晴川电子"]),
        ]
        assert len((await outings.trips(session, cast.office)).items) == 5
        for person in (cast.stranger, cast.auditor):
            assert not (await outings.trips(session, person)).items
            with pytest.raises(NoSuchOuting):
                await outings.withdraw(session, person, mine.items[0].id, BECAUSE)
        gone = await outings.withdraw(session, cast.host, mine.items[1].id, BECAUSE)
        assert (gone.withdrawn, gone.may_withdraw) == ("日期填错", False)
        with pytest.raises(AlreadyEnded):
            await outings.withdraw(session, cast.leader, gone.id, BECAUSE)
        now = await outings.board(session, cast.auditor)
        assert line(now.items, make.SHANGZHOU, OutingRole.leader)[:2] == (2, 2)
        for statement in (
            "UPDATE outing SET visits = 9",
            "DELETE FROM outing_firm",
            "TRUNCATE outing_withdrawal",
        ):
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text(statement))


async def test_a_trip_is_no_longer_than_a_month_and_visits_all_its_firms(
    database: Database, cast: Cast
) -> None:
    async with database.session() as session:
        for first in (date(2020, 1, 12), date(2026, 12, 13)):
            with pytest.raises(BadTracking) as refused:
                await outings.log(session, cast.host, trip(1, 13, from_on=first, to_on=date(2027, 1, 13)))
            assert [(one.pointer, one.code) for one in refused.value.errors] == [("/to_on", "long")]
        firms = [{"name": "晴川电子"}, {"name": "远帆机械"}]
        with pytest.raises(BadTracking) as refused:
            await outings.log(session, cast.host, trip(8, 9, visits=1, firms=firms))
        assert [(one.pointer, one.code) for one in refused.value.errors] == [("/visits", "fewer")]
        await outings.log(session, cast.host, trip(8, 9, visits=2, firms=firms))
        month = trip(1, 13, from_on=date(2026, 12, 14), to_on=date(2027, 1, 13))
        assert (await outings.log(session, cast.host, month)).days == 31


async def test_no_board_at_the_ends_of_the_calendar(
    app: FastAPI,
    client: httpx.AsyncClient,
    cast: Cast,
    enter: Enter,  # noqa: F811 -- a fixture
) -> None:
    _, host = await bearer(app, Role.county_officer, make.SHANGZHOU)
    officer = await enter(Role.county_officer, make.SHANGZHOU)
    this_week = "2027-01-11"
    for day in ("9999-12-31", "9999-12-01", "0001-01-01", "1999-12-31", "2101-01-01"):
        answer = await client.get(f"/v1/outings/board?day={day}", headers=host)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-tracking-entry")
        shown = await officer.open(f"/outings?day={day}")
        assert (officer.page.status_code, this_week in shown) == (200, True)
    for day in ("2000-01-01", "2100-12-31"):
        answer = await client.get(f"/v1/outings/board?day={day}", headers=host)
        assert (answer.status_code, answer.json()["month"]) == (200, day[:7])


TARGET = "00000000-0000-7000-8000-000000000000"


async def test_a_firm_of_ones_own_list_may_be_named(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        key = await session.scalar(
            text(
                "INSERT INTO target_firm (city, id, owner, firm_name, name_key, chain, reason, follower,"
                " made_by, listed_on, revision) VALUES (:city, gen_random_uuid(), :owner, '晴川电子', 'q',"
                " '', '', '', :by, :day, 1) RETURNING id"
            ),
            {"city": make.CITY, "owner": make.SHANGZHOU, "by": cast.host.account, "day": TODAY},
        )
        firms = [{"name": "晴川电子", "target": str(key)}]
        kept = await outings.log(session, cast.host, trip(8, 8, firms=firms))
        assert kept.firms == ["晴川电子"]
        with pytest.raises(BadTracking):
            await outings.log(session, cast.origin, trip(8, 8, unit=make.DANFENG, firms=firms))
        assert kept.from_on == TODAY - timedelta(days=7)
