"""Reopening, adjustment sheets and recomputation over HTTP and on pages."""

import io
import zipfile

import pytest

from auth.principal import Role
from services.ledger import service
from tests.services.ledger import settled, story
from tests.services.ledger.factories import TODAY
from tests.services.ledger.settled import AGREEMENT, HOST
from tests.services.ledger.story import PEOPLE

ASK = {"reason": "receipts", "words": "国库更正三个月的入库", "document_no": "商财函〔2026〕3号"}
SHEET = {"agreements": [AGREEMENT], "causes": ["terms"], "document_no": "商财调〔2026〕1号", "reason": "追溯"}
YEAR = "/v1/years/2025"


async def post(site, path, headers, body=None, *, key, seen=None):
    sent = {**headers, "Idempotency-Key": f"{key}-0000"}
    if seen is not None:
        sent["If-Match"] = f'"{seen}"'
    return await site.client.post(path, headers=sent, json=body)


async def late(site):
    """The revision and the new terms, and what a run makes of them."""
    async with site.app.state.database.session() as session:
        await settled.revise(session)
        await settled.amend(session)
        await service.compute_month(session, PEOPLE.maker, "2026-03", TODAY)


async def test_a_year_is_reopened_over_http(closed_site):
    await late(closed_site)
    one, two = [await closed_site.person(Role.city_finance) for _ in range(2)]
    county = await closed_site.person(Role.county_finance, HOST)
    for path, body, status, kind in (
        (f"{YEAR}/reopenings", {**ASK, "reason": "whim"}, 422, "invalid"),
        ("/v1/years/2026/reopenings", ASK, 409, "year-not-closed"),
        ("/v1/years/2024/reopenings", ASK, 409, "later-year-closed"),
        ("/v1/statements", {"period": "2025"}, 409, "year-not-reopened"),
    ):
        refused = await post(closed_site, path, one, body, key=f"bad-{status}-{path[-12:]}")
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (status, kind), path
    asked = await post(closed_site, f"{YEAR}/reopenings", one, ASK, key="ask-reopening")
    assert asked.status_code == 201
    at = f"{YEAR}/reopenings/{asked.json()['id']}"
    assert (await post(closed_site, f"{at}/approve", one, key="approve-own", seen=1)).status_code == 403
    assert (await post(closed_site, f"{at}/approve", two, key="approve-unseen")).status_code == 428
    again = await post(closed_site, f"{YEAR}/reopenings", two, ASK, key="ask-again")
    assert again.json()["type"] == "/problems/year-already-reopened"
    opened = await post(closed_site, f"{at}/approve", two, key="approve-other", seen=1)
    assert opened.json()["state"] == "open"
    made = await post(closed_site, "/v1/statements", one, {"period": "2025"}, key="prepare-second")
    assert {item["version"] for item in made.json()["items"]} == {2}
    listed = await closed_site.client.get(f"{YEAR}/reopenings", headers=county)
    assert [item["state"] for item in listed.json()["items"]] == ["open"]
    refused = await post(closed_site, f"{at}/refuse", two, {"words": "已批准"}, key="refuse-late", seen=2)
    assert refused.json()["type"] == "/problems/reopening-state"


async def test_a_sheet_is_made_approved_and_printed_over_http(closed_site):
    await late(closed_site)
    one, two, auditor = [
        await closed_site.person(role) for role in (Role.city_finance, Role.city_finance, Role.auditor)
    ]
    county = await closed_site.person(Role.county_finance, HOST)
    stranger = await closed_site.person(Role.county_finance, "611022")
    waiting = await closed_site.client.get("/v1/adjustments/waiting", headers=auditor)
    assert [item["cause"] for item in waiting.json()["items"]] == ["terms"] * 3
    assert (await closed_site.client.get("/v1/adjustments/waiting", headers=stranger)).json() == {"items": []}
    other = await post(
        closed_site, "/v1/adjustments", one, {**SHEET, "causes": ["engine"]}, key="other-causes"
    )
    assert other.json()["type"] == "/problems/adjustment-other-causes"
    made = await post(closed_site, "/v1/adjustments", one, SHEET, key="make-sheet")
    assert made.status_code == 201
    sheet, at = made.json(), made.headers["location"]
    same = await post(closed_site, f"{at}/approve", one, {"sha256": sheet["sha256"]}, key="own-sheet", seen=1)
    assert same.status_code == 403
    for headers in (auditor, county):
        shown = await closed_site.client.get(at, headers=headers)
        assert len(shown.json()["body"]["lines"]) == 3
        assert shown.headers["etag"] == '"1"'
    assert (await closed_site.client.get(at, headers=stranger)).status_code == 404
    assert (await closed_site.client.get("/v1/adjustments", headers=stranger)).json() == {"items": []}
    done = await post(
        closed_site, f"{at}/approve", two, {"sha256": sheet["sha256"]}, key="other-sheet", seen=1
    )
    assert done.json()["state"] == "approved"
    rejected = await post(closed_site, f"{at}/reject", two, {"reason": "晚"}, key="reject-late", seen=2)
    assert rejected.json()["type"] == "/problems/adjustment-decided"
    assert (await closed_site.client.get(f"{at}.pdf", headers=county)).content.startswith(b"%PDF")
    book = await closed_site.client.get(f"{at}.xlsx", headers=auditor)
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book.content)).namelist()
    code = sheet["sha256"][:16]
    found = await closed_site.client.get(f"/verify/{sheet['number']}", params={"code": code})
    assert "调整单" in found.text
    assert AGREEMENT not in found.text


