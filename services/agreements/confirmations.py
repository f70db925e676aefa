"""三方流转确认书: opened from a held project, signed by investor, origin and host. It names no money."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.agreements import repo
from services.agreements.access import may_end
from services.agreements.drafting import held_project, no_live_paper, record
from services.agreements.errors import NoSuchConfirmation, NotYourPaper, WrongState
from services.agreements.numbering import next_number
from services.agreements.tables import TransferConfirmation
from services.agreements.words import PaperKind, PaperState


async def open_confirmation(
    session: AsyncSession, principal: Principal, project_ref: str, today: date
) -> TransferConfirmation:
    """Open the 三方流转确认书 of a held project for signing; its text follows from the project alone.

    Raises:
        NoSuchProject, NotHeld, AlreadyAgreed: as for an agreement.
    """
    project, host = await held_project(session, principal, project_ref)
    await no_live_paper(session, project, TransferConfirmation)
    code = await next_number(session, principal.city, PaperKind.confirmation, today.year)
    confirmation = TransferConfirmation(
        city=principal.city,
        code=code,
        project=project.id,
        origin=project.origin,
        host=host,
        investor_name=project.investor_name,
        investor_credit_code=project.investor_credit_code,
        state=PaperState.signing,
        drafted_by=principal.account,
    )
    session.add(confirmation)
    await session.flush()
    await record(session, principal, confirmation, "opened", {"code": code})
    return confirmation


async def end_confirmation(
    session: AsyncSession, principal: Principal, confirmation_id: UUID, reason: str
) -> TransferConfirmation:
    """Void a confirmation that is not signed by all sides.

    Raises:
        NotYourPaper: only the city office ends papers.
        WrongState: it is signed or void already.
    """
    confirmation = await repo.load_confirmation(session, principal, confirmation_id, lock=True)
    if confirmation is None:
        raise NoSuchConfirmation
    if not may_end(principal):
        raise NotYourPaper
    if confirmation.state is not PaperState.signing:
        raise WrongState
    confirmation.state = PaperState.ended
    await session.flush()
    await record(session, principal, confirmation, "ended", {"reason": reason})
    return confirmation
