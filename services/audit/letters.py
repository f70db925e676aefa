"""Auditors' letters (审计通知书): under one an auditor reads masked names, in its scope and time.

The city's office records the letter, another person checks it against the paper; every name read under it
is an event. Everything else the auditor sees stays as it is: names are read here, one project at a time.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.money import can_check_letter, can_record_letter
from auth.principal import Principal, Role
from services.accounts.tables import Account
from services.audit.errors import BadLetter, LetterKept, NoSuchLetter, NotUnlocked, NotYourAudit
from services.audit.tables import AuditLetter
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.projects.tables import Project
from services.regions.repo import load_regions


class LetterIn(BaseModel):
    """A letter as received: for which auditor, which counties (none: all), from when to when."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    number: Annotated[str, Field(min_length=1, max_length=100)]
    auditor: UUID
    counties: Annotated[list[Annotated[str, Field(pattern="^[0-9]{6}$")]], Field(max_length=50)] = []
    from_on: date
    until_on: date
    note: Annotated[str, Field(max_length=500)] = ""


class LetterOut(BaseModel):
    """A letter, whether it counts today, and what the reader may do with it."""

    id: UUID
    number: str
    auditor: UUID
    auditor_name: str
    counties: list[str]
    from_on: date
    until_on: date
    note: str
    checked: bool
    ended_on: date | None
    counts: bool
    may_check: bool
    may_end: bool


class LetterList(BaseModel):
    """Letters, newest first: all for those who record them, an auditor's own."""

    items: list[LetterOut]


class UnlockedName(BaseModel):
    """A project's names, read under a letter."""

    project: UUID
    code: str
    name: str
    investor_name: str
    investor_credit_code: str
    letter: str


async def record_letter(session: AsyncSession, principal: Principal, letter: LetterIn) -> AuditLetter:
    """Record a letter; it counts once another person has checked it.

    Raises:
        NotYourAudit: the city's office records letters.
        BadLetter: no such auditor or county, a span that ends before it begins, or recorded before.
    """
    if not can_record_letter(principal):
        raise NotYourAudit
    faults = await _faults(session, principal, letter)
    if faults:
        raise BadLetter(errors=faults)
    made = AuditLetter(city=principal.city, **letter.model_dump(), recorded_by=principal.account)
    session.add(made)
    await session.flush()
    await _record(session, principal, made, "letter_recorded")
    return made


async def check_letter(
    session: AsyncSession, principal: Principal, letter_id: UUID, now: datetime
) -> AuditLetter:
    """Check a letter against the paper; from here it counts.

    Raises:
        NoSuchLetter: there is none.
        NotYourAudit: the recorder, or one who checks no letters.
        LetterKept: it was checked or ended.
    """
    letter = await _load(session, principal, letter_id)
    if letter.checked_by is not None or letter.ended_on is not None:
        raise LetterKept
    if not can_check_letter(principal, letter.recorded_by):
        raise NotYourAudit
    letter.checked_by = principal.account
    letter.checked_at = now
    await session.flush()
    await _record(session, principal, letter, "letter_checked")
    return letter


async def end_letter(
    session: AsyncSession, principal: Principal, letter_id: UUID, today: date
) -> AuditLetter:
    """End a letter: from now on it opens nothing. Raises as `check_letter`."""
    letter = await _load(session, principal, letter_id)
    if not can_record_letter(principal):
        raise NotYourAudit
    if letter.ended_on is not None:
        raise LetterKept
    letter.ended_on = today
    await session.flush()
    await _record(session, principal, letter, "letter_ended")
    return letter


async def list_letters(session: AsyncSession, principal: Principal, today: date) -> LetterList:
    """List letters: all for those who record or check them, their own for auditors, none for others."""
    query = (
        select(AuditLetter, col(Account.display_name))
        .join(
            Account,
            (col(Account.city) == col(AuditLetter.city)) & (col(Account.id) == col(AuditLetter.auditor)),
        )
        .where(col(AuditLetter.city) == principal.city)
        .order_by(col(AuditLetter.from_on).desc(), col(AuditLetter.number))
    )
    if principal.role not in {Role.city_office, Role.city_finance}:
        query = query.where(col(AuditLetter.auditor) == principal.account)
    rows = await session.execute(query)
    return LetterList(items=[_out(principal, letter, name, today) for letter, name in rows])


