"""Closed lists of libraries and layouts, with the words that pages and papers use for them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from allocation.libraries import Fact, Objects, Position
from services.kit.i18n import lazy


class Page(StrEnum):
    """A page of this program that a layout may name as one of its maps (图) or tables (表)."""

    chains = "/libraries/chains"
    parks = "/parks"
    pool = "/pool"
    projects = "/projects"
    targets = "/targets"
    clocks = "/clocks"
    overdue = "/overdue"
    fairness = "/fairness"


class Order(StrEnum):
    """How the rows of a library stand."""

    since = "since"
    investment = "investment"
    name = "name"


class Title(StrEnum):
    """A paper whose title a layout may set."""

    bulletin = "bulletin"
    month = "month"
    quarter = "quarter"
    year = "year"


class CodeShows(StrEnum):
    """What is written under a project's code; neither tells who the investor is."""

    code_name = "code_name"
    public_id = "public_id"


class Column(StrEnum):
    """A column of a library's table."""

    code = "code"
    investor = "investor"
    county = "county"
    park = "park"
    chain = "chain"
    industry = "industry"
    fund_kind = "fund_kind"
    investment = "investment"
    land = "land"
    hall = "hall"
    stage = "stage"
    mark = "mark"
    land_use = "land_use"
    status = "status"
    deadline = "deadline"
    verified_on = "verified_on"
    follower = "follower"
    projects = "projects"
    signed = "signed"


_PROJECT: Final = frozenset(
    {
        *(Column.code, Column.investor, Column.county, Column.park, Column.chain, Column.industry),
        *(Column.fund_kind, Column.investment, Column.land, Column.hall, Column.stage, Column.deadline),
    }
)

COLUMNS_OF: Final[Mapping[Objects, frozenset[Column]]] = MappingProxyType(
    {
        Objects.planned: frozenset(
            {Column.code, Column.county, Column.chain, Column.industry, Column.investment, Column.mark}
        ),
        Objects.leads: _PROJECT,
        Objects.projects: _PROJECT,
        Objects.plots: frozenset(
            {
                *(Column.county, Column.park, Column.land, Column.land_use),
                *(Column.status, Column.deadline, Column.verified_on),
            }
        ),
        Objects.halls: frozenset(
            {Column.county, Column.park, Column.hall, Column.deadline, Column.verified_on}
        ),
        Objects.targets: frozenset({Column.county, Column.chain, Column.follower}),
        Objects.investors: frozenset({Column.code, Column.projects, Column.signed, Column.investment}),
    }
)
"""Which columns are known of what."""

COLUMNS: Final[Mapping[Column, str]] = MappingProxyType(
    {
        Column.code: lazy("编号"),
        Column.investor: lazy("投资方"),
        Column.county: lazy("县区"),
        Column.park: lazy("园区"),
        Column.chain: lazy("产业链"),
        Column.industry: lazy("行业"),
        Column.fund_kind: lazy("资金类型"),
        Column.investment: lazy("总投资（万元）"),
        Column.land: lazy("用地（亩）"),
        Column.hall: lazy("厂房（平方米）"),
        Column.stage: lazy("阶段"),
        Column.mark: lazy("储备标识"),
        Column.land_use: lazy("用途"),
        Column.status: lazy("状态"),
        Column.deadline: lazy("供地或可用日期"),
        Column.verified_on: lazy("最近核实"),
        Column.follower: lazy("跟进人"),
        Column.projects: lazy("项目数"),
        Column.signed: lazy("已签约数"),
    }
)

NUMERIC: Final = frozenset({Column.investment, Column.land, Column.hall, Column.projects, Column.signed})
"""Columns that stand right."""

OBJECTS: Final[Mapping[Objects, str]] = MappingProxyType(
    {
        Objects.planned: lazy("谋划项目"),
        Objects.leads: lazy("线索"),
        Objects.projects: lazy("项目"),
        Objects.plots: lazy("地块"),
        Objects.halls: lazy("标准厂房"),
        Objects.targets: lazy("目标企业"),
        Objects.investors: lazy("投资方"),
    }
)

FACTS: Final[Mapping[Fact, str]] = MappingProxyType(
    {
        Fact.stage: lazy("阶段"),
        Fact.stage_since: lazy("进入本阶段"),
        Fact.chain: lazy("产业链"),
        Fact.industry: lazy("行业"),
        Fact.county: lazy("县区"),
        Fact.fund_kind: lazy("资金类型"),
        Fact.mark: lazy("储备标识"),
        Fact.land_use: lazy("用途"),
        Fact.status: lazy("状态"),
        Fact.investment_wan: lazy("总投资（万元）"),
        Fact.land_mu: lazy("用地（亩）"),
        Fact.hall_m2: lazy("厂房（平方米）"),
        Fact.projects: lazy("项目数"),
        Fact.signed: lazy("已签约数"),
        Fact.registered_on: lazy("登记"),
        Fact.accepted_on: lazy("受理"),
        Fact.pooled_on: lazy("入池"),
        Fact.land_deadline: lazy("最迟供地日期"),
        Fact.signed_on: lazy("签约"),
        Fact.contracted_on: lazy("合同"),
        Fact.incorporated_on: lazy("注册"),
        Fact.ready_on: lazy("达到开工条件或可用"),
        Fact.started_on: lazy("开工"),
        Fact.counted_on: lazy("纳统"),
        Fact.completed_on: lazy("竣工"),
        Fact.produced_on: lazy("投产"),
        Fact.full_output_on: lazy("达产"),
        Fact.verified_on: lazy("核实"),
        Fact.untrue_on: lazy("标记不属实"),
        Fact.listed_on: lazy("列入清单"),
        Fact.closed_on: lazy("移出清单"),
    }
)

POSITIONS: Final[Mapping[Position, str]] = MappingProxyType(
    {
        Position.up: lazy("上游"),
        Position.mid: lazy("中游"),
        Position.down: lazy("下游"),
        Position.whole: lazy("全链"),
    }
)

FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "fact_of_others": lazy("这类对象没有这项事实"),
        "one_test": lazy("每个条件须有且只有一项判断"),
        "test_of_others": lazy("这项判断不适用于这类事实"),
        "unknown_stage": lazy("没有这个阶段"),
        "same_key": lazy("标识重复"),
        "reserved": lazy("这个标识另有用途"),
        "unknown_library": lazy("布局中没有这个库"),
        "other_objects": lazy("同组的库须装同一类对象"),
        "column_of_others": lazy("这类对象没有这一列"),
        "twice": lazy("同一行业在一条链中出现两次"),
        "unknown_chain": lazy("本市没有这条产业链"),
        "unknown_industry": lazy("这个行业代码不属于这条产业链"),
        "overlap": lazy("有对象同时在互斥的两个库中"),
        "uncovered": lazy("有对象不在应当覆盖它的任何一个库中"),
    }
)
"""What is wrong with a layout, by the code of the fault."""

RENAMINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "layout": lazy("布局名称"),
        "library": lazy("库"),
        "stage": lazy("阶段"),
        "chain": lazy("产业链"),
        "paper": lazy("报表标题"),
        "code": lazy("项目码"),
        "map": lazy("图"),
        "table": lazy("表"),
        "rate": lazy("比率"),
    }
)
"""What of a layout may be called otherwise."""
