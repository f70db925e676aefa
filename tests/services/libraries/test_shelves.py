"""Stock and target firms on their shelves: verified, not true, listed, closed; and who finds them."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.libraries import is_in
from auth.principal import Role
from services.intake.tables import TargetFirm
from services.libraries import publishing, repo, service
from services.libraries.built_in import shelf
from services.libraries.chains import chain_map
from services.libraries.codes import project_code
from services.libraries.schemas import LayoutForm
from services.libraries.shelves import Ground, stock_entry, target_entry
from services.projects.errors import NoSuchProject
from services.regions.tables import Hall, LandUse, Plot, PlotStatus
from tests.services.console.city import CITY, COUNTY, TODAY
from tests.services.libraries.conftest import OTHER, somebody

GROUND = Ground({}, {"6110P01": COUNTY})
LIBRARIES = {one.key: one.library() for name in shelf() for one in shelf()[name].libraries}


def plot(verified: date, untrue: date | None = None, *, use: LandUse = LandUse.industrial) -> Plot:
    return Plot(
        city=CITY,
        code="P-1",
        park="6110P01",
        land_use=use,
        area_mu=12_050,
        status=PlotStatus.ready,
        ready_on=date(2026, 6, 1),
        plot_ratio_floor_bp=10_000,
        price_fen_per_mu=1,
        verified_on=verified,
        untrue_on=untrue,
    )


@pytest.mark.parametrize(
    ("row", "inside"),
    [
        (plot(TODAY - timedelta(days=179)), True),
        (plot(TODAY - timedelta(days=180)), False),
        (plot(TODAY, use=LandUse.storage), False),
        (plot(TODAY - timedelta(days=9), TODAY - timedelta(days=3)), False),
        (plot(TODAY - timedelta(days=3), TODAY - timedelta(days=9)), True),  # verified again since
    ],
)
def test_stock_that_is_old_or_not_true_leaves(row: Plot, inside: bool) -> None:
    assert is_in(LIBRARIES["plots"], stock_entry(row, GROUND).item, TODAY) is inside


def test_a_hall_stands_from_the_day_it_is_ready() -> None:
    hall = Hall(
        city=CITY, code="H-1", park="6110P01", area_m2=5_000, height_cm=800, ready_on=TODAY, verified_on=TODAY
    )
    entry = stock_entry(hall, GROUND)
    assert is_in(LIBRARIES["halls"], entry.item, TODAY)
    assert not is_in(LIBRARIES["halls"], entry.item, TODAY - timedelta(days=1))
    assert (entry.values["hall"], entry.values["county"], entry.href) == (5_000, COUNTY, "/parks/6110P01")


def firm(number: int, owner: str, closed: date | None = None) -> TargetFirm:
    return TargetFirm(
        id=UUID(int=number),
        city=CITY,
        owner=owner,
        firm_name=f"企业{number}",
        name_key=f"企业{number}",
        chain="健康医药",
        reason="补链",
        made_by=UUID(int=9),
        follower="招商一科",
        listed_on=date(2026, 3, 1),
        closed_on=closed,
        revision=1,
    )


def test_a_target_firm_is_in_from_its_listing_to_its_closing() -> None:
    entry = target_entry(firm(1, COUNTY, date(2026, 9, 1)))
    days = [date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1)]
    assert [is_in(LIBRARIES["targets"], entry.item, day) for day in days] == [False, True, True, False]


async def test_a_county_finds_its_own_targets_and_the_citys(reading: AsyncSession) -> None:
    reading.add_all([firm(1, COUNTY), firm(2, OTHER), firm(3, CITY), firm(4, COUNTY, TODAY)])
    await reading.flush()
    for role, office, names in (
        (Role.city_office, None, {"企业1", "企业2", "企业3"}),
        (Role.county_officer, COUNTY, {"企业1", "企业3"}),
        (Role.county_finance, COUNTY, set()),
    ):
        person = await somebody(reading, role, office)
        found = await service.library_rows(reading, person, "targets", TODAY)
        assert {row.title for row in found.items} == names
        chains = (await chain_map(reading, person, TODAY)).chains
        shown = [one.title for chain in chains for one in chain.targets]
        assert (len(shown), set(shown)) == (len(names), names)


async def test_stock_stands_by_name(reading: AsyncSession) -> None:
    maker, checker = await somebody(reading, Role.city_office), await somebody(reading, Role.city_office)
    form = LayoutForm(effective_from=TODAY, note="三率", layout=shelf()["three-rates"])
    stand = len(await repo.versions(reading, CITY))
    await publishing.publish(reading, maker, form, TODAY, stand)
    await publishing.confirm(reading, checker, stand + 1, TODAY, stand + 1)
    found = await service.library_rows(reading, checker, "plots", TODAY)
    assert found.count == len(found.items) > 0
    assert [row.title for row in found.items] == sorted(row.title for row in found.items)


async def test_who_sees_no_bands_gets_no_code(reading: AsyncSession) -> None:
    finance = await somebody(reading, Role.county_finance, COUNTY)
    rows = await service.library_rows(
        reading, await somebody(reading, Role.county_officer, COUNTY), "building", TODAY
    )
    ref = next(row.id for row in rows.items if row.values["county"] == COUNTY)
    with pytest.raises(NoSuchProject):
        await project_code(reading, finance, ref, "http://test", TODAY)
