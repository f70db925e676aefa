"""The access line: one a request, and never a secret of an address."""

from unittest.mock import Mock

import httpx
import pytest
from fastapi import FastAPI

from services.kit import middleware
from services.kit.middleware import RequestMiddleware


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/offer/SECRET", "/offer/*"),
        ("/offer/SECRET/withdraw", "/offer/*/withdraw"),
        ("/v1/intake/SECRET", "/v1/intake/*"),
        ("/investor/SECRET", "/investor/*"),
        ("/v1/investor/SECRET", "/v1/investor/*"),
        ("/v1/investor/SECRET/consents", "/v1/investor/*/consents"),
        ("/projects/0197/investor", "/projects/0197/investor"),
        ("/investor", "/investor"),
    ],
)
async def test_a_secret_part_of_an_address_is_never_logged(
    path: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Mock()
    monkeypatch.setattr(middleware, "log", log)
    app = RequestMiddleware(FastAPI(), max_json_bytes=100, max_upload_bytes=100)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        await client.get(path)
    assert [call.kwargs["path"] for call in log.info.call_args_list] == [told]
