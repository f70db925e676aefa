"""A small city with leads in it, principals of its offices, and the example files as typed rows."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import Action
from auth.principal import Principal, Role
from services.projects import imports
from services.projects.inputs import (
    CompanyInput,
    PaidInInput,
    PlannedProjectInput,
    ProjectInput,
    TransferInput,
)
from services.projects.schemas import MoveForm, ProjectForm, TransferForm
from services.projects.words import FUND_KINDS, TRANSFER_REASONS
from tests.services.regions import factories as regions

CITY, SHANGZHOU, LUONAN, DANFENG = regions.CITY, regions.SHANGZHOU, regions.LUONAN, regions.DANFENG
PARK, CITY_PARK, LUONAN_PARK = "6110P01", "6110P03", "6110P04"
TODAY = regions.BUSINESS_DATE
EXAMPLES = Path(__file__).parents[3] / "examples/shangluo"
CREDIT_CODE = "91110000600037341L"
OTHER_CREDIT_CODE = "914403001922038216"


def principal(role: Role, office: str, number: int = 1) -> Principal:
    """Make somebody of an office; parks lie in their owner's county."""
    owners = {PARK: SHANGZHOU, CITY_PARK: CITY, LUONAN_PARK: LUONAN}
    return Principal(
        account=UUID(int=hash((role.value, office, number)) & (2**64 - 1) | 1 << 70),
        city=CITY,
        role=role,
        office=office,
        county=owners.get(office, office) or None,
        name=f"{role.value} {office}",
    )


def officer(county: str) -> Principal:
    return principal(Role.county_officer, county)


def leader(county: str) -> Principal:
    return principal(Role.county_leader, county)


OFFICE = principal(Role.city_office, CITY)
SYSTEM = Principal.system(CITY)


def form(**changes: object) -> ProjectForm:
    """Fill in a registration."""
    facts: dict[str, object] = {
        "origin": DANFENG,
        "channel": "以商招商",
        "channel_unit": "本地链主企业",
        "filing_reason": "new_build",
        "name": "德润融通汽车零部件项目",
        "investor_name": "德润融通汽车实业有限公司",
        "investor_credit_code": CREDIT_CODE,
        "investor_registered": "350200",
        "fund_kind": "province_outside",
        "edition": "2017",
        "industry": "3670",
        "investment_fen": 52_650 * 1_000_000,
        "fixed_investment_fen": 42_120 * 1_000_000,
        "land_mu": 10_000,
        "hall_m2": 0,
        "energy_tce": 4_947,
        "water_td": 134,
        "cod_kg": 740,
        "output_fen": 27_216 * 1_000_000,
        "tax_fen": 2_615 * 1_000_000,
        "first_talk_on": date(2026, 12, 20),
        "land_deadline": date(2027, 6, 18),
    }
    return ProjectForm.model_validate(facts | changes)


def transfer_form(**changes: object) -> TransferForm:
    """Fill in a request to pass a lead on."""
    facts: dict[str, object] = {
        "reason": "land_quota",
        "evidence": "园区空间核查表",
        "investor_consent_on": date(2027, 1, 10),
        "floor_ratio_bp": 3_000,
        "floor_years": 5,
        "upfront_fen": 20_000_000,
        "recall_days": 60,
    }
    return TransferForm.model_validate(facts | changes)


def review() -> MoveForm:
    """Fill in the county's review."""
    return MoveForm(action=Action.review)


def project_input(code: str = "6110-2026-0001", **changes: object) -> ProjectInput:
    """Make a row of the file of projects."""
    typed = form().model_dump(mode="python")
    facts: dict[str, object] = {
        **{name: typed[name] for name in ProjectInput.__slots__ if name in typed},
        "fund_kind": "province_outside",
        "code": code,
        "registered_on": date(2026, 5, 6),
        "first_talk_on": date(2026, 4, 25),
        "accepted_on": date(2026, 5, 8),
        "stage": "入池",
    }
    return ProjectInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


def transfer_input(project: str = "6110-2026-0001", **changes: object) -> TransferInput:
    """Make a row of the file of transfer requests."""
    facts: dict[str, object] = {
        "project": project,
        "applicant": DANFENG,
        "reason": "land_quota",
        "evidence": "能耗核算表",
        "investor_consent_on": date(2026, 11, 15),
        "applied_on": date(2026, 11, 17),
        "floor_ratio_bp": 3_000,
        "floor_years": 5,
        "upfront_fen": 20_000_000,
        "recall_days": 60,
    }
    return TransferInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


