"""Which terms held on a day, as it was known at a number; and which terms may not be added to them."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.agreements import repo
from services.agreements.errors import NoSuchAgreement, OverlappingTerms
from services.agreements.negotiation_schemas import TermsAt
from services.agreements.term_tables import AgreementTerm
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.known import last_known


async def terms_at(
    session: AsyncSession, principal: Principal, agreement_id: UUID, on: date, known: int | None = None
) -> TermsAt:
    """Tell which version of an agreement held on a day.

    Args:
        session: the request's session.
        principal: who asks.
        agreement_id: the agreement.
        on: the day.
        known: the number as of which it is asked; the last one if none is given.

    Raises:
        NoSuchAgreement: none, or none that this person may know of.
    """
    agreement = await repo.load_agreement(session, principal, agreement_id)
    if agreement is None:
        raise NoSuchAgreement
    asked = await last_known(session, agreement.city) if known is None else known
    found = await session.scalars(
        select(AgreementTerm).where(
            col(AgreementTerm.city) == agreement.city,
            col(AgreementTerm.agreement) == agreement.id,
            col(AgreementTerm.valid).contains(on),
            col(AgreementTerm.known).contains(cast(asked, BigInteger)),
        )
    )
    row = found.one_or_none()
    return TermsAt(
        on=on,
        known=asked,
        version=row.version if row else None,
        valid_from=row.valid.lower if row else None,
        valid_until=row.valid.upper if row else None,
    )


async def refuse_overlap(
    session: AsyncSession, city: str, project: UUID, agreement: UUID | None, effective_on: date
) -> None:
    """Refuse terms that would hold where others of the project do, by all that is known.

    A version may take effect on the day of the one before it, or later; another agreement of the same project
    only once the earlier one has ended. The database's exclusion constraint holds the same.

    Raises:
        OverlappingTerms: it would.
    """
    query = select(func.max(func.lower(col(AgreementTerm.valid)))).where(
        col(AgreementTerm.city) == city,
        col(AgreementTerm.project) == project,
        func.upper_inf(col(AgreementTerm.known)),
    )
    own = query.where(
        col(AgreementTerm.agreement) == agreement, func.lower(col(AgreementTerm.valid)) > effective_on
    )
    others = query.where(
        col(AgreementTerm.agreement) != agreement if agreement else col(AgreementTerm.agreement).is_not(None),
        col(AgreementTerm.valid).op("&&")(func.daterange(effective_on, None)),
    )
    for asked in (own, others):
        day = (await session.scalars(asked)).one_or_none()
        if day is not None:
            place = FieldError("/effective_on", "overlapping", lazy("与该项目已生效的条款重叠"))
            raise OverlappingTerms(errors=[place], day=day.isoformat())
