"""五个一 and 领导包保, visits and meetings, and what blocks a project: entered, ended, never rewritten."""

from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.principal import Principal
from services.files.binding import bind_all, check_evidence
from services.files.words import Subject
from services.kit.errors import FieldError
from services.kit.i18n import lazy
from services.kit.tables import uuid7
from services.projects.errors import NoSuchProject
from services.regions.repo import load_region
from services.tracking.cases import Tracked, open_kept
from services.tracking.errors import AlreadyEnded, BadTracking, NoSuchItem, SponsorStands
from services.tracking.record import made, record
from services.tracking.schemas import (
    BlockEndForm,
    BlockForm,
    CoordinationForm,
    SponsorEndForm,
    SponsorForm,
)
from services.tracking.tables import (
    BlockingFactor,
    BlockingFactorEnd,
    Coordination,
    Sponsorship,
    SponsorshipEnd,
)

Owned = TypeVar("Owned", Sponsorship, BlockingFactor)


async def name_sponsor(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: SponsorForm
) -> Tracked:
    """Name who answers for a project in one of the five roles.

    Raises:
        NoSuchProject, NotYourTracking: not the asker's to track, or to keep.
        SponsorStands: somebody answers in this role; that one is ended first.
        BadTracking: no such unit, or a beginning before the project's registration or to come.
    """
    case = await open_kept(session, principal, ref)
    await _check_unit(session, principal, form.unit)
    _check_start(case, "/from_on", form.from_on)
    if form.role in await _standing(session, case):
        raise SponsorStands
    row = Sponsorship(**form.model_dump(), **made(principal, case.today), id=uuid7(), project=case.project.id)
    session.add(row)
    await session.flush()
    told = {"role": form.role.value, "unit": form.unit, "post": form.post}
    await record(session, principal, "tracking.sponsor_named", "sponsorship", row.id, case, told)
    return case


async def end_sponsor(
    session: AsyncSession, principal: Principal, key: UUID, form: SponsorEndForm
) -> Tracked:
    """End a sponsor's time, with the reason.

    Raises:
        NoSuchItem, NotYourTracking: none of a project that the asker tracks, or keeps.
        AlreadyEnded: it was ended before.
        BadTracking: an end before the beginning, or to come.
    """
    row, case = await _kept(session, principal, Sponsorship, key)
    if await session.get(SponsorshipEnd, (row.city, row.id)) is not None:
        raise AlreadyEnded
    if form.to_on < row.from_on:
        raise BadTracking(errors=[FieldError("/to_on", "order", lazy("结束日期不能早于开始日期"))])
    if form.to_on > case.today:
        raise BadTracking(errors=[FieldError("/to_on", "future", lazy("日期不能晚于今天"))])
    ended = SponsorshipEnd(
        **form.model_dump(), **made(principal, case.today), sponsorship=row.id, from_on=row.from_on
    )
    session.add(ended)
    await session.flush()
    told = {"to_on": form.to_on.isoformat(), "reason": form.reason}
    await record(session, principal, "tracking.sponsor_ended", "sponsorship", row.id, case, told)
    return case


async def coordinate(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: CoordinationForm
) -> Tracked:
    """Enter a visit, a meeting, or what it settled.

    Raises:
        NoSuchProject, NotYourTracking: not the asker's to track, or to keep.
        BadTracking: it has not taken place yet, or the sponsor is none of this project.
    """
    case = await open_kept(session, principal, ref)
    if form.held_on > case.today:
        raise BadTracking(errors=[FieldError("/held_on", "future", lazy("日期不能晚于今天"))])
    if form.sponsorship is not None:
        sponsor = await session.get(Sponsorship, (principal.city, form.sponsorship))
        if sponsor is None or sponsor.project != case.project.id:
            raise BadTracking(errors=[FieldError("/sponsorship", "unknown", lazy("不是本项目的包抓责任人"))])
    row = Coordination(
        **form.model_dump(), **made(principal, case.today), id=uuid7(), project=case.project.id
    )
    session.add(row)
    await session.flush()
    told = {"kind": form.kind.value, "held_on": form.held_on.isoformat()}
    await record(session, principal, "tracking.coordinated", "coordination", row.id, case, told)
    return case


