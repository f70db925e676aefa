"""市内迁移: firms that move from one county to another.

Such a move is no project of investment promotion and gets none of its policies; where the firm paid much tax
in the county that it leaves, the last year's tax is the base that the receiving county owes for.
"""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.intake import can_file_relocation, sees_every_contact
from auth.principal import Principal
from services.intake.errors import BadIntake, NotYourRegion
from services.intake.schemas import RelocationAnswer, RelocationIn, RelocationsAnswer
from services.intake.tables import Relocation
from services.intake.targets import check_code
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.regions.repo import load_region
from services.regions.settings import settings_on

MOST = 200


async def relocations(session: AsyncSession, principal: Principal) -> RelocationsAnswer:
    """Return the moves from and to one's county; all for the city's office."""
    query = select(Relocation).where(col(Relocation.city) == principal.city)
    if not sees_every_contact(principal):
        own = principal.county
        query = query.where(or_(col(Relocation.from_region) == own, col(Relocation.to_region) == own))
    rows = await session.scalars(query.order_by(col(Relocation.id).desc()).limit(MOST))
    return RelocationsAnswer(items=[_answer(row) for row in rows])


async def file_relocation(
    session: AsyncSession, principal: Principal, form: RelocationIn, today: date
) -> RelocationAnswer:
    """File a move inside the city.

    Raises:
        NotYourRegion: neither county is the filer's.
        BadIntake: the regions are one or none of the city's, or the credit code is none.
    """
    if not can_file_relocation(principal, form.from_region, form.to_region):
        raise NotYourRegion
    check_code(form.credit_code)
    errors = [
        FieldError(f"/{name}", "unknown", lazy("没有这个县区"))
        for name in ("from_region", "to_region")
        if await load_region(session, principal.city, getattr(form, name)) is None
    ]
    if form.from_region == form.to_region:
        errors.append(FieldError("/to_region", "same", lazy("迁出地和迁入地不能相同")))
    if errors:
        raise BadIntake(errors=errors)
    threshold = (await settings_on(session, principal.city, today)).relocation_base_fen
    row = Relocation(
        city=principal.city,
        **form.model_dump(),
        base_fen=form.last_year_tax_fen if form.last_year_tax_fen >= threshold else 0,
        filed_on=today,
        filed_by=principal.account,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="intake.relocation_filed",
        entity="relocation",
        entity_id=row.id,
        after={"from_region": row.from_region, "to_region": row.to_region, "base_fen": row.base_fen},
    )
    return _answer(row)


def _answer(row: Relocation) -> RelocationAnswer:
    return RelocationAnswer(**row.model_dump(include=set(RelocationAnswer.model_fields)))
