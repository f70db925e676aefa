"""Posts, the seat that a sign-in acts from, and suspensions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from auth.errors import NotPermitted
from auth.policy import can_manage_accounts
from auth.principal import CITY_ROLES, COUNTY_ROLES, Principal, Role
from services.accounts import repo
from services.accounts.changes import record_change
from services.accounts.errors import (
    BadSuspension,
    NoSuchAccount,
    NoSuchSeat,
    OfficeDoesNotFit,
    OwnAccount,
    PostTaken,
)
from services.accounts.seat_tables import AccountPost, ActingSeat, Delegation, Suspension
from services.accounts.tables import Account
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy

_ALONE = frozenset({Role.administrator, Role.auditor})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One capacity to act in: the account's own post, a further one, or another's by delegation."""

    role: Role
    office: str
    county: str
    post: UUID | None = None
    delegation: UUID | None = None
    lent_by: str | None = None
    until_on: date | None = None


async def seats_of(session: AsyncSession, city: str, account: UUID, today: date) -> list[Seat]:
    """List the seats of a person on a day, their own first.

    Raises:
        NoSuchAccount: there is none.
    """
    own = await repo.account_by_id(session, city, account)
    if own is None:
        raise NoSuchAccount
    found = [Seat(role=own.role, office=own.office, county=own.county)]
    found += [
        Seat(role=row.role, office=row.office, county=row.county, post=row.id)
        for row in await posts_of(session, city, account)
        if row.since <= today
    ]
    lent = await session.execute(
        select(Delegation, Account, AccountPost)
        .join(
            Account,
            (col(Account.city) == col(Delegation.city)) & (col(Account.id) == col(Delegation.delegator)),
        )
        .outerjoin(
            AccountPost,
            (col(AccountPost.city) == col(Delegation.city)) & (col(AccountPost.id) == col(Delegation.post)),
        )
        .where(
            col(Delegation.city) == city,
            col(Delegation.delegate) == account,
            col(Delegation.from_on) <= today,
            col(Delegation.until_on) >= today,
            col(Delegation.ended_on).is_(None),
            col(Account.disabled_at).is_(None),
            or_(col(Delegation.post).is_(None), col(AccountPost.ended_on).is_(None)),
        )
        .order_by(col(Delegation.id))
    )
    for delegation, giver, post in lent:
        seat = post or giver
        found.append(
            Seat(
                role=seat.role,
                office=seat.office,
                county=seat.county,
                delegation=delegation.id,
                lent_by=delegation.delegator_name,
                until_on=delegation.until_on,
            )
        )
    return found


async def posts_of(session: AsyncSession, city: str, account: UUID) -> list[AccountPost]:
    """Return the further posts of a person that are not ended."""
    rows = await session.scalars(
        select(AccountPost)
        .where(
            col(AccountPost.city) == city,
            col(AccountPost.account) == account,
            col(AccountPost.ended_on).is_(None),
        )
        .order_by(col(AccountPost.id))
    )
    return list(rows)


async def take_seat(
    session: AsyncSession, principal: Principal, post: UUID | None, delegation: UUID | None, today: date
) -> Seat:
    """Act from another seat in this sign-in, from its next request on; neither named is one's own post.

    Raises:
        NoSuchSeat: it is not this person's today, or there is no sign-in.
    """
    seats = await seats_of(session, principal.city, principal.account, today)
    seat = next((one for one in seats if (one.post, one.delegation) == (post, delegation)), None)
    if seat is None or principal.session is None:
        raise NoSuchSeat
    values = {"city": principal.city, "session": principal.session, "post": post, "delegation": delegation}
    await session.execute(
        insert(ActingSeat)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["city", "session"], set_={"post": post, "delegation": delegation}
        )
    )
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="accounts.seat_taken",
        entity="account",
        entity_id=principal.account,
        after={"role": seat.role.value, "office": seat.office, "lent_by": seat.lent_by},
    )
    return seat


