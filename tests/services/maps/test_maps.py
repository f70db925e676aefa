"""Loading a map, what it refuses, what each person sees of it: by the service, over HTTP and on the page."""

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Role
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.maps.errors import BadMap, NoSuchCity
from services.maps.reading import MAX_BYTES, read_boundaries
from services.maps.service import MapSource, import_map, map_in_force
from tests.services.accounts.factories import bearer
from tests.services.console.conftest import Site
from tests.services.maps.outlines import COUNTIES, collection, feature, sketch

CITY = "611000"
TODAY = date(2027, 1, 15)
GIVEN = MapSource(source="测试用示意轮廓", sketch=True)


def faults(content: bytes) -> list[tuple[str, str]]:
    """Where a file is refused and why."""
    with pytest.raises(BadMap) as caught:
        read_boundaries(content, COUNTIES)
    return [(place.pointer, place.code) for place in caught.value.errors]


def of(**geometry: Any) -> bytes:
    return collection(feature("611002", 109, 33) | {"geometry": geometry})


RING = [[109, 33], [110, 33], [110, 34], [109, 33]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"{", [("", "not-json")]),
        (b'{"type": NaN}', [("", "not-json")]),
        (b"[]", [("", "not-a-collection")]),
        (collection(), [("", "features")]),
        (collection(feature("611002", 109, 33), crs={"name": "EPSG:4490x"}), [("", "other-coordinates")]),
        (b" " * (MAX_BYTES + 1), [("", "too-large")]),
        (collection({"type": "Point"}), [("/features/0", "not-a-feature")]),
        (collection(feature("x", 109, 33)), [("/features/0/properties", "no-code")]),
        (collection(feature("610100", 109, 33)), [("/features/0/properties", "unknown")]),
        (
            collection(feature("611002", 109, 33), feature("611002", 110, 33), feature("611021", 1, 2)),
            [("/features/1/properties", "twice"), ("/features/2/geometry/coordinates", "far-away")],
        ),
        (of(type="LineString", coordinates=[]), [("/features/0/geometry", "not-a-polygon")]),
        (of(type="Polygon", coordinates=[]), [("/features/0/geometry/coordinates", "no-coordinates")]),
        (of(type="Polygon", coordinates=[RING[:3]]), [("/features/0/geometry/coordinates", "not-closed")]),
        (
            of(type="Polygon", coordinates=[[*RING[:3], [1]]]),
            [("/features/0/geometry/coordinates", "not-a-position")],
        ),
        (
            of(type="MultiPolygon", coordinates=[[[*RING[:3], ["109", 33]]]]),
            [("/features/0/geometry/coordinates", "not-a-position")],
        ),
    ],
)
def test_a_file_that_is_no_map_is_refused_with_every_place(
    content: bytes, expected: list[tuple[str, str]]
) -> None:
    assert faults(content) == expected


def test_codes_by_any_of_three_names_and_holes_are_read() -> None:
    content = collection(
        feature("611021", 110, 33, key="行政区划代码"),
        feature("611002", 109, 33) | {"geometry": {"type": "MultiPolygon", "coordinates": [[RING, RING]]}},
    )
    found = read_boundaries(b"\xef\xbb\xbf" + content, COUNTIES)
    assert [(one.county, len(one.rings)) for one in found] == [("611002", 2), ("611021", 1)]


@pytest.fixture(scope="module")
async def city(site: Site) -> AsyncIterator[Database]:
    """The database behind the site."""
    database = Database(site.url, pool_size=4)
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        (MapSource(source="", sketch=True), "/source"),
        (MapSource(source="天地图"), "/approval"),
        (MapSource(source="天地图", approval="没有"), "/approval"),
        (MapSource(source="天地图", approval="GS(2024)0650号", sketch=True), "/approval"),
    ],
)
async def test_a_map_names_its_source_and_approval(city: Database, given: MapSource, pointer: str) -> None:
    async with city.session() as session:
        with pytest.raises(BadMap) as caught:
            await import_map(session, CITY, sketch(), given, TODAY)
    assert [place.pointer for place in caught.value.errors] == [pointer]


async def _undone(session: AsyncSession) -> None:
    await session.rollback()


async def test_a_new_file_is_a_new_version_and_versions_stay(city: Database) -> None:
    async with city.session() as session:
        given = MapSource(source="天地图", approval="陕S(2023)012号")
        loaded, missing = await import_map(
            session, CITY, collection(feature("611002", 109, 33)), given, TODAY
        )
        assert (loaded.version, loaded.approval) == (2, "陕S(2023)012号")
        assert len(missing) == 6
        assert await map_in_force(session, CITY) == loaded
        for statement in (
            "UPDATE city_map SET source = 'x'",
            "DELETE FROM map_shape",
            "TRUNCATE city_map CASCADE",
        ):
            with pytest.raises(DBAPIError):
                async with session.begin_nested():
                    await session.execute(text(statement))
        await _undone(session)
    async with city.session() as session:
        assert await map_in_force(session, "610100") is None
        with pytest.raises(NoSuchCity):
            await import_map(session, "999900", sketch(), GIVEN, TODAY)
        flat = feature("611002", 109, 33) | {
            "geometry": {"type": "Polygon", "coordinates": [[[109, 33]] * 4]}
        }
        for content in (collection(flat), collection(flat, feature("611021", 109, 33))):
            with pytest.raises(BadMap, match="bad-map"):
                await import_map(session, CITY, content, GIVEN, TODAY)


