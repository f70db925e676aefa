"""The example city's money side, read from its files with plain Python, and people to act."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.taxes import ReceiptKind, Tax
from allocation.sharing.terms import CreditRule, Method
from auth.principal import Principal, Role
from services.agreements.imports import write_agreements
from services.agreements.inputs import AgreementInput
from services.kit.tables import uuid7
from services.ledger.imports import write_incentives, write_receipts
from services.ledger.inputs import IncentiveInput, ReceiptInput
from services.projects.imports import write_companies, write_projects
from services.projects.inputs import CompanyInput, ProjectInput
from services.regions.imports import ensure_city, write_counties, write_level_shares
from services.regions.inputs import CountyInput, LevelShareInput

CITY = "611000"
TODAY = date(2027, 1, 15)
EXAMPLE = Path(__file__).parents[3] / "examples" / "shangluo"
TAXES = {tax.zh: tax.value for tax in Tax}
KINDS = {kind.zh: kind.value for kind in ReceiptKind}
METHODS = {method.zh: method.value for method in Method}
CREDITS = {rule.zh: rule.value for rule in CreditRule}


def read(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def person(role: Role, office: str = CITY, name: str = "经办") -> Principal:
    return Principal(account=uuid7(), city=CITY, role=role, office=office, county=office, name=name)


@dataclass(frozen=True)
class People:
    """Four of the city's finance, for maker and checkers; one of each county's is made by `county`."""

    maker: Principal
    checker: Principal
    reviewer: Principal
    approver: Principal
    auditor: Principal

    @staticmethod
    def county(code: str) -> Principal:
        account = UUID(int=int(code) << 64 | 0x7 << 76 | 0x2 << 62)
        return Principal(
            account=account, city=CITY, role=Role.county_finance, office=code, county=code, name=f"财政{code}"
        )


def people() -> People:
    names = ("编制人", "复核人", "审核人", "批准人")
    return People(
        *(person(Role.city_finance, name=name) for name in names), person(Role.auditor, name="审计人")
    )


SYSTEM = Principal.system(CITY)


async def load_ground(session: AsyncSession) -> None:
    """City, counties and level shares."""
    await ensure_city(session, CITY, year=2026, business_date=TODAY)
    await write_counties(
        session,
        SYSTEM,
        [
            CountyInput(
                code=row["行政区划代码"],
                name=row["名称"],
                energy_quota_tce=0,
                cod_quota_kg=0,
                land_quota_mu=0,
            )
            for row in read("县区")
        ],
    )
    levels = ("中央(%)", "省级(%)", "市级(%)", "县级(%)")
    await write_level_shares(
        session,
        SYSTEM,
        [
            LevelShareInput(
                treasury=row["收款国库"],
                tax=TAXES[row["税种"]],
                effective_from=date.fromisoformat(row["起始日期"]),
                **dict(
                    zip(
                        ("central_bp", "province_bp", "city_bp", "county_bp"),
                        (fen(row[level]) for level in levels),
                        strict=True,
                    )
                ),
            )
            for row in read("分级比例")
        ],
    )


def project_input(code: str, origin: str, name: str) -> ProjectInput:
    return ProjectInput(
        code=code,
        channel="县区",
        origin=origin,
        name=name,
        investor_name=name,
        investor_credit_code="",
        investor_registered="",
        fund_kind="province_outside",
        industry="3841",
        investment_fen=1,
        fixed_investment_fen=1,
        land_mu=0,
        hall_m2=0,
        energy_tce=0,
        water_td=0,
        cod_kg=0,
        output_fen=0,
        tax_fen=0,
        registered_on=date(2024, 1, 2),
        land_deadline=date(2024, 12, 31),
        stage="签约",
        signed_on=date(2024, 2, 2),
    )


async def load_agreements(session: AsyncSession, rows: list[dict[str, str]] | None = None) -> None:
    """The projects, companies and agreements that the money flows under."""
    companies = {row["登记编号"]: row for row in read("项目公司")}
    rows = read("协议") if rows is None else rows
    await write_projects(
        session,
        SYSTEM,
        [
            project_input(row["登记编号"], row["首谈地"], companies[row["登记编号"]]["名称"] + "项目")
            for row in rows
        ],
    )
    await write_companies(
        session,
        SYSTEM,
        [
            CompanyInput(
                project=row["登记编号"],
                credit_code=companies[row["登记编号"]]["统一社会信用代码"],
                name=companies[row["登记编号"]]["名称"],
                registered_in=companies[row["登记编号"]]["注册地"],
                registered_on=date.fromisoformat(companies[row["登记编号"]]["注册日期"]),
            )
            for row in rows
        ],
    )
    await write_agreements(
        session,
        SYSTEM,
        [
            AgreementInput(
                code=row["协议编号"],
                project=row["登记编号"],
                method=METHODS[row["分享办法"]],
                origin=row["首谈地"],
                host=row["落地地"],
                ratios_bp=tuple(int(part) * 100 for part in row["首谈地分享比例(%)"].split(";")),
                years=int(row["年限"]),
                cap_fen=int(row["累计上限(万元)"]) * 1_000_000 if row["累计上限(万元)"] else None,
                effective_on=date.fromisoformat(row["生效日期"]),
                credit_rule=CREDITS[row["考核指标分算"]],
            )
            for row in rows
        ],
    )


def receipt_inputs() -> list[ReceiptInput]:
    return [
        ReceiptInput(
            ticket=row["电子税票号"],
            tax_period=row["税款所属期"],
            paid_on=date.fromisoformat(row["入库日期"]),
            treasury=row["收款国库"],
            credit_code=row["统一社会信用代码"],
            taxpayer=row["纳税人名称"],
            tax=TAXES[row["税种"]],
            subject=row["预算科目"],
            kind=KINDS[row["类型"]],
            amount_fen=fen(row["入库金额(元)"]),
            central_fen=fen(row["中央级(元)"]),
            province_fen=fen(row["省级(元)"]),
            city_fen=fen(row["市级(元)"]),
            county_fen=fen(row["县级(元)"]),
        )
        for row in read("税收入库")
    ]


def incentive_inputs() -> list[IncentiveInput]:
    return [
        IncentiveInput(
            credit_code=row["统一社会信用代码"],
            county=row["兑现地"],
            document_no=row["文号"],
            amount_fen=fen(row["金额(元)"]),
            paid_on=date.fromisoformat(row["兑现日期"]),
        )
        for row in read("政策兑现")
    ]


async def load_money(session: AsyncSession) -> None:
    """All receipts and incentives of the example."""
    await write_receipts(session, SYSTEM, receipt_inputs())
    await write_incentives(session, SYSTEM, incentive_inputs())


async def load_example(session: AsyncSession) -> None:
    """The whole money side of the example."""
    await load_ground(session)
    await load_agreements(session)
    await load_money(session)
