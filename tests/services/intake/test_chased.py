"""Firms put together by name or code, also by way of a third entry; the worker's look; to-dos by hand."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest

from auth.principal import Role
from services.intake import jobs
from services.intake.chased import groups
from services.intake.tables import TargetFirm
from services.intake.todos import todos
from services.kit.clock import Clock
from services.kit.database import Database
from tests.services.intake.desk import DANFENG, OFFICE, Desk
from tests.services.intake.test_offers import leave, offer_of
from tests.services.projects import factories as make


def entry(name: str, code: str | None = None, owner: str = make.DANFENG) -> TargetFirm:
    return TargetFirm(
        city=make.CITY,
        owner=owner,
        firm_name=name,
        name_key=name,
        credit_code=code,
        chain="x",
        reason="x",
        follower="x",
        listed_on=date(2027, 1, 1),
        revision=1,
        made_by=uuid4(),
    )


def test_entries_of_one_firm_are_found_by_way_of_a_third():
    first, second, bridge = entry("甲", "1"), entry("乙", "2"), entry("甲", "2")
    assert [len(group) for group in groups([first, second])] == [1, 1]
    [group] = groups([first, second, bridge])
    assert set(map(id, group)) == {id(first), id(second), id(bridge)}
    assert len(groups([entry("甲"), entry("乙")])) == 2


async def test_what_waits_for_the_office_and_for_the_county(desk: Desk):
    database: Database = desk.app.state.database
    left = await leave(desk)
    late = {
        "county": make.DANFENG,
        "firm_name": "某公司",
        "contact_on": "2026-12-01",
        "purpose": "talks",
        "person_role": "officer",
    }
    await desk.ask("POST", "/v1/contacts", DANFENG, late)
    today = date(2027, 1, 25)
    async with database.session() as session:
        [office] = await todos(session, make.OFFICE, today)
        assert (office.kind, office.due_on, office.overdue) == (
            "intake.received",
            date(2027, 1, 18),
            True,
        )
        [county] = await todos(session, make.principal(*DANFENG), today)
        assert county.kind == "intake.contact_result"
    row = await offer_of(desk, left["number"])
    given = {"county": make.DANFENG, "reply": "请对接"}
    await desk.ask("POST", f"/v1/intake-offers/{row['id']}/assign", OFFICE, given, version=1)
    async with database.session() as session:
        assert await todos(session, make.OFFICE, today) == []
        kinds = [item.kind for item in await todos(session, make.principal(*DANFENG), today)]
        assert kinds == ["intake.assigned", "intake.contact_result"]
        finance = make.principal(Role.county_finance, make.DANFENG)
        assert await todos(session, finance, today) == []


async def test_the_worker_looks_again_after_a_look_that_failed(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    looks: list[int] = []

    async def look(_database: Database, _clock: Clock) -> int:
        looks.append(1)
        if len(looks) == 1:
            raise OSError("away")
        raise asyncio.CancelledError

    monkeypatch.setattr(jobs, "look", look)
    with pytest.raises(asyncio.CancelledError):
        await jobs.keep(desk.app.state.database, Clock(), every=0.001)
    assert len(looks) == 2
