"""Compliance, objections and the report on overrides at the console."""

import re

import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.kit.database import Database
from services.matching.tables import MatchRun
from tests.services.matching import factories as make
from tests.services.projects.conftest import enter
from tests.services.projects.person import Enter

__all__ = ["enter"]


@pytest.fixture
async def hall(pool: Database, run: MatchRun) -> str:
    """A project whose host in Luonan has all its records."""
    async with pool.session() as session:
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
        return (await make.project(session, make.HALL)).public_id


async def test_records_are_put_on_file_on_the_page(enter: Enter, app: FastAPI, hall: str) -> None:
    at = f"/projects/{hall}/compliance"
    host, office = await enter(Role.county_officer, make.LUONAN), await enter(Role.city_office, make.CITY)
    finance = await enter(Role.county_finance, make.LUONAN)
    assert "可以审定" in await host.open(at)
    assert at in await host.open(f"/projects/{hall}")
    stranger = await enter(Role.county_officer, make.DANFENG)
    await stranger.open(at)
    assert stranger.page.status_code == 404
    form, whose = f"{at}/sheet?county={make.LUONAN}", f"?county={make.LUONAN}"
    bad = await host.send(form, kind_1="award", what_1="按税收的三成返还", beneficiary_1="firm", year_1="二")
    assert bad.status_code == 422
    row = {"kind_1": "award", "what_1": "按税收的三成返还", "beneficiary_1": "firm", "year_1": "2027"}
    listed = await host.send(form, **row, quantity_1="3", unit_1="年", source_1="none")
    assert listed.status_code == 303
    page = await host.open(at)
    assert "阻止审定" in page
    assert "<mark>税收的三成返还</mark>" in page
    assert "承诺事项未经财政审核" in page
    assert "按税收的三成返还" in await host.open(form)
    checked = await finance.send(f"{at}/finance{whose}", outcome="agreed", number="", opinion="")
    assert checked.status_code == 303
    again = await finance.send(f"{at}/finance{whose}", outcome="agreed", number="", opinion="")
    assert again.status_code == 422
    await host.open(f"{at}/legal{whose}")
    assert host.page.status_code == 403, "who made the list opened the form of its second reading"
    lacking = await office.send(f"{at}/legal{whose}", outcome="agreed", number="", opinion="")
    assert lacking.status_code == 422
    read = await office.send(f"{at}/legal{whose}", outcome="agreed", number="1号", opinion="")
    assert read.status_code == 303
    review = {"drafting_unit": "招商局", "basis": "条例", "conclusion": "exception"}
    days = {"reviewed_on": "2027-01-15", "review_again_on": "2028-01-15"}
    lacking = await host.send(f"{at}/fair-review{whose}", **review, **days)
    assert "适用例外规定时须有实施期限" in lacking.text
    assert (
        await host.send(f"{at}/fair-review{whose}", **{**review, "conclusion": "pass"}, **days)
    ).status_code == 303
    minutes = {"body": "government", "number": "2号", "held_on": "2027-01-14", "subject": "承诺"}
    assert (await host.send(f"{at}/minutes{whose}", **minutes)).status_code == 303
    for wrong in ("nothing", "clearance"):
        await host.open(f"{at}/{wrong}")
        assert host.page.status_code == 404
    clauses = f"/projects/{hall}/clauses{whose}"
    await host.open(at)
    assert (await host.resend(clauses, reason="")).status_code == 422
    await host.open(at)
    assert (await host.resend(clauses, reason="引述文件原文")).status_code == 303
    page = await office.open(at)
    found = re.search(r'action="(/projects/[^"]+/clauses/[^"]+)"', page)
    assert found is not None
    assert (await office.resend(found[1], agreed="no", reason="")).status_code == 422
    await office.open(at)
    assert (await office.resend(found[1], agreed="yes")).status_code == 303
    assert "已确认不属于" in await office.open(at)


async def test_a_county_objects_on_the_page_and_the_report_is_read(
    enter: Enter, app: FastAPI, pool: Database, run: MatchRun
) -> None:
    county, office = await enter(Role.county_officer, make.DANFENG), await enter(Role.city_office, make.CITY)
    page = await county.open("/matches/objections")
    found = re.search(r"/matches/objections/new\?project=(\w+)", page)
    assert found is not None
    new = "/matches/objections/new"
    await county.open(found[0])
    assert (await county.resend(new, ground="", reasons="")).status_code == 422
    await county.open(found[0])
    made = await county.resend(new, ground="score", reasons="评分有误", evidence="")
    assert made.status_code == 303
    one = made.headers["location"]
    assert "撤回异议" in await county.open(one)
    await county.open(one)
    assert (await county.resend(f"{one}/messages", text="")).status_code == 422
    await county.open(one)
    assert (await county.resend(f"{one}/messages", text="请核对")).status_code == 303
    page = await office.open(one)
    reviewer = re.search(r'<option value="([0-9a-f-]{36})"', page)
    assert reviewer is not None
    assert (await office.resend(f"{one}/reviewer", reviewer="x")).status_code == 422
    await office.open(one)
    assert (await office.resend(f"{one}/reviewer", reviewer=reviewer[1])).status_code == 303
    await office.open(one)
    done = await office.resend(f"{one}/answer", upheld="no", reason="评分无误", rerun="no")
    assert done.status_code == 303
    assert "异议不成立" in await county.open(one)
    assert "异议不成立" in await office.open("/matches/objections")
    assert "还没有" not in await county.open("/reports/overrides?by=month&since=2027-01-01&until=2027-12-31")
    assert county.page.status_code == 200
    auditor = await enter(Role.auditor, make.CITY)
    assert "查阅已记录" in await auditor.open("/reports/overrides/officers?by=nonsense")
    await office.open("/reports/overrides/officers")
    assert office.page.status_code == 403
