"""The investor's page, without an account: what the places offer, and its three answers."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from services.console.frame import field_errors, redirect, render
from services.console.project_fields import fill
from services.console.session import BadFormToken, is_ours
from services.kit.database import SessionDep
from services.kit.errors import DomainError
from services.kit.i18n import lazy, locale_of
from services.pooling import investors, service
from services.pooling.schemas import InvestorAnswerForm

router = APIRouter()

Short = Annotated[str, Form(max_length=40)]


@router.get("/investor/{code}")
async def show(code: str, request: Request, session: SessionDep) -> Response:
    """Show the investor its project; every view is on record."""
    visitor = await investors.visit(session, code[:120])
    await investors.note_view(session, visitor)
    return await _page(request, session, visitor, {})


@router.post("/investor/{code}")
async def answer(
    code: str,
    request: Request,
    session: SessionDep,
    subject: Short = "",
    agree: Short = "",
    park: Short = "",
) -> Response:
    """Take an answer; refusing costs nothing."""
    if not is_ours(request):
        raise BadFormToken
    counties = [str(item)[:6] for item in (await request.form()).getlist("counties")]
    given = {"subject": subject, "agree": agree == "yes", "counties": counties, "park": park or None}
    form, errors = fill(InvestorAnswerForm, given, locale_of(request))
    if form is not None:
        try:
            async with session.begin_nested():
                await investors.answer(session, code[:120], form)
        except DomainError as error:
            errors = field_errors(request, error)
    if errors:
        visitor = await investors.visit(session, code[:120])
        return await _page(request, session, visitor, errors)
    return redirect(request, f"/investor/{code[:120]}", lazy("已收到您的答复"))


async def _page(
    request: Request, session: AsyncSession, visitor: investors.Visitor, errors: dict[str, str]
) -> Response:
    return render(
        request,
        None,
        "pooling/investor.html",
        status=422 if errors else 200,
        view=await service.investor_view(session, visitor, locale_of(request)),
        errors=errors,
    )
