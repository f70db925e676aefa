"""The conditions of a year's close, checked one by one: what a task list shows and what a close requires."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.sharing.statement import months_of
from auth.principal import Principal
from services.kit.i18n import lazy
from services.kit.known import last_known
from services.ledger.books import book_faults
from services.ledger.calculation import Knowledge, calculate, read_knowledge
from services.ledger.receipts import months_with_receipts, unmatched
from services.ledger.sheets import CONTENT, body_of, last_day, read_books
from services.ledger.states import StatementKind, StatementState
from services.ledger.tables import ReceiptDeclaration, Statement

DONE = frozenset({StatementState.confirmed, StatementState.closed})


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of a close: a stable code, whether it holds, and words.

    `text` says what must hold (a message id filled by `facts`), `failing` what is wrong where it does not.
    """

    code: str
    ok: bool
    text: str
    failing: str
    facts: dict[str, Any]


async def checks(
    session: AsyncSession, principal: Principal, year: int, today: date, *, list_unmatched: bool = False
) -> list[Check]:
    """Check every condition of a year's close, in the order of the work.

    Args:
        session: the request's transaction.
        principal: whose city.
        year: the year.
        today: the business date.
        list_unmatched: whether receipts without a firm of ours are accepted as listed with the close.
    """
    city, period = principal.city, str(year)
    open_years = await _open_years(session, city, year)
    loaded = await months_with_receipts(session, city) | await declared_months(session, city)
    missing = [month for month in months_of(period) if month not in loaded]
    without = [row for row in await unmatched(session, city) if row.paid_on.year == year]
    known = await last_known(session, city)
    knowledge = await read_knowledge(session, city, known)
    computed = (await calculate(session, knowledge, months_of(period)[-1])).settled
    outdated, unconfirmed = await _statements_behind(session, knowledge, year)
    faults = await book_faults(session, city)

    def check(code: str, ok: bool, words: str, failing: str, **facts: Any) -> Check:
        return Check(code=code, ok=ok, text=words, failing=failing, facts=facts)

    return [
        check(
            "year_ended", today > last_day(period), lazy("{year} 年已结束"), lazy("年度尚未结束"), year=year
        ),
        check(
            "earlier_closed",
            not open_years,
            lazy("以前年度已关账（未关：{years}）"),
            lazy("以前年度未关账"),
            years=_listed(map(str, open_years)),
        ),
        check(
            "receipts_loaded",
            not missing,
            lazy("各月入库已导入或已申报无入库（缺：{months}）"),
            lazy("有月份既无入库也未申报"),
            months=_listed(missing),
        ),
        check(
            "unmatched",
            not without or list_unmatched,
            lazy("未匹配到项目公司的入库 {count} 笔，为零或已列册"),
            lazy("有未匹配的入库未列册"),
            count=len(without),
        ),
        check("computed", computed, lazy("已按最新数据测算并入账"), lazy("尚未按最新数据测算")),
        check(
            "statements_current",
            not outdated,
            lazy("结算单与台账一致（不一致：{counties}）"),
            lazy("结算单与台账不一致"),
            counties=_listed(outdated),
        ),
        check(
            "statements_confirmed",
            not unconfirmed,
            lazy("各县区年终结算单已确认（未确认：{counties}）"),
            lazy("有县区未确认年终结算单"),
            counties=_listed(unconfirmed),
        ),
        check(
            "books_balanced",
            not faults,
            lazy("试算平衡（不平：{places}）"),
            lazy("账簿不平"),
            places=_listed(faults),
        ),
    ]


def _listed(items: Any) -> str:
    return "、".join(items) or "—"


async def _open_years(session: AsyncSession, city: str, before: int) -> list[int]:
    """The earlier years that had receipts or postings and are not closed."""
    rows = await session.execute(
        text(
            "SELECT DISTINCT year FROM ("
            " SELECT extract(year FROM paid_on)::int AS year FROM receipt_version WHERE city = :city"
            " UNION SELECT left(code, 4)::int FROM period WHERE city = :city) AS busy"
            " WHERE year < :before AND NOT EXISTS ("
            "  SELECT FROM year_close c WHERE c.city = :city AND c.year = busy.year AND c.state = 'closed')"
            " ORDER BY year"
        ),
        {"city": city, "before": before},
    )
    return list(rows.scalars())


async def declared_months(session: AsyncSession, city: str) -> set[str]:
    """The months declared to have no receipts."""
    rows = await session.execute(
        select(col(ReceiptDeclaration.month)).where(col(ReceiptDeclaration.city) == city)
    )
    return set(rows.scalars())


async def live_statements(session: AsyncSession, city: str, year: int) -> Sequence[Statement]:
    """The year's statements that are not superseded, held for this transaction."""
    rows = await session.execute(
        select(Statement)
        .where(
            col(Statement.city) == city,
            col(Statement.kind) == StatementKind.year,
            col(Statement.period) == str(year),
            col(Statement.state) != StatementState.superseded,
        )
        .order_by(col(Statement.county))
        .with_for_update()
    )
    return rows.scalars().all()


async def _statements_behind(
    session: AsyncSession, knowledge: Knowledge, year: int
) -> tuple[list[str], list[str]]:
    """The counties whose live statement says other than the books, and those that did not confirm theirs."""
    period = str(year)
    books = await read_books(session, knowledge, months_of(period)[-1])
    live = {statement.county: statement for statement in await live_statements(session, knowledge.city, year)}
    outdated, unconfirmed = [], []
    for county in books.parties(period):
        statement = live.get(county)
        if statement is None:
            outdated.append(books.names[county])
            unconfirmed.append(books.names[county])
            continue
        body = body_of(
            books,
            StatementKind.year,
            county,
            period,
            number=statement.number,
            version=statement.version,
            made_on=statement.made_on,
        )
        if any(statement.body[part] != body[part] for part in CONTENT):
            outdated.append(books.names[county])
        if statement.state not in DONE:
            unconfirmed.append(books.names[county])
    return outdated, unconfirmed