async def test_a_period_is_recomputed_for_who_sees_all(closed_site):
    auditor = await closed_site.person(Role.auditor)
    found = (await closed_site.client.get("/v1/periods/2025/recomputation", headers=auditor)).json()
    assert (found["passed"], found["runs"], found["differences"]) == (True, 1, [])
    county = await closed_site.person(Role.county_finance, HOST)
    answer = await closed_site.client.get("/v1/periods/2025/recomputation", headers=county)
    assert answer.status_code == 404
    browser = await closed_site.browser(Role.auditor)
    assert "重算全部一致" in await browser.page("/statements/recompute?period=2025")
    assert (await browser.get("/statements/recompute?period=2025-13")).status_code == 422
    await browser.page("/statements/recompute")
    async with closed_site.app.state.database.session() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE calc_run DISABLE TRIGGER ALL")
        await connection.exec_driver_sql("UPDATE calc_run SET input_sha256 = 'x'")
    assert "有 1 处不一致" in await browser.page("/statements/recompute?period=2025-12")
    stranger = await closed_site.browser(Role.county_finance, HOST)
    assert (await stranger.get("/statements/recompute?period=2025")).status_code == 404


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_year_is_reopened_and_closed_again_on_pages(closed_site, language):
    await late(closed_site)
    one, two = [await closed_site.browser(Role.city_finance, language=language) for _ in range(2)]
    address, close = "/statements/reopenings/2025", "/statements/close/2025"
    await one.page(close)
    missing = await one.send(address, words="更正", document_no="3号")
    assert missing.status_code == 422
    empty = await one.send(address, reason="audit", words=" ", document_no="3号")
    assert empty.status_code == 422
    sent = await one.send(address, reason="audit", words="更正", document_no="3号")
    assert sent.status_code == 303
    await one.page(address)
    async with closed_site.app.state.database.session() as session:
        from services.ledger.reopening import reopenings_of

        (found,) = await reopenings_of(session, "611000")
    refused = await two.send(address, to=f"{address}/{found.id}/refuse", decision_words="")
    assert refused.status_code == 422
    opened = await two.send(address, to=f"{address}/{found.id}/approve")
    assert opened.status_code == 303
    assert (await one.send("/statements/compute", to="/statements/prepare", period="2025")).status_code == 303
    async with closed_site.app.state.database.session() as session:
        for statement in await story.live(session, "2025"):
            await story.hands(session, statement)
        await story.confirm_all(session, "2025")
        (second,) = [row for row in await settled.versions(session, "2025") if row.version == 2]
    shown = await one.page(f"/statements/{second.id}")
    assert ("与第 1 版对照" if language == "zh" else "Beside version 1") in shown
    pdf = await one.get(f"/statements/{second.id}.pdf")
    assert pdf.content.startswith(b"%PDF")
    book = zipfile.ZipFile(io.BytesIO((await one.get(f"/statements/{second.id}.xlsx")).content))
    assert "与原版对照" in book.read("xl/workbook.xml").decode()
    assert "ROUND(F2-E2,2)" in book.read("xl/worksheets/sheet5.xml").decode()
    blocked = await one.send(close, to=f"{close}/request", list_unmatched="1")
    assert blocked.status_code == 422, "new terms wait for a sheet"
    sheets = "/statements/adjustments"
    assert (await one.send(sheets, document_no="1号", reason=" ")).status_code == 422
    made = await one.send(sheets, document_no="1号", reason="追溯")
    sheet = made.headers["location"]
    await one.page(sheet)
    assert (await two.send(sheet, to=f"{sheet}/reject", reason="")).status_code == 422
    assert (await two.send(sheet, to=f"{sheet}/reject", reason="不追溯")).status_code == 303
    for form in ("pdf", "xlsx"):
        assert (await one.get(f"{sheet}.{form}")).status_code == 200
    await one.page(sheets)
    assert (await one.send(close, to=f"{close}/request", list_unmatched="1")).status_code == 303
    assert (await two.send(close)).status_code == 303
    await two.page(close)
    await two.page(address)
    county = await closed_site.browser(Role.county_finance, HOST, language)
    await county.page(sheets)
    await county.page(address)


async def test_a_sheet_is_approved_on_its_page(closed_site):
    await late(closed_site)
    one, two = [await closed_site.browser(Role.city_finance) for _ in range(2)]
    made = await one.send("/statements/adjustments", agreement=AGREEMENT, document_no="1号", reason="追溯")
    sheet = made.headers["location"]
    assert "编制人不能自己批准" in await one.page(sheet)
    assert (await two.send(sheet, to=f"{sheet}/approve")).status_code == 303
    assert "已批准" in await two.page(sheet)
