"""A question as JSON text, read strictly: what other readers let pass is refused with its place."""

import json
from typing import Any

from allocation.sharing.advice.refusal import Fault, Refusal

_MOST_DIGITS = 40


def parse(data: bytes) -> object:
    """Parse JSON in UTF-8, a byte order mark allowed.

    Numbers with a point or an exponent, NaN and infinities come back as floats, which no figure may be; who
    reads the document knows their place. Of a whole number 40 digits are kept, which is too large for any.

    Raises:
        Refusal: it is no text, no JSON, nested too deeply, or repeats a key.
    """
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_int=_integer)
    except UnicodeDecodeError:
        raise Refusal(Fault.not_text) from None
    except json.JSONDecodeError as error:
        raise Refusal(Fault.not_json, line=error.lineno) from None
    except RecursionError:
        raise Refusal(Fault.too_deep) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Refusal(Fault.duplicate_key, (next(name for name in names if names.count(name) > 1),))
    return found


def _integer(digits: str) -> int:
    return int(digits[:_MOST_DIGITS])
