"""The frame in a real browser: signing in, keyboard, small screens, no scripts, accessibility."""

import pytest
from playwright.async_api import Browser, Page

from tests.browser.axe import violations
from tests.browser.people import PASSWORD, sign_in, sign_out

pytestmark = pytest.mark.browser

PUBLIC = ("/sign-in", "/set-password", "/verify", "/nowhere")


async def test_sign_in_and_out(page: Page) -> None:
    await sign_in(page, "admin")
    assert await page.text_content("h1") == "我的待办"
    await sign_out(page)
    await page.goto("/")
    assert "/sign-in" in page.url


async def test_a_wrong_password_is_told_at_the_top_and_takes_the_focus(page: Page) -> None:
    await page.goto("/sign-in")
    await page.fill("[name=login]", "office-2")
    await page.fill("[name=password]", "not the password")
    await page.click("main form button")
    assert await page.evaluate("document.activeElement.id") == "errors"
    assert (await page.title()).startswith("有误：")
    assert not await violations(page)


async def test_a_deep_link_survives_the_sign_in(page: Page) -> None:
    await page.goto("/help?from=mail")
    await page.fill("[name=login]", "auditor")
    await page.fill("[name=password]", PASSWORD)
    await page.click("main form button")
    await page.wait_for_url("**/help?from=mail")


@pytest.mark.parametrize("path", PUBLIC)
async def test_axe_finds_nothing_before_sign_in(page: Page, path: str) -> None:
    await page.goto(path)
    assert not await violations(page)


async def test_the_menu_learns_what_waits_after_the_page_is_shown(page: Page) -> None:
    await sign_in(page, "office-1")
    first = await page.text_content("#waiting-")
    assert first is not None
    assert int(first.removesuffix("项待办")) > 0
    await page.goto("/help")
    await page.wait_for_selector("#waiting-:not([hidden])")
    assert await page.text_content("#waiting-") == first
    assert not await violations(page)


async def test_the_first_key_leads_past_the_menu(page: Page) -> None:
    await sign_in(page, "office-1")
    await page.goto("/help")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"


async def test_the_menu_opens_on_a_small_screen(page: Page) -> None:
    await sign_in(page, "office-1")
    await page.set_viewport_size({"width": 360, "height": 700})
    await page.goto("/help")
    assert not await page.is_visible("#menu")
    await page.click("text=菜单")
    assert await page.is_visible("#menu")
    await page.click("text=收起菜单")
    assert not await page.is_visible("#menu")


async def test_english_stays(page: Page) -> None:
    await sign_in(page, "office-1")
    await page.goto("/help?a=1")
    await page.click("text=English")
    assert page.url.endswith("/help?a=1")
    assert await page.get_attribute("html", "lang") == "en"
    assert await page.text_content("h1") == "Help"
    await page.goto("/")
    assert await page.text_content("h1") == "My to-dos"


async def test_signing_in_needs_no_script(chrome: Browser, site: str) -> None:
    context = await chrome.new_context(base_url=site, java_script_enabled=False, locale="zh-CN")
    page = await context.new_page()
    await sign_in(page, "office-1")
    assert await page.text_content("h1") == "我的待办"
    await context.close()


async def test_a_page_is_light(page: Page, site: str) -> None:
    await sign_in(page, "office-1")
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    await page.goto("/help")
    await page.wait_for_load_state("networkidle")
    assert len(sizes) <= 7  # with the counts of the menu, which the page does not wait for
    assert site in page.url
