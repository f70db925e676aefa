"""The story in a real browser: from a county officer's sign-in to a statement that the city issues."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.cast import PDF, Cast, act, fill, parks, send, sign

pytestmark = pytest.mark.browser

CITY = "611000"
ORIGIN = "611026"
INVESTOR = "故事新材料科技有限公司"
CODE_OF_INVESTOR = "914403001922038216"
LEAD = {
    "channel": "以商招商",
    "channel_unit": "本地链主企业",
    "filing_reason": "new_build",
    "name": "故事新材料有色金属项目",
    "investor_name": INVESTOR,
    "investor_credit_code": CODE_OF_INVESTOR,
    "investor_registered": "440300",
    "fund_kind": "province_outside",
    "industry": "3240",
    "investment_fen": "30,000",
    "fixed_investment_fen": "24000",
    "land_mu": "40",
    "energy_tce": "2000",
    "water_td": "60",
    "cod_kg": "500",
    "output_fen": "40000",
    "tax_fen": "2000",
    "first_talk_on": "2027-01-04",
    "land_deadline": "2027-09-30",
}
TRANSFER = {
    "reason": "positioning",
    "evidence": "产业定位对照表",
    "investor_consent_on": "2027-01-12",
    "floor_ratio_bp": "40",
    "floor_years": "5",
    "upfront_fen": "20",
    "recall_days": "90",
}
COMMITMENT = {
    "land_mu": "40",
    "energy_tce": "2000",
    "water_td": "60",
    "cod_kg": "500",
    "ready_on": "2027-06-30",
    "promises": "供地、能耗、用水",
    "finance_review": "已审核",
    "legal_review": "已通过合法性审查和公平竞争审查",
}
PROMISE = {
    "kind_1": "infrastructure",
    "what_1": "道路和管网接至用地红线",
    "beneficiary_1": "public",
    "amount_fen_1": "200",
    "year_1": "2027",
    "source_1": "budget",
}
REVIEW = {
    "drafting_unit": "招商局",
    "basis": "园区设施面向全部企业",
    "conclusion": "pass",
    "reviewed_on": "2027-01-15",
    "review_again_on": "2028-01-15",
}
MINUTES = {"body": "government", "number": "〔2027〕2号", "held_on": "2027-01-15", "subject": "审议承诺事项"}
TERMS = {
    "method": "fixed",
    "years": "5",
    "ratios_bp": "40",
    "effective_on": "2027-01-15",
    "minutes_no": "市政府常务会议纪要〔2027〕3号",
    "minutes_on": "2027-01-15",
    "deduction_consent": "1",
}


@pytest.fixture
async def cast(chrome: Browser, site: str) -> AsyncIterator[Cast]:
    """The people of the story."""
    people = Cast(chrome, site)
    yield people
    await people.leave()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A signed paper, scanned."""
    path = tmp_path / "签署页.pdf"
    path.write_bytes(PDF)
    return path


async def register(cast: Cast) -> str:
    """填写, 核对, 完成; return how the lead is named in addresses."""
    page = await cast(f"{ORIGIN}-officer")
    await page.goto("/projects/new")
    await fill(page, LEAD)
    await page.click("main button[value=check]")
    assert "将要登记的内容" in await page.inner_text("main")
    await page.click("main button[value=save]")
    await page.wait_for_selector(".note")
    assert "已登记线索" in await page.inner_text(".note")
    return page.url.rpartition("/")[2]


async def into_the_pool(cast: Cast, ref: str) -> None:
    """Reviewed in the county, accepted by the city, passed on, pooled by another person of the city."""
    await act(await cast(f"{ORIGIN}-leader"), ref, "moves/review")
    await act(await cast("office-1"), ref, "moves/accept")
    await act(await cast(f"{ORIGIN}-officer"), ref, "transfer", TRANSFER)
    await act(await cast("office-2"), ref, "moves/pool")


async def matched(cast: Cast, ref: str) -> tuple[str, str, bool]:
    """Run the match; return the best park of a county, its owner, and whether it is the first rank."""
    page = await cast("office-1")
    await page.goto("/matches/runs/new")
    await send(page, "开始运行", "**/matches/runs/*-*")
    await page.wait_for_selector("text=查看匹配结果", timeout=90_000)
    await page.goto(f"/matches/{ref}")
    known = parks()
    rows = await page.locator("main table").first.locator("tbody tr").all()
    for row in rows:
        rank, cell = [await item.inner_text() for item in (await row.locator("td").all())[:2]]
        name = next(name for name in known if cell.startswith(name))
        code, owner = known[name]
        if owner != CITY:
            return code, owner, rank == "1"
    pytest.fail("no county's park can host the lead")


async def agree(cast: Cast, ref: str, park: str, county: str) -> None:
    """Terms before the name, commitment, the investor's choice."""
    await act(await cast("office-1"), ref, "proposal", {"parks": park})
    leader = await cast(f"{county}-leader")
    await leader.goto(f"/projects/{ref}")
    assert INVESTOR not in await leader.content()
    consent = {"counties": county, "consented_on": "2027-01-14", "evidence": "投资方同意函"}
    await act(await cast(f"{ORIGIN}-officer"), ref, "consent", consent)
    await act(leader, ref, "terms", {"park": park})
    assert INVESTOR in await leader.content()
    await act(await cast(f"{county}-officer"), ref, "commitment", {"park": park, **COMMITMENT})
    choice = {"park": park, "consented_on": "2027-01-15", "evidence": "选址确认函"}
    await act(await cast("office-1"), ref, "choice", choice)
    await record(cast, ref, county)


