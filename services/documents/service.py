"""Papers for people: found as the person may see them, drawn in a thread, never stored."""

import asyncio
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.agreements import views as agreements
from services.documents.cards import project_card
from services.documents.papers import agreement_sheet, confirmation_sheet, version_of
from services.documents.render import Sheet, render_pdf
from services.documents.sheets import AgreementSheet
from services.documents.statements import statement_sheet
from services.documents.workbook import agreement_workbook, statement_workbook
from services.kit.clock import Clock
from services.ledger import views as ledger
from services.projects import service as projects
from services.regions.repo import unit_names

PDF: Final = "application/pdf"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to send: its bytes, type and name."""

    content: bytes
    media_type: str
    name: str


async def statement_pdf(session: AsyncSession, principal: Principal, number: UUID, public_url: str) -> File:
    """Draw a statement. Raises NoSuchStatement for one that this person may not know of."""
    sheet = statement_sheet(await ledger.statement_sheet(session, principal, number), public_url)
    return await _pdf(sheet, f"{sheet.number}-v{sheet.version}")


async def statement_xlsx(session: AsyncSession, principal: Principal, number: UUID, public_url: str) -> File:
    """Write a statement as a workbook. Raises as `statement_pdf`."""
    sheet = statement_sheet(await ledger.statement_sheet(session, principal, number), public_url)
    content = await asyncio.to_thread(statement_workbook, sheet)
    return File(content=content, media_type=XLSX, name=f"{sheet.number}-v{sheet.version}.xlsx")


async def agreement_pdf(
    session: AsyncSession, principal: Principal, agreement_id: UUID, version: int | None, public_url: str
) -> File:
    """Draw a version of an agreement. Raises NoSuchAgreement for one that this person may not know of."""
    sheet = await _agreement(session, principal, agreement_id, version, public_url)
    return await _pdf(sheet, f"{sheet.number}-v{sheet.version}")


async def agreement_xlsx(
    session: AsyncSession, principal: Principal, agreement_id: UUID, version: int | None, public_url: str
) -> File:
    """Write a version of an agreement as a workbook. Raises as `agreement_pdf`."""
    sheet = await _agreement(session, principal, agreement_id, version, public_url)
    content = await asyncio.to_thread(agreement_workbook, sheet)
    return File(content=content, media_type=XLSX, name=f"{sheet.number}-v{sheet.version}.xlsx")


async def confirmation_pdf(
    session: AsyncSession, principal: Principal, confirmation_id: UUID, public_url: str
) -> File:
    """Draw a confirmation. Raises NoSuchConfirmation for one that this person may not know of."""
    paper = await agreements.show_confirmation(session, principal, confirmation_id)
    city_name = await agreements.city_name(session, principal.city)
    sheet = confirmation_sheet(paper, city_name=city_name, public_url=public_url)
    return await _pdf(sheet, sheet.number)


async def project_pdf(session: AsyncSession, principal: Principal, ref: str) -> File:
    """Draw the card of what this person may see of a project. Raises NoSuchProject if that is nothing."""
    dossier = await projects.open_dossier(session, principal, ref)
    sheet = project_card(
        projects.view_of(dossier),
        await projects.history(session, dossier),
        await unit_names(session, principal.city),
        ref=ref,
        city_name=await agreements.city_name(session, principal.city),
        today=await Clock().today(session, principal.city),
    )
    return await _pdf(sheet, sheet.number)


async def _agreement(
    session: AsyncSession, principal: Principal, agreement_id: UUID, version: int | None, public_url: str
) -> AgreementSheet:
    agreement = await agreements.show_agreement(session, principal, agreement_id)
    return agreement_sheet(
        agreement,
        version_of(agreement, version),
        city=principal.city,
        city_name=await agreements.city_name(session, principal.city),
        public_url=public_url,
    )


async def _pdf(sheet: Sheet, name: str) -> File:
    content = await asyncio.to_thread(render_pdf, sheet)
    return File(content=content, media_type=PDF, name=f"{name}.pdf")
