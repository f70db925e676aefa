"""One catalogue of messages: the Chinese text is the message id, English is its translation.

The English texts stand in `locale/en/*.po`, one file an area, read together as one catalogue at first use.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Literal

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette.requests import HTTPConnection

Locale = Literal["zh", "en"]
DEFAULT_LOCALE: Locale = "zh"
LANGUAGE_COOKIE = "lang"


def lazy(message: str) -> str:
    """Mark a message that is translated where it is shown."""
    return message


def read_catalogue() -> Catalog:
    """Read all areas' English texts into one catalogue.

    Raises:
        ValueError: two areas translate one message differently.
    """
    whole = Catalog(locale="en", domain="yipanqi")
    for part in sorted(files("services.kit").joinpath("locale/en").iterdir(), key=lambda item: item.name):
        if not part.name.endswith(".po"):
            continue
        for message in read_po(BytesIO(part.read_bytes()), locale="en"):
            if not message.id:
                continue
            known = whole.get(message.id)
            if known is not None and known.string != message.string:
                raise ValueError(f"{part.name} translates {message.id!r} differently")
            whole.add(message.id, message.string)
    return whole


@cache
def _english() -> Translations:
    compiled = BytesIO()
    write_mo(compiled, read_catalogue())
    compiled.seek(0)
    return Translations(compiled, domain="yipanqi")


def gettext(message: str, locale: Locale = DEFAULT_LOCALE, **facts: Any) -> str:
    """Translate a message and fill its `{placeholders}` with `facts`.

    A message without an English text is shown in Chinese rather than not at all.
    """
    text = _english().gettext(message) if locale == "en" and message else message
    return text.format(**facts) if facts else text


def locale_of(request: HTTPConnection) -> Locale:
    """Choose the language of an answer: the person's own choice, then the browser's, then Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in {"zh", "en"}:
        return "en" if chosen == "en" else "zh"
    return _preferred(request.headers.get("accept-language", "")[:200])


def _preferred(header: str) -> Locale:
    best: Locale = DEFAULT_LOCALE
    best_weight = 0.0
    for item in header.split(","):
        tag, _, parameter = item.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        weight = _weight(parameter)
        if language in {"zh", "en"} and weight > best_weight:
            best, best_weight = ("en" if language == "en" else "zh"), weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