async def give_post(
    session: AsyncSession,
    principal: Principal,
    account: UUID,
    *,
    role: Role,
    office: str,
    county: str,
    today: date,
) -> AccountPost:
    """Give a person a further post.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount, OwnAccount: there is none, or it is one's own.
        OfficeDoesNotFit: the role's office is of another kind; administrators and auditors have one post.
        PostTaken: the person has the post.
    """
    row = await _another(session, principal, account)
    fits = {
        True: office == county != row.city if role in COUNTY_ROLES else office != county,
        False: office == county == row.city,
    }[role not in CITY_ROLES]
    if not fits or county[:4] != row.city[:4] or _ALONE & {role, row.role}:
        raise OfficeDoesNotFit(errors=[FieldError("/office", "does-not-fit", lazy("单位与角色不相符"))])
    posts = await posts_of(session, row.city, row.id)
    if (role, office) in {(row.role, row.office), *((one.role, one.office) for one in posts)}:
        raise PostTaken
    post = AccountPost(
        city=row.city,
        account=row.id,
        role=role,
        office=office,
        county=county,
        since=today,
        given_by=principal.account,
    )
    session.add(post)
    await session.flush()
    await record_change(
        session, principal, "accounts.post_given", row, after={"role": role.value, "office": office}
    )
    return post


async def end_post(
    session: AsyncSession, principal: Principal, account: UUID, post: UUID, today: date
) -> None:
    """End a further post: sign-ins that act from it fall back to the account's own.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount, OwnAccount: there is none, or it is one's own.
        NoSuchSeat: the person has no such post.
    """
    row = await _another(session, principal, account)
    found = next((one for one in await posts_of(session, row.city, row.id) if one.id == post), None)
    if found is None:
        raise NoSuchSeat
    found.ended_on = today
    await session.flush()
    await record_change(session, principal, "accounts.post_ended", row, after={"post": str(post)})


async def suspensions_of(session: AsyncSession, city: str, account: UUID) -> list[Suspension]:
    """Return all suspensions of a person, latest first."""
    rows = await session.scalars(
        select(Suspension)
        .where(col(Suspension.city) == city, col(Suspension.account) == account)
        .order_by(col(Suspension.id).desc())
    )
    return list(rows)


async def suspend(
    session: AsyncSession,
    principal: Principal,
    account: UUID,
    *,
    from_on: date,
    until_on: date | None,
    reason: str,
) -> Suspension:
    """Let a person read and not act (暂停办理) on some days; without a last day until it is lifted.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount, OwnAccount: there is none, or it is one's own.
        BadSuspension: it ends before it begins, or gives no reason.
    """
    row = await _another(session, principal, account)
    errors = []
    if until_on is not None and until_on < from_on:
        errors.append(FieldError("/until_on", "before-start", lazy("结束日期不能早于开始日期")))
    if not reason.strip():
        errors.append(FieldError("/reason", "needed", lazy("请写明理由")))
    if errors:
        raise BadSuspension(errors=errors)
    made = Suspension(
        city=row.city,
        account=row.id,
        from_on=from_on,
        until_on=until_on,
        reason=reason.strip(),
        made_by=principal.account,
        made_name=principal.name,
    )
    session.add(made)
    await session.flush()
    days = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat() if until_on else None}
    await record_change(session, principal, "accounts.suspended", row, after={**days, "reason": made.reason})
    return made


async def lift(
    session: AsyncSession, principal: Principal, account: UUID, suspension: UUID, today: date
) -> Suspension:
    """Lift a suspension before its time.

    Raises:
        NotPermitted: only administrators do.
        NoSuchAccount, OwnAccount: there is none, or it is one's own.
        NoSuchSeat: there is no such suspension, or it is lifted.
    """
    row = await _another(session, principal, account)
    rows = await suspensions_of(session, row.city, row.id)
    found = next((one for one in rows if one.id == suspension and one.lifted_on is None), None)
    if found is None:
        raise NoSuchSeat
    found.lifted_on, found.lifted_by = today, principal.account
    await session.flush()
    await record_change(session, principal, "accounts.suspension_lifted", row)
    return found


async def _another(session: AsyncSession, principal: Principal, account: UUID) -> Account:
    if not can_manage_accounts(principal):
        raise NotPermitted
    row = await repo.account_by_id(session, principal.city, account, lock=True)
    if row is None:
        raise NoSuchAccount
    if row.id == principal.account:
        raise OwnAccount
    return row
