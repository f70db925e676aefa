"""The published rules of sharing over HTTP: `GET /v1/sharing/packs` and one of them."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from auth.dependencies import Requires
from auth.principal import Principal
from auth.scopes import Scope
from services.sharing.pack_errors import NoSuchPack
from services.sharing.pack_files import own_packs
from services.sharing.pack_sayings import figures_of, tell
from services.sharing.packs_schemas import (
    ExampleView,
    FigureView,
    LawView,
    Packs,
    PackView,
    SourceView,
    Words,
)

router = APIRouter(prefix="/v1/sharing", tags=["sharing"])

Reader = Annotated[Principal, Depends(Requires(Scope.agreements_read))]
PackId = Annotated[str, Path(max_length=64, pattern="^[0-9a-z-]+$")]
Foreign = Annotated[bool, Query(description="also those that no drafting menu shows")]


@router.get("/packs")
async def get_packs(principal: Reader, foreign: Foreign = False) -> Packs:  # noqa: ARG001 -- the right is all; a flag of the address
    """List the published rules of sharing with their settings and worked examples."""
    return Packs(items=[_view(pack.id) for pack in own_packs().values() if pack.in_menu or foreign])


@router.get("/packs/{pack_id}")
async def get_pack(pack_id: PackId, principal: Reader) -> PackView:  # noqa: ARG001 -- the right is all
    """Return one rule, of the menu or not."""
    if pack_id not in own_packs():
        raise NoSuchPack
    return _view(pack_id)


@cache
def _view(pack_id: str) -> PackView:
    """Work a pack's examples out once: packs change only with the program."""
    pack = own_packs()[pack_id]
    return PackView(
        id=pack.id,
        name=Words.model_validate(pack.name),
        kind=pack.kind,
        in_menu=pack.in_menu,
        source=SourceView.model_validate(pack.source),
        laws={name: LawView.model_validate(law) for name, law in pack.laws.items()},
        settings=[FigureView.model_validate(one) for one in figures_of(pack)],
        examples=[
            ExampleView(
                name=Words.model_validate(one.name),
                illustrative=one.illustrative,
                statement=[Words.model_validate(line) for line in tell(pack, one).statement],
            )
            for one in pack.examples
        ],
    )
