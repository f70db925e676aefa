"""Errors as pages."""

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.console.errors import PageErrors
from services.kit import problem
from services.kit.errors import Conflict, FieldError, Forbidden, Invalid, Unavailable
from services.kit.middleware import RequestMiddleware

PAGE = {"accept": "text/html,*/*;q=0.8", "accept-language": "zh-CN"}


def failing_app() -> FastAPI:
    app = FastAPI()
    problem.install(app)
    app.add_middleware(RequestMiddleware, max_json_bytes=100, max_upload_bytes=100)
    app.add_middleware(PageErrors)

    @app.get("/fail/{kind}")
    @app.get("/v1/fail/{kind}")
    async def fail(kind: str) -> None:
        raise {
            "conflict": Conflict(),
            "forbidden": Forbidden(),
            "invalid": Invalid(errors=[FieldError(pointer="/a", code="x", detail="此项必填")]),
            "unavailable": Unavailable(retry_after=7),
            "lost": ConnectionError("the database is gone"),
            "bug": RuntimeError("a secret"),
        }[kind]

    return app


async def ask(path: str, headers: dict[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
    transport = ASGITransport(app=failing_app(), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get(path, headers=PAGE if headers is None else headers)
        return answer.status_code, answer.text, dict(answer.headers)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, "或从首页重新进入；有的页面要先登录。"),
        ("/fail/conflict", 409, "按当前状态重新操作"),
        ("/fail/forbidden", 403, "您的角色不能打开此页。"),
        ("/fail/invalid", 422, "<li>此项必填</li>"),
        ("/fail/lost", 503, "数据库暂时连不上"),
        ("/fail/bug", 500, "系统已记录此错误"),
    ],
)
async def test_a_browser_gets_a_page(path: str, status: int, words: str) -> None:
    code, text, headers = await ask(path)
    assert code == status
    assert words in text
    assert "a secret" not in text
    assert "左侧菜单" not in text, "without an account there is no menu"
    assert headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in headers["content-security-policy"]


async def test_the_page_keeps_the_time_to_retry() -> None:
    _, _, headers = await ask("/fail/unavailable")
    assert headers["retry-after"] == "7"


@pytest.mark.parametrize(("path", "accept"), [("/v1/fail/conflict", "text/html"), ("/fail/conflict", "*/*")])
async def test_a_program_gets_a_problem_document(path: str, accept: str) -> None:
    status, _, headers = await ask(path, {"accept": accept})
    assert status == 409
    assert headers["content-type"] == "application/problem+json"


async def test_what_is_too_large_is_a_page_too() -> None:
    transport = ASGITransport(app=failing_app())
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.post("/fail/conflict", data={"a": "b" * 200}, headers=PAGE)
    assert answer.status_code == 413
    assert "请减小文件后重新上传" in answer.text
    assert answer.headers["x-request-id"] in answer.text


async def test_answers_that_are_no_problem_pass_through() -> None:
    app = failing_app()

    @app.get("/fine")
    async def fine() -> dict[str, str]:
        return {"all": "well"}

    async with AsyncClient(transport=ASGITransport(app=app), base_url="http://test") as client:
        assert (await client.get("/fine", headers=PAGE)).json() == {"all": "well"}
    messages: list[str] = []

    async def lifespan(scope: object, receive: object, send: object) -> None:
        messages.append("seen")

    await PageErrors(lifespan)({"type": "lifespan"}, None, None)  # type: ignore[arg-type]  # not used
    assert messages == ["seen"]


async def test_the_page_speaks_english() -> None:
    _, text, _ = await ask("/nowhere", PAGE | {"accept-language": "en"})
    assert "There is no such page" in text
