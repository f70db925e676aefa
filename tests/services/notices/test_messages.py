"""What each kind of channel is sent: golden cases, each against a judge that is not the program."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from services.notices.messages import (
    Message,
    accepted,
    new_webhook_secret,
    request_of,
    webhook_key,
    webhook_signature,
)
from services.notices.words import ChannelKind

MESSAGE = Message(
    id="01a204f4-587c-723a-a6a5-7e97816b57fd",
    event="projects.held",
    text="市级审定完成，承接地已确定",
    link="http://127.0.0.1:8000/notices",
    source="http://127.0.0.1:8000",
    made_at=datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC),
    urgent=True,
    at=1_614_265_330,
)
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WORDS = "【一盘棋】市级审定完成，承接地已确定\nhttp://127.0.0.1:8000/notices"


def test_the_signature_of_the_specifications_own_example():
    """The vector that the implementations of Standard Webhooks share."""
    signed = webhook_signature(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_carries_its_id_moment_and_signature():
    sent = request_of(ChannelKind.webhook, "https://example.com/in", KEY, MESSAGE)
    assert sent.url == "https://example.com/in"
    assert json.loads(sent.body) == {
        "specversion": "1.0",
        "id": MESSAGE.id,
        "source": "http://127.0.0.1:8000",
        "type": "projects.held",
        "time": "2021-02-25T15:02:10+00:00",
        "datacontenttype": "application/json",
        "data": {"text": MESSAGE.text, "link": MESSAGE.link, "urgent": True},
    }
    key = base64.b64decode(KEY.removeprefix("whsec_"))
    whole = f"{MESSAGE.id}.1614265330.".encode() + sent.body
    digest = base64.b64encode(hmac.new(key, whole, hashlib.sha256).digest()).decode()
    assert dict(sent.headers) == {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": MESSAGE.id,
        "webhook-timestamp": "1614265330",
        "webhook-signature": f"v1,{digest}",
    }


@pytest.mark.parametrize(
    "secret", ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64", "whsec_c2hvcnQ="]
)
def test_a_secret_of_another_form_is_refused(secret: str):
    with pytest.raises(ValueError, match="whsec_"):
        webhook_key(secret)


def test_a_new_secret_is_of_that_form_and_never_the_same():
    assert len(webhook_key(new_webhook_secret())) == 32
    assert new_webhook_secret() != new_webhook_secret()


def test_a_robot_of_wecom_takes_text_and_its_address_is_its_key():
    sent = request_of(ChannelKind.wecom, "https://example.com/send?key=k", "", MESSAGE)
    assert (sent.url, json.loads(sent.body)) == (
        "https://example.com/send?key=k",
        {"msgtype": "text", "text": {"content": WORDS}},
    )


def test_a_robot_of_dingtalk_is_signed_in_the_query_by_milliseconds():
    """HMAC-SHA256 of milliseconds, a new line and the secret by the secret; base64; encoded for the query."""
    address = "https://example.com/robot/send?access_token=t"
    sent = request_of(ChannelKind.dingtalk, address, "SEC123", MESSAGE)
    query = parse_qs(urlsplit(sent.url).query)
    digest = hmac.new(b"SEC123", b"1614265330000\nSEC123", hashlib.sha256).digest()
    assert query == {
        "access_token": ["t"],
        "timestamp": ["1614265330000"],
        "sign": [base64.b64encode(digest).decode()],
    }
    assert json.loads(sent.body) == {"msgtype": "text", "text": {"content": WORDS}}
    assert request_of(ChannelKind.dingtalk, address, "", MESSAGE).url == address


def test_a_robot_of_feishu_is_signed_in_the_body_by_seconds_with_the_text_as_key():
    sent = request_of(ChannelKind.feishu, "https://example.com/hook/h", "s3", MESSAGE)
    digest = hmac.new(b"1614265330\ns3", b"", hashlib.sha256).digest()
    assert json.loads(sent.body) == {
        "timestamp": "1614265330",
        "sign": base64.b64encode(digest).decode(),
        "msg_type": "text",
        "content": {"text": WORDS},
    }
    unsigned = request_of(ChannelKind.feishu, "https://example.com/hook/h", "", MESSAGE)
    assert json.loads(unsigned.body) == {"msg_type": "text", "content": {"text": WORDS}}


@pytest.mark.parametrize(
    ("kind", "status", "body", "said"),
    [
        (ChannelKind.webhook, 204, b"", ""),
        (ChannelKind.webhook, 302, b"", "HTTP 302"),
        (ChannelKind.webhook, 500, b"secret words", "HTTP 500"),
        (ChannelKind.wecom, 200, b'{"errcode":0,"errmsg":"ok"}', ""),
        (ChannelKind.wecom, 200, b'{"errcode":93000}', "errcode 93000"),
        (ChannelKind.dingtalk, 200, b'{"errcode":310000,"errmsg":"sign not match"}', "errcode 310000"),
        (ChannelKind.feishu, 200, b'{"code":19021}', "code 19021"),
        (ChannelKind.feishu, 200, b'{"code":0}', ""),
        (ChannelKind.feishu, 200, b"[]", "no code"),
        (ChannelKind.feishu, 200, b'{"code":"<b>"}', "no code"),
        (ChannelKind.dingtalk, 200, b"<html>", "no JSON"),
    ],
)
def test_what_counts_as_taken(kind: ChannelKind, status: int, body: bytes, said: str):
    assert accepted(kind, status, body) == said
