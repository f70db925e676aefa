"""Every problem that the program can answer with stands in docs/problems.md, with its status."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import services
from auth.errors import AuthError, Unauthenticated
from services.kit.errors import DomainError
from services.kit.i18n import gettext
from services.kit.problem import TITLES, status_of

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (\d{3}) \| (.+) \| (.+) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[int, str, str]]:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert len({slug for slug, *_ in rows}) == len(rows), "a slug stands twice"
    return {slug: (int(status), meaning, mend) for slug, status, meaning, mend in rows}


def below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        if child.__module__.startswith(("services.", "auth.")):
            yield child
        yield from below(child)


def used() -> dict[str, int]:
    for module in walk_packages(services.__path__, "services."):
        if module.name.endswith(("errors", "faults")) or ".kit." in module.name:
            import_module(module.name)
    # For the error classes that stand beside what raises them.
    import_module("services.app")
    found = {slug: status for status, (slug, _) in TITLES.items()}
    found |= {kind.slug: int(status_of(kind.__new__(kind))) for kind in below(DomainError)}
    return found | {kind.slug: 401 if issubclass(kind, Unauthenticated) else 403 for kind in below(AuthError)}


def test_what_can_be_answered_is_documented_and_nothing_else() -> None:
    assert {slug: status for slug, (status, *_) in documented().items()} == used()


def test_each_problem_says_what_it_means_and_what_mends_it() -> None:
    for slug, (_, meaning, mend) in documented().items():
        assert len(meaning) > 5, slug
        assert len(mend) > 5, slug


def test_each_problem_has_a_chinese_title_and_an_english_one() -> None:
    used()
    for kind in below(DomainError):
        assert re.search(r"[\u4e00-\u9fff]", kind.title), kind
        assert not re.search(r"[\u4e00-\u9fff]", gettext(kind.title, "en")), kind
    for kind in below(AuthError):
        assert not re.search(r"[\u4e00-\u9fff]", gettext(kind.title, "en")), kind
