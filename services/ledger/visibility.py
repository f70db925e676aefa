"""Which statements and receipts a principal may know of: every read starts here."""

from typing import Any

from sqlalchemy import Select, false
from sqlmodel import col

from auth.money import can_see_receipts, can_see_statement
from auth.principal import Principal
from services.ledger.errors import NoSuchBook
from services.ledger.tables import Statement


def county_of(principal: Principal) -> str | None:
    """The one county whose money this person sees; None for those who see all of the city's or nothing."""
    return None if can_see_statement(principal, "") else principal.county


def visible_to(principal: Principal, query: Select[Any]) -> Select[Any]:
    """Narrow a query on statements to those the principal may know of.

    its own county's, or the whole city's.
    """
    query = query.where(col(Statement.city) == principal.city)
    if can_see_statement(principal, ""):
        return query
    if principal.county is None or not can_see_statement(principal, principal.county):
        return query.where(false())
    return query.where(col(Statement.county) == principal.county)


def receipts_of(principal: Principal) -> str | None:
    """The treasury whose receipts by firm this person may read; "" for all of them, None for none."""
    if can_see_receipts(principal, ""):
        return ""
    if principal.county is not None and can_see_receipts(principal, principal.county):
        return principal.county
    return None


def book_of(principal: Principal, county: str | None) -> str | None:
    """The book to show to a person who asks for a county's, or for its own; None for the whole city's.

    Raises:
        NoSuchBook: the person may not read it.
    """
    whole = can_see_statement(principal, "")
    asked = county if county is not None or whole else principal.county
    if not can_see_statement(principal, asked or ""):
        raise NoSuchBook
    return asked
