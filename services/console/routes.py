"""All pages of the console.  A page needs a signed-in person unless its module stands in ``OPEN``."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from fastapi import APIRouter, Depends, FastAPI

from services.console import assets, pages
from services.console.errors import PageErrors
from services.console.session import SignInNeeded, to_sign_in
from services.console.surroundings import load_surroundings

OPEN: Final = frozenset({"investor", "sign_in", "language", "offer", "verify"})
"""Page modules that anybody may open."""


def page_routers() -> Iterator[tuple[str, APIRouter]]:
    """The router of each page module, by the module's name."""
    for module in sorted(iter_modules(pages.__path__), key=lambda item: item.name):
        yield module.name, import_module(f"{pages.__name__}.{module.name}").router


router = APIRouter(include_in_schema=False)
router.include_router(assets.router)
for _name, _part in page_routers():
    router.include_router(_part, dependencies=[] if _name in OPEN else [Depends(load_surroundings)])


def install(app: FastAPI) -> None:
    """Put the console on an application, after its other middleware: refusals of all of it become pages."""
    app.include_router(router)
    app.add_exception_handler(SignInNeeded, to_sign_in)
    app.add_middleware(PageErrors)
