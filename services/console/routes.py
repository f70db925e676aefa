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
from services.kit.dispatch import Door

OPEN: Final = frozenset({"investor", "sign_in", "language", "offer", "verify"})
"""Page modules that anybody may open."""


def page_routers() -> Iterator[tuple[str, APIRouter]]:
    """The router of each page module, by the module's name."""
    for module in sorted(iter_modules(pages.__path__), key=lambda item: item.name):
        yield module.name, import_module(f"{pages.__name__}.{module.name}").router


def install(app: FastAPI) -> None:
    """Put the console on an application, after its other middleware: refusals of all of it become pages."""
    app.include_router(Door(assets.router), include_in_schema=False)
    for name, router in page_routers():
        closed = [] if name in OPEN else [Depends(load_surroundings)]
        app.include_router(Door(router), dependencies=closed, include_in_schema=False)
    app.add_exception_handler(SignInNeeded, to_sign_in)
    app.add_middleware(PageErrors)
