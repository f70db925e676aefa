"""The pages of what comes before a lead, as people use them."""

import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from services.projects import service
from tests.services.accounts.factories import opened
from tests.services.projects import factories as make
from tests.services.projects.person import HIDDEN, Person
from tests.services.regions import factories as regions

Enter = Callable[[Role, str], Awaitable[Person]]
TAGS = re.compile(r"<[^>]+>")


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(TAGS.sub(" ", text)))


@pytest.fixture
async def enter(app: FastAPI, database: Database) -> Enter:
    async with database.session() as session:
        await regions.make_city(session)

    async def sign_in(role: Role, office: str) -> Person:
        signed = await opened(app.state.database, role, office, county=None, kind=SessionKind.console)
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")
        client.cookies.set(COOKIE, signed.secret.text)
        return Person(client)

    return sign_in


FIRM = "远景嘉盛智能制造有限公司"
IDEA = {
    "city": make.CITY,
    "sender": "investor",
    "firm_name": FIRM,
    "idea": "无人机产线",
    "contact_name": "李某",
    "contact_phone": "13800000000",
}
FILLED = make.form().model_dump(mode="json", exclude_none=True) | {
    "industry": "3982",
    "investment_fen": "20405",
    "fixed_investment_fen": "16355",
    "land_mu": "54.25",
    "cod_kg": "800",
    "output_fen": "11664",
    "tax_fen": "1108",
}
CALL = {
    "firm_name": FIRM,
    "contact_on": "2027-01-18",
    "purpose": "visit",
    "person_role": "officer",
}


async def test_targets_and_contacts(enter: Enter):
    people = {}
    for place, county in enumerate((make.DANFENG, make.SHANGZHOU, make.LUONAN)):
        person = people[county] = await enter(Role.county_officer, county)
        listed = {
            "owner": county,
            "firm_name": FIRM,
            "chain": "无人机",
            "reason": "链主",
            "follower": "招商局",
        }
        assert (await person.send("/targets", **listed)).status_code == 303
        assert (await person.send("/targets", **listed)).status_code == 422
        sent = await person.send("/contacts", county=county, **CALL)
        assert sent.status_code == (303 if place < 2 else 422)
    third = people[make.LUONAN]
    assert "已有 2 个县区备案接触该企业，到 2027-01-24 为止" in words(third.page.text)
    assert "丹凤" not in words(third.page.text)
    assert (await third.resend("/contacts", county=make.LUONAN, queue="1", **CALL)).status_code == 303
    assert "2027-01-25 起可接触" in words(await third.open("/contacts"))
    path = re.search(r'action="(/contacts/[^"]+/confirm)"', third.page.text)
    assert path is not None
    assert (await third.resend(path[1])).status_code == 303
    await third.open("/contacts")
    path = re.search(r'action="(/contacts/[^"]+/result)"', third.page.text)
    assert path is not None
    assert (await third.resend(path[1], result="nothing")).status_code == 422
    await third.open("/contacts")
    assert (await third.resend(path[1], result="interested")).status_code == 303
    assert "有投资意向" in words(await third.open("/contacts"))
    first = people[make.DANFENG]
    await first.open("/contacts")
    path = re.search(r'action="(/contacts/[^"]+/withdraw)"', first.page.text)
    assert path is not None
    assert (await first.resend(path[1])).status_code == 303
    office = await enter(Role.city_office, make.CITY)
    shown = words(await office.open("/targets"))
    assert "多个县区同时跟进的企业" in shown
    assert "3 份清单" in shown
    await first.open("/targets")
    path = re.search(r'action="(/targets/[^"]+/close)"', first.page.text)
    assert path is not None
    assert (await first.resend(path[1])).status_code == 303


async def test_a_move_inside_the_city(enter: Enter):
    person = await enter(Role.county_officer, make.DANFENG)
    moves = {
        "firm_name": "老厂有限公司",
        "credit_code": make.CREDIT_CODE,
        "from_region": make.SHANGZHOU,
        "to_region": make.DANFENG,
        "ground": "own_choice",
        "evidence": "申请",
        "last_year_tax_fen": "400",
    }
    assert (await person.send("/relocations", **(moves | {"to_region": make.SHANGZHOU}))).status_code == 422
    assert (await person.send("/relocations", **moves)).status_code == 303
    assert "400" in words(await person.open("/relocations"))


