from datetime import date, timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.kit.database import Database
from services.regions import repo, service
from services.regions.divisions import city_name, division_name, is_province
from services.regions.errors import NoSuchPark, NoSuchStock, NotYourStock
from services.regions.queries import Drawn
from services.regions.settings import DEFAULTS, BadSetting, set_setting, settings_on
from services.regions.tables import City, Park, Region
from services.regions.views import capacities
from tests.services.accounts.factories import bearer
from tests.services.regions import factories
from tests.services.regions.factories import BUSINESS_DATE, CITY, LUONAN, SHANGZHOU

PARK_OFFICER = Principal(
    account=uuid4(), city=CITY, role=Role.park_officer, office="6110P01", county=SHANGZHOU, name="李四"
)


async def test_a_park_shows_what_it_has_and_what_is_free(session: AsyncSession):
    office = await factories.make_city(session)
    park = await service.park(session, office, "6110P01", BUSINESS_DATE)
    assert [(item.measure, item.total, item.held, item.free) for item in park.capacity] == [
        ("land_mu", 15_500, 0, 15_500),
        ("hall_m2", 10_000, 0, 10_000),
        ("energy_tce", 39_726, 0, 39_726),
        ("water_td", 1_287, 0, 1_287),
        ("cod_kg", 11_006, 0, 11_006),
    ]
    assert (park.ready_land_mu, park.replan_land_mu, park.owner_name) == (15_500, 0, "商州区")
    assert [item.name for item in park.main] == ["智能无人飞行器制造", "电子电路制造"]
    assert (park.oldest_check, park.stale_stock) == (date(2026, 7, 1), 1)


async def test_storage_land_serves_no_industry(session: AsyncSession):
    office = await factories.make_city(session)
    park = await service.park(session, office, "6110P03", BUSINESS_DATE)
    assert (park.of("land_mu").total, park.ready_land_mu, park.replan_land_mu) == (8_000, 0, 8_000)
    assert len(park.plots) == 2


def test_what_holds_draw_is_no_longer_free():
    park = factories.park_input()
    row = Park(
        city=CITY,
        **{name: getattr(park, name) for name in park.__slots__ if not name.endswith("industries")},
    )
    drawn = Drawn(land_mu=1, hall_m2=2, energy_tce=3, water_td=4, cod_kg=5)
    found = {
        item.measure: (item.held, item.outside, item.free)
        for item in capacities(row, [], [], drawn, Drawn(land_mu=7, cod_kg=1))
    }
    assert found == {
        "land_mu": (1, 7, -8),
        "hall_m2": (2, 0, -2),
        "energy_tce": (3, 0, 39_723),
        "water_td": (4, 0, 1_283),
        "cod_kg": (5, 1, 11_000),
    }


async def test_stock_is_stale_after_the_citys_number_of_days(session: AsyncSession):
    office = await factories.make_city(session)
    checked = date(2026, 12, 18)
    for days, stale in ((180, False), (181, True)):
        park = await service.park(session, office, "6110P04", checked + timedelta(days=days))
        assert (park.plots[0].stale, park.plots[0].unverified_days) == (stale, days)
    await set_setting(session, office, "stock_stale_days", 30, date(2027, 1, 1))
    assert (await service.park(session, office, "6110P04", date(2027, 1, 18))).plots[0].stale
    assert not (await service.park(session, office, "6110P04", date(2026, 12, 31))).plots[0].stale


async def test_an_officer_says_that_stock_is_still_true(session: AsyncSession):
    await factories.make_city(session)
    plot = await service.verify_plot(session, PARK_OFFICER, "6110P01-002", BUSINESS_DATE)
    assert (plot.verified_on, plot.stale) == (BUSINESS_DATE, False)
    hall = await service.verify_hall(session, PARK_OFFICER, "6110P01-F01", BUSINESS_DATE)
    assert hall.verified_on == BUSINESS_DATE
    earlier = await service.verify_hall(session, PARK_OFFICER, "6110P01-F01", date(2020, 1, 1))
    assert earlier.verified_on == BUSINESS_DATE
    events = await session.execute(
        text("SELECT entity, entity_id, before, after FROM audit_event WHERE account = :who ORDER BY id"),
        {"who": PARK_OFFICER.account},
    )
    assert tuple(events.first() or ()) == (
        "plot",
        "6110P01-002",
        {"verified_on": "2026-07-01"},
        {"verified_on": "2027-01-15"},
    )


async def test_nobody_speaks_for_anothers_stock(session: AsyncSession):
    await factories.make_city(session)
    with pytest.raises(NotYourStock):
        await service.verify_plot(session, PARK_OFFICER, "6110P04-001", BUSINESS_DATE)
    with pytest.raises(NotYourStock):
        await service.verify_hall(session, PARK_OFFICER, "6110P04-F01", BUSINESS_DATE)
    with pytest.raises(NoSuchStock):
        await service.verify_plot(session, PARK_OFFICER, "nothing", BUSINESS_DATE)
    with pytest.raises(NoSuchStock):
        await service.verify_hall(session, PARK_OFFICER, "6110P01-001", BUSINESS_DATE)
    with pytest.raises(NoSuchPark):
        await service.park(session, PARK_OFFICER, "nothing", BUSINESS_DATE)