async def _asked(site: Site, role: Role) -> Any:
    _, headers = await bearer(site.app, role)
    answer = await site.get("/v1/maps/indicators", None, authorization=headers["Authorization"])
    assert answer.status_code == 200
    return json.loads(answer.text)


async def test_figures_equal_a_count_by_another_way(site: Site, city: Database) -> None:
    found = await _asked(site, Role.city_office)
    async with city.session() as session:
        rows = (
            await session.execute(
                text(
                    "SELECT origin, host_county, investment_fen FROM project"
                    " WHERE city = '611000' AND host_county IS NOT NULL AND state IN"
                    " ('signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed',"
                    " 'producing', 'full_output')"
                )
            )
        ).all()
        land = (
            await session.execute(
                text(
                    "SELECT p.owner, sum(s.area_mu)::bigint FROM plot s JOIN park p USING (city)"
                    " WHERE s.park = p.code AND s.land_use = 'industrial' AND s.status = 'ready' GROUP BY 1"
                )
            )
        ).all()
    assert rows
    for county in found["counties"]:
        code = county["region"]
        away = [row for row in rows if row[0] == code != row[1]]
        taken = [row for row in rows if row[1] == code != row[0]]
        assert (county["outflow"], county["outflow_fen"]) == (len(away), sum(row[2] for row in away))
        assert (county["inflow"], county["inflow_fen"]) == (len(taken), sum(row[2] for row in taken))
        assert county["signed"] == sum(1 for row in rows if row[1] == code)
    assert sum(one["outflow"] for one in found["counties"]) == sum(flow["count"] for flow in found["flows"])
    assert {one["region"]: one["land"] for one in found["counties"] if one["land"]} == dict(land)


async def test_a_county_sees_its_own_flows_and_others_land_alone(site: Site, city: Database) -> None:
    whole = {one["region"]: one for one in (await _asked(site, Role.city_office))["counties"]}
    for role in (Role.county_officer, Role.county_finance, Role.auditor):
        found = await _asked(site, role)
        seen = {one["region"] for one in found["counties"] if one["outflow"] is not None}
        assert len(seen) == (1 if role is Role.county_officer else 0)
        for one in found["counties"]:
            assert one["land"] == whole[one["region"]]["land"]
            assert one == whole[one["region"]] or one["signed"] is one["inflow"] is one["outflow_fen"] is None
        assert all({flow["origin"], flow["host"]} & seen for flow in found["flows"])


async def test_the_page_shows_map_arrows_links_and_the_same_table(site: Site, city: Database) -> None:
    page = (await site.get("/map", Role.city_office)).text
    assert 'href="/pool?origin=611026"' in page
    assert "示意图，不是真实边界" in page
    assert "测试用示意轮廓" in page
    assert page.count("fill-rule=") == 7
    county = (await site.get("/map?by=land", Role.county_officer)).text
    assert "/pool?origin=" not in county
    assert 'href="/parks?county=611026"' in county
    assert (await site.get("/map?by=nothing", Role.county_officer)).status_code == 200
    english = (await site.get("/map?by=inflow", Role.city_office, language="en")).text
    assert "Sketch" in english


def test_the_command_loads_a_file(
    server: EmbeddedPostgres,
    template: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import asyncio

    from typer.testing import CliRunner

    from services.cli import app
    from services.interchange.folder import commit_folder, plan_folder

    server.create_database("map_command", template=template)
    url = server.url("map_command")

    async def load() -> None:
        database = Database(url)
        async with database.session() as session:
            await commit_folder(
                session, await plan_folder(session, Path("examples/shangluo")), business_date=TODAY
            )
        await database.close()

    asyncio.run(load())
    file = tmp_path / "map.geojson"
    file.write_bytes(collection(feature("611002", 109, 33)))
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("YIPANQI_LANG", "zh")
    words = ["maps", "import", CITY, str(file), "--source", "示意"]
    done = CliRunner().invoke(app, [*words, "--sketch", "--json"])
    assert json.loads(done.output)["points"] == 4
    done = CliRunner().invoke(app, [*words, "--approval", "GS(2024)0650号"])
    assert "已导入第 2 版地图：1 个县区，4 个点" in done.output
    assert "图上没有：" in done.output
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 1
    server.drop_database("map_command")
