"""Texts that are written to a line of output: what they may hold, and how the rest is shown."""

from typing import Final

CODE_LENGTH: Final = 32
_WIDE_BLANK: Final = "\u3000"
"""The blank of Chinese type, which Python counts as unprintable like every blank but its own."""


def can_be_shown(text: str) -> bool:
    """Whether text stays in its line and tells a terminal nothing: no control or formatting character."""
    return text.replace(_WIDE_BLANK, " ").isprintable()


def shown(text: str) -> str:
    """The text with a question mark for each character that cannot be shown."""
    return "".join(sign if can_be_shown(sign) else "?" for sign in text)


def is_code(text: str) -> bool:
    """Whether a text can be a party's code."""
    return 0 < len(text) <= CODE_LENGTH and text.isascii() and text.isprintable()
