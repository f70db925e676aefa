import re

import httpx
import pytest
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.bootstrap import init_city
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from tests.services.accounts.conftest import Hands
from tests.services.accounts.factories import CITY, COUNTY, PARK, make_account, opened
from tests.services.regions.factories import make_city

PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
async def ground(database: Database) -> None:
    async with database.session() as session:
        await make_city(session)


class Browser:
    """Reads forms and sends them back as a browser without script does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page: httpx.Response | None = None

    async def open(self, path: str) -> httpx.Response:
        self.page = await self.client.get(path, headers=PAGE)
        return self.page

    async def send(self, action: str, **fields: str) -> httpx.Response:
        assert self.page is not None
        forms = re.findall(
            rf'<form method="post" action="{re.escape(action)}".*?</form>', self.page.text, re.DOTALL
        )
        assert forms, f"no form to {action}"
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', forms[0]))
        for name in fields:
            assert f'name="{name}"' in forms[0], f"no field {name}"
        sent = await self.client.post(action, data={**hidden, **fields}, headers=PAGE)
        self.page = sent if sent.status_code != 303 else self.page
        return sent


@pytest.fixture
def visitor(client: httpx.AsyncClient) -> Browser:
    return Browser(client)


async def sign_in(visitor: Browser, login: str = "admin", password: str = PASSWORD) -> httpx.Response:
    await visitor.open("/sign-in")
    return await visitor.send("/sign-in", login=login, password=password)


@pytest.fixture
async def admin(visitor: Browser, database: Database) -> Browser:
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    assert (await sign_in(visitor)).status_code == 303
    return visitor


async def test_a_visitor_is_led_to_the_sign_in_page_and_back(visitor: Browser, database: Database) -> None:
    led = await visitor.open("/accounts?cursor=x")
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=%2Faccounts%3Fcursor%3Dx")
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    await visitor.open(led.headers["location"])
    back = await visitor.send("/sign-in", login="admin", password=PASSWORD)
    assert (back.status_code, back.headers["location"]) == (303, "/accounts?cursor=x")
    cookie = back.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_the_cookie_is_secure_where_https_stands_in_front(
    app: FastAPI, visitor: Browser, database: Database
) -> None:
    app.state.settings = app.state.settings.model_copy(update={"secure_cookies": True})
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    assert "Secure" in (await sign_in(visitor)).headers["set-cookie"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "x"])
async def test_nobody_is_led_elsewhere(visitor: Browser, database: Database, target: str) -> None:
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    await visitor.open("/sign-in")
    answer = await visitor.client.post(
        "/sign-in", data={"login": "admin", "password": PASSWORD, "next": target}, headers=PAGE
    )
    assert answer.headers["location"] == "/"


async def test_a_swap_is_told_to_load_the_sign_in_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/accounts", headers={**PAGE, "HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in?next=%2Faccounts")


async def test_the_home_address_needs_no_next(client: httpx.AsyncClient) -> None:
    assert (await client.get("/", headers=PAGE)).headers["location"] == "/sign-in"
    assert (await client.post("/accounts/new", headers=PAGE)).headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("login", "password"), [("admin", "wrong password"), ("nobody", PASSWORD), ("x" * 90, "y"), ("admin", "")]
)
async def test_a_wrong_sign_in_says_so_in_the_form(
    visitor: Browser, database: Database, login: str, password: str
) -> None:
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    answer = await sign_in(visitor, login, password)
    assert answer.status_code == 422
    assert "用户名或密码不正确" in answer.text
    assert f'value="{login}"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_locked_login_is_told_to_wait(visitor: Browser) -> None:
    for _ in range(5):
        await sign_in(visitor, "nobody")
    answer = await sign_in(visitor, "nobody")
    assert (answer.status_code, "登录失败次数过多" in answer.text) == (429, True)


async def test_without_a_city_nobody_signs_in(app: FastAPI, visitor: Browser, database: Database) -> None:
    app.state.settings = app.state.settings.model_copy(update={"city": None})
    assert (await sign_in(visitor)).status_code == 422
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    assert (await sign_in(visitor)).status_code == 303


async def test_signing_out_needs_the_form_token_and_ends_the_cookie(admin: Browser) -> None:
    await admin.open("/accounts")
    assert (await admin.client.post("/sign-out", headers=PAGE)).status_code == 403
    kept = admin.client.cookies.get(COOKIE)
    assert (await admin.send("/sign-out")).headers["location"] == "/sign-in"
    admin.client.cookies.set(COOKIE, kept)
    assert (await admin.open("/accounts")).status_code == 303


async def test_a_console_sign_in_idles_fifteen_minutes_and_ends_after_eight_hours(
    admin: Browser, clock: Hands
) -> None:
    for _ in range(33):
        clock.turn(minutes=14, seconds=30)
        assert (await admin.open("/account")).status_code == 200
    clock.turn(minutes=14, seconds=30)
    assert (await admin.open("/account")).status_code == 303


async def test_an_idle_console_sign_in_is_over(admin: Browser, clock: Hands) -> None:
    assert (await admin.open("/account")).status_code == 200
    clock.turn(minutes=15)
    assert (await admin.open("/account")).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://test"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
async def test_a_form_of_another_site_is_refused(
    client: httpx.AsyncClient, database: Database, headers: dict[str, str], status: int
) -> None:
    async with database.session() as session:
        await make_account(session, Role.administrator, login="admin", password=PASSWORD)
    answer = await client.post(
        "/sign-in", data={"login": "admin", "password": PASSWORD}, headers={**PAGE, **headers}
    )
    assert answer.status_code == status


@pytest.mark.parametrize("path", ["/set-password", "/first-administrator"])
async def test_open_forms_refuse_other_sites_too(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, headers={**PAGE, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


async def test_the_form_token_may_come_as_a_header(admin: Browser) -> None:
    page = await admin.open("/account")
    token = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
    body = {"current": "x", "password": "y", "repeated": "z"}
    bad = {**PAGE, "X-CSRF-Token": "another"}
    good = {**PAGE, "X-CSRF-Token": token}
    assert (await admin.client.post("/account/password", data=body, headers=bad)).status_code == 403
    assert (await admin.client.post("/account/password", data=body, headers=good)).status_code == 422


async def test_an_account_from_the_form_to_the_first_sign_in(admin: Browser) -> None:
    page = await admin.open("/accounts/new")
    assert "园区6110P01" in page.text
    made = await admin.send(
        "/accounts/new", login="Park-1", display_name="李四", role="park_officer", office=PARK
    )
    assert made.status_code == 303
    where = made.headers["location"]
    page = await admin.open(where)
    assert "未设密码" in page.text
    assert "商州区" in page.text
    page = await admin.send(f"{where}/password-token")
    assert page.status_code == 200
    token = re.search(r'class="mono">(611000\.[\w.-]+)<', page.text)[1]
    assert token not in (await admin.open(where)).text
    assert "park-1" in (await admin.open("/accounts")).text
    admin.client.cookies.clear()
    await admin.open("/set-password")
    unequal = await admin.send("/set-password", token=token, password=PASSWORD, repeated="another")
    assert (unequal.status_code, "两次输入的密码不一致" in unequal.text) == (422, True)
    weak = await admin.send("/set-password", token=token, password="short", repeated="short")
    assert "密码至少 10 个字符" in weak.text
    done = await admin.send("/set-password", token=f" {token} ", password=PASSWORD, repeated=PASSWORD)
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    await admin.open("/set-password")
    used = await admin.send("/set-password", token=token, password=PASSWORD, repeated=PASSWORD)
    assert "一次性口令无效或已使用" in used.text
    assert (await sign_in(admin, "park-1")).status_code == 303


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"login": "A B"}, "用户名须为"),
        ({"display_name": ""}, "请填写姓名"),
        ({"role": ""}, "请选择角色"),
        ({"office": ""}, "请选择单位"),
        ({"role": "park_officer", "office": COUNTY}, "请选择单位"),
        ({"role": "auditor"}, "单位与角色不相符"),
        ({"login": "admin"}, "用户名已被使用"),
    ],
)
async def test_a_bad_form_comes_back_with_what_was_typed(
    admin: Browser, fields: dict[str, str], word: str
) -> None:
    good = {"login": "zhang", "display_name": "李四", "role": "county_officer", "office": COUNTY}
    await admin.open("/accounts/new")
    page = await admin.send("/accounts/new", **{**good, **fields})
    assert page.status_code == 422
    assert word in page.text
    assert 'id="errors"' in page.text
    if "display_name" not in fields:
        assert 'value="李四"' in page.text


async def test_disabling_and_enabling_on_the_page(admin: Browser, database: Database) -> None:
    other = await opened(database, Role.auditor, kind=SessionKind.console)
    where = f"/accounts/{other.principal.account}"
    await admin.open(where)
    assert (await admin.send(f"{where}/disable")).status_code == 303
    page = await admin.open(where)
    assert "已停用" in page.text
    assert "停用" in (await admin.open("/accounts")).text
    await admin.open(where)
    assert (await admin.send(f"{where}/enable")).status_code == 303
    assert "已停用" not in (await admin.open(where)).text


async def test_one_s_own_page_offers_no_disabling(admin: Browser, database: Database) -> None:
    page = await admin.open("/accounts")
    own = re.search(r'href="(/accounts/[0-9a-f-]{36})"', page.text)[1]
    assert "/disable" not in (await admin.open(own)).text


async def test_changing_one_s_password(admin: Browser) -> None:
    await admin.open("/account")
    wrong = await admin.send(
        "/account/password", current="wrong", password="a new good one", repeated="a new good one"
    )
    assert (wrong.status_code, "当前密码不正确" in wrong.text) == (422, True)
    unequal = await admin.send("/account/password", current=PASSWORD, password="a new good one", repeated="x")
    assert unequal.status_code == 422
    done = await admin.send(
        "/account/password", current=PASSWORD, password="a new good one", repeated="a new good one"
    )
    assert done.status_code == 303
    assert (await admin.open("/account")).status_code == 200
    assert (await sign_in(admin)).status_code == 422
    assert (await sign_in(admin, password="a new good one")).status_code == 303


async def test_an_auditor_reads_and_others_do_not_enter(
    visitor: Browser, database: Database, app: FastAPI
) -> None:
    for role, status in [(Role.auditor, 200), (Role.county_officer, 403), (Role.city_office, 403)]:
        signed = await opened(database, role, kind=SessionKind.console)
        visitor.client.cookies.set(COOKIE, signed.secret.text)
        page = await visitor.open("/accounts")
        assert page.status_code == status
        assert "/accounts/new" not in page.text
        assert (await visitor.open("/accounts/new")).status_code == 403
        visitor.client.cookies.clear()


async def test_a_bearer_s_sign_in_is_no_cookie(visitor: Browser, database: Database) -> None:
    signed = await opened(database, Role.administrator, kind=SessionKind.api)
    visitor.client.cookies.set(COOKIE, signed.secret.text)
    assert (await visitor.open("/accounts")).status_code == 303
    visitor.client.cookies.set(COOKIE, f"611000.{signed.session.hex}.{'A' * 43}")
    assert (await visitor.open("/accounts")).status_code == 303


async def test_the_first_administrator_by_form(visitor: Browser, database: Database, clock: Hands) -> None:
    async with database.session() as session:
        token, _ = await init_city(session, CITY, clock.now())
    form = {
        "token": token,
        "login": "root-1",
        "display_name": "王五",
        "password": PASSWORD,
        "repeated": PASSWORD,
    }
    path = "/first-administrator"
    for changes, word in [
        ({"repeated": "another"}, "两次输入的密码不一致"),
        ({"login": "A B"}, "用户名须为"),
        ({"token": "x"}, "一次性口令无效或已使用"),
        ({"password": "root-1-root-1", "repeated": "root-1-root-1"}, "密码不能包含用户名"),
    ]:
        await visitor.open(path)
        page = await visitor.send(path, **{**form, **changes})
        assert (page.status_code, word in page.text) == (422, True)
    await visitor.open(path)
    assert (await visitor.send(path, **form)).headers["location"] == "/sign-in"
    assert (await sign_in(visitor, "root-1")).status_code == 303


async def test_the_pages_speak_english_too(admin: Browser) -> None:
    admin.client.cookies.set("lang", "en")
    for path in ("/accounts", "/accounts/new", "/account"):
        page = await admin.open(path)
        visible = re.sub(
            r"<[^>]*lang=\"zh-CN\"[^>]*>[^<]*<|<option.*?</option>|<title>.*?</title>", "", page.text
        )
        assert not re.findall(r"[\u4e00-\u9fff]+", visible.replace("中文", "")), path
