"""The judge of pages finds what it should."""

import pytest
from fastapi import FastAPI

from tests.services.console.markup import exists, faults

GOOD = '<html lang="{lang}"><h1>x</h1>{body}</html>'


def judged(body: str, lang: str = "zh-CN") -> list[str]:
    app = FastAPI()

    @app.get("/there/{code}")
    @app.post("/there/{code}")
    async def there(code: str) -> str:
        return code

    return faults(GOOD.format(lang=lang, body=body), app, "/there/1")


@pytest.mark.parametrize(
    "body",
    [
        '<label for="a">x</label><input id="a" name="a">',
        '<form method="post"><input type="hidden" name="csrf"></form>',
        '<a href="/there/2?q=1#x">x</a><a href="#top">x</a>',
        '<p id="h">x</p><input aria-label="x" aria-describedby="h">',
    ],
)
def test_good_pages_pass(body: str) -> None:
    assert judged(body) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<input name="a">', "has no label"),
        ('<p id="a"></p><p id="a"></p>', "stands 2 times"),
        ('<input aria-label="x" aria-describedby="gone">', "is not there"),
        ('<p style="color:red"></p>', "forbids"),
        ('<p onclick="x()"></p>', "forbids"),
        ("<script>x()</script>", "a script stands in the page"),
        ('<img src="https://example.org/x.png">', "leads outside"),
        ('<form method="post" action="/gone"><input type="hidden" name="csrf"></form>', "no route takes"),
        ('<form method="post"></form>', "has no token"),
        ('<a href="/gone">x</a>', "leads nowhere"),
        ("<h1>again</h1>", "not exactly one h1"),
    ],
)
def test_bad_pages_fail(body: str, words: str) -> None:
    assert any(words in fault for fault in judged(body))


def test_chinese_is_marked_on_english_pages() -> None:
    assert judged('<p>洛南县<br><span lang="zh-CN">商洛市</span></p>', "en") == [
        "Chinese is not marked on an English page: 洛南县"
    ]
    assert judged("<p>洛南县</p>") == []


def test_existence_is_by_method_and_address() -> None:
    app = FastAPI()

    @app.get("/a")
    async def a() -> None:
        return None

    assert exists(app, "GET", "/a")
    assert not exists(app, "POST", "/a")
    assert not exists(app, "GET", "/b")
