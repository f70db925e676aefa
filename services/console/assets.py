"""Static files under addresses that carry a hash of the content, so that a browser may keep them for ever."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

router = APIRouter(include_in_schema=False)

FOREVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file: its name, its bytes and the first twelve digits of its SHA-256."""

    name: str
    body: bytes
    digest: str

    @property
    def href(self) -> str:
        """The address under which the page names it."""
        return f"/static/{self.digest}/{self.name}"


@cache
def assets() -> dict[str, Asset]:
    """Read every static file once: our own, and htmx from the wheel that carries it."""
    own = resources.files("services.console") / "static"
    bodies = {entry.name: entry.read_bytes() for entry in own.iterdir() if entry.is_file()}
    htmx = resources.files("js_lib_htmx") / "static" / "htmx" / "htmx.min.js"
    bodies["htmx.min.js"] = htmx.read_bytes()
    return {
        name: Asset(name, body, hashlib.sha256(body).hexdigest()[:12])
        for name, body in sorted(bodies.items())
    }


def static_url(name: str) -> str:
    """The hashed address of a static file; an unknown name is a fault of the template."""
    return assets()[name].href


@router.get("/static/{digest}/{name}")
async def serve(digest: str, name: str) -> Response:
    """Serve a static file; an address with an old hash is not found rather than wrong."""
    asset = assets().get(name)
    if asset is None or asset.digest != digest:
        return Response(status_code=404, media_type="text/plain")
    kind = _TYPES[name.rpartition(".")[2]]
    return Response(
        asset.body,
        media_type=f"{kind}; charset=utf-8",
        headers={"Cache-Control": FOREVER},
    )
