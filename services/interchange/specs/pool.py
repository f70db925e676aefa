"""The five tables of projects as files."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from allocation.units import FEN_LIMIT
from auth.principal import Role
from services.interchange.amounts import Day, Month, Quantity, read_scaled, show_decimal
from services.interchange.cells import Choice, Code, Plain, Text
from services.interchange.codes import CreditCode, Division, Industry
from services.interchange.faults import BadCell
from services.interchange.specs.columns import Column, Finding, Grounds, Sight, Table
from services.interchange.units import (
    COD,
    COUNT,
    DAYS,
    ENERGY_PLAIN,
    FLOOR,
    LAND,
    MONEY_WAN,
    PERCENT,
    WATER,
)
from services.projects import imports as projects
from services.projects.words import FUND_KINDS, STAGES, TRANSFER_REASONS

POOL_READERS: Final = frozenset({Role.city_office, Role.county_officer, Role.county_leader})
INDUSTRY: Final = ("edition", "industry")
FUNDS: Final = Choice({word: kind.value for kind, word in FUND_KINDS.items()})
MAX_YEARS: Final = 50
MAX_DAYS: Final = 3650

_STEPS: Final = (
    ("签约", "signed_on", "签约日期"),
    ("合同", "contracted_on", "合同日期"),
    ("注册", "incorporated_on", "注册日期"),
    ("", "ready_on", "达到开工条件日期"),
    ("开工", "started_on", "开工日期"),
    ("投产", "produced_on", "投产日期"),
)
"""Each step of a signed project: the stage that it makes, the date's field, the date's column."""


def _dates(row: Any, _grounds: Grounds) -> Iterator[Finding]:
    """A stage needs the dates of its step and the signing; dates stand in the order of the steps."""
    reached = next((at for at, step in enumerate(_STEPS) if step[0] == row.stage), -1)
    for _stage, name, column in _STEPS[: reached + 1]:
        if getattr(row, name) is None and name != "ready_on":
            yield column, "missing-date", {"stage": row.stage}
    if row.accepted_on is None and row.stage != "登记":
        yield "受理日期", "missing-date", {"stage": row.stage}
    known = [(getattr(row, name), column) for _stage, name, column in _STEPS if getattr(row, name)]
    for (earlier, before), (later, column) in pairwise(known):
        if later < earlier:
            yield column, "dates-out-of-order", {"earlier": before}


def _own_county(row: Any, sight: Sight) -> bool:
    return sight.whole_city or row.county == sight.principal.county


def _own_lead(row: Any, sight: Sight) -> bool:
    return sight.whole_city or row.origin == sight.principal.county


def _own_request(row: Any, sight: Sight) -> bool:
    return sight.whole_city or row.applicant == sight.principal.county


def _own_record(row: Any, sight: Sight) -> bool:
    return sight.whole_city or sight.origins.get(row.project) == sight.principal.county


PLANNED_PROJECTS: Final = Table(
    kind="planned_projects",
    title="谋划项目",
    row=projects.PlannedProjectInput,
    key=("code",),
    columns=(
        Column(field="code", name="谋划编号", type=Code()),
        Column(field="name", name="名称", type=Text(), aliases=("项目名称",)),
        Column(field="county", name="所属县区", type=Division(), refers="region"),
        Column(field="chain", name="产业链", type=Text(40)),
        Column(field=INDUSTRY, name="行业代码", type=Industry()),
        Column(field="investment_fen", name="总投资", type=Quantity(MONEY_WAN), total=True),
        Column(field="library", name="储备库", type=Text(40)),
    ),
    existing=projects.existing_planned_projects,
    write=projects.write_planned_projects,
    exporters=POOL_READERS,
    sees=_own_county,
)

_WAN: Final = Quantity(MONEY_WAN)

PROJECTS: Final = Table(
    kind="projects",
    title="项目线索",
    row=projects.ProjectInput,
    key=("code",),
    columns=(
        Column(field="code", name="登记编号", type=Code()),
        Column(field="channel", name="来源渠道", type=Text(40)),
        Column(field="origin", name="首谈单位", type=Division(), refers="region"),
        Column(field="name", name="项目名称", type=Text()),
        Column(field="investor_name", name="投资方", type=Text()),
        Column(
            field="investor_credit_code",
            name="统一社会信用代码",
            type=CreditCode(),
            aliases=("信用代码",),
        ),
        Column(field="investor_registered", name="投资方注册地", type=Division()),
        Column(field="fund_kind", name="资金类型", type=FUNDS),
        Column(field=INDUSTRY, name="行业代码", type=Industry()),
        Column(field="investment_fen", name="总投资", type=_WAN, total=True),
        Column(field="fixed_investment_fen", name="固定资产投资", type=_WAN),
        Column(field="land_mu", name="用地需求", type=Quantity(LAND)),
        Column(field="hall_m2", name="厂房需求", type=Quantity(FLOOR)),
        Column(field="energy_tce", name="年能耗", type=Quantity(ENERGY_PLAIN)),
        Column(field="water_td", name="用水", type=Quantity(WATER)),
        Column(field="cod_kg", name="COD", type=Quantity(COD)),
        Column(field="output_fen", name="预计年产值", type=_WAN),
        Column(field="tax_fen", name="预计年税收", type=_WAN),
        Column(field="registered_on", name="登记日期", type=Day()),
        Column(field="first_talk_on", name="首谈日期", type=Day(), required=False),
        Column(field="accepted_on", name="受理日期", type=Day(), required=False),
        Column(field="land_deadline", name="最迟供地日期", type=Day()),
        Column(field="stage", name="阶段", type=Choice({stage: stage for stage in STAGES})),
        *(Column(field=name, name=column, type=Day(), required=False) for _stage, name, column in _STEPS),
    ),
    existing=projects.existing_projects,
    write=projects.write_projects,
    check=_dates,
    group="阶段",
    exporters=POOL_READERS,
    sees=_own_lead,
)

TRANSFERS: Final = Table(
    kind="transfers",
    title="流转申请",
    row=projects.TransferInput,
    key=("project", "applied_on"),
    columns=(
        Column(field="project", name="登记编号", type=Code(), refers="project"),
        Column(field="applicant", name="申请单位", type=Division(), refers="region"),
        Column(
            field="reason",
            name="流转原因",
            type=Choice({word: reason.value for reason, word in TRANSFER_REASONS.items()}),
        ),
        Column(field="evidence", name="佐证", type=Text()),
        Column(field="investor_consent_on", name="投资方同意日期", type=Day(), required=False),
        Column(field="applied_on", name="申请日期", type=Day()),
        Column(field="floor_ratio_bp", name="保底分享比例", type=Quantity(PERCENT, maximum=10_000)),
        Column(field="floor_years", name="保底年限", type=Quantity(COUNT, maximum=MAX_YEARS)),
        Column(field="upfront_fen", name="前期费用", type=_WAN, total=True),
        Column(field="recall_days", name="召回期限", type=Quantity(DAYS, maximum=MAX_DAYS)),
        Column(field="remark", name="备注", type=Text(500), required=False, blank=""),
    ),
    existing=projects.existing_transfers,
    write=projects.write_transfers,
    group="流转原因",
    exporters=POOL_READERS,
    sees=_own_request,
)

COMPANIES: Final = Table(
    kind="companies",
    title="项目公司",
    row=projects.CompanyInput,
    key=("project",),
    columns=(
        Column(field="project", name="登记编号", type=Code(), refers="project"),
        Column(field="credit_code", name="统一社会信用代码", type=CreditCode(), aliases=("信用代码",)),
        Column(field="name", name="名称", type=Text()),
        Column(field="registered_in", name="注册地", type=Division()),
        Column(field="registered_on", name="注册日期", type=Day()),
    ),
    existing=projects.existing_companies,
    write=projects.write_companies,
    exporters=POOL_READERS,
    sees=_own_record,
)


class _AnyAmount(Plain):
    """An amount whose unit stands in another cell of the row; kept as text until both are known."""

    hint = Quantity.hint
    numeric = True

    def read(self, text: str) -> str:
        """Check that it is a number and no negative one."""
        if read_scaled(text, MONEY_WAN.factors["万元"], MONEY_WAN.smallest) < 0:
            raise BadCell("negative")
        return text


_UNITS: Final = {"元": "万元", "万元": "万元", "亿元": "万元", "美元": "万美元", "万美元": "万美元"}
"""The unit that an amount is kept in, by the unit that the row states."""
_SCALES: Final = {"元": "元", "万元": "万元", "亿元": "亿元", "美元": "元", "万美元": "万元"}
_WAN_POWER: Final = 6


def _amount(values: dict[str, Any]) -> dict[str, Any]:
    """Convert the amount by the row's own unit: hundredths of a yuan or dollar."""
    unit = values["unit"]
    try:
        amount = read_scaled(values["amount"], MONEY_WAN.factors[_SCALES[unit]], MONEY_WAN.smallest)
    except BadCell as error:
        raise BadCell(error.code, column="金额", **error.facts) from None
    if amount >= FEN_LIMIT:
        raise BadCell("too-large", column="金额")
    return values | {"amount": amount, "unit": _UNITS[unit]}


