"""匹配办法公示卡: how projects are matched, from the settings that the next run will use."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import render
from services.console.matching_words import WORDS
from services.console.session import NeedsScope
from services.kit.clock import ClockDep
from services.kit.database import SessionDep
from services.kit.i18n import lazy
from services.matching.card import card

router = APIRouter()

Anybody = Annotated[Principal, Depends(NeedsScope(Scope.me))]

TIER_WORDS: Final = {
    "leading_bp": lazy("园区首位产业"),
    "main_bp": lazy("园区主导产业"),
    "county_chain_bp": lazy("所在县区的首位或潜力产业链"),
    "park_chain_bp": lazy("与园区某一产业同属一条产业链"),
    "other_bp": lazy("其他"),
}


@router.get("/matches/card")
async def show(request: Request, principal: Anybody, session: SessionDep, clock: ClockDep) -> Response:
    """Show the card of the algorithm to anybody who is signed in."""
    found = await card(session, principal.city, await clock.today(session, principal.city))
    return render(request, principal, "matching/card.html", card=found, words=WORDS | {"tiers": TIER_WORDS})
