"""A question as JSON text, read strictly: what other readers let pass is refused."""

from typing import Any

from allocation import documents
from allocation.documents import Oddity, Unread, Unreadable
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
        return documents.read(data, _strange)
    except Unreadable as error:
        if error.why is Unread.not_json:
            raise Refusal(Fault.not_json, line=error.line) from None
        raise Refusal(Fault(error.why)) from None


def _strange(word: str, code: Oddity) -> Any:
    if code is Oddity.key_twice:
        raise Refusal(Fault.duplicate_key, (word,))
    return float(word) if code is Oddity.float else int(word[:_MOST_DIGITS])
