"""Every error as RFC 9457 `application/problem+json`, in the reader's language, echoing nothing of the input.

This is the only module that knows status codes.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match
from structlog.contextvars import get_contextvars

from auth.errors import AuthError
from auth.errors import Unauthenticated as NotSignedIn
from services.kit import errors
from services.kit.i18n import gettext, lazy, locale_of
from services.kit.json_response import JsonResponse

log = structlog.get_logger()

STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.BadRequest: HTTPStatus.BAD_REQUEST,
    errors.Unauthenticated: HTTPStatus.UNAUTHORIZED,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
TITLES: dict[int, tuple[str, str]] = {
    400: ("bad-request", lazy("请求无法读取")),
    401: ("unauthenticated", lazy("请先登录")),
    403: ("forbidden", lazy("没有权限")),
    404: ("not-found", lazy("没有找到")),
    405: ("method-not-allowed", lazy("不支持这种请求方法")),
    413: ("too-large", lazy("内容过大")),
    415: ("unsupported-media-type", lazy("不支持这种内容类型")),
    500: ("internal", lazy("系统内部错误，已记录")),
}
CONNECTION_LOST = (OperationalError, InterfaceError, PoolExhausted, ConnectionError, OSError, TimeoutError)
RETRY_SECONDS = 5
UNSTORABLE = frozenset({"22021", "22P05"})
"""What PostgreSQL says of a text that it cannot hold: a NUL."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def status_of(error: errors.DomainError) -> HTTPStatus:
    """Tell the status of an error by the nearest class in the tree."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(
    request: Request,
    status: int,
    slug: str,
    title: str,
    *,
    detail: str = "",
    facts: dict[str, Any] | None = None,
    fields: Sequence[errors.FieldError] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """Make a problem document.

    Args:
        request: the request that failed.
        status: the HTTP status.
        slug: the stable name of the problem; its address is `/problems/<slug>`.
        title: a message id.
        detail: a message id with placeholders.
        facts: values of the placeholders, repeated as members.
        fields: the places in the input that break a rule.
        headers: further headers.
    """
    locale = locale_of(request)
    facts = facts or {}
    content: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": gettext(title, locale),
        "status": int(status),
        "instance": get_contextvars().get("request", ""),
        **facts,
    }
    if detail:
        content["detail"] = gettext(detail, locale, **facts)
    if fields:
        content["errors"] = [
            {"pointer": item.pointer, "code": item.code, "detail": gettext(item.detail, locale)}
            for item in fields
        ]
    return JsonResponse(
        content, status_code=int(status), headers=headers, media_type="application/problem+json"
    )


async def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.DomainError)  # noqa: S101 -- registered for this class only
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after is not None else {}
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(
        request,
        status_of(error),
        error.slug,
        error.title,
        detail=error.detail,
        facts=error.facts,
        fields=error.errors,
        headers=headers,
    )


async def _auth(request: Request, error: Exception) -> Response:
    assert isinstance(error, AuthError)  # noqa: S101 -- registered for this class only
    if isinstance(error, NotSignedIn):
        headers = {"WWW-Authenticate": "Bearer"}
        return problem(request, 401, error.slug, error.title, facts=error.facts, headers=headers)
    return problem(request, 403, error.slug, error.title, facts=error.facts)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for this class only
    status = error.status_code
    slug, title = TITLES.get(status, (f"http-{status}", lazy("请求未被接受")))
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(allowed_methods(request))
    return problem(request, status, slug, title, headers=headers)


def allowed_methods(request: Request) -> list[str]:
    """Tell the methods of an address: those of all its routes, where the framework names the first one's."""
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    ]


SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457; the slugs of `type` stand in docs/problems.md.",
    "required": ["type", "title", "status", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "instance": {"type": "string", "description": "the request's id"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Refused", "content": _CONTENT},
    "5XX": {"description": "Failed", "content": _CONTENT},
}
"""What every operation may answer beside its own; part of the OpenAPI document."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")


def pointer(location: Sequence[int | str]) -> str:
    """Turn pydantic's location into a JSON pointer of names and numbers only; other names become `?`."""
    parts = [str(part) for part in location]
    known = parts[1:] if parts and parts[0] in {"body", "query", "path", "header", "cookie"} else parts
    return "".join("/" + ("?" if _UNSAFE.search(part) else part) for part in known)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for this class only
    fields = [
        errors.FieldError(pointer=pointer(item["loc"]), code=item["type"], detail=explain(item["type"]))
        for item in error.errors()
    ]
    return problem(request, 422, errors.Invalid.slug, errors.Invalid.title, fields=fields[:100])


def explain(code: str) -> str:
    """Say in words what a validation code means; never pydantic's own message, which may echo the input."""
    if code == "missing":
        return lazy("此项必填")
    if code == "extra_forbidden":
        return lazy("不接受此项")
    if code.endswith(("_type", "_parsing", "_from_date_parsing")):
        return lazy("类型或格式不对")
    if code.startswith(("greater", "less", "too_", "string_too")):
        return lazy("超出允许的范围")
    return lazy("内容不符合要求")


async def _database(request: Request, error: Exception) -> Response:
    if getattr(getattr(error, "orig", None), "sqlstate", None) in UNSTORABLE:
        return problem(request, 422, errors.Invalid.slug, errors.Invalid.title)
    if isinstance(error, IntegrityError):
        log.warning("database.integrity", error=type(error.orig).__name__)
        return problem(request, 409, errors.Conflict.slug, errors.Conflict.title)
    lost = isinstance(error, CONNECTION_LOST) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    if lost:
        log.warning("database.unavailable", error=type(error).__name__)
        return problem(
            request,
            503,
            errors.Unavailable.slug,
            errors.Unavailable.title,
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    return await internal_error(request, error)


async def internal_error(request: Request, error: Exception) -> Response:
    """Answer an error that nobody foresaw; the log holds it, the answer does not."""
    log.error("http.failed", exc_info=error)
    slug, title = TITLES[500]
    return problem(request, 500, slug, title)


def install(app: FastAPI) -> None:
    """Register the handlers, and the problem document in the OpenAPI document."""
    app.add_exception_handler(errors.DomainError, _domain)
    app.add_exception_handler(AuthError, _auth)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    for kind in (DBAPIError, PoolExhausted, ConnectionError, TimeoutError, OSError):
        app.add_exception_handler(kind, _database)
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document.setdefault("components", {}).setdefault("schemas", {})["Problem"] = SCHEMA
        return document

    app.openapi = described  # type: ignore[method-assign] # FastAPI's own way to extend the document
