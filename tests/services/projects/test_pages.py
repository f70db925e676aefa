"""Lists and projects as people see them, and every form of the road, without script."""

import re
from datetime import date
from html import unescape

from sqlalchemy import select

from auth.principal import Role
from services.kit.database import Database
from services.projects import imports, service
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects.person import Enter
from tests.services.projects.road import chosen, lead, pooled
from tests.services.regions import factories as regions


async def test_lists_and_pages_tell_outsiders_nothing(enter: Enter, database: Database):
    async with database.session() as session:
        made = await pooled(session)
    secrets = (made.name, made.investor_name, made.code, made.investor_credit_code, "丹凤县", "52,650")
    host = await enter(Role.county_officer, make.SHANGZHOU)
    pages = [
        await host.open("/pool"),
        await host.open("/projects?scope=offered"),
        await host.open(f"/projects/{made.public_id}"),
        await host.open(f"/projects/{made.public_id}/application"),
    ]
    assert made.code_name in pages[0]
    assert made.code_name in pages[2]
    for page in pages:
        assert not [secret for secret in secrets if secret in page]
    workbook = await host.client.get("/pool.xlsx")
    assert workbook.content.startswith(b"PK")
    own = await enter(Role.county_officer, make.DANFENG)
    assert made.name in await own.open("/pool")
    assert made.name in await own.open("/projects")


