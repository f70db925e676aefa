"""Rule packs over HTTP and on their pages: what is told, in both languages, and to whom."""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from allocation.sharing.packs import read_pack
from auth.principal import Role
from services.sharing.pack_files import own_packs
from services.sharing.pack_sayings import figures_of, tell
from services.sharing.pack_words import value_of
from tests.services.accounts.factories import bearer
from tests.services.console.markup import faults
from tests.services.matching.test_pages import Browser, _browser

PACKS = own_packs()
MENU = [name for name, pack in PACKS.items() if pack.in_menu]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Ask = Callable[..., Awaitable[httpx.Response]]


@pytest.fixture
async def ask(app: FastAPI, client: httpx.AsyncClient) -> Ask:
    async def get(path: str, role: Role = Role.county_officer) -> httpx.Response:
        _, headers = await bearer(app, role)
        return await client.get(f"/v1/sharing/packs{path}", headers=headers)

    return get


@pytest.fixture
async def officer(app: FastAPI) -> AsyncIterator[Browser]:
    async with await _browser(app, Role.county_officer) as client:
        yield Browser(client)


async def test_foreign_packs_are_listed_on_demand_only(ask: Ask) -> None:
    listed = (await ask("")).json()["items"]
    assert [one["id"] for one in listed] == MENU
    assert {"fpic", "meadowlands", "minnesota-473f"}.isdisjoint(MENU)
    every = (await ask("?foreign=true")).json()["items"]
    assert [one["id"] for one in every] == list(PACKS)
    assert {one["id"] for one in every if not one["in_menu"]} == set(PACKS) - set(MENU)


async def test_a_pack_is_told_with_source_settings_and_statement(ask: Ask) -> None:
    found = (await ask("/kunming-transfer")).json()
    assert found["kind"] == "agreement"
    assert found["name"]["en"] == "Kunming: four types of transfer of existing projects"
    assert found["source"]["document"]["zh"] == "昆明市《存量产业项目跨区域流转》"
    assert len(found["source"]["unverified"]) == 2
    assert found["settings"][0] == {
        "place": "/years",
        "name": {"zh": "年限（第一类五年）", "en": "term (five years in the first type)"},
        "unit": "years",
        "default": 5,
        "illustrative": True,
        "unverified": True,
    }
    assert found["settings"][2]["default"] == {"530102": 5000, "530111": 5000}
    assert found["laws"]["split"]["holds"] is False
    assert [one["illustrative"] for one in found["examples"]] == [True] * 4
    statement = found["examples"][1]["statement"]
    assert statement[0] == {"zh": "第1版", "en": "Version 1"}
    assert statement[-2] == {"zh": "流出地 合计 300,000.00 元", "en": "流出地 in all 300,000.00 yuan"}
    formula = (await ask("/default-three-seven")).json()
    assert [one["default"] for one in formula["settings"]] == [3, 7]
    assert formula["examples"][0]["statement"][0]["zh"].endswith("= 30,000,000.00")


@pytest.mark.parametrize("name", ["nothing", "x" * 64])
async def test_an_unknown_pack_is_not_found(ask: Ask, officer: Browser, name: str) -> None:
    answer = await ask(f"/{name}")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-such-pack")
    assert "没有这个规则包" in await officer.get(f"/packs/{name}", status=404)


async def test_an_id_of_other_letters_is_refused(ask: Ask) -> None:
    assert (await ask("/NINGDE")).status_code == 422


@pytest.mark.parametrize("role", [Role.park_officer, Role.administrator])
async def test_who_may_not_read_agreements_reads_no_packs(app: FastAPI, ask: Ask, role: Role) -> None:
    for path in ("", "/ningde"):
        assert (await ask(path, role)).json()["type"] == "/problems/missing-scope"
    async with await _browser(app, role) as client:
        assert "分享规则" not in await Browser(client).get("/packs/ningde", status=403)


async def test_the_page_lists_what_the_menu_shows(officer: Browser) -> None:
    page = (await officer.get("/packs")).split("<main", 1)[1]
    assert re.findall(r'href="/packs/([^"]+)"', page) == MENU
    for name in set(PACKS) - set(MENU):
        assert "没有这个规则包" in await officer.get(f"/packs/{name}", status=404)


