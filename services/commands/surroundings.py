"""What commands take from their surroundings: settings, the language, and where they print."""

import json
import os
import sys
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from services.kit.i18n import DEFAULT_LOCALE, Locale, lazy
from services.kit.refused import Refused

if TYPE_CHECKING:
    from services.settings import Settings

T = TypeVar("T")
LANGUAGE_VARIABLE = "YIPANQI_LANG"


class NotPostgres(Refused):
    """The address is another database's, or none."""

    message = lazy("DATABASE_URL 不是 PostgreSQL 的地址，应如 postgresql://用户:密码@主机:5432/库名")


class SettingsMissing(Refused):
    """Environment variables that a command needs are missing or wrong; only their names are shown."""

    message = lazy("请设置环境变量（缺少或不正确）：{names}")


def language() -> Locale:
    """Return the language of messages: Chinese unless YIPANQI_LANG=en."""
    return "en" if os.environ.get(LANGUAGE_VARIABLE, "").lower().startswith("en") else DEFAULT_LOCALE


def environment_settings(**given: Any) -> "Settings":
    """Read the settings from the environment; `given` values hold over it.

    Raises:
        SettingsMissing: names what is missing or wrong, never a value.
        NotPostgres: the address is another database's, or none.
    """
    from pydantic import ValidationError

    from services.settings import Settings

    try:
        settings = Settings(**given)
    except ValidationError as error:
        names = sorted({str(place["loc"][0]) for place in error.errors()})
        raise SettingsMissing(names="、".join(_variable(name) for name in names)) from None
    if not _is_postgres(settings.database_url):
        raise NotPostgres
    return settings


def _is_postgres(address: str) -> bool:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:  # a port out of range, or no number
        return False
    return parts.scheme in {"postgresql", "postgresql+asyncpg", "postgres"} and port != 0


def _variable(name: str) -> str:
    return "DATABASE_URL" if "database_url" in name.lower() else f"YIPANQI_{name.upper()}"


def database_address() -> str:
    """Return DATABASE_URL, for commands that need nothing else.

    Raises:
        SettingsMissing: it is not set.
    """
    # The secret is for processes that serve; a fixed text stands in where nothing is signed.
    return environment_settings(
        secret=os.environ.get("YIPANQI_SECRET") or "not used by this command"
    ).database_url


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run asynchronous work of a command."""
    import asyncio

    return asyncio.run(work)


def print_json(value: Any) -> None:
    """Print one JSON value on one line, readable by the next program."""
    sys.stdout.write(f"{json.dumps(value, ensure_ascii=False, default=str)}\n")


def print_line(text: str) -> None:
    """Print one line for a person."""
    sys.stdout.write(f"{text}\n")
