"""Pages of receipts: all of a treasury's, those of no agreement, and those split otherwise than expected."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.sharing.base import Split
from auth.principal import Principal
from services.kit.known import last_known
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of
from services.ledger import repo
from services.ledger.errors import NotForYou
from services.ledger.receipts import ApartReceipt, Differing, apart, level_differences
from services.ledger.schemas import ApartView, DifferenceView, LevelsView, ReceiptView
from services.ledger.visibility import receipts_of

Row = TypeVar("Row")
View = TypeVar("View")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """Which page: how many, after which cursor, sealed with which secret."""

    secret: str
    limit: int
    cursor: str | None = None


_PAGE = f"""
SELECT * FROM ({repo.RECEIPTS}) AS r
WHERE (:treasury = '' OR treasury = :treasury)
  AND (:month = '' OR to_char(paid_on, 'YYYY-MM') = :month)
  AND (:firm = '' OR credit_code = :firm)
  AND (paid_on, ticket) > (CAST(:day AS date), :ticket)
ORDER BY paid_on, ticket LIMIT :limit
"""  # noqa: S608 -- our own text


def treasury_for(principal: Principal, asked: str) -> str:
    """The treasury to read: the one asked for, narrowed to the person's own.

    Raises:
        NotForYou: the person reads no receipts by firm, or not of that treasury.
    """
    own = receipts_of(principal)
    if own is None or (own and asked not in {"", own}):
        raise NotForYou
    return own or asked


async def receipt_page(
    session: AsyncSession,
    principal: Principal,
    paging: Paging,
    *,
    treasury: str = "",
    month: str = "",
    firm: str = "",
) -> Page[ReceiptView]:
    """A page of receipts, newest revision of each, in the order of their dates.

    Raises:
        NotForYou: the person reads no receipts by firm, or not of that treasury.
    """
    treasury = treasury_for(principal, treasury)
    bound = f"receipts:{principal.city}:{principal.account}:{treasury}:{month}:{firm}"
    day, ticket = _after(paging, bound)
    rows = await session.execute(
        text(_PAGE),
        {
            "city": principal.city,
            "known": await last_known(session, principal.city),
            "treasury": treasury,
            "month": month,
            "firm": firm,
            "day": day,
            "ticket": ticket,
            "limit": paging.limit + 1,
        },
    )
    fields = set(ReceiptView.model_fields)
    return page_of(
        [dict(row) for row in rows.mappings()],
        paging.limit,
        item=lambda row: ReceiptView(**{key: value for key, value in row.items() if key in fields}),
        cursor=lambda row: encode_cursor(paging.secret, bound, [row["paid_on"], row["ticket"]]),
    )


async def apart_page(
    session: AsyncSession, principal: Principal, paging: Paging, *, treasury: str = ""
) -> Page[ApartView]:
    """A page of the receipts in no agreement's base.

    Raises:
        NotForYou: the person reads no receipts by firm, or not of that treasury.
    """
    treasury = treasury_for(principal, treasury)
    rows = await apart(session, principal.city, treasury)
    bound = f"apart:{principal.city}:{principal.account}:{treasury}"
    return _slice(rows, paging, bound, key=lambda row: (row.paid_on, row.ticket), item=_apart_view)


async def difference_page(
    session: AsyncSession, principal: Principal, paging: Paging, *, treasury: str = ""
) -> Page[DifferenceView]:
    """A page of the receipts whose split by level is not the expected one.

    Raises:
        NotForYou: the person reads no receipts by firm, or not of that treasury.
    """
    treasury = treasury_for(principal, treasury)
    rows = await level_differences(session, principal.city, treasury)
    bound = f"levels:{principal.city}:{principal.account}:{treasury}"
    return _slice(
        rows, paging, bound, key=lambda one: (one.row["paid_on"], one.row["ticket"]), item=_difference_view
    )


def _apart_view(row: ApartReceipt) -> ApartView:
    return ApartView(**(asdict(row) | {"reason": row.reason.value}))


def _difference_view(one: Differing) -> DifferenceView:
    found = one.difference
    return DifferenceView(
        **{
            name: one.row[name] for name in ("ticket", "paid_on", "treasury", "taxpayer", "tax", "amount_fen")
        },
        actual=_levels(found.actual),
        expected=None if found.expected is None else _levels(found.expected),
    )


def _levels(split: Split) -> LevelsView:
    return LevelsView(
        central_fen=split.central, province_fen=split.province, city_fen=split.city, county_fen=split.county
    )


def _after(paging: Paging, bound: str) -> tuple[date, str]:
    """The place after which a page begins."""
    if paging.cursor is None:
        return date.min, ""
    day, ticket = decode_cursor(paging.secret, bound, paging.cursor)
    return date.fromisoformat(day), ticket


def _slice(
    rows: Sequence[Row],
    paging: Paging,
    bound: str,
    *,
    key: Callable[[Row], tuple[Any, Any]],
    item: Callable[[Row], View],
) -> Page[View]:
    """A page of a list that is short by its nature."""
    place = _after(paging, bound)
    rest = [row for row in rows if key(row) > place]
    return page_of(
        rest[: paging.limit + 1],
        paging.limit,
        item=item,
        cursor=lambda row: encode_cursor(paging.secret, bound, list(key(row))),
    )
