"""The example's funds paid in, people who count, examine and confirm."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.credit import service
from services.credit.tables import CreditSheet
from services.credit.words import Bureau
from services.projects.imports import write_paid_in
from services.projects.inputs import PaidInInput
from tests.services.ledger.factories import CITY, SYSTEM, TODAY, person, read

CLERK = person(Role.city_office, name="经办甲")
HEAD = person(Role.city_office, name="负责人乙")
FINANCE = person(Role.city_finance, name="财政丙")
YEAR = 2026


def projects() -> list[str]:
    """The first three projects with an agreement: their codes."""
    return [row["登记编号"] for row in read("协议")[:3]]


async def pay_in(session: AsyncSession, rows: dict[tuple[str, str], int], unit: str = "万元") -> None:
    """Write funds in fen, by project and month."""
    await write_paid_in(
        session,
        SYSTEM,
        [
            PaidInInput(
                project=project,
                month=month,
                fund_kind="province_outside" if unit == "万元" else "foreign",
                amount=fen,
                unit=unit,
                evidence="验资报告",
            )
            for (project, month), fen in rows.items()
        ],
    )


async def start(session: AsyncSession, project: str, on: date) -> None:
    """Record that construction started."""
    await session.execute(
        text("UPDATE project SET started_on = :on WHERE city = :city AND code = :code"),
        {"on": on, "city": CITY, "code": project},
    )


async def agree(session: AsyncSession, sheet: CreditSheet, *, but: tuple[Bureau, ...] = ()) -> CreditSheet:
    """Let the bureaus agree, all but some."""
    for bureau in Bureau:
        if bureau not in but:
            await opine(session, sheet, bureau)
    return sheet


async def opine(
    session: AsyncSession,
    sheet: CreditSheet,
    bureau: Bureau,
    *,
    agrees: bool = True,
    words: str = "",
    by: Principal | None = None,
) -> CreditSheet:
    """One bureau's opinion."""
    return await service.give_opinion(
        session,
        by or (FINANCE if bureau is Bureau.finance else CLERK),
        sheet.id,
        bureau,
        agrees=agrees,
        document_no="商考〔2027〕3号",
        words=words,
        today=TODAY,
        seen=sheet.revision,
    )


async def confirm(session: AsyncSession, sheet: CreditSheet, by: Principal = HEAD) -> CreditSheet:
    """Confirm a sheet."""
    return await service.confirm_sheet(
        session, by, sheet.id, sheet.body_sha256, "市政府专题会议纪要〔2027〕2号", TODAY, sheet.revision
    )