async def raise_block(
    session: AsyncSession, principal: Principal, ref: str | UUID, form: BlockForm
) -> Tracked:
    """Enter what a project waits for, and which department resolves it.

    Raises:
        NoSuchProject, NotYourTracking: not the asker's to track, or to keep.
        BadTracking: no such unit, or a day before the project's registration or to come.
    """
    case = await open_kept(session, principal, ref)
    await _check_unit(session, principal, form.unit)
    _check_start(case, "/opened_on", form.opened_on)
    row = BlockingFactor(
        **form.model_dump(), **made(principal, case.today), id=uuid7(), project=case.project.id
    )
    session.add(row)
    await session.flush()
    told = {"kind": form.kind.value, "department": form.department.value, "what": form.what}
    await record(session, principal, "tracking.block_raised", "blocking_factor", row.id, case, told)
    return case


async def clear_block(session: AsyncSession, principal: Principal, key: UUID, form: BlockEndForm) -> Tracked:
    """Say how a block was resolved, with evidence.

    Raises:
        NoSuchItem, NotYourTracking: none of a project that the asker tracks, or keeps.
        AlreadyEnded: it was resolved before.
        BadTracking: no evidence, or a day before it was raised or to come.
        NoSuchFile, WrongEvidence: a file that the asker may not read, or that proves something else.
    """
    row, case = await _kept(session, principal, BlockingFactor, key)
    if await session.get(BlockingFactorEnd, (row.city, row.id)) is not None:
        raise AlreadyEnded
    wrong = []
    if not form.evidence.strip() and not form.files:
        told = lazy("解决受阻须有佐证：写明材料，或附上文件")
        wrong.append(FieldError("/evidence", "needed", told))
    if not row.opened_on <= form.resolved_on <= case.today:
        wrong.append(FieldError("/resolved_on", "order", lazy("解决日期应在受阻之后、今天以前")))
    if wrong:
        raise BadTracking(errors=wrong)
    files = await check_evidence(session, principal, "unblock", form.files)
    ended = BlockingFactorEnd(
        **made(principal, case.today),
        factor=row.id,
        opened_on=row.opened_on,
        resolved_on=form.resolved_on,
        evidence=form.evidence,
        files=[file.model_dump() for file in files],
    )
    session.add(ended)
    await session.flush()
    await bind_all(session, principal, files, Subject.project, case.project.id, today=case.today)
    facts = {"resolved_on": form.resolved_on.isoformat()}
    await record(session, principal, "tracking.block_cleared", "blocking_factor", row.id, case, facts)
    return case


async def _standing(session: AsyncSession, case: Tracked) -> set[str]:
    ended = select(col(SponsorshipEnd.sponsorship)).where(col(SponsorshipEnd.city) == case.project.city)
    rows = await session.scalars(
        select(col(Sponsorship.role)).where(
            col(Sponsorship.city) == case.project.city,
            col(Sponsorship.project) == case.project.id,
            col(Sponsorship.id).not_in(ended),
        )
    )
    return set(rows)


async def _kept(
    session: AsyncSession, principal: Principal, table: type[Owned], key: UUID
) -> tuple[Owned, Tracked]:
    """Open an entry for its end; its project's row is locked, so that it is ended once."""
    row = await session.get(table, (principal.city, key))
    if row is None:
        raise NoSuchItem
    try:
        return row, await open_kept(session, principal, row.project)
    except NoSuchProject:
        raise NoSuchItem from None


async def _check_unit(session: AsyncSession, principal: Principal, unit: str) -> None:
    if await load_region(session, principal.city, unit) is None:
        raise BadTracking(errors=[FieldError("/unit", "unknown", lazy("没有这个责任单位"))])


def _check_start(case: Tracked, pointer: str, day: date) -> None:
    """Refuse a day before the project was registered: a mistyped year makes days by the thousand."""
    if day > case.today:
        raise BadTracking(errors=[FieldError(pointer, "future", lazy("日期不能晚于今天"))])
    if day < case.project.registered_on:
        raise BadTracking(errors=[FieldError(pointer, "early", lazy("日期不能早于项目登记日期"))])
