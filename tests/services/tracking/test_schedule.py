"""清单调度: opened, done with evidence, verified by another person, struck off, opened again; its walls."""

from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from allocation.tracking.words import ItemState, ItemStep
from auth.principal import Principal, Role
from services.kit.database import Database
from services.kit.errors import SamePerson, Stale
from services.projects.errors import NoSuchProject
from services.tracking import schedule
from services.tracking.errors import BadTracking, NoSuchItem, NotYourTracking, WrongItemStep
from services.tracking.schemas import ItemForm, StepForm
from services.tracking.todos import todos
from services.tracking.views import ItemView
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.projects.conftest import enter  # noqa: F401 -- a fixture
from tests.services.projects.person import Enter
from tests.services.tracking.conftest import TODAY, Cast, ago

PHONE = "1380000"


def form(**changes: object) -> ItemForm:
    facts = {
        "what": "供电线路接入",
        "due_on": TODAY + timedelta(days=5),
        "unit": make.SHANGZHOU,
        "post": "分管副局长",
    }
    return ItemForm.model_validate(facts | changes)


def step(step: ItemStep, **facts: object) -> StepForm:
    return StepForm.model_validate({"step": step, **facts})


async def test_an_item_is_struck_off_by_evidence_and_opened_again(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        made = await schedule.open_item(session, cast.host, cast.signed, form(person=cast.leader.account))

        async def take(who: Principal, name: ItemStep, seen: ItemView, **facts: object) -> ItemView:
            return await schedule.take_step(session, who, seen.id, step(name, **facts), seen.revision)

        assert [todo.kind for todo in await todos(session, cast.host, TODAY)] == ["tracking.finish"]
        assert not await todos(session, cast.office, TODAY)
        with pytest.raises(BadTracking):
            await take(cast.host, ItemStep.finish, made)
        with pytest.raises(WrongItemStep):
            await take(cast.office, ItemStep.close, made)
        with pytest.raises(NotYourTracking):
            await take(cast.origin, ItemStep.finish, made, evidence="送电单")
        done = await take(cast.leader, ItemStep.finish, made, evidence="送电单")
        with pytest.raises(SamePerson):
            await take(cast.leader, ItemStep.verify, done)
        with pytest.raises(NotYourTracking):
            await take(cast.host, ItemStep.verify, done)
        with pytest.raises(Stale):
            await take(cast.office, ItemStep.verify, made)
        with pytest.raises(BadTracking):
            await take(cast.office, ItemStep.send_back, done)
        assert [todo.kind for todo in await todos(session, cast.office, TODAY)] == ["tracking.verify"]
        back = await take(cast.office, ItemStep.send_back, done, reason="线路未带电")
        assert (back.state, back.done_on) == (ItemState.opened, None)
        done = await take(cast.host, ItemStep.finish, back, evidence="送电单第二份")
        verified = await take(cast.office, ItemStep.verify, done)
        assert [todo.kind for todo in await todos(session, cast.leader, TODAY)] == ["tracking.close"]
        closed = await take(cast.leader, ItemStep.close, verified)
        assert (closed.state, closed.may) == (ItemState.closed, [ItemStep.reopen])
        assert not (await schedule.items(session, cast.office, TODAY, standing=True)).items
        again = await take(cast.office, ItemStep.reopen, closed, reason="回访不实")
        assert (again.state, again.verified_on, again.closed_on) == (ItemState.opened, None, None)
        assert [one.step for one in again.steps] == [
            *("finish", "send_back", "finish", "verify", "close", "reopen")
        ]
        assert await todos(session, cast.auditor, TODAY) == []
        events = await session.execute(
            text("SELECT count(*) FROM audit_event WHERE action LIKE 'tracking.%'")
        )
        assert events.scalar_one() == 7


async def test_an_item_names_unit_and_person_and_no_telephone(database: Database, cast: Cast) -> None:
    with pytest.raises(ValueError, match="a post holds no number"):
        form(post=f"张某 {PHONE}")
    async with database.session() as session:
        wrong = form(due_on=ago(1), unit="611999", post="", person=None)
        with pytest.raises(BadTracking) as refused:
            await schedule.open_item(session, cast.host, cast.signed, wrong)
        assert [error.pointer for error in refused.value.errors] == ["/post", "/due_on", "/unit"]
        with pytest.raises(BadTracking) as refused:
            await schedule.open_item(session, cast.host, cast.signed, form(person=cast.stranger.account))
        assert [error.pointer for error in refused.value.errors] == ["/person"]


async def test_an_item_is_due_within_ten_years_and_of_a_unit_that_sees_it(
    database: Database, cast: Cast
) -> None:
    async with database.session() as session:
        for changes, place, code in (
            ({"due_on": date(9999, 12, 31)}, "/due_on", "far"),
            ({"due_on": TODAY + timedelta(days=3654)}, "/due_on", "far"),
            ({"unit": make.LUONAN}, "/unit", "unseen"),
        ):
            with pytest.raises(BadTracking) as refused:
                await schedule.open_item(session, cast.host, cast.signed, form(**changes))
            assert [(one.pointer, one.code) for one in refused.value.errors] == [(place, code)]
        await schedule.open_item(
            session, cast.host, cast.signed, form(due_on=TODAY + timedelta(days=3653), unit=make.CITY)
        )
        await schedule.open_item(session, cast.host, cast.signed, form(unit=make.DANFENG))
        # Before there is a host, another county does not see the project.
        with pytest.raises(BadTracking):
            await schedule.open_item(session, cast.origin, cast.talking, form(unit=make.SHANGZHOU))


async def test_others_find_nothing_and_the_origin_reads(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        made = await schedule.open_item(session, cast.office, cast.signed, form())
        for person in (cast.stranger, cast.finance):
            with pytest.raises(NoSuchProject):
                await schedule.open_item(session, person, cast.signed, form())
            with pytest.raises(NoSuchItem):
                await schedule.take_step(session, person, made.id, step(ItemStep.finish), 1)
            assert not (await schedule.items(session, person, TODAY)).items
        with pytest.raises(NotYourTracking):
            await schedule.open_item(session, cast.origin, cast.signed, form())
        assert [item.may for item in (await schedule.items(session, cast.origin, TODAY)).items] == [[]]
        late = await schedule.items(session, cast.auditor, TODAY + timedelta(days=7))
        assert [(item.days_late, item.project_name != "签约项目") for item in late.items] == [(2, True)]
        # While nobody hosts it, the origin keeps the list itself.
        assert (await schedule.open_item(session, cast.origin, cast.talking, form(unit=make.DANFENG))).may


FORBIDDEN = (
    "UPDATE schedule_item SET state = 'closed', closed_on = now(), revision = revision + 1",
    "UPDATE schedule_item SET what = '改了', revision = revision + 1",
    "UPDATE schedule_item SET post = '13800000'",
    "DELETE FROM schedule_item",
    "UPDATE schedule_step SET evidence = '改了'",
    "DELETE FROM schedule_step",
    "TRUNCATE schedule_step",
    "UPDATE schedule_item SET state = 'verified', verified_by = done_by, verified_on = done_on, revision = 3",
)


async def test_the_database_keeps_the_order(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        made = await schedule.open_item(session, cast.host, cast.signed, form())
        await schedule.take_step(session, cast.host, made.id, step(ItemStep.finish, evidence="送电单"), 1)
        for statement in FORBIDDEN:
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text(statement))


async def test_over_http(app: FastAPI, client: httpx.AsyncClient, cast: Cast) -> None:
    _, host = await bearer(app, Role.county_officer, make.SHANGZHOU)
    _, office = await bearer(app, Role.city_office, make.CITY)
    _, other = await bearer(app, Role.county_officer, make.LUONAN)
    address = f"/v1/tracking/projects/{cast.signed}/items"
    body = form().model_dump(mode="json")
    made = await client.post(address, json=body, headers=host | {"Idempotency-Key": "item-1"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    steps = f"/v1/tracking/items/{made.json()['id']}/steps"
    finish = {"step": "finish", "evidence": "送电单"}
    unnamed = await client.post(steps, json=finish, headers=host | {"Idempotency-Key": "step-0"})
    assert unnamed.status_code == 428
    seen = {"Idempotency-Key": "step-1", "If-Match": '"1"'}
    assert (await client.post(steps, json=finish, headers=host | seen)).json()["state"] == "done"
    hidden = await client.post(steps, json=finish, headers=other | seen)
    assert (hidden.status_code, hidden.json()["type"]) == (404, "/problems/no-such-tracking-entry")
    assert (await client.get(address, headers=other)).status_code == 404
    assert len((await client.get(address, headers=office)).json()["items"]) == 1
    assert len((await client.get("/v1/tracking/items", headers=office)).json()["items"]) == 1


async def test_at_the_console(cast: Cast, enter: Enter) -> None:  # noqa: F811 -- a fixture
    host = await enter(Role.county_officer, make.SHANGZHOU)
    office = await enter(Role.city_office, make.CITY)
    page, items = f"/tracking/projects/{cast.signed}", f"/tracking/projects/{cast.signed}/items"
    await host.open(page)
    wrong = await host.resend(items, what="供电接入", due_on="2020-01-01", unit=make.SHANGZHOU, post="局长")
    assert (wrong.status_code, "不能早于今天" in wrong.text) == (422, True)
    late = (TODAY + timedelta(days=3)).isoformat()
    await host.resend(items, what="供电接入", due_on=late, unit=make.SHANGZHOU, post="局长")
    told = await host.open(page)
    finish = told.split('href="/tracking/items/')[1].split('"')[0]
    key = finish.split("/")[0]
    bare = await host.send(f"/tracking/items/{key}/finish", evidence="")
    assert (bare.status_code, "报办结须有佐证" in bare.text) == (422, True)
    assert (await host.send(f"/tracking/items/{key}/finish", evidence="送电单")).status_code == 303
    assert "已办，待核实" in await office.open("/tracking/items")
    assert (await office.send(f"/tracking/items/{key}/verify")).status_code == 303
    assert (await office.send(f"/tracking/items/{key}/close")).status_code == 303
    assert "已销号" in await office.open(page)
    again = await office.send(f"/tracking/items/{key}/close")
    assert (again.status_code, "顺序是" in again.text) == (422, True)
    stranger = await enter(Role.county_officer, make.LUONAN)
    await stranger.open(page)
    assert stranger.page.status_code == 404
    assert "签约项目" in await office.open("/tracking?segment=signed&county=611002&min_days=3")
    assert "签约项目" not in await office.open("/tracking?segment=building&min_days=x")
    book = await office.client.get("/tracking.xlsx?segment=signed")
    assert book.status_code == 200
