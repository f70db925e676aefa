"""Everybody in the story has a window of their own, and fills in forms as people do."""

import csv
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.people import sign_in
from tests.browser.watching import Watched
from tests.services.console.city import EXAMPLE

PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


class Cast:
    """The windows by login; each person signs in when first needed."""

    def __init__(self, browser: Browser, site: str) -> None:
        self._browser = browser
        self._site = site
        self._windows: dict[str, tuple[BrowserContext, Page, Watched]] = {}

    async def __call__(self, login: str) -> Page:
        """Give the page of a person."""
        if login not in self._windows:
            window = await self._browser.new_context(base_url=self._site, locale="zh-CN")
            window.set_default_timeout(20_000)
            page = await window.new_page()
            self._windows[login] = (window, page, Watched(page, self._site))
            await sign_in(page, login)
        return self._windows[login][1]

    async def leave(self) -> None:
        """Close every window; fail if a page did what no page may do."""
        for window, _, watched in self._windows.values():
            await window.close()
            watched.check()


async def fill(page: Page, fields: dict[str, str]) -> None:
    """Fill in fields by name: text, a choice by value, a box to tick, or a list searched by typing."""
    for name, value in fields.items():
        place = page.locator(f"main [name='{name}']:not([type=hidden])")
        if await page.locator(f"#f-{name}[role=combobox]").count():
            await choose(page, name, value)
        elif await place.first.evaluate("element => element.tagName") == "SELECT":
            await place.select_option(value)
        elif await place.first.get_attribute("type") in {"checkbox", "radio"}:
            await page.check(f"main [name='{name}'][value='{value}']:not([type=hidden])")
        else:
            await place.fill(value)


async def choose(page: Page, name: str, words: str) -> None:
    """Type into a searchable list and take the first match by the keyboard."""
    await page.fill(f"#f-{name}", words)
    await page.press(f"#f-{name}", "ArrowDown")
    await page.press(f"#f-{name}", "Enter")


async def send(page: Page, button: str, to: str) -> None:
    """Press a button and arrive at an address."""
    await page.click(f"main button:has-text('{button}')")
    try:
        await page.wait_for_url(to)
    except Exception as error:
        error.add_note(await page.inner_text("main"))
        raise


async def act(page: Page, ref: str, name: str, fields: dict[str, str] | None = None) -> None:
    """Open the form of a project's step, fill it in and confirm it."""
    await page.goto(f"/projects/{ref}/{name}")
    await fill(page, fields or {})
    await page.click("main button[name=step][value=save]")
    try:
        await page.wait_for_url(f"**/projects/{ref}")
    except Exception as error:
        error.add_note(await page.inner_text("main"))
        raise


async def sign(cast: Cast, paper: str, party: str, maker: str, checker: str, scan: Path) -> None:
    """One person uploads a side's signed scan, another checks it."""
    page = await cast(maker)
    await page.goto(f"{paper}/sign/{party}")
    await fill(page, {"signer": "授权代表", "signed_on": "2027-01-15"})
    await page.set_input_files("[name=scan]", scan)
    await send(page, "上传", f"**{paper}")
    page = await cast(checker)
    await page.goto(paper)
    await page.click("main a:has-text('复核')")
    await send(page, "复核通过", f"**{paper}")


def parks() -> dict[str, tuple[str, str]]:
    """The example's parks by name: code and owner."""
    with (EXAMPLE / "园区.csv").open(encoding="utf-8-sig") as file:
        return {row["名称"]: (row["园区编码"], row["所属地"]) for row in csv.DictReader(file)}
