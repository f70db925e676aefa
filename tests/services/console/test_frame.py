"""The frame of every page."""

import re
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError

import jinja2
import pytest
from markupsafe import Markup
from starlette.requests import Request

from auth.principal import Role
from services.console import frame
from services.console.assets import assets
from services.kit.errors import FieldError, Invalid
from services.kit.i18n import Locale
from tests.services.console.requests import person, request


def shown(source: str, locale: Locale = "zh", **values: object) -> str:
    return frame.environment(locale).from_string(source).render(**values)


def text_of(response: object) -> str:
    return bytes(response.body).decode()  # type: ignore[attr-defined]  # any response of starlette


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        shown("{{ nobody_gave_this }}")


def test_values_are_escaped_and_nothing_is_a_dash() -> None:
    assert shown("{{ a }} {{ b }} {{ c }}", a="<i>", b=None, c=Markup("<b>")) == "&lt;i&gt; — <b>"


def test_dates_are_written_in_our_form() -> None:
    moment = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert shown("{{ a }} {{ b }}", a=date(2026, 1, 2), b=moment) == "2026-01-02 2026-01-02 11:04"


def test_messages_are_in_the_language_of_the_page() -> None:
    assert shown('{{ _("共 {n} 条", n=3) }}') == "共 3 条"
    assert shown('{{ _("共 {n} 条", n=3) }}', "en") == "3 records"


def test_chinese_names_are_marked_on_english_pages_only() -> None:
    assert shown('{{ "洛南县"|zh }}') == "洛南县"
    assert shown('{{ "洛南县"|zh }}', "en") == '<span lang="zh-CN">洛南县</span>'


def test_a_page_has_its_frame() -> None:
    asked = request("/help")
    asked.state.csrf = "a-token"
    asked.state.surroundings = frame.Surroundings("商洛市", "洛南县", {"/pool": 3})
    page = text_of(frame.render(asked, person(), "help.html", chapters=[]))
    assert '<html lang="zh-CN">' in page
    assert "商洛市" in page
    assert "洛南县" in page
    assert "甲某" in page
    assert 'name="csrf" value="a-token"' in page
    assert 'id="waiting-pool">3<' in page
    assert 'id="waiting-projects" hidden></span>' in page
    assert "/todos/counts" not in page
    assert "<title>帮助 - 一盘棋</title>" in page


def test_a_page_for_nobody_has_no_menu() -> None:
    page = text_of(
        frame.render(request(), None, "error.html", title="没有", detail="", places=[], advice="", number="")
    )
    assert "<nav" not in page
    assert "退出" not in page


def test_a_page_that_knows_no_counts_asks_for_them_once_it_is_shown() -> None:
    asked = request("/help")
    asked.state.surroundings = frame.Surroundings("商洛市", "洛南县")
    page = text_of(frame.render(asked, person(), "help.html", chapters=[]))
    assert 'hx-get="/todos/counts" hx-trigger="load" hx-swap="none"' in page
    assert 'id="waiting-pool" hidden></span>' in page


def test_the_counts_go_into_the_page_by_their_ids() -> None:
    asked = request("/todos/counts")
    asked.state.surroundings = frame.Surroundings("商洛市", "洛南县", {"/pool": 3, "/": 4})
    part = text_of(frame.render(asked, person(), "counts.html"))
    found = re.findall(r'<span class="count" id="([^"]+)" hx-swap-oob="true">(\d+)<', part)
    assert found == [("waiting-", "4"), ("waiting-pool", "3")]
    assert part.count('class="count"') == 2
    assert "<html" not in part


def test_without_surroundings_the_frame_shows_codes() -> None:
    page = text_of(frame.render(request("/help"), person(), "help.html", chapters=[]))
    assert '<span class="city" lang="zh-CN">611000</span>' in page


def test_the_english_page_offers_chinese() -> None:
    asked = request("/help", query="a=1", headers={"accept-language": "en"})
    page = text_of(frame.render(asked, person(), "help.html", chapters=[]))
    assert '<html lang="en">' in page
    assert "/language?to=zh&amp;back=%2Fhelp%3Fa%3D1" in page
    assert "Sign out" in page


def test_pages_forbid_what_they_do_not_use() -> None:
    headers = frame.render(request("/help"), person(), "help.html", chapters=[]).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert "HX-Request" in headers["vary"]


