"""Frozen reports with their rows, and awards of land quota. Triggers in the migration keep them.

Append-only: report_request, report_frozen, report_rows, quota_award_line. Of an award only the state moves.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from allocation.statistics.periods import PeriodKind
from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.reports.words import AwardState

PERIOD_CODE = "^20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?$"
SHA256 = "^[0-9a-f]{64}$"


class ReportRequest(Base, table=True):
    """Somebody asked that a report be frozen with this content. The latest of a period stands."""

    __tablename__ = "report_request"
    __table_args__ = (
        UniqueConstraint("city", "id", "period", "sha256", "by"),
        ForeignKeyConstraint(["city"], ["city.city"]),
        CheckConstraint(f"period ~ '{PERIOD_CODE}'", name="period_form"),
        CheckConstraint(f"sha256 ~ '{SHA256}'", name="sha256_form"),
        Index("ix_report_request_period", "city", "period", "id"),
    )

    id: UUID = id_column()
    period: str = text_column()
    sha256: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class FrozenReport(Base, table=True):
    """A report as it was frozen: by another person than asked, once the period was over.

    `body` holds the figures of all regions, `sha256` names it together with its rows.
    """

    __tablename__ = "report_frozen"
    __table_args__ = (
        UniqueConstraint("city", "period"),
        ForeignKeyConstraint(
            ["city", "request", "period", "sha256", "asked_by"],
            [
                "report_request.city",
                "report_request.id",
                "report_request.period",
                "report_request.sha256",
                "report_request.by",
            ],
        ),
        CheckConstraint("by <> asked_by", name="two_people"),
        CheckConstraint("on_date > last_on", name="period_over"),
        CheckConstraint("row_sets >= 1", name="row_sets"),
    )

    id: UUID = id_column()
    period: str = text_column()
    kind: PeriodKind = text_enum(PeriodKind, "kind")
    last_on: date
    request: UUID = uuid_column()
    asked_by: UUID = uuid_column()
    sha256: str = text_column()
    row_sets: int = integer_column()
    body: dict[str, Any] = json_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class FrozenRows(Base, table=True):
    """The rows that a frozen report's figures add up: what each is, whose, and what it weighs."""

    __tablename__ = "report_rows"
    __table_args__ = (
        ForeignKeyConstraint(["city", "report"], ["report_frozen.city", "report_frozen.id"]),
        CheckConstraint(
            "cardinality(refs) = cardinality(regions) AND cardinality(refs) = cardinality(amounts)",
            name="as_long",
        ),
    )

    report: UUID = uuid_column(primary_key=True)
    name: str = text_column(primary_key=True)
    refs: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    regions: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    amounts: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))


class QuotaAward(Base, table=True):
    """用地指标奖励: what the counties are awarded by their places in a year's frozen assessment."""

    __tablename__ = "quota_award"
    __table_args__ = (
        ForeignKeyConstraint(["city", "report"], ["report_frozen.city", "report_frozen.id"]),
        CheckConstraint("confirmed_by <> made_by", name="two_people"),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_by IS NOT NULL AND confirmed_on IS NOT NULL)",
            name="confirmed",
        ),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        Index(
            "uq_quota_award_live",
            "city",
            "year",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
    )

    id: UUID = id_column()
    year: int = integer_column()
    report: UUID = uuid_column()
    state: AwardState = text_enum(AwardState, "state")
    revision: int = integer_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    made_on: date
    confirmed_by: UUID | None = uuid_column(nullable=True)
    confirmed_name: str = text_column()
    confirmed_on: date | None = None
    at: datetime = stamp_column()


class QuotaAwardLine(Base, table=True):
    """One county's award: its place, and by how many hundredths of a mu its quota is raised."""

    __tablename__ = "quota_award_line"
    __table_args__ = (
        ForeignKeyConstraint(["city", "award"], ["quota_award.city", "quota_award.id"]),
        ForeignKeyConstraint(["city", "region"], ["region.city", "region.code"]),
        CheckConstraint("place >= 1", name="place"),
        CheckConstraint("mu > 0", name="something"),
    )

    award: UUID = uuid_column(primary_key=True)
    region: str = text_column(primary_key=True)
    place: int = integer_column()
    mu: int = amount_column("mu")
