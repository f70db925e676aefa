"""Months of the funds: their exchange rates, and their close."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.statistics.funds import month_after, month_of
from auth.funds import can_close_funds, can_set_rates
from auth.principal import Principal
from services.funds import repo
from services.funds.errors import BadFunds, MonthClosed, MonthNotOver, NotYourFunds
from services.funds.schemas import Closes, CloseView, ExchangeRates, ExchangeRateView, RateForm
from services.funds.tables import ExchangeRate, FundClose
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy


async def set_rate(session: AsyncSession, principal: Principal, form: RateForm, today: date) -> ExchangeRate:
    """Record a month's rate with its source; a further one of the month is a new version.

    Entries keep the rate that they were entered with.

    Raises:
        NotYourFunds: neither the city's finance nor its office.
        MonthClosed: the month is closed.
        BadFunds: the month lies ahead.
    """
    if not can_set_rates(principal):
        raise NotYourFunds
    if form.month > month_of(today):
        raise BadFunds(errors=[FieldError("/month", "future", lazy("月份不能晚于本月"))])
    closed = await repo.closed_through(session, principal.city)
    if closed is not None and form.month <= closed:
        raise MonthClosed(month=form.month, open=month_after(closed))
    before = await repo.exchange_rate(session, principal.city, form.month)
    row = ExchangeRate(
        city=principal.city,
        **form.model_dump(),
        version=1 if before is None else before.version + 1,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="funds.rate_set",
        entity="exchange_rate",
        entity_id=f"{row.month}/{row.version}",
        after=form.model_dump(),
    )
    return row


async def close_month(session: AsyncSession, principal: Principal, month: str, today: date) -> FundClose:
    """Close a month's funds, and all before it: none of them is rewritten from here on.

    Raises:
        NotYourFunds: not the city's office.
        MonthNotOver: the month is not over.
        MonthClosed: it is closed.
    """
    if not can_close_funds(principal):
        raise NotYourFunds
    if month >= month_of(today):
        raise MonthNotOver
    query = select(func.max(col(FundClose.month))).where(col(FundClose.city) == principal.city)
    closed = (await session.execute(query)).scalar_one()
    if closed is not None and month <= closed:
        raise MonthClosed(month=month, open=month_after(closed))
    row = FundClose(
        city=principal.city,
        month=month,
        made_by=principal.account,
        made_name=principal.name,
        made_on=today,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="funds.closed",
        entity="fund_close",
        entity_id=month,
        after={"month": month},
    )
    return row


def rate_view(row: ExchangeRate) -> ExchangeRateView:
    """Show a rate."""
    return ExchangeRateView.model_validate(row.model_dump())


async def rates_view(session: AsyncSession, city: str) -> ExchangeRates:
    """Show all rates, latest month first."""
    return ExchangeRates(items=[rate_view(row) for row in await repo.exchange_rates(session, city)])


async def closes_view(session: AsyncSession, city: str) -> Closes:
    """Show the closed months and the one that takes corrections of them."""
    rows = await repo.closes(session, city)
    return Closes(
        items=[CloseView.model_validate(row.model_dump()) for row in rows],
        open=month_after(rows[0].month) if rows else None,
    )
