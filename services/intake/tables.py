"""The tables of what comes before a lead: target firms, contacts, moves inside the city.

The same firm is found by `name_key`, the name without what varies in writing, or by its credit code.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text

from services.intake.words import ContactResult, ContactState, PersonRole, Purpose, RelocationGround
from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class TargetFirm(Base, table=True):
    """目标企业: a firm that a county or the city (`owner`) wants to win, why, and who follows it."""

    __tablename__ = "target_firm"
    __table_args__ = (
        ForeignKeyConstraint(["city", "owner"], ["region.city", "region.code"]),
        CheckConstraint("revision >= 1", name="revision"),
        Index(
            "uq_target_firm_live",
            "city",
            "owner",
            "name_key",
            unique=True,
            postgresql_where=text("closed_on IS NULL"),
        ),
        Index("ix_target_firm_name_key", "city", "name_key"),
    )

    id: UUID = id_column()
    owner: str = text_column()
    firm_name: str = text_column()
    name_key: str = text_column()
    credit_code: str | None = text_column(nullable=True)
    chain: str = text_column()
    reason: str = text_column()
    follower: str = text_column()
    listed_on: date
    closed_on: date | None = None
    revision: int = integer_column()
    made_by: UUID = uuid_column()
    at: datetime = stamp_column()


class ContactFiling(Base, table=True):
    """接触备案: a county talks to a firm on a day.

    `limit_counties` and `window_days` are the settings under which it was filed; a trigger refuses a filing
    beyond them.
    """

    __tablename__ = "contact_filing"
    __table_args__ = (
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("limit_counties >= 1 AND window_days BETWEEN 1 AND 366", name="limits"),
        CheckConstraint("(result IS NULL) = (result_on IS NULL)", name="result_dated"),
        CheckConstraint("result IS NULL OR state = 'filed'", name="result_of_filed"),
        Index("ix_contact_filing_name_key", "city", "name_key", "contact_on"),
        Index("ix_contact_filing_credit_code", "city", "credit_code", "contact_on"),
        Index("ix_contact_filing_county", "city", "county", "contact_on"),
    )

    id: UUID = id_column()
    county: str = text_column()
    firm_name: str = text_column()
    name_key: str = text_column()
    credit_code: str | None = text_column(nullable=True)
    contact_on: date
    purpose: Purpose = text_enum(Purpose, "purpose")
    person_role: PersonRole = text_enum(PersonRole, "person_role")
    note: str = text_column()
    state: ContactState = text_enum(ContactState, "state")
    limit_counties: int = integer_column()
    window_days: int = integer_column()
    result: ContactResult | None = text_enum(ContactResult, "result", nullable=True)
    result_on: date | None = None
    filed_on: date
    filed_by: UUID = uuid_column()
    revision: int = integer_column()
    at: datetime = stamp_column()


class Relocation(Base, table=True):
    """市内迁移: a firm that moves from one county to another. Not a project of investment promotion.

    Append-only. `base_fen` is the last year's tax that the receiving county owes for; 0 below the threshold.
    """

    __tablename__ = "relocation"
    __table_args__ = (
        ForeignKeyConstraint(["city", "from_region"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "to_region"], ["region.city", "region.code"]),
        CheckConstraint("from_region <> to_region", name="moves"),
        CheckConstraint("base_fen IN (0, last_year_tax_fen)", name="base"),
        Index("ix_relocation_from", "city", "from_region"),
        Index("ix_relocation_to", "city", "to_region"),
    )

    id: UUID = id_column()
    firm_name: str = text_column()
    credit_code: str = text_column()
    from_region: str = text_column()
    to_region: str = text_column()
    ground: RelocationGround = text_enum(RelocationGround, "ground")
    evidence: str = text_column()
    last_year_tax_fen: int = amount_column("last_year_tax_fen")
    base_fen: int = amount_column("base_fen")
    filed_on: date
    filed_by: UUID = uuid_column()
    at: datetime = stamp_column()
