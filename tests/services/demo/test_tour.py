"""The demo's links, and the estimate that its story tells."""

import io

from sqlalchemy.ext.asyncio import AsyncSession

from services.demo.progress import Progress
from services.demo.tour import AUDITOR, FINANCE, OFFICE, lead_in_talks, stops, tell_estimate
from tests.services.projects import factories as make
from tests.services.projects.road import lead
from tests.services.regions import factories as regions


async def _said(session: AsyncSession) -> str:
    out = io.StringIO()
    progress = Progress("zh", out)
    with progress.step("估算") as step:
        await tell_estimate(session, make.CITY, step, "zh")
    return out.getvalue()


async def test_without_a_lead_in_talks_the_other_links_stand(session: AsyncSession) -> None:
    await regions.make_city(session)
    found = await stops(session, make.CITY)
    assert [one.path for one in found] == [
        *("/packs", "/advice?form=values&example=1", "/advice?example=1"),
        *("/settlements", "/reconciliation", "/credits"),
        *("/approvals", "/first-talk", "/duplicates?state=all", "/overdue", "/audit", "/evidence"),
    ]
    assert {one.login for one in found} == {OFFICE, FINANCE, AUDITOR}
    assert "做完" in await _said(session)


async def test_a_lead_in_talks_is_estimated_and_linked_with_floor_terms(session: AsyncSession) -> None:
    made = await lead(session)
    assert await lead_in_talks(session, make.CITY) is made
    stop = (await stops(session, make.CITY))[-1]
    assert stop.path == f"/projects/{made.public_id}/transfer?floor_ratio_bp=50&floor_years=5"
    assert stop.login == f"{made.origin}-officer"
    assert "今年考核计入固定资产投资 21,060 万元，五年分得税收 603 万元" in await _said(session)
