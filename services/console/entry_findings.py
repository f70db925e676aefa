"""What the entry rules found, in words: measured value, what is asked, the source."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from allocation.entry import Measure, Outcome
from services.console.frame import field_errors
from services.entry.errors import EntryRefused
from services.entry.schemas import FindingAnswer, RuleIn
from services.entry.words import (
    COMPARISONS,
    ENVIRONMENT_CLASSES,
    FIELDS,
    MEASURES,
    OUTCOMES,
    PROJECT_KINDS,
    REFUSALS,
    UNITS,
)
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, lazy, locale_of

TONES: Final = {Outcome.passed: "ok", Outcome.broken: "bad", Outcome.flagged: "warn", Outcome.unmeasured: ""}
_VALUES: Final[dict[Measure, dict[str, str]]] = {
    Measure.kind: {kind.value: text for kind, text in PROJECT_KINDS.items()},
    Measure.environment: {kind.value: text for kind, text in ENVIRONMENT_CLASSES.items()},
    Measure.registered: {"inside": lazy("本市"), "outside": lazy("市外")},
    Measure.signed: {"signed": lazy("已签约"), "new": lazy("未签约")},
}
"""The words of the values of measures that are words; an industry's code stands for itself."""


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as a page shows it."""

    what: str
    measured: str
    asked: str
    outcome: str
    tone: str
    citation: str


def value_words(measure: Measure, value: str, locale: Locale) -> str:
    """Say a value of a measure."""
    return gettext(_VALUES.get(measure, {}).get(value, value), locale)


def possible(measure: Measure, locale: Locale) -> str:
    """Say what a list of a measure may name, each code with its words; nothing where words need none."""
    return "，".join(f"{code} {gettext(text, locale)}" for code, text in _VALUES.get(measure, {}).items())


def asked_words(item: FindingAnswer | RuleIn, locale: Locale) -> str:
    """Say what a rule asks, such as 不低于 6000 万元."""
    comparison = gettext(COMPARISONS[item.comparison], locale)
    if item.threshold is not None:
        return f"{comparison} {_grouped(item.threshold)} {gettext(UNITS[item.measure], locale)}"
    return f"{comparison} {'、'.join(value_words(item.measure, value, locale) for value in item.listed)}"


def told(items: Sequence[FindingAnswer], locale: Locale) -> list[Told]:
    """Say findings in words."""
    return [
        Told(
            gettext(MEASURES[item.measure], locale),
            _measured(item, locale),
            asked_words(item, locale),
            gettext(OUTCOMES[item.outcome], locale),
            TONES[item.outcome],
            item.citation,
        )
        for item in items
    ]


def filing_errors(request: Request, error: DomainError) -> dict[str, str]:
    """Return the sentences of a refused filing by field; a broken entry rule's tells its figures."""
    if not isinstance(error, EntryRefused):
        return field_errors(request, error)
    locale = locale_of(request)
    found: dict[str, str] = {}
    for item in error.findings:
        sentence = gettext(
            lazy("{refusal}（实测 {measured}，标准 {asked}；{citation}）"),
            locale,
            refusal=gettext(REFUSALS[item.measure], locale),
            measured=_measured(item, locale),
            asked=asked_words(item, locale),
            citation=item.citation,
        )
        field = FIELDS[item.measure].removeprefix("/")
        found[field] = f"{found[field]}；{sentence}" if field in found else sentence
    return found


def _measured(item: FindingAnswer, locale: Locale) -> str:
    if item.measured is None:
        return "—"
    words = value_words(item.measure, item.measured, locale)
    return f"{_grouped(words)} {gettext(item.unit, locale)}" if item.unit else words


def _grouped(number: str) -> str:
    """Write a plain decimal number with thousands marks, as all other figures of the pages."""
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"
