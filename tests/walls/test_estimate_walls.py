"""What a county may learn by estimating leads of its own invention: nothing of others' leads or grounds.

The second world differs in all that the county must not see of leads, and in every other county's parks,
plots, halls and quotas. Whatever is typed, both answer the same bytes.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from tests.services.projects import factories as make
from tests.services.projects.person import Person
from tests.services.projects.test_registration_pages import FILLED
from tests.walls.conftest import SOURCE, Site, application
from tests.walls.hidden import change
from tests.walls.world import HOST, OUTSIDER, World

WHY_NOT: Final = "首谈地现在不能自行承载这个项目"
GROUNDS: Final = {
    "park": "energy_tce = energy_tce * 3 + 7, water_td = water_td * 3 + 7, cod_kg = cod_kg * 3 + 7,"
    " investment_floor_fen_per_mu = investment_floor_fen_per_mu + 100000000 WHERE owner <> :county",
    "plot": "area_mu = area_mu * 2 + 300 WHERE park IN (SELECT code FROM park WHERE owner <> :county)",
    "hall": "area_m2 = area_m2 * 2 + 900 WHERE park IN (SELECT code FROM park WHERE owner <> :county)",
    "region": "energy_quota_tce = energy_quota_tce + 77, cod_quota_kg = cod_quota_kg + 77,"
    " land_quota_mu = land_quota_mu + 7700 WHERE code <> :county",
}
"""What other counties have to offer, changed."""
TYPED: Final[list[dict[str, str]]] = [
    {},
    {"land_mu": "20000"},
    {"land_mu": "0", "hall_m2": "3000000"},
    {"energy_tce": "99999999", "water_td": "99999999", "cod_kg": "99999999"},
    {"investment_fen": "1", "fixed_investment_fen": "1", "tax_fen": "0", "land_mu": "500"},
    {"land_mu": "1", "energy_tce": "1", "water_td": "1", "cod_kg": "0", "land_deadline": "2029-12-31"},
]
ASKED: Final[list[dict[str, Any]]] = [
    {"origin": OUTSIDER},
    {"origin": OUTSIDER, "host": HOST},
    {"origin": OUTSIDER, "host": "999999"},
    {"origin": HOST},
    {"origin": HOST, "host": OUTSIDER, "can_host": True},
    {"origin": "999999", "can_host": False},
]


@pytest.fixture(scope="module")
async def pair(
    server: EmbeddedPostgres, world: World, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Site, Site]]:
    folder: Path = tmp_path_factory.mktemp("estimates")
    for name in ("estimate_one", "estimate_other"):
        server.create_database(name, template=SOURCE)
    database = Database(server.url("estimate_other"))
    try:
        async with database.session() as session:
            await change(session, OUTSIDER)
            await _change_grounds(session)
    finally:
        await database.close()
    async with (
        application(server.url("estimate_one"), folder) as one,
        application(server.url("estimate_other"), folder) as other,
    ):
        yield Site(one, world), Site(other, world)


async def _change_grounds(session: AsyncSession) -> None:
    for table, assignments in GROUNDS.items():
        await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        changed = await session.execute(text(f"UPDATE {table} SET {assignments}"), {"county": OUTSIDER})
        assert changed.rowcount, f"nothing of others in {table}"


async def typed(site: Site, role: Role, **fields: str) -> httpx.Response:
    """Send the register page's estimate of a lead."""
    async with site.client(role) as client:
        form = FILLED | {"step": "estimate"} | fields
        return await Person(client).send("/projects/new", **form)


async def both(pair: tuple[Site, Site], role: Role, **fields: str) -> list[httpx.Response]:
    return list(await asyncio.gather(*(typed(site, role, **fields) for site in pair)))


async def parks_of(site: Site, county: str) -> tuple[set[str], set[str]]:
    """The names of a county's parks, and of all others'."""
    async with site.app.state.database.session() as session:
        rows = list(await session.execute(text("SELECT name, owner FROM park")))
    own = {row.name for row in rows if row.owner == county}
    return own, {row.name for row in rows} - own


