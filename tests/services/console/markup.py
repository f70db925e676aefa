"""What every page must be like, read from its HTML alone."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.routing import Match

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "rect", "path", "circle", "line"})
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
UNLABELLED = frozenset({"hidden", "submit", "button"})


@dataclass
class Form:
    """A form as the browser would send it."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """Reads a page and keeps what is worth checking."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.unmarked: list[str] = []
        self._open: Form | None = None
        self._languages: list[str] = [""]
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag; note the fields of the form it stands in."""
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._languages.append(given.get("lang", self._languages[-1]))
        self.tags.append((tag, given))
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and tag in {"input", "select", "textarea", "button"} and "name" in given:
            self._open.fields[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; note the end of a form."""
        if tag not in VOID and len(self._languages) > 1:
            self._languages.pop()
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        """Note Chinese words that an English page does not mark as Chinese."""
        in_title = bool(self.tags) and self.tags[-1][0] == "title"  # a title cannot hold a mark
        if not in_title and self._languages[-1] == "en" and CHINESE.search(data):
            self.unmarked.append(data.strip())

    def all(self, *tags: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield the tags of these names."""
        return ((tag, given) for tag, given in self.tags if tag in tags)


def faults(text: str, app: FastAPI, path: str) -> list[str]:
    """Everything that is wrong with a page, in words."""
    page = Page(text)
    return [
        *_labels(page),
        *_ids(page),
        *_policy(page),
        *_forms(page, app, path),
        *_links(page, app),
        *(f"Chinese is not marked on an English page: {text}" for text in page.unmarked),
        *(["not exactly one h1"] if sum(1 for _ in page.all("h1")) != 1 else []),
        *(["the page has no language"] if not dict(page.tags[0][1]).get("lang") else []),
    ]


def _labels(page: Page) -> Iterator[str]:
    labels = {given.get("for") for _, given in page.all("label")}
    for tag, given in page.all("input", "select", "textarea"):
        if given.get("type") in UNLABELLED or "aria-label" in given:
            continue
        if given.get("id") not in labels:
            yield f"{tag} {given.get('name')!r} has no label"


def _ids(page: Page) -> Iterator[str]:
    counted = Counter(given["id"] for _, given in page.tags if "id" in given)
    yield from (f"id {name!r} stands {times} times" for name, times in counted.items() if times > 1)
    for tag, given in page.tags:
        for name in given.get("aria-describedby", "").split():
            if name not in counted:
                yield f"{tag} is described by {name!r}, which is not there"


def _policy(page: Page) -> Iterator[str]:
    for tag, given in page.tags:
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            yield f"{tag} carries what the content security policy forbids"
        if tag == "script" and "src" not in given:
            yield "a script stands in the page"
        for name in ("src", "href", "action"):
            parts = urlsplit(given.get(name, ""))
            if parts.scheme or parts.netloc:
                yield f"{tag} leads outside: {given[name]}"


def _forms(page: Page, app: FastAPI, path: str) -> Iterator[str]:
    for form in page.forms:
        action = urlsplit(form.action).path or path
        if not exists(app, form.method.upper(), action):
            yield f"no route takes {form.method.upper()} {action}"
        if form.method == "post" and "csrf" not in form.fields:
            yield f"the form to {action} has no token"


def _links(page: Page, app: FastAPI) -> Iterator[str]:
    for _, given in page.all("a"):
        target = urlsplit(given.get("href", ""))
        if target.path and not exists(app, "GET", target.path):
            yield f"a link leads nowhere: {given['href']}"


@cache
def exists(app: FastAPI, method: str, path: str) -> bool:
    """Tell whether a route takes this method at this address; the menu's links stand on every page."""
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    return any(route.matches(dict(scope))[0] is Match.FULL for route in app.routes)
