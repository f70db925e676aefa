"""From a file's bytes to a layout, and the published JSON Schema of the document."""

import json
from functools import cache
from typing import Any, Final

from pydantic import ValidationError

from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.problem import explain, pointer
from services.libraries.errors import BadLayout, LayoutNotJson
from services.libraries.schemas import FORMAT, LayoutIn

MAX_BYTES: Final = 256 * 1024
MOST: Final = 100
"""Faults that are named at once."""


def read_layout(data: bytes) -> LayoutIn:
    """Read a document.

    Raises:
        LayoutNotJson: it is no JSON, or too long; the line and column are named.
        BadLayout: it is none of our layouts; every place is named below `/layout`.
    """
    if len(data) > MAX_BYTES:
        raise LayoutNotJson(line=0, column=0)
    try:
        given = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise LayoutNotJson(line=error.lineno, column=error.colno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise LayoutNotJson(line=1, column=1) from error
    try:
        return LayoutIn.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise BadLayout(
            errors=[
                FieldError(pointer(("layout", *item["loc"])), item["type"], explain(item["type"]))
                for item in found[:MOST]
            ]
        ) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadLayout(errors=[FieldError("/layout", "same_key", lazy("同一个名称在一处出现了两次"))])
    return found


@cache
def layout_schema() -> dict[str, Any]:
    """Return the JSON Schema of a layout, 2020-12."""
    schema = LayoutIn.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{FORMAT}.schema.json",
        **schema,
        "title": FORMAT,
    }
