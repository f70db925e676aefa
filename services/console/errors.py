"""Errors as pages: where a browser asked for a page, the problem document is shown in the frame instead."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from services.console.frame import render
from services.kit.i18n import lazy

Handler = Callable[[Request, Exception], Awaitable[Response]]

ADVICE: Final = {
    400: lazy("请返回上一页，检查后重新提交。"),
    403: lazy("您的角色不能打开此页。如确有需要，请联系本单位管理员。"),
    404: lazy("没有这一页，或者您不能查看它。请检查网址，或从左侧菜单重新进入。"),
    405: lazy("请从页面上的按钮或链接操作。"),
    409: lazy("请刷新页面，按当前状态重新操作。"),
    412: lazy("请刷新页面，核对最新内容后重新操作。"),
    413: lazy("请减小文件后重新上传。"),
    422: lazy("请返回上一页，检查后重新提交。"),
    429: lazy("请稍等片刻再试。"),
    500: lazy("系统已记录此错误，没有保存任何内容。请稍后再试；仍然出错请告知管理员下面的编号。"),
    503: lazy("数据库暂时连不上，没有保存任何内容。请稍后再试。"),
}


def install(app: FastAPI) -> None:
    """Wrap every registered error handler, so that only ``problem.py`` decides on status and words."""
    for kind, handler in list(app.exception_handlers.items()):
        app.exception_handlers[kind] = _paged(cast("Handler", handler))


def _paged(handler: Handler) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        response = await handler(request, error)
        return error_page(request, response) if wants_page(request) else response

    return handle


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer: an address of the console, asked for by a browser."""
    path = str(request.scope["path"])
    api = path == "/v1" or path.startswith("/v1/")
    return not api and "text/html" in request.headers.get("accept", "")


def error_page(request: Request, response: Response) -> Response:
    """Show a problem document as a page of the same status, with its headers for retries."""
    problem: dict[str, Any] = json.loads(bytes(response.body))
    status = response.status_code
    page = render(
        request,
        getattr(request.state, "principal", None),
        "error.html",
        status=status,
        title=problem["title"],
        detail=problem.get("detail", ""),
        places=[place["detail"] for place in problem.get("errors", [])],
        advice=ADVICE.get(status, ADVICE[400]),
        number=problem.get("instance", ""),
    )
    if "retry-after" in response.headers:
        page.headers["Retry-After"] = response.headers["retry-after"]
    return page
