"""Requests and people for tests of the frame alone."""

from uuid import UUID

from starlette.requests import Request

from auth.principal import Principal, Role


def request(path: str = "/pool", *, query: str = "", headers: dict[str, str] | None = None) -> Request:
    """A GET of a page by a Chinese browser, unless the headers say otherwise."""
    merged = {"accept": "text/html", "accept-language": "zh-CN"} | (headers or {})
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in merged.items()],
            "server": ("test", 80),
        }
    )


def person(role: Role = Role.city_office) -> Principal:
    """Somebody of that role."""
    return Principal(
        account=UUID(int=7), city="611000", role=role, office="611000", county="611000", name="甲某"
    )