@pytest.mark.parametrize("name", MENU)
async def test_a_page_says_every_line_in_both_languages(app: FastAPI, officer: Browser, name: str) -> None:
    pack = PACKS[name]
    for language in ("zh", "en"):
        page = await officer.get(f"/packs/{name}", language=language)
        assert faults(page, app, f"/packs/{name}") == []
        plain = re.sub(r"<[^>]+>", "", page).replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")
        told = [tell(pack, example) for example in pack.examples]
        wanted = [pack.name, pack.source.document, pack.source.article, *pack.source.unverified]
        wanted += [law.reason for law in pack.laws.values()] + [one.name for one in figures_of(pack)]
        wanted += [line for one in told for line in one.work]
        sentences = [*wanted, *(clause for one in told for clause in one.clauses)]
        missing = [text for one in sentences if (text := getattr(one, language)) not in plain]
        assert missing == []


async def test_an_example_names_only_the_clauses_of_its_own(officer: Browser) -> None:
    page = re.sub(r"<[^>]+>", "", await officer.get("/packs/kunming-transfer"))
    assert page.count("本例不同的条款") == 3
    assert page.count("自2022-06-01起生效") == 1
    assert page.count("第1至5年：流出地 80%、流入地 20%") == 1


async def test_a_page_says_which_law_holds(officer: Browser) -> None:
    page = await officer.get("/packs/beijing-tianjin-hebei")
    assert page.count('<span class="tag ok">成立</span>') == 1
    assert page.split("错登首谈地不能多得", 1)[1].startswith(
        '</dt><dd><span class="tag ok">成立</span> 迁出地'
    )


async def test_drafting_leads_to_the_rules(officer: Browser) -> None:
    page = (await officer.get("/agreements/new")).split("<main", 1)[1]
    assert '<a href="/packs">参考已公布的分享规则</a>' in page


@pytest.mark.parametrize(
    ("pack", "zh", "en"),
    [
        (
            "fixed-ratio",
            "5 年|5 年|首谈县 40%、落地县 60%|300 万元",
            "5 years|5 years|首谈县 40%, 落地县 60%|300 wan yuan",
        ),
        ("beijing-tianjin-hebei", "5 年|2,000 万元、2,500 万元、3,000 万元|2,000 万元", None),
        ("three-factor", "50%|0.35|0.35|0.3", "50%|0.35|0.35|0.3"),
    ],
)
def test_settings_are_written_for_a_reader(pack: str, zh: str, en: str | None) -> None:
    one = PACKS[pack]
    assert "|".join(value_of(one, figure, "zh") for figure in figures_of(one)) == zh
    if en is not None:
        assert "|".join(value_of(one, figure, "en") for figure in figures_of(one)) == en


def test_a_setting_to_be_filled_in_or_of_another_unit_is_written_too() -> None:
    marks = {"illustrative": True, "unverified": False}
    document: dict[str, Any] = {
        "format": "yipanqi.pack/1",
        "id": "x",
        "zh": "甲",
        "en": "x",
        "kind": "agreement",
        "in_menu": True,
        "source": {
            "zh": "甲",
            "en": "x",
            "date": "",
            "article": {"zh": "甲", "en": "x"},
            "unverified": [],
        },
        "terms": {"parties": [{"code": "611026"}], "mu": 20, "grace": None, "each": {"611026": 5000}},
        "settings": [
            {"pointer": f"/{name}", "zh": "甲", "en": "x", "unit": unit, **marks}
            for name, unit in (("mu", "mu"), ("grace", "years"), ("each", "basis points"))
        ],
        "laws": {name: {"holds": True, "zh": "甲", "en": "x"} for name in ("split", "origin")},
        "examples": [{"zh": "甲", "en": "x", "illustrative": True, "case": {}, "expect": {}}],
    }
    pack = read_pack(json.loads(json.dumps(document)))
    assert [value_of(pack, one, "zh") for one in figures_of(pack)] == ["20 mu", "必填", "611026 50%"]


def test_names_and_reasons_of_a_pack_are_english_in_english() -> None:
    for pack in PACKS.values():
        words = [pack.name, pack.source.document, pack.source.article, *pack.source.unverified]
        words += [law.reason for law in pack.laws.values()] + [one.name for one in figures_of(pack)]
        assert not [text.en for text in words if CHINESE.search(text.en)]
