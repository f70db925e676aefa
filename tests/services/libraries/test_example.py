"""The example layout on the example city, counted again from the input files."""

import csv
from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.libraries import Objects
from allocation.lifecycle import POOL_STATES
from auth.principal import Role
from services.libraries import service
from services.libraries.built_in import shelf
from services.libraries.chains import chain_map
from services.libraries.errors import BadLibraryDay, NoSuchLibrary
from services.libraries.gathering import gather
from services.libraries.rates import rates
from services.libraries.trying import preview
from services.projects.tables import Project
from tests.services.console.city import COUNTY, EXAMPLE, TODAY
from tests.services.libraries.conftest import OTHER, somebody

LONG = timedelta(days=180)


def rows_of(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


LEADS = rows_of("项目线索")
STAGES = Counter(row["阶段"] for row in LEADS)
SIGNED = [row for row in LEADS if row["签约日期"]]
THIS_YEAR = [row for row in SIGNED if row["签约日期"].startswith("2026")]


async def test_counts_are_those_of_the_files(reading: AsyncSession):
    office = await somebody(reading, Role.city_office)
    found = await service.libraries(reading, office, TODAY)
    counts = {one.key: one.count for one in found.libraries}
    marks = Counter(row["储备库"] for row in rows_of("谋划项目"))
    assert (counts["plan"], counts["reserve-province"]) == (marks["策划库"], marks["省级储备库"])
    assert (counts["reserve-city"], counts["reserve-county"]) == (marks["市级储备库"], marks["县级储备库"])
    assert counts["elements"] == STAGES["签约"] + STAGES["合同"] + STAGES["注册"]
    assert counts["building"] == STAGES["开工"] + STAGES["投产"]
    assert counts["projects"] == len(LEADS)
    assert counts["investors"] == len({row["统一社会信用代码"] for row in LEADS})
    assert counts["targets"] == 0
    # Unions: libraries that exclude each other hold together as many things as there are.
    assert sum(counts[key] for key in ("plan", "reserve-province", "reserve-city", "reserve-county")) == 109
    money = next(one.investment_fen for one in found.libraries if one.key == "projects")
    assert money == sum(int(row["总投资(万元)"]) for row in LEADS) * 1_000_000


async def test_the_dynamic_reserve_takes_and_gives_up_by_its_rule(reading: AsyncSession):
    office = await somebody(reading, Role.city_office)
    pooled = {
        row.code: row.pooled_on
        for row in (await reading.scalars(select(Project).where(col(Project.state).in_(POOL_STATES)))).all()
    }
    expected = {
        row["登记编号"]
        for row in LEADS
        if not row["签约日期"]
        and (accepted := day(row["受理日期"])) is not None
        and int(row["总投资(万元)"]) >= 10_000
        and TODAY - (pooled.get(row["登记编号"]) or accepted) < LONG
    }
    found = await service.library_rows(reading, office, "dynamic-reserve", TODAY)
    assert {row.values["code"] for row in found.items} == expected
    assert 0 < len(expected) < sum(not row["签约日期"] for row in LEADS)
    assert all(row.since is not None and row.since <= TODAY for row in found.items)
    waiting = [one.due for row in found.items for one in row.next if one.due is not None]
    assert len(waiting) == len(expected)
    assert min(waiting) > TODAY
    amounts = [row.values["investment"] for row in found.items]
    assert amounts == sorted(amounts, reverse=True)


async def test_a_past_day_answers_like_that_day(reading: AsyncSession):
    office = await somebody(reading, Role.city_office)
    then = date(2025, 6, 30)
    expected = {
        row["登记编号"] for row in SIGNED if (started := day(row["开工日期"])) is not None and started <= then
    }
    found = await service.library_rows(reading, office, "building", TODAY, then)
    assert {row.values["code"] for row in found.items} == expected
    assert expected
    assert (await service.libraries(reading, office, TODAY, date(2000, 1, 1))).libraries[5].count == 0
    for late in (service.libraries(reading, office, TODAY, TODAY + timedelta(days=1)),):
        with pytest.raises(BadLibraryDay):
            await late
    with pytest.raises(NoSuchLibrary):
        await service.library(reading, office, "nothing", TODAY)


async def test_what_came_and_went_adds_up(reading: AsyncSession):
    """Between two days a library changes by what entered less what left."""
    office = await somebody(reading, Role.city_office)
    first, last = date(2025, 3, 1), date(2026, 9, 30)
    for key in ("elements", "building", "dynamic-reserve"):
        before = await service.library(reading, office, key, TODAY, as_of=first - timedelta(days=1))
        after = await service.library(reading, office, key, TODAY, as_of=last)
        told = await service.changes(reading, office, key, TODAY, begin=first, as_of=last)
        assert before.count + told.entered - told.left == after.count
        assert told.entered + told.left == len(told.items) > 0
    month = await service.changes(reading, office, "building", TODAY)
    assert (month.since, month.as_of) == (TODAY.replace(day=1), TODAY)


async def test_pages_of_a_library_are_its_rows_in_order(reading: AsyncSession):
    office = await somebody(reading, Role.city_office)
    whole = await service.library_rows(reading, office, "building", TODAY)
    first = await service.library(reading, office, "building", TODAY, secret="s", limit=40)
    rest = await service.library(reading, office, "building", TODAY, secret="s", cursor=first.next, limit=40)
    assert first.items + rest.items == whole.items
    assert rest.next is None


@pytest.mark.parametrize("name", shelf())
async def test_each_layout_of_the_program_fits_the_example(reading: AsyncSession, name: str):
    office = await somebody(reading, Role.city_office)
    layout = shelf()[name]
    tried = await preview(reading, office, layout, TODAY)
    assert [one.key for one in tried.libraries] == [one.key for one in layout.libraries]
    assert all(group.count == 0 for group in (*tried.overlaps, *tried.uncovered))
    assert len(tried.overlaps) == len(layout.exclusive) > 0
    gathered = await gather(reading, office, frozenset(Objects))
    for group in layout.exclusive:
        named = [one.library() for one in layout.libraries if one.key in group]
        keys = [entry.item.key for one in named for entry in gathered.within(one, TODAY, TODAY)]
        assert len(keys) == len(set(keys))


async def test_three_rates_are_those_of_the_files(reading: AsyncSession):
    """Contracts of the signed, registered of the contracts, ready of the registered, in one year."""
    office = await somebody(reading, Role.city_office)
    gathered = await gather(reading, office, frozenset({Objects.projects}))
    last = date(2026, 12, 31)
    made = await rates(reading, office.city, shelf()["three-rates"], gathered.full, last)
    steps = ("签约日期", "合同日期", "注册日期", "达到开工条件日期")
    had = [sum(bool(row[step]) and row[step] <= last.isoformat() for row in THIS_YEAR) for step in steps]
    assert [(one.title, one.numerator, one.denominator, one.floor_bp) for one in made] == [
        ("合同率", had[1], had[0], 6_000),
        ("注册率", had[2], had[1], 8_000),
        ("达到开工条件率", had[3], had[2], 5_000),
    ]
    assert [one.below_floor for one in made] == [
        had[n + 1] * 10_000 < floor * had[n] for n, floor in enumerate((6_000, 8_000, 5_000))
    ]


async def test_other_counties_see_bands_and_what_bands_tell(reading: AsyncSession):
    other = await somebody(reading, Role.county_officer, OTHER)
    found = await service.library_rows(reading, other, "projects", TODAY)
    masked = [row for row in found.items if row.masked]
    here = or_(col(Project.origin) == OTHER, col(Project.host_county) == OTHER)
    own = (await reading.scalars(select(Project).where(here))).all()
    assert len(found.items) - len(masked) == len(own)
    assert masked
    assert found.items[-len(masked) :] == masked
    names = {row["项目名称"] for row in LEADS} | {row["投资方"] for row in LEADS}
    for row in masked:
        assert row.title not in names
        assert (row.since, row.next, row.because) == (None, [], "在共享池中")
        assert set(row.values) == {"industry", "investment", "land", "stage", "deadline"}
        assert row.values["stage"] in {state.value for state in POOL_STATES}
        assert not isinstance(row.values["investment"], int)
    # Rules that ask for more than bands take no masked row, and no other day is told of one.
    reserve = await service.library_rows(reading, other, "dynamic-reserve", TODAY)
    assert not any(row.masked for row in reserve.items)
    past = await service.library_rows(reading, other, "projects", TODAY, TODAY - timedelta(days=1))
    assert not any(row.masked for row in past.items)
    planned = await service.library_rows(reading, other, "plan", TODAY)
    assert all(row.values["county"] == OTHER for row in planned.items)


@pytest.mark.parametrize("role", [Role.county_finance, Role.city_finance])
async def test_finance_finds_no_project_in_a_library(reading: AsyncSession, role: Role):
    found = await service.libraries(reading, await somebody(reading, role), TODAY)
    assert {one.count for one in found.libraries} == {0}


async def test_an_auditor_sees_exact_figures_without_names_or_days(reading: AsyncSession):
    found = await service.library_rows(reading, await somebody(reading, Role.auditor), "projects", TODAY)
    assert {row.masked for row in found.items} == {True}
    assert {row.because for row in found.items} == {"在共享池中"}
    assert all(isinstance(row.values["investment"], int) for row in found.items)
    assert not {"code", "investor", "county"} & {key for row in found.items for key in row.values}


async def test_the_chain_map_holds_every_living_project_of_its_classes(reading: AsyncSession):
    office = await somebody(reading, Role.city_office)
    found = await chain_map(reading, office, TODAY)
    classes = {row["行业代码"]: row["产业链"] for row in rows_of("产业链")}
    expected = Counter(classes[row["行业代码"]] for row in LEADS if row["行业代码"] in classes)
    assert {
        one.chain: sum(len(node.projects) for node in one.nodes) for one in found.chains
    } == expected | dict.fromkeys(set(classes.values()) - set(expected), 0)
    assert sum(len(node.planned) for one in found.chains for node in one.nodes) == 109
    for one in found.chains:
        covered = [code for node in one.nodes for code in node.industries]
        assert sorted(covered) == sorted(code for code, chain in classes.items() if chain == one.chain)
        for node in one.nodes:
            assert sum(node.by_stage.values()) == len(node.projects)
            assert node.gap is (not node.projects)
    medicine = next(one for one in found.chains if one.chain == "健康医药")
    assert medicine.title == "健康医药产业链"
    assert [node.position.value for node in medicine.nodes] == ["up", "up", "mid"]
    assert any(node.parks for one in found.chains for node in one.nodes)
    own = await chain_map(reading, await somebody(reading, Role.county_officer, COUNTY), TODAY)
    ours = sum(len(node.projects) for one in own.chains for node in one.nodes)
    assert 0 < ours < sum(expected.values())
