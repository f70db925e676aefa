"""What the state machine stands on: two agreements in an empty city, and rows as files would bring them."""

from datetime import date

from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.postings import AccountKind, LegFacts, Unit
from services.agreements.imports import write_agreements
from services.agreements.inputs import AgreementInput
from services.ledger import service
from services.ledger.inputs import ReceiptInput
from services.ledger.runs import open_period
from services.projects.imports import write_companies, write_projects
from services.projects.inputs import CompanyInput
from tests.services.ledger import factories
from tests.services.ledger.factories import CITY, SYSTEM, TODAY
from tests.services.ledger.state_model import Booked, Deal, Key, Paid, Version
from tests.services.ledger.story import PEOPLE

MONTHS = ("2025-02", "2025-06", "2025-12", "2026-03", "2026-12")
YEAR = tuple(f"2025-{month:02}" for month in range(1, 13))

FEN = st.one_of(st.integers(-5_000, 20_000), st.sampled_from([1, 3, 5, 7, 99, 100_001]))
DAYS = st.builds(
    lambda month, day: date.fromisoformat(f"{month}-{day:02}"), st.sampled_from(MONTHS), st.integers(1, 28)
)
CAPS = st.one_of(st.none(), st.integers(1, 15_000))
RATIOS = st.lists(st.sampled_from([0, 3_333, 5_000, 10_000]), min_size=2, max_size=2)
STARTS = st.sampled_from([date(2025, 3, 1), date(2026, 1, 1)])
WHICH = st.integers(0, 1)
PLACE = st.integers(0, 30)


def deals() -> list[Deal]:
    """Two agreements: a flat one, and one whose host is the other's origin."""
    begun = date(2025, 1, 10)
    return [
        Deal("6110-XY-001", "6110-2024-0193", "", "611002", "611021", [Version((5_000,) * 5, begun, None)]),
        Deal(
            "6110-XY-002", "6110-2024-0194", "", "611023", "611002", [Version((5_000, 3_333), begun, 9_000)]
        ),
    ]


def agreement_input(deal: Deal) -> AgreementInput:
    """The newest version as the agreements' file has it."""
    terms = deal.versions[-1]
    return AgreementInput(
        code=deal.code,
        project=deal.project,
        method="yearly",
        origin=deal.origin,
        host=deal.host,
        ratios_bp=terms.ratios,
        years=len(terms.ratios),
        cap_fen=terms.cap,
        effective_on=terms.effective,
    )


def leg_facts(booked: Booked) -> tuple[LegFacts, ...]:
    """The model's legs as the program takes them."""
    return tuple(
        LegFacts(county, AccountKind(kind), other, fen, Unit(unit))
        for (county, kind, other, unit), fen in booked.legs
    )


def receipt_input(ticket: str, paid: Paid) -> ReceiptInput:
    """A payment as the receipts' file has it: all of it is the county's part."""
    return ReceiptInput(
        ticket=ticket,
        tax_period=paid.day.isoformat()[:7],
        paid_on=paid.day,
        treasury=paid.treasury,
        credit_code=paid.firm,
        taxpayer="某公司",
        tax=paid.tax,
        subject="101",
        kind=paid.kind,
        amount_fen=paid.fen,
        central_fen=0,
        province_fen=0,
        city_fen=0,
        county_fen=paid.fen,
    )


async def posted_lines(session: AsyncSession) -> dict[str, dict[Key, tuple[int, int]]]:
    """What the entitlement lines add up to, as the model keeps it."""
    lines = await session.execute(
        text(
            "SELECT a.code, e.agreement_year, e.tax, e.month, sum(e.origin_fen)::bigint,"
            " sum(e.host_fen)::bigint FROM entitlement_line e"
            " JOIN agreement a ON a.city = e.city AND a.id = e.agreement GROUP BY 1, 2, 3, 4"
            " HAVING sum(e.origin_fen) <> 0 OR sum(e.host_fen) <> 0"
        )
    )
    posted: dict[str, dict[Key, tuple[int, int]]] = {}
    for code, year, tax, month, origin, host in lines:
        posted.setdefault(code, {})[year, tax, month] = (origin, host)
    return posted


async def lay_ground(session: AsyncSession, wanted: list[Deal] | None = None) -> list[str]:
    """Agreements in force, the months open, and every month of 2025 declared, so that it may close.

    Returns the firms' codes.
    """
    wanted = wanted or deals()
    await factories.load_ground(session)
    firms = {row["登记编号"]: row["统一社会信用代码"] for row in factories.read("项目公司")}
    for deal in wanted:
        project, firm = factories.project_input(deal.project, deal.origin, "某项目"), firms[deal.project]
        company = CompanyInput(
            project=deal.project,
            credit_code=firm,
            name="某公司",
            registered_in=deal.host,
            registered_on=TODAY,
        )
        await write_projects(session, SYSTEM, [project])
        await write_companies(session, SYSTEM, [company])
        await write_agreements(session, SYSTEM, [agreement_input(deal)])
    for month in MONTHS:
        await open_period(session, CITY, month)
    for month in YEAR:
        await service.declare_nil(session, PEOPLE.maker, month, "无")
    return [firms[deal.project] for deal in wanted]
