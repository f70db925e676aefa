"""First negotiation as people see it: every form without script, what a county reads, the batch."""

import re
from datetime import date

from sqlalchemy import select

from auth.principal import Role
from services.first_talk.tables import Case
from services.kit.database import Database
from services.projects.tables import Project
from tests.services.console.markup import faults
from tests.services.first_talk.cast import leads, opened, refs, ruled
from tests.services.projects import factories as make
from tests.services.projects.person import Enter, Person


async def case_of(database: Database) -> Case:
    async with database.session() as session:
        return (await session.scalars(select(Case))).one()


async def fine(person: Person, path: str) -> str:
    """Open a page in both languages; both must be sound."""
    shown = ""
    for language in ("zh-CN", "en"):
        page = await person.client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
        assert page.status_code == 200, (path, page.status_code)
        assert faults(page.text, person.client._transport.app, path) == []
        shown = shown or page.text
    return shown


async def test_a_case_by_pages_from_the_claim_to_the_ruling(enter: Enter, database: Database):
    async with database.session() as session:
        own = refs((await leads(session))[0])
    officer = await enter(Role.county_officer, make.DANFENG)
    rival = await enter(Role.county_leader, make.SHANGZHOU)
    office, other = [await enter(Role.city_office, make.CITY) for _ in range(2)]
    empty = await officer.send("/first-talk/new", projects="", claim="")
    assert empty.status_code == 422
    nobody = await officer.send("/first-talk/new", projects="nobody", claim="首谈")
    assert nobody.status_code == 422
    await officer.open(f"/first-talk/new?project={own[0]}")
    made = await officer.resend(
        "/first-talk/new", projects=f"http://127.0.0.1/projects/{own[0]}?from=list", claim="两县均称首谈"
    )
    assert made.status_code == 303
    at = made.headers["location"]
    assert "待立案" in await fine(officer, at)
    assert (await office.send(f"{at}/admission")).status_code == 303
    for name in ("statements", "withdrawal"):
        await fine(officer, f"{at}/{name}")
    wrong = await officer.send(f"{at}/statements", words="首谈", evidence="记录")
    assert wrong.status_code == 422
    assert "请附佐证" in wrong.text
    told = {"evidence_kind": "visit_record", "evidence": "考察接待记录甲", "happened_on": "2027-01-04"}
    assert (await officer.send(f"{at}/statements", words="首谈", **told)).status_code == 303
    assert (await rival.send(f"{at}/statements", words="我县在先")).status_code == 303
    theirs = await fine(rival, at)
    assert "考察接待记录甲" not in theirs
    assert "丹凤" not in theirs
    assert (await office.send(f"{at}/hearing", on="2027-01-15", place="市招商服务中心")).status_code == 303
    both = await fine(office, at)
    assert "考察接待记录甲" in both
    assert "我县在先" in both
    written = {"ground": "earlier_acceptance", "holder": "1", "effect": "support", "findings": "首谈在先"}
    bare = await office.send(f"{at}/ruling", **written, reasons="", minutes_no="")
    assert bare.status_code == 422
    assert "请写明裁定理由" in bare.text
    good = written | {"reasons": "丹凤县受理在先", "minutes_no": "商联纪〔2027〕3号"}
    assert (await office.send(f"{at}/ruling", **good, cites="x")).status_code == 422
    assert (await office.send(f"{at}/ruling", **good)).status_code == 303
    assert (await office.send(f"{at}/confirm-ruling")).status_code == 422
    assert "某县区受理在先" in await fine(other, f"{at}/confirm-ruling")
    await fine(other, f"{at}/reject-ruling")
    assert (await other.send(f"{at}/confirm-ruling")).status_code == 303
    assert "已裁定" in await fine(rival, at)
    assert (await rival.client.get(f"{at}.pdf")).content.startswith(b"%PDF")
    await office.open(f"{at}/nothing")
    assert office.page.status_code == 404
    assert "CD-6110-2027-001" in await fine(rival, "/first-talk/precedents?q=受理在先")
    await rival.open("/first-talk/precedents?year=x")
    assert rival.page.status_code == 422
    assert "裁定用时中位数" in await fine(office, "/first-talk")