async def test_filters_stand_in_the_address(enter: Enter, database: Database):
    async with database.session() as session:
        await make.make_pool(session, *[make.project_input(f"6110-2026-{n:04}") for n in range(1, 25)])
    office = await enter(Role.city_office, make.CITY)
    page = await office.open(
        f"/pool?q=德润&state=pooled&division=36&origin={make.DANFENG}&investment=5_to_10"
    )
    assert "共 24 条" in page
    following = re.search(r'href="(/pool\?[^"]*cursor=[^"]*)" rel="next"', page)
    assert following is not None
    assert "origin=611022" in following[1]
    second = await office.open(unescape(following[1]))
    assert second.count("<strong>德润") == 4
    assert "没有符合条件的记录" in await office.open("/pool?land=none&q=x")
    assert "共 24 条" in await office.open("/pool?state=nowhere&division=zz&land=1&investment=2&origin=a")
    part = await office.client.get("/pool", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    for scope in ("all", "origin", "host", "offered", "nowhere"):
        await office.open(f"/projects?scope={scope}")
        assert office.page.status_code == 200


async def test_every_form_of_the_road_is_sent_from_its_page(enter: Enter, database: Database):
    async with database.session() as session:
        made = await lead(session)
    base = f"/projects/{made.public_id}"
    officer, office = await enter(Role.county_officer, make.DANFENG), await enter(Role.city_office, make.CITY)
    host = await enter(Role.county_officer, make.SHANGZHOU)
    leader = await enter(Role.county_leader, make.SHANGZHOU)
    floor = {
        "reason": "land_quota",
        "evidence": "核查表",
        "investor_consent_on": "2027-01-10",
        "floor_ratio_bp": "30",
        "floor_years": "5",
        "upfront_fen": "20",
        "recall_days": "60",
    }
    rough = await officer.send(f"{base}/transfer", step="estimate", **floor)
    assert "五年约可分得税收 361.85 万元" in rough.text
    offered = {
        "park": make.PARK,
        "land_mu": "100",
        "energy_tce": "5000",
        "water_td": "134",
        "cod_kg": "740",
        "ready_on": "2027-03-01",
    }
    promised = {"promises": "五通一平", "finance_review": "财审1号", "legal_review": "法审1号"}
    agreed = {"consented_on": "2027-01-15", "evidence": "来函"}
    for person, tail, fields in [
        (officer, "transfer", floor),
        (office, "moves/pool", {}),
        (host, "application", offered),
        (host, "step-back", {"park": make.PARK}),
        (office, "proposal", {"parks": [make.PARK, make.LUONAN_PARK]}),
        (host, "application", offered),
        (officer, "consent", {"counties": [make.SHANGZHOU], **agreed}),
        (leader, "terms", {"park": make.PARK}),
        (host, "commitment", offered | promised),
        (office, "choice", {"park": make.PARK, **agreed}),
    ]:
        answer = await person.send(f"{base}/{tail}", step="save", **fields)
        assert answer.status_code == 303, (tail, re.findall(r'class="error".*', answer.text))
        assert answer.headers["location"] == base
        page = await person.open(base)
        assert person.page.status_code == 200, tail
    assert made.investor_name in await host.open(base)
    page = await office.open(base)
    assert "市级审定" in page
    assert "承接方进度" in page
    declined = await host.send(f"{base}/decline", step="save", park=make.PARK, reason="no_land")
    assert declined.status_code == 303
    assert "用地或厂房不能落实" in await office.open(base)


async def test_a_move_that_is_refused_says_why_on_its_form(enter: Enter, database: Database):
    async with database.session() as session:
        made = await lead(session)
    base = f"/projects/{made.public_id}"
    office = await enter(Role.city_office, make.CITY)
    refused = await office.send(f"{base}/moves/release", step="save", reason="无进展")
    assert refused.status_code == 422
    assert "首谈保护期尚未届满" in refused.text
    officer = await enter(Role.county_officer, make.DANFENG)
    forbidden = await officer.send(f"{base}/moves/release", step="save", reason="无进展")
    assert forbidden.status_code == 422
    empty = await officer.send(f"{base}/moves/withdraw", step="save")
    assert "请填写“原因”" in unescape(empty.text)
    done = await officer.send(f"{base}/moves/withdraw", step="save", reason="投资方放弃")
    assert done.status_code == 303
    for path in ("moves/nothing", "moves/hold", "moves/dispute", "nothing"):
        await office.open(f"{base}/{path}")
        assert office.page.status_code == 404


async def test_steps_after_signing_are_dated(enter: Enter, database: Database):
    async with database.session() as session:
        made = await chosen(session)
        await service.take_hold(session, make.OFFICE, made.id, make.PARK)
        await service.record_signed(session, make.OFFICE, made.id, make.SHANGZHOU, None, make.TODAY)
    base = f"/projects/{made.public_id}"
    host = await enter(Role.county_officer, make.SHANGZHOU)
    assert "登记合同" in await host.open(base)
    done = await host.send(f"{base}/moves/contract", step="save", on_date="2027-01-15", evidence="合同")
    assert done.status_code == 303
    finance = await enter(Role.city_finance, make.CITY)
    names = await finance.open("/projects")
    assert made.name in names
    assert made.code not in names
    assert made.name in await finance.open(base)


async def test_the_masked_views_have_their_own_words(enter: Enter, database: Database):
    async with database.session() as session:
        made = await pooled(session)
        await service.propose(session, make.OFFICE, made.id, [make.PARK])
    park = await enter(Role.park_officer, make.PARK)
    assert "某汽车企业" in await park.open(f"/projects/{made.public_id}")
    auditor = await enter(Role.auditor, make.CITY)
    page = await auditor.open(f"/projects/{made.public_id}")
    assert "审计通知书" in page
    assert made.name not in page
    assert await auditor.open("/projects")
    assert auditor.page.status_code == 200


async def test_imported_history_and_release_read_well(enter: Enter, database: Database):
    async with database.session() as session:
        await regions.make_city(session)
        row = make.project_input(stage="在谈", accepted_on=date(2026, 6, 1))
        await imports.write_projects(session, make.SYSTEM, [row])
        made = (await session.scalars(select(Project))).one()
    office = await enter(Role.city_office, make.CITY)
    page = await office.open(f"/projects/{made.public_id}")
    assert "数据导入" in page
    assert "已过" in page
    assert "释放保护" in page
