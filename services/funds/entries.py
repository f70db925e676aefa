"""The course of an entry: made by the host, confirmed by another, revised or withdrawn, never rewritten."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.statistics.funds import booked_in, fen_of_cents, month_after, month_of
from auth.funds import can_check_funds, can_enter_funds, can_see_funds
from auth.principal import Principal
from services.files.binding import bind_all, check_evidence
from services.files.words import Subject
from services.funds import repo
from services.funds.errors import (
    BadFunds,
    EntrySettled,
    MonthClosed,
    NoExchangeRate,
    NoSuchFunds,
    NotYetSigned,
    NotYourFunds,
    SamePersonFunds,
)
from services.funds.schemas import FundForm
from services.funds.tables import FundEntry
from services.funds.words import Currency, EntryState
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy
from services.projects import repo as projects
from services.projects.errors import NoSuchProject
from services.projects.tables import Project
from services.projects.words import FundKind


async def project_of(session: AsyncSession, principal: Principal, ref: str | UUID) -> Project:
    """Return a project whose funds this person may see.

    Raises:
        NoSuchProject: there is none, or none of whose funds this person may know.
    """
    found = await projects.find(session, principal, ref)
    if found is None or not can_see_funds(principal, found.origin, found.host_county, found.host_park):
        raise NoSuchProject
    return found


async def find(
    session: AsyncSession, principal: Principal, key: UUID, *, hold: bool = False
) -> tuple[FundEntry, Project]:
    """Return an entry with its project.

    Raises:
        NoSuchFunds: there is none that this person may see.
    """
    row = await repo.entry(session, principal.city, key, hold=hold)
    if row is None:
        raise NoSuchFunds
    try:
        return row, await project_of(session, principal, row.project)
    except NoSuchProject:
        raise NoSuchFunds from None


async def enter(session: AsyncSession, principal: Principal, form: FundForm, today: date) -> FundEntry:
    """Enter what was paid in; it counts once another person of the host confirms it.

    Raises:
        NoSuchProject: none, or none of whose funds this person may know.
        NotYetSigned: the project has no host yet.
        NotYourFunds: another hosts the project.
        MonthClosed: the month is closed.
        BadFunds: the content breaks a rule; every place is named.
        EntrySettled: what it would revise does not count any more, or is being revised.
        NoExchangeRate: dollars of a month whose rate nobody recorded.
        NoSuchFile, WrongEvidence: a file that proves nothing of the kind.
    """
    project = await project_of(session, principal, form.project)
    if project.host_county is None or project.signed_on is None:
        raise NotYetSigned
    if not can_enter_funds(principal, project.host_county, project.host_park):
        raise NotYourFunds
    _check(form, today)
    await _check_month(session, principal.city, form)
    if form.replaces is not None:
        await _check_revision(session, principal, project, form)
    rate = await _rate(session, principal.city, form)
    files = await check_evidence(session, principal, "paid_in", form.files)
    row = FundEntry(
        city=principal.city,
        **form.model_dump(exclude={"project", "files"}),
        project=project.id,
        rate_e4=rate,
        fen=form.amount if rate is None else fen_of_cents(form.amount, rate),
        state=EntryState.pending,
        revision=1,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
        checked_name="",
        end_reason="",
    )
    session.add(row)
    await session.flush()
    await bind_all(session, principal, files, Subject.funds, row.id, today=today)
    await _record(session, principal, "entered", row)
    return row


async def confirm(
    session: AsyncSession, principal: Principal, key: UUID, today: date, seen: int
) -> FundEntry:
    """Confirm an entry: from here it counts, and what it revises does not.

    Raises:
        NoSuchFunds: none that this person may see.
        NotYourFunds, SamePersonFunds: another person of the host confirms it.
        Stale, EntrySettled, MonthClosed: it is not as seen, does not wait, or its month is closed.
        BadFunds: a correction that takes back more than there is.
    """
    row = await _held(session, principal, key, seen, EntryState.pending, checks=True)
    await _open(session, row)
    if row.fen < 0 and await repo.stands(session, row) + row.fen < 0:
        raise BadFunds(
            errors=[FieldError("/amount", "too-much", lazy("更正减少的金额不能大于该月已计的到位资金"))]
        )
    if row.replaces is not None:
        old = await repo.entry(session, row.city, row.replaces, hold=True)
        if old is None or old.state is not EntryState.confirmed:
            raise EntrySettled
        await _move(session, old, EntryState.replaced)
    row.checked_by, row.checked_name, row.checked_on = principal.account, principal.name, today
    await _move(session, row, EntryState.confirmed)
    await _record(session, principal, "confirmed", row)
    return row


async def refuse(
    session: AsyncSession, principal: Principal, key: UUID, reason: str, today: date, seen: int
) -> FundEntry:
    """Refuse an entry with a reason: it never counts. Raises as `confirm`, but of a closed month."""
    row = await _held(session, principal, key, seen, EntryState.pending, checks=True)
    row.checked_by, row.checked_name, row.checked_on = principal.account, principal.name, today
    row.ended_by, row.ended_on, row.end_reason = principal.account, today, reason
    await _move(session, row, EntryState.refused)
    await _record(session, principal, "refused", row)
    return row


async def withdraw(
    session: AsyncSession, principal: Principal, key: UUID, reason: str, today: date, seen: int
) -> FundEntry:
    """Take an entry back with a reason: the host what waits, its checker what counts in an open month.

    Raises:
        NoSuchFunds, NotYourFunds, SamePersonFunds, Stale, EntrySettled, MonthClosed: as `confirm`.
    """
    row, _ = await find(session, principal, key, hold=True)
    counts = row.state is not EntryState.pending
    row = await _held(
        session, principal, key, seen, EntryState.confirmed if counts else EntryState.pending, checks=counts
    )
    if counts:
        await _open(session, row)
    row.ended_by, row.ended_on, row.end_reason = principal.account, today, reason
    await _move(session, row, EntryState.withdrawn)
    await _record(session, principal, "withdrawn", row)
    return row


def _check(form: FundForm, today: date) -> None:
    errors = []
    if form.month > month_of(today):
        errors.append(FieldError("/month", "future", lazy("月份不能晚于本月")))
    if form.amount == 0 or (form.amount < 0 and form.corrects_month is None):
        errors.append(FieldError("/amount", "not-positive", lazy("金额须大于零；更正减少的，写明更正月份")))
    if form.currency is Currency.dollar and form.fund_kind is not FundKind.foreign:
        errors.append(FieldError("/currency", "not-foreign", lazy("只有外资可以填报美元")))
    if not form.files:
        errors.append(FieldError("/files", "needed", lazy("请附验资报告、银行回单或发票")))
    if bool(form.reason) != (form.corrects_month is not None or form.replaces is not None):
        errors.append(FieldError("/reason", "reason", lazy("更正和修订须写明原因，其他填报不写")))
    if form.corrects_month is not None and form.corrects_month > form.month:
        errors.append(FieldError("/corrects_month", "later", lazy("更正的月份不能晚于填报的月份")))
    if errors:
        raise BadFunds(errors=errors)


async def _check_month(session: AsyncSession, city: str, form: FundForm) -> None:
    """See that the month is open, and a correction in the month where it belongs."""
    closed = await repo.closed_through(session, city)
    if closed is not None and form.month <= closed:
        raise MonthClosed(month=form.month, open=month_after(closed))
    if form.corrects_month is not None and form.month != booked_in(form.corrects_month, closed):
        raise BadFunds(
            errors=[
                FieldError(
                    "/month", "not-next", lazy("更正记入被更正的月份；该月已关账的，记入关账后的第一个月")
                )
            ]
        )


async def _check_revision(
    session: AsyncSession, principal: Principal, project: Project, form: FundForm
) -> None:
    old = await repo.entry(session, principal.city, form.replaces, hold=True) if form.replaces else None
    if old is None or old.project != project.id:
        raise NoSuchFunds
    if old.state is not EntryState.confirmed or await repo.replaced_by(session, principal.city, old.id):
        raise EntrySettled
    if (old.month, old.fund_kind, old.corrects_month) != (form.month, form.fund_kind, form.corrects_month):
        raise BadFunds(errors=[FieldError("/month", "other", lazy("修订不改变月份、资金类型和更正月份"))])


async def _rate(session: AsyncSession, city: str, form: FundForm) -> int | None:
    """Return the rate of dollars: a correction is converted as what it corrects was."""
    if form.currency is Currency.yuan:
        return None
    month = form.corrects_month or form.month
    found = await repo.exchange_rate(session, city, month)
    if found is None:
        raise NoExchangeRate(month=month)
    return found.rate_e4


async def _held(
    session: AsyncSession, principal: Principal, key: UUID, seen: int, state: EntryState, *, checks: bool
) -> FundEntry:
    """Return an entry, locked, that this person may move on from a state."""
    row, project = await find(session, principal, key, hold=True)
    host = project.host_county or project.origin
    if checks and not can_check_funds(principal, host, row.made_by):
        raise SamePersonFunds if can_check_funds(principal, host, None) else NotYourFunds
    if not checks and not can_enter_funds(principal, host, project.host_park):
        raise NotYourFunds
    if row.revision != seen:
        raise Stale
    if row.state is not state:
        raise EntrySettled
    return row


async def _open(session: AsyncSession, row: FundEntry) -> None:
    closed = await repo.closed_through(session, row.city)
    if closed is not None and row.month <= closed:
        raise MonthClosed(month=row.month, open=month_after(closed))


async def _move(session: AsyncSession, row: FundEntry, state: EntryState) -> None:
    row.state, row.revision = state, row.revision + 1
    await session.flush()


async def _record(session: AsyncSession, principal: Principal, what: str, row: FundEntry) -> None:
    await record_event(
        session,
        row.city,
        actor=principal,
        action=f"funds.{what}",
        entity="fund_entry",
        entity_id=row.id,
        after={
            "project": str(row.project),
            "month": row.month,
            "fund_kind": row.fund_kind.value,
            "fen": row.fen,
            "state": row.state.value,
            "reason": row.end_reason or row.reason,
        },
    )
