"""Many claimers, one lead: `python -m tests.drills.claims [--rounds 40] [--claimers 10] [--plant]`.

In each round all claimers, each on a connection of their own, ask at once for the exclusive hold of one lead
by `projects.take_hold`, the step behind the city's decision. Exactly one may get it: one answer, one active
hold, one move in the history. The long form is `--rounds 1000 --claimers 50`.

`--plant` puts a check-then-write in the place of the one conditional statement and drops the unique index
behind it: several winners must then be seen.
"""

import asyncio
import time
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from services.kit.database import Database
from services.kit.errors import DomainError
from services.projects import service as projects
from services.projects.errors import AlreadyHeld
from services.projects.steps import deciding
from tests.drills.stage import QUICK, Findings, finish, migrated, own_server, parser, tell
from tests.services.projects import factories as make
from tests.services.projects import road

SEVERAL = "several_holders"
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
        lead = (await road.chosen(session)).id
    for number in range(1, rounds + 1):
        await _round(database, lead, claimers, found)
        async with database.session() as session:
            await _free(session, lead)
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


async def _claim(database: Database, lead: UUID, number: int, gate: asyncio.Barrier) -> UUID | str:
    """Ask for the hold when all are there; the hold's id, or why not."""
    officer = make.principal(make.Role.city_office, make.CITY, number)
    try:
        async with database.session() as session:
            await gate.wait()
            return (await projects.take_hold(session, officer, lead, make.PARK)).id
    except DomainError as error:
        return error.slug


async def _free(session, lead: UUID) -> None:
    """Put the lead back to the investor's choice for the next round."""
    await session.execute(
        text(
            "UPDATE hold SET released_at = clock_timestamp(), release_reason = 'drill'"
            " WHERE project = :lead AND released_at IS NULL"
        ),
        {"lead": lead},
    )
    await session.execute(
        text(
            "UPDATE project SET state = 'chosen', host_county = NULL, host_park = NULL, version = version + 1"
            " WHERE id = :lead"
        ),
        {"lead": lead},
    )


async def _drill(url: str, rounds: int, claimers: int, *, plant: bool) -> Findings:
    database = Database(url, pool_size=claimers)
    guarded = deciding.TAKE_HOLD
    try:
        if plant:
            async with database.session() as session:
                await session.execute(text("DROP INDEX uq_hold_active"))
            deciding.TAKE_HOLD = UNGUARDED
        return await run(database, rounds, claimers)
    finally:
        deciding.TAKE_HOLD = guarded
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
