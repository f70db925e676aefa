"""Many claimers, one lead: `python -m tests.drills.claims [--rounds 40] [--claimers 10] [--plant]`.

In each round all claimers, each on a connection of their own, ask at once for the exclusive hold of one lead
by `projects.take_hold`, the step behind the city's decision. Exactly one may get it: one answer, one active
hold, one move in the history. The long form is `--rounds 1000 --claimers 50`.

Every tenth round is a race for a county's cap: the claimers ask at once for as many leads, of which the
county may hold three without evidence of progress. Exactly three may get theirs.

`--plant` puts a check-then-write in the place of the one conditional statement and drops the unique index
behind it: several winners must then be seen. It also takes the lock from the count of a county's holds, and
the guard from the database: more holds than the cap must be seen. What such code risks is made certain:
nobody writes before all have looked.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.kit.database import Database
from services.kit.errors import DomainError
from services.projects import limits
from services.projects import service as projects
from services.projects.errors import AlreadyHeld, HoldCapReached
from services.projects.schemas import AcceptanceForm
from services.projects.steps import deciding
from services.projects.tables import Project
from services.regions.settings import set_setting
from tests.drills.stage import QUICK, Findings, finish, migrated, own_server, parser, tell
from tests.services.projects import factories as make
from tests.services.projects import road

SEVERAL = "several_holders"
BEYOND = "beyond_the_cap"
CAP = 3
"""Open holds that the county may have in a race for its cap."""
PLENTY = 1_000
"""What it may have in a race for one lead, so that the cap stands against nobody."""
CAP_EVERY = 10
"""Of so many rounds one is a race for the cap; the first is."""
SMALL = {"land_mu": 100, "energy_tce": 10, "water_td": 1, "cod_kg": 1}
"""What each lead needs, so that the park has room for all."""
UNGUARDED = text(
    """
    WITH taken AS (
        UPDATE project
        SET state = 'held', host_county = CAST(:county AS text), host_park = CAST(:park AS text),
            version = version + 1, updated_at = clock_timestamp()
        WHERE city = :city AND id = :project AND CAST(:version AS bigint) > 0
        RETURNING city, id, land_mu, hall_m2, energy_tce, water_td, cod_kg, land_deadline
    )
    INSERT INTO hold (city, id, project, county, park, run, land_mu, hall_m2, energy_tce, water_td, cod_kg,
                      land_deadline, held_by)
    SELECT city, CAST(:hold AS uuid), id, CAST(:county AS text), CAST(:park AS text), CAST(:run AS uuid),
           land_mu, hall_m2, energy_tce, water_td, cod_kg, land_deadline, CAST(:held_by AS uuid)
    FROM taken
    RETURNING id
    """
)
"""The same without its condition: it trusts what was read before."""


async def run(database: Database, rounds: int, claimers: int) -> Findings:
    """Hold the rounds and count."""
    found = Findings()
    async with database.session() as session:
        lead, *many = await _chosen(session, claimers + 1)
    for number in range(1, rounds + 1):
        await _round(database, lead, claimers, found)
        async with database.session() as session:
            await _free(session, [lead])
        if number % CAP_EVERY == 1:
            await _cap_round(database, many, found)
            async with database.session() as session:
                await _free(session, many)
        if number % max(1, rounds // 5) == 0:
            tell(f"claims: {number} of {rounds} rounds, {found.counts['lost_the_race']} lost the race so far")
    found.counts["rounds"], found.counts["claims"] = rounds, rounds * claimers
    found.check(found.counts["lost_the_race"] > 0 or claimers == 1, "no_race", "nobody met anybody")
    return found


async def _round(database: Database, lead: UUID, claimers: int, found: Findings) -> None:
    gate = asyncio.Barrier(claimers)
    answers = await asyncio.gather(*(_claim(database, lead, number, gate) for number in range(claimers)))
    won = [hold for hold in answers if isinstance(hold, UUID)]
    found.counts["lost_the_race"] += answers.count(AlreadyHeld.slug)
    found.counts["came_too_late"] += answers.count("move-refused")
    found.counts["won"] += len(won)
    async with database.session() as session:
        rows = await session.execute(
            text("SELECT id FROM hold WHERE project = :lead AND released_at IS NULL"), {"lead": lead}
        )
        active: Sequence[UUID] = rows.scalars().all()
        rows = await session.execute(
            text("SELECT count(*) FROM project_move WHERE project = :lead AND action = 'hold'"),
            {"lead": lead},
        )
        moves = rows.scalar_one()
    moved, found.counts["moves"] = moves - found.counts["moves"], moves
    found.check(len(won) <= 1 and len(active) <= 1, SEVERAL, f"{len(won)} answers, {len(active)} holds")
    found.check(len(won) >= 1 and len(active) >= 1, "no_holder", f"{answers}")
    found.check(moved == len(won), "history", f"{moved} moves for {len(won)} answers")
    found.check(set(won) == set(active), "another_holder", f"{won} {active}")


async def _chosen(session: AsyncSession, count: int) -> list[UUID]:
    """Bring leads to the investor's choice of one park."""
    rows = [make.project_input(f"6110-2026-{number:04}", **SMALL) for number in range(1, count + 1)]
    await make.make_pool(session, *rows)
    await _allow(session, PLENTY)
    leads = list(await session.scalars(select(Project).order_by(col(Project.code))))
    small = road.letter().model_copy(update=SMALL)
    for lead in leads:
        await projects.propose(session, make.OFFICE, lead.id, [make.PARK])
        await projects.record_consent(session, road.OFFICER, lead.id, road.consent(make.SHANGZHOU))
        terms = AcceptanceForm(park=make.PARK)
        await projects.accept_terms(session, road.HOST_LEADER, lead.public_id, terms)
        await projects.commit(session, road.HOST, lead.public_id, small)
        await projects.record_choice(session, make.OFFICE, lead.id, road.choice())
    return [lead.id for lead in leads]


