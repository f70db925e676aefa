"""The pages: officers sign, return, lend a seat, hand over; administrators give posts and suspend."""

from collections.abc import AsyncIterator
from itertools import count

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Principal, Role
from services.accounts.sign_in import open_session
from services.accounts.tables import SessionKind
from services.approvals import chains
from services.approvals.schemas import ChainForm
from services.console.session import COOKIE
from services.kit.database import Database
from services.projects import service as projects
from tests.services.accounts.factories import make_account
from tests.services.console.markup import faults
from tests.services.projects import factories as make
from tests.services.projects.person import HIDDEN, Person
from tests.services.regions import factories as regions

_numbers = count(1)


class Office:
    """People at the console."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.clients: list[httpx.AsyncClient] = []

    async def join(self, role: Role, office: str, language: str = "zh") -> tuple[Person, Principal]:
        database: Database = self.app.state.database
        async with database.session() as session:
            account = await make_account(session, role, office)
            account.display_name = f"人员{next(_numbers)}"
            now = self.app.state.clock.now()
            opened = await open_session(session, account, SessionKind.console, now)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        client = httpx.AsyncClient(
            transport=transport, base_url="http://test", headers={"Accept-Language": language}
        )
        client.cookies.set(COOKIE, opened.secret.text)
        self.clients.append(client)
        return Person(client), opened.principal


@pytest.fixture
async def office(app: FastAPI, database: Database) -> AsyncIterator[Office]:
    async with database.session() as session:
        await regions.make_city(session)
    made = Office(app)
    yield made
    for client in made.clients:
        await client.aclose()


async def refill(person: Person, page: str, path: str, **fields: object) -> httpx.Response:
    """Open a page and send one of its forms."""
    await person.open(page)
    return await person.resend(path, **fields)


async def sound(office: Office, person: Person, path: str) -> str:
    """Open a page that must be whole."""
    text = await person.open(path)
    assert person.page.status_code == 200, text[:600]
    assert faults(text, office.app, path) == []
    return text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_officer_signs_on_one_page(office: Office, database: Database, language: str) -> None:
    leader, _ = await office.join(Role.county_leader, make.DANFENG, language)
    _, other = await office.join(Role.county_leader, make.DANFENG)
    _, maker = await office.join(Role.county_officer, make.DANFENG)
    async with database.session() as session:
        project = await projects.register(session, maker, make.form())
    ref = f"review-{project.id}"
    assert ref in await sound(office, leader, "/approvals")
    text = await sound(office, leader, f"/approvals/{ref}")
    assert project.name in text
    path = f"/approvals/{ref}"
    assert (await leader.send(path, verb="return", reason="")).status_code == 422
    assert (await leader.send(path, verb="add_before", person="nobody")).status_code == 422
    sent = await leader.send(path, verb="add_before", person=str(other.account))
    assert sent.status_code == 303
    back = await leader.send(path, verb="copy", person=str(maker.account))
    assert back.status_code == 303
    assert other.name in await sound(office, leader, path)
    assert ref in await sound(office, leader, "/approvals/mine")
    for page in ("/delegations", "/handovers", "/approval-chains"):
        await sound(office, leader, page)


async def test_where_several_sign_the_projects_page_leads_to_the_sheet(
    office: Office, database: Database
) -> None:
    leader, head = await office.join(Role.county_leader, make.DANFENG)
    _, maker = await office.join(Role.county_officer, make.DANFENG)
    steps = [{"role": "county_leader", "kind": "sign", "title": title} for title in ("局长", "分管县领导")]
    form = {"kind": "review", "office": make.DANFENG, "effective_from": make.TODAY, "steps": steps}
    async with database.session() as session:
        project = await projects.register(session, maker, make.form())
    page = f"/projects/{project.public_id}"
    assert f'href="{page}/moves/review"' in await sound(office, leader, page)
    async with database.session() as session:
        await chains.set_chain(session, head, ChainForm.model_validate(form), make.TODAY)
    shown = await sound(office, leader, page)
    assert f'href="{page}/moves/review"' not in shown
    assert f'href="/approvals/review-{project.id}"' in shown
    assert f'href="{page}/moves/return"' in shown, "what one person does alone keeps its form"


async def test_a_batch_shows_what_became_of_each(office: Office, database: Database) -> None:
    leader, _ = await office.join(Role.county_leader, make.DANFENG)
    _, maker = await office.join(Role.county_officer, make.DANFENG)
    async with database.session() as session:
        project = await projects.register(session, maker, make.form())
    await leader.open("/approvals")
    done = await leader.resend("/approvals/batch", item=[f"review-{project.id}", "review-x"], reason="同意")
    assert done.status_code == 200
    assert "已审批同意" in done.text
    assert faults(done.text, office.app, "/approvals") == []
    assert "没有审批单" in await sound(office, leader, "/approvals")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_seat_is_lent_taken_and_given_back(office: Office, database: Database, language: str) -> None:
    leader, _ = await office.join(Role.county_leader, make.DANFENG, language)
    delegate, person = await office.join(Role.county_officer, make.DANFENG, language)
    _, maker = await office.join(Role.county_officer, make.DANFENG)
    async with database.session() as session:
        project = await projects.register(session, maker, make.form())
    day, to, kind = str(make.TODAY), str(person.account), "review"
    bad = await leader.send(
        "/delegations", delegate="", kinds="review", from_on=day, until_on=day, reason="x"
    )
    assert bad.status_code == 422
    late = await leader.resend(
        "/delegations",
        delegate=str(person.account),
        kinds="review",
        from_on=day,
        until_on="2020-01-01",
        reason="x",
    )
    assert late.status_code == 422
    lent = await leader.send(
        "/delegations", delegate=to, kinds=kind, from_on=day, until_on=day, reason="外出"
    )
    assert lent.status_code == 303
    await sound(office, delegate, "/account")
    assert (await delegate.resend("/account/post")).status_code == 303
    assert "代" in await sound(office, delegate, "/account")
    assert (await delegate.send(f"/approvals/review-{project.id}", verb="agree")).status_code == 303
    await sound(office, delegate, "/delegations")
    await delegate.open("/account")
    token = HIDDEN.search(delegate.page.text)
    assert token is not None
    refused = await delegate.client.post("/handovers", data={"csrf": token[2], "kind": "leave"})
    assert (refused.status_code, "委托范围" in refused.text or "named in the delegation" in refused.text) == (
        403,
        True,
    )
    await leader.open("/delegations")
    path = next(part for part in leader.page.text.split('"') if part.endswith("/end"))
    assert (await leader.resend(path)).status_code == 303
    await sound(office, leader, "/delegations")


async def test_a_desk_is_handed_over_on_paper(office: Office, database: Database) -> None:
    giver, _ = await office.join(Role.county_leader, make.DANFENG)
    taker, person = await office.join(Role.county_leader, make.DANFENG, "en")
    _, maker = await office.join(Role.county_officer, make.DANFENG)
    async with database.session() as session:
        project = await projects.register(session, maker, make.form())
    assert (await giver.send("/handovers", taker="", kind="leave")).status_code == 422
    clerk = await giver.resend("/handovers", taker=str(maker.account), kind="leave")
    assert clerk.status_code == 422
    made = await giver.send("/handovers", taker=str(person.account), kind="leave")
    assert made.status_code == 303
    path = made.headers["location"]
    assert project.name in await sound(office, giver, path)
    assert (await giver.resend(f"{path}/confirm")).status_code == 303
    await sound(office, taker, path)
    assert (await taker.resend(f"{path}/confirm")).status_code == 303
    await sound(office, taker, path)
    await sound(office, taker, "/handovers")


async def test_a_chain_is_set_line_by_line(office: Office) -> None:
    city, _ = await office.join(Role.city_office, make.CITY)
    day, kind = str(make.TODAY), "review"
    empty = await city.send(
        "/approval-chains", kind=kind, office="", effective_from=day, titles="", way="sign"
    )
    assert empty.status_code == 422
    past = await city.resend(
        "/approval-chains", kind=kind, office="", effective_from="2020-01-01", titles="局长", way="sign"
    )
    assert past.status_code == 422
    made = await city.send(
        "/approval-chains", kind=kind, office="", effective_from=day, titles="局长\n县领导", way="sign"
    )
    assert made.status_code == 303
    assert "局长 → 县领导" in await sound(office, city, "/approval-chains")


async def test_an_administrator_gives_posts_and_suspends(office: Office) -> None:
    admin, _ = await office.join(Role.administrator, make.CITY)
    officer, person = await office.join(Role.county_officer, make.DANFENG)
    base = f"/accounts/{person.account}"
    await sound(office, admin, base)
    assert (await refill(admin, base, f"{base}/posts", role="county_leader", office="x")).status_code == 422
    wrong = await refill(admin, base, f"{base}/posts", role="city_office", office=make.DANFENG)
    assert wrong.status_code == 422
    park = await refill(admin, base, f"{base}/posts", role="park_officer", office=make.PARK)
    assert park.status_code == 303
    given = await refill(admin, base, f"{base}/posts", role="county_leader", office=make.DANFENG)
    assert given.status_code == 303
    await sound(office, officer, "/account")
    assert (await officer.client.post("/account/post", data={"seat": "post:x"})).status_code == 403
    assert (await officer.resend("/account/post", seat="post:x")).status_code == 404
    none = await refill(admin, base, f"{base}/suspensions", from_on="", until_on="", because="")
    assert none.status_code == 422
    start = "2027-01-01"
    order = await refill(
        admin, base, f"{base}/suspensions", from_on=start, until_on="2026-01-01", because="x"
    )
    assert order.status_code == 422
    done = await refill(
        admin, base, f"{base}/suspensions", from_on="2027-01-01", until_on="", because="岗位调查"
    )
    assert done.status_code == 303
    assert "已暂停办理" in await sound(office, officer, "/account")
    assert (await officer.send("/delegations", kinds="review")).status_code == 403
    text = await sound(office, admin, base)
    lift = next(part for part in text.split('"') if part.endswith("/lift"))
    end = next(part for part in text.split('"') if part.endswith("/end"))
    assert (await admin.resend(lift)).status_code == 303
    await admin.open(base)
    assert (await admin.resend(end)).status_code == 303
