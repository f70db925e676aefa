"""The console's pages of the papers, walked as people do, in both languages."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from markupsafe import Markup

from auth.principal import Role
from services.accounts.sign_in import open_session
from services.accounts.tables import SessionKind
from services.agreements import service
from services.agreements.schemas import VersionOut
from services.agreements.words import Party
from services.console.agreement_words import BLANK_FORM, compared, form_of, ratios_text, read_form
from services.console.session import COOKIE
from services.kit.clock import Clock
from services.kit.database import Database
from tests.services.accounts.factories import make_account
from tests.services.agreements import factories as make
from tests.services.console.markup import faults

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Browser:
    """One person at the console."""

    app: FastAPI
    secret: str
    language: str = "zh"

    async def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            client.cookies.set(COOKIE, self.secret)
            headers = {"accept": "text/html", "accept-language": self.language}
            return await client.request(method, path, headers=headers, **how)

    async def page(self, path: str, status: int = 200) -> str:
        """Ask for a page and look at it: no fault of markup, no dead link."""
        answer = await self.ask("GET", path)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:2000])
        found = faults(answer.text, self.app, path)
        assert not found, "\n".join(found)
        return answer.text

    async def send(
        self, path: str, form: dict[str, str], *, files: Any = None, at: str = ""
    ) -> httpx.Response:
        """Send a form with the token of the page it stands on."""
        shown = await self.ask("GET", at or path)
        token = TOKEN.search(shown.text)
        assert token, (path, shown.status_code)
        answer = await self.ask("POST", path, data={"csrf": token[1], **form}, files=files)
        if answer.status_code == 422:
            assert not faults(answer.text, self.app, path)
        return answer


@pytest.fixture
async def enter(app: FastAPI, database: Database):
    async def enter(role: Role, office: str, language: str = "zh") -> Browser:
        async with database.session() as session:
            account = await make_account(session, role, office)
            opened = await open_session(session, account, SessionKind.console, Clock().now())
        return Browser(app, opened.secret.text, language)

    return enter


@pytest.fixture
async def project_id(database: Database) -> str:
    async with database.session() as session:
        return str((await make.held(session)).id)


def form(**changes: str) -> dict[str, str]:
    filled = dict(BLANK_FORM) | {
        "ratios_bp": "40",
        "effective_on": "2027-01-15",
        "minutes_no": "市政纪要〔2027〕3号",
        "minutes_on": "2027-01-12",
        "deduction_consent": "1",
    }
    return filled | changes


def scan(party: str) -> dict[str, Any]:
    return {"scan": ("扫描件.pdf", make.PDF + party.encode(), "application/pdf")}


SIGNED = {"signer": "签字人", "signed_on": "2027-01-15"}


async def test_the_road_of_an_agreement(enter, project_id: str):
    host = await enter(Role.county_officer, make.HOST, "en")
    leader = await enter(Role.county_leader, make.HOST)
    origin = await enter(Role.county_officer, make.ORIGIN)
    origin_leader = await enter(Role.county_leader, make.ORIGIN, "en")
    office = await enter(Role.city_office, make.CITY, "en")
    finance = await enter(Role.city_finance, make.CITY)

    for path in ("/agreements", "/agreements/new", f"/agreements/new?project={project_id}"):
        page = await host.page(path)
    assert "30%" in page  # the floor
    made = await host.send("/agreements/new", form(project=project_id))
    assert made.status_code == 303, made.text
    path = made.headers["location"]
    await host.page(path)
    assert "6110-XY-2027-001" in await origin.page("/agreements?q=6110&state=draft&county=611002")
    assert "6110-XY-2027-001" not in await origin.page("/agreements?state=in_force")

    await host.page(f"{path}/edit")
    edited = await host.send(f"{path}/edit", form(ratios_bp="45", seen="1"))
    assert edited.status_code == 303
    await host.page(f"{path}/send")
    sent = await host.send(f"{path}/send", {"seen": "2"})
    assert sent.status_code == 303
    assert (await host.ask("GET", f"{path}/edit")).status_code == 409

    for party, maker, checker in (
        ("origin", origin, origin_leader),
        ("host", host, leader),
        ("witness", office, finance),
    ):
        await maker.page(f"{path}/sign/{party}")
        uploaded = await maker.send(f"{path}/sign/{party}", SIGNED, files=scan(party))
        assert uploaded.status_code == 303, uploaded.text
        waiting = re.search(rf'href="({path}/signatures/[0-9a-f-]+)"', await checker.page(path))
        assert waiting, party
        await checker.page(waiting[1])
        assert (await maker.ask("GET", waiting[1])).status_code == 409
        file = await checker.ask("GET", f"{waiting[1]}/scan")
        assert file.content == make.PDF + party.encode()
        checked = await checker.send(waiting[1], {"decision": "accept"})
        assert checked.status_code == 303, checked.text
    await host.page(path)
    for end in (".pdf", ".xlsx"):
        assert (await host.ask("GET", path + end)).status_code == 200

    await origin.page(f"{path}/amend")
    amended = await origin.send(f"{path}/amend", form(ratios_bp="50;50;45;40;40", method="yearly", seen="4"))
    assert amended.status_code == 303, amended.text
    page = await host.page(path)
    assert "<mark>" in page
    await office.page(f"{path}/end")
    ended = await office.send(f"{path}/end", {"seen": "5", "ended_on": "2027-01-15", "reason": "项目终止"})
    assert ended.status_code == 303, ended.text
    assert "项目终止" in await host.page(path)


async def test_the_road_of_a_confirmation(enter, project_id: str):
    host = await enter(Role.county_officer, make.HOST, "en")
    leader = await enter(Role.county_leader, make.HOST, "en")
    office = await enter(Role.city_office, make.CITY)
    await host.page("/confirmations")
    await host.page(f"/confirmations/new?project={project_id}")
    made = await host.send("/confirmations/new", {"project": project_id})
    assert made.status_code == 303
    path = made.headers["location"]
    for decision in ("reject", "accept"):
        uploaded = await host.send(f"{path}/sign/investor", SIGNED, files=scan("investor"))
        assert uploaded.status_code == 303
        (waiting,) = re.findall(rf'href="({path}/signatures/[0-9a-f-]+)"', await leader.page(path))
        if decision == "reject":
            unsaid = await leader.send(waiting, {"decision": "reject", "reason": " "})
            assert unsaid.status_code == 422
        answer = await leader.send(waiting, {"decision": decision, "reason": "印章不清"})
        assert answer.status_code == 303
    page = await host.page(path)
    assert "印章不清" in page
    assert (await host.ask("GET", f"{path}.pdf")).content.startswith(b"%PDF")
    assert "6110-QR-2027-001" in await office.page("/confirmations")
    void = await office.send(f"{path}/void", {"reason": ""}, at=path)
    assert void.status_code == 303
    await office.page(path)


async def test_a_form_comes_back_with_its_errors(enter, project_id: str):
    host = await enter(Role.county_officer, make.HOST)
    for change, words in (
        ({"ratios_bp": "四十"}, "不是数字"),
        ({"ratios_bp": "20"}, "低于首谈地的保底比例"),
        ({"ratios_bp": "120"}, "允许的范围"),
        ({"cap_fen": "0.0000001"}, "最小单位"),
        ({"years": "0"}, "允许的范围"),
        ({"effective_on": ""}, "允许的范围"),
        ({"remark": "先征后返"}, "公平竞争审查"),
        ({"project": ""}, "请选择项目"),
    ):
        answer = await host.send("/agreements/new", form(project=project_id) | change)
        assert answer.status_code == 422, change
        assert words in answer.text, change
    made = await host.send("/agreements/new", form(project=project_id, minutes_no="", deduction_consent=""))
    # Nothing of the refused drafts is left, and their numbers were given back.
    assert "6110-XY-2027-001" in await host.page(made.headers["location"])
    path = made.headers["location"]
    unready = await host.send(f"{path}/send", {"seen": "1"})
    assert unready.status_code == 422
    assert "常务会议纪要文号" in unready.text
    for change in ({"ratios_bp": "10"}, {"years": "x"}):
        assert (await host.send(f"{path}/edit", form(seen="1") | change)).status_code == 422


async def test_amending_and_ending_refuse_bad_forms(enter, database: Database):
    async with database.session() as session:
        _, agreement = await make.in_force(session)
        seen = str(agreement.revision)
    path = f"/agreements/{agreement.id}"
    host = await enter(Role.county_officer, make.HOST)
    office = await enter(Role.city_office, make.CITY)
    for change in ({"ratios_bp": "10"}, {"years": ""}, {"effective_on": "2026-01-01"}):
        answer = await host.send(f"{path}/amend", form(seen=seen) | change)
        assert answer.status_code == 422, change
    bad = await office.send(f"{path}/end", {"seen": seen, "ended_on": "明天", "reason": ""})
    assert bad.status_code == 422
    assert (await host.ask("GET", f"{path}/end")).status_code == 409


async def test_uploads_that_are_none(enter, database: Database):
    async with database.session() as session:
        _, agreement = await make.sent(session)
        signature = await make.upload(session, agreement, Party.origin)
    path = f"/agreements/{agreement.id}"
    host = await enter(Role.county_officer, make.HOST)
    for fields, files, words in (
        (SIGNED | {"signer": " "}, scan("host"), "请填写签字人"),
        (SIGNED | {"signed_on": ""}, scan("host"), "允许的范围"),
        (SIGNED | {"signed_on": "2027-01-16"}, scan("host"), "不能晚于今天"),
        (SIGNED, {"scan": ("x.exe", b"MZ", "application/pdf")}, "完整的 PDF"),
        (SIGNED, None, "不为空"),
    ):
        answer = await host.send(f"{path}/sign/host", fields, files=files)
        assert answer.status_code == 422, words
        assert words in answer.text
    assert (await host.ask("GET", f"{path}/sign/origin")).status_code == 409
    missing = f"{path}/signatures/{agreement.id}"
    assert (await host.ask("GET", missing)).status_code == 404
    auditor = await enter(Role.auditor, make.CITY)
    page = await auditor.page(path)
    assert "/scan" not in page
    assert (await auditor.ask("GET", f"{path}/signatures/{signature.id}/scan")).status_code == 404


async def test_lists_have_pages(enter, database: Database, monkeypatch: pytest.MonkeyPatch):
    from services.agreements import confirmations
    from services.console.pages import agreements

    monkeypatch.setattr(agreements, "PAGE_SIZE", 1)
    async with database.session() as session:
        project, first = await make.drafted(session)
        await service.end_agreement(session, make.OFFICE, first.id, first.revision, make.TODAY, "因故")
        await make.drafted(session)
        paper = await make.confirmation_of(session, project)
        await confirmations.end_confirmation(session, make.OFFICE, paper.id, "因故")
        await make.confirmation_of(session, project)
    office = await enter(Role.city_office, make.CITY)
    for path, code in (("/agreements", "6110-XY-2027-001"), ("/confirmations", "6110-QR-2027-001")):
        page = await office.page(path)
        assert code not in page
        following = re.search(rf'href="({path}\?cursor=[^"]+)" rel="next"', page)
        assert following
        assert code in await office.page(following[1])


def version_out(**changes: object) -> VersionOut:
    from tests.services.documents.test_builders import version

    return version(1, **changes)


def test_a_form_and_its_terms_are_inverse():
    for percents in ("40", "50;50;40;33.5;30"):
        filled = form(ratios_bp=percents, method="yearly", cap_fen="31.5", remark="另议", carry_forward="1")
        read, errors = read_form(filled, "zh")
        assert not errors
        assert read is not None
        terms = read.terms(make.ORIGIN, make.HOST)
        shown = version_out(terms=terms.to_json(), remark=read.remark)
        assert form_of(shown, read.minutes_no, read.minutes_on, read.deduction_consent) == filled
    bare = version_out(terms=terms.to_json() | {"cap_fen": None, "deduct_incentives": False})
    assert form_of(bare, "", None, consent=False)["cap_fen"] == ""


def test_ratios_in_few_words():
    assert ratios_text((4000, 4000)) == "40%"
    assert ratios_text((5000, 4050)) == "50% / 40.5%"


def test_versions_side_by_side_mark_what_differs():
    one = version_out()
    two = version_out(terms=one.terms.model_dump(mode="json") | {"cap_fen": None, "carry_forward": True})
    rows = compared([one, two], "zh")
    marked = [label for label, values in rows if "<mark>" in values[1]]
    assert marked == ["累计上限", "负基数结转以后年度"]
    assert all(isinstance(value, Markup) for _, values in compared([one], "en") for value in values)
