"""Lines towards parties outside the city: they stand on the county's paper with their route, by themselves.

What such a line owes runs neither through the city's year-end settlement nor through its netting, so it is
no part of the paper's own lines, sums and budget subjects. Its number goes on where those of the lines end.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.statement import Direction, Sheet
from services.agreements.parties import outside_parties
from services.ledger import repo

Route = Mapping[str, str]


async def names_and_routes(session: AsyncSession, city: str) -> tuple[dict[str, str], dict[str, Route]]:
    """Return the names of all parties by code, and of those outside the city how they settle."""
    parties = await outside_parties(session, city)
    names = await repo.region_names(session, city)
    routes: dict[str, Route] = {
        code: {"place": party.place, "kind": party.kind.value, "route": party.route}
        for code, party in parties.items()
    }
    return names | {code: party.name for code, party in parties.items()}, routes


def parted(made: Sheet, outside: Mapping[str, Route]) -> tuple[Sheet, Sheet]:
    """Part a county's sheet into the lines within the city and those towards parties outside it."""
    home = tuple(line for line in made.lines if line.counterparty not in outside)
    away = tuple(line for line in made.lines if line.counterparty in outside)
    return Sheet(county=made.county, lines=home), Sheet(county=made.county, lines=away)


def outside_part(away: Sheet, lines: list[dict[str, Any]], outside: Mapping[str, Route]) -> dict[str, Any]:
    """Return the part of a body on parties outside the city; nothing where there is no such line.

    Args:
        away: the lines' sheet.
        lines: the same lines as the body shows them.
        outside: how parties settle, by code.
    """
    if not lines:
        return {}
    return {
        "outside": {
            "lines": [line | {"settles": dict(outside[line["counterparty"]])} for line in lines],
            "up_fen": away.gross(Direction.up),
            "down_fen": away.gross(Direction.down),
        }
    }


def all_lines(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every line of a body by number: within the city first, then towards parties outside it."""
    return [*body["lines"], *body.get("outside", {}).get("lines", [])]
