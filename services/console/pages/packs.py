"""分享规则: the published rules of sharing, for whoever drafts an agreement; foreign ones are left out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from allocation.sharing.contract.words import Clause
from allocation.sharing.formulas.words import Text
from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.session import NeedsScope
from services.kit.i18n import locale_of
from services.sharing.pack_errors import NoSuchPack
from services.sharing.pack_files import own_packs
from services.sharing.pack_sayings import figures_of, tell
from services.sharing.pack_words import KINDS, LAWS, value_of

router = APIRouter()

Reader = Annotated[Principal, Depends(NeedsScope(Scope.agreements_read))]
PackId = Annotated[str, Path(max_length=64)]


@router.get("/packs")
async def packs(request: Request, principal: Reader) -> Response:
    """List the rules of the drafting menu."""
    shown = [pack for pack in own_packs().values() if pack.in_menu]
    return render(request, principal, "packs/list.html", packs=shown, kinds=KINDS, said=_said(request))


@router.get("/packs/{pack_id}")
async def pack(pack_id: PackId, request: Request, principal: Reader) -> Response:
    """Show one rule: its source, its clauses in words, its settings, its worked examples line by line."""
    one = own_packs().get(pack_id)
    if one is None or not one.in_menu:
        raise NoSuchPack
    locale = locale_of(request)
    clauses = tell(one, replace(one.examples[0], settings={})).clauses
    told = [(example, tell(one, example)) for example in one.examples]
    return render(
        request,
        principal,
        "packs/show.html",
        pack=one,
        kinds=KINDS,
        laws=LAWS,
        clauses=clauses,
        figures=[(figure, value_of(one, figure, locale)) for figure in figures_of(one)],
        examples=[
            (example, [clause for clause in found.clauses if clause not in clauses], found.work)
            for example, found in told
        ],
        said=_said(request),
    )


def _said(request: Request) -> Callable[[Text | Clause], str]:
    english = locale_of(request) == "en"
    return lambda text: text.en if english else text.zh
