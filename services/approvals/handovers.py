"""交接: an officer's open matters and to-dos go to a successor once both have confirmed the printed list."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.approving import FINAL, Verb
from auth.approvals import LENDABLE, can_speak_for
from auth.principal import Principal
from services.accounts import repo as accounts
from services.accounts.seating import Seat, seats_of
from services.approvals import repo
from services.approvals.errors import (
    BadHandover,
    HandoverMoved,
    HandoverOpen,
    LentOn,
    NoSuchHandover,
    NotForOffice,
)
from services.approvals.schemas import HandoverForm, HandoverItem, HandoverView
from services.approvals.tables import ApprovalAct, ApprovalSheet, ApprovalStep, Handover
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy


async def hand_over(
    session: AsyncSession,
    principal: Principal,
    form: HandoverForm,
    items: Sequence[HandoverItem],
    today: date,
) -> Handover:
    """Draw up a handover with its list: by the giver, or by the head of the office for somebody of it.

    Args:
        session: the transaction.
        principal: the giver, from the seat that is handed over, or the head.
        form: to whom and why.
        items: what is open on the giver's desk.
        today: the business date.

    Raises:
        LentOn: who acts in another's stead hands nothing over.
        NotForOffice: the giver is of another office.
        BadHandover: the successor has no such post, or is the giver.
        HandoverOpen: one of this seat waits.
    """
    if principal.on_behalf_of is not None:
        raise LentOn
    giver_id = form.giver or principal.account
    giver = await accounts.account_by_id(session, principal.city, giver_id, lock=True)
    taker = await accounts.account_by_id(session, principal.city, form.taker)
    if giver is None or taker is None or taker.disabled_at is not None or taker.id == giver.id:
        raise BadHandover(errors=[FieldError("/taker", "unknown", lazy("没有这个人员，或接收人就是移交人"))])
    own = giver_id == principal.account
    seat = (
        Seat(role=principal.role, office=principal.office, county=principal.county or principal.city)
        if own
        else Seat(role=giver.role, office=giver.office, county=giver.county)
    )
    if not own and not can_speak_for(principal, seat.role, seat.county):
        raise NotForOffice
    theirs = await seats_of(session, principal.city, taker.id, today)
    fits = any((one.role, one.office) == (seat.role, seat.office) for one in theirs if one.delegation is None)
    if not fits or seat.role not in LENDABLE:
        raise BadHandover(
            errors=[FieldError("/taker", "no-post", lazy("接收人没有同一岗位，请先由管理员授予"))]
        )
    waiting = await session.scalar(
        select(col(Handover.id)).where(
            col(Handover.city) == principal.city,
            col(Handover.giver) == giver.id,
            col(Handover.office) == seat.office,
            col(Handover.done_on).is_(None),
        )
    )
    if waiting is not None:
        raise HandoverOpen
    row = Handover(
        city=principal.city,
        kind=form.kind,
        giver=giver.id,
        giver_name=giver.display_name,
        taker=taker.id,
        taker_name=taker.display_name,
        role=seat.role,
        office=seat.office,
        revision=0,
        items={"items": [item.model_dump(mode="json") for item in items]},
        made_by=principal.account,
        made_on=today,
    )
    session.add(row)
    await session.flush()
    await _record(session, principal, "approvals.handover_made", row)
    return row


async def find(
    session: AsyncSession, principal: Principal, handover: UUID, *, lock: bool = False
) -> Handover:
    """Return a handover: to its two people, who drew it up, and the head of the office.

    Raises:
        NoSuchHandover: none, or none that this person may know of.
    """
    row = await session.get(
        Handover, (principal.city, handover), with_for_update=lock, populate_existing=True
    )
    if row is None:
        raise NoSuchHandover
    giver = await accounts.account_by_id(session, row.city, row.giver)
    near = {row.giver, row.taker, row.made_by} & principal.hands
    if not near and not (giver and can_speak_for(principal, giver.role, giver.county)):
        raise NoSuchHandover
    return row


async def handovers(session: AsyncSession, principal: Principal) -> list[Handover]:
    """List the handovers that somebody drew up or is part of, the latest first."""
    people = list(principal.hands)
    rows = await session.scalars(
        select(Handover)
        .where(
            col(Handover.city) == principal.city,
            or_(
                col(Handover.giver).in_(people),
                col(Handover.taker).in_(people),
                col(Handover.made_by).in_(people),
            ),
        )
        .order_by(col(Handover.id).desc())
        .limit(repo.MOST)
    )
    return list(rows)


def may_confirm(row: Handover, principal: Principal) -> bool:
    """Tell whether somebody's confirmation is missing; each confirms in person."""
    if row.done_on is not None or principal.on_behalf_of is not None or principal.suspended:
        return False
    return (principal.account == row.giver and row.giver_at is None) or (
        principal.account == row.taker and row.taker_at is None
    )