async def test_settings_are_dated_and_default(session: AsyncSession):
    office = await factories.make_city(session)
    assert await settings_on(session, CITY, BUSINESS_DATE) == DEFAULTS
    await set_setting(session, office, "protection_months", 6, date(2027, 1, 1))
    await set_setting(session, office, "protection_months", 4, date(2027, 1, 1))
    await set_setting(session, office, "positioning_is_gate", value=True, effective_from=date(2027, 2, 1))
    assert (await settings_on(session, CITY, date(2026, 12, 31))).protection_months == 3
    january = await settings_on(session, CITY, date(2027, 1, 31))
    assert (january.protection_months, january.positioning_is_gate) == (4, False)
    assert (await settings_on(session, CITY, date(2027, 2, 1))).positioning_is_gate
    query = "SELECT before->>'value', after->>'value' FROM audit_event WHERE entity = 'city_setting'"
    changes = await session.execute(text(query + " ORDER BY id"))
    assert [tuple(row) for row in changes] == [("3", "6"), ("6", "4"), ("false", "true")]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nothing", 1),
        ("protection_months", "3"),
        ("protection_months", -1),
        ("protection_months", True),
        ("protection_months", 2**53),
        ("protection_months", 1.5),
        ("positioning_is_gate", 1),
    ],
)
async def test_a_setting_that_does_not_fit(session: AsyncSession, key: str, value: object):
    office = await factories.make_city(session)
    with pytest.raises(BadSetting):
        await set_setting(session, office, key, value, BUSINESS_DATE)


async def test_two_cities_do_not_meet(session: AsyncSession):
    await factories.make_city(session)
    session.add(City(city="341300", name="宿州市", year=2026))
    await session.flush()
    session.add(Region(city="341300", code="341300", name="宿州市", kind="city", has_treasury=True))
    await session.flush()
    assert [row.city for row in await repo.load_cities(session)] == ["341300", "611000"]
    other = Principal.system("341300")
    assert [row.code for row in await service.regions(session, other)] == ["341300"]
    assert await service.park_details(session, other, BUSINESS_DATE) == []
    with pytest.raises(NoSuchPark):
        await service.park(session, other, "6110P01", BUSINESS_DATE)


async def test_reads(session: AsyncSession):
    office = await factories.make_city(session)
    assert [row.code for row in await repo.load_counties(session, CITY)] == ["611002", "611021", "611022"]
    assert [row.code for row in await repo.load_parks(session, CITY, LUONAN)] == ["6110P04"]
    assert len(await repo.load_positioning(session, CITY, "6110P01")) == 4
    assert len(await repo.load_targets(session, CITY, 2026)) == 3
    assert await repo.load_targets(session, CITY, 2025) == []
    names = await repo.unit_names(session, CITY)
    assert (names["611000"], names["6110P01"]) == ("商洛市", "园区6110P01")
    chains = {chain.chain: len(chain.industries) for chain in await service.chains(session, office)}
    assert chains == {"电子信息和智能制造": 3, "新材料": 1, "健康医药": 1, "资源循环": 1}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("611000", "商洛市"),
        ("611021", "洛南县"),
        ("341300", "宿州市"),
        ("320812", "清江浦区"),
        ("999999", None),
    ],
)
def test_names_of_divisions(code: str, name: str | None):
    assert division_name(code) == name


def test_a_code_that_the_national_table_lacks_is_its_own_name():
    assert city_name("999900") == "999900"
    assert is_province("611021")
    assert not is_province("991021")


async def test_over_http(app: FastAPI, client: httpx.AsyncClient, database: Database):
    async with database.session() as session:
        await factories.make_city(session)
    _, officer = await bearer(app, Role.park_officer)
    _, county = await bearer(app, Role.county_officer, LUONAN)

    regions = (await client.get("/v1/regions", headers=officer)).json()["items"]
    assert [row["code"] for row in regions] == ["611000", "611002", "611021", "611022"]
    assert (await client.get("/v1/chains", headers=officer)).json()["items"][0]["industries"]

    first = (await client.get("/v1/parks?limit=2", headers=officer)).json()
    rest = (await client.get(f"/v1/parks?limit=2&cursor={first['next']}", headers=officer)).json()
    assert [row["code"] for row in first["items"] + rest["items"]] == ["6110P01", "6110P03", "6110P04"]
    assert rest["next"] is None
    own = (await client.get("/v1/parks?county=611021", headers=officer)).json()["items"]
    assert [row["code"] for row in own] == ["6110P04"]
    stolen = await client.get(f"/v1/parks?limit=2&cursor={first['next']}", headers=county)
    assert stolen.status_code == 400

    park = (await client.get("/v1/parks/6110P01", headers=officer)).json()
    land = {"measure": "land_mu", "total": 15_500, "held": 0, "outside": 0, "free": 15_500}
    assert park["capacity"][0] == land
    # What holds draw tells the exact needs of what lies there: other counties see the stock alone.
    park = (await client.get("/v1/parks/6110P01", headers=county)).json()
    hidden = {"held": None, "outside": None, "free": None}
    assert park["capacity"][0] == {"measure": "land_mu", "total": 15_500} | hidden
    assert (await client.get("/v1/parks/nothing", headers=county)).status_code == 404
    assert (await client.get("/v1/parks/6110P01")).status_code == 401

    plots = (await client.get("/v1/plots?park=6110P03&limit=1", headers=officer)).json()
    more = (
        await client.get(f"/v1/plots?park=6110P03&limit=1&cursor={plots['next']}", headers=officer)
    ).json()
    assert [row["code"] for row in plots["items"] + more["items"]] == ["6110P03-001", "6110P03-002"]

    key = {"Idempotency-Key": "check-1"}
    address = "/v1/plots/6110P01-002/verifications"
    checked = await client.post(address, headers=officer | key)
    assert checked.json()["verified_on"] == BUSINESS_DATE.isoformat()
    again = await client.post(address, headers=officer | key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (await client.post(address, headers=officer)).status_code == 400
    assert (await client.post(address, headers=county | key)).status_code == 403
    hall = await client.post("/v1/halls/6110P01-F01/verifications", headers=officer | key)
    assert hall.json()["stale"] is False
