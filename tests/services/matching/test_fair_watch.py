"""Fairness over months: what is counted, who reads what, and on which pages."""

import re
from datetime import date
from io import BytesIO
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from allocation.matching.fairness_watch import Verdict
from auth.principal import Role
from services.kit.database import Database
from services.matching import fair_watch, repo
from services.matching.fair_schemas import WatchAnswer
from services.matching.fair_words import Series
from services.matching.tables import MatchRun
from tests.services.accounts.factories import bearer
from tests.services.matching import factories as make
from tests.services.matching.months import add_project, add_run
from tests.services.matching.test_pages import Browser, _browser

LUONAN_OFFICER = make.projects_make.officer(make.LUONAN)
YI = 10**10


async def read(database: Database, reader: object = make.OFFICE) -> WatchAnswer:
    async with database.session() as session:
        return await fair_watch.read_watch(session, reader)  # type: ignore[arg-type] # principals of the tests


async def starve(database: Database, run: MatchRun, months: int = 4, each: int = 8) -> list[UUID]:
    """Let every project of the months before the stored run's go to one county."""
    runs = []
    for month in range(1, months + 1):
        leads = [
            await add_project(database, 1000 + month * 100 + number, (1 + 20 * (number % 2)) * YI)
            for number in range(each)
        ]
        places = dict.fromkeys(leads, make.LUONAN_PARK)
        runs.append(await add_run(database, run.id, date(2027, month + 1, 9), places))
    return runs


async def test_before_any_run_there_is_nothing_to_tell(pool: Database) -> None:
    said = await read(pool)
    assert (said.months, said.first, said.last, said.major_from_fen) == (0, None, None, None)
    assert [(series.kind, series.total, series.counties) for series in said.series] == [(Series.all, 0, ())]


async def test_one_month_is_too_short_and_tells_nothing_yet(pool: Database, run: MatchRun) -> None:
    said = await read(pool)
    assert (said.months, said.first, said.last) == (1, run.as_of, run.as_of)
    whole, major = said.series
    assert (whole.kind, major.kind, major.total) == (Series.all, Series.major, 0)
    lines = {line.county: line for line in whole.counties}
    async with pool.session() as session:
        placed = [row.park for row in await repo.placements(session, make.CITY, run.id)]
    assert lines[make.SHANGZHOU].leads == placed.count(make.PARK)
    assert lines[make.LUONAN].leads == placed.count(make.LUONAN_PARK)
    assert whole.total == placed.count(make.PARK) + placed.count(make.LUONAN_PARK), "none of a city's park"
    assert lines[make.SHANGZHOU].verdict is Verdict.SHORT
    assert lines[make.DANFENG].verdict is Verdict.NO_SHARE, "it has no park"
    assert sum(line.due_bp for line in whole.counties) == pytest.approx(whole.total * 10_000, abs=2)


async def test_two_runs_of_a_month_count_once(pool: Database, run: MatchRun) -> None:
    early, late, citys = [await add_project(pool, 900 + number) for number in range(3)]
    await add_run(pool, run.id, date(2027, 2, 9), {early: make.PARK})
    before = await read(pool)
    await add_run(pool, run.id, date(2027, 2, 10), {late: make.LUONAN_PARK, citys: make.CITY_PARK})
    after = await read(pool)
    assert (before.months, after.months) == (2, 2)
    assert after.series[0].total == before.series[0].total
    assert after.last == date(2027, 2, 10)


async def test_a_county_that_is_starved_for_months_is_flagged_with_its_base(
    pool: Database, run: MatchRun
) -> None:
    await starve(pool, run)
    said = await read(pool)
    assert (said.months, said.view, said.major_from_fen) == (5, "all", 10**11)
    for series, leads in zip(said.series, (32, 16), strict=True):
        lines = {line.county: line for line in series.counties}
        poor, rich = lines[make.SHANGZHOU], lines[make.LUONAN]
        assert rich.leads >= leads
        assert series.total == poor.leads + rich.leads
        assert poor.due_bp + rich.due_bp == pytest.approx(series.total * 10_000, abs=20)
        assert (poor.share_bp or 0) + (rich.share_bp or 0) in {9_998, 9_999, 10_000}
        assert poor.verdict is Verdict.LESS
        assert poor.chance_ppm <= said.chance_ppm
    everything = {line.county: line for line in said.series[0].counties}
    assert everything[make.SHANGZHOU].months == 5


async def test_a_year_back_counts_and_no_day_more(pool: Database, run: MatchRun) -> None:
    lead = await add_project(pool, 900)
    await add_run(pool, run.id, date(2026, 1, 31), {lead: make.PARK})
    assert (await read(pool)).first == run.as_of
    await add_run(pool, run.id, date(2026, 2, 1), {lead: make.PARK})
    assert (await read(pool)).first == date(2026, 2, 1)


async def test_a_county_reads_its_own_line_and_no_sum_of_few_others(pool: Database, run: MatchRun) -> None:
    (series,) = (await read(pool, LUONAN_OFFICER)).series
    assert series.counties == ()
    assert series.total == 0
    await starve(pool, run)
    shangzhou = await read(pool, make.projects_make.officer(make.SHANGZHOU))
    (series,) = shangzhou.series
    assert (shangzhou.view, series.kind) == ("own", Series.all)
    assert [line.county for line in series.counties] == [make.SHANGZHOU]
    assert shangzhou.major_from_fen is None


async def test_pages_tell_it_in_words_and_figures(
    app: FastAPI, client: httpx.AsyncClient, pool: Database, run: MatchRun
) -> None:
    async with await _browser(app, Role.city_office) as window:
        office = Browser(window)
        assert "至少 3 个月有新推荐的项目才能判断" in await office.get("/fairness")
        await starve(pool, run)
        page = re.sub("<[^>]+>", "", await office.get("/fairness"))
        for words in (
            "商州区：长期偏少",
            "5 个月的运行",
            "不超过 0.5%",
            "总投资 100,000 万元及以上",
            "虚报能多得多少",
        ):
            assert words in page
        english = await office.get("/fairness", language="en")
        for words in ("Keeps getting less", "a chance of 0.5% at most", "What lying would gain"):
            assert words in english
        book = await window.get("/fairness.xlsx")
        sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
        assert sheets.sheet_names == ["县区均衡", "逐月监测"]
        rows = sheets.get_sheet_by_name("逐月监测").to_python()
        assert "长期偏少" in {row[-1] for row in rows}
    headers = (await bearer(app, Role.county_officer, make.LUONAN))[1]
    told = (await client.get("/v1/matches/fairness/months", headers=headers)).json()
    assert (told["view"], told["months"], told["chance_ppm"]) == ("own", 5, 5_000)
    assert [len(series["counties"]) for series in told["series"]] == [0], "hardly any project is others'"
    async with await _browser(app, Role.county_officer, make.SHANGZHOU) as window:
        page = await Browser(window).get("/fairness")
    main = page.split("<main")[-1]
    assert "长期偏少" in main
    assert "洛南县" not in main
    assert "虚报能多得多少" not in main