def test_a_fragment_is_that_part_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        '{% extends "base.html" %}{% block title %}x{% endblock %}'
        '{% block content %}<p>above</p>{% block list %}{{ ui.tag("入池", "info") }}{{ here.path }}'
        "{% endblock %}{% endblock %}"
    )
    env = frame.environment("zh")
    both = jinja2.ChoiceLoader([env.loader, jinja2.DictLoader({"part.html": source})])  # type: ignore[list-item]  # set above
    monkeypatch.setattr(env, "loader", both)
    whole = text_of(frame.render(request("/pool"), person(), "part.html", fragment="list"))
    asked = request("/pool", headers={"HX-Request": "true"})
    part = text_of(frame.render(asked, person(), "part.html", fragment="list"))
    assert part == '<span class="tag info">入池</span>/pool'
    assert part in whole
    assert whole.startswith("<!doctype html>")


def with_note_of(response: object) -> Request:
    cookie = response.headers["set-cookie"].partition(";")[0]  # type: ignore[attr-defined]  # a response
    return request("/help", headers={"cookie": cookie})


def test_a_note_is_shown_once_after_a_redirect() -> None:
    answer = frame.redirect(request(), "/help", "共 {n} 条", n=7)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/help"
    assert "HttpOnly" in answer.headers["set-cookie"]
    page = frame.render(with_note_of(answer), person(), "help.html", chapters=[])
    assert '<p class="note" role="status">共 7 条</p>' in text_of(page)
    assert f'{frame.NOTE_COOKIE}=""' in page.headers["set-cookie"]


def test_a_redirect_without_a_note_sets_no_cookie() -> None:
    assert "set-cookie" not in frame.redirect(request(), "/").headers


def test_a_note_that_cannot_be_read_is_dropped() -> None:
    for rubbish in ("%%%", "_w==", "a"):
        asked = request("/help", headers={"cookie": f"{frame.NOTE_COOKIE}={rubbish}"})
        page = text_of(frame.render(asked, person(), "help.html", chapters=[]))
        assert 'role="status"' not in page


def test_a_note_is_text_not_markup() -> None:
    answer = frame.redirect(request(), "/help", "<script>")
    page = text_of(frame.render(with_note_of(answer), person(), "help.html", chapters=[]))
    assert "&lt;script&gt;" in page


def test_a_checkout_that_was_not_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(frame, "version", missing)
    frame.environment.cache_clear()
    assert shown("{{ program }}") == ""
    frame.environment.cache_clear()


def test_links_keep_the_filters() -> None:
    here = frame.here_of(request("/pool", query="q=a+b&cursor=x&state="))
    assert here.link() == "/pool?q=a+b&cursor=x"
    assert here.link(cursor=None, limit=5) == "/pool?q=a+b&limit=5"
    assert frame.Here("/pool", {}).link() == "/pool"


def test_errors_go_to_their_fields() -> None:
    error = Invalid(errors=[FieldError(pointer="/site/land_mu", code="negative", detail="超出允许的范围")])
    assert frame.field_errors(request(), error) == {"land_mu": "超出允许的范围"}


def test_an_error_without_places_is_the_forms() -> None:
    assert frame.field_errors(request(), Invalid()) == {"": "内容不符合要求"}


def test_an_error_summary_takes_the_focus_and_links_to_the_fields() -> None:
    text = shown("{{ ui.error_summary(errors) }}", errors={"area": "太大", "": "整体"})
    assert "autofocus" in text
    assert '<a href="#f-area">太大</a>' in text
    assert "<li>整体</li>" in text
    assert not shown("{{ ui.error_summary({}) }}").strip()


