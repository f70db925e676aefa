"""What must be on record of a host's promises before the city decides. All of it is append-only.

Everything hangs on one list of promises, which belongs to one commitment letter: whoever changes a promise
makes a new list, and has it checked, reviewed and decided on again.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
)
from sqlmodel import Field

from allocation.compliance.rules import Beneficiary, ClauseRule
from services.compliance.words import (
    Body,
    Conclusion,
    ExceptionGround,
    ItemKind,
    OpinionKind,
    OpinionOutcome,
    Source,
)
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


class CommitmentSheet(Base, table=True):
    """A list of what a host promises with one commitment letter; the latest of a letter stands."""

    __tablename__ = "commitment_sheet"
    __table_args__ = (
        UniqueConstraint("city", "id", "by"),
        UniqueConstraint("city", "commitment", "seq"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "commitment"], ["commitment.city", "commitment.id"]),
        CheckConstraint("seq >= 1", name="seq"),
        Index("ix_commitment_sheet_project", "city", "project", "county"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    park: str = text_column()
    commitment: UUID = uuid_column()
    seq: int = integer_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class CommitmentItem(Base, table=True):
    """One promise: an amount or a quantity, in a year, from a source, on a condition, to somebody."""

    __tablename__ = "commitment_item"
    __table_args__ = (
        ForeignKeyConstraint(["city", "sheet"], ["commitment_sheet.city", "commitment_sheet.id"]),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("what <> ''", name="what"),
        CheckConstraint("amount_fen IS NOT NULL OR quantity IS NOT NULL", name="measured"),
        CheckConstraint("quantity IS NULL OR (quantity >= 0 AND unit <> '')", name="quantity"),
        CheckConstraint("(coalesce(amount_fen, 0) > 0) = (source <> 'none')", name="money_has_source"),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
    )

    sheet: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    kind: ItemKind = text_enum(ItemKind, "kind")
    what: str = text_column()
    beneficiary: Beneficiary = text_enum(Beneficiary, "beneficiary")
    amount_fen: int | None = amount_column("amount_fen", nullable=True)
    quantity: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    unit: str = text_column()
    year: int = integer_column()
    source: Source = text_enum(Source, "source")
    condition: str = text_column()


class CommitmentOpinion(Base, table=True):
    """What finance, or legal review, found of a list. Another person than the list's maker gives it."""

    __tablename__ = "commitment_opinion"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "sheet", "made_by"],
            ["commitment_sheet.city", "commitment_sheet.id", "commitment_sheet.by"],
        ),
        CheckConstraint("by <> made_by", name="two_people"),
        CheckConstraint("kind <> 'legal' OR number <> ''", name="legal_numbered"),
        CheckConstraint("outcome = 'agreed' OR opinion <> ''", name="returned_with_words"),
    )

    sheet: UUID = uuid_column(primary_key=True)
    kind: OpinionKind = text_enum(OpinionKind, "kind", primary_key=True)
    made_by: UUID = uuid_column()
    outcome: OpinionOutcome = text_enum(OpinionOutcome, "outcome")
    number: str = text_column()
    opinion: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class FairReview(Base, table=True):
    """A fair-competition review (公平竞争审查) of a list of promises; the latest stands."""

    __tablename__ = "fair_review"
    __table_args__ = (
        ForeignKeyConstraint(["city", "sheet"], ["commitment_sheet.city", "commitment_sheet.id"]),
        CheckConstraint("drafting_unit <> '' AND basis <> ''", name="drafted"),
        CheckConstraint(
            "(conclusion = 'exception') = (exception_ground IS NOT NULL)"
            " AND (conclusion = 'exception') = (exception_article <> '')"
            " AND (conclusion = 'exception') = (no_less_harmful <> '')"
            " AND (conclusion = 'exception') = (until IS NOT NULL)",
            name="exception_reasoned",
        ),
        CheckConstraint("until IS NULL OR until >= reviewed_on", name="until"),
        CheckConstraint("review_again_on > reviewed_on", name="review_again"),
        Index("ix_fair_review_sheet", "city", "sheet"),
    )

    id: UUID = id_column()
    sheet: UUID = uuid_column()
    drafting_unit: str = text_column()
    basis: str = text_column()
    conclusion: Conclusion = text_enum(Conclusion, "conclusion")
    exception_ground: ExceptionGround | None = text_enum(ExceptionGround, "exception_ground", nullable=True)
    exception_article: str = text_column()
    no_less_harmful: str = text_column()
    """Why no alternative does less harm to competition."""
    until: date | None = None
    """The day on which the exception ends."""
    reviewed_on: date
    review_again_on: date
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class CollectiveMinutes(Base, table=True):
    """The minutes of the meeting that decided on a list of promises (常务会议纪要)."""

    __tablename__ = "collective_minutes"
    __table_args__ = (
        ForeignKeyConstraint(["city", "sheet"], ["commitment_sheet.city", "commitment_sheet.id"]),
        CheckConstraint("number <> ''", name="number"),
        Index("ix_collective_minutes_sheet", "city", "sheet"),
    )

    id: UUID = id_column()
    sheet: UUID = uuid_column()
    body: Body = text_enum(Body, "body")
    number: str = text_column()
    held_on: date
    subject: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class ClauseClearance(Base, table=True):
    """Why a found clause is none: it belongs to one passage of one text, and ends when the text changes."""

    __tablename__ = "clause_clearance"
    __table_args__ = (
        UniqueConstraint("city", "id", "by"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("text_sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        Index("ix_clause_clearance_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    text_sha256: str = text_column()
    rule: ClauseRule = text_enum(ClauseRule, "rule")
    start: int = Field(sa_column=Column(Integer, nullable=False))
    passage: str = text_column()
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()


class ClauseClearanceAnswer(Base, table=True):
    """A second person's word on that reason."""

    __tablename__ = "clause_clearance_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "clearance", "made_by"],
            ["clause_clearance.city", "clause_clearance.id", "clause_clearance.by"],
        ),
        CheckConstraint("by <> made_by", name="two_people"),
        CheckConstraint("agreed OR reason <> ''", name="refused_with_words"),
    )

    clearance: UUID = uuid_column(primary_key=True)
    made_by: UUID = uuid_column()
    agreed: bool
    reason: str = text_column()
    by: UUID = uuid_column()
    by_name: str = text_column()
    on_date: date
    at: datetime = stamp_column()
