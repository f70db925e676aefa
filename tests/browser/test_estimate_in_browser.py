"""估算收益 in a real browser: without script, judged by axe, on a small screen."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser

LEAD = {
    "channel": "以商招商",
    "channel_unit": "本地链主企业",
    "filing_reason": "new_build",
    "name": "汇川同辉电子电路项目",
    "investor_name": "汇川同辉电子新材料有限公司",
    "investor_credit_code": "91110000600037341L",
    "investor_registered": "110108",
    "fund_kind": "province_outside",
    "industry": "3982",
    "investment_fen": "20405",
    "fixed_investment_fen": "16355.5",
    "land_mu": "99999",
    "energy_tce": "4125",
    "water_td": "66",
    "cod_kg": "847",
    "output_fen": "11664",
    "tax_fen": "1108",
    "first_talk_on": "2026-01-04",
    "land_deadline": "2029-10-03",
}
"""A lead that asks for more land than any county has."""

NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


async def fill_in(page: Page) -> None:
    """Fill the registration in as a person without script does: every list is a plain one."""
    for name, value in LEAD.items():
        field = page.locator(f"main [name={name}]")
        if await field.locator("option").count():
            await field.select_option(value)
        else:
            await field.fill(value)


async def test_the_panel_comes_without_script_and_keeps_what_was_typed(chrome: Browser, site: str) -> None:
    window = await chrome.new_context(
        base_url=site, java_script_enabled=False, locale="zh-CN", viewport={"width": 1366, "height": 768}
    )
    page = await window.new_page()
    await sign_in(page, "611026-officer")
    await page.goto("/projects/new")
    await fill_in(page)
    await page.click("main button:has-text('估算收益')")
    panel = page.locator("#estimate")
    assert await panel.is_visible()
    box = await panel.locator("h2").first.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 768, "the address leads to the panel"
    told = await panel.inner_text()
    assert told.index("今年考核可计入固定资产投资 8,177.75 万元") < told.index("五年约可分得税收")
    assert "首谈地现在不能自行承载这个项目" in told
    assert await page.input_value("[name=investor_name]") == LEAD["investor_name"]
    await page.fill("#f-ratio_bp", "20")
    await page.click("main button:has-text('按此重新估算')")
    assert await page.input_value("#f-ratio_bp") == "20"
    assert told != await panel.inner_text()
    await page.click("main button:has-text('下一步：核对')")
    assert "将要登记的内容" in await page.inner_text("main")
    assert await page.locator("#estimate svg").count() == 2
    await window.close()


async def test_axe_finds_nothing_in_the_panel_and_nothing_is_cut_off(page: Page) -> None:
    await sign_in(page, "611026-officer")
    await page.goto("/projects/new")
    for name in ("investment_fen", "fixed_investment_fen", "output_fen", "tax_fen"):
        await page.fill(f"[name={name}]", LEAD[name])
    await page.click("main button:has-text('估算收益')")
    await page.wait_for_selector("#estimate table")
    assert not await violations(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate(NARROW)
