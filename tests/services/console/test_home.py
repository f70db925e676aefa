"""我的待办: the order of what waits, and the words for how urgent it is."""

from datetime import date, timedelta

import pytest

from services.console.help import CHAPTERS
from services.console.menu import pages
from services.console.pages.home import is_soon, urgency, worded
from services.kit.todo import Todo

TODAY = date(2027, 1, 15)


def due_in(days: int | None, *, overdue: bool = False) -> Todo:
    due = None if days is None else TODAY + timedelta(days=days)
    return Todo(kind="projects.review", text="审核", href="/projects/1", due_on=due, overdue=overdue)


@pytest.mark.parametrize(
    ("todo", "words"),
    [
        (due_in(None), ("不限期", 0, "")),
        (due_in(None, overdue=True), ("已超期", 0, "bad")),
        (due_in(-3, overdue=True), ("已超期 {n} 天", 3, "bad")),
        (due_in(-3), ("已超期 {n} 天", 3, "bad")),  # the date speaks even where the slice did not
        (due_in(2, overdue=True), ("已超期", 0, "bad")),
        (due_in(0), ("今天到期", 0, "warn")),
        (due_in(7), ("还剩 {n} 天", 7, "warn")),
        (due_in(8), ("还剩 {n} 天", 8, "ok")),
    ],
)
def test_urgency(todo: Todo, words: tuple[str, int, str]) -> None:
    assert urgency(todo, TODAY) == words


@pytest.mark.parametrize(
    ("todo", "soon"),
    [(due_in(7), True), (due_in(8), False), (due_in(None), False), (due_in(1, overdue=True), False)],
)
def test_soon_is_within_a_week(todo: Todo, soon: bool) -> None:
    assert is_soon(todo, TODAY) is soon


def test_every_page_of_the_menu_is_explained() -> None:
    assert [chapter.path for chapter in CHAPTERS] == [page.path for page in pages()]
    assert [chapter.title for chapter in CHAPTERS] == [page.text for page in pages()]


def test_the_help_on_projects_tells_of_their_files() -> None:
    [projects] = [chapter for chapter in CHAPTERS if chapter.path == "/projects"]
    assert "佐证文件" in projects.text


def test_names_in_a_to_do_are_marked_on_an_english_page_and_never_markup() -> None:
    todo = Todo(kind="x", text="待受理：{name}", href="/", facts={"name": "<b>洛南</b>"})
    assert worded(todo, "zh") == "待受理：&lt;b&gt;洛南&lt;/b&gt;"
    assert worded(todo, "en").endswith('<span lang="zh-CN">&lt;b&gt;洛南&lt;/b&gt;</span>')
