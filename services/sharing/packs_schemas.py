"""What is told of rule packs over HTTP: every text in Chinese and English, money in fen."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from allocation.sharing.packs import LawName, PackKind

_FIGURE: dict[str, Any] = {"anyOf": [{"type": "integer"}, {"type": "string"}]}
Default = Annotated[
    Any,
    WithJsonSchema(
        {
            "description": 'a whole number, an exact text such as "0.35", a list of either, or one a party by'
            " its code; null: it must be filled in",
            "anyOf": [
                *_FIGURE["anyOf"],
                {"type": "array", "items": _FIGURE},
                {"type": "object", "additionalProperties": _FIGURE},
                {"type": "null"},
            ],
        }
    ),
]
"""A value of a pack's file, as it stands there."""


class PackModel(BaseModel):
    """Made from the packs of the program; never changed."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Words(PackModel):
    """The same in Chinese and English."""

    zh: str
    en: str


class SourceView(PackModel):
    """Where a rule was published, what it says, and what was not read at its source. `date` may be empty."""

    document: Words
    date: str
    article: Words
    unverified: list[Words]


class LawView(PackModel):
    """Whether nobody gains by it, and why."""

    holds: bool
    reason: Words


class FigureView(PackModel):
    """A setting, by a pointer into the terms of an agreement or by its name in a formula."""

    place: str
    name: Words
    unit: str
    default: Default
    illustrative: bool
    unverified: bool


class ExampleView(PackModel):
    """A worked example and its statement in words, a sentence a line."""

    name: Words
    illustrative: bool
    statement: list[Words]


class PackView(PackModel):
    """A rule pack. `in_menu`: the page of sharing rules shows it; others prove the engine."""

    id: str
    name: Words
    kind: PackKind
    in_menu: bool
    source: SourceView
    laws: dict[LawName, LawView]
    settings: list[FigureView]
    examples: list[ExampleView]


class Packs(PackModel):
    """Rule packs in the order of their ids."""

    items: list[PackView]
