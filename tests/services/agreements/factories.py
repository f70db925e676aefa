"""Held projects, papers at each stage, and the people who draft, sign and check them."""

from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal, Role
from services.agreements import confirmations, service, signing
from services.agreements.inputs import AgreementInput
from services.agreements.schemas import AgreementEdit, AgreementIn
from services.agreements.tables import Agreement, TransferConfirmation
from services.agreements.words import AGREEMENT_PARTIES, CONFIRMATION_PARTIES, PaperKind, Party
from services.projects import service as projects
from services.projects.tables import Project
from tests.services.projects import factories as make
from tests.services.projects import road

CITY, ORIGIN, HOST, OTHER = make.CITY, make.DANFENG, make.SHANGZHOU, make.LUONAN
TODAY = make.TODAY
NOW = datetime(2027, 1, 15, 2, 0, tzinfo=UTC)
SYSTEM = make.SYSTEM
OFFICE = make.OFFICE
OFFICE_TWO = make.principal(Role.city_office, CITY, 2)
FINANCE = make.principal(Role.city_finance, CITY)
AUDITOR = make.principal(Role.auditor, CITY)
ADMINISTRATOR = make.principal(Role.administrator, CITY)
ORIGIN_OFFICER, ORIGIN_LEADER = make.officer(ORIGIN), make.leader(ORIGIN)
HOST_OFFICER, HOST_LEADER = make.officer(HOST), make.leader(HOST)
OTHER_OFFICER = make.officer(OTHER)
HOST_FINANCE = make.principal(Role.county_finance, HOST)
PARK_OFFICER = make.principal(Role.park_officer, make.PARK)

PDF = b"%PDF-1.7\nsigned and sealed\n%%EOF\n"
MAKERS = {
    Party.origin: ORIGIN_OFFICER,
    Party.host: HOST_OFFICER,
    Party.witness: OFFICE,
    Party.investor: HOST_OFFICER,
}
CHECKERS = {
    Party.origin: ORIGIN_LEADER,
    Party.host: HOST_LEADER,
    Party.witness: FINANCE,
    Party.investor: HOST_LEADER,
}


def edit(**changes: object) -> AgreementEdit:
    """Terms that the floor (30 % for 5 years) allows."""
    facts: dict[str, object] = {
        "method": "fixed",
        "ratios_bp": [4000],
        "years": 5,
        "effective_on": date(2027, 1, 15),
        "minutes_no": "市政纪要〔2027〕3号",
        "minutes_on": date(2027, 1, 12),
        "deduction_consent": True,
    }
    return AgreementEdit.model_validate(facts | changes)


def proposal(project: Project, **changes: object) -> AgreementIn:
    """A new agreement of a project."""
    return AgreementIn.model_validate(edit(**changes).model_dump() | {"project": str(project.id)})


def row(code: str = "6110-XY-001", project: str = "6110-2026-0001", **changes: object) -> AgreementInput:
    """A row of the file of agreements."""
    facts: dict[str, object] = {
        "code": code,
        "project": project,
        "method": "fixed",
        "origin": ORIGIN,
        "host": HOST,
        "ratios_bp": (4000,) * 5,
        "years": 5,
        "cap_fen": None,
        "effective_on": date(2025, 2, 3),
    }
    return AgreementInput(**(facts | changes))  # type: ignore[arg-type] # a test names the fields it means


async def bring_to_hold(session: AsyncSession) -> None:
    """Bring a lead of Danfeng to its hold by Shangzhou."""
    made = await road.chosen(session)
    await projects.take_hold(session, OFFICE, made.id, make.PARK)


async def held(session: AsyncSession) -> Project:
    """The one project of the database, held by Shangzhou."""
    return (await session.scalars(select(Project))).one()


async def drafted(session: AsyncSession, **changes: object) -> tuple[Project, Agreement]:
    """A held project with a drafted agreement."""
    project = await held(session)
    return project, await service.draft_agreement(session, HOST_OFFICER, proposal(project, **changes), TODAY)


async def sent(session: AsyncSession) -> tuple[Project, Agreement]:
    """The same, sent for signing."""
    project, agreement = await drafted(session)
    return project, await service.send_agreement(session, HOST_OFFICER, agreement.id, agreement.revision)


async def upload(
    session: AsyncSession,
    paper: Agreement | TransferConfirmation,
    party: Party,
    *,
    by: Principal | None = None,
    content: bytes | None = None,
    signed_on: date = TODAY,
):
    """Upload a side's scan, by its maker unless another is named."""
    kind = PaperKind.agreement if isinstance(paper, Agreement) else PaperKind.confirmation
    return await signing.upload_signature(
        session,
        by or MAKERS[party],
        kind,
        paper.id,
        party=party,
        signer="签字人",
        signed_on=signed_on,
        name="扫描件.pdf",
        content=content or PDF + party.encode(),
        today=TODAY,
    )


async def check(
    session: AsyncSession,
    paper: Agreement | TransferConfirmation,
    signature,
    *,
    by: Principal | None = None,
):
    """Check a side's scan, by its checker unless another is named."""
    kind = PaperKind.agreement if isinstance(paper, Agreement) else PaperKind.confirmation
    checker = by or CHECKERS[signature.party]
    return await signing.check_signature(session, checker, kind, paper.id, signature.id, now=NOW)


async def sign_all(session: AsyncSession, paper: Agreement | TransferConfirmation) -> None:
    """Let every side sign."""
    parties = AGREEMENT_PARTIES if isinstance(paper, Agreement) else CONFIRMATION_PARTIES
    for party in parties:
        await check(session, paper, await upload(session, paper, party))


async def confirmation_of(session: AsyncSession, project: Project) -> TransferConfirmation:
    """Open the confirmation of a held project."""
    return await confirmations.open_confirmation(session, HOST_OFFICER, str(project.id), TODAY)


async def in_force(session: AsyncSession) -> tuple[Project, Agreement]:
    """A held project with an agreement that all sides signed."""
    project, agreement = await sent(session)
    await sign_all(session, agreement)
    await session.refresh(agreement)
    return project, agreement
