"""The page of one small form of tracking: what it is about, its fields, its button."""

import unicodedata
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from auth.principal import Principal
from services.console.frame import field_errors, render
from services.console.once import Done, once
from services.console.plain_forms import Shown, read
from services.console.project_fields import NUMBERS, Field, Kind, parse
from services.console.refusals import BOUNDS
from services.files.service import own_unbound
from services.kit.errors import DomainError
from services.kit.i18n import Locale, gettext, lazy, locale_of
from services.regions.repo import load_regions

About = Sequence[tuple[str, Any]]
"""Labels, as message ids, and what stands beside them."""
Model = TypeVar("Model", bound=BaseModel)
_FEN_PER_WAN: Final = 1_000_000


async def read_form(
    request: Request, fields: Sequence[Field], model: type[Model], **more: Any
) -> tuple[Model | None, Shown, FormData]:
    """Read a sent form as `read` does; a number is told both its bounds, in the unit in which it is typed."""
    made, shown, sent = await read(request, fields, model, **more)
    if made is None:
        locale = locale_of(request)
        values, _ = parse(fields, shown.typed, locale)
        known = beyond(fields, model, values | more, locale)
        known |= {
            field.name: _bounds(field, model, locale)
            for field in fields
            if field.kind in NUMBERS
            and unicodedata.normalize("NFKC", str(shown.typed.get(field.name, ""))).startswith(("-", "−"))
        }
        shown.errors |= {name: text for name, text in known.items() if name in shown.errors}
    return made, shown, sent


def beyond(
    fields: Sequence[Field], model: type[BaseModel], values: Mapping[str, Any], locale: Locale
) -> dict[str, str]:
    """Return what tracking says of a refused value: both bounds of a number, and that a post holds none."""
    named = {field.name: field for field in fields}
    found = {}
    try:
        model.model_validate(dict(values))
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False):
            field = named.get(str(item["loc"][0])) if item["loc"] else None
            if field is None:
                continue
            if item["type"] in BOUNDS:
                found[field.name] = _bounds(field, model, locale)
            elif item["type"] == "value_error" and field.name == "post":
                label = gettext(field.label, locale)
                told = lazy("“{label}”只写岗位名称，不写电话等号码")
                found[field.name] = gettext(told, locale, label=label)
    return found


def _bounds(field: Field, model: type[BaseModel], locale: Locale) -> str:
    """Say between which numbers a field lies; amounts are typed in 万元, and more than nothing."""
    low = high = 0
    for rule in model.model_fields[field.name].metadata:
        low = getattr(rule, "ge", getattr(rule, "gt", low))
        high = getattr(rule, "le", getattr(rule, "lt", high))
    label = gettext(field.label, locale)
    if field.kind is Kind.wan:
        most = f"{high // _FEN_PER_WAN:,}"
        return gettext(lazy("“{label}”应大于 0，不超过 {high} 万元"), locale, label=label, high=most)
    return gettext(lazy("“{label}”应在 {low} 至 {high} 之间"), locale, label=label, low=low, high=high)


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
