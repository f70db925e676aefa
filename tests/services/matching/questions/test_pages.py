"""The pages of questions: what they show to whom, in both languages, and their forms."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from services.matching.questions.words import QuestionKind
from tests.services.accounts.factories import opened
from tests.services.console.markup import faults
from tests.services.matching import factories as make
from tests.services.matching.questions import asking


class Browser:
    """Somebody signed in, who reads pages and sends their forms."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient) -> None:
        self.app, self.client = app, client

    async def get(self, path: str, status: int = 200, language: str = "zh") -> str:
        answer = await self.client.get(path, headers={"accept": "text/html", "accept-language": language})
        assert answer.status_code == status, answer.text
        found = faults(answer.text, self.app, path)
        assert not found, "\n".join(found)
        return answer.text

    async def send(self, path: str, page: str, status: int = 303, **form: str) -> httpx.Response:
        token = re.search(r'name="csrf" value="([^"]*)"', page)
        assert token is not None
        answer = await self.client.post(path, data={"csrf": token[1], **form})
        assert answer.status_code == status, answer.text
        return answer


@pytest.fixture
async def browse(app: FastAPI) -> AsyncIterator[Browser]:
    async with await _window(app, Role.city_office) as client:
        yield Browser(app, client)


async def _window(app: FastAPI, role: Role, place: str | None = None) -> httpx.AsyncClient:
    signed = await opened(app.state.database, role, place, kind=SessionKind.console)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test")
    client.cookies.set(COOKIE, signed.secret.text)
    return client


async def _ref(database: Database, code: str) -> str:
    async with database.session() as session:
        return (await make.project(session, code)).public_id


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_review_says_what_would_place_a_lead(
    browse: Browser, database: Database, language: str
) -> None:
    ref = await _ref(database, asking.BIG)
    page = await browse.get(f"/matches/{ref}", language=language)
    words = {
        "zh": ("没有推荐落位。最接近的是", "亩净地（2027-09-01 前可供）", "再有 10 亩净地", "测算最小改动"),
        "en": (
            "Nearest is",
            "of clear land (ready by 2027-09-01)",
            "10 mu more",
            "smallest",
        ),
    }
    for word in words[language]:
        assert word in page
    placed = await browse.get(f"/matches/{await _ref(database, make.HALL)}", language=language)
    assert ("建议落在" if language == "zh" else "Proposed: ") in placed
    assert placed.count('<rect class="part') == 10, "five parts of each of two hosts"
    why = await browse.get(f"/matches/{ref}/why-not", language=language)
    assert ("这里就放得下它" if language == "zh" else "be room for it here") in why
    one = await browse.get(f"/matches/{ref}/why-not?park={make.PARK}", language=language)
    assert len(one) < len(why)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_answers_have_pages(browse: Browser, database: Database, language: str) -> None:
    async with database.session() as session:
        row = await asking.asked(session, asking.OFFICE, QuestionKind.would_win)
    page = await browse.get(f"/matches/questions/{row.id}", language=language)
    assert ("已证明更小的改动不够" if language == "zh" else "nothing smaller is enough") in page
    listed = await browse.get("/matches/scenarios", language=language)
    assert "多 20 亩" in listed
    where = re.search(r"/matches/questions/[0-9a-f-]{36}", listed)
    assert where is not None
    scenario = await browse.get(where[0], language=language)
    assert ("各县区承接" if language == "zh" else "What each county takes") in scenario
    assert 'class="part1"' in scenario


async def test_questions_are_asked_on_the_pages(browse: Browser, database: Database) -> None:
    wide = await _ref(database, make.WIDE)
    page = await browse.get(f"/matches/{wide}")
    pages = {}
    for kind, form in (
        ("override_price", {"park": make.CITY_PARK}),
        ("would_win", {"park": make.CITY_PARK, "level": "1"}),
        ("why_not", {"park": make.CITY_PARK}),
        ("alternatives", {}),
    ):
        run = re.search(r'name="run" value="([0-9a-f-]{36})"', page)
        assert run is not None
        sent = await browse.send(f"/matches/{wide}/questions", page, kind=kind, run=run[1], **form)
        pages[kind] = sent.headers["location"]
        assert "every 2s" in await browse.get(pages[kind])
    async with database.session() as session:
        rows = [
            await asking.ask(session, asking.OFFICE, make.WIDE, kind, park=make.CITY_PARK, level=1)
            for kind in QuestionKind
            if kind.value in pages
        ]
    for row in rows:
        await asking.worked_out(database, asking.OFFICE, row)
    for language in ("zh", "en"):
        for where in pages.values():
            assert "every 2s" not in await browse.get(where, language=language)
        review = await browse.get(f"/matches/{wide}", language=language)
        assert ("全市总分减少 19,000" if language == "zh" else "The city loses 19,000") in review
        await browse.get(f"/matches/{wide}/why-not", language=language)
    wrong = await browse.send(f"/matches/{wide}/questions", page, 422, kind="would_win", park=make.PARK)
    assert "请先改正以下问题" in wrong.text