def told_of(page: str) -> str:
    """The panel without its marks."""
    return re.sub(r"<[^>]+>", "", page.partition('id="estimate"')[2].partition("</section>")[0])


@pytest.mark.parametrize("role", [Role.county_officer, Role.county_leader])
async def test_no_typed_lead_tells_of_others_grounds_or_leads(pair: tuple[Site, Site], role: Role) -> None:
    own, others = await parks_of(pair[0], OUTSIDER)
    refused = []
    for fields in TYPED if role is Role.county_officer else TYPED[:2]:
        one, other = await both(pair, role, origin=OUTSIDER, **fields)
        assert (one.status_code, other.status_code) == (200, 200), fields
        told = told_of(one.text)
        assert told == told_of(other.text) != "", fields
        assert not [name for name in others if name in told], fields
        if WHY_NOT in told:
            refused.append(fields)
            assert all(name in told for name in own), fields
    assert own
    assert refused, "no lead was too large for the county: nothing was tried"


async def test_another_countys_grounds_are_not_asked_by_naming_it_as_the_origin(
    pair: tuple[Site, Site],
) -> None:
    for origin in (HOST, make.CITY, "999999", f"{OUTSIDER} ", ""):
        answers = await both(pair, Role.county_officer, origin=origin, land_mu="20000")
        asked = origin.strip() == OUTSIDER  # blanks are taken off what is typed
        for answer in answers:
            assert answer.status_code == (200 if asked else 422), origin
            assert asked or WHY_NOT not in answer.text
        assert told_of(answers[0].text) == told_of(answers[1].text)


async def test_the_citys_office_sees_the_difference(pair: tuple[Site, Site]) -> None:
    own, _ = await parks_of(pair[0], HOST)
    one, other = await both(pair, Role.city_office, origin=HOST, land_mu="20000")
    assert told_of(one.text) != told_of(other.text)
    for answer in (one, other):
        assert any(name in told_of(answer.text) for name in own)


async def test_the_calculator_over_http_reads_no_lead_and_no_grounds(pair: tuple[Site, Site]) -> None:
    facts = {
        "tax_fen": 10**11,
        "investment_fen": 10**13,
        "fixed_investment_fen": 10**12,
        "output_fen": 10**12,
    }
    shown = 0
    for asked in ASKED:
        answers = []
        for site in pair:
            headers = await site.bearer(site.world.person(Role.county_officer))
            async with site.client() as client:
                answers.append(await client.post("/v1/sharing/estimate", json=facts | asked, headers=headers))
        assert answers[0].status_code == answers[1].status_code, asked
        shown += answers[0].status_code == 200
        told = [answer.json() for answer in answers]
        for body in told:
            body.pop("instance", None)
        assert told[0] == told[1], asked
        assert not told[0].get("why_not"), "parks are named for a lead of one's own only"
    assert shown >= 3


async def test_the_estimate_of_anothers_lead_answers_as_if_there_were_none(site: Site) -> None:
    headers = await site.bearer(site.world.person(Role.county_officer))
    deal = {"ratio_bp": 5_000, "years": 5}
    async with site.client() as client:

        async def ask(ref: object) -> tuple[int, dict[str, Any]]:
            answer = await client.get(f"/v1/projects/{ref}/estimate", params=deal, headers=headers)
            told = answer.json()
            told.pop("instance", None)
            return answer.status_code, told

        nothing = await ask("01a00000-0000-7000-8000-000000000000")
        assert nothing[0] == 404
        found = {kind: await ask(lead) for kind, lead in site.world.leads.items()}
    for kind, (status, told) in found.items():
        seen = kind == "revealed"  # its papers are open to this county, its estimate is not
        assert status == (409 if seen else 404), (kind, told)
        assert seen or (status, told) == nothing, kind
