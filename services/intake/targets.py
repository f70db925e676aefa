"""目标企业清单: the firms that a county or the city wants to win, and who follows each."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from auth.intake import sees_every_contact, speaks_for
from auth.principal import Principal
from services.intake.errors import BadIntake, FirmListed, ListFull, NoSuchTarget, NotYourRegion
from services.intake.schemas import TargetAnswer, TargetIn, TargetsAnswer
from services.intake.tables import TargetFirm
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.projects.identity import name_key
from services.regions.settings import settings_on

MOST = 500
"""Firms that the city's office is shown at once."""


def check_code(code: str | None) -> None:
    """Check a firm's credit code where one is given.

    Raises:
        BadIntake: its check digit is wrong.
    """
    if code is not None and not uscc.is_valid(code):
        raise BadIntake(errors=[FieldError("/credit_code", "check_digit", lazy("信用代码的校验位不符"))])


async def targets(session: AsyncSession, principal: Principal) -> TargetsAnswer:
    """Return one's own list and the city's; all lists for the city's office."""
    query = select(TargetFirm).where(
        col(TargetFirm.city) == principal.city, col(TargetFirm.closed_on).is_(None)
    )
    everything = sees_every_contact(principal)
    if not everything:
        query = query.where(
            or_(col(TargetFirm.owner) == principal.county, col(TargetFirm.owner) == principal.city)
        )
    rows = (
        await session.scalars(query.order_by(col(TargetFirm.name_key), col(TargetFirm.owner)).limit(MOST))
    ).all()
    return TargetsAnswer(items=[_answer(principal, row, rows if everything else None) for row in rows])


async def list_firm(session: AsyncSession, principal: Principal, form: TargetIn, today: date) -> TargetAnswer:
    """Put a firm on a region's list.

    Raises:
        NotYourRegion: the list is another's.
        BadIntake: the credit code is none.
        FirmListed: it stands there already.
        ListFull: the list is full.
    """
    if not speaks_for(principal, form.owner):
        raise NotYourRegion
    check_code(form.credit_code)
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"targets {principal.city} {form.owner}", 0)))
    )
    own = (
        await session.scalars(
            select(TargetFirm).where(
                col(TargetFirm.city) == principal.city,
                col(TargetFirm.owner) == form.owner,
                col(TargetFirm.closed_on).is_(None),
            )
        )
    ).all()
    key = name_key(form.firm_name)
    if any(row.name_key == key for row in own):
        raise FirmListed
    most = (await settings_on(session, principal.city, today)).target_firms_most
    if len(own) >= most:
        raise ListFull(most=most)
    row = TargetFirm(
        city=principal.city,
        **form.model_dump(),
        name_key=key,
        listed_on=today,
        revision=1,
        made_by=principal.account,
    )
    session.add(row)
    await session.flush()
    await _record(session, principal, row, "intake.target_listed")
    return _answer(principal, row, None)


async def close_firm(
    session: AsyncSession, principal: Principal, target: UUID, today: date, revision: int
) -> TargetAnswer:
    """Take a firm off the list; the row stays.

    Raises:
        NoSuchTarget: none on this person's own lists.
        Stale: somebody changed it since.
    """
    row = await session.scalar(
        select(TargetFirm)
        .where(col(TargetFirm.city) == principal.city, col(TargetFirm.id) == target)
        .with_for_update()
    )
    if row is None or row.closed_on is not None or not speaks_for(principal, row.owner):
        raise NoSuchTarget
    if row.revision != revision:
        raise Stale
    row.closed_on = today
    row.revision += 1
    await session.flush()
    await _record(session, principal, row, "intake.target_closed")
    return _answer(principal, row, None)


async def _record(session: AsyncSession, principal: Principal, row: TargetFirm, action: str) -> None:
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="target_firm",
        entity_id=row.id,
        after={"owner": row.owner, "firm_name": row.firm_name},
    )


def _answer(principal: Principal, row: TargetFirm, among: Sequence[TargetFirm] | None) -> TargetAnswer:
    counties = None
    if among is not None:
        counties = len({other.owner for other in among if is_same(row, other)})
    return TargetAnswer(
        **row.model_dump(include=set(TargetAnswer.model_fields) - {"counties", "may_close"}),
        counties=counties,
        may_close=row.closed_on is None and speaks_for(principal, row.owner),
    )


def is_same(one: TargetFirm, other: TargetFirm) -> bool:
    """Tell whether two entries are of one firm."""
    return one.name_key == other.name_key or (
        one.credit_code is not None and one.credit_code == other.credit_code
    )
