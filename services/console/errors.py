"""Errors as pages: where a browser asked for a page, the problem document is shown in the frame instead."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from services.console.frame import render
from services.kit.i18n import lazy

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PROBLEM: Final = "application/problem+json"
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
NO_MENU: Final = {
    404: lazy("没有这一页，或者您不能查看它。请检查网址，或从首页重新进入；有的页面要先登录。"),
}
"""Advice on a page without a menu: of somebody without an account, or at an address of no page."""


class PageErrors:
    """Turns a problem document into a page of the same status and headers, for browsers at console addresses.

    It stands outside every other middleware, so that no refusal slips past it; ``problem.py`` alone decides
    on status and words.

    Args:
        app: what stands behind.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not wants_page(scope):
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        begun: Message | None = None
        body = bytearray()

        async def watch(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_problem(message):
                begun = message
            elif begun is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    await error_page(Request(scope), begun, bytes(body))(scope, receive, send)

        await self._app(scope, receive, watch)


def wants_page(scope: Scope) -> bool:
    """Whether a person looks at the answer: an address of the console, asked for by a browser."""
    path = str(scope["path"])
    api = path == "/v1" or path.startswith("/v1/")
    return not api and "text/html" in Headers(scope=scope).get("accept", "")


def error_page(request: Request, start: Message, body: bytes) -> Response:
    """Show a problem document as a page, in the menu of the person where one is known."""
    problem: dict[str, Any] = json.loads(body)
    principal = getattr(request.state, "principal", None)
    status = start["status"]
    advice = ADVICE.get(status, ADVICE[400])
    page = render(
        request,
        principal,
        "error.html",
        status=status,
        title=problem["title"],
        detail=problem.get("detail", ""),
        places=[place["detail"] for place in problem.get("errors", [])],
        advice=advice if principal is not None else NO_MENU.get(status, advice),
        number=problem.get("instance", ""),
    )
    for name, value in Headers(raw=start["headers"]).items():
        if name not in {"content-type", "content-length"}:
            page.headers.setdefault(name, value)
    return page


def _is_problem(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith(PROBLEM)
