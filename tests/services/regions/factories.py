"""A small city: two counties, a park each and one of the city's own, with plots and halls."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.regions.imports import (
    ChainInput,
    CountyInput,
    HallInput,
    LevelShareInput,
    ParkInput,
    PlotInput,
    TargetInput,
    ensure_city,
    write_chains,
    write_counties,
    write_halls,
    write_level_shares,
    write_parks,
    write_plots,
    write_targets,
)

CITY = "611000"
YEAR = 2026
BUSINESS_DATE = date(2027, 1, 15)
SHANGZHOU = "611002"
LUONAN = "611021"
DANFENG = "611022"
TAX_LEVELS = {
    "vat": (5000, 2000, 1000, 2000),
    "cit": (6000, 2000, 1000, 1000),
    "pit": (6000, 2000, 1000, 1000),
    "urban_construction": (0, 0, 0, 10000),
    "stamp": (0, 0, 0, 10000),
    "land_use": (0, 0, 0, 10000),
}


def county_input(code: str = SHANGZHOU, **changes: object) -> CountyInput:
    """Make a county."""
    names = {SHANGZHOU: "商州区", LUONAN: "洛南县", DANFENG: "丹凤县"}
    facts: dict[str, object] = {
        "code": code,
        "name": names.get(code, f"县{code}"),
        "leading_chain": "新材料",
        "potential_chains": ("健康医药",),
        "energy_quota_tce": 80_000,
        "cod_quota_kg": 88_000,
        "land_quota_mu": 75_000,
    }
    return CountyInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


def park_input(code: str = "6110P01", owner: str = SHANGZHOU, **changes: object) -> ParkInput:
    """Make a park."""
    facts: dict[str, object] = {
        "code": code,
        "name": f"园区{code}",
        "owner": owner,
        "planned_mu": 165_000,
        "lead_industries": (("2017", "3922"),),
        "main_industries": (("2017", "3963"), ("2017", "3982")),
        "forbidden_industries": (("2017", "2710"),),
        "investment_floor_fen_per_mu": 196_000_000,
        "tax_floor_fen_per_mu": 10_500_000,
        "energy_tce": 39_726,
        "water_td": 1_287,
        "cod_kg": 11_006,
    }
    return ParkInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


def plot_input(code: str = "6110P01-001", park: str = "6110P01", **changes: object) -> PlotInput:
    """Make a plot of 120 mu that is ready."""
    facts: dict[str, object] = {
        "code": code,
        "park": park,
        "land_use": "industrial",
        "area_mu": 12_000,
        "status": "ready",
        "ready_on": date(2026, 1, 1),
        "plot_ratio_floor_bp": 12_000,
        "price_fen_per_mu": 13_000_000,
        "verified_on": date(2026, 12, 18),
    }
    return PlotInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


def hall_input(code: str = "6110P01-F01", park: str = "6110P01", **changes: object) -> HallInput:
    """Make a hall of 10,000 m²."""
    facts: dict[str, object] = {
        "code": code,
        "park": park,
        "area_m2": 10_000,
        "height_cm": 900,
        "ready_on": date(2026, 3, 1),
        "verified_on": date(2026, 11, 20),
    }
    return HallInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


CHAINS = (
    ChainInput(chain="电子信息和智能制造", industry="3922", industry_name="通信终端设备制造", key_chain=True),
    ChainInput(
        chain="电子信息和智能制造", industry="3963", industry_name="智能无人飞行器制造", key_chain=True
    ),
    ChainInput(chain="电子信息和智能制造", industry="3982", industry_name="电子电路制造", key_chain=True),
    ChainInput(chain="新材料", industry="3240", industry_name="有色金属合金制造", key_chain=True),
    ChainInput(chain="健康医药", industry="2710", industry_name="化学药品原料药制造", key_chain=True),
    ChainInput(chain="资源循环", industry="4220", industry_name="非金属废料和碎屑加工处理", key_chain=False),
)


def level_inputs() -> list[LevelShareInput]:
    """Make the level table of three treasuries from 2024 on."""
    return [
        LevelShareInput(
            treasury=treasury,
            tax=tax,
            effective_from=date(2024, 1, 1),
            central_bp=central,
            province_bp=province,
            city_bp=city + county if treasury == CITY else city,
            county_bp=0 if treasury == CITY else county,
        )
        for treasury in (CITY, SHANGZHOU, LUONAN, DANFENG)
        for tax, (central, province, city, county) in TAX_LEVELS.items()
    ]


async def make_city(session: AsyncSession, city: str = CITY) -> Principal:
    """Store the small city and return the principal that wrote it.

    Counties 611002 (park 6110P01: plots of 120 and 35 mu, a hall), 611021 (park 6110P04: 200 mu), 611022 (no
    park); the city's own park 6110P03 (a plot of 80 mu to be replanned, a storage plot).
    """
    system = Principal.system(city)
    await ensure_city(session, city, year=YEAR, business_date=BUSINESS_DATE)
    await write_chains(session, system, CHAINS)
    await write_counties(session, system, [county_input(code) for code in (SHANGZHOU, LUONAN, DANFENG)])
    await write_parks(
        session,
        system,
        [
            park_input("6110P01", SHANGZHOU),
            park_input("6110P03", CITY, lead_industries=(("2017", "3240"),), forbidden_industries=()),
            park_input("6110P04", LUONAN, lead_industries=(("2017", "3240"),), forbidden_industries=()),
        ],
    )
    await write_plots(
        session,
        system,
        [
            plot_input("6110P01-001", "6110P01"),
            plot_input("6110P01-002", "6110P01", area_mu=3_500, verified_on=date(2026, 7, 1)),
            plot_input("6110P03-001", "6110P03", area_mu=8_000, status="replan", ready_on=date(2027, 4, 26)),
            plot_input("6110P03-002", "6110P03", land_use="storage"),
            plot_input("6110P04-001", "6110P04", area_mu=20_000),
        ],
    )
    await write_halls(session, system, [hall_input(), hall_input("6110P04-F01", "6110P04", area_m2=19_500)])
    await write_level_shares(session, system, level_inputs())
    targets = [
        TargetInput(unit=county, year=YEAR, indicator="到位资金", value=70_000, value_unit="万元")
        for county in (SHANGZHOU, LUONAN, DANFENG)
    ]
    await write_targets(session, system, targets)
    return system
