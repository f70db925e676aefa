"""A rule pack: one published rule of sharing as a file of data (`yipanqi.pack/1`, docs/rule-packs.md).

A pack is an agreement (a template of terms, with the figures that two counties fill in) or a formula (steps
of arithmetic). It brings its source, what is unverified, two laws and whether they hold, and worked examples.
Pure: a document in, a pack out; `services.sharing.pack_files` reads the files.
"""

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from allocation.sharing.contract.case import FORMAT as CASE_FORMAT
from allocation.sharing.formulas.errors import DataError, Fault, FormulaError
from allocation.sharing.formulas.fields import fields_of, flag_of, object_of, word_of, words_of
from allocation.sharing.formulas.program import read_program
from allocation.sharing.formulas.words import Text

FORMAT: Final = "yipanqi.pack/1"
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_COMMON: Final = frozenset({"format", "id", "zh", "en", "kind", "in_menu", "source", "laws", "examples"})


class PackError(DataError):
    """A document that is no rule pack; `file` names it where it came from one of several."""

    file = ""


class PackKind(StrEnum):
    """What a pack is made of."""

    agreement = "agreement"
    formula = "formula"

    @property
    def zh(self) -> str:
        """The name on a list."""
        return "协议条款" if self is PackKind.agreement else "计算公式"


class LawName(StrEnum):
    """What a rule may be tried by: cutting a project (or a party) in two, and registering it falsely."""

    splitting = "split"
    origin = "origin"


@dataclass(frozen=True, slots=True)
class Law:
    """Whether nobody gains in this way, and why."""

    holds: bool
    reason: Text


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule was published. `unverified` lists what was not read at its source; it is a setting."""

    document: Text
    date: str
    article: Text
    unverified: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class PackSetting:
    """A figure of an agreement that the counties fill in: where it stands in the terms, and what it is."""

    pointer: str
    name: Text
    unit: str
    illustrative: bool
    unverified: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: a case without its rule, settings to lay over it, and what must come out."""

    name: Text
    illustrative: bool
    case: Mapping[str, Any]
    settings: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack. `formula` is there for a formula, `terms` and `settings` for an agreement.

    `in_menu` says whether the drafting menu of an officer shows it; a foreign rule proves the engine only.
    """

    id: str
    name: Text
    kind: PackKind
    in_menu: bool
    source: Source
    laws: Mapping[LawName, Law]
    formula: Mapping[str, Any]
    terms: Mapping[str, Any]
    settings: tuple[PackSetting, ...]
    examples: tuple[Example, ...]

    def case(self, example: Example) -> dict[str, Any]:
        """An example as a whole case file (`yipanqi.share/1`), without what must come out."""
        head = {
            "format": CASE_FORMAT,
            "title": f"{self.name.zh}：{example.name.zh}",
            "source": self.source.document.zh,
            "illustrative": example.illustrative,
        }
        if self.kind is PackKind.formula:
            return {**head, "formula": self.formula, **example.case}
        return {**head, "terms": [self.terms_with(example.settings)], **example.case}

    def at(self, pointer: str) -> Any:
        """What stands at a pointer of the terms: a setting's default.

        Raises:
            PackError: it leads nowhere.
        """
        return _at(self.terms, _steps(pointer), pointer)

    def terms_with(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The terms with figures put in the place of the template's.

        Raises:
            PackError: a pointer leads nowhere in the terms.
        """
        found = copy.deepcopy(dict(self.terms))
        for pointer, value in settings.items():
            *way, last = _steps(pointer)
            holder = _at(found, way, pointer)
            _at(holder, [last], pointer)
            holder[int(last) if isinstance(holder, list) else last] = value
        return found


def _steps(pointer: str) -> list[str]:
    return pointer.removeprefix("/").split("/")


def _at(value: Any, way: Sequence[str], pointer: str) -> Any:
    for step in way:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            raise PackError("terms", Fault.nowhere, pointer=pointer)
    return value


