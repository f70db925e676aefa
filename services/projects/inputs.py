"""Typed rows of the five tables of projects, as a file or a form hands them over.

Units are already converted: land in hundredths of a mu, halls in m², money in fen, COD in kg a year, shares
in basis points. Codes are those of the file (登记编号), not internal ids.
"""

from dataclasses import dataclass
from datetime import date

EDITION = "2017"
"""The edition of GB/T 4754 that a bare industry code means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedProjectInput:
    """One planned project (谋划项目), which has no investor yet. Key: `code`."""

    code: str
    name: str
    county: str
    chain: str
    edition: str = EDITION
    industry: str
    investment_fen: int
    library: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectInput:
    """One project or lead. Key: `code`.

    `stage` is a word of the file: 登记 在谈 入池 签约 合同 注册 开工 投产.
    """

    code: str
    channel: str
    origin: str
    name: str
    investor_name: str
    investor_credit_code: str
    investor_registered: str
    fund_kind: str
    """A value of `FundKind`: province_outside, province_inside, foreign."""
    edition: str = EDITION
    industry: str
    investment_fen: int
    fixed_investment_fen: int
    land_mu: int
    hall_m2: int
    energy_tce: int
    water_td: int
    cod_kg: int
    output_fen: int
    tax_fen: int
    registered_on: date
    first_talk_on: date | None = None
    accepted_on: date | None = None
    land_deadline: date
    stage: str
    signed_on: date | None = None
    contracted_on: date | None = None
    incorporated_on: date | None = None
    ready_on: date | None = None
    started_on: date | None = None
    produced_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferInput:
    """One transfer request. Key: (`project`, `applied_on`). `reason` is a value of `TransferReason`."""

    project: str
    """登记编号."""
    applicant: str
    """申请单位, a region code; the project's origin."""
    reason: str
    evidence: str
    investor_consent_on: date | None
    applied_on: date
    floor_ratio_bp: int
    floor_years: int
    upfront_fen: int
    recall_days: int
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyInput:
    """The company that a project founded. Key: `project` (登记编号)."""

    project: str
    credit_code: str
    name: str
    registered_in: str
    registered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidInInput:
    """Funds paid in. Key: (`project`, `month`, `fund_kind`, `seq`).

    `amount` is in hundredths of `unit`'s yuan or dollar: fen for 万元, US cents for 万美元. `seq` counts
    from 1 the rows of one project, month and fund kind in file order.
    """

    project: str
    month: str
    """YYYY-MM."""
    fund_kind: str
    seq: int = 1
    amount: int
    unit: str
    evidence: str
