"""What must be true after the kills: each acknowledged write once, nothing else, and books that hold."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.known import last_known
from services.ledger import service
from services.ledger.calculation import calculate, read_knowledge
from tests.drills.stage import Findings
from tests.services.ledger.factories import CITY

LOST, DOUBLED, OTHER, BOOKS = "lost", "doubled", "never_acknowledged", "books"
LEADS = "SELECT p.name, p.public_id FROM project p WHERE p.name LIKE 'drill %'"
RUNS = "SELECT id::text, period FROM calc_run"


async def leads(session: AsyncSession, told: Mapping[str, str], found: Findings) -> None:
    """Every lead once, under the id that its client was told, with one move and one event."""
    stored: dict[str, list[str]] = {}
    for name, number in await session.execute(text(LEADS)):
        stored.setdefault(name, []).append(number)
    found.counts["stored"] = sum(map(len, stored.values()))
    for name, number in told.items():
        there = stored.pop(name, [])
        found.check(number in there, LOST, f"{name} was acknowledged as {number} and is not there")
        found.check(len(there) < 2, DOUBLED, f"{name} is there {len(there)} times")
    found.check(not stored, OTHER, f"{len(stored)} leads that nobody was told of")
    rows = await session.execute(
        text(
            "SELECT count(*) FROM project p WHERE p.name LIKE 'drill %' AND"
            " (SELECT count(*) FROM project_move m WHERE m.city = p.city AND m.project = p.id) <> 1"
        )
    )
    found.check(rows.scalar_one() == 0, "torn", "a lead without its one move")


async def books(session: AsyncSession, told: Mapping[str, str], found: Findings) -> None:
    """Every run once; each county's book balances; what is due up to the last month is booked, once."""
    stored = dict((await session.execute(text(RUNS))).all())
    found.counts["runs"] = len(told)
    for number, month in told.items():
        found.check(stored.pop(number, "") == month, LOST, f"the run of {month}")
    found.check(not stored, DOUBLED, f"runs that nobody was told of: {sorted(stored.values())}")
    faults = await service.book_faults(session, CITY)
    found.check(not faults, BOOKS, f"{faults}")
    if told:
        known = await last_known(session, CITY)
        due = await calculate(session, await read_knowledge(session, CITY, known), max(told.values()))
        found.check(due.settled, BOOKS, "what is due is not what is booked")
    found.counts["journals"] = (await session.execute(text("SELECT count(*) FROM journal"))).scalar_one()
