"""Terms in two times, and what each side proposed on the way to a version."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer
from sqlalchemy.dialects.postgresql import DATERANGE, INT8RANGE, ExcludeConstraint
from sqlmodel import Field

from services.agreements.words import ProposalAct, Side
from services.kit.tables import (
    Base,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)


class AgreementTerm(Base, table=True):
    """When which version holds, as it was known when: `valid` in days, `known` in numbers of the known clock.

    Triggers write the rows as versions come into force and agreements end. Of one project no two rows share
    a day and a number: for each pair there is one version, or none.
    """

    __tablename__ = "agreement_term"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "agreement", "version"],
            ["agreement_version.city", "agreement_version.agreement", "agreement_version.version"],
        ),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint(
            "NOT isempty(valid) AND NOT isempty(known) AND NOT lower_inf(valid) AND NOT lower_inf(known)",
            name="ranges",
        ),
        ExcludeConstraint(
            ("city", "="),
            ("project", "="),
            ("valid", "&&"),
            ("known", "&&"),
            name="ex_agreement_term_apart",
            using="gist",
        ),
    )

    agreement: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    project: UUID = uuid_column()
    version: int = integer_column()
    valid: Any = Field(sa_column=Column(DATERANGE, nullable=False))
    known: Any = Field(sa_column=Column(INT8RANGE, nullable=False))


class AgreementProposal(Base, table=True):
    """One step of a negotiation: a side proposes terms, or accepts the other's last ones. Append-only.

    `clause` is the agreement's free text, `note` is what the side says of its proposal; `answers` is the
    number of the proposal that is accepted.
    """

    __tablename__ = "agreement_proposal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "agreement", "version"],
            ["agreement_version.city", "agreement_version.agreement", "agreement_version.version"],
        ),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint("(act = 'accept') = (answers IS NOT NULL)", name="answers"),
    )

    agreement: UUID = uuid_column(primary_key=True)
    seq: int = integer_column(primary_key=True)
    version: int = integer_column()
    act: ProposalAct = text_enum(ProposalAct, "act")
    side: Side = text_enum(Side, "side")
    terms: dict[str, Any] = json_column()
    clause: str = text_column()
    note: str = text_column()
    answers: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    by: UUID = uuid_column()
    by_name: str = text_column()
    office: str = text_column()
    at: datetime = stamp_column()
