"""Whether a printed paper is ours: what anybody may ask who holds it.

A number can be guessed, a check code cannot; so nothing is said of a number whose code does not match.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.agreements import views as agreements
from services.agreements.tables import Agreement, TransferConfirmation
from services.agreements.words import PaperState
from services.documents.codes import check_code
from services.documents.papers import agreement_sheet, confirmation_sheet
from services.documents.settlement_checks import known_paper
from services.kit.i18n import lazy
from services.ledger.reopening_words import AdjustmentState
from services.ledger.states import StatementState
from services.ledger.tables import AdjustmentSheet, Statement
from services.reconciliation.tables import ReconciliationSheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a paper with a matching check code is.

    Attributes:
        number: as printed.
        title: the kind of paper, a message id.
        period: of a statement; empty for other papers.
        version: counted from 1.
        outdated: a later version took its place, or it was ended.
    """

    number: str
    title: str
    period: str = ""
    version: int = 1
    outdated: bool = False


async def verify(session: AsyncSession, number: str, code: str) -> Verified | None:
    """Find the paper of a number by its check code, written with or without hyphens."""
    number, wanted = number.strip().upper(), _plain(code)
    if not wanted or not number.isprintable():
        return None
    return (
        await _statement(session, number, wanted)
        or await _agreement(session, number, wanted)
        or await _confirmation(session, number, wanted)
        or await _adjustment(session, number, wanted)
        or await _settlement(session, number, wanted)
        or await _reconciliation(session, number, wanted)
    )


def _plain(code: str) -> str:
    return code.strip().replace("-", "").upper()


async def _statement(session: AsyncSession, number: str, wanted: str) -> Verified | None:
    for row in await session.scalars(select(Statement).where(col(Statement.number) == number)):
        if _plain(check_code(row.body_sha256)) == wanted:
            return Verified(
                number=number,
                title=row.kind.zh,
                period=row.period,
                version=row.version,
                outdated=row.state is StatementState.superseded,
            )
    return None


async def _adjustment(session: AsyncSession, number: str, wanted: str) -> Verified | None:
    for row in await session.scalars(select(AdjustmentSheet).where(col(AdjustmentSheet.number) == number)):
        if _plain(check_code(row.body_sha256)) == wanted:
            rejected = row.state is AdjustmentState.rejected
            return Verified(number=number, title=lazy("调整单"), outdated=rejected)
    return None


async def _agreement(session: AsyncSession, number: str, wanted: str) -> Verified | None:
    rows = await session.execute(
        select(col(Agreement.city), col(Agreement.id)).where(col(Agreement.code) == number)
    )
    for city, paper_id in rows.all():
        paper = await agreements.show_agreement(session, Principal.system(city), paper_id)
        name = await agreements.city_name(session, city)
        for version in paper.versions:
            sheet = agreement_sheet(paper, version, city=city, city_name=name, public_url="")
            if _plain(sheet.check_code) == wanted:
                return Verified(
                    number=number,
                    title=lazy("利益共享协议"),
                    version=version.version,
                    outdated=version.state in {PaperState.amended, PaperState.ended},
                )
    return None


async def _confirmation(session: AsyncSession, number: str, wanted: str) -> Verified | None:
    rows = await session.execute(
        select(col(TransferConfirmation.city), col(TransferConfirmation.id)).where(
            col(TransferConfirmation.code) == number
        )
    )
    for city, paper_id in rows.all():
        paper = await agreements.show_confirmation(session, Principal.system(city), paper_id)
        name = await agreements.city_name(session, city)
        sheet = confirmation_sheet(paper, city_name=name, public_url="")
        if _plain(sheet.check_code) == wanted:
            return Verified(
                number=number, title=lazy("三方流转确认书"), outdated=paper.state is PaperState.ended
            )
    return None


async def _settlement(session: AsyncSession, number: str, wanted: str) -> Verified | None:
    known = await known_paper(session, number, wanted)
    if known is None:
        return None
    return Verified(number=number, title=known.title, period=known.period, outdated=known.outdated)


async def _reconciliation(session: AsyncSession, number: str, wanted: str) -> Verified | None:
    rows = await session.scalars(
        select(ReconciliationSheet)
        .where(col(ReconciliationSheet.number) == number)
        .order_by(col(ReconciliationSheet.version))
    )
    found = rows.all()
    for row in found:
        if _plain(check_code(row.body_sha256)) == wanted:
            return Verified(
                number=number,
                title=lazy("对账单"),
                period=row.period,
                version=row.version,
                outdated=row.version < max(one.version for one in found if one.city == row.city),
            )
    return None