async def make_pool(session: AsyncSession, *rows: ProjectInput) -> None:
    """Store the small city with pooled leads, each with an approved transfer."""
    await regions.make_city(session)
    projects = rows or (project_input(),)
    await imports.write_projects(session, SYSTEM, projects)
    pooled = [row for row in projects if row.stage == "入池"]
    await imports.write_transfers(
        session, SYSTEM, [transfer_input(row.code, applicant=row.origin) for row in pooled]
    )


def _read(name: str) -> list[dict[str, str]]:
    with (EXAMPLES / f"{name}.csv").open(encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _wan(text: str) -> int:
    return int(Decimal(text) * 1_000_000)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def example_projects() -> list[ProjectInput]:
    """Read the example's projects."""
    kinds = {label: kind.value for kind, label in FUND_KINDS.items()}
    return [
        ProjectInput(
            code=row["登记编号"],
            channel=row["来源渠道"],
            origin=row["首谈单位"],
            name=row["项目名称"],
            investor_name=row["投资方"],
            investor_credit_code=row["统一社会信用代码"],
            investor_registered=row["投资方注册地"],
            fund_kind=kinds[row["资金类型"]],
            industry=row["行业代码"],
            investment_fen=_wan(row["总投资(万元)"]),
            fixed_investment_fen=_wan(row["固定资产投资(万元)"]),
            land_mu=int(Decimal(row["用地需求(亩)"]) * 100),
            hall_m2=int(row["厂房需求(平方米)"]),
            energy_tce=int(row["年能耗(吨标准煤)"]),
            water_td=int(row["用水(吨/日)"]),
            cod_kg=int(Decimal(row["COD(吨/年)"]) * 1000),
            output_fen=_wan(row["预计年产值(万元)"]),
            tax_fen=_wan(row["预计年税收(万元)"]),
            registered_on=date.fromisoformat(row["登记日期"]),
            first_talk_on=_day(row["首谈日期"]),
            accepted_on=_day(row["受理日期"]),
            land_deadline=date.fromisoformat(row["最迟供地日期"]),
            stage=row["阶段"],
            signed_on=_day(row["签约日期"]),
            contracted_on=_day(row["合同日期"]),
            incorporated_on=_day(row["注册日期"]),
            ready_on=_day(row["达到开工条件日期"]),
            started_on=_day(row["开工日期"]),
            produced_on=_day(row["投产日期"]),
        )
        for row in _read("项目线索")
    ]


def example_transfers() -> list[TransferInput]:
    """Read the example's transfer requests."""
    reasons = {label: reason.value for reason, label in TRANSFER_REASONS.items()}
    return [
        TransferInput(
            project=row["登记编号"],
            applicant=row["申请单位"],
            reason=reasons[row["流转原因"]],
            evidence=row["佐证"],
            investor_consent_on=_day(row["投资方同意日期"]),
            applied_on=date.fromisoformat(row["申请日期"]),
            floor_ratio_bp=int(Decimal(row["保底分享比例(%)"]) * 100),
            floor_years=int(row["保底年限"]),
            upfront_fen=_wan(row["前期费用(万元)"]),
            recall_days=int(row["召回期限(天)"]),
            remark=row["备注"],
        )
        for row in _read("流转申请")
    ]


def example_companies() -> list[CompanyInput]:
    """Read the example's companies."""
    return [
        CompanyInput(
            project=row["登记编号"],
            credit_code=row["统一社会信用代码"],
            name=row["名称"],
            registered_in=row["注册地"],
            registered_on=date.fromisoformat(row["注册日期"]),
        )
        for row in _read("项目公司")
    ]


def example_paid_in() -> list[PaidInInput]:
    """Read the example's funds paid in."""
    kinds = {label: kind.value for kind, label in FUND_KINDS.items()}
    return [
        PaidInInput(
            project=row["登记编号"],
            month=row["月份"],
            fund_kind=kinds[row["资金类型"]],
            amount=_wan(row["金额"]),
            unit=row["单位"],
            evidence=row["凭证"],
        )
        for row in _read("到位资金")
    ]


def example_planned() -> list[PlannedProjectInput]:
    """Read the example's planned projects."""
    return [
        PlannedProjectInput(
            code=row["谋划编号"],
            name=row["名称"],
            county=row["所属县区"],
            chain=row["产业链"],
            industry=row["行业代码"],
            investment_fen=_wan(row["总投资(万元)"]),
            library=row["储备库"],
        )
        for row in _read("谋划项目")
    ]
