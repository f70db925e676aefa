"""Accounts as the API and the console show them."""

from sqlalchemy.ext.asyncio import AsyncSession

from auth.principal import Principal
from services.accounts import repo
from services.accounts.schemas import AccountView
from services.accounts.tables import Account
from services.kit.pagination import Page, decode_cursor, encode_cursor, page_of


def view(account: Account) -> AccountView:
    """Return an account as an administrator sees it."""
    return AccountView(
        id=account.id,
        login=account.login,
        display_name=account.display_name,
        role=account.role,
        office=account.office,
        county=account.county,
        created_at=account.created_at,
        disabled_at=account.disabled_at,
        has_password=account.password_hash is not None,
        version=account.version,
    )


async def account_page(
    session: AsyncSession, principal: Principal, secret: str, *, limit: int, cursor: str | None
) -> Page[AccountView]:
    """Return one page of the city's accounts, for the API and the console alike."""
    bound = f"accounts:{principal.city}:{principal.account}"
    after = None if cursor is None else decode_cursor(secret, bound, cursor)
    rows = await repo.accounts_after(session, principal.city, after, limit + 1)
    return page_of(rows, limit, item=view, cursor=lambda row: encode_cursor(secret, bound, [row.login]))