async def test_the_price_stands_on_the_form_of_the_decision(browse: Browser, database: Database) -> None:
    async with database.session() as session:
        row = await asking.ask(session, asking.OFFICE, make.HALL, QuestionKind.override_price)
    await asking.worked_out(database, asking.OFFICE, row)
    async with database.session() as session:
        await make.choose(session, make.HALL, make.LUONAN_PARK, make.LUONAN)
    ref = await _ref(database, make.HALL)
    page = await browse.get(f"/matches/{ref}")
    assert "代价 45,600，0 个项目受影响" in page
    hidden = dict(re.findall(r'<input type="hidden" name="(run|version)" value="([^"]*)">', page))
    form = {"park": make.LUONAN_PARK, "override_reason": "balance", **hidden}
    await browse.send(f"/matches/{ref}", page, **form)
    async with database.session() as session:
        from services.matching import repo

        project = await make.project(session, make.HALL)
        (decision,) = await repo.decisions(session, make.CITY, project.id)
    assert (decision.price, decision.question) == (45_600, row.id)


async def test_a_scenario_is_put_together_on_a_form(browse: Browser) -> None:
    page = await browse.get("/matches/scenarios/new")
    points = {"positioning": "4000", "fit": "2000", "headroom": "1500", "intensity": "1250", "tax": "1250"}
    for wrong, place in (
        ({"tax": "1251"}, "positioning"),
        ({"tax": "viel"}, "tax"),
        ({"park1": make.PARK}, "park1"),
        ({"land_mu1": "12"}, "park1"),
        ({"park1": make.PARK, "land_mu1": "0.001"}, "land_mu1"),
        ({"park1": make.PARK, "land_mu1": "-9999"}, ""),
        ({}, ""),
    ):
        bad = await browse.send("/matches/scenarios", page, 422, **(points | wrong))
        assert (f'href="#f-{place}"' if place else "请先改正以下问题") in bad.text, wrong
    more = {"park1": make.PARK, "land_mu1": "+12.5", "energy_tce1": "1,000"}
    good = points | more | {"title": "高新区多 12.5 亩"}
    done = await browse.send("/matches/scenarios", page, **good)
    shown = await browse.get(done.headers["location"])
    assert "净地 +12.5 亩" in shown
    heavier = points | {"tax": "2250", "positioning": "3000"}
    again = await browse.send("/matches/scenarios", page, **heavier)
    assert "亩均税收 2,250" in await browse.get(again.headers["location"])


@pytest.mark.parametrize(
    ("role", "place"), [(Role.county_officer, make.LUONAN), (Role.county_leader, make.DANFENG)]
)
async def test_a_county_reads_why_not_us_and_asks(
    app: FastAPI, database: Database, role: Role, place: str
) -> None:
    ref = await _ref(database, asking.BIG)
    async with await _window(app, role, place) as client:
        reader = Browser(app, client)
        page = await reader.get(f"/matches/{ref}")
        assert "改选代价" not in page
        why = await reader.get(f"/matches/{ref}/why-not")
        assert "不超过" in why
        assert "别的项目是谁" in why
        asked = await reader.send(f"/matches/{ref}/questions", why, kind="why_not", park=asking.PARK)
        assert "测算中" in (shown := await reader.get(asked.headers["location"])) or "排队中" in shown
        await reader.send(f"/matches/{ref}/questions", why, 403, kind="override_price", park=asking.PARK)
        await reader.get("/matches/scenarios", 403)
        await reader.get("/matches/card")


async def test_the_card_is_for_everybody(app: FastAPI, database: Database) -> None:
    async with await _window(app, Role.administrator) as client:
        page = await Browser(app, client).get("/matches/card")
        assert "4,000" in page
        assert "Hard rules" in await Browser(app, client).get("/matches/card", language="en")
