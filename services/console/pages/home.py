"""我的待办: what waits for this person, from every area; and the help page."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request
from markupsafe import Markup, escape
from starlette.responses import Response

from services.console.filters import chinese
from services.console.frame import Surroundings, render
from services.console.help import CHAPTERS
from services.console.menu import menu_of
from services.console.session import ConsolePrincipal
from services.console.surroundings import todos_of, waiting_of
from services.kit.database import SessionDep
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.kit.todo import Todo

router = APIRouter()

SOON: Final = timedelta(days=7)


@router.get("/")
async def home(request: Request, principal: ConsolePrincipal, session: SessionDep) -> Response:
    """List the to-dos with their due dates, the late ones first."""
    locale = locale_of(request)
    today, todos = await _waiting(request, principal, session)
    rows = [(worded(todo, locale), todo.href, todo.due_on, *urgency(todo, today)) for todo in todos]
    return render(
        request,
        principal,
        "home.html",
        rows=rows,
        late=sum(todo.overdue for todo in todos),
        soon=sum(is_soon(todo, today) for todo in todos),
    )


@router.get("/todos/counts")
async def counts(request: Request, principal: ConsolePrincipal, session: SessionDep) -> Response:
    """Tell how many to-dos wait in each area, for the menu of a page that is shown already."""
    await _waiting(request, principal, session)
    return render(request, principal, "counts.html")


async def _waiting(
    request: Request, principal: ConsolePrincipal, session: SessionDep
) -> tuple[date, list[Todo]]:
    around: Surroundings = request.state.surroundings
    today: date = request.state.surroundings.today
    todos = await todos_of(session, principal, today)
    request.state.surroundings = replace(around, waiting=waiting_of(todos))
    return today, todos


@router.get("/help")
async def help_page(request: Request, principal: ConsolePrincipal) -> Response:
    """Say of each page of this person's menu what it is for."""
    paths = {entry.path for _, entries in menu_of(principal, "/help", {}) for entry in entries}
    chapters = [chapter for chapter in CHAPTERS if chapter.path in paths]
    return render(request, principal, "help.html", chapters=chapters)


def worded(todo: Todo, locale: Locale) -> Markup:
    """The sentence of a to-do; on an English page the names in it are marked as Chinese."""
    mark = chinese if locale == "en" else escape
    return escape(gettext(todo.text, locale)).format(
        **{name: mark(value) for name, value in todo.facts.items()}
    )


def is_soon(todo: Todo, today: date) -> bool:
    """Whether a to-do is not late yet and due within a week."""
    return not todo.overdue and todo.due_on is not None and todo.due_on - today <= SOON


def urgency(todo: Todo, today: date) -> tuple[str, int, str]:
    """The words (a message id), the days they speak of, and the colour that only underlines them."""
    if todo.due_on is None:
        return (lazy("已超期"), 0, "bad") if todo.overdue else (lazy("不限期"), 0, "")
    days = (todo.due_on - today).days
    if days < 0:
        return lazy("已超期 {n} 天"), -days, "bad"
    if todo.overdue:
        return lazy("已超期"), 0, "bad"
    if days == 0:
        return lazy("今天到期"), 0, "warn"
    return lazy("还剩 {n} 天"), days, "warn" if is_soon(todo, today) else "ok"
