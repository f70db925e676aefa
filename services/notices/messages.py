"""What is sent to each kind of channel: pure functions of a text, a moment and a secret.

Sources: CloudEvents 1.0 (the body of a webhook) and Standard Webhooks 1.0.0 (headers, signed content,
`whsec_`); the custom robots of 企业微信 (the address alone is the key), 钉钉 (加签: milliseconds and
signature in the query) and 飞书 (签名校验: seconds and signature in the body, the key being what is signed).
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote_plus

from services.notices.words import ChannelKind

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 -- the name of a format
SECRET_BYTES: Final = (24, 64)
"""How long the key of a webhook is, by the specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a channel is told.

    Attributes:
        id: the same at every attempt, so that a receiver can drop what it has.
        event: the event's name.
        text: in words, without the name of a project, a firm or a person.
        link: where to read more, after signing in.
        source: this installation's address.
        made_at: when it was told; the same at every attempt.
        urgent: whether it was urgent.
        at: seconds since 1970 of this attempt.
    """

    id: str
    event: str
    text: str
    link: str
    source: str
    made_at: datetime
    urgent: bool
    at: int


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP POST: the address, its body, and headers beside those of every request."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def request_of(kind: ChannelKind, url: str, secret: str, message: Message) -> Request:
    """Return what is posted to a channel.

    Args:
        kind: which format.
        url: the channel's address.
        secret: its secret, "" for none; a webhook has one always.
        message: what it is told.
    """
    words = f"【一盘棋】{message.text}\n{message.link}"
    match kind:
        case ChannelKind.webhook:
            return _webhook(url, secret, message)
        case ChannelKind.wecom:
            return _json(url, {"msgtype": "text", "text": {"content": words}})
        case ChannelKind.dingtalk:
            signed = f"{url}{_dingtalk_query(secret, message.at * 1000)}" if secret else url
            return _json(signed, {"msgtype": "text", "text": {"content": words}})
        case ChannelKind.feishu:
            signature = _feishu_fields(secret, message.at) if secret else {}
            return _json(url, {**signature, "msg_type": "text", "content": {"text": words}})


def _json(url: str, body: Mapping[str, Any]) -> Request:
    return Request(url, _written(body), {"Content-Type": "application/json; charset=utf-8"})


def _written(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _webhook(url: str, secret: str, message: Message) -> Request:
    body = _written(
        {
            "specversion": "1.0",
            "id": message.id,
            "source": message.source,
            "type": message.event,
            "time": message.made_at.isoformat(),
            "datacontenttype": "application/json",
            "data": {"text": message.text, "link": message.link, "urgent": message.urgent},
        }
    )
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": message.id,
        "webhook-timestamp": str(message.at),
        "webhook-signature": webhook_signature(secret, message.id, message.at, body),
    }
    return Request(url, body, headers)


def webhook_signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    """Sign by Standard Webhooks: `v1,` and HMAC-SHA256 of `id.seconds.body` in base64.

    Raises:
        ValueError: the secret is not one of `webhook_key`.
    """
    signed = f"{message_id}.{at}.".encode() + body
    return "v1," + _hmac64(webhook_key(secret), signed)


def new_webhook_secret() -> str:
    """Make a webhook's secret from 32 random bytes."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def webhook_key(secret: str) -> bytes:
    """Return the key of a webhook's secret: `whsec_` and 24 to 64 bytes in base64.

    Raises:
        ValueError: it is not of that form.
    """
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError(SECRET_PREFIX)
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError(SECRET_PREFIX) from error
    if not SECRET_BYTES[0] <= len(key) <= SECRET_BYTES[1]:
        raise ValueError(SECRET_PREFIX)
    return key


def _dingtalk_query(secret: str, milliseconds: int) -> str:
    sign = _hmac64(secret.encode(), f"{milliseconds}\n{secret}".encode())
    return f"&timestamp={milliseconds}&sign={quote_plus(sign)}"


def _feishu_fields(secret: str, seconds: int) -> dict[str, str]:
    return {"timestamp": str(seconds), "sign": _hmac64(f"{seconds}\n{secret}".encode(), b"")}


def _hmac64(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


_CODES: Final = {ChannelKind.wecom: "errcode", ChannelKind.dingtalk: "errcode", ChannelKind.feishu: "code"}


def accepted(kind: ChannelKind, status: int, body: bytes) -> str:
    """Tell whether a receiver took a message: "" if so, else a short word for the list of deliveries.

    A webhook says so by any 2xx. A robot answers 200 to what it refuses too, with a code other than 0.
    """
    if not 200 <= status < 300:  # noqa: PLR2004 -- success by RFC 9110
        return f"HTTP {status}"
    field = _CODES.get(kind)
    if field is None:
        return ""
    try:
        told = json.loads(body)
    except ValueError:
        return "no JSON"
    code = told.get(field) if isinstance(told, dict) else None
    if code == 0:
        return ""
    return f"{field} {code}" if isinstance(code, int) else f"no {field}"
