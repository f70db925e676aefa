"""Negotiating an agreement: what each side proposed, two texts side by side, accepting the last proposal."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.agreements import comparing, negotiation, views
from services.agreements.words import ACT_LABELS, SIDE_LABELS, ProposalAct
from services.console.agreement_words import ratios_text
from services.console.frame import redirect, render
from services.console.session import NeedsScope
from services.kit.database import SessionDep
from services.kit.i18n import lazy, locale_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]
Writer = Annotated[Principal, Depends(NeedsScope(Scope.agreements_write))]
Seen = Annotated[int, Form(ge=1)]
Number = Annotated[int, Query(ge=1, lt=2**31)]


@router.get("/agreements/{agreement_id:uuid}/negotiation")
async def proposals(agreement_id: UUID, request: Request, principal: Reader, session: SessionDep) -> Response:
    """Show every proposal, with the form that accepts the last one."""
    found = await negotiation.show_negotiation(session, principal, agreement_id)
    proposed = [one.seq for one in found.items if one.act is ProposalAct.propose]
    return render(
        request,
        principal,
        "agreements/negotiation.html",
        one=await views.show_agreement(session, principal, agreement_id),
        found=found,
        before=dict(zip(proposed[1:], proposed, strict=False)),
        sides=SIDE_LABELS,
        acts=ACT_LABELS,
        ratios_text=ratios_text,
    )


@router.post("/agreements/{agreement_id:uuid}/negotiation")
async def accept(
    agreement_id: UUID,
    request: Request,
    principal: Writer,
    session: SessionDep,
    seen: Seen,
    seq: Seen,
    note: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Accept the other side's last proposal."""
    await negotiation.accept(session, principal, agreement_id, seen, seq, note)
    return redirect(request, f"/agreements/{agreement_id}/negotiation", lazy("已同意第 {n} 份修改稿"), n=seq)


@router.get("/agreements/{agreement_id:uuid}/compare")
async def compare(
    agreement_id: UUID,
    request: Request,
    principal: Reader,
    session: SessionDep,
    before: Number,
    after: Number,
    of: Literal["versions", "proposals"] = "versions",
) -> Response:
    """Lay two versions or two proposals side by side."""
    versions = of == "versions"
    ask = comparing.compare_versions if versions else comparing.compare_proposals
    return render(
        request,
        principal,
        "agreements/compare.html",
        found=await ask(session, principal, agreement_id, before, after, locale_of(request)),
        agreement=agreement_id,
        versions=versions,
        chinese=comparing.CHINESE,
    )
