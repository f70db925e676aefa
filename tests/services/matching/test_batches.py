"""Approving matches in a batch: first ranks that the investor chose, each a decision of its own."""

from sqlalchemy import func, select

from allocation.lifecycle import State
from services.approvals import service as approvals
from services.approvals import views
from services.approvals.sheets import inbox
from services.kit.database import Database
from services.matching import repo
from services.matching.tables import MatchDecision, MatchRun
from tests.services.matching import factories as make
from tests.services.projects import factories as projects_make

PLACES = {make.PARK: make.SHANGZHOU, make.LUONAN_PARK: make.LUONAN}


async def test_first_ranks_are_held_and_another_waits_for_its_reason(pool: Database, run: MatchRun) -> None:
    async with pool.session() as session:
        first = await make.project(session, make.LAND)
        best = (await repo.candidates(session, make.CITY, run.id, first.id))[0]
        await make.choose(session, make.LAND, best.park, PLACES[best.park])
        other = await make.project(session, make.HALL)
        ranked = await repo.candidates(session, make.CITY, run.id, other.id)
        second = next(row.park for row in ranked[1:] if row.park in PLACES)
        await make.choose(session, make.HALL, second, PLACES[second])
        today = projects_make.TODAY
        found = {one.subject.id: one for one in await inbox(session, make.OFFICE, today)}
        lines = {key: views.line(one, today) for key, one in found.items()}
        assert lines[first.id].why[1].startswith("匹配第 1 名，得分 ")
        assert (lines[first.id].plain, lines[other.id].plain) == (True, False)
        refs = [lines[first.id].ref, lines[other.id].ref]
        items = await approvals.agree_to_all(session, make.OFFICE, refs, "", today)
        assert [(item.done, item.problem) for item in items] == [(True, None), (False, "not-for-batch")]
        assert (first.state, other.state) == (State.held, State.chosen)
        decided = await session.scalar(select(func.count()).select_from(MatchDecision))
        assert decided == 1
