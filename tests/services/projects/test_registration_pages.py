"""Registration in three steps, its errors, and correction."""

from html import unescape

import pytest
from sqlalchemy import select

from auth.principal import Role
from services.kit.database import Database
from services.projects import service
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects.person import Enter
from tests.services.projects.road import lead
from tests.services.regions import factories as regions

FILLED = {
    "origin": make.DANFENG,
    "channel": "以商招商",
    "channel_unit": "本地链主企业",
    "filing_reason": "new_build",
    "name": "汇川同辉<b>项目",
    "investor_name": "汇川同辉电子新材料有限公司",
    "investor_credit_code": make.CREDIT_CODE,
    "investor_registered": "110108",
    "fund_kind": "province_outside",
    "industry": "3982",
    "investment_fen": "20,405",
    "fixed_investment_fen": "１６３５５.５",
    "land_mu": "54.25",
    "hall_m2": "",
    "energy_tce": "4125",
    "water_td": "66",
    "cod_kg": "847",
    "output_fen": "11664",
    "tax_fen": "1108",
    "first_talk_on": "2027-01-04",
    "land_deadline": "2027-10-03",
}


async def test_a_lead_is_filled_in_checked_and_registered(small_city: None, enter: Enter, database: Database):
    officer = await enter(Role.county_officer, make.DANFENG)
    checked = await officer.send("/projects/new", step="check", **FILLED)
    assert checked.status_code == 200
    assert "没有发现重复的记录" in checked.text
    assert "汇川同辉&lt;b&gt;项目" in checked.text
    back = await officer.resend("/projects/new", step="edit")
    assert 'value="54.25"' in back.text
    await officer.resend("/projects/new", step="check", **FILLED)
    saved = await officer.resend("/projects/new", step="save")
    assert saved.status_code == 303
    page = await officer.open(saved.headers["location"])
    assert "6110-2027-0001" in page
    async with database.session() as session:
        row = (await session.scalars(select(Project))).one()
    assert (row.land_mu, row.cod_kg, row.investment_fen, row.fixed_investment_fen) == (
        5_425,
        847,
        20_405_000_000,
        16_355_500_000,
    )


async def test_a_button_pressed_twice_registers_once(small_city: None, enter: Enter, database: Database):
    officer = await enter(Role.county_officer, make.DANFENG)
    await officer.send("/projects/new", step="check", **FILLED)
    checked = officer.page
    first = await officer.resend("/projects/new", step="save")
    officer.page = checked
    again = await officer.resend("/projects/new", step="save")
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    async with database.session() as session:
        assert len((await session.scalars(select(Project))).all()) == 1


async def test_checking_registers_nothing(small_city: None, enter: Enter, database: Database):
    officer = await enter(Role.county_officer, make.DANFENG)
    await officer.send("/projects/new", step="check", **FILLED)
    async with database.session() as session:
        assert (await session.scalars(select(Project))).all() == []


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("name", "", "请填写“项目名称”"),
        ("investment_fen", "二十", "“总投资”应为不小于零的数字"),
        ("investment_fen", "-1", "“总投资”应为不小于零的数字"),
        ("land_mu", "1.234", "“用地需求”最多保留 2 位小数"),
        ("cod_kg", "0.847", "“COD 排放”应为整数"),
        ("energy_tce", "1.5", "“年能耗”应为整数"),
        ("first_talk_on", "2027/1/4", "“首谈日期”请写成 2027-01-15 的样式"),
        ("first_talk_on", "2027-02-30", "“首谈日期”不是有效的日期"),
        ("first_talk_on", "2027-01-16", "日期不能晚于今天"),
        ("land_deadline", "2027-01-15", "最迟供地日期应晚于今天"),
        ("industry", "9999", "请从列表中选择“行业”"),
        ("investor_credit_code", "91110000600037341M", "信用代码的校验位不符"),
        ("investor_registered", "12", "填写内容不符合要求"),
        ("fixed_investment_fen", "99999", "固定资产投资不能大于总投资"),
        ("land_mu", "", "用地需求和厂房需求至少填写一项"),
    ],
)
async def test_what_is_wrong_is_named_at_its_field(
    small_city: None, enter: Enter, name: str, value: str, sentence: str
):
    officer = await enter(Role.county_officer, make.DANFENG)
    answer = await officer.send("/projects/new", step="check", **{**FILLED, name: value})
    assert answer.status_code == 422
    assert f'<a href="#f-{name}">{sentence}</a>' in unescape(answer.text)
    assert FILLED["investor_name"] in answer.text


async def test_duplicates_stand_on_the_check_page(enter: Enter, database: Database):
    async with database.session() as session:
        made = await lead(session)
    host = await enter(Role.county_officer, make.SHANGZHOU)
    filled = FILLED | {"origin": make.SHANGZHOU}
    page = (await host.send("/projects/new", step="check", **filled)).text
    assert "可能重复 1 条" in page
    assert "统一社会信用代码相同" in page
    assert made.name not in page
    assert made.code not in page
    own = await enter(Role.county_officer, make.DANFENG)
    page = (await own.send("/projects/new", step="check", **FILLED)).text
    assert made.code in page


async def test_a_correction_of_the_firm_tells_of_duplicates_before_it_is_kept(
    enter: Enter, database: Database
):
    firm = "远景嘉盛智能制造有限公司"
    async with database.session() as session:
        await regions.make_city(session)
        made = await service.register(session, make.OFFICE, make.form(industry="3982"))
        other = make.form(origin=make.LUONAN, investor_name=firm)
        await service.register(session, make.officer(make.LUONAN), other)
    officer = await enter(Role.county_officer, make.DANFENG)
    path = f"/projects/{made.public_id}/edit"
    assert "可能重复" not in await officer.open(path)
    changed = FILLED | {"investor_name": firm}
    told = await officer.resend(path, **changed)
    assert told.status_code == 200
    assert "可能重复 1 条" in told.text
    assert "洛南" in told.text
    assert (await officer.resend(path, **changed)).status_code == 303
    assert firm in await officer.open(f"/projects/{made.public_id}")


async def test_a_returned_lead_is_corrected(enter: Enter, database: Database):
    async with database.session() as session:
        await regions.make_city(session)
        made = await service.register(session, make.OFFICE, make.form(industry="3982"))
    officer = await enter(Role.county_officer, make.DANFENG)
    path = f"/projects/{made.public_id}/edit"
    page = await officer.open(path)
    assert 'value="100"' in page
    wrong = await officer.resend(path, **(FILLED | {"name": ""}))
    assert wrong.status_code == 422
    stale = await officer.resend(path, **(FILLED | {"version": "7"}))
    assert stale.status_code == 422
    seen = await officer.resend(path, **(FILLED | {"version": "1"}))
    assert (seen.status_code, "没有发现重复的记录" in seen.text) == (200, True), "the firm is another now"
    done = await officer.resend(path, **FILLED)
    assert done.status_code == 303
    assert "更正内容" in await officer.open(f"/projects/{made.public_id}")
    host = await enter(Role.county_officer, make.SHANGZHOU)
    await host.open(path)
    assert host.page.status_code == 404
    async with database.session() as session:
        await service.move(session, make.leader(make.DANFENG), made.id, make.review())
    await officer.open(path)
    assert officer.page.status_code == 403
