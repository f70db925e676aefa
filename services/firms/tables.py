"""Every name under which a firm is known, with the keys by which it is found; and who asked for one."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.firms.words import NameKind, SubjectKind
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class FirmName(Base, table=True):
    """A name of a firm.

    Of a project it is the investor's name, of a company the founded company's; `subject` is then the
    project's id. An alias is recorded by somebody: another name of the firm whose credit code it carries;
    `subject` is then its own id. `keys` are numbered keys of `allocation.names.keys`, empty until made.
    """

    __tablename__ = "firm_name"
    __table_args__ = (
        UniqueConstraint("city", "subject_kind", "subject"),
        CheckConstraint("btrim(name) <> ''", name="name"),
        CheckConstraint("subject_kind <> 'alias' OR subject = id", name="alias_is_itself"),
        CheckConstraint(
            "(subject_kind = 'alias') = (recorded_by IS NOT NULL AND recorded_on IS NOT NULL)",
            name="alias_recorded",
        ),
        CheckConstraint(
            "subject_kind <> 'alias' OR (kind <> 'current' AND credit_code <> '')", name="alias_of"
        ),
        CheckConstraint("ended_on IS NULL OR subject_kind = 'alias'", name="alias_ends"),
        Index("ix_firm_name_keys", "keys", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_firm_name_credit_code", "city", "credit_code"),
    )

    id: UUID = id_column()
    subject_kind: SubjectKind = text_enum(SubjectKind, "subject_kind")
    subject: UUID = uuid_column()
    name: str = text_column()
    kind: NameKind = text_enum(NameKind, "kind")
    credit_code: str = text_column()
    keys: list[int] = Field(
        default_factory=list, sa_column=Column(ARRAY(BigInteger), nullable=False, server_default="{}")
    )
    county: str = text_column()
    """Whose alias it is: the recorder's county, or the city's code; empty for projects and companies."""
    recorded_by: UUID | None = uuid_column(nullable=True)
    recorded_on: date | None = None
    ended_on: date | None = None


class FirmCheck(Base, table=True):
    """One question whether a firm is already registered: who asked for which name. Append-only."""

    __tablename__ = "firm_check"
    __table_args__ = (
        Index("ix_firm_check_account", "city", "account", "at"),
        Index("ix_firm_check_day", "city", "on_date", "id"),
    )

    id: UUID = id_column()
    account: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    county: str = text_column()
    name: str = text_column()
    credit_code: str = text_column()
    found: int = integer_column()
    on_date: date
    at: datetime = stamp_column()
