"""What a formula and a rule pack expect of the parts of their documents; the first fault is told."""

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from allocation.sharing.formulas.errors import Fault, FormulaError
from allocation.sharing.formulas.words import Text


def object_of(raw: Any, field: str) -> Mapping[str, Any]:
    """Expect an object.

    Raises:
        FormulaError: it is something else.
    """
    if not isinstance(raw, dict):
        raise FormulaError(field, Fault.not_an_object)
    return raw


def fields_of(
    raw: Any, field: str, needed: AbstractSet[str], optional: AbstractSet[str] = frozenset()
) -> Mapping[str, Any]:
    """Expect an object with these fields and no others.

    Raises:
        FormulaError: it is none, a field is missing, or one is not known.
    """
    fields = object_of(raw, field)
    for name in sorted(needed - set(fields)):
        raise FormulaError(f"{field}.{name}", Fault.missing)
    for name in sorted(set(fields) - needed - optional):
        raise FormulaError(f"{field}.{name[:40]}", Fault.unknown_field)
    return fields


def words_of(fields: Mapping[str, Any], field: str) -> Text:
    """Expect words in both languages among the fields.

    Raises:
        FormulaError: those of a language are no text, or blank.
    """
    for language in ("zh", "en"):
        if not isinstance(fields[language], str) or not fields[language].strip():
            raise FormulaError(f"{field}.{language}", Fault.no_words)
    return Text(fields["zh"], fields["en"])


def word_of(raw: Any, field: str, known: Collection[str]) -> str:
    """Expect one of a closed list of words.

    Raises:
        FormulaError: it is none of them.
    """
    if not isinstance(raw, str) or raw not in known:
        raise FormulaError(field, Fault.unknown_word, known=", ".join(known))
    return raw


def flag_of(raw: Any, field: str) -> bool:
    """Expect true or false.

    Raises:
        FormulaError: it is something else.
    """
    if not isinstance(raw, bool):
        raise FormulaError(field, Fault.not_true_or_false)
    return raw
