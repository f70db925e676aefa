"""What stands beside projects: companies, funds paid in, planned projects."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, UniqueConstraint
from sqlmodel import Field

from services.kit.tables import (
    Base,
    amount_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.projects.words import (
    FundKind,
)


class Company(Base, table=True):
    """The company that a project founded; receipts are matched by its credit code."""

    __tablename__ = "company"
    __table_args__ = (
        UniqueConstraint("city", "credit_code"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
    )

    project: UUID = uuid_column(primary_key=True)
    credit_code: str = text_column()
    name: str = text_column()
    registered_in: str = text_column()
    registered_on: date


class PaidIn(Base, table=True):
    """Funds paid in during a month. `amount` is in hundredths of the unit's yuan or dollar."""

    __tablename__ = "paid_in"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name="month"),
        CheckConstraint("seq >= 1", name="seq"),
    )

    project: UUID = uuid_column(primary_key=True)
    month: str = text_column(primary_key=True)
    fund_kind: FundKind = text_enum(FundKind, "fund_kind", primary_key=True)
    seq: int = Field(sa_column=Column(Integer, primary_key=True, nullable=False))
    amount: int = amount_column("amount")
    unit: str = text_column()
    evidence: str = text_column()


class PlannedProject(Base, table=True):
    """A planned project (谋划项目): no investor yet."""

    __tablename__ = "planned_project"
    __table_args__ = (
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("industry ~ '^[0-9]{4}$'", name="industry"),
    )

    code: str = text_column(primary_key=True)
    name: str = text_column()
    county: str = text_column()
    chain: str = text_column()
    edition: str = text_column()
    industry: str = text_column()
    investment_fen: int = amount_column("investment_fen")
    library: str = text_column()
