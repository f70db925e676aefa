"""Progress lines: one for each step, with its seconds, in the person's language."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from services.demo.interrupts import stop_if_asked
from services.kit.i18n import Locale, gettext, lazy

DONE = lazy("做完")


class Step:
    """A running step; `note` adds what came of it to its line."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self.notes: list[str] = []

    def note(self, message: str, **facts: Any) -> None:
        """Say something that stands at the end of the step's line."""
        self.notes.append(gettext(message, self._locale, **facts))


class Progress:
    """Writes the lines; a step that fails leaves its unfinished line, which says where it happened."""

    def __init__(self, locale: Locale, out: TextIO | None = None, *, began: float | None = None) -> None:
        self.locale = locale
        self._out = out or sys.stdout
        self._number = 0
        self._began = time.monotonic() if began is None else began

    @property
    def seconds(self) -> float:
        """Seconds since `began` (of the monotonic clock), which may lie before this was made."""
        return time.monotonic() - self._began

    def say(self, message: str = "", **facts: Any) -> None:
        """Write one line."""
        self._write(f"{gettext(message, self.locale, **facts)}\n")

    @contextmanager
    def step(self, message: str, **facts: Any) -> Iterator[Step]:
        """Write the step's name before its work and its notes and seconds after."""
        stop_if_asked()
        self._number += 1
        began = time.monotonic()
        self._write(f"[{self._number:2d}] {gettext(message, self.locale, **facts)} … ")
        step = Step(self.locale)
        try:
            yield step
        except BaseException:
            self._write("\n")  # what went wrong is said on a line of its own
            raise
        stop_if_asked()
        notes = "；".join(step.notes) if self.locale == "zh" else "; ".join(step.notes)
        words = notes or gettext(DONE, self.locale)
        self._write(f"{words} ({time.monotonic() - began:.1f} s)\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