def read_pack(document: Any) -> Pack:
    """Read a pack and check all that makes it usable: its formula, its pointers, that it has an example.

    The terms of an agreement are checked by working out its examples (`proof.differences`).

    Raises:
        PackError: naming the field.
    """
    try:
        return _pack(document)
    except FormulaError as error:
        raise PackError(error.field, error.fault, **error.facts) from error


def _pack(document: Any) -> Pack:
    kind = PackKind(word_of(object_of(document, "pack").get("kind"), "kind", sorted(PackKind)))
    own = {"formula"} if kind is PackKind.formula else {"terms", "settings"}
    fields = fields_of(document, "pack", _COMMON | own)
    word_of(fields["format"], "format", {FORMAT})
    if not isinstance(fields["id"], str) or not _ID.fullmatch(fields["id"]):
        raise PackError("id", Fault.not_an_id)
    laws = fields_of(fields["laws"], "laws", frozenset(LawName))
    pack = Pack(
        id=fields["id"],
        name=words_of(fields, "pack"),
        kind=kind,
        in_menu=flag_of(fields["in_menu"], "in_menu"),
        source=_source(fields["source"]),
        laws={name: _law(laws[name], f"laws.{name}") for name in LawName},
        formula=object_of(fields.get("formula", {}), "formula"),
        terms=object_of(fields.get("terms", {}), "terms"),
        settings=tuple(_setting(one, at) for one, at in _items(fields.get("settings", []), "settings")),
        examples=tuple(_example(one, at) for one, at in _items(fields["examples"], "examples")),
    )
    if not pack.examples:
        raise PackError("examples", Fault.no_example)
    if kind is PackKind.formula:
        read_program(pack.formula)
    for one in pack.settings:
        pack.at(one.pointer)
    for example in pack.examples:
        pack.terms_with(example.settings)
    return pack


def _items(raw: Any, field: str) -> list[tuple[Any, str]]:
    if not isinstance(raw, list):
        raise PackError(field, Fault.no_list)
    return [(one, f"{field}[{index}]") for index, one in enumerate(raw)]


def _words(raw: Any, field: str) -> Text:
    return words_of(fields_of(raw, field, {"zh", "en"}), field)


def _source(raw: Any) -> Source:
    fields = fields_of(raw, "source", {"zh", "en", "date", "article", "unverified"})
    if not isinstance(fields["date"], str):
        raise PackError("source.date", Fault.no_text)
    unverified = tuple(_words(one, at) for one, at in _items(fields["unverified"], "source.unverified"))
    article = _words(fields["article"], "source.article")
    return Source(words_of(fields, "source"), fields["date"], article, unverified)


def _law(raw: Any, field: str) -> Law:
    fields = fields_of(raw, field, {"holds", "zh", "en"})
    return Law(flag_of(fields["holds"], f"{field}.holds"), words_of(fields, field))


def _setting(raw: Any, field: str) -> PackSetting:
    fields = fields_of(raw, field, {"pointer", "zh", "en", "unit", "illustrative", "unverified"})
    for name in ("pointer", "unit"):
        if not isinstance(fields[name], str) or not fields[name]:
            raise PackError(f"{field}.{name}", Fault.no_text)
    marks = (flag_of(fields[name], f"{field}.{name}") for name in ("illustrative", "unverified"))
    return PackSetting(fields["pointer"], words_of(fields, field), fields["unit"], *marks)


def _example(raw: Any, field: str) -> Example:
    fields = fields_of(raw, field, {"zh", "en", "illustrative", "case", "expect"}, frozenset({"settings"}))
    return Example(
        name=words_of(fields, field),
        illustrative=flag_of(fields["illustrative"], f"{field}.illustrative"),
        case=object_of(fields["case"], f"{field}.case"),
        settings=object_of(fields.get("settings", {}), f"{field}.settings"),
        expect=object_of(fields["expect"], f"{field}.expect"),
    )
