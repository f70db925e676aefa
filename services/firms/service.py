"""The register of firms' names: other names recorded, questions counted and kept."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from stdnum.cn import uscc

from auth import policy
from auth.principal import SYSTEM_ACCOUNT, Principal
from services.firms.errors import BadName, NoSuchName, TooManyChecks
from services.firms.indexing import keys_of, own_places
from services.firms.schemas import AliasAnswer, Aliases, AliasForm, CheckAnswer, Checks
from services.firms.tables import FirmCheck, FirmName
from services.firms.words import NameKind, SubjectKind
from services.kit.clock import Clock
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.regions.settings import settings_on

MOST: Final = 500
"""Rows of a list that are shown."""

RETRY_SECONDS: Final = 3_600


async def record_alias(session: AsyncSession, principal: Principal, form: AliasForm) -> AliasAnswer:
    """Record another name of a firm. It counts at once: it can warn, and never refuse.

    Raises:
        BadName: the code is none, a current name is no alias, or the county recorded it already.
    """
    errors = []
    if not uscc.is_valid(form.credit_code):
        errors.append(FieldError("/credit_code", "check_digit", lazy("信用代码的校验位不符")))
    if form.kind is NameKind.current:
        errors.append(FieldError("/kind", "current", lazy("现用名称随项目登记，不另备案")))
    county = principal.county or principal.city
    standing = select(col(FirmName.id)).where(
        col(FirmName.city) == principal.city,
        col(FirmName.credit_code) == form.credit_code,
        col(FirmName.subject_kind) == SubjectKind.alias,
        col(FirmName.name) == form.name,
        col(FirmName.county) == county,
        col(FirmName.ended_on).is_(None),
    )
    if (await session.scalars(standing)).first() is not None:
        errors.append(FieldError("/name", "recorded", lazy("该名称已经备案")))
    if errors:
        raise BadName(errors=errors)
    key = uuid7()
    row = FirmName(
        city=principal.city,
        id=key,
        subject_kind=SubjectKind.alias,
        subject=key,
        name=form.name,
        kind=form.kind,
        credit_code=form.credit_code,
        keys=keys_of(principal.city, form.name, await own_places(session, principal.city)),
        county=county,
        recorded_by=principal.account,
        recorded_on=await Clock().today(session, principal.city),
    )
    session.add(row)
    await _event(session, principal, row, "firms.name_recorded")
    return _answer(row)


async def end_alias(session: AsyncSession, principal: Principal, key: UUID) -> AliasAnswer:
    """End a recorded name: one's own county's, or any for the city's office. An ended one stays ended.

    Raises:
        NoSuchName: none, or none that this person may know of.
    """
    row = (
        await session.scalars(_aliases(principal).where(col(FirmName.id) == key).with_for_update())
    ).one_or_none()
    if row is None:
        raise NoSuchName
    if row.ended_on is None:
        row.ended_on = await Clock().today(session, principal.city)
        await _event(session, principal, row, "firms.name_ended")
    return _answer(row)


async def list_aliases(session: AsyncSession, principal: Principal) -> Aliases:
    """List the recorded names that somebody may know of."""
    rows = await session.scalars(_aliases(principal).order_by(col(FirmName.id).desc()).limit(MOST))
    return Aliases(items=[_answer(row) for row in rows])


def _aliases(principal: Principal):  # type: ignore[no-untyped-def] # noqa: ANN202 -- a Select of SQLModel rows
    query = select(FirmName).where(
        col(FirmName.city) == principal.city, col(FirmName.subject_kind) == SubjectKind.alias
    )
    return query if policy.can_accept(principal) else query.where(col(FirmName.county) == principal.county)


def _answer(row: FirmName) -> AliasAnswer:
    return AliasAnswer.model_validate(row, from_attributes=True)


async def _event(session: AsyncSession, principal: Principal, row: FirmName, action: str) -> None:
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action=action,
        entity="firm_name",
        entity_id=row.id,
        after={"name": row.name, "kind": row.kind.value, "credit_code": row.credit_code},
    )


async def may_check(session: AsyncSession, principal: Principal, today: date) -> None:
    """Let somebody ask for a firm, unless they asked too often within a day: names are not to be tried out.

    Raises:
        TooManyChecks: too often within 24 hours by the database's clock.
    """
    most = (await settings_on(session, principal.city, today)).firm_checks_a_day
    asked = await session.scalar(
        select(func.count())
        .select_from(FirmCheck)
        .where(
            col(FirmCheck.city) == principal.city,
            col(FirmCheck.account) == principal.account,
            col(FirmCheck.at) > func.clock_timestamp() - timedelta(days=1),
        )
    )
    if (asked or 0) >= most:
        raise TooManyChecks(retry_after=RETRY_SECONDS)


async def keep_check(
    session: AsyncSession, principal: Principal, name: str, credit_code: str, found: int, today: date
) -> None:
    """Keep that somebody asked for a firm, and how much was found."""
    row = FirmCheck(
        city=principal.city,
        account=principal.account or SYSTEM_ACCOUNT,
        by_name=principal.name,
        office=principal.office,
        county=principal.county or principal.city,
        name=name,
        credit_code=credit_code,
        found=found,
        on_date=today,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="firms.checked",
        entity="firm_check",
        entity_id=row.id,
        after={"name": name, "credit_code": credit_code, "found": found},
    )


async def list_checks(session: AsyncSession, principal: Principal) -> Checks:
    """List who asked for which firms: for the city's office and the auditor, by their right."""
    rows: Sequence[FirmCheck] = (
        await session.scalars(
            select(FirmCheck)
            .where(col(FirmCheck.city) == principal.city)
            .order_by(col(FirmCheck.id).desc())
            .limit(MOST)
        )
    ).all()
    return Checks(items=[CheckAnswer.model_validate(row, from_attributes=True) for row in rows])