async def test_an_idea_of_the_public_from_form_to_lead(app: FastAPI, enter: Enter):
    officer = await enter(Role.county_officer, make.DANFENG)
    office = await enter(Role.city_office, make.CITY)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as public:
        form = await public.get("/offer")
        once = dict(HIDDEN.findall(form.text))["once"]
        assert (await public.post("/offer", data=IDEA | {"once": once})).status_code == 422
        bad = IDEA | {"once": once, "consent": "1", "contact_phone": "x"}
        assert (await public.post("/offer", data=bad)).status_code == 422
        elsewhere = {"origin": "http://evil.example"}
        good = IDEA | {"once": once, "consent": "1"}
        assert (await public.post("/offer", data=good, headers=elsewhere)).status_code == 403
        left = await public.post("/offer", data=good)
        found = re.search(r"6110(?:-[0-9A-Z]{5}){5}", left.text)
        assert found is not None
        code = found[0]
        assert (await public.post("/offer", data=good)).text == left.text
        led = await public.post("/offer/find", data={"code": f" {code} "})
        assert led.headers["location"] == f"/offer/{code}"
        assert "2027-01-18" in words((await public.get(f"/offer/{code}")).text)
        assert (await public.get("/offer/wrong")).status_code == 404
        shown = await office.open("/intake")
        path = re.search(r'href="(/intake/[^"]+)"', shown)
        assert path is not None
        at = path[1]
        assert "公开受理待响应" in words(await office.open("/"))
        assert "13800000000" not in await office.open(at)
        assert "13800000000" in (await office.resend(f"{at}/contact")).text
        await office.open(at)
        assert (await office.resend(f"{at}/respond")).status_code == 303
        await office.open(at)
        assert (await office.resend(f"{at}/assign", county=make.DANFENG)).status_code == 422
        given = {"county": make.DANFENG, "reply": "请丹凤县对接"}
        await office.open(at)
        assert (await office.resend(f"{at}/assign", **given)).status_code == 303
        number = re.search(r"6110-GK-2027-\d+", await officer.open(at))
        assert number is not None
        assert "查看联系人" not in officer.page.text
        lead = make.form(channel="公开受理", channel_unit=None, channel_reference=number[0])
        async with app.state.database.session() as session:
            made = await service.register(session, make.OFFICE, lead)
        await officer.open(at)
        assert (await officer.resend(f"{at}/lead")).status_code == 422
        await officer.open(at)
        assert (await officer.resend(f"{at}/lead", project=made.public_id)).status_code == 303
        assert "已登记为项目线索" in words((await public.get(f"/offer/{code}")).text)


async def test_an_idea_is_taken_back_or_declined(app: FastAPI, enter: Enter):
    office = await enter(Role.city_office, make.CITY)
    good = IDEA | {"consent": "1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as public:
        other = await public.post("/offer", data=good | {"once": "a-key-of-my-own-2", "idea": "另一个想法"})
        second = re.search(r"6110(?:-[0-9A-Z]{5}){5}", other.text)
        assert second is not None
        gone = await public.post(f"/offer/{second[0]}/withdraw")
        assert "联系方式已删除" in words(gone.text)
        assert (await public.post("/offer/wrong/withdraw")).status_code == 404
        third = await public.post("/offer", data=good | {"once": "a-key-of-my-own-3", "idea": "第三个"})
        assert third.status_code == 200
        found = re.search(r'href="(/intake/[^"]+)"', await office.open("/intake"))
        assert found is not None
        await office.open(found[1])
        no = {"reason": "out_of_scope", "refusal": "不在范围内"}
        assert (await office.resend(f"{found[1]}/refuse", **no)).status_code == 303
        assert "不在范围内" in words(await office.open(found[1]))


async def test_the_rules_side_by_side_and_a_new_version(enter: Enter):
    officer = await enter(Role.county_officer, make.DANFENG)
    assert "不低于 10,000 万元" in words(await officer.open("/entry-rules"))
    assert 'name="effective_from"' not in officer.page.text
    office = await enter(Role.city_office, make.CITY)
    page = await office.open("/entry-rules")
    fields = {
        name: unescape(value)
        for name, value in re.findall(r'<input id="f-[^"]+" name="([^"]+)" type="text" value="([^"]*)"', page)
    }
    fields |= dict(
        re.findall(r'<select id="f-[^"]+" name="(effect-\d+)".*?value="(\w+)" selected', page, re.DOTALL)
    )
    place = next(name for name, value in fields.items() if value == "10000")
    new = fields | {"effective_from": "2027-02-01", "note": "提高门槛", place: "20000", "drop-1": "1"}
    past = await office.resend("/entry-rules", **(new | {"effective_from": "2027-01-01"}))
    assert past.status_code == 422
    assert "生效日期不能早于今天" in words(past.text)
    await office.open("/entry-rules")
    assert (await office.resend("/entry-rules", **(new | {place: "many"}))).status_code == 422
    await office.open("/entry-rules")
    assert (await office.resend("/entry-rules", **new)).status_code == 303
    shown = words(await office.open("/entry-rules"))
    assert "不低于 20,000 万元" in shown
    assert "不低于 10,000 万元" in shown
    assert "未生效" in shown


async def test_a_filing_is_refused_with_its_figures_and_shown_with_its_answers(enter: Enter):
    officer = await enter(Role.county_officer, make.DANFENG)
    small = await officer.send(
        "/projects/new", step="check", **(FILLED | {"investment_fen": "9000", "fixed_investment_fen": "7000"})
    )
    assert small.status_code == 422
    assert "实测 9,000 万元，标准 不低于 10,000 万元" in words(small.text)
    checked = await officer.send("/projects/new", step="check", **FILLED)
    assert checked.status_code == 200, words(checked.text)
    assert "准入核对" in words(checked.text)
    saved = await officer.resend("/projects/new", step="save")
    assert saved.status_code == 303
    shown = words(await officer.open(f"{saved.headers['location']}/filing"))
    assert "登记时" in shown
    assert "新建项目" in shown
    other = await enter(Role.county_officer, make.SHANGZHOU)
    await other.open(f"{saved.headers['location']}/filing")
    assert other.page.status_code == 404
