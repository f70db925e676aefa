from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from auth import errors
from auth.dependencies import Requires, principal_of
from auth.errors import AuthError, MissingScope, SessionEnded, Unauthenticated
from auth.principal import Principal, Role
from auth.scopes import Scope

PERSON = Principal(uuid4(), "611000", Role.county_officer, "611002", "611002", "张三")


class OnePerson:
    """Knows one token; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def by_token(self, token: str) -> Principal:
        self.asked += 1
        if token != "good":
            raise SessionEnded
        return PERSON


def application() -> FastAPI:
    from typing import Annotated

    from fastapi import Depends

    app = FastAPI()
    app.state.principals = OnePerson()

    @app.exception_handler(AuthError)
    async def refuse(_request: Request, error: AuthError) -> JSONResponse:
        status = 401 if isinstance(error, Unauthenticated) else 403
        return JSONResponse({"slug": error.slug, **error.facts}, status)

    reads = Annotated[Principal, Depends(Requires(Scope.projects_read))]
    keeps = Annotated[Principal, Depends(Requires(Scope.accounts_write))]

    @app.get("/reads")
    async def read(person: reads, request: Request) -> str:
        again = await principal_of(request)
        assert again is person
        return person.name

    @app.get("/keeps")
    async def keep(person: keeps) -> str:
        return person.name

    return app


@pytest.mark.parametrize(
    ("path", "header", "status", "slug"),
    [
        ("/reads", None, 401, "missing-token"),
        ("/reads", "", 401, "missing-token"),
        ("/reads", "good", 401, "missing-token"),
        ("/reads", "Basic good", 401, "missing-token"),
        ("/reads", "Bearer ", 401, "missing-token"),
        ("/reads", "Bearer bad", 401, "session-ended"),
        ("/keeps", "Bearer good", 403, "missing-scope"),
    ],
)
async def test_who_may_not_is_told_why(path: str, header: str | None, status: int, slug: str) -> None:
    answer = await ask(application(), path, header)
    assert (answer.status_code, answer.json()["slug"]) == (status, slug)


@pytest.mark.parametrize("header", ["Bearer good", "bearer good", "Bearer  good "])
async def test_who_may_is_let_through_and_looked_up_once(header: str) -> None:
    app = application()
    answer = await ask(app, "/reads", header)
    assert answer.json() == "张三"
    assert app.state.principals.asked == 1


async def ask(app: FastAPI, path: str, header: str | None) -> httpx.Response:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.get(path, headers={} if header is None else {"Authorization": header})


def test_the_missing_scope_is_named() -> None:
    assert MissingScope(scope="accounts:write").facts == {"scope": "accounts:write"}


def test_the_documentation_names_the_bearer_scheme() -> None:
    schema = application().openapi()
    assert schema["components"]["securitySchemes"]["bearer"]["bearerFormat"] == "JWT"
    assert schema["paths"]["/reads"]["get"]["security"] == [{"bearer": []}]


def test_every_refusal_has_a_slug_of_its_own() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AuthError)]
    own = [kind for kind in kinds if kind is not errors.UnknownKey]
    assert len({kind.slug for kind in own}) == len(own)
    assert errors.UnknownKey.slug == errors.InvalidToken.slug
