"""What candidate hosts do: apply, are proposed, accept terms, commit, hold; and the investor's consents."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, text
from sqlmodel import Field

from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    time_column,
    uuid_column,
)
from services.projects.words import (
    ApplicationState,
    ConsentKind,
    ProposalState,
)


class Application(Base, table=True):
    """What a county or park offers for a pooled lead. One open application a county and project."""

    __tablename__ = "application"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        Index(
            "uq_application_open",
            "city",
            "project",
            "county",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_application_county", "city", "county", "state"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    plot: str | None = text_column(nullable=True)
    hall: str | None = text_column(nullable=True)
    land_mu: int = amount_column("land_mu")
    hall_m2: int = amount_column("hall_m2")
    energy_tce: int = amount_column("energy_tce")
    water_td: int = amount_column("water_td")
    cod_kg: int = amount_column("cod_kg")
    ready_on: date
    remark: str = text_column()
    applied_on: date
    applied_by: UUID | None = uuid_column(nullable=True)
    state: ApplicationState = text_enum(ApplicationState, "state")


class Proposal(Base, table=True):
    """A host that the matcher or the city office proposed for a pooled lead. One open proposal a park."""

    __tablename__ = "proposal"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        Index(
            "uq_proposal_open",
            "city",
            "project",
            "park",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_proposal_county", "city", "county", "state"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    # The match run lies in a slice above; none when the city office proposes by hand.
    run: UUID | None = uuid_column(nullable=True)
    rank: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    proposed_on: date
    answer_by: date
    state: ProposalState = text_enum(ProposalState, "state")


class TermsAcceptance(Base, table=True):
    """A candidate host accepted the floor terms of a transfer; `revealed_at` is when it learnt the name."""

    __tablename__ = "terms_acceptance"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "transfer"], ["transfer.city", "transfer.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("revealed_at >= accepted_at", name="terms_before_name"),
        Index(
            "uq_terms_acceptance_live",
            "city",
            "project",
            "county",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_terms_acceptance_county", "city", "county"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    transfer: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    floor_ratio_bp: int = amount_column("floor_ratio_bp")
    floor_years: int = Field(sa_column=Column(Integer, nullable=False))
    upfront_fen: int = amount_column("upfront_fen")
    accepted_by: UUID | None = uuid_column(nullable=True)
    accepted_at: datetime = time_column()
    revealed_at: datetime | None = time_column(nullable=True)
    ended_on: date | None = None


class Commitment(Base, table=True):
    """A host's commitment letter (要素承诺函): what it gives, what it promises, and who checked that."""

    __tablename__ = "commitment"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        Index(
            "uq_commitment_live",
            "city",
            "project",
            "county",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    land_mu: int = amount_column("land_mu")
    hall_m2: int = amount_column("hall_m2")
    energy_tce: int = amount_column("energy_tce")
    water_td: int = amount_column("water_td")
    cod_kg: int = amount_column("cod_kg")
    ready_on: date
    promises: str = text_column()
    finance_review: str = text_column()
    legal_review: str = text_column()
    committed_on: date
    committed_by: UUID | None = uuid_column(nullable=True)
    ended_on: date | None = None


class InvestorConsent(Base, table=True):
    """The investor's consent: to the pool, to named counties, or to one host. Append-only."""

    __tablename__ = "investor_consent"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("(kind = 'pool') = (cardinality(counties) = 0)", name="counties_named"),
        CheckConstraint(
            "kind <> 'host' OR (cardinality(counties) = 1 AND park IS NOT NULL)", name="one_host"
        ),
        Index("ix_investor_consent_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    kind: ConsentKind = text_enum(ConsentKind, "kind")
    counties: list[str] = texts_column()
    park: str | None = text_column(nullable=True)
    consented_on: date
    evidence: str = text_column()
    recorded_by: UUID | None = uuid_column(nullable=True)
    at: datetime = stamp_column()


class Hold(Base, table=True):
    """The exclusive hold of a project and what it draws from the park. At most one is active a project."""

    __tablename__ = "hold"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        CheckConstraint("(released_at IS NULL) = (release_reason IS NULL)", name="release"),
        CheckConstraint("failed_on IS NULL OR released_at IS NOT NULL", name="failed"),
        Index(
            "uq_hold_active",
            "city",
            "project",
            unique=True,
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_hold_park", "city", "park", postgresql_where=text("released_at IS NULL")),
        Index("ix_hold_county", "city", "county"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    run: UUID | None = uuid_column(nullable=True)
    land_mu: int = amount_column("land_mu")
    hall_m2: int = amount_column("hall_m2")
    energy_tce: int = amount_column("energy_tce")
    water_td: int = amount_column("water_td")
    cod_kg: int = amount_column("cod_kg")
    land_deadline: date
    held_at: datetime = stamp_column()
    held_by: UUID | None = uuid_column(nullable=True)
    released_at: datetime | None = time_column(nullable=True)
    release_reason: str | None = text_column(nullable=True)
    failed_on: date | None = None
    """The business date on which it failed for what its county answers for."""
