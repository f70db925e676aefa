"""A city's own layout: its faults by place, tried, published, confirmed by another, in force from its day."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.errors import SamePerson, Stale
from services.libraries import publishing, service
from services.libraries.built_in import built_in, shelf
from services.libraries.errors import BadLayout, LayoutConfirmed, LayoutNotJson, LayoutNotYours, NoSuchLayout
from services.libraries.in_force import layout_on, title_on
from services.libraries.reading import layout_schema, read_layout
from services.libraries.schemas import LayoutForm, LayoutIn, Renaming
from services.libraries.tables import LibraryLayout, LibraryLayoutConfirmation
from services.libraries.todos import todos
from services.libraries.trying import preview
from services.libraries.words import Title
from tests.services.console.city import COUNTY, TODAY
from tests.services.libraries.conftest import somebody


def document(name: str = "shangluo") -> dict[str, Any]:
    found: dict[str, Any] = shelf()[name].model_dump(mode="json", exclude_defaults=True)
    return found


def form(layout: LayoutIn, first: date = TODAY) -> LayoutForm:
    return LayoutForm(effective_from=first, note="按市里口径调整", layout=layout)


def read(given: object) -> LayoutIn:
    return read_layout(json.dumps(given).encode())


@pytest.mark.parametrize("name", shelf())
def test_the_layouts_of_the_program_fit_the_published_schema(name: str) -> None:
    Draft202012Validator.check_schema(layout_schema())
    Draft202012Validator(layout_schema()).validate(document(name))
    assert read(document(name)) == shelf()[name]


def test_a_document_that_cannot_be_read_names_the_place() -> None:
    with pytest.raises(LayoutNotJson) as broken:
        read_layout(b'{\n  "format": }')
    assert broken.value.facts == {"line": 2, "column": 13}
    for data in (b"\xff\xfe", b"[" * 100_000, b" " * 300_000):
        with pytest.raises(LayoutNotJson):
            read_layout(data)
    with pytest.raises(BadLayout) as twice:
        read_layout(b'{"format": "yipanqi.layout/1", "format": "yipanqi.layout/1"}')
    assert [fault.code for fault in twice.value.errors] == ["same_key"]


def _spoiled(**changes: Any) -> dict[str, Any]:
    return document() | changes


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        (_spoiled(format="yipanqi.layout/2"), "/layout/format", "literal_error"),
        (_spoiled(libraries=[]), "/layout/libraries", "too_short"),
        (_spoiled(colour="red"), "/layout/colour", "extra_forbidden"),
        (_spoiled(stages={"flying": "飞"}), "/layout/stages/flying/?", "enum"),
        (_spoiled(code={"title": ""}), "/layout/code/title", "string_too_short"),
    ],
)
def test_a_document_of_another_form_names_the_place(given: object, pointer: str, code: str) -> None:
    with pytest.raises(BadLayout) as broken:
        read(given)
    assert (pointer, code) in [(fault.pointer, fault.code) for fault in broken.value.errors]


def _with(path: tuple[str | int, ...], value: object) -> dict[str, Any]:
    found: Any = document()
    spot = found
    for part in path[:-1]:
        spot = spot[part]
    spot[path[-1]] = value
    return dict(found)


HERBS = {"key": "herbs", "title": "药材", "position": "up"}


@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"),
    [
        (("libraries", 1, "key"), "plan", "/libraries/1/key", "same_key"),
        (("libraries", 9, "key"), "chains", "/libraries/9/key", "reserved"),
        (("libraries", 0, "columns"), ["code", "stage"], "/libraries/0/columns/1", "column_of_others"),
        (
            ("libraries", 4, "enter", 0, "all", 0),
            {"fact": "stage", "one_of": ["flying"]},
            "/libraries/4/enter/0/all/0/one_of",
            "unknown_stage",
        ),
        (
            ("libraries", 4, "enter", 0, "all", 0),
            {"fact": "mark", "one_of": ["策划库"]},
            "/libraries/4/enter/0/all/0/fact",
            "fact_of_others",
        ),
        (("libraries", 4, "leave", 0, "all", 0), {"fact": "stage"}, "/libraries/4/leave/0/all/0", "one_test"),
        (("exclusive", 0, 1), "nothing", "/exclusive/0/1", "unknown_library"),
        (("exclusive", 0, 1), "elements", "/exclusive/0/1", "other_objects"),
        (("covering", 0, 1), "plan", "/covering/0", "same_key"),
        (("chains", 0, "chain"), "不存在的链", "/chains/0/chain", "unknown_chain"),
        (("chains", 1, "chain"), "新能源及储能", "/chains/1/chain", "same_key"),
        (
            ("chains", 2, "nodes"),
            [HERBS | {"industries": ["2730", "9999"]}, HERBS | {"industries": ["2730"]}],
            "/chains/2/nodes/0/industries/1",
            "unknown_industry",
        ),
        (
            ("chains", 2, "nodes"),
            [HERBS | {"industries": ["2730"]}, HERBS | {"industries": ["2730"]}],
            "/chains/2/nodes/1/industries/0",
            "twice",
        ),
        (
            ("chains", 2, "nodes"),
            [HERBS | {"industries": ["2730"]}, HERBS | {"industries": ["2710"]}],
            "/chains/2/nodes/1/key",
            "same_key",
        ),
    ],
)
async def test_rules_that_cannot_be_name_the_place(
    reading: AsyncSession, path: tuple[str | int, ...], value: object, pointer: str, code: str
) -> None:
    office = await somebody(reading, Role.city_office)
    with pytest.raises(BadLayout) as broken:
        await preview(reading, office, read(_with(path, value)), TODAY)
    assert (f"/layout{pointer}", code) in [(fault.pointer, fault.code) for fault in broken.value.errors]


async def test_a_trial_says_what_would_change_and_stores_nothing(reading: AsyncSession) -> None:
    office = await somebody(reading, Role.city_office)
    same = await preview(reading, office, built_in(), TODAY)
    assert {(one.now == one.count, one.entering, one.leaving) for one in same.libraries} == {(True, 0, 0)}
    assert (same.dropped, same.renamed) == ([], [])
    # The reserve takes what is worth 5 亿 and more; the library of targets goes; one stage is named anew.
    given = document()
    given["libraries"][6]["enter"][0]["all"][1]["at_least"] = 50_000
    del given["libraries"][9]
    given["stages"]["accepted"] = "洽谈"
    given["name"] = "新布局"
    tried = await preview(reading, office, read(given), TODAY)
    reserve = next(one for one in tried.libraries if one.key == "dynamic-reserve")
    rows = await service.library_rows(reading, office, "dynamic-reserve", TODAY)
    large = [row for row in rows.items if int(row.values["investment"] or 0) >= 50_000 * 1_000_000]
    assert (reserve.now, reserve.count) == (len(rows.items), len(large))
    assert (reserve.entering, reserve.leaving) == (0, len(rows.items) - len(large))
    assert [one.key for one in tried.dropped] == ["targets"]
    assert [(one.what, one.key, one.now, one.then) for one in tried.renamed] == [
        (Renaming.layout, "name", built_in().name, "新布局"),
        (Renaming.stage, "accepted", "在谈", "洽谈"),
    ]
    assert (await publishing.layouts(reading, office, TODAY)).items == []
    other = await preview(reading, office, shelf()["four-new"], TODAY)
    assert all(one.now is None and one.entering == one.count for one in other.libraries)
    assert len(other.dropped) == len(built_in().libraries)


async def _two(session: AsyncSession) -> tuple[Principal, Principal]:
    return await somebody(session, Role.city_office), await somebody(session, Role.city_office)


async def test_a_version_is_in_force_from_its_day_once_another_confirmed_it(reading: AsyncSession) -> None:
    maker, checker = await _two(reading)
    later = TODAY + timedelta(days=10)
    made = await publishing.publish(reading, maker, form(shelf()["four-new"], later), TODAY, 0)
    assert (made.version, made.in_force, made.may_confirm, made.confirmed_by) == (1, False, False, None)
    assert (await layout_on(reading, maker.city, later)).version is None
    county = await somebody(reading, Role.county_leader, COUNTY)
    assert [await todos(reading, who, TODAY) for who in (maker, county)] == [[], []]
    [waits] = await todos(reading, checker, TODAY)
    assert (waits.href, waits.facts) == ("/libraries/layouts/1", {"n": 1})
    with pytest.raises(SamePerson):
        await publishing.confirm(reading, maker, 1, TODAY, 1)
    assert (await publishing.layout(reading, checker, 1, TODAY)).may_confirm
    done = await publishing.confirm(reading, checker, 1, TODAY, 1)
    assert (done.confirmed_by, done.in_force) == (checker.name, False)
    assert await todos(reading, checker, TODAY) == []
    assert (await layout_on(reading, maker.city, later - timedelta(days=1))).version is None
    current = await layout_on(reading, maker.city, later)
    assert (current.version, current.layout) == (1, shelf()["four-new"])
    assert await title_on(reading, maker.city, later, Title.bulletin) == "四新项目月度专报"
    assert await title_on(reading, maker.city, TODAY, Title.month) is None
    with pytest.raises(LayoutConfirmed):
        await publishing.confirm(reading, checker, 1, TODAY, 1)
    with pytest.raises(NoSuchLayout):
        await publishing.confirm(reading, checker, 2, TODAY, 1)
    with pytest.raises(NoSuchLayout):
        await publishing.layout(reading, checker, 2, TODAY)


async def test_a_newer_version_comes_before_an_older_one_that_waits(reading: AsyncSession) -> None:
    maker, checker = await _two(reading)
    await publishing.publish(reading, maker, form(shelf()["four-new"]), TODAY, 0)
    with pytest.raises(Stale):
        await publishing.publish(reading, maker, form(shelf()["three-rates"]), TODAY, 0)
    await publishing.publish(reading, checker, form(shelf()["three-rates"]), TODAY, 1)
    with pytest.raises(Stale):
        await publishing.confirm(reading, checker, 1, TODAY, 2)
    done = await publishing.confirm(reading, maker, 2, TODAY, 2)
    assert done.in_force
    found = await service.libraries(reading, maker, TODAY)
    assert (found.layout_version, [one.title for one in found.rates]) == (
        2,
        ["合同率", "注册率", "达到开工条件率"],
    )
    assert {one.kind for one in found.rates} == {"count"}
    assert {one.as_of for one in found.rates} == {TODAY}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.city_office])
async def test_only_the_city_office_publishes(reading: AsyncSession, role: Role) -> None:
    person = await somebody(reading, role)
    for step in (
        preview(reading, person, built_in(), TODAY),
        publishing.publish(reading, person, form(built_in()), TODAY, 0),
        publishing.confirm(reading, person, 1, TODAY, 1),
    ):
        with pytest.raises(LayoutNotYours):
            await step


async def test_a_layout_that_breaks_its_own_word_is_not_published(reading: AsyncSession) -> None:
    office = await somebody(reading, Role.city_office)
    given = document()
    given["exclusive"].append(["elements", "projects"])
    given["covering"].append(["elements", "building"])
    tried = await preview(reading, office, read(given), TODAY)
    assert tried.overlaps[-1].count > 0
    assert tried.uncovered[-1].count > 0
    with pytest.raises(BadLayout) as broken:
        await publishing.publish(reading, office, form(read(given)), TODAY, 0)
    assert [(fault.pointer, fault.code) for fault in broken.value.errors] == [
        ("/layout/exclusive/2", "overlap"),
        ("/layout/covering/1", "uncovered"),
    ]
    with pytest.raises(BadLayout) as early:
        await publishing.publish(reading, office, form(built_in(), TODAY - timedelta(days=1)), TODAY, 0)
    assert [fault.pointer for fault in early.value.errors] == ["/effective_from"]


async def _row(session: AsyncSession, person: Principal, version: int) -> None:
    session.add(
        LibraryLayout(
            city=person.city,
            version=version,
            effective_from=TODAY,
            layout={"format": "yipanqi.layout/1"},
            note="x",
            made_by=person.account,
            made_name=person.name,
            made_on=TODAY,
        )
    )
    await session.flush()


async def _confirmed(session: AsyncSession, maker: Principal, version: int, by: Principal) -> None:
    session.add(
        LibraryLayoutConfirmation(
            city=maker.city,
            version=version,
            made_by=maker.account,
            confirmed_by=by.account,
            confirmed_name=by.name,
            confirmed_on=TODAY,
        )
    )
    await session.flush()


async def test_the_database_keeps_the_order_and_the_two_people(reading: AsyncSession) -> None:
    maker, checker = await _two(reading)
    with pytest.raises(IntegrityError, match="follows the last one"):
        async with reading.begin_nested():
            await _row(reading, maker, 2)
    await _row(reading, maker, 1)
    with pytest.raises(IntegrityError, match="two_people"):
        async with reading.begin_nested():
            await _confirmed(reading, maker, 1, maker)
    await _row(reading, maker, 2)
    with pytest.raises(IntegrityError, match="only the newest"):
        async with reading.begin_nested():
            await _confirmed(reading, maker, 1, checker)
    await _confirmed(reading, maker, 2, checker)
    for statement in (
        "UPDATE library_layout SET note = 'y'",
        "DELETE FROM library_layout_confirmation",
        "TRUNCATE library_layout CASCADE",
    ):
        with pytest.raises(DBAPIError):
            async with reading.begin_nested():
                await reading.execute(text(statement))


async def test_a_county_reads_versions_and_confirms_none(reading: AsyncSession) -> None:
    maker, _ = await _two(reading)
    await publishing.publish(reading, maker, form(built_in()), TODAY, 0)
    county = await somebody(reading, Role.county_officer, COUNTY)
    [shown] = (await publishing.layouts(reading, county, TODAY)).items
    assert (shown.may_confirm, shown.revision) == (False, 1)
