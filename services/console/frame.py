"""The common frame of every page: templates, language, menu, headers.

A page is ``render(request, principal, "area/name.html", key=value)``.  Templates see the given values and
``here``, ``locale``, ``principal``, ``csrf``, ``once`` (a key for a form, see `services.console.once`); an
unknown name is an error, never an empty string.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from auth.principal import Principal
from services.console import filters
from services.console.assets import static_url
from services.console.menu import Menu, menu_of
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, locale_of
from services.kit.tables import uuid7

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "HX-Request, Cookie, Accept-Language",
    "Cache-Control": "no-store",
}
NOTE_COOKIE: Final = "yipanqi-note"
NOTE_SECONDS: Final = 60
_MACROS: Final = ("macros/forms.html", "macros/data.html", "macros/charts.html", "macros/actions.html")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the frame shows around a page: names instead of codes."""

    city: str
    office: str
    waiting: Mapping[str, int] | None = None
    """How many to-dos wait in each area; none: the menu asks for them once it is shown."""
    today: date | None = None
    seats: int = 1
    """From how many seats this person may act."""
    unread: int = 0
    """How many notices this person has not read."""


@dataclass(frozen=True, slots=True)
class Here:
    """The address of this page, for links that keep the filters."""

    path: str
    query: Mapping[str, str]

    def link(self, **changes: object) -> str:
        """This address with some query parameters changed; ``None`` drops one."""
        merged: dict[str, object] = {**self.query, **changes}
        kept = {name: value for name, value in merged.items() if value not in {None, ""}}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


@dataclass(frozen=True, slots=True)
class Action:
    """One thing this person may do now with this object: a button (POST) or a link to a form (GET)."""

    text: str
    href: str
    method: str = "post"
    tone: str = ""


@cache
def environment(locale: Locale) -> jinja2.Environment:
    """The template environment of one language; the macros stand ready as ``ui``."""
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("services.console", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
        finalize=_shown,
    )

    env.globals.update(_=lambda message, **facts: gettext(message, locale, **facts))
    env.globals.update(static_url=static_url, locale=locale, program=_version())
    env.filters.update(
        yuan=filters.yuan,
        wan=filters.wan,
        mu=filters.mu,
        percent=filters.percent,
        number=filters.number,
        date=filters.day,
        moment=filters.moment,
        tag=partial(filters.tag, mark=locale == "en"),
        lines=filters.lines,
        zh=filters.chinese if locale == "en" else str,
        zh_parts=filters.chinese_parts if locale == "en" else str,
    )
    env.tests["foreign"] = filters.has_chinese if locale == "en" else _never
    modules = [env.get_template(name).make_module() for name in _MACROS]
    env.globals["ui"] = SimpleNamespace(
        **{name: value for module in modules for name, value in vars(module).items() if name[0] != "_"}
    )
    return env


def render(
    request: Request,
    principal: Principal | None,
    template: str,
    *,
    status: int = 200,
    fragment: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """Render a whole page in the frame.

    With ``fragment``, a request of htmx gets only the template's block of that name: the same text that the
    whole page holds.  ``status`` is 422 for a form that goes back with its errors.
    """
    locale = locale_of(request)
    page = environment(locale).get_template(template)
    note, values = _note(request), _frame_values(request, principal, locale)
    values.update(context)
    if fragment is not None and request.headers.get("HX-Request") == "true":
        text = "".join(page.blocks[fragment](page.new_context(values)))
        return HTMLResponse(text, status_code=status, headers=SECURITY_HEADERS)
    response = HTMLResponse(page.render(note=note, **values), status_code=status, headers=SECURITY_HEADERS)
    if note is not None:
        response.delete_cookie(NOTE_COOKIE)
    return response


def redirect(request: Request, to: str, note: str | None = None, **facts: object) -> RedirectResponse:
    """Answer a POST that succeeded: 303 to a page, which shows ``note`` (a message id with facts) once."""
    response = RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})
    if note is not None:
        text = gettext(note, locale_of(request), **facts)
        response.set_cookie(
            NOTE_COOKIE,
            base64.urlsafe_b64encode(text.encode()).decode(),
            max_age=NOTE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.scope["scheme"] == "https",
        )
    return response


def field_errors(request: Request, error: DomainError) -> dict[str, str]:
    """The sentences of an error by form field (the last part of the pointer); ``""`` is the whole form."""
    locale = locale_of(request)
    named = {place.pointer.rpartition("/")[2]: gettext(place.detail, locale) for place in error.errors}
    return named or {"": gettext(error.detail or error.title, locale, **error.facts)}


def here_of(request: Request) -> Here:
    """The address of the page being asked for."""
    return Here(request.scope["path"], dict(request.query_params))


def _frame_values(request: Request, principal: Principal | None, locale: Locale) -> dict[str, Any]:
    around: Surroundings | None = getattr(request.state, "surroundings", None)
    if around is None and principal is not None:
        around = Surroundings(principal.city, principal.office)
    menu: Menu = menu_of(principal, request.scope["path"], (around and around.waiting) or {})
    return {
        "principal": principal,
        "around": around,
        "menu": menu,
        "here": here_of(request),
        "today": around.today if around else None,
        "csrf": getattr(request.state, "csrf", ""),
        "once": str(uuid7()),
        "other_locale": "zh" if locale == "en" else "en",
    }


def _version() -> str:
    try:
        return version("yipanqi")
    except PackageNotFoundError:  # run from a checkout that was not installed
        return ""


def _note(request: Request) -> str | None:
    raw = request.cookies.get(NOTE_COOKIE)
    if raw is None:
        return None
    try:
        return base64.urlsafe_b64decode(raw.encode()).decode()
    except (binascii.Error, UnicodeError):
        return None


def _never(_text: object) -> bool:
    return False


def _shown(value: object) -> object:
    """What ``{{ value }}`` prints: dates and instants in our form, a dash for nothing."""
    if isinstance(value, datetime):
        return filters.moment(value)
    if isinstance(value, date):
        return filters.day(value)
    return filters.NOTHING if value is None else value
