"""Keyset pages: `{items, next}`; the cursor is opaque, signed, and bound to the question and the asker."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import orjson
from pydantic import BaseModel

from services.kit.errors import BadRequest
from services.kit.i18n import lazy

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
_SIGNATURE_BYTES = 16


class BadCursor(BadRequest):
    """The cursor was changed, or belongs to another question."""

    slug = "bad-cursor"
    title = lazy("翻页位置无效，请从第一页开始")


Row = TypeVar("Row")
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page. `next` is the cursor of the page after it, none on the last."""

    items: list[Item]
    next: str | None = None


def _sign(secret: str, bound: str, body: bytes) -> bytes:
    keyed = hmac.new(secret.encode(), b"cursor\0" + bound.encode() + b"\0" + body, hashlib.sha256)
    return keyed.digest()[:_SIGNATURE_BYTES]


def encode_cursor(secret: str, bound: str, position: Sequence[Any]) -> str:
    """Seal a position.

    Args:
        secret: the process's secret.
        bound: what the cursor belongs to: the filter and the principal, as one string.
        position: the sort key of the last row shown.
    """
    body = orjson.dumps(list(position), default=str)
    return base64.urlsafe_b64encode(_sign(secret, bound, body) + body).rstrip(b"=").decode()


def decode_cursor(secret: str, bound: str, cursor: str) -> list[Any]:
    """Open a cursor.

    Raises:
        BadCursor: it was changed, or belongs to another question.
    """
    try:
        sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
    signature, body = sealed[:_SIGNATURE_BYTES], sealed[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _sign(secret, bound, body)):
        raise BadCursor
    position: list[Any] = orjson.loads(body)
    return position


def page_of(
    rows: Sequence[Row],
    limit: int,
    *,
    item: Callable[[Row], Item],
    cursor: Callable[[Row], str],
) -> Page[Item]:
    """Make a page from one row more than the limit, which tells whether there is a next page.

    Args:
        rows: up to `limit + 1` rows in order.
        limit: rows shown.
        item: what is shown of a row.
        cursor: the sealed position of a row.
    """
    shown = rows[:limit]
    following = cursor(shown[-1]) if len(rows) > limit else None
    return Page(items=[item(row) for row in shown], next=following)
