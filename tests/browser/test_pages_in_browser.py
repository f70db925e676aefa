"""All pages of the menu in a real browser: judged by axe, on a small screen, without script, by keyboard."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from auth.principal import Role
from services.console.menu import pages
from tests.browser.axe import violations
from tests.browser.cast import Cast
from tests.browser.people import sign_in

pytestmark = pytest.mark.browser

BESIDES = (
    ("office-1", "/matches/card"),
    ("office-1", "/matches/runs"),
    ("office-1", "/matches/scenarios"),
    ("office-1", "/matches/scenarios/new"),
    ("office-1", "/fairness/edit"),
    ("office-1", "/parks/6110P01"),
    ("office-1", "/advice?estate=200&party=甲县&claim=100&party=乙县&claim=200&party=丙县&claim=300"),
    ("office-1", "/advice?form=costs&example=1"),
    ("office-1", "/packs/kunming-enclave"),
    ("office-1", "/help"),
    ("611026-officer", "/pool"),
    ("611026-officer", "/fairness"),
    ("finance-1", "/statements/compute"),
    ("finance-1", "/statements/close/2025"),
    ("admin", "/accounts/new"),
)
LOGINS = {
    Role.city_office: "office-1",
    Role.city_finance: "finance-1",
    Role.county_officer: "611026-officer",
    Role.auditor: "auditor",
    Role.administrator: "admin",
}


def everybodys() -> list[tuple[str, str]]:
    """Each page of the menu as the first of these people who sees it there, and further ones."""
    menu = [
        (next(login for role, login in LOGINS.items() if page.shown_to(role)), page.path) for page in pages()
    ]
    return [*menu, *BESIDES]


NARROW = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture(scope="module")
async def cast(chrome: Browser, site: str) -> AsyncIterator[Cast]:
    """Windows that the tests of this file share."""
    people = Cast(chrome, site)
    yield people
    await people.leave()


@pytest.mark.parametrize(("login", "path"), everybodys())
async def test_axe_finds_nothing_and_nothing_is_cut_off_at_320_pixels(
    cast: Cast, login: str, path: str
) -> None:
    page = await cast(login)
    await page.set_viewport_size({"width": 1440, "height": 900})
    answer = await page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert not await violations(page)
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await page.evaluate(NARROW)


async def test_filter_page_back_and_reload_keep_the_address(page: Page) -> None:
    await sign_in(page, "office-1")
    await page.goto("/pool")
    await page.fill("main [name=q]", "锂离子")
    await page.click("main form.filters button.primary")
    await page.wait_for_url("**/pool?*q=*")
    await page.wait_for_function("document.querySelectorAll('main tbody tr').length < 20")
    rows = await page.locator("main tbody tr").count()
    assert rows
    await page.reload()
    assert await page.locator("main tbody tr").count() == rows
    assert await page.input_value("main [name=q]") == "锂离子"
    await page.go_back()
    await page.wait_for_url("**/pool")


async def test_the_pool_is_filtered_without_script(chrome: Browser, site: str) -> None:
    context = await chrome.new_context(base_url=site, java_script_enabled=False, locale="zh-CN")
    page = await context.new_page()
    await sign_in(page, "office-1")
    await page.goto("/pool")
    whole = await page.locator("main tbody tr").count()
    await page.fill("main [name=q]", "锂离子")
    await page.click("main form.filters button.primary")
    await page.wait_for_url("**/pool?*q=*")
    assert 0 < await page.locator("main tbody tr").count() < whole
    await page.goto("/projects/new")
    await page.click("main form button.primary")
    assert await page.locator("#errors li").count() > 5
    await context.close()


async def test_a_list_is_searched_by_the_keyboard_alone(page: Page) -> None:
    await sign_in(page, "611026-officer")
    await page.goto("/projects/new")
    await page.focus("#f-industry")
    await page.keyboard.type("锂离子")
    await page.keyboard.press("ArrowDown")
    assert await page.get_attribute("#f-industry", "aria-activedescendant")
    assert not await violations(page)
    await page.keyboard.press("Enter")
    assert "锂离子" in await page.input_value("#f-industry")
    assert await page.input_value("[name=industry]") == "3841"
    await page.keyboard.press("Control+a")
    await page.keyboard.type("没有这个行业")
    await page.keyboard.press("Escape")
    assert "锂离子" in await page.input_value("#f-industry")


async def test_a_page_prints_without_menu_and_buttons(page: Page) -> None:
    await sign_in(page, "office-1")
    await page.goto("/pool")
    await page.emulate_media(media="print")
    assert not await page.is_visible("#menu")
    assert not await page.is_visible(".bar")
    assert await page.is_visible("main table")


async def test_script_in_a_field_stays_text(page: Page) -> None:
    await sign_in(page, "611026-officer")
    await page.goto("/projects/new")
    await page.fill("[name=name]", "<script>alert(1)</script><img src=x onerror=alert(2)>")
    await page.click("main form button.primary")
    assert "<img src=x" in await page.input_value("[name=name]")
    assert await page.locator("main img").count() == 0


async def test_a_form_without_its_token_is_refused(page: Page) -> None:
    await sign_in(page, "office-1")
    answer = await page.request.post("/sign-out", form={"csrf": "wrong"})
    assert answer.status == 403
    await page.goto("/")
    assert await page.text_content("h1") == "我的待办"