async def _allow(session: AsyncSession, holds: int) -> None:
    """Set how many open holds the county may have."""
    await set_setting(session, make.OFFICE, "open_hold_cap", holds, date(2020, 1, 1))


async def _cap_round(database: Database, leads: Sequence[UUID], found: Findings) -> None:
    """Let all ask at once for a lead each, of one county: as many may get theirs as its cap allows."""
    async with database.session() as session:
        await _allow(session, CAP)
    gate = asyncio.Barrier(len(leads))
    asked = enumerate(leads)
    answers = await asyncio.gather(*(_claim(database, lead, number, gate) for number, lead in asked))
    won = sum(isinstance(answer, UUID) for answer in answers)
    refused = answers.count(HoldCapReached.slug)
    found.counts["cap_rounds"] += 1
    found.counts["cap_refused"] += refused
    async with database.session() as session:
        rows = await session.execute(
            text("SELECT count(*) FROM hold WHERE county = :county AND released_at IS NULL"),
            {"county": make.SHANGZHOU},
        )
        active = rows.scalar_one()
        await _allow(session, PLENTY)
    most = min(CAP, len(leads))
    found.check(won <= most and active <= most, BEYOND, f"{won} answers, {active} holds, cap {most}")
    found.check(won >= most, "cap_not_used", f"{won} of {most}")
    found.check(won + refused == len(leads), "cap_answers", f"{answers}")


async def _claim(database: Database, lead: UUID, number: int, gate: asyncio.Barrier) -> UUID | str:
    """Ask for the hold when all are there; the hold's id, or why not."""
    officer = make.principal(make.Role.city_office, make.CITY, number)
    try:
        async with database.session() as session:
            await gate.wait()
            return (await projects.take_hold(session, officer, lead, make.PARK)).id
    except DomainError as error:
        return error.slug


async def _free(session: AsyncSession, leads: Sequence[UUID]) -> None:
    """Put the leads back to the investor's choice for the next round."""
    await session.execute(
        text(
            "UPDATE hold SET released_at = clock_timestamp(), release_reason = 'drill'"
            " WHERE project = ANY(:leads) AND released_at IS NULL"
        ),
        {"leads": list(leads)},
    )
    await session.execute(
        text(
            "UPDATE project SET state = 'chosen', host_county = NULL, host_park = NULL, version = version + 1"
            " WHERE id = ANY(:leads) AND state = 'held'"
        ),
        {"leads": list(leads)},
    )


async def _nobody_waits(*_args: object) -> None:
    """Stand for the lock of a county's count, and take none."""


async def _drill(url: str, rounds: int, claimers: int, *, plant: bool) -> Findings:
    database = Database(url, pool_size=claimers)
    guarded, alone, room = deciding.TAKE_HOLD, limits.alone, deciding.require_room_for_hold
    gate = asyncio.Barrier(claimers)

    async def counted_before_anybody_wrote(*asked: Any) -> None:
        await room(*asked)
        async with asyncio.timeout(60):
            await gate.wait()

    try:
        if plant:
            async with database.session() as session:
                await session.execute(text("DROP INDEX uq_hold_active"))
                await session.execute(text("DROP TRIGGER hold_pool_guard ON hold"))
            deciding.TAKE_HOLD, limits.alone = UNGUARDED, _nobody_waits
            deciding.require_room_for_hold = counted_before_anybody_wrote
        return await run(database, rounds, claimers)
    finally:
        deciding.TAKE_HOLD, limits.alone, deciding.require_room_for_hold = guarded, alone, room
        await database.close()


def main() -> None:
    """Run the drill."""
    options = parser("claims", __doc__)
    options.add_argument("--rounds", type=int, default=40)
    options.add_argument("--claimers", type=int, default=10)
    options.add_argument("--plant", action="store_true", help="check first, write then")
    asked = options.parse_args()
    started = time.monotonic()
    with own_server(QUICK) as server:
        found = asyncio.run(_drill(migrated(server), asked.rounds, asked.claimers, plant=asked.plant))
    finish("claims", found, SEVERAL if asked.plant else None, started)


if __name__ == "__main__":
    main()
