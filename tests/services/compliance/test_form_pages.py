"""The forms of compliance open only for those whose record the program would take."""

import httpx
from fastapi import FastAPI

from auth.principal import Role
from services.accounts.tables import SessionKind
from services.console.session import COOKIE
from services.kit.database import Database
from tests.services.accounts.factories import opened
from tests.services.compliance import records
from tests.services.projects import factories as make
from tests.services.projects import road


async def status(app: FastAPI, role: Role, place: str | None, path: str) -> int:
    signed = await opened(app.state.database, role, place, kind=SessionKind.console)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        client.cookies.set(COOKIE, signed.secret.text)
        return (await client.get(path, headers={"accept": "text/html"})).status_code


async def test_a_form_opens_for_those_who_may_record(app: FastAPI, database: Database) -> None:
    async with database.session() as session:
        lead = await road.chosen(session)
        await records.complete(session, lead.id, make.SHANGZHOU)
    at = f"/projects/{lead.public_id}/compliance"
    office, host = (Role.city_office, None), (Role.county_officer, make.SHANGZHOU)
    purse = (Role.county_finance, make.SHANGZHOU)
    assert [await status(app, *who, at) for who in (office, host, purse)] == [200, 200, 200]
    for record, opens in (
        ("sheet", {host}),
        ("fair-review", {host}),
        ("minutes", {host}),
        ("finance", {purse}),
        ("legal", {office, host}),
    ):
        for who in (office, host, purse):
            found = await status(app, *who, f"{at}/{record}")
            assert found == (200 if who in opens else 403), (record, who)
