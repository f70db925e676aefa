"""The pages of matches: each answers each role as its rights say, in both languages."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from services.matching.run_words import ROUTES
from services.matching.tables import MatchRun
from services.regions.chains import ApprovalChain
from tests.services.accounts.factories import opened
from tests.services.matching import factories as make
from tests.services.projects import factories as projects_make
from tests.services.projects import road


class Browser:
    """Somebody signed in, who reads pages and sends their forms."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def get(self, path: str, status: int = 200, language: str = "zh") -> str:
        answer = await self.client.get(path, headers={"accept": "text/html", "accept-language": language})
        assert answer.status_code == status, answer.text
        return answer.text

    async def send(self, path: str, page: str, status: int, **form: str) -> httpx.Response:
        token = re.search(r'name="csrf" value="([^"]*)"', page)
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
        assert token is not None
        data = {name: value for name, value in hidden.items() if name in {"run", "version"}}
        answer = await self.client.post(path, data={"csrf": token[1], **data, **form})
        assert answer.status_code == status, answer.text
        return answer


@pytest.fixture
async def office(app: FastAPI, pool: Database) -> AsyncIterator[Browser]:
    async with await _browser(app, Role.city_office) as client:
        yield Browser(client)


async def _browser(app: FastAPI, role: Role, place: str | None = None) -> httpx.AsyncClient:
    signed = await opened(app.state.database, role, place, kind=SessionKind.console)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")
    client.cookies.set(COOKIE, signed.secret.text)
    return client


async def test_before_the_first_run_the_page_says_so(office: Browser) -> None:
    assert "还没有匹配结果" in await office.get("/matches")
    assert "还没有运行过" in await office.get("/matches/runs")


async def test_a_run_is_started_and_followed(office: Browser, pool: Database) -> None:
    page = await office.get("/matches/runs/new")
    bad = await office.send("/matches/runs", page, 422, seconds="abc", seed="1")
    assert "请先改正以下问题" in bad.text
    assert 'href="#f-seconds"' in bad.text
    started = await office.send("/matches/runs", page, 303, seconds="5", seed="1")
    where = started.headers["location"]
    assert "排队中" in await office.get(where)
    assert 'hx-trigger="every 2s"' in await office.get(where)
    (run,) = [item async for item in _runs(pool)]
    await make.execute(pool, run.id)
    done = await office.get(where)
    assert "最优（已证明）" in done
    assert "every 2s" not in done
    assert any(words in done for words in ROUTES.values()), "the way that was taken has a name"
    assert "Best, proven" in await office.get(where, language="en")


async def _runs(pool: Database) -> AsyncIterator[MatchRun]:
    from services.matching import repo

    async with pool.session() as session:
        for item in await repo.runs(session, make.CITY, limit=9):
            yield item


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_review_shows_ranks_parts_and_every_rule(
    office: Browser, pool: Database, run: MatchRun, language: str
) -> None:
    async with pool.session() as session:
        blocked = (await make.project(session, make.BLOCKED)).public_id
        land = (await make.project(session, make.LAND)).public_id
    page = await office.get(f"/matches/{blocked}", language=language)
    words = {
        "zh": ("园区禁入行业", "投资强度低于下限", "亩均税收低于下限", "到期可供用地不足"),
        "en": (
            "Industry barred by the park",
            "Investment per mu below",
            "Tax per mu below",
            "Too little land",
        ),
    }
    for word in words[language]:
        assert word in page
    page = await office.get(f"/matches/{land}", language=language)
    assert ("推荐落位" if language == "zh" else "Proposed") in page
    for show in ("waiting", "placed", "unplaced", "all", "nonsense"):
        await office.get(f"/matches?show={show}", language=language)