async def auditors(session: AsyncSession, principal: Principal) -> list[tuple[str, str]]:
    """Return the city's auditors as choices of a form, for those who record letters."""
    if not can_record_letter(principal):
        return []
    rows = await session.scalars(
        select(Account)
        .where(
            col(Account.city) == principal.city,
            col(Account.role) == Role.auditor,
            col(Account.disabled_at).is_(None),
        )
        .order_by(col(Account.login))
    )
    return [(str(row.id), f"{row.display_name}（{row.login}）") for row in rows]


async def read_name(
    session: AsyncSession, principal: Principal, project_code: str, today: date
) -> UnlockedName:
    """Read a project's names under one's own letter; every reading is an event.

    Raises:
        NotUnlocked: no letter of this auditor covers the project today, or there is no such project.
    """
    if principal.role is not Role.auditor:
        raise NotUnlocked
    query = select(Project).where(col(Project.city) == principal.city, col(Project.code) == project_code)
    project = (await session.scalars(query)).one_or_none()
    letters = await session.scalars(
        select(AuditLetter)
        .where(col(AuditLetter.city) == principal.city, col(AuditLetter.auditor) == principal.account)
        .order_by(col(AuditLetter.number))
    )
    letter = next((one for one in letters if counts(one, today) and covers(one, project)), None)
    if project is None or letter is None:
        raise NotUnlocked
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="audit.name_read",
        entity="project",
        entity_id=project.id,
        after={"letter": letter.number, "code": project.code},
    )
    return UnlockedName(
        project=project.id,
        code=project.code,
        name=project.name,
        investor_name=project.investor_name,
        investor_credit_code=project.investor_credit_code,
        letter=letter.number,
    )


def counts(letter: AuditLetter, today: date) -> bool:
    """Tell whether a letter opens names today: checked, begun, not over, not ended."""
    return (
        letter.checked_by is not None
        and letter.from_on <= today <= letter.until_on
        and letter.ended_on is None
    )


def covers(letter: AuditLetter, project: Project | None) -> bool:
    """Tell whether a letter covers a project: its origin's or host's county, or all."""
    if project is None:
        return False
    return not letter.counties or bool({project.origin, project.host_county} & set(letter.counties))


async def _faults(session: AsyncSession, principal: Principal, letter: LetterIn) -> list[FieldError]:
    faults = []
    account = await session.get(Account, {"city": principal.city, "id": letter.auditor})
    if account is None or account.role is not Role.auditor or account.disabled_at is not None:
        faults.append(FieldError("/auditor", "no_auditor", lazy("不是在用的审计账户")))
    known = {region.code for region in await load_regions(session, principal.city)}
    if not set(letter.counties) <= known:
        faults.append(FieldError("/counties", "unknown", lazy("不是本市县区")))
    if letter.until_on < letter.from_on:
        faults.append(FieldError("/until_on", "before_start", lazy("截止日期不能早于起始日期")))
    number = select(col(AuditLetter.id)).where(
        col(AuditLetter.city) == principal.city,
        col(AuditLetter.number) == letter.number,
        col(AuditLetter.auditor) == letter.auditor,
    )
    if (await session.scalars(number)).one_or_none() is not None:
        faults.append(FieldError("/number", "recorded", lazy("该审计通知书已登记")))
    return faults


async def _load(session: AsyncSession, principal: Principal, letter_id: UUID) -> AuditLetter:
    query = select(AuditLetter).where(
        col(AuditLetter.city) == principal.city, col(AuditLetter.id) == letter_id
    )
    letter = (await session.scalars(query.with_for_update())).one_or_none()
    if letter is None:
        raise NoSuchLetter
    return letter


def _out(principal: Principal, letter: AuditLetter, name: str, today: date) -> LetterOut:
    open_ = letter.checked_by is None and letter.ended_on is None
    return LetterOut(
        id=letter.id,
        number=letter.number,
        auditor=letter.auditor,
        auditor_name=name,
        counties=letter.counties,
        from_on=letter.from_on,
        until_on=letter.until_on,
        note=letter.note,
        checked=letter.checked_by is not None,
        ended_on=letter.ended_on,
        counts=counts(letter, today),
        may_check=open_ and can_check_letter(principal, letter.recorded_by),
        may_end=letter.ended_on is None and can_record_letter(principal),
    )


async def _record(session: AsyncSession, principal: Principal, letter: AuditLetter, action: str) -> None:
    await record_event(
        session,
        letter.city,
        actor=principal,
        action=f"audit.{action}",
        entity="audit_letter",
        entity_id=letter.id,
        after={
            "number": letter.number,
            "auditor": str(letter.auditor),
            "counties": letter.counties,
            "from_on": letter.from_on.isoformat(),
            "until_on": letter.until_on.isoformat(),
        },
    )
