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
from services.ledger.adjustments import adjustments, held_lines, undecided
from services.ledger.books import book_faults
from services.ledger.calculation import Calculation, Knowledge, calculate, read_knowledge
from services.ledger.receipts import months_with_receipts, unmatched
from services.ledger.reopening import reopenings_of
from services.ledger.reopening_words import AdjustmentState, ReopeningState
from services.ledger.restating import books_for, says_the_same
from services.ledger.sheets import Books, body_of, last_day
from services.ledger.states import CloseState, StatementKind, StatementState
from services.ledger.tables import ReceiptDeclaration, Statement, YearClose

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
    calculation = await calculate(session, knowledge, months_of(period)[-1])
    books = await books_for(session, knowledge, period)
    outdated, unconfirmed = await _statements_behind(session, knowledge, books, year)
    asked = [
        str(one.year) for one in await reopenings_of(session, city) if one.state is ReopeningState.requested
    ]
    quarters = await _quarters_missing(session, books, year)
    sheets = await _sheets_missing(session, city, calculation)
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
            "reopenings_decided",
            not asked,
            lazy("反关账申请已办结（待批准：{years}）"),
            lazy("有反关账申请待批准"),
            years=_listed(asked),
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
        check("computed", calculation.settled, lazy("已按最新数据测算并入账"), lazy("尚未按最新数据测算")),
        check(
            "adjustments_decided",
            not sheets,
            lazy("调整单已办结（未办结：{sheets}）"),
            lazy("有须凭调整单更正的差额未办结"),
            sheets=_listed(sheets),
        ),
        check(
            "quarters_prepared",
            not quarters,
            lazy("各季度对账单已编制（缺：{quarters}）"),
            lazy("有季度对账单未编制"),
            quarters=_listed(quarters),
        ),
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
    """The earlier years that had receipts or postings and are not closed, or are reopened."""
    rows = await session.execute(
        text(
            "SELECT DISTINCT year FROM ("
            " SELECT extract(year FROM paid_on)::int AS year FROM receipt_version WHERE city = :city"
            " UNION SELECT left(code, 4)::int FROM period WHERE city = :city) AS busy"
            " WHERE year < :before AND NOT EXISTS ("
            "  SELECT FROM year_close c WHERE c.city = :city AND c.year = busy.year AND c.state = 'closed'"
            "  AND NOT EXISTS (SELECT FROM year_reopening r WHERE r.city = c.city AND r.year = c.year"
            "   AND r.state IN ('open', 'closing')))"
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


async def _quarters_missing(session: AsyncSession, books: Books, year: int) -> list[str]:
    """The quarters in which a county has something booked and no 对账单."""
    rows = await session.execute(
        select(col(Statement.period), col(Statement.county)).where(
            col(Statement.city) == books.city,
            col(Statement.kind) == StatementKind.quarter,
            col(Statement.period).startswith(f"{year}Q"),
            col(Statement.state) != StatementState.superseded,
        )
    )
    found = {(period, county) for period, county in rows}
    quarters = [f"{year}Q{number}" for number in range(1, 5)]
    return [
        quarter
        for quarter in quarters
        if any((quarter, county) not in found for county in books.parties(quarter))
    ]


async def _sheets_missing(session: AsyncSession, city: str, calculation: Calculation) -> list[str]:
    """The sheets that wait for their approval, and the agreements whose differences stand on none."""
    made = await adjustments(session, city, AdjustmentState.made)
    named = {line["agreement"] for sheet in made for line in sheet.body["lines"]}
    open_ = {line["agreement"] for line in await undecided(session, city, held_lines(calculation))}
    return [sheet.number for sheet in made] + sorted(open_ - named)


async def _statements_behind(
    session: AsyncSession, knowledge: Knowledge, books: Books, year: int
) -> tuple[list[str], list[str]]:
    """The counties whose live statement says other than the books, and those that did not confirm theirs.

    A closed year's papers stand as they were closed, unless the year is reopened.
    """
    period = str(year)
    stands = books.restated is None and await _is_closed(session, knowledge.city, year)
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
        if not stands and not says_the_same(statement.body, body):
            outdated.append(books.names[county])
        if statement.state not in DONE:
            unconfirmed.append(books.names[county])
    return outdated, unconfirmed


async def _is_closed(session: AsyncSession, city: str, year: int) -> bool:
    found = await session.get(YearClose, {"city": city, "year": year})
    return found is not None and found.state is CloseState.closed
