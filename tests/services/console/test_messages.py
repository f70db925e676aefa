"""Every Chinese message has its English text, with the same placeholders."""

import re

from services.kit.i18n import read_catalogue
from tests.services.console.messages import of_python, of_template, spoken

PLACEHOLDER = re.compile(r"\{(\w+)[^}]*\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def english() -> dict[str, str]:
    return {str(entry.id): str(entry.string) for entry in read_catalogue() if entry.id}


def test_every_message_is_translated() -> None:
    known = english()
    missing = sorted(
        f"{place}: {message}"
        for message, place in spoken().items()
        if CHINESE.search(message) and not known.get(message)
    )
    assert not missing, "\n".join(["without an English text:", *missing])


def test_translations_keep_the_placeholders() -> None:
    for message, text in english().items():
        assert set(PLACEHOLDER.findall(message)) == set(PLACEHOLDER.findall(text)), message


def test_translations_are_english() -> None:
    for message, text in english().items():
        rest = text.replace("一盘棋", "")
        assert message == "中文" or not CHINESE.search(rest), text


def test_messages_are_found_where_they_stand() -> None:
    source = (
        'redirect(request, "/", "已登记"); lazy("甲"); kit.gettext("乙", locale); gettext(message, locale)'
    )
    assert list(of_python(source)) == ["已登记", "甲", "乙"]
    assert list(of_template('{{ _("丙") }}{% call ui.card(_("丁", n=1)) %}{{ _(x) }}{% endcall %}')) == [
        "丙",
        "丁",
    ]