def _amount_text(row: Any) -> dict[str, Any]:
    return {
        "project": row.project,
        "month": row.month,
        "fund_kind": row.fund_kind,
        "amount": show_decimal(row.amount, _WAN_POWER),
        "unit": row.unit,
        "evidence": row.evidence,
    }


def _number(rows: Sequence[Any]) -> list[Any]:
    """Number the rows of one project, month and fund kind in the order of the file."""
    seen: Counter[tuple[str, str, str]] = Counter()
    numbered = []
    for row in rows:
        key = (row.project, row.month, row.fund_kind)
        seen[key] += 1
        numbered.append(replace(row, seq=seen[key]))
    return numbered


PAID_IN: Final = Table(
    kind="paid_in",
    title="到位资金",
    row=projects.PaidInInput,
    key=("project", "month", "fund_kind", "seq"),
    columns=(
        Column(field="project", name="登记编号", type=Code(), refers="project"),
        Column(field="month", name="月份", type=Month()),
        Column(field="fund_kind", name="资金类型", type=FUNDS),
        Column(field="amount", name="金额", type=_AnyAmount()),
        Column(field="unit", name="单位", type=Choice({unit: unit for unit in _UNITS})),
        Column(field="evidence", name="凭证", type=Text()),
    ),
    existing=projects.existing_paid_in,
    write=projects.write_paid_in,
    build=_amount,
    flatten=_amount_text,
    finish=_number,
    group="资金类型",
    exporters=POOL_READERS,
    sees=_own_record,
)
