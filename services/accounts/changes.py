"""What every change of an account is made of: tokens, passwords that are strong enough, the audit row."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from auth.passwords import MAX_LENGTH, MIN_LENGTH, Passwords, WeakPassword, check_strength
from auth.principal import Principal
from services.accounts.errors import PasswordRefused
from services.accounts.opaque import Opaque, new_opaque
from services.accounts.tables import Account, OneTimeToken, Purpose
from services.kit.errors import FieldError
from services.kit.events import record_event
from services.kit.i18n import lazy

TOKEN_LIFETIME: Final = timedelta(hours=24)
WEAKNESSES: Final = {
    "too-short": lazy("密码至少 10 个字符"),
    "too-long": lazy("密码最多 128 个字符"),
    "contains-login": lazy("密码不能包含用户名"),
    "one-character": lazy("密码不能由同一个字符组成"),
}


async def add_token(
    session: AsyncSession,
    city: str,
    purpose: Purpose,
    account: UUID | None,
    created_by: UUID | None,
    now: datetime,
) -> Opaque:
    """Store a one-time token by its hash; the token itself is returned this once."""
    token = new_opaque(city)
    session.add(
        OneTimeToken(
            city=city,
            id=token.id,
            purpose=purpose,
            account=account,
            secret_sha256=token.sha256,
            created_by=created_by,
            created_at=now,
            expires_at=now + TOKEN_LIFETIME,
        )
    )
    await session.flush()
    return token


async def put_password(session: AsyncSession, passwords: Passwords, account: Account, password: str) -> None:
    """Set a password.

    Raises:
        PasswordRefused: too short, too long, or too easy.
    """
    try:
        check_strength(password, account.login)
    except WeakPassword as weak:
        place = FieldError("/password", weak.code, WEAKNESSES[weak.code])
        raise PasswordRefused(errors=[place], least=MIN_LENGTH, most=MAX_LENGTH) from weak
    account.password_hash = await passwords.hash(password)
    account.version += 1
    await session.flush()


async def record_change(
    session: AsyncSession,
    principal: Principal,
    action: str,
    row: Account,
    after: dict[str, object] | None = None,
) -> None:
    """Write the audit row of a change."""
    await record_event(
        session,
        row.city,
        actor=principal,
        action=action,
        entity="account",
        entity_id=row.id,
        after=after or {"login": row.login},
    )
