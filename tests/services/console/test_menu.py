"""The left menu."""

import pytest

from auth.principal import Role
from services.console.menu import GROUPS, belongs, current_path, menu_of, pages
from tests.services.console.requests import person


@pytest.mark.parametrize(
    ("path", "row"),
    [
        ("/", "/"),
        ("/projects", "/projects"),
        ("/projects/new", "/projects/new"),
        ("/projects/0199", "/projects"),
        ("/projectsx", None),
        ("/help", None),
    ],
)
def test_a_page_belongs_to_the_longest_row(path: str, row: str | None) -> None:
    assert current_path(path) == row


def test_nothing_lies_below_the_home_page() -> None:
    assert belongs("/", "/")
    assert not belongs("/pool", "/")


def test_nobody_has_no_menu() -> None:
    assert menu_of(None, "/", {}) == []


def test_the_menu_marks_the_page_and_counts_what_waits() -> None:
    entries = [entry for _, rows in menu_of(person(), "/pool", {"/pool": 3}) for entry in rows]
    assert [entry.path for entry in entries if entry.current] == ["/pool"]
    assert {entry.path: entry.waiting for entry in entries}["/pool"] == 3


def test_groups_without_a_line_are_left_out() -> None:
    titles = [title for title, _ in menu_of(person(Role.administrator), "/", {})]
    assert titles == ["工作台", "资源", "管理"]


def test_rows_are_listed_once() -> None:
    paths = [page.path for page in pages()]
    assert len(paths) == len(set(paths)) == sum(len(rows) for _, rows in GROUPS)
