"""Reads of sheets with their steps and acts, as rows and as the plain values that the rules work on."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.approving import Act, Sheet, SheetState, Step
from auth.principal import Principal
from services.accounts.tables import Account
from services.approvals.tables import ApprovalAct, ApprovalSheet, ApprovalStep

MOST = 200
"""Sheets of a list."""


async def one_act_at_a_time(session: AsyncSession, city: str, kind: str, subject: UUID) -> None:
    """Wait until nobody else acts on a matter; its sheet may not exist yet, so no row can be locked."""
    key = f"approval:{city}:{kind}:{subject}"
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def sheet(session: AsyncSession, city: str, sheet_id: UUID) -> ApprovalSheet | None:
    """Return a sheet by its id."""
    return (
        await session.scalars(
            select(ApprovalSheet).where(col(ApprovalSheet.city) == city, col(ApprovalSheet.id) == sheet_id)
        )
    ).one_or_none()


async def latest(
    session: AsyncSession, city: str, kind: str, subjects: Collection[UUID]
) -> dict[UUID, ApprovalSheet]:
    """Return the last sheet of each matter."""
    rows = await session.scalars(
        select(ApprovalSheet)
        .where(
            col(ApprovalSheet.city) == city,
            col(ApprovalSheet.kind) == kind,
            col(ApprovalSheet.subject).in_(list(subjects)),
        )
        .order_by(col(ApprovalSheet.cycle))
        .execution_options(populate_existing=True)
    )
    return {row.subject: row for row in rows}


async def steps_of(
    session: AsyncSession, city: str, sheets: Collection[UUID]
) -> dict[UUID, list[ApprovalStep]]:
    """Return the steps of sheets, in order."""
    rows = await session.scalars(
        select(ApprovalStep)
        .where(col(ApprovalStep.city) == city, col(ApprovalStep.sheet).in_(list(sheets)))
        .order_by(col(ApprovalStep.sheet), col(ApprovalStep.place))
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[ApprovalStep]] = {key: [] for key in sheets}
    for row in rows:
        found[row.sheet].append(row)
    return found


async def acts_of(
    session: AsyncSession, city: str, sheets: Collection[UUID]
) -> dict[UUID, list[ApprovalAct]]:
    """Return the acts on sheets, oldest first."""
    rows = await session.scalars(
        select(ApprovalAct)
        .where(col(ApprovalAct.city) == city, col(ApprovalAct.sheet).in_(list(sheets)))
        .order_by(col(ApprovalAct.sheet), col(ApprovalAct.seq))
    )
    found: dict[UUID, list[ApprovalAct]] = {key: [] for key in sheets}
    for row in rows:
        found[row.sheet].append(row)
    return found


async def of_person(session: AsyncSession, principal: Principal, *, named: bool) -> Sequence[ApprovalSheet]:
    """Return a person's own sheets, latest first: where they are named to sign, or where they have a part."""
    hands = list(principal.hands)
    steps = select(col(ApprovalStep.sheet)).where(
        col(ApprovalStep.city) == principal.city, col(ApprovalStep.person).in_(hands)
    )
    acts = select(col(ApprovalAct.sheet)).where(
        col(ApprovalAct.city) == principal.city,
        or_(col(ApprovalAct.by).in_(hands), col(ApprovalAct.on_behalf_of).in_(hands)),
    )
    mine = or_(
        col(ApprovalSheet.id).in_(steps),
        col(ApprovalSheet.id).in_(acts),
        col(ApprovalSheet.maker).in_(hands),
        col(ApprovalSheet.kept_by).in_(hands),
    )
    query = select(ApprovalSheet).where(col(ApprovalSheet.city) == principal.city)
    if named:
        query = query.where(col(ApprovalSheet.id).in_(steps), col(ApprovalSheet.state) == SheetState.open)
    else:
        query = query.where(mine)
    return (await session.scalars(query.order_by(col(ApprovalSheet.id).desc()).limit(MOST))).all()


async def names(session: AsyncSession, city: str, accounts: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of people."""
    wanted = {one for one in accounts if one is not None}
    rows = await session.execute(
        select(col(Account.id), col(Account.display_name)).where(
            col(Account.city) == city, col(Account.id).in_(wanted)
        )
    )
    return {row[0]: row[1] for row in rows}


def hands(*people: UUID | None) -> frozenset[str]:
    """Return people as the rules name them."""
    return frozenset(str(one) for one in people if one is not None)


def value(
    row: ApprovalSheet | None, maker: UUID | None, steps: Sequence[ApprovalStep], acts: Sequence[ApprovalAct]
) -> Sheet:
    """Return a sheet as the plain value that the rules work on."""
    return Sheet(
        maker=hands(maker) if row is None else hands(row.maker, row.kept_by),
        state=SheetState.open if row is None else row.state,
        steps=tuple(
            Step(
                key=step.key,
                kind=step.kind,
                person=None if step.person is None else str(step.person),
                signed=hands(step.signed_by, step.signed_for) if step.signed_by else None,
                turn=step.turn,
            )
            for step in steps
        ),
        acts=tuple(
            Act(verb=one.verb, hands=hands(one.by, one.on_behalf_of), step=one.step, turn=one.turn)
            for one in acts
        ),
    )