def test_a_field_names_its_hint_and_error() -> None:
    text = shown(
        '{{ ui.field("area", "面积", value=0, error="太大", hint="亩", inputmode="decimal", required=true) }}'
    )
    assert '<label for="f-area">' in text
    assert 'id="f-area" name="area" type="text" value="0" required' in text
    assert 'aria-describedby="hint-area error-area" aria-invalid="true"' in text
    assert 'inputmode="decimal"' in text


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ('ui.select("a", "甲", [("x", "X"), ("y", "Y")], "y", blank="选")', '<option value="y" selected>Y'),
        ('ui.combobox("a", "甲", [("x", "X")])', 'class="combobox"'),
        ('ui.textarea("a", "甲", "<b>")', "&lt;b&gt;</textarea>"),
        ('ui.checkbox("a", "甲", true)', 'value="1" checked'),
        ('ui.radios("a", "甲", [("x", "X")], "x")', 'value="x" checked'),
        ('ui.file("a", "甲", accept=".csv")', 'accept=".csv"'),
        ('ui.pager({"next": "n"}, here)', 'href="/pool?q=1&amp;cursor=n"'),
        ('ui.timeline([("今天", "登记", "", "甲")])', "<strong>登记</strong>"),
        ('ui.progress(["一", "二"], 1)', 'class="now" aria-current="step">二'),
        ('ui.tabs([("/a", "甲", true)])', 'aria-current="page"'),
        ('ui.bars([("甲", 2, "2"), ("乙", 1, "1")], "图")', 'width="190"'),
        ('ui.bars([("甲", 0, "0")], "图")', 'width="0"'),
        ('ui.bars([], "图")', 'viewBox="0 0 600 4"'),
        ('ui.task_list([("核对", none, "1", "bad")])', '<span class="tag bad">1</span>'),
        (
            'ui.actions([action], "tok")',
            '<form method="post" action="/p"><input type="hidden" name="csrf" value="tok">',
        ),
        ('ui.actions([link], "tok")', '<a class="button" href="/g">'),
        ("ui.money(123456)", '<span class="num">1,234.56</span>'),
        ("ui.wan(1000000)", '<span class="num">1</span>'),
    ],
)
def test_macros(call: str, wanted: str) -> None:
    text = shown(
        "{{ " + call + " }}",
        here=frame.Here("/pool", {"q": "1"}),
        action=frame.Action("受理", "/p"),
        link=frame.Action("编辑", "/g", "get"),
    )
    assert wanted in text


def test_a_table_heads_its_columns_and_says_when_it_is_empty() -> None:
    source = (
        '{% call(row) ui.table([("编号", ""), ("元", "num")], rows, "表", foot=["合计", "3"]) %}'
        "<td>{{ row }}</td>{% endcall %}"
    )
    full, empty = shown(source, rows=[1]), shown(source, rows=[])
    assert '<th scope="col" class="num">元</th>' in full
    assert "<td>1</td>" in full
    assert '<td class="num">3</td>' in full
    assert "没有符合条件的记录" in empty


def test_what_is_under_way_asks_again_until_it_is_done() -> None:
    source = '{% call ui.live("run", "/matches/1", waiting) %}{{ state }}{% endcall %}'
    running, done = shown(source, waiting=True, state="运行中"), shown(source, waiting=False, state="完成")
    assert 'hx-trigger="every 2s"' in running
    assert '<a href="/matches/1">刷新</a>' in running
    assert "hx-" not in done


def test_a_filter_swaps_its_list_where_script_runs() -> None:
    text = shown('{% call ui.filter_bar("/pool", target="list") %}x{% endcall %}')
    assert 'method="get" action="/pool"' in text
    assert 'hx-get="/pool" hx-target="#list" hx-push-url="true"' in text
    assert "hx-" not in shown('{% call ui.filter_bar("/pool") %}x{% endcall %}')


def test_style_and_script_stay_small() -> None:
    sizes = {name: len(asset.body) for name, asset in assets().items()}
    assert sizes["console.css"] <= 15_000
    assert sizes["console.js"] <= 8_000


def test_style_uses_nothing_that_chromium_86_lacks() -> None:
    style = re.sub(rb"/\*.*?\*/", b"", assets()["console.css"].body, flags=re.DOTALL).decode()
    for new in (
        ":has(",
        "@container",
        "@layer",
        "color-mix(",
        "oklch(",
        ":is(",
        ":where(",
        "inset:",
        "aspect-ratio",
        " dvh",
    ):
        assert new not in style
    depth = 0
    for rule in re.split(r"(?<=[{}])", style):
        if rule.endswith("{"):
            depth += 1
            assert depth == 1 or "@" in style[: style.index(rule)].rpartition("}")[2] or depth == 2
        elif rule.endswith("}"):
            depth -= 1
    assert depth == 0


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_menu(role: Role) -> None:
    page = text_of(frame.render(request("/help"), person(role), "help.html", chapters=[]))
    assert 'href="/"' in page
    assert ('href="/pool"' in page) == (
        role not in {Role.county_finance, Role.city_finance, Role.administrator}
    )
    assert ('href="/accounts"' in page) == (role in {Role.administrator, Role.auditor})
