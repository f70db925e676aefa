"""The pool's pages: rules before the click, a meeting, an investor's page, reports, what was lost."""

import re

from sqlalchemy import select, text

from auth.principal import Role
from services.kit.database import Database
from services.pooling import reports
from services.pooling.schemas import ReportForm
from services.projects import service
from services.projects.tables import Project
from tests.services.console.markup import faults
from tests.services.pooling.city import choose, hold, leads
from tests.services.projects import factories as make
from tests.services.projects.person import Enter, Person
from tests.services.projects.road import HOST, OFFICER, offer, pooled

OFFICE = (Role.city_office, make.CITY)


async def _clean(person: Person, app, path: str) -> str:
    """Open a page in both languages; neither may have a fault."""
    shown = {}
    for language in ("zh", "en"):
        person.client.cookies.set("lang", language)
        shown[language] = await person.open(path)
        assert person.page.status_code == 200, shown[language]
        assert faults(shown[language], app, path) == []
    person.client.cookies.set("lang", "zh")
    person.page = await person.client.get(path, headers={"Accept": "text/html"})
    return person.page.text


async def test_the_rules_stand_above_the_pool_and_evidence_is_filed(enter: Enter, database: Database, app):
    async with database.session() as session:
        (lead,) = await leads(session, 1)
        await choose(session, lead)
        assert await hold(session, lead) == "held"
        ref = lead.public_id
    host = await enter(Role.county_officer, make.SHANGZHOU)
    page = await _clean(host, app, "/pool")
    assert "申领前须知" in page
    assert "1 个，上限 5 个" in page
    sent = await host.send(
        f"/projects/{ref}/progress", kind="land_letter", document="供地函1号", happened_on="2027-01-15"
    )
    assert sent.status_code == 303, sent.text
    assert "0 个，上限 5 个" in await host.open("/pool")
    sent = await host.send(
        f"/projects/{ref}/visit",
        park=make.PARK,
        visited_on="2027-01-15",
        host_people="招商局负责人",
        investor_people="投资方负责人",
        record="现场看地",
    )
    assert sent.status_code == 303, sent.text
    page = await _clean(host, app, f"/projects/{ref}")
    assert "首谈地未到场" in page
    assert "申领前须知" not in await (await enter(*OFFICE)).open("/pool")


async def test_a_meeting_is_called_heard_and_concluded_on_its_page(enter: Enter, database: Database, app):
    async with database.session() as session:
        await make.make_pool(session, make.project_input(investment_fen=10**11))
        lead = (await session.scalars(select(Project))).one()
        await service.propose(session, make.OFFICE, lead.id, [make.PARK])
        ref = lead.public_id
    office = await enter(*OFFICE)
    assert (await office.send("/meetings", title="", held_on="", agenda="")).status_code == 422
    sent = await office.send("/meetings", title="联席会议", held_on="2027-01-15", agenda="审议")
    path = sent.headers["location"]
    await _clean(office, app, "/meetings")
    await office.open(path)
    wrong = await office.resend(f"{path}/items", project=ref, question="")
    assert wrong.status_code == 422
    assert (await office.resend(f"{path}/items", project=ref, question="落位")).status_code == 303
    page = await _clean(office, app, path)
    item = re.search(r'name="park-([0-9a-f-]{36})"', page)
    assert item is not None
    leader = await enter(Role.county_leader, make.SHANGZHOU)
    own = {"position": "support", "opinion": "具备条件", "document": "函1号"}
    assert (await leader.send(f"/projects/{ref}/opinion", **own)).status_code == 303
    await office.open(path)
    opinions = f"{path}/items/{item[1]}/opinions"
    assert (await office.resend(opinions, body="reform", **own)).status_code == 303
    await office.open(path)
    assert (await office.resend(opinions, body="reform", **own)).status_code == 422
    ended = {"minutes_no": "纪要1号", "minutes_on": "2027-01-15"}
    ended |= {f"park-{item[1]}": make.PARK, f"reason-{item[1]}": "要素最全"}
    few = await office.resend(f"{path}/minutes", **ended)
    assert few.status_code == 422
    assert "书面意见 2 份，至少需要 3 份" in few.text
    await office.resend(opinions, body="finance", **own)
    await office.open(path)
    assert (await office.resend(f"{path}/minutes", **ended)).status_code == 303
    assert "指定承接" in await _clean(office, app, path)


