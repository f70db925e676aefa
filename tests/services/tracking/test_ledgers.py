"""The three segment ledgers: days, walls, filters, totals, pages of the API, the workbook."""

from io import BytesIO

import httpx
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook

from allocation.tracking.words import Department, Segment
from auth.principal import Role
from services.kit.database import Database
from services.kit.pagination import BadCursor
from services.tracking.ledgers import ledger, ledger_page
from services.tracking.queries import segments
from services.tracking.schemas import SegmentFilter
from tests.services.accounts.factories import bearer
from tests.services.projects import factories as make
from tests.services.tracking.conftest import TODAY, Cast, ago


async def test_each_sees_its_own_with_the_days_worked_by_hand(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        rows, totals = await ledger(session, cast.office, TODAY, SegmentFilter())
        told = {row.project: (row.segment, row.since, row.days, row.segment_days) for row in rows}
        assert told == {
            cast.talking: (Segment.talking, ago(252), 252, 252),
            cast.signed: (Segment.signed, ago(40), 40, 40),
            cast.building: (Segment.building, ago(30), 30, 30),
        }
        assert [(sum_.county, sum_.segment, sum_.projects) for sum_ in totals] == [
            (make.SHANGZHOU, Segment.signed, 1),
            (make.SHANGZHOU, Segment.building, 1),
            (make.DANFENG, Segment.talking, 1),
        ]
        assert totals[0].investment_fen == 52_650 * 1_000_000
        assert {row.department for row in rows} == {Department.commerce, Department.reform}
        for person, seen in (
            (cast.host, {cast.signed, cast.building}),
            (cast.origin, {cast.talking, cast.signed, cast.building}),
            (cast.stranger, set()),
            (cast.finance, set()),
        ):
            found, _ = await ledger(session, person, TODAY, SegmentFilter())
            assert {row.project for row in found} == seen
        masked, _ = await ledger(session, cast.auditor, TODAY, SegmentFilter())
        assert {row.origin for row in masked} == {None}
        assert not {"签约项目", "开工项目"} & {row.name for row in masked}
        assert len(await segments(session, make.CITY, TODAY)) == 3


async def test_filters_and_pages(database: Database, cast: Cast) -> None:
    async with database.session() as session:
        for asked, seen in (
            (SegmentFilter(segment=Segment.signed), [cast.signed]),
            (SegmentFilter(county=make.DANFENG), [cast.talking]),
            (SegmentFilter(department=Department.reform), [cast.building]),
            (SegmentFilter(min_days=40), [cast.talking, cast.signed]),
            (SegmentFilter(blocked=True), []),
        ):
            rows, _ = await ledger(session, cast.office, TODAY, asked)
            assert [row.project for row in rows] == seen
        secret, everything = "s" * 32, SegmentFilter()
        first = await ledger_page(session, cast.office, TODAY, everything, secret=secret, limit=2)
        assert (first.total, len(first.items), len(first.totals)) == (3, 2, 3)
        rest = await ledger_page(
            session, cast.office, TODAY, everything, secret=secret, limit=2, cursor=first.next
        )
        assert ([row.project for row in rest.items], rest.next) == ([cast.building], None)
        with pytest.raises(BadCursor):
            await ledger_page(
                session, cast.host, TODAY, everything, secret=secret, limit=2, cursor=first.next
            )


async def test_over_http_and_as_a_workbook(app: FastAPI, client: httpx.AsyncClient, cast: Cast) -> None:
    _, office = await bearer(app, Role.city_office, make.CITY)
    answer = (await client.get("/v1/tracking?segment=signed", headers=office)).json()
    assert [row["name"] for row in answer["items"]] == ["签约项目"]
    assert (await client.get("/v1/tracking?segment=nothing", headers=office)).status_code == 422
    book = await client.get("/v1/tracking.xlsx?segment=signed", headers=office)
    told = [cell.value for sheet in load_workbook(BytesIO(book.content)) for row in sheet for cell in row]
    assert "签约项目" in told
    assert "开工项目" not in told
