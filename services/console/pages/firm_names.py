"""企业名称备案: other names of firms that are known: old and short ones, subsidiaries, parents."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors, redirect, render
from services.console.session import NeedsScope
from services.firms import service
from services.firms.schemas import AliasForm
from services.firms.words import NAME_KINDS, NameKind
from services.kit.database import SessionDep
from services.kit.errors import Invalid
from services.kit.i18n import gettext, lazy, locale_of
from services.regions.repo import unit_names

router = APIRouter()

Writer = Annotated[Principal, Depends(NeedsScope(Scope.projects_write))]
Text = Annotated[str, Form(max_length=200)]


@router.get("/firms")
async def show_names(request: Request, principal: Writer, session: SessionDep) -> Response:
    """List recorded names, with the form of a new one."""
    return await _page(request, principal, session, {}, {})


@router.post("/firms")
async def record(
    request: Request,
    principal: Writer,
    session: SessionDep,
    credit_code: Text = "",
    name: Text = "",
    kind: Text = "",
) -> Response:
    """Record a name: 303 when done, 422 with the form otherwise."""
    typed = {"credit_code": credit_code.strip().upper(), "name": name, "kind": kind}
    try:
        form = AliasForm.model_validate(typed)
        async with session.begin_nested():
            await service.record_alias(session, principal, form)
    except ValidationError as error:
        wrong = gettext(lazy("请填写，或改到允许的范围之内"), locale_of(request))
        errors = {str(place["loc"][0]): wrong for place in error.errors()}
        return await _page(request, principal, session, typed, errors)
    except Invalid as error:
        return await _page(request, principal, session, typed, field_errors(request, error))
    return redirect(request, "/firms", lazy("已备案企业名称 {name}"), name=form.name)


@router.post("/firms/{firm_name:uuid}/end")
async def end(request: Request, principal: Writer, session: SessionDep, firm_name: UUID) -> Response:
    """End a recorded name."""
    ended = await service.end_alias(session, principal, firm_name)
    return redirect(request, "/firms", lazy("已终止企业名称 {name}"), name=ended.name)


async def _page(
    request: Request,
    principal: Principal,
    session: AsyncSession,
    typed: dict[str, str],
    errors: dict[str, str],
) -> Response:
    locale = locale_of(request)
    return render(
        request,
        principal,
        "duplicates/names.html",
        status=422 if errors else 200,
        found=await service.list_aliases(session, principal),
        names=await unit_names(session, principal.city),
        kinds=[
            (kind.value, gettext(word, locale))
            for kind, word in NAME_KINDS.items()
            if kind is not NameKind.current
        ],
        kind_words=NAME_KINDS,
        typed=typed,
        errors=errors,
    )