async def test_an_investor_answers_without_an_account(enter: Enter, database: Database, app, client):
    async with database.session() as session:
        made = await pooled(session)
        await service.apply(session, HOST, made.public_id, offer())
        ref = made.public_id
    origin = await enter(Role.county_officer, make.DANFENG)
    codes = f"/projects/{ref}/investor"
    assert (await origin.send(codes, contact="")).status_code == 422
    sent = await origin.resend(codes, contact="丹凤县招商局")
    code = re.search(r"/investor/([0-9A-Za-z._-]+)", sent.text)
    assert code is not None
    path = f"/investor/{code[1]}"
    for language in ("en", "zh"):
        shown = await client.get(path, headers={"Accept-Language": language, "Accept": "text/html"})
        assert shown.status_code == 200
        assert faults(shown.text, app, path) == []
    assert "商州区" in shown.text
    given = {"subject": "counties", "agree": "yes", "counties": make.SHANGZHOU}
    assert (await client.post(path, data=given)).status_code == 303
    assert (await client.post(path, data={"subject": "host", "agree": "yes", "park": "x"})).status_code == 422
    assert (await client.post(path, data={"subject": "nothing"})).status_code == 422
    far = {"Sec-Fetch-Site": "cross-site"}
    assert (await client.post(path, data=given, headers=far)).status_code == 403
    page = await _clean(origin, app, f"/projects/{ref}")
    assert "投资方查看和答复记录" in page
    await _clean(origin, app, codes)
    revoke = re.search(rf"{codes}/[0-9a-f-]+/revoke", await origin.open(codes))
    assert revoke is not None
    assert (await origin.resend(revoke[0])).status_code == 303
    assert (await client.get(path, headers={"Accept": "text/html"})).status_code == 404


async def test_the_office_rules_on_reports_and_reads_what_was_lost(enter: Enter, database: Database, app):
    async with database.session() as session:
        made = await pooled(session)
        form = ReportForm(county=make.LUONAN, what="单独约谈", evidence="记录")
        await reports.report(session, OFFICER, made.id, form)
        number = (await session.execute(text("SELECT id FROM origin_bypass"))).scalar_one()
        ref = made.public_id
    office = await enter(*OFFICE)
    path = f"/projects/{ref}/reports/{number}"
    await _clean(office, app, path)
    assert (await office.send(path, ruling="", reason="")).status_code == 422
    assert (await office.resend(path, ruling="upheld", reason="属实")).status_code == 303
    await _clean(office, app, path)
    await office.open(f"/projects/{ref}/reports/00000000-0000-7000-8000-000000000000")
    assert office.page.status_code == 404
    sent = await office.send(f"/projects/{ref}/referral", reason="no_chain", document="函1号")
    assert sent.status_code == 303
    page = await _clean(office, app, "/pool/figures")
    answer = re.search(r"/pool/figures/referrals/[0-9a-f-]+", page)
    assert answer is not None
    given = {"state": "taken", "answer": "已入省池", "answered_on": "2027-01-15"}
    assert (await office.resend(answer[0], **given | {"answered_on": "2027-01-16"})).status_code == 422
    await office.open("/pool/figures")
    assert (await office.resend(answer[0], **given)).status_code == 303
    origin = await enter(Role.county_officer, make.DANFENG)
    assert (await origin.send(f"/projects/{ref}/moves/lose", reason="cost")).status_code == 303
    assert "外地综合成本更低" in await _clean(office, app, "/pool/figures")
    assert "省级已接收" in await _clean(office, app, f"/projects/{ref}")