async def test_the_decision_is_made_on_the_page(office: Browser, pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
    where = f"/matches/{project.public_id}"
    page = await office.get(where)
    assert "批准并持有" in page
    assert "待审匹配" in await office.get("/")
    bad = await office.send(where, page, 422, park=make.LUONAN_PARK)
    assert 'href="#f-override_reason"' in bad.text
    wrong = await office.send(where, page, 422, park="不是编码")
    assert 'href="#f-park"' in wrong.text
    early = await office.send(where, page, 422, park=make.LUONAN_PARK, override_reason="balance")
    assert "改选的代价尚未算出" in early.text
    await make.price(pool, make.HALL, make.LUONAN_PARK)
    page = await office.get(where)
    assert "个平均项目的得分" in page
    done = await office.send(where, page, 303, park=make.LUONAN_PARK, override_reason="balance")
    assert done.headers["location"] == "/matches"
    after = await office.get(where)
    assert "批准并持有" not in after
    assert "区域统筹平衡" in after


async def test_where_several_sign_the_page_leads_to_the_sheet(
    office: Browser, pool: Database, run: MatchRun
) -> None:
    steps = [{"role": "city_office", "kind": "sign", "title": title} for title in ("科长", "主任")]
    async with pool.session() as session:
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
        project = await make.project(session, make.HALL)
    where, sheet = f"/matches/{project.public_id}", f'href="/approvals/decision-{project.id}"'
    page = await office.get(where)
    assert "第 1 名" in page
    assert sheet not in page
    async with pool.session() as session:
        signs = ApprovalChain(
            city=make.CITY,
            kind="decision",
            office="",
            effective_from=projects_make.TODAY,
            steps=steps,
            set_by=make.OFFICE.account,
        )
        session.add(signs)
    page = await office.get(where)
    assert sheet in page
    assert "第 2 名" in page
    assert "第 1 名" not in page


async def test_a_lead_newer_than_the_last_run_leads_to_the_next_run(
    office: Browser, app: FastAPI, pool: Database, run: MatchRun
) -> None:
    async with pool.session() as session:
        project = await road.chosen(session, make.PARK)
    for language, words in (("zh", "晚于最近一次匹配运行"), ("en", "newer than the last match run")):
        page = await office.get(f"/matches/{project.public_id}", language=language)
        assert words in page
        assert 'href="/matches/runs/new"' in page
        assert "批准并持有" not in page
    assert f'href="/matches/{project.public_id}"' in await office.get("/matches")
    assert "另有 1 条投资方已选定的线索" in await office.get("/approvals")
    async with await _browser(app, Role.county_leader, make.SHANGZHOU) as client:
        host = Browser(client)
        assert project.code_name not in await host.get("/matches")
        await host.get(f"/matches/{project.public_id}", 404)
    await make.stored_run(pool)
    assert "批准并持有" in await office.get(f"/matches/{project.public_id}")
    assert "晚于最近一次匹配运行" not in await office.get("/matches")


async def test_the_second_signer_signs_on_the_page(
    office: Browser, app: FastAPI, pool: Database, run: MatchRun
) -> None:
    async with pool.session() as session:
        project = await make.project(session, make.HALL)
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
    where = f"/matches/{project.public_id}"
    await make.price(pool, make.HALL, make.LUONAN_PARK)
    form = {"park": make.LUONAN_PARK, "override_reason": "other", "note": "见附件"}
    await office.send(where, await office.get(where), 303, **form)
    assert "已有一份审定意见等待第二人签署" in await office.get(where)
    async with await _browser(app, Role.city_office) as client:
        second = Browser(client)
        home = await second.get("/")
        address = re.search(r"/matches/decisions/[0-9a-f-]{36}", home)
        assert address is not None
        own = await office.get(address[0])
        assert "须由另一人签署" in own
        assert "个平均项目的得分" in own, "the second signer sees the price before signing"
        refused = await office.send(address[0], own, 422, answer="agree")
        assert "这一步须由另一人办理" in refused.text
        page = await second.get(address[0])
        await second.send(address[0], page, 303, answer="agree")
        await second.get(address[0], 404)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.county_officer, make.SHANGZHOU),
        (Role.county_leader, make.DANFENG),
        (Role.park_officer, make.PARK),
        (Role.auditor, None),
    ],
)
async def test_readers_read_and_cannot_act(
    app: FastAPI, pool: Database, run: MatchRun, role: Role, place: str | None
) -> None:
    async with pool.session() as session:
        hall = (await make.project(session, make.HALL)).public_id
    async with await _browser(app, role, place) as client:
        reader = Browser(client)
        for path in ("/matches", "/matches/runs", f"/matches/runs/{run.id}", f"/matches/{hall}"):
            page = await reader.get(path)
            assert "批准并持有" not in page
            assert "/matches/runs/new" not in page
            await reader.get(path, language="en")
        await reader.get("/matches/runs/new", 403)


async def test_others_do_not_read_at_all(app: FastAPI, pool: Database, run: MatchRun) -> None:
    async with await _browser(app, Role.city_finance) as client:
        await Browser(client).get("/matches", 403)
    async with pool.session() as session:
        blocked = (await make.project(session, make.BLOCKED)).public_id
    async with await _browser(app, Role.county_officer, make.SHANGZHOU) as client:
        await Browser(client).get(f"/matches/{blocked}", 404)
