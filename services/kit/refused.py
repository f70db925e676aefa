"""A command that cannot go on says why in one line: errors that a person at a terminal can act on."""

from typing import Any, ClassVar

from services.kit.i18n import DEFAULT_LOCALE, Locale, gettext, lazy


class Refused(Exception):
    """The root: `message` is a message id with named places, `facts` fill them. Ends with exit code 1."""

    message: ClassVar[str] = lazy("命令未能完成：{detail}")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.text())

    def text(self, locale: Locale = DEFAULT_LOCALE) -> str:
        """Return the line in a language."""
        return gettext(self.message, locale, **self.facts)