async def record(cast: Cast, ref: str, county: str) -> None:
    """What the city's decision needs: promises, finance check, legal opinion, review, minutes."""
    for login, step, form in (
        (f"{county}-officer", "sheet", PROMISE),
        (f"{county}-finance", "finance", {"outcome": "agreed"}),
        (f"{county}-leader", "legal", {"outcome": "agreed", "number": "法审〔2027〕1号"}),
        (f"{county}-officer", "fair-review", REVIEW),
        (f"{county}-officer", "minutes", MINUTES),
    ):
        page = await cast(login)
        await page.goto(f"/projects/{ref}/compliance/{step}")
        await fill(page, form)
        await page.click("main form button.primary")
        await page.wait_for_url("**/compliance?county=*")
    assert "可以审定" in await page.inner_text("main")


async def decide(cast: Cast, ref: str, park: str, *, first: bool) -> None:
    """The city decides; a park that is not the first needs a reason from the closed list."""
    page = await cast("office-1")
    await page.goto(f"/matches/{ref}")
    form = {"park": park, "minutes": "联席会议纪要〔2027〕1号"}
    if not first:
        ask = f"form:has(input[value=override_price]):has(input[value='{park}']) button"
        await page.locator(ask).first.click()
        await page.wait_for_selector("text=个平均项目的得分", timeout=90_000)
        await page.goto(f"/matches/{ref}")
    await fill(page, form if first else {**form, "override_reason": "meeting"})
    await send(page, "批准并持有", "**/matches")
    assert "已审定" in await page.inner_text(".note")


async def two_papers(cast: Cast, county: str, scan: Path) -> None:
    """The confirmation of three sides, then the agreement of two governments with the city as witness."""
    host, check = f"{county}-officer", f"{county}-leader"
    page = await cast(host)
    await page.goto("/confirmations/new")
    await fill(page, {"project": LEAD["name"]})
    await send(page, "生成确认书", "**/confirmations/*-*")
    paper = page.url.partition("/confirmations")[2]
    for party, maker, checker in (
        ("investor", host, check),
        ("origin", f"{ORIGIN}-officer", f"{ORIGIN}-leader"),
        ("host", host, check),
    ):
        await sign(cast, f"/confirmations{paper}", party, maker, checker, scan)
    await page.goto("/agreements/new")
    await fill(page, {"project": LEAD["name"], **TERMS, "ratios_bp": "30"})
    await page.click("main button:has-text('保存草稿')")
    assert await page.evaluate("document.activeElement.id") == "errors", "terms below the floor are refused"
    await fill(page, {"ratios_bp": "40"})
    await send(page, "保存草稿", "**/agreements/*-*")
    agreement = page.url.partition("/agreements")[2]
    await page.click("main a:has-text('送签')")
    await send(page, "送签", f"**/agreements{agreement}")
    for party, maker, checker in (
        ("origin", f"{ORIGIN}-officer", f"{ORIGIN}-leader"),
        ("host", host, check),
        ("witness", "finance-1", "finance-2"),
    ):
        await sign(cast, f"/agreements{agreement}", party, maker, checker, scan)
    await page.goto(f"/agreements{agreement}")
    assert "生效" in await page.inner_text("main .details")


async def issue(cast: Cast, year: int) -> None:
    """Compute the year, prepare its statements, and let three others check, review and approve one."""
    page = await cast("finance-1")
    await page.goto("/statements/compute")
    await fill(page, {"month": f"{year}-12"})
    await send(page, "测算并入账", "**/statements?*")
    await page.goto("/statements/compute")
    await fill(page, {"period": str(year)})
    await page.click("main button:text-is('编制')")
    await page.wait_for_url("**/statements?period=*")
    await page.click(f"main a:has-text('{ORIGIN}-{year}')")
    address = page.url
    for login, step in (("finance-2", "check"), ("finance-3", "review"), ("finance-4", "approve")):
        page = await cast(login)
        await page.goto(f"{address}/{step}")
        await page.click("main form button.primary")
        await page.wait_for_url(address)
    assert "签发" in await page.inner_text("main .details")
    paper = await page.request.get(f"{address}.pdf")
    assert (await paper.body()).startswith(b"%PDF")


async def test_a_lead_travels_to_signed_papers_and_a_year_to_its_statement(cast: Cast, scan: Path) -> None:
    ref = await register(cast)
    await into_the_pool(cast, ref)
    park, county, first = await matched(cast, ref)
    await agree(cast, ref, park, county)
    await decide(cast, ref, park, first=first)
    await two_papers(cast, county, scan)
    page = await cast(f"{ORIGIN}-officer")
    await page.goto(f"/projects/{ref}")
    assert "已签约" in await page.inner_text("main")
    await issue(cast, 2025)
