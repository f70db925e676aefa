"""The checklist and the letters over HTTP and by pages; a letter changes no other answer."""

import json
from io import BytesIO

import openpyxl
import pytest

from auth.principal import Role
from services.audit.words import Check
from tests.services.ledger.factories import read

CODE = read("协议")[0]["登记编号"]


async def test_the_checklist_over_http(issued_site):
    headers = await issued_site.person(Role.auditor)
    found = (await issued_site.client.get("/v1/audit/checks", headers=headers)).json()
    assert [one["check"] for one in found["items"]] == [check.value for check in Check]
    assert found["limits"] == {"unpaid_days": 90, "late_days": 30, "idle_months": 12}
    for check in Check:
        one = (await issued_site.client.get(f"/v1/audit/checks/{check.value}", headers=headers)).json()
        said = next(row for row in found["items"] if row["check"] == check.value)
        assert len(one["items"]) == said["findings"]
    asked = await issued_site.client.get("/v1/audit/checks?idle_months=1", headers=headers)
    assert "1 个月" in next(row["rule"] for row in asked.json()["items"] if row["check"] == "idle_land")
    assert (await issued_site.client.get("/v1/audit/checks/other", headers=headers)).status_code == 422
    workbook = await issued_site.client.get("/v1/audit/checks.xlsx", headers=headers)
    book = openpyxl.load_workbook(BytesIO(workbook.content))
    assert len(book.sheetnames) >= len(Check)
    county = await issued_site.person(Role.county_finance, "611002")
    assert (await issued_site.client.get("/v1/audit/checks", headers=county)).status_code == 403


async def test_a_letter_s_way_over_http(issued_site):
    office, other = await issued_site.person(Role.city_office), await issued_site.person(Role.city_finance)
    auditor = await issued_site.person(Role.auditor)
    account = (await issued_site.client.get("/v1/me", headers=auditor)).json()["id"]
    body = {
        "number": "商审通〔2027〕9号",
        "auditor": account,
        "from_on": "2026-01-01",
        "until_on": "2028-01-01",
    }
    made = await issued_site.client.post(
        "/v1/audit/letters", json=body, headers=office | {"Idempotency-Key": "letter-key-1"}
    )
    assert made.status_code == 201, made.text
    number = made.json()["items"][0]["id"]
    closed = await issued_site.client.get(f"/v1/audit/names/{CODE}", headers=auditor)
    assert (closed.status_code, closed.json()["type"].rpartition("/")[2]) == (404, "name-not-unlocked")
    checked = await issued_site.client.post(
        f"/v1/audit/letters/{number}/check", headers=other | {"Idempotency-Key": "letter-key-2"}
    )
    assert checked.json()["items"][0]["counts"]
    opened = await issued_site.client.get(f"/v1/audit/names/{CODE}", headers=auditor)
    assert opened.json()["letter"] == "商审通〔2027〕9号"
    ended = await issued_site.client.post(
        f"/v1/audit/letters/{number}/end", headers=office | {"Idempotency-Key": "letter-key-3"}
    )
    assert ended.json()["items"][0]["ended_on"]
    assert (await issued_site.client.get(f"/v1/audit/names/{CODE}", headers=auditor)).status_code == 404
    assert len((await issued_site.client.get("/v1/audit/letters", headers=auditor)).json()["items"]) == 1


async def seen(site, headers) -> dict[str, bytes]:
    """What the auditor reads everywhere else, byte for byte."""
    paths = ["/v1/projects", "/v1/agreements", "/v1/statements"]
    return {path: (await site.client.get(path, headers=headers)).content for path in paths}


async def test_a_letter_changes_no_other_answer(issued_site):
    """Before, under and after a letter the auditor's other answers are the same bytes."""
    auditor = await issued_site.person(Role.auditor)
    before = await seen(issued_site, auditor)
    assert all(json.loads(content) for content in before.values())
    await test_a_letter_s_way_over_http(issued_site)
    assert await seen(issued_site, auditor) == before


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_auditor_s_pages(issued_site, language):
    auditor = await issued_site.browser(Role.auditor, language=language)
    await auditor.page("/audit")
    await auditor.page("/audit/letters")
    await auditor.page("/audit/names")
    for check in Check:
        await auditor.page(f"/audit/checks/{check.value}")
    assert (await auditor.get("/audit/names?code=6110-0000-0000")).status_code == 422
    assert (await auditor.get("/audit.xlsx")).status_code == 200


async def test_a_letter_by_pages(issued_site):
    office = await issued_site.browser(Role.city_office)
    other = await issued_site.browser(Role.city_finance)
    auditor = await issued_site.browser(Role.auditor)
    page = await office.page("/audit/letters")
    account = page.split('<option value="')[2].split('"')[0]
    wrong = await office.send("/audit/letters", number="商审通〔2027〕3号", auditor=account)
    assert wrong.status_code == 422
    wrong = await office.send(
        "/audit/letters", number="号", auditor=account, from_on="2027-02-01", until_on="2027-01-01"
    )
    assert wrong.status_code == 422
    sent = await office.send(
        "/audit/letters",
        number="商审通〔2027〕3号",
        auditor=account,
        counties="611002，611021",
        from_on="2026-01-01",
        until_on="2028-01-01",
    )
    assert sent.status_code == 303
    listed = await other.page("/audit/letters")
    action = next(
        part.split('"')[0] for part in listed.split('action="')[1:] if "/check" in part.split('"')[0]
    )
    assert (await other.send("/audit/letters", to=action)).status_code == 303
    assert "有效" in await auditor.page("/audit/letters")
    ended = action.replace("/check", "/end")
    assert (await office.send("/audit/letters", to=ended)).status_code == 303
