"""Promises of the template files themselves."""

import re
from importlib import resources
from pathlib import Path

import pytest

from services.console.frame import environment

ROOT = Path(str(resources.files("services.console") / "templates"))
TEMPLATES = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.html"))
SAFE_ALLOWED: frozenset[str] = frozenset()
CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def source(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles_in_both_languages(name: str) -> None:
    for locale in ("zh", "en"):
        environment(locale).get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_declared_safe(name: str) -> None:
    assert name in SAFE_ALLOWED or not re.search(r"\|\s*safe\b|autoescape\s+false", source(name))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_style_or_script_in_the_page(name: str) -> None:
    text = source(name)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("name", TEMPLATES)
def test_chinese_stands_in_messages_only(name: str) -> None:
    text = re.sub(r"_\(\s*(\"[^\"]*\"|'[^']*')", "", without_comments(source(name)))
    assert set(CHINESE.findall(text)) <= {"中文"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_posted_form_carries_the_token(name: str) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", without_comments(source(name)), re.DOTALL):
        assert 'name="csrf"' in form