async def confirm(session: AsyncSession, principal: Principal, handover: UUID, today: date) -> Handover:
    """Confirm the list as giver or taker; with the second word everything passes to the taker.

    Raises:
        NoSuchHandover: none, or none that this person may know of.
        LentOn: nobody confirms in another's stead.
        NotForOffice: this person is neither of the two.
        HandoverMoved: confirmed before.
    """
    row = await find(session, principal, handover, lock=True)
    if principal.on_behalf_of is not None:
        raise LentOn
    if principal.account not in {row.giver, row.taker}:
        raise NotForOffice
    if not may_confirm(row, principal):
        raise HandoverMoved
    now = datetime.now(UTC)
    if principal.account == row.giver:
        row.giver_at = now
    else:
        row.taker_at = now
    row.revision += 1
    if row.giver_at is not None and row.taker_at is not None:
        row.done_on = today
        await session.flush()
        await _pass(session, row, today)
    await session.flush()
    await _record(session, principal, "approvals.handover_confirmed", row)
    return row


async def _pass(session: AsyncSession, row: Handover, today: date) -> None:
    """Give the giver's open steps of the post and sheets to the taker; steps of a role are open to both."""
    query = (
        select(ApprovalStep, ApprovalSheet)
        .join(
            ApprovalSheet,
            (col(ApprovalSheet.city) == col(ApprovalStep.city))
            & (col(ApprovalSheet.id) == col(ApprovalStep.sheet)),
        )
        .where(
            col(ApprovalStep.city) == row.city,
            col(ApprovalStep.person) == row.giver,
            col(ApprovalStep.signed_by).is_(None),
            col(ApprovalSheet.state).not_in(FINAL),
            await _of_post(session, row),
        )
        .order_by(col(ApprovalSheet.id))
        .with_for_update()
    )
    for step, sheet in (await session.execute(query)).all():
        acts = await repo.acts_of(session, row.city, [sheet.id])
        session.add(
            ApprovalAct(
                city=row.city,
                sheet=sheet.id,
                seq=len(acts[sheet.id]) + 1,
                verb=Verb.forward,
                step=step.key,
                turn=step.turn,
                by=row.giver,
                by_name=row.giver_name,
                role=row.role,
                office=row.office,
                person=row.taker,
                person_name=row.taker_name,
                reason="工作交接",
                on_date=today,
            )
        )
        step.person, step.person_name = row.taker, row.taker_name
        sheet.revision += 1
        await session.flush()
    await session.execute(
        update(ApprovalSheet)
        .where(
            col(ApprovalSheet.city) == row.city,
            or_(col(ApprovalSheet.maker) == row.giver, col(ApprovalSheet.kept_by) == row.giver),
            col(ApprovalSheet.state).not_in(FINAL),
        )
        .values(kept_by=row.taker)
    )


async def _of_post(session: AsyncSession, row: Handover) -> ColumnElement[bool]:
    """Say which of the giver's steps belong to the post that is handed over.

    A step of a role is the post's whose role and office it names; one that names nobody but the person came
    to their own post, for only by that can people be named on a sheet.
    """
    giver = await accounts.account_by_id(session, row.city, row.giver)
    of_role = (col(ApprovalStep.role) == row.role) & (col(ApprovalStep.office) == row.office)
    own = giver is not None and (giver.role, giver.office) == (row.role, row.office)
    return or_(of_role, col(ApprovalStep.role).is_(None)) if own else of_role


def view(row: Handover, principal: Principal) -> HandoverView:
    """Return a handover as the API and the pages show it."""
    return HandoverView(
        id=row.id,
        kind=row.kind,
        giver_name=row.giver_name,
        taker_name=row.taker_name,
        role=row.role,
        office=row.office,
        made_on=row.made_on,
        items=[HandoverItem.model_validate(item) for item in row.items["items"]],
        giver_confirmed=row.giver_at is not None,
        taker_confirmed=row.taker_at is not None,
        done_on=row.done_on,
        revision=row.revision,
        may_confirm=may_confirm(row, principal),
    )


async def _record(session: AsyncSession, principal: Principal, action: str, row: Handover) -> None:
    await record_event(
        session,
        row.city,
        actor=principal,
        action=action,
        entity="handover",
        entity_id=row.id,
        after={"giver": str(row.giver), "taker": str(row.taker), "items": len(row.items["items"])},
    )
