"""The tables of the two papers: agreements with their versions, confirmations, signatures, signed scans.

What has become known (`agreement_version.known`) never changes: triggers refuse it, as they refuse a change
of a signed scan. A signature's maker and checker are two people by a CHECK, whatever the program does.
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
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlmodel import Field

from allocation.sharing.terms import Method
from services.agreements.words import MediaType, PaperKind, PaperState, Party, SignatureState
from services.kit.tables import (
    Base,
    id_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)

MAX_SCAN_BYTES = 10 << 20
"""A signed scan is no larger than this; a page scanned at 300 dpi takes about 1 MB."""


class Agreement(Base, table=True):
    """利益共享协议 of two governments on one project. At most one is not ended a project.

    `live` is the number of the version in force, none before the first. `imported` marks an agreement signed
    before this program: its minutes and scans are in the paper file.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        UniqueConstraint("city", "code"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "origin"], ["sharing_party.city", "sharing_party.code"]),
        ForeignKeyConstraint(["city", "host"], ["sharing_party.city", "sharing_party.code"]),
        CheckConstraint("origin <> host", name="two_parties"),
        CheckConstraint("outside IN ('origin', 'host')", name="outside_party"),
        CheckConstraint("state <> 'amended'", name="state_of_whole"),
        CheckConstraint(
            "imported OR state IN ('draft', 'ended') OR (minutes_no <> '' AND deduction_consent)",
            name="minutes_and_consent",
        ),
        CheckConstraint("(state = 'in_force') <= (live IS NOT NULL)", name="live"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint(
            "(ended_known IS NOT NULL) = (state = 'ended' AND live IS NOT NULL)", name="ended_known"
        ),
        CheckConstraint("revision >= 1", name="revision"),
        Index(
            "uq_agreement_live",
            "city",
            "project",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("ix_agreement_origin", "city", "origin"),
        Index("ix_agreement_host", "city", "host"),
    )

    id: UUID = id_column()
    code: str = text_column()
    project: UUID = uuid_column()
    origin: str = text_column()
    host: str = text_column()
    outside: Party | None = text_enum(Party, "outside", nullable=True)
    """Which of the two lies outside the city; a trigger holds it to `sharing_party`."""
    state: PaperState = text_enum(PaperState, "state")
    live: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    minutes_no: str = text_column()
    minutes_on: date | None = None
    deduction_consent: bool = Field(default=False)
    imported: bool = Field(default=False)
    drafted_by: UUID | None = uuid_column(nullable=True)
    ended_on: date | None = None
    ended_known: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    end_reason: str = text_column()
    revision: int = Field(default=1, sa_column=Column(Integer, nullable=False))
    """Counts edits, for ETag; a version of the terms is another thing."""
    created_at: datetime = stamp_column()


class AgreementVersion(Base, table=True):
    """One version of an agreement's terms, as `allocation.sharing.terms.Terms` writes them.

    `known` is taken when the version comes into force; from then on the row only moves to `amended`. A
    trigger lets a version, unless imported, come into force only with the checked signatures of all sides.
    """

    __tablename__ = "agreement_version"
    __table_args__ = (
        ForeignKeyConstraint(["city", "agreement"], ["agreement.city", "agreement.id"]),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("known >= 1", name="known"),
        CheckConstraint("(state IN ('in_force', 'amended')) = (known IS NOT NULL)", name="known_in_force"),
        Index(
            "uq_agreement_version_in_force",
            "city",
            "agreement",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
        Index(
            "uq_agreement_version_open",
            "city",
            "agreement",
            unique=True,
            postgresql_where=text("state IN ('draft', 'signing')"),
        ),
    )

    agreement: UUID = uuid_column(primary_key=True)
    version: int = Field(sa_column=Column(Integer, primary_key=True, nullable=False))
    terms: dict[str, Any] = json_column()
    method: Method = text_enum(Method, "method")
    effective_on: date
    remark: str = text_column()
    state: PaperState = text_enum(PaperState, "state")
    known: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    imported: bool = Field(default=False)
    drafted_by: UUID | None = uuid_column(nullable=True)
    created_at: datetime = stamp_column()


class TransferConfirmation(Base, table=True):
    """三方流转确认书 of investor, origin and host. It has no column for money, and none may be added."""

    __tablename__ = "transfer_confirmation"
    __table_args__ = (
        UniqueConstraint("city", "code"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "origin"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "host"], ["region.city", "region.code"]),
        CheckConstraint("origin <> host", name="two_parties"),
        CheckConstraint("state <> 'amended'", name="state_of_whole"),
        CheckConstraint("investor_name <> ''", name="investor"),
        CheckConstraint("(state = 'in_force') <= (signed_on IS NOT NULL)", name="signed"),
        Index(
            "uq_transfer_confirmation_live",
            "city",
            "project",
            unique=True,
            postgresql_where=text("state <> 'ended'"),
        ),
    )

    id: UUID = id_column()
    code: str = text_column()
    project: UUID = uuid_column()
    origin: str = text_column()
    host: str = text_column()
    investor_name: str = text_column()
    investor_credit_code: str = text_column()
    state: PaperState = text_enum(PaperState, "state")
    drafted_by: UUID | None = uuid_column(nullable=True)
    signed_on: date | None = None
    created_at: datetime = stamp_column()


class SignedScan(Base, table=True):
    """A signed paper as it was scanned. Append-only, stored once for equal bytes."""

    __tablename__ = "signed_scan"
    __table_args__ = (
        UniqueConstraint("city", "sha256"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint(f"octet_length(content) = size AND size BETWEEN 1 AND {MAX_SCAN_BYTES}", name="size"),
    )

    id: UUID = id_column()
    sha256: str = text_column()
    media_type: MediaType = text_enum(MediaType, "media_type")
    name: str = text_column()
    size: int = Field(sa_column=Column(Integer, nullable=False))
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    uploaded_by: UUID = uuid_column()
    at: datetime = stamp_column()


class AgreementSignature(Base, table=True):
    """One side's signature on a version of an agreement, or on a confirmation: maker and checker differ."""

    __tablename__ = "agreement_signature"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "agreement", "version"],
            ["agreement_version.city", "agreement_version.agreement", "agreement_version.version"],
        ),
        ForeignKeyConstraint(
            ["city", "confirmation"], ["transfer_confirmation.city", "transfer_confirmation.id"]
        ),
        ForeignKeyConstraint(["city", "scan"], ["signed_scan.city", "signed_scan.id"]),
        CheckConstraint(
            "(confirmation IS NULL AND agreement IS NOT NULL AND version IS NOT NULL"
            " AND party IN ('origin', 'host', 'witness'))"
            " OR (confirmation IS NOT NULL AND agreement IS NULL AND version IS NULL"
            " AND party IN ('origin', 'host', 'investor'))",
            name="one_paper",
        ),
        CheckConstraint("checked_by <> made_by", name="two_people"),
        CheckConstraint(
            "(state = 'uploaded') = (checked_by IS NULL) AND (checked_by IS NULL) = (checked_at IS NULL)",
            name="checked",
        ),
        CheckConstraint("(state = 'rejected') = (reason <> '')", name="rejected"),
        Index(
            "uq_agreement_signature_agreement",
            "city",
            "agreement",
            "version",
            "party",
            unique=True,
            postgresql_where=text("agreement IS NOT NULL AND state <> 'rejected'"),
        ),
        Index(
            "uq_agreement_signature_confirmation",
            "city",
            "confirmation",
            "party",
            unique=True,
            postgresql_where=text("confirmation IS NOT NULL AND state <> 'rejected'"),
        ),
    )

    id: UUID = id_column()
    agreement: UUID | None = uuid_column(nullable=True)
    version: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    confirmation: UUID | None = uuid_column(nullable=True)
    party: Party = text_enum(Party, "party")
    signer: str = text_column()
    signed_on: date
    scan: UUID = uuid_column()
    state: SignatureState = text_enum(SignatureState, "state")
    made_by: UUID = uuid_column()
    made_at: datetime = stamp_column()
    checked_by: UUID | None = uuid_column(nullable=True)
    checked_at: datetime | None = time_column(nullable=True)
    reason: str = text_column()


class PaperNumber(Base, table=True):
    """The last number given to a kind of paper in a year; the row's lock keeps the numbers gap-free."""

    __tablename__ = "paper_number"
    __table_args__ = (CheckConstraint("last >= 1", name="last"),)

    kind: PaperKind = text_enum(PaperKind, "kind", primary_key=True)
    year: int = Field(sa_column=Column(Integer, primary_key=True, nullable=False))
    last: int = Field(sa_column=Column(Integer, nullable=False))
