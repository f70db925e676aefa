"""Signed projects, their hosts' officers, and files that prove what was paid in."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import services.funds.file_walls  # noqa: F401 -- brings the wall of an entry's files
from allocation.evidence_kinds import EvidenceKind
from auth.principal import Principal, Role
from services.files import service as store
from services.funds import entries
from services.funds.schemas import FundForm
from services.funds.tables import FundEntry
from services.projects.imports import write_paid_in
from services.projects.inputs import PaidInInput
from tests.services.files.samples import pdf
from tests.services.projects.factories import (
    CITY,
    LUONAN,
    OFFICE,
    PARK,
    SHANGZHOU,
    SYSTEM,
    leader,
    make_pool,
    officer,
    principal,
    project_input,
)

TODAY = date(2027, 1, 15)
MAKER = officer(SHANGZHOU)
FINANCE = principal(Role.county_finance, SHANGZHOU)
LEADER = leader(SHANGZHOU)
OTHER = officer(LUONAN)
CITY_FINANCE = principal(Role.city_finance, CITY)
AUDITOR = principal(Role.auditor, CITY)
PARK_OFFICER = principal(Role.park_officer, PARK)
COLLEAGUE = principal(Role.city_office, CITY, 2)
OURS, THEIRS, LEAD, CITYS = "6110-2026-0001", "6110-2026-0002", "6110-2026-0003", "6110-2026-0004"
WAN = 1_000_000


def signed(code: str, host: str, **changes: object) -> object:
    """Make a signed project whose first negotiator hosts it."""
    return project_input(code, origin=host, stage="签约", signed_on=date(2026, 6, 1), **changes)


async def small_city(session: AsyncSession) -> None:
    """Store a city with projects signed in three places, and a lead that nobody signed."""
    await make_pool(
        session,
        signed(OURS, SHANGZHOU),  # type: ignore[arg-type] # a row of the file
        signed(THEIRS, LUONAN, investor_credit_code="914403001922038216"),  # type: ignore[arg-type] # the same
        project_input(LEAD, origin=SHANGZHOU, stage="在谈"),
        signed(CITYS, CITY),  # type: ignore[arg-type] # the same
    )
    await session.execute(
        text("UPDATE project SET host_park = :park WHERE city = :city AND code = :code"),
        {"park": PARK, "city": CITY, "code": OURS},
    )


async def ref(session: AsyncSession, code: str) -> str:
    """The public id of a project."""
    query = text("SELECT public_id FROM project WHERE city = :city AND code = :code")
    return str(await session.scalar(query, {"city": CITY, "code": code}))


async def slip(session: AsyncSession, who: Principal, purpose: EvidenceKind = EvidenceKind.bank_slip) -> UUID:
    """Upload what proves a payment."""
    kept = await store.upload(session, who, "回单.pdf", pdf(), purpose=purpose, today=TODAY)
    return kept.id


async def form(
    session: AsyncSession, code: str = OURS, who: Principal = MAKER, **changes: object
) -> FundForm:
    """Fill in an entry of 100 万元 in December 2026."""
    facts: dict[str, object] = {
        "project": await ref(session, code),
        "month": "2026-12",
        "fund_kind": "province_outside",
        "amount": 100 * WAN,
        "evidence": "银行回单 3 张",
        "files": [await slip(session, who)],
    }
    return FundForm.model_validate(facts | changes)


async def entered(
    session: AsyncSession, code: str = OURS, who: Principal = MAKER, **changes: object
) -> FundEntry:
    """Make an entry."""
    return await entries.enter(session, who, await form(session, code, who, **changes), TODAY)


async def confirmed(session: AsyncSession, **changes: object) -> FundEntry:
    """Make an entry and confirm it."""
    made = await entered(session, **changes)  # type: ignore[arg-type] # a test names the fields it means
    return await entries.confirm(session, FINANCE, made.id, TODAY, made.revision)


async def load(
    session: AsyncSession, *rows: tuple[str, str, int], unit: str = "万元", kind: str = "province_outside"
) -> None:
    """Load rows of the file: project, month, hundredths."""
    await write_paid_in(
        session,
        SYSTEM,
        [
            PaidInInput(project=code, month=month, fund_kind=kind, amount=fen, unit=unit, evidence="验资报告")
            for code, month, fen in rows
        ],
    )


async def counted(session: AsyncSession) -> dict[str, int]:
    """What counts, by month."""
    query = text(
        "SELECT month, sum(fen)::bigint AS fen FROM funds_counted(:city) GROUP BY month ORDER BY month"
    )
    return {row.month: row.fen for row in await session.execute(query, {"city": CITY})}


__all__ = ["LUONAN", "OFFICE", "SHANGZHOU"]
