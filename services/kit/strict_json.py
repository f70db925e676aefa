"""JSON bodies read strictly: what other readers let pass and later steps would trip over is refused here."""

import json
from typing import Any

from services.kit.errors import BadRequest
from services.kit.i18n import lazy

MAX_DEPTH = 32
MAX_DIGITS = 40
QUOTE, BACKSLASH = b'"\\'


class BadJson(BadRequest):
    """The body is no JSON that we take; `reason` is a stable code."""

    slug = "bad-json"
    title = lazy("请求内容不是有效的 JSON")


def _constant(name: str) -> Any:
    raise BadJson(reason="not-a-number" if name == "NaN" else "infinite")


def _number(digits: str) -> Any:
    if len(digits) > MAX_DIGITS:
        raise BadJson(reason="number-too-long")
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        raise BadJson(reason="infinite")
    return value


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise BadJson(reason="number-too-long")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise BadJson(reason="duplicate-key")
    return made


def _depth(body: bytes) -> int:
    """Count the deepest nesting without building anything; brackets inside strings are passed over."""
    deepest = depth = 0
    inside = escaped = False
    for byte in body:
        if inside:
            if escaped:
                escaped = False
            elif byte == BACKSLASH:
                escaped = True
            elif byte == QUOTE:
                inside = False
        elif byte == QUOTE:
            inside = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def check(body: bytes) -> None:
    """Refuse a body that is not strict JSON.

    Raises:
        BadJson: no UTF-8, a duplicate key, NaN or an infinite number, a number of more than 40 digits, a lone
            surrogate, nesting deeper than 32, or no JSON at all.
    """
    brackets = body.count(b"[") + body.count(b"{")
    if brackets > MAX_DEPTH and _depth(body) > MAX_DEPTH:
        raise BadJson(reason="too-deep")
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=_constant,
            parse_float=_number,
            parse_int=_integer,
            object_pairs_hook=_object,
        )
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise BadJson(reason="lone-surrogate") from error
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise BadJson(reason="not-json") from error
