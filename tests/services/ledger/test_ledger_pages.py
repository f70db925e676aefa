"""The pages of statements and receipts, walked as people do, in both languages."""

import re

import pytest

from auth.principal import Role
from services.ledger.states import StatementState
from tests.services.ledger import story
from tests.services.ledger.factories import CITY

HOST = "611002"
STATEMENT = re.compile(r'href="(/statements/[0-9a-f-]{36})"')
AMOUNT = re.compile(r'href="(/statements/[0-9a-f-]{36}/lines/\d+)"')


async def own_statement(browser, query="?kind=year"):
    return STATEMENT.findall(await browser.page(f"/statements{query}"))[0]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_page_opens_without_fault(issued_site, language):
    finance = await issued_site.browser(Role.county_finance, HOST, language)
    city = await issued_site.browser(Role.city_finance, CITY, language)
    auditor = await issued_site.browser(Role.auditor, CITY, language)
    address = await own_statement(finance)
    for browser in (finance, city, auditor):
        page = await browser.page(address)
        await browser.page(AMOUNT.findall(page)[0])
        await browser.page("/statements?kind=nonsense&state=issued")
        await browser.page("/statements/books")
    origin = await issued_site.browser(Role.county_officer, "611024", language)
    down = await origin.page(AMOUNT.findall(await origin.page(await own_statement(origin)))[0])
    assert "6110002508" not in down
    for step in ("confirm", "object"):
        await finance.page(f"{address}/{step}")
    for path in ("/statements/compute", "/statements/close/2025", "/statements/close/2027"):
        await city.page(path)
    await city.page(await own_statement(city, "?kind=month"))
    for tab in ("all", "apart", "levels", "nonsense"):
        await city.page(f"/receipts?tab={tab}")


async def test_papers_are_printed_from_the_page(issued_site):
    finance = await issued_site.browser(Role.county_finance, HOST)
    address = await own_statement(finance)
    pdf = await finance.get(f"{address}.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert (await finance.get(f"{address}.xlsx")).content.startswith(b"PK")


async def test_a_stranger_finds_nothing(issued_site):
    address = await own_statement(await issued_site.browser(Role.county_finance, HOST))
    other = await issued_site.browser(Role.county_finance, "611026")
    for rest in ("", "/lines/1", "/confirm", "/object", ".pdf", ".xlsx"):
        assert (await other.get(address + rest)).status_code == 404


async def test_a_county_confirms_on_its_page(issued_site):
    finance = await issued_site.browser(Role.county_finance, HOST)
    address = await own_statement(finance)
    wrong = await finance.send(f"{address}/confirm", sha256="0" * 64)
    assert wrong.status_code == 422
    assert "校验码与结算单不符" in wrong.text
    done = await finance.send(f"{address}/confirm")
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert "已确认" in await finance.page(address)
    assert (await finance.get(f"{address}/confirm")).status_code == 409
    assert (await finance.get(f"{address}/object")).status_code == 409


async def test_an_objection_and_its_answers_on_pages(issued_site):
    finance = await issued_site.browser(Role.county_finance, HOST)
    city = await issued_site.browser(Role.city_finance)
    address = await own_statement(finance)
    for fields, words in (
        ({"reason": " "}, "请写明理由"),
        ({"reason": "不符", "expected": "一元"}, "请填写金额"),
        ({"reason": "不符", "line": "999"}, "结算单没有这一行"),
    ):
        answer = await finance.send(f"{address}/object", **fields)
        assert answer.status_code == 422
        assert words in answer.text
    done = await finance.send(f"{address}/object", reason="数额不符", line="1", expected="12.34", reserved="")
    assert done.status_code == 303
    page = await city.page(address)
    assert "认为应为 12.34 元" in page
    for step in ("uphold", "reissue"):
        await city.page(f"{address}/{step}")
    assert (await city.send(f"{address}/uphold", reason="")).status_code == 422
    assert (await city.send(f"{address}/uphold", reason="核对无误")).status_code == 303
    kept = await finance.send(f"{address}/object", reason="仍存疑", reserved="1")
    assert kept.status_code == 303
    assert "存疑保留" in await finance.page(address)
    again = await finance.send(f"{address}/object", reason="全部不符", reserved="")
    assert "对这一行已有未答复的异议" in again.text
    await finance.send(f"{address}/object", reason="这行不符", line="2", reserved="")
    anew = await city.send(f"{address}/reissue", reason="更正")
    assert anew.headers["location"] != address
    assert "这一版已被新的一版替代" in await finance.page(address)


async def test_the_office_computes_prepares_and_closes_on_pages(loaded_site):
    people = [await loaded_site.browser(Role.city_finance) for _ in range(4)]
    maker, checker = people[0], people[1]
    for month, words in (("2099-01", "该月尚未开始"), ("一月", "没有这个期间")):
        answer = await maker.send("/statements/compute", month=month)
        assert answer.status_code == 422
        assert words in answer.text
    assert (await maker.send("/statements/compute", month="2025-12")).status_code == 303
    early = await maker.send("/statements/compute", to="/statements/prepare", period="2027")
    assert early.status_code == 422
    assert "该期间尚未结束" in early.text
    made = await maker.send("/statements/compute", to="/statements/prepare", period="2025")
    assert made.status_code == 303
    for quarter in ("2025Q1", "2025Q2", "2025Q3", "2025Q4"):
        sent = await maker.send("/statements/compute", to="/statements/prepare", period=quarter)
        assert sent.status_code == 303
    address = STATEMENT.findall(await maker.page("/statements?kind=year&period=2025"))[0]
    for person, step in zip(people[1:], ("check", "review", "approve"), strict=True):
        await person.page(f"{address}/{step}")
        assert (await person.send(f"{address}/{step}")).status_code == 303
    async with loaded_site.app.state.database.session() as session:
        for one in await story.live(session, "2025"):
            if one.state is StatementState.draft:
                await story.hands(session, one)
        await story.confirm_all(session, "2025")
    close = "/statements/close/2025"
    blocked = await maker.send(close, to=f"{close}/request", list_unmatched="1")
    assert blocked.status_code == 422
    assert "尚不能关账" in blocked.text
    wrong = await maker.send(close, to=f"{close}/nil", month="2025-03", reason="无")
    assert wrong.status_code == 422
    assert (await maker.send(close, to=f"{close}/nil", month="2025-01", reason="无")).status_code == 303
    asked = await maker.send(close, to=f"{close}/request", list_unmatched="1")
    assert asked.status_code == 303
    assert "申请人不能自己关账" in await maker.page(close)
    assert "/statements/close/2025" in await checker.page("/")
    closed = await checker.send(close)
    assert closed.status_code == 303
    assert "2025 年已关账" in await maker.page(close)
    late = await maker.send("/statements/compute", month="2025-12")
    assert "该月已关账" in late.text


async def test_to_dos_name_what_waits(issued_site):
    finance = await issued_site.browser(Role.county_finance, HOST)
    assert "2025 年终结算单待确认" in await finance.page("/")
    address = await own_statement(finance)
    await finance.send(f"{address}/object", reason="不符", reserved="")
    city = await issued_site.browser(Role.city_finance)
    assert "2025 年终结算单有异议待答复" in await city.page("/")
    auditor = await issued_site.browser(Role.auditor)
    assert "年终结算单" not in (await auditor.page("/")).partition("<main")[2]
