"""Headers: versions of what is edited as ETag and If-Match, and the next page of a list as Link."""

import re
from typing import Protocol

from fastapi import Request
from starlette.responses import Response

from services.kit.errors import PreconditionRequired, Stale

_ETAG = re.compile(r'"(\d{1,18})"')


def etag(version: int) -> str:
    """Write a version as a strong ETag."""
    return f'"{version}"'


def set_etag(response: Response, version: int) -> None:
    """Put a version on an answer."""
    response.headers["ETag"] = etag(version)


class Revised(Protocol):
    """What counts its changes."""

    @property
    def revision(self) -> int:
        """The count."""


def versioned(answer: Revised) -> dict[str, str]:
    """Give the header that names an answer's version."""
    return {"ETag": etag(answer.revision)}


def require_if_match(request: Request) -> int:
    """Read the version that the client saw.

    Raises:
        PreconditionRequired: none is named.
        Stale: what is named is no version of ours.
    """
    named = request.headers.get("if-match")
    if named is None:
        raise PreconditionRequired
    found = _ETAG.fullmatch(named.strip())
    if found is None:
        raise Stale
    return int(found[1])


def not_modified(request: Request, version: int) -> bool:
    """Tell whether the client already has this version."""
    named = request.headers.get("if-none-match", "")
    return etag(version) in {part.strip() for part in named.split(",")}


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Name the page after this one with the same question; the last page has no cursor and names none."""
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
