"""Libraries over HTTP and by pages: as each person sees them, printed, exported; a layout on its way."""

import io
import json
import re
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import select, text
from sqlmodel import col

from allocation.lifecycle import POOL_STATES
from auth.principal import Role
from services.kit.tables import uuid7
from services.libraries.built_in import shelf
from services.projects.tables import Project
from tests.services.console.city import COUNTY, TODAY
from tests.services.console.markup import Page
from tests.services.ledger.conftest import Browser, Site
from tests.services.libraries.conftest import OTHER

KEYS = [one.key for one in shelf()["shangluo"].libraries]


async def get(site: Site, who: dict[str, str], path: str) -> Any:
    answer = await site.client.get(path, headers=who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_libraries_over_http(site: Site) -> None:
    office = await site.person(Role.city_office)
    found = await get(site, office, "/v1/libraries")
    assert [one["key"] for one in found["libraries"]] == KEYS
    first = await site.client.get("/v1/libraries/elements?limit=20", headers=office)
    assert 'rel="next"' in first.headers["Link"]
    whole = await get(site, office, "/v1/libraries/elements?limit=100")
    cursor = first.json()["next"]
    rest = await get(site, office, f"/v1/libraries/elements?limit=100&cursor={cursor}")
    assert first.json()["items"] + rest["items"] == whole["items"]
    assert len(whole["items"]) == whole["count"] > 20
    past = await get(site, office, "/v1/libraries/building/changes?since=2025-01-01&as_of=2025-06-30")
    assert past["entered"] == len([one for one in past["items"] if one["kind"] == "entered"]) > 0
    for path, slug in (
        ("/v1/libraries/nothing", "no-such-library"),
        ("/v1/library-layouts/7", "no-such-layout"),
        ("/v1/libraries?as_of=2031-01-01", "bad-library-day"),
    ):
        refused = await site.client.get(path, headers=office)
        assert refused.json()["type"] == f"/problems/{slug}"


async def test_a_cursor_is_its_readers_own(site: Site) -> None:
    office, other = await site.person(Role.city_office), await site.person(Role.city_office)
    cursor = (await get(site, office, "/v1/libraries/projects?limit=100"))["next"]
    refused = await site.client.get(f"/v1/libraries/projects?cursor={cursor}", headers=other)
    assert refused.status_code == 400


async def _ref(site: Site, **where: object) -> str:
    async with site.app.state.database.session() as session:
        query = select(col(Project.public_id)).order_by(col(Project.code)).limit(1)
        for name, value in where.items():
            field = col(getattr(Project, name))
            query = query.where(field.in_(value) if isinstance(value, frozenset) else field == value)
        return str((await session.scalars(query)).one())


async def test_a_projects_code_leads_to_its_page_and_names_nobody(site: Site) -> None:
    other = await site.person(Role.county_officer, OTHER)
    ref = await _ref(site, origin=COUNTY, state=frozenset(POOL_STATES))
    found = await get(site, other, f"/v1/projects/{ref}/code")
    assert found["address"].endswith(f"/projects/{ref}")
    async with site.app.state.database.session() as session:
        row = (await session.scalars(select(Project).where(col(Project.public_id) == ref))).one()
        assert found["under"] == row.code_name
        names = (row.name, row.investor_name, row.code)
    assert not any(name in json.dumps(found, ensure_ascii=False) for name in names)
    drawn = await site.client.get(f"/v1/projects/{ref}/code.svg", headers=other)
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "<svg" in drawn.text
    browser = await site.browser(Role.county_officer, OTHER)
    assert found["address"] in await browser.page(f"/libraries/codes/{ref}")
    assert (await browser.get(f"/libraries/codes/{ref}/picture.svg")).text == drawn.text
    assert f"/libraries/codes/{ref}" in (await browser.get(f"/projects/{ref}")).text
    for hidden in (await _ref(site, origin=COUNTY, state="accepted"), "nothing"):
        assert (await site.client.get(f"/v1/projects/{hidden}/code", headers=other)).status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pages_as_the_office_sees_them(site: Site, language: str) -> None:
    office = await site.browser(Role.city_office, language=language)
    page = await office.page("/libraries")
    assert all(f'href="/libraries/{key}"' in page for key in KEYS)
    assert 'href="/libraries/chains"' in page
    assert "健康医药产业链" in await office.page("/libraries/chains")
    for key in ("plan", "building", "targets") if language == "zh" else ("elements", "investors"):
        await office.page(f"/libraries/{key}?as_of={TODAY}&since=2026-12-01")
    past = await office.get("/libraries/building?as_of=2025-06-30&since=2026-01-01")
    assert 'value="2025-06-01"' in past.text  # a beginning after the end is as if not given
    assert "2025-06-30" in (await office.get("/libraries?as_of=2025-06-30")).text
    assert (await office.get("/libraries?as_of=yesterday")).status_code == 200
    assert (await office.get("/libraries/nothing")).status_code == 404


async def test_pages_as_others_see_them(site: Site) -> None:
    county = await site.browser(Role.county_officer, OTHER)
    page = (await county.get("/libraries/projects")).text
    assert "只显示分档" in page
    async with site.app.state.database.session() as session:
        rows = (await session.scalars(select(Project))).all()
        own = [row for row in rows if OTHER in {row.origin, row.host_county}]
    told = " ".join(f"{row.name} {row.investor_name}" for row in own)
    names = {name for row in rows for name in (row.name, row.investor_name)}
    assert not [name for name in names if name in page and name not in told]
    assert "试用新布局" not in (await county.get("/libraries/layouts")).text
    finance = await site.browser(Role.county_finance, COUNTY)
    assert "没有符合条件的记录" in (await finance.get("/libraries/projects")).text
    assert 'href="/pool"' not in (await finance.get("/libraries")).text


async def test_the_chain_map_counts_a_county_only_for_itself_and_the_office(site: Site) -> None:
    office, county = await site.person(Role.city_office), await site.person(Role.county_officer, COUNTY)
    auditor = await site.person(Role.auditor)
    whole = await get(site, office, "/v1/libraries/chains")
    rows = {(one["county"], one["chain"]): one for one in whole["counties"]}
    assert sum(one["projects"] for one in rows.values()) == sum(
        len(node["projects"]) for chain in whole["chains"] for node in chain["nodes"]
    )
    async with site.app.state.database.session() as session:
        counted = await session.execute(
            text(
                "SELECT coalesce(p.host_county, p.origin), c.chain, count(*), sum(p.investment_fen)"
                " FROM project p JOIN chain_industry c ON c.city = p.city AND c.industry = p.industry"
                " WHERE p.state NOT IN ('withdrawn', 'lost', 'ended', 'merged') GROUP BY 1, 2"
            )
        )
        expected = {(place, chain): (n, money) for place, chain, n, money in counted}
        parks = dict(
            (
                await session.execute(
                    text(
                        "SELECT k.owner || c.chain, count(DISTINCT k.code) FROM park_positioning p"
                        " JOIN park k ON k.city = p.city AND k.code = p.park"
                        " JOIN chain_industry c ON c.city = p.city AND c.industry = p.industry"
                        " WHERE p.tier <> 'forbidden' GROUP BY 1"
                    )
                )
            ).all()
        )
    assert {
        key: (one["projects"], one["investment_fen"]) for key, one in rows.items() if one["projects"]
    } == (expected)
    assert {place + chain: one["parks"] for (place, chain), one in rows.items() if one["parks"]} == parks
    own = (await get(site, county, "/v1/libraries/chains"))["counties"]
    for one in own:
        if one["county"] == COUNTY:
            assert one == rows[COUNTY, one["chain"]]
        else:
            assert (one["projects"], one["signed"], one["investment_fen"], one["planned"]) == (None,) * 4
            assert one["parks"] == rows[one["county"], one["chain"]]["parks"]
    audited = (await get(site, auditor, "/v1/libraries/chains"))["counties"]
    assert {one["projects"] for one in audited} == {None}
    assert sum(one["planned"] for one in audited) == 109


async def test_a_library_prints_and_exports(site: Site) -> None:
    office, other = await site.person(Role.city_office), await site.person(Role.county_officer, OTHER)
    found = await get(site, office, "/v1/libraries/elements?limit=100")
    answer = await site.client.get("/v1/libraries/elements/sheet.xlsx", headers=office)
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    front, table = book.worksheets
    assert "要素配置库" in str(front["A1"].value)
    body = list(table.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in body[: found["count"]]] == [one["title"] for one in found["items"]]
    heads = [cell.value for cell in table[1]]
    money = [row[heads.index("总投资（元）")] for row in body[: found["count"]]]
    assert sum(round(float(str(value)) * 100) for value in money) == found["investment_fen"]
    printed = await site.client.get("/v1/libraries/elements/sheet.pdf", headers=office)
    assert printed.content.startswith(b"%PDF")
    again = await site.client.get("/v1/libraries/elements/sheet.pdf", headers=office)
    assert again.content == printed.content
    # What is masked shows its bands in a column of their own.
    answer = await site.client.get("/v1/libraries/projects/sheet.xlsx", headers=other)
    table = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[1]
    heads = [cell.value for cell in table[1]]
    banded = [row for row in table.iter_rows(min_row=2, values_only=True) if row[heads.index("分档")]]
    assert banded
    assert {row[heads.index("总投资（元）")] for row in banded} == {None}
    browser = await site.browser(Role.county_officer, OTHER)
    for name in ("sheet.pdf", "sheet.xlsx"):
        kept = await browser.get(f"/libraries/projects/{name}?as_of={TODAY}")
        assert (kept.status_code, len(kept.content) > 1_000) == (200, True)


def _key(seen: int | None = None) -> dict[str, str]:
    return {"Idempotency-Key": str(uuid7())} | ({} if seen is None else {"If-Match": f'"{seen}"'})


async def _newest(site: Site, who: dict[str, str]) -> int:
    found = await site.client.get("/v1/library-layouts", headers=who)
    assert found.headers["ETag"] == f'"{found.json()["revision"]}"'
    return int(found.json()["revision"])


async def test_a_layout_over_http(site: Site) -> None:
    maker, checker = await site.person(Role.city_office), await site.person(Role.city_office)
    examples = await get(site, maker, "/v1/library-layouts/examples")
    assert list(examples) == ["four-new", "shangluo", "three-rates"]
    schema = await get(site, maker, "/v1/library-layouts/schema")
    assert schema["$id"] == "yipanqi.layout/1.schema.json"
    layout = shelf()["three-rates"].model_dump(mode="json", exclude_defaults=True)
    path = "/v1/library-layouts"
    tried = await site.client.post(f"{path}/preview", json={"layout": layout}, headers=maker)
    assert [one["key"] for one in tried.json()["libraries"]] == [one["key"] for one in layout["libraries"]]
    body = {"effective_from": "2027-02-01", "note": "改用三率", "layout": layout}
    newest = await _newest(site, maker)
    once = _key(newest)
    made = await site.client.post(path, json=body, headers=maker | once)
    assert (made.status_code, made.json()["version"]) == (201, newest + 1)
    again = await site.client.post(path, json=body, headers=maker | once)
    assert again.json() == made.json()
    stale = await site.client.post(path, json=body, headers=maker | _key(newest))
    assert stale.status_code == 412
    confirm = f"{path}/{newest + 1}/confirmation"
    self = await site.client.post(confirm, headers=maker | _key(newest + 1))
    assert (self.status_code, self.json()["type"]) == (403, "/problems/same-person")
    done = await site.client.post(confirm, headers=checker | _key(newest + 1))
    assert (done.status_code, done.headers["ETag"]) == (200, f'"{newest + 1}"')
    shown = await get(site, checker, f"{path}/{newest + 1}")
    assert (shown["layout"]["name"], shown["in_force"]) == (layout["name"], False)
    broken = layout | {"libraries": [layout["libraries"][0] | {"columns": ["mark"]}], "exclusive": []}
    refused = await site.client.post(f"{path}/preview", json={"layout": broken}, headers=maker)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/layout/libraries/0/columns/0"]


async def _send(browser: Browser, data: bytes, **fields: str) -> httpx.Response:
    form = next(
        form
        for form in Page((await browser.get("/libraries/layouts")).text).forms
        if form.action == "/libraries/layouts/preview"
    )
    return await browser._ask(
        "POST",
        form.action,
        data=form.fields | fields,
        files={"file": ("布局.json", data, "application/json")},
    )


async def test_a_layout_by_pages(site: Site) -> None:
    maker, checker = await site.browser(Role.city_office), await site.browser(Role.city_office, language="en")
    given = json.loads((await maker.get("/libraries/layouts/shangluo.json")).text)
    assert given == json.loads((await maker.get("/libraries/layouts/in-force.json")).text)
    assert (await maker.get("/libraries/layouts/schema.json")).status_code == 200
    assert (await maker.get("/libraries/layouts/nothing.json")).status_code == 404
    given["libraries"][0]["name"] = "谋划库"
    del given["libraries"][9]
    data = json.dumps(given).encode()
    told = {"effective_from": "2027-03-01", "note": "改名"}
    for wrong, say in (
        (_send(maker, b"{", **told), "第 1 行"),
        (_send(maker, data, effective_from="", note=""), "请写明修改说明"),
        (_send(maker, data.replace(b'"plan"', b'"chains"', 1), **told), "/layout/libraries/0/key"),
    ):
        answer = await wrong
        assert (answer.status_code, say in answer.text) == (422, True)
    tried = await _send(maker, data, **told)
    assert tried.status_code == 200, tried.text
    assert "谋划库" in tried.text
    assert "将取消的库" in tried.text
    form = next(one for one in Page(tried.text).forms if one.action == "/libraries/layouts")
    kept = await maker._ask("POST", form.action, data=form.fields)
    assert kept.status_code == 303, kept.text
    path = kept.headers["location"]
    twice = await maker._ask("POST", form.action, data=form.fields)
    assert twice.headers["location"] == path
    assert "待另一人确认" in await maker.page(path)
    assert "/confirm" not in (await maker.get(path)).text
    past = await maker._ask(
        "POST", form.action, data=form.fields | {"effective_from": "2020-01-01", "once": str(uuid7())}
    )
    assert (past.status_code, "生效日期不能早于今天" in past.text) == (422, True)
    assert "谋划库" in await checker.page(path)
    done = await checker.send(path, to=f"{path}/confirm")
    assert done.status_code == 303, done.text
    assert "/confirm" not in (await checker.page(path))
    assert re.search("已确认", await maker.page("/libraries/layouts"))
    nothing = await _send(maker, b"", **told)
    assert (nothing.status_code, "请选择布局文件，或选一个示例" in nothing.text) == (422, True)
    example = await _send(maker, b"", example="four-new", **told)
    assert (example.status_code, "新开工" in example.text) == (200, True)
