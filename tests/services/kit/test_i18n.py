import pytest
from starlette.requests import HTTPConnection

from services.kit.i18n import gettext, locale_of, read_catalogue


def connection(language: str = "", cookie: str = "") -> HTTPConnection:
    headers = [(b"accept-language", language.encode()), (b"cookie", cookie.encode())]
    return HTTPConnection({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("language", "cookie", "locale"),
    [
        ("", "", "zh"),
        ("en-GB,en;q=0.9", "", "en"),
        ("fr, zh-CN;q=0.5, en;q=0.4", "", "zh"),
        ("fr", "", "zh"),
        ("en;q=oops", "", "zh"),
        ("en;level=1", "", "en"),
        ("en;q=0", "", "zh"),
        ("en", "lang=zh", "zh"),
        ("zh", "lang=en", "en"),
        ("en", "lang=xx", "en"),
    ],
)
def test_the_person_chooses_then_the_browser_then_chinese(language, cookie, locale):
    assert locale_of(connection(language, cookie)) == locale


def test_a_message_is_translated_and_filled():
    assert gettext("没有找到", "en") == "Not found"
    assert gettext("没有找到", "zh") == "没有找到"
    assert gettext("没有译文的 {n}", "en", n=3) == "没有译文的 3"
    assert gettext("", "en") == ""


def test_areas_agree_on_every_message():
    assert len(read_catalogue()) > 10
