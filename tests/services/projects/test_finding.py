"""A lead is found by its code or its page's address, and by its code only where its code is seen."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.projects.finding import find_ref
from tests.services.projects import factories as make
from tests.services.projects.road import OFFICER, pooled


async def test_a_code_finds_for_those_who_see_it_alone(session: AsyncSession) -> None:
    own = await pooled(session)
    for who in (OFFICER, make.OFFICE):
        assert await find_ref(session, who, f" {own.code}\n") == own.public_id
    for stranger in (make.officer(make.LUONAN), make.leader(make.SHANGZHOU)):
        assert await find_ref(session, stranger, own.code) == own.code
    assert await find_ref(session, OFFICER, "6110-2026-9999") == "6110-2026-9999"


async def test_an_address_is_cut_down_to_the_lead(session: AsyncSession) -> None:
    own = await pooled(session)
    shown = f"/projects/{own.public_id}"
    for typed in (
        shown,
        f"http://127.0.0.1:8080{shown}?x=1",
        f"https://pool.example{shown}/files",
        own.public_id,
    ):
        assert await find_ref(session, OFFICER, typed) == own.public_id
