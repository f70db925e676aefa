"""The pages of objections and sealed scans, walked as people do, in both languages."""

import re

import pytest
from sqlalchemy import text

from auth.principal import Role
from services.regions.settings import set_setting
from tests.services.ledger.disputes import HOST, PDF
from tests.services.ledger.factories import TODAY
from tests.services.ledger.story import PEOPLE
from tests.services.ledger.test_ledger_pages import own_statement

OBJECTION = re.compile(r'href="(/statements/[0-9a-f-]{36}/objections/[0-9a-f-]{36})"')
FILE = re.compile(r'href="(/statements/[0-9a-f-]{36}/[^"]+/file)"')
SEEN = re.compile(r'name="seen" value="(\d+)"')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


async def upload(browser, page, to, **fields):
    """Send a form with a file from a page."""
    found = await browser.page(page)
    data = {"csrf": CSRF.findall(found)[0], "seen": (SEEN.findall(found) or ["0"])[0], **fields}
    files = {"scan": ("盖章.pdf", PDF, "application/pdf")}
    return await browser._ask("POST", to, data=data, files=files)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_objection_from_page_to_page(issued_site, language):
    finance = await issued_site.browser(Role.county_finance, HOST, language)
    city = await issued_site.browser(Role.city_finance, language=language)
    auditor = await issued_site.browser(Role.auditor, language=language)
    address = await own_statement(finance)
    form = f"{address}/object"
    done = await upload(finance, form, form, line="1", reason="数额不符", expected="12.34")
    assert done.status_code == 303
    await upload(finance, form, form, line="2", reason="待核", reserved="1")
    first, second = dict.fromkeys(OBJECTION.findall(await finance.page(address)))
    pages = [await browser.page(first) for browser in (finance, city, auditor)]
    assert FILE.findall(pages[1])
    assert (await city.get(FILE.findall(pages[1])[0])).content == PDF
    for browser in (city, auditor):
        await browser.page(address)
        await browser.page(second)
    said = await finance.send(first, to=f"{first}/messages", text="内部意见", private="1")
    assert said.status_code == 303
    assert "内部意见" in await finance.page(first)
    assert await city.page(first) == pages[1]
    assert (await finance.send(first, to=f"{first}/messages", text=" ")).status_code == 422
    for wrong in ({"outcome": ""}, {"outcome": "in_part"}, {"outcome": "in_part", "agreed": "一元"}):
        answer = await city.send(first, to=f"{first}/answer", reason="核对", **wrong)
        assert answer.status_code == 422
    taken = await finance.send(second, to=f"{second}/withdraw")
    assert taken.status_code == 303
    assert (await finance.send(first, to=f"{first}/withdraw", seen="0")).status_code == 422
    made = await city.send(first, to=f"{first}/answer", outcome="in_part", agreed="5", reason="部分成立")
    assert made.headers["location"] != address
    assert "5.00" in await finance.page(first)
    nothing = first[:-12] + "0" * 12
    assert (await finance.get(nothing)).status_code == 404


async def test_the_issuers_error_on_pages(issued_site):
    finance = await issued_site.browser(Role.county_finance, HOST)
    city = await issued_site.browser(Role.city_finance)
    address = await own_statement(finance)
    assert (await city.send(f"{address}/ask_reject", reason="漏计一票")).status_code == 303
    assert "请退回" in (await finance.get("/")).text
    assert (await finance.send(f"{address}/reject")).status_code == 303
    page = await city.page(address)
    assert "/uphold" not in page
    await city.page(OBJECTION.findall(page)[0])


async def test_consent_by_rule_is_said_in_words_and_pressed_by_a_person(issued_site):
    async with issued_site.app.state.database.session() as session:
        await set_setting(session, PEOPLE.maker, "statement_answer_days", 0, TODAY)
        await set_setting(session, PEOPLE.maker, key="silence_is_consent", value=True, effective_from=TODAY)
        await session.execute(text("UPDATE city SET business_date = '2027-01-18'"))
    finance = await issued_site.browser(Role.county_finance, HOST)
    city = await issued_site.browser(Role.city_finance)
    address = await own_statement(finance)
    page = await city.page(address)
    assert "不会自动确认" in page
    assert f"{address}/confirm_by_rule" in page
    assert f"{address}/confirm_by_rule" not in await finance.page(address)
    assert (await finance.get(f"{address}/confirm_by_rule")).status_code == 409
    assert (await city.send(f"{address}/confirm_by_rule")).status_code == 303
    assert "按规则视同确认" in await finance.page(address)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_sealed_scans_on_pages(issued_site, language):
    finance = await issued_site.browser(Role.county_finance, HOST, language)
    leader = await issued_site.browser(Role.county_leader, HOST, language)
    address = await own_statement(finance)
    scans = f"{address}/scans"
    assert (await finance.send(scans)).status_code == 422
    assert (await upload(finance, scans, scans)).status_code == 303
    (place,) = {match.removesuffix("/file") for match in FILE.findall(await leader.page(scans))}
    wrong = await leader.send(scans, to=place, decision="reject", reason=" ")
    assert wrong.status_code == 422
    assert (await leader.send(scans, to=place, decision="reject", reason="不清晰")).status_code == 303
    assert (await upload(finance, scans, scans)).status_code == 303
    place = FILE.findall(await leader.page(scans))[-1].removesuffix("/file")
    assert (await leader.send(scans, to=place, decision="accept")).status_code == 303
    assert (await finance.get(f"{place}/file")).content == PDF
    auditor = await issued_site.browser(Role.auditor, language=language)
    assert not FILE.findall(await auditor.page(scans))
