"""Advice over HTTP: `POST /v1/sharing/advice`. It keeps nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.sharing import advice
from services.sharing.advice_schemas import AdviceAnswer, AdviceForm

router = APIRouter(prefix="/v1/sharing", tags=["sharing"])

Anyone = Annotated[Principal, Depends(Requires(Scope.me))]


@router.post("/advice")
async def post_advice(body: AdviceForm, principal: Anyone) -> AdviceAnswer:  # noqa: ARG001 -- signed in is all
    """Say what a rule of fair division gives each party, in exact fractions; nothing is stored.

    Groups of at most eight parties are counted.
    """
    return advice.answer(body)
