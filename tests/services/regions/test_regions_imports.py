from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.regions import imports, repo
from services.regions.inputs import ChainInput, LevelShareInput
from services.regions.tables import RegionKind
from tests.services.regions import factories


async def test_a_city_is_made_with_its_own_region_and_the_name_of_the_national_table(session: AsyncSession):
    await imports.ensure_city(session, "611000", year=2026)
    city = await repo.load_city(session, "611000")
    assert city is not None
    assert (city.name, city.year, city.business_date) == ("商洛市", 2026, None)
    region = await repo.load_region(session, "611000", "611000")
    assert region is not None
    assert (region.kind, region.name, region.energy_quota_tce) == (RegionKind.city, "商洛市", None)


async def test_a_city_made_again_takes_the_new_year_and_keeps_its_business_date(session: AsyncSession):
    await imports.ensure_city(session, "611000", year=2026, business_date=date(2027, 1, 15))
    await imports.ensure_city(session, "611000", year=2027, name="another name")
    city = await repo.load_city(session, "611000")
    assert city is not None
    await session.refresh(city)
    assert (city.name, city.year, city.business_date) == ("商洛市", 2027, date(2027, 1, 15))


async def test_what_is_written_is_what_stands(session: AsyncSession):
    await factories.make_city(session)
    counties = await imports.existing_counties(session, factories.CITY)
    assert list(counties) == ["611002", "611021", "611022"]
    assert counties["611021"] == factories.county_input("611021")
    parks = await imports.existing_parks(session, factories.CITY)
    assert parks["6110P01"] == factories.park_input()
    plots = await imports.existing_plots(session, factories.CITY)
    assert plots["6110P03-002"] == factories.plot_input("6110P03-002", "6110P03", land_use="storage")
    halls = await imports.existing_halls(session, factories.CITY)
    assert halls["6110P01-F01"] == factories.hall_input()
    chains = await imports.existing_chains(session, factories.CITY)
    assert set(chains.values()) == set(factories.CHAINS)
    shares = await imports.existing_level_shares(session, factories.CITY)
    assert list(shares.values()) == sorted(
        factories.level_inputs(), key=lambda row: (row.treasury, row.tax, row.effective_from)
    )
    assert shares["611000", "vat", date(2024, 1, 1)].city_bp == 3000
    targets = await imports.existing_targets(session, factories.CITY)
    assert targets["611002", 2026, "到位资金"].value == 70_000


async def test_writing_again_changes_the_row_and_replaces_the_positioning(session: AsyncSession):
    system = await factories.make_city(session)
    changed = factories.park_input(
        energy_tce=1, main_industries=(("2011", "3963"),), lead_industries=(), forbidden_industries=()
    )
    await imports.write_parks(session, system, [changed])
    assert (await imports.existing_parks(session, factories.CITY))["6110P01"] == changed
    await imports.write_parks(session, system, [])
    assert len(await imports.existing_parks(session, factories.CITY)) == 3


async def test_each_load_leaves_one_audit_row_a_table(session: AsyncSession):
    await factories.make_city(session)
    query = text("SELECT entity, entity_id, after->>'rows' FROM audit_event WHERE city = :city ORDER BY id")
    rows = [tuple(row) for row in await session.execute(query, {"city": factories.CITY})]
    assert ("plot", "*", "5") in rows
    assert len(rows) == len({entity for entity, _, _ in rows}) == 7


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plot SET area_mu = -1",
        "UPDATE plot SET land_use = 'housing'",
        "UPDATE plot SET park = 'nowhere'",
        "UPDATE park SET owner = '110108'",
        "UPDATE level_share SET county_bp = county_bp + 1",
        "UPDATE region SET kind = 'city' WHERE code = '611002'",
        "UPDATE region SET code = '110108' WHERE code = '611022'",
        "UPDATE region SET energy_quota_tce = NULL WHERE kind = 'county'",
        "UPDATE city SET year = 26",
        "UPDATE chain_industry SET industry = '367'",
        "DELETE FROM region WHERE code = '611002'",
    ],
)
async def test_the_database_refuses_what_no_city_can_be(session: AsyncSession, statement: str):
    await factories.make_city(session)
    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_the_same_code_of_two_editions_is_two_classes(session: AsyncSession):
    system = await factories.make_city(session)
    other = ChainInput(
        chain="新材料", edition="2011", industry="3962", industry_name="半导体分立器件制造", key_chain=True
    )
    new = ChainInput(
        chain="新材料", edition="2017", industry="3962", industry_name="智能车载设备制造", key_chain=True
    )
    await imports.write_chains(session, system, [other, new])
    chains = await imports.existing_chains(session, factories.CITY)
    assert chains["新材料", "2011", "3962"] == other
    assert chains["新材料", "2017", "3962"] == new


async def test_a_later_level_table_stands_beside_the_earlier(session: AsyncSession):
    system = await factories.make_city(session)
    later = LevelShareInput(
        treasury="611002",
        tax="vat",
        effective_from=date(2026, 1, 1),
        central_bp=5000,
        province_bp=1000,
        city_bp=1500,
        county_bp=2500,
    )
    await imports.write_level_shares(session, system, [later])
    shares = await repo.load_level_shares(session, factories.CITY)
    assert [row.county_bp for row in shares if (row.treasury, row.tax) == ("611002", "vat")] == [2000, 2500]
