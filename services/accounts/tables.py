"""The tables of who may sign in. Nothing here holds a secret in the clear.

Passwords are Argon2id hashes, tokens SHA-256 digests of random values, signing keys sealed under the
installation's secret.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, LargeBinary
from sqlmodel import Field

from auth.principal import Role
from services.kit.tables import (
    Base,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)


class SessionKind(StrEnum):
    """How a sign-in is used."""

    api = "api"
    console = "console"


class EndReason(StrEnum):
    """Why a sign-in ended before its time."""

    signed_out = "signed_out"
    disabled = "disabled"
    password_changed = "password_changed"  # noqa: S105 -- the name of a reason
    refresh_reused = "refresh_reused"


class Purpose(StrEnum):
    """What a one-time token is good for."""

    bootstrap = "bootstrap"  # make the first administrator
    password = "password"  # noqa: S105 -- set the password of one account


class Guarded(StrEnum):
    """What failed sign-ins are counted by."""

    login = "login"
    address = "address"


class Account(Base, table=True):
    """One person's way in. `office` is a region or park code, `county` the county it belongs to."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_login", "city", "login", unique=True),
        CheckConstraint("login ~ '^[a-z0-9][a-z0-9._-]{1,39}$'", name="login_form"),
        CheckConstraint("office <> '' AND county <> ''", name="office_named"),
        CheckConstraint(
            "(role IN ('county_officer', 'county_leader', 'county_finance') AND office = county)"
            " OR (role IN ('city_office', 'city_finance', 'auditor', 'administrator')"
            " AND office = city AND county = city)"
            " OR (role = 'park_officer' AND office <> county)",
            name="office_fits_role",
        ),
    )

    id: UUID = id_column()
    login: str = text_column()
    display_name: str = text_column()
    role: Role = text_enum(Role, "role")
    office: str = text_column()
    county: str = text_column()
    password_hash: str | None = text_column(nullable=True)
    created_at: datetime = stamp_column()
    created_by: UUID | None = uuid_column(nullable=True)
    disabled_at: datetime | None = time_column(nullable=True)
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False))


class AccountSession(Base, table=True):
    """One sign-in: a console's cookie, or a family of refresh tokens."""

    __tablename__ = "account_session"
    __table_args__ = (
        ForeignKeyConstraint(["city", "account"], ["account.city", "account.id"]),
        CheckConstraint("(kind = 'console') = (secret_sha256 IS NOT NULL)", name="cookie_has_secret"),
        CheckConstraint("(ended_at IS NULL) = (end_reason IS NULL)", name="end_has_reason"),
        Index("ix_account_session_account", "city", "account"),
    )

    id: UUID = id_column()
    account: UUID = uuid_column()
    kind: SessionKind = text_enum(SessionKind, "kind")
    secret_sha256: str | None = text_column(nullable=True)
    created_at: datetime = time_column()
    seen_at: datetime = time_column()
    expires_at: datetime = time_column()
    ended_at: datetime | None = time_column(nullable=True)
    end_reason: EndReason | None = text_enum(EndReason, "end_reason", nullable=True)


class RefreshToken(Base, table=True):
    """One link in a sign-in's chain of refresh tokens; each is used once."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        ForeignKeyConstraint(["city", "session"], ["account_session.city", "account_session.id"]),
        Index("ix_refresh_token_session", "city", "session"),
    )

    id: UUID = id_column()
    session: UUID = uuid_column()
    secret_sha256: str = text_column()
    issued_at: datetime = time_column()
    expires_at: datetime = time_column()
    used_at: datetime | None = time_column(nullable=True)


class OneTimeToken(Base, table=True):
    """A token handed over by a person: to make the first administrator, or to set a password."""

    __tablename__ = "one_time_token"
    __table_args__ = (
        ForeignKeyConstraint(["city", "account"], ["account.city", "account.id"]),
        CheckConstraint("(purpose = 'bootstrap') = (account IS NULL)", name="account_fits_purpose"),
        Index("ix_one_time_token_account", "city", "account"),
    )

    id: UUID = id_column()
    purpose: Purpose = text_enum(Purpose, "purpose")
    account: UUID | None = uuid_column(nullable=True)
    secret_sha256: str = text_column()
    created_by: UUID | None = uuid_column(nullable=True)
    created_at: datetime = time_column()
    expires_at: datetime = time_column()
    used_at: datetime | None = time_column(nullable=True)


class SigningKey(Base, table=True):
    """A private key of access tokens, sealed. Keys belong to the installation: `city` is 000000."""

    __tablename__ = "signing_key"

    kid: str = text_column(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = time_column()
    retired_at: datetime | None = time_column(nullable=True)


class SignInAttempt(Base, table=True):
    """Failed sign-ins by login and by address; the key is a digest of what was typed."""

    __tablename__ = "sign_in_attempt"

    kind: Guarded = text_enum(Guarded, "kind", primary_key=True)
    key_sha256: str = text_column(primary_key=True)
    failures: int = Field(sa_column=Column(Integer, nullable=False))
    since: datetime = time_column()
    locked_until: datetime | None = time_column(nullable=True)
