"""Every operation of an application: method, path, and the right that its dependencies ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from auth.dependencies import Requires
from auth.scopes import Scope
from services.console.session import NeedsScope, console_principal


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    scopes: frozenset[Scope]
    console: bool
    signed_in: bool
    context: Any

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


ENDS_THE_SIGN_IN = {"POST /sign-out", "POST /v1/sign-out"}
"""Operations after which the person asking is nobody."""


def api_operations(app: FastAPI) -> list[Operation]:
    """Return the operations of the API that leave the sign-in alone."""
    return [
        operation
        for operation in operations(app)
        if operation.path.startswith("/v1/") and operation.name not in ENDS_THE_SIGN_IN
    ]


def operations(app: FastAPI) -> list[Operation]:
    """Return every operation, whether or not it stands in the OpenAPI document."""
    found = []
    for context in _contexts(app.router):
        asked = list(_calls(context.dependant))
        scopes = frozenset(call.scope for call in asked if isinstance(call, (Requires, NeedsScope)))
        console = console_principal in asked
        found += [
            Operation(method, context.path, scopes, console, bool(scopes) or console, context)
            for method in sorted(context.methods)
        ]
    return sorted(found, key=lambda operation: (operation.path, operation.method))


def _contexts(router: Any) -> Iterator[Any]:
    for route in router.routes if hasattr(router, "routes") else router.effective_candidates():
        if hasattr(route, "effective_candidates"):
            yield from _contexts(_Candidates(route))
        elif getattr(route, "dependant", None) is not None:
            yield route


@dataclass(frozen=True, slots=True)
class _Candidates:
    included: Any

    @property
    def routes(self) -> list[Any]:
        return list(self.included.effective_candidates())


def _calls(dependant: Dependant) -> Iterator[Any]:
    for child in dependant.dependencies:
        yield child.call
        yield from _calls(child)
