"""The project itself, its moves, and the request to pass it on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlmodel import Field

from allocation.entry import EnvironmentClass, ProjectKind
from allocation.lifecycle import State
from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)
from services.projects.channels import FilingReason
from services.projects.words import (
    FundKind,
    TransferState,
)

_SIGNED = (
    "state NOT IN ('signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed',"
    " 'producing', 'full_output') OR (signed_on IS NOT NULL AND host_county IS NOT NULL)"
)


class Project(Base, table=True):
    """A project from registration on; a lead is one not yet signed.

    `public_id` is random and is all that outsiders may address it by; `code_name` is made from it alone.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("city", "code"),
        UniqueConstraint("city", "public_id"),
        ForeignKeyConstraint(["city", "origin"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "host_county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "host_park"], ["park.city", "park.code"]),
        CheckConstraint("industry ~ '^[0-9]{4}$'", name="industry"),
        CheckConstraint("host_park IS NULL OR host_county IS NOT NULL", name="park_in_county"),
        CheckConstraint(_SIGNED, name="signed"),
        CheckConstraint("state <> 'held' OR host_park IS NOT NULL", name="held"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint(
            "(filing_consent_on IS NULL) = (filing_consent_evidence IS NULL)", name="consent_with_evidence"
        ),
        Index("ix_project_origin", "city", "origin", "state"),
        Index("ix_project_host", "city", "host_county", "state"),
        Index("ix_project_state", "city", "state", "land_deadline", "public_id"),
        Index("ix_project_credit_code", "city", "investor_credit_code"),
        Index("ix_project_name_key", "city", "name_key"),
    )

    id: UUID = id_column()
    code: str = text_column()
    public_id: str = text_column()
    code_name: str = text_column()
    channel: str = text_column()
    origin: str = text_column()
    name: str = text_column()
    investor_name: str = text_column()
    name_key: str = text_column()
    """The investor's name without what varies in writing; finds duplicates."""
    investor_credit_code: str = text_column()
    investor_registered: str = text_column()
    fund_kind: FundKind = text_enum(FundKind, "fund_kind")
    edition: str = text_column()
    industry: str = text_column()
    investment_fen: int = amount_column("investment_fen")
    fixed_investment_fen: int = amount_column("fixed_investment_fen")
    land_mu: int = amount_column("land_mu")
    hall_m2: int = amount_column("hall_m2")
    energy_tce: int = amount_column("energy_tce")
    water_td: int = amount_column("water_td")
    cod_kg: int = amount_column("cod_kg")
    output_fen: int = amount_column("output_fen")
    tax_fen: int = amount_column("tax_fen")
    registered_on: date
    first_talk_on: date | None = None
    accepted_on: date | None = None
    accepted_at: datetime | None = time_column(nullable=True)
    """The moment of acceptance by the database's clock: of two filings of a day, the earlier one."""
    land_deadline: date
    protected_until: date | None = None
    protection_extended: bool = Field(default=False)
    pooled_on: date | None = None
    window_until: date | None = None
    recall_from: date | None = None
    state: State = text_enum(State, "state")
    signed_on: date | None = None
    contracted_on: date | None = None
    incorporated_on: date | None = None
    ready_on: date | None = None
    started_on: date | None = None
    counted_on: date | None = None
    completed_on: date | None = None
    produced_on: date | None = None
    full_output_on: date | None = None
    host_county: str | None = text_column(nullable=True)
    host_park: str | None = text_column(nullable=True)
    registrar: UUID | None = uuid_column(nullable=True)
    filing_reason: FilingReason | None = text_enum(FilingReason, "filing_reason", nullable=True)
    """What the filing is for; imported leads have none."""
    kind: ProjectKind | None = text_enum(ProjectKind, "kind", nullable=True)
    """What kind of project; imported leads do not say and count as industrial."""
    environment_class: EnvironmentClass | None = text_enum(
        EnvironmentClass, "environment_class", nullable=True
    )
    channel_unit: str | None = text_column(nullable=True)
    channel_reference: str | None = text_column(nullable=True)
    channel_fee_fen: int | None = amount_column("channel_fee_fen", nullable=True)
    filing_consent_on: date | None = None
    filing_consent_evidence: str | None = text_column(nullable=True)
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False))
    created_at: datetime = stamp_column()
    updated_at: datetime = stamp_column()


class ProjectMove(Base, table=True):
    """One move of a project's life. Append-only; `seq` counts within the project."""

    __tablename__ = "project_move"
    __table_args__ = (
        UniqueConstraint("city", "project", "seq"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("seq >= 1", name="seq"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    action: str = text_column()
    from_state: State | None = text_enum(State, "from_state", nullable=True)
    to_state: State = text_enum(State, "to_state")
    # No foreign key: the program itself acts too, and has no account.
    actor: UUID | None = uuid_column(nullable=True)
    actor_office: str = text_column()
    actor_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
    facts: dict[str, Any] = json_column()


class Transfer(Base, table=True):
    """A request to pass a lead on, with the origin's floor terms. One live request a project."""

    __tablename__ = "transfer"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "applicant"], ["region.city", "region.code"]),
        CheckConstraint("floor_ratio_bp <= 10000", name="ratio_whole"),
        CheckConstraint("floor_years BETWEEN 0 AND 30", name="years_range"),
        CheckConstraint("recall_days BETWEEN 1 AND 3650", name="recall_range"),
        UniqueConstraint("city", "project", "applied_on"),
        Index(
            "uq_transfer_live",
            "city",
            "project",
            unique=True,
            postgresql_where=text("state IN ('requested', 'approved')"),
        ),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    applicant: str = text_column()
    reason: str = text_column()
    evidence: str = text_column()
    investor_consent_on: date | None = None
    applied_on: date
    floor_ratio_bp: int = amount_column("floor_ratio_bp")
    floor_years: int = Field(sa_column=Column(Integer, nullable=False))
    upfront_fen: int = amount_column("upfront_fen")
    recall_days: int = Field(sa_column=Column(Integer, nullable=False))
    remark: str = text_column()
    state: TransferState = text_enum(TransferState, "state")
    requested_by: UUID | None = uuid_column(nullable=True)
