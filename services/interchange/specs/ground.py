"""The seven tables of regions as files."""

from collections.abc import Iterator
from typing import Any, Final

from allocation.sharing.taxes import Tax
from services.interchange.amounts import Day, Quantity, Year, show_decimal
from services.interchange.cells import YES_NO, Choice, Code, Several, Text
from services.interchange.codes import Division, Industry
from services.interchange.specs.columns import CITY_FINANCE, Column, Finding, Grounds, Table
from services.interchange.units import (
    COD,
    ENERGY,
    FLOOR,
    HEIGHT,
    LAND,
    MONEY_PER_MU,
    PERCENT,
    RATIO,
    WATER,
)
from services.regions import imports as regions
from services.regions.tables import LandUse, PlotStatus

WHOLE_BP: Final = 10_000
TAXES: Final = Choice({tax.zh: tax.value for tax in Tax})
INDUSTRY: Final = ("edition", "industry")


def _own_code(row: Any, grounds: Grounds) -> Iterator[Finding]:
    if row.code[:4] != grounds.city[:4] or row.code == grounds.city:
        yield "行政区划代码", "other-city", {"city": grounds.city}


def _whole(row: Any, _grounds: Grounds) -> Iterator[Finding]:
    total = row.central_bp + row.province_bp + row.city_bp + row.county_bp
    if total != WHOLE_BP:
        yield "", "shares-not-whole", {"sum": show_decimal(total, 2)}


COUNTIES: Final = Table(
    kind="counties",
    title="县区",
    row=regions.CountyInput,
    key=("code",),
    columns=(
        Column(field="code", name="行政区划代码", type=Division(), aliases=("区划代码", "县区代码")),
        Column(field="name", name="名称", type=Text(40), aliases=("县区名称",)),
        Column(field="leading_chain", name="首位产业链", type=Text(40), required=False),
        Column(
            field="potential_chains",
            name="潜力产业链",
            type=Several(Text(40), ordered=True),
            required=False,
            blank=(),
        ),
        Column(field="energy_quota_tce", name="能耗指标", type=Quantity(ENERGY)),
        Column(field="cod_quota_kg", name="COD容量", type=Quantity(COD)),
        Column(field="land_quota_mu", name="当年用地指标", type=Quantity(LAND)),
    ),
    existing=regions.existing_counties,
    write=regions.write_counties,
    check=_own_code,
)

CHAINS: Final = Table(
    kind="chains",
    title="产业链",
    row=regions.ChainInput,
    key=("chain", "edition", "industry"),
    columns=(
        Column(field="chain", name="产业链", type=Text(40)),
        Column(field=INDUSTRY, name="行业代码", type=Industry()),
        Column(field="industry_name", name="行业名称", type=Text(80)),
        Column(field="key_chain", name="重点产业链", type=YES_NO),
    ),
    existing=regions.existing_chains,
    write=regions.write_chains,
)

_SEVERAL_INDUSTRIES: Final = Several(Industry())

PARKS: Final = Table(
    kind="parks",
    title="园区",
    row=regions.ParkInput,
    key=("code",),
    columns=(
        Column(field="code", name="园区编码", type=Code(), aliases=("园区代码",)),
        Column(field="name", name="名称", type=Text(80), aliases=("园区名称",)),
        Column(field="owner", name="所属地", type=Division(), refers="region"),
        Column(field="planned_mu", name="规划面积", type=Quantity(LAND)),
        Column(field="lead_industries", name="首位产业", type=_SEVERAL_INDUSTRIES, required=False, blank=()),
        Column(field="main_industries", name="主导产业", type=_SEVERAL_INDUSTRIES, required=False, blank=()),
        Column(field="investment_floor_fen_per_mu", name="投资强度下限", type=Quantity(MONEY_PER_MU)),
        Column(field="tax_floor_fen_per_mu", name="亩均税收下限", type=Quantity(MONEY_PER_MU)),
        Column(
            field="forbidden_industries", name="禁入行业", type=_SEVERAL_INDUSTRIES, required=False, blank=()
        ),
        Column(field="energy_tce", name="可供能耗", type=Quantity(ENERGY)),
        Column(field="water_td", name="可供水", type=Quantity(WATER)),
        Column(field="cod_kg", name="可供COD", type=Quantity(COD)),
    ),
    existing=regions.existing_parks,
    write=regions.write_parks,
)

PLOTS: Final = Table(
    kind="plots",
    title="地块",
    row=regions.PlotInput,
    key=("code",),
    columns=(
        Column(field="code", name="地块编号", type=Code()),
        Column(field="park", name="园区编码", type=Code(), aliases=("园区代码",), refers="park"),
        Column(
            field="land_use",
            name="用途",
            type=Choice({"工业": LandUse.industrial.value, "仓储": LandUse.storage.value}),
        ),
        Column(field="area_mu", name="面积", type=Quantity(LAND), total=True),
        Column(
            field="status",
            name="状态",
            type=Choice({"净地": PlotStatus.ready.value, "可调规": PlotStatus.replan.value}),
        ),
        Column(field="ready_on", name="可交付日期", type=Day()),
        Column(field="plot_ratio_floor_bp", name="容积率下限", type=Quantity(RATIO)),
        Column(field="price_fen_per_mu", name="价格", type=Quantity(MONEY_PER_MU)),
        Column(field="verified_on", name="核实日期", type=Day()),
    ),
    existing=regions.existing_plots,
    write=regions.write_plots,
)

HALLS: Final = Table(
    kind="halls",
    title="标准厂房",
    row=regions.HallInput,
    key=("code",),
    columns=(
        Column(field="code", name="厂房编号", type=Code()),
        Column(field="park", name="园区编码", type=Code(), aliases=("园区代码",), refers="park"),
        Column(field="area_m2", name="面积", type=Quantity(FLOOR), total=True),
        Column(field="height_cm", name="层高", type=Quantity(HEIGHT)),
        Column(field="ready_on", name="可用日期", type=Day()),
        Column(field="verified_on", name="核实日期", type=Day()),
    ),
    existing=regions.existing_halls,
    write=regions.write_halls,
)

LEVEL_SHARES: Final = Table(
    kind="level_shares",
    title="分级比例",
    row=regions.LevelShareInput,
    key=("treasury", "tax", "effective_from"),
    columns=(
        Column(field="treasury", name="收款国库", type=Division(), refers="region"),
        Column(field="tax", name="税种", type=TAXES),
        Column(field="effective_from", name="起始日期", type=Day()),
        Column(field="central_bp", name="中央", type=Quantity(PERCENT)),
        Column(field="province_bp", name="省级", type=Quantity(PERCENT)),
        Column(field="city_bp", name="市级", type=Quantity(PERCENT)),
        Column(field="county_bp", name="县级", type=Quantity(PERCENT)),
    ),
    existing=regions.existing_level_shares,
    write=regions.write_level_shares,
    check=_whole,
    importers=CITY_FINANCE,
)

TARGETS: Final = Table(
    kind="targets",
    title="考核目标",
    row=regions.TargetInput,
    key=("unit", "year", "indicator"),
    columns=(
        Column(field="unit", name="单位", type=Code(), refers="unit"),
        Column(field="year", name="年度", type=Year()),
        Column(field="indicator", name="指标", type=Text(80)),
        Column(field="value", name="目标值", type=Quantity()),
        Column(field="value_unit", name="单位名称", type=Text(20)),
    ),
    existing=regions.existing_targets,
    write=regions.write_targets,
)
