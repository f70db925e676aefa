"""The check of a printed paper for other programs; like the page, for anybody who holds the paper."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from services.documents.verification import verify
from services.kit.database import SessionDep

router = APIRouter(prefix="/v1", tags=["documents"])

Number = Annotated[str, Path(max_length=60)]
Code = Annotated[str, Query(max_length=80, description="the 16 digits on the paper, with or without hyphens")]


class VerificationView(BaseModel):
    """Whether number and check code belong together.

    Of a number whose code does not match nothing is said, also not whether there is such a number. `period`
    is empty for papers without one; `outdated` tells that a later version took the paper's place.
    """

    number: str
    match: bool
    period: str = ""
    version: int | None = None
    outdated: bool = False


@router.get("/verify/{number}")
async def get_verification(number: Number, session: SessionDep, code: Code) -> VerificationView:
    """Tell whether a printed paper is ours: number, period and match, and nothing else."""
    found = await verify(session, number, code)
    if found is None:
        return VerificationView(number=number, match=False)
    return VerificationView(
        number=found.number,
        match=True,
        period=found.period,
        version=found.version,
        outdated=found.outdated,
    )
