"""A request looks only into the routers that may know its path.

The application includes over a hundred routers with more than a thousand routes; trying all of their patterns
took 4 ms of a page's request. A door knows the first parts of its routes, and refuses all else at once.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from fastapi import APIRouter
from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

_VERSION: Final = "v1"


class Door(APIRouter):
    """The routes of one router behind their first parts."""

    def __init__(self, router: APIRouter) -> None:
        super().__init__(routes=router.routes)
        self.heads = heads(router.routes)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as the router would, without trying its patterns where none can fit."""
        if self.heads is not None and head(get_route_path(scope)) not in self.heads:
            return Match.NONE, {}
        return super().matches(scope)


def heads(routes: Iterable[BaseRoute]) -> frozenset[tuple[str, ...]] | None:
    """The first parts of all these routes; none where one of them begins with a parameter or has no path."""
    found = frozenset(map(head, paths(routes)))
    return None if any("{" in part for first in found for part in first) else found


def paths(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """The paths of routes, also within included routers; of what has none, a parameter's."""
    for route in routes:
        within = getattr(route, "original_router", None)
        if within is None:
            yield getattr(route, "path", "/{any}")
        else:
            prefix = route.include_context.prefix  # type: ignore[attr-defined]  # FastAPI's own, without a public name
            yield from (prefix + path for path in paths(within.routes))


def head(path: str) -> tuple[str, ...]:
    """The parts of a path that name its subject: the first, or the version of the API and the second."""
    parts = path.removeprefix("/").split("/", 2)
    return tuple(parts[:2]) if parts[0] == _VERSION else (parts[0],)
