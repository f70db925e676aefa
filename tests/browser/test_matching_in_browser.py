"""A match in a real browser: run under a rule, read, asked why and what if, by the city and by a county."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.cast import Cast, fill, send

pytestmark = pytest.mark.browser

COUNTY = "611002"
NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
ANSWERED = 60_000


@pytest.fixture(scope="module")
async def cast(chrome: Browser, site: str) -> AsyncIterator[Cast]:
    """Windows of this file; a match was run under a rule of fairness, which is taken back at the end."""
    people = Cast(chrome, site)
    page = await people("office-1")
    await set_rule(page, on=True)
    await page.goto("/matches/runs/new")
    await fill(page, {"seconds": "5"})
    await send(page, "开始运行", "**/matches/runs/*-*")
    await page.wait_for_selector("text=查看匹配结果", timeout=180_000)
    yield people
    await set_rule(page, on=False)
    await people.leave()


async def set_rule(page: Page, *, on: bool) -> None:
    await page.goto("/fairness/edit")
    await page.set_checked("[name=enabled]", on)
    await fill(page, {"ceiling": "120", "floor": "50"})
    await send(page, "保存规则", "**/fairness")


async def first_of(page: Page, show: str) -> str:
    """Open the first project of a list of the match; return its address."""
    await page.goto(f"/matches?show={show}")
    await page.locator("main tbody a").first.click()
    await page.wait_for_url("**/matches/*")
    return page.url.split("?")[0]


async def ask(page: Page, button: str) -> str:
    """Press a button that asks, wait on the page of the question, and return what it answers."""
    await page.locator(f"main button:has-text('{button}')").first.click()
    await page.wait_for_url("**/matches/questions/*")
    await page.wait_for_selector("#question .tag.ok", timeout=ANSWERED)
    return await page.inner_text("#question")


async def judged(page: Page) -> None:
    """Nothing for axe to find, and nothing cut off on a small screen."""
    assert not await violations(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate(NARROW)
    await page.set_viewport_size({"width": 1366, "height": 768})


async def test_the_office_reviews_asks_for_alternatives_and_for_the_price_of_an_override(cast: Cast) -> None:
    page = await cast("office-1")
    where = await first_of(page, "placed")
    text = await page.inner_text("main")
    for words in ("推荐承接地", "产业定位", "全市代价", "不能承接或排名在后的园区"):
        assert words in text
    assert await page.locator("main table").last.locator("tbody tr").count() > 1
    told = await ask(page, "改选代价")
    assert "全市总分减少" in told
    assert "受影响项目" in told
    await judged(page)
    await page.goto(where)
    assert "第 1 备选" in await ask(page, "测算三个备选承接地")
    await judged(page)
    await page.goto(where)
    listed = await page.inner_text("#asked")
    assert "全市总分减少" in listed
    assert "改选代价" in listed
    assert await page.get_attribute("#asked", "hx-trigger") is None, "nothing is under way"
    await judged(page)


async def test_the_office_asks_what_would_place_a_project_that_has_no_host(cast: Cast) -> None:
    page = await cast("office-1")
    await first_of(page, "unplaced")
    assert "怎样才能落位" in await page.inner_text("main")
    told = await ask(page, "测算最小改动")
    assert "测算层级" in told
    await judged(page)


async def test_a_county_reads_why_not_us_and_asks(cast: Cast) -> None:
    page = await cast(f"{COUNTY}-officer")
    await page.goto("/matches")
    await page.locator("main tbody a").first.click()
    await page.wait_for_url("**/matches/*")
    await page.click("main a:has-text('怎样才会改变')")
    await page.wait_for_url("**/why-not")
    where = page.url
    text = await page.inner_text("main")
    assert "别的项目是谁、占了多少不在这里显示" in text
    headings = await page.locator("main .card h2").all_inner_texts()
    assert {heading.rpartition(" · ")[2] for heading in headings} == {"商州区"}
    await judged(page)
    told = await ask(page, "与推荐地比较")
    assert "占用稀缺资源的代价" not in told
    await page.goto(where)
    assert "查看测算" in await page.inner_text("main")


@pytest.mark.parametrize(("login", "whole"), [("office-1", True), (f"{COUNTY}-officer", False)])
async def test_fairness_is_read_by_the_city_and_by_a_county(cast: Cast, login: str, whole: bool) -> None:
    page = await cast(login)
    await page.goto("/fairness")
    text = await page.inner_text("main")
    for words in ("逐月监测", "月数还不够", "承接比", "商州区"):
        assert words in text
    for words in ("洛南县", "规则的代价", "虚报能多得多少", "重大项目"):
        assert (words in text) is whole
    await judged(page)


async def test_scenarios_are_compared(cast: Cast) -> None:
    page = await cast("office-1")
    await page.goto("/matches/scenarios")
    await page.click("main a:has-text('新的情景')")
    await fill(page, {"title": "多给两百亩", "park1": "6110P01", "land_mu1": "200"})
    await page.click("main button:has-text('开始对比')")
    await page.wait_for_url("**/matches/questions/*")
    await page.wait_for_selector("#question .tag.ok", timeout=ANSWERED)
    assert "各县区承接" in await page.inner_text("main")
    await judged(page)
    await page.goto("/matches/scenarios")
    row = await page.locator("main tbody tr").first.inner_text()
    assert "多给两百亩" in row
    await judged(page)


async def test_pages_are_as_good_in_english(cast: Cast) -> None:
    page = await cast("office-1")
    where = await first_of(page, "placed")
    await page.goto("/language?to=en&back=/fairness")
    for address in ("/fairness", where, f"{where}/why-not", "/matches/scenarios"):
        await page.goto(address)
        await judged(page)
        for image in await page.locator("main svg.bars").all():
            assert await image.locator("rect").count(), "words of another language did not end the picture"
    await page.goto("/language?to=zh&back=/")
