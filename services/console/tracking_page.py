"""The page of one small form of tracking: what it is about, its fields, its button."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from services.console.frame import field_errors, render
from services.console.once import Done, once
from services.console.plain_forms import Shown
from services.files.service import own_unbound
from services.kit.errors import DomainError
from services.regions.repo import load_regions

About = Sequence[tuple[str, Any]]
"""Labels, as message ids, and what stands beside them."""


async def choices(session: AsyncSession, principal: Principal) -> dict[str, list[tuple[str, str]]]:
    """Return what may be chosen in fields whose list is the city's own: units, and one's own files."""
    regions = [(row.code, row.name) for row in await load_regions(session, principal.city)]
    files = [(str(file.id), file.name) for file in await own_unbound(session, principal)]
    return {"unit": regions, "county": regions, "files": files}


def show(
    request: Request,
    principal: Principal,
    shown: Shown,
    *,
    title: str,
    back: tuple[str, str],
    about: About = (),
) -> Response:
    """Show a form: 422 where something is wrong with it.

    Args:
        request: the page's request.
        principal: who reads it.
        shown: the form as it stands.
        title: its title and button, a message id.
        back: the address above it, and that one's name.
        about: what it is about.
    """
    return render(
        request,
        principal,
        "tracking/entry.html",
        status=shown.status,
        title=title,
        back=back,
        about=about,
        form=shown,
        errors=shown.errors,
    )


async def kept(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    shown: Shown,
    act: Callable[[], Awaitable[Done]],
) -> Response | None:
    """Do what a form asks once; None where it is refused, and the form then says why."""
    try:
        return await once(request, principal, session, act)
    except DomainError as error:
        shown.errors = field_errors(request, error)
        return None