async def test_a_settlement_by_pages(enter: Enter, database: Database):
    async with database.session() as session:
        await opened(session)
    at = f"/first-talk/{(await case_of(database)).id}"
    leader = await enter(Role.county_leader, make.DANFENG)
    rival = await enter(Role.county_leader, make.SHANGZHOU)
    office = await enter(Role.city_office, make.CITY)
    shown = {"holder": "2", "effect": "closed", "terms": "由对方继续洽谈"}
    assert "另一登记方 2" in await fine(leader, f"{at}/settlement")
    assert (await leader.send(f"{at}/settlement", **shown)).status_code == 303
    assert "由对方继续洽谈" in await fine(rival, f"{at}/agreement")
    assert (await rival.send(f"{at}/agreement")).status_code == 303
    assert (await office.send(f"{at}/confirmation")).status_code == 303
    assert "已和解" in await fine(leader, at)


async def test_a_protection_by_pages_and_releases_in_a_batch(enter: Enter, database: Database):
    async with database.session() as session:
        mine, theirs = await leads(session)
        mine.protected_until = date(2027, 1, 20)
        theirs.protected_until = date(2027, 1, 14)
        ours, gone = refs(mine, theirs)
    officer = await enter(Role.county_officer, make.DANFENG)
    office = await enter(Role.city_office, make.CITY)
    at = f"/first-talk/protections/{ours}"
    assert f'href="{at}"' in await officer.open("/")
    lead = await officer.open(f"/projects/{ours}")
    assert officer.page.status_code == 200, lead[-3000:]
    assert f'href="{at}"' in lead
    await fine(officer, at)
    assert (await officer.send(f"{at}/answer", kind="progress", reason="仍在谈")).status_code == 422
    told = {"kind": "extension", "evidence_kind": "minutes", "evidence": "纪要", "happened_on": "2027-01-10"}
    assert (await officer.send(f"{at}/answer", **told, reason="比选中")).status_code == 303
    assert "申请延期" in await fine(office, "/first-talk")
    said = await office.send(f"{at}/extension", outcome="granted", reason="有进展")
    assert said.status_code == 303
    assert (await officer.send(f"{at}/answer", kind="release", reason="企业另选")).status_code == 303
    assert (await office.send(f"{at}/release", reason="")).status_code == 422
    page = await office.open("/first-talk")
    assert sorted(re.findall(r'name="refs" value="(\w+)"', page)) == sorted([ours, gone])
    both = {"refs": [ours, gone]}
    assert (await office.resend("/first-talk/releases", **both, reason="")).status_code == 422
    unknown = {"refs": ["nothing"], "reason": "期满"}
    assert (await office.resend("/first-talk/releases", **unknown)).status_code == 422
    await office.open("/first-talk")
    assert (await office.resend("/first-talk/releases", **both, reason="期满无进展")).status_code == 303
    async with database.session() as session:
        rows = await session.scalars(select(Project.state))
        assert {state.value for state in rows} == {"released"}
    assert "丹凤" not in await (await enter(Role.county_officer, make.SHANGZHOU)).open("/first-talk")
    stranger = await enter(Role.county_officer, make.LUONAN)
    await stranger.open(at)
    assert stranger.page.status_code == 404
    assert "/releases" not in await stranger.open("/first-talk")


async def test_an_auditor_reads_precedents_and_no_case(enter: Enter, database: Database):
    async with database.session() as session:
        await ruled(session)
    auditor = await enter(Role.auditor, make.CITY)
    assert "CD-6110-2027-001" in await fine(auditor, "/first-talk/precedents")
    page = await fine(auditor, "/first-talk")
    assert "ST-6110" not in page
    await auditor.open(f"/first-talk/{(await case_of(database)).id}")
    assert auditor.page.status_code == 404
