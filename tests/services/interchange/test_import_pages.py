import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.pages.imports import with_marks
from services.console.session import COOKIE
from services.settings import Settings
from tests import applications
from tests.conftest import SECRET
from tests.services.accounts.factories import opened
from tests.services.interchange.files import Rows, as_csv, example


@pytest.fixture
async def app(loaded_url: str) -> AsyncIterator[FastAPI]:
    settings = Settings(database_url=loaded_url, secret=SECRET, city="611000", pool_size=4)
    async with applications.running(settings) as made:
        yield made


class Browser:
    """A signed-in person who reads pages and sends their forms back, without script."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = httpx.Response(200)

    async def open(self, path: str) -> str:
        self.page = await self.client.get(path, headers={"Accept": "text/html"}, follow_redirects=True)
        return self.page.text

    async def send(self, action: str, rows: Rows | None = None, **fields: str) -> httpx.Response:
        form = re.search(
            rf'<form method="post" action="{re.escape(action)}".*?</form>', self.page.text, re.DOTALL
        )
        assert form, f"no form to {action}"
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
        files = None if rows is None else {"file": ("地块.csv", as_csv(rows), "text/csv")}
        return await self.client.post(action, data={**hidden, **fields}, files=files, follow_redirects=False)

    async def upload(self, rows: Rows, kind: str = "plots") -> str:
        await self.open("/imports")
        answer = await self.send("/imports", rows, kind=kind)
        assert answer.status_code == 303, answer.text
        await self.open(answer.headers["location"])
        return str(answer.headers["location"])


async def browser(app: FastAPI, client: httpx.AsyncClient, role: Role = Role.city_office) -> Browser:
    signed = await opened(app.state.database, role, kind=SessionKind.console, now=app.state.clock.now())
    client.cookies.set(COOKIE, signed.secret.text)
    return Browser(client)


async def test_upload_preview_confirm(app: FastAPI, client: httpx.AsyncClient):
    office = await browser(app, client)
    rows = example("plots")
    rows[1][3] = "21.5"
    plan = await office.upload(rows)
    preview = await office.open(f"{plan}?show=changed")
    assert "<del>20</del> → <ins>21.5</ins>" in preview
    assert "确认导入 1 行" in preview
    done = await office.send(f"{plan}/commits")
    assert (done.status_code, done.headers["location"]) == (303, plan)
    after = await office.open(plan)
    assert "已入库 1 行" in after
    assert f"{plan}/commits" not in after
    assert "已入库 1 行" in await office.open("/imports")
    again = await client.post(f"{plan}/commits", data={"csrf": "wrong"})
    assert again.status_code == 403


async def test_bad_rows_are_listed_and_hold_the_rest_back(app: FastAPI, client: httpx.AsyncClient):
    office = await browser(app, client)
    rows = example("plots")
    for row in rows[1:]:
        row[3] = "-1"
    rows[2][3] = "40"
    plan = await office.upload(rows)
    page = office.page.text
    assert "有 45 行错误" in page
    assert "不能为负数" in page
    assert "下一页" not in page
    workbook = await client.get(f"{plan}/errors.xlsx")
    assert workbook.content.startswith(b"PK")
    assert (await office.send(f"{plan}/commits")).status_code == 303


async def test_long_lists_are_paged(app: FastAPI, client: httpx.AsyncClient):
    office = await browser(app, client)
    rows = example("planned_projects")
    for row in rows[1:]:
        row[5] = "?"
    plan = await office.upload(rows, "planned_projects")
    assert "after=50" in office.page.text
    second = await office.open(f"{plan}?show=bad&after=50")
    assert "第一页" in second
    same = await office.upload(example("planned_projects"), "planned_projects")
    first = await office.open(f"{same}?show=same")
    assert "没有需要写入的内容" in first
    following = re.search(r'href="([^"]*after=\d+[^"]*)"', first)
    assert following
    assert "6110-MH-060" in await office.open(following[1].replace("&amp;", "&"))
    assert "没有错误行" in await office.open(f"{same}?show=bad")


async def test_what_is_wrong_with_a_file_stands_at_its_field(app: FastAPI, client: httpx.AsyncClient):
    office = await browser(app, client)
    await office.open("/imports")
    rows = example("plots", 1)
    rows[0][3] = "面积(平米)"
    refused = await office.send("/imports", rows, kind="plots")
    assert refused.status_code == 422
    assert "表头的单位不对：面积(平米)（应为 亩、公顷、平方米、平方公里）" in refused.text
    nothing = await office.send("/imports", kind="")
    assert nothing.status_code == 422
    assert "请选择要导入的表" in nothing.text
    assert "请选择文件" in nothing.text
    other = await office.send("/imports", example("receipts", 1), kind="receipts")
    assert (other.status_code, "这张表由其他单位导入" in other.text) == (422, True)


async def test_a_plan_that_went_stale_says_so_on_its_page(app: FastAPI, client: httpx.AsyncClient):
    office = await browser(app, client)
    rows = example("plots")
    rows[1][3] = "21.5"
    first = await office.upload(rows)
    second = await office.upload(rows)
    await office.open(first)
    assert (await office.send(f"{first}/commits")).status_code == 303
    await office.open(second)
    refused = await office.send(f"{second}/commits")
    assert refused.status_code == 422
    assert "预览之后数据已有变化" in refused.text


async def test_files_for_a_person(app: FastAPI, client: httpx.AsyncClient):
    await browser(app, client)
    for address, status in {
        "/templates/plots.xlsx": 200,
        "/exports/plots.csv": 200,
        "/exports/receipts.csv": 404,
        "/templates/receipts.xlsx": 404,
    }.items():
        assert (await client.get(address)).status_code == status, address


async def test_the_auditor_looks_on(app: FastAPI, client: httpx.AsyncClient):
    auditor = await browser(app, client, Role.auditor)
    page = await auditor.open("/imports")
    assert "上传并预览" not in page
    assert "还没有导入过" in page
    county = await browser(app, client, Role.county_officer)
    await county.open("/imports")
    assert county.page.status_code == 403


@pytest.mark.parametrize(
    ("text", "shown"),
    [("585576690.66", "585,576,690.66"), ("-1234", "-1,234"), ("12.5", "12.5"), ("", "")],
)
def test_totals_have_thousands_marks(text: str, shown: str):
    assert with_marks(text) == shown
