"""Importing a file in a browser: what is wrong is shown row by row; what is right is written as shown."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.browser.axe import violations
from tests.browser.people import sign_in
from tests.services.console.city import EXAMPLE

pytestmark = pytest.mark.browser

HEADER = "单位,年度,指标,目标值,单位名称"


async def upload(page: Page, kind: str, path: Path) -> None:
    await page.goto("/imports")
    await page.select_option("[name=kind]", kind)
    await page.set_input_files("[name=file]", path)
    await page.click("main form button")


async def test_no_file_is_told_at_its_field(page: Page) -> None:
    await sign_in(page, "office-1")
    await page.goto("/imports")
    await page.click("main form button")
    assert await page.evaluate("document.activeElement.id") == "errors"
    await page.click("#errors a[href='#f-file']")
    assert await page.evaluate("document.activeElement.id") == "f-file"
    assert not await violations(page)


async def test_an_unknown_header_is_told(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "考核目标.csv"
    path.write_text(HEADER.replace("目标值", "目标数") + "\n611002,2026,x,1,个\n", encoding="utf-8")
    await sign_in(page, "office-1")
    await upload(page, "targets", path)
    assert "目标数" in await page.inner_text("#errors")


async def test_bad_rows_are_listed_and_come_back_as_a_workbook(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "考核目标.csv"
    path.write_text(
        f"{HEADER}\n611002,2031,新签约亿元以上项目,15,个\n611002,2031,开工率,-3,%\n", encoding="gb18030"
    )
    await sign_in(page, "office-1")
    await upload(page, "targets", path)
    text = await page.inner_text("main")
    assert "-3" in text
    assert "有 1 行错误" in text
    assert not await violations(page)
    async with page.expect_download() as coming:
        await page.click("text=下载错误行")
    assert (await coming.value).suggested_filename.endswith(".xlsx")


async def test_good_rows_are_written_as_shown_and_then_the_same(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "考核目标.csv"
    path.write_text(f"{HEADER}\n611002,2032,新签约亿元以上项目,15,个\n", encoding="utf-8-sig")
    await sign_in(page, "office-1")
    await upload(page, "targets", path)
    await page.click("text=确认导入 1 行")
    assert "已入库 1 行" in await page.inner_text(".note")
    await upload(page, "targets", path)
    assert "每一行都与现有数据相同" in await page.inner_text("main")


async def test_the_example_is_the_same_as_what_is_stored(page: Page) -> None:
    await sign_in(page, "office-1")
    await upload(page, "plots", EXAMPLE / "地块.csv")
    assert "每一行都与现有数据相同" in await page.inner_text("main")
