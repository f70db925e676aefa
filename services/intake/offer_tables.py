"""The tables of public intake (公开受理): what was left, whom to call, what was done, who asked how often.

The tracking code is stored as a digest alone. The contact stands in a table of its own, so that it can be
read under a log and erased while the rest stays.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint

from services.intake.words import Counted, OfferAction, OfferFrom, OfferRefusal, OfferState
from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)


class IntakeOffer(Base, table=True):
    """An investment idea left by somebody without an account."""

    __tablename__ = "intake_offer"
    __table_args__ = (
        UniqueConstraint("city", "number"),
        UniqueConstraint("city", "code_sha256"),
        UniqueConstraint("city", "key_sha256"),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("(state = 'filed') = (project IS NOT NULL)", name="filed_has_project"),
        CheckConstraint("state NOT IN ('assigned', 'filed') OR county IS NOT NULL", name="assigned_to"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="refused_has_reason"),
        CheckConstraint(
            "state NOT IN ('assigned', 'filed', 'refused') OR (reply <> '' AND judged_on IS NOT NULL)",
            name="judged_has_reply",
        ),
        Index("ix_intake_offer_state", "city", "state", "received_on"),
        Index("ix_intake_offer_county", "city", "county"),
        Index("uq_intake_offer_project", "city", "project", unique=True),
    )

    id: UUID = id_column()
    number: str = text_column()
    code_sha256: str = text_column()
    key_sha256: str = text_column()
    """Digest of the sender's Idempotency-Key: sent twice, it is one offer."""
    sender: OfferFrom = text_enum(OfferFrom, "sender")
    firm_name: str = text_column()
    idea: str = text_column()
    land: str = text_column()
    state: OfferState = text_enum(OfferState, "state")
    received_on: date
    responded_on: date | None = None
    judged_on: date | None = None
    county: str | None = text_column(nullable=True)
    reason: OfferRefusal | None = text_enum(OfferRefusal, "reason", nullable=True)
    reply: str = text_column()
    project: UUID | None = uuid_column(nullable=True)
    revision: int = integer_column()
    at: datetime = stamp_column()


class IntakeContact(Base, table=True):
    """Whom to call about an offer, and the consent to that. Erased when its time is over."""

    __tablename__ = "intake_contact"
    __table_args__ = (
        ForeignKeyConstraint(["city", "offer"], ["intake_offer.city", "intake_offer.id"]),
        CheckConstraint(
            "(erased_on IS NULL) = (name IS NOT NULL) AND (name IS NULL) = (phone IS NULL)", name="erased"
        ),
    )

    offer: UUID = uuid_column(primary_key=True)
    name: str | None = text_column(nullable=True)
    phone: str | None = text_column(nullable=True)
    consent_version: str = text_column()
    consented_at: datetime = stamp_column()
    erased_on: date | None = None


class IntakeEvent(Base, table=True):
    """One thing done with an offer. Append-only; `facts` never holds the contact."""

    __tablename__ = "intake_event"
    __table_args__ = (
        UniqueConstraint("city", "offer", "seq"),
        ForeignKeyConstraint(["city", "offer"], ["intake_offer.city", "intake_offer.id"]),
        CheckConstraint("seq >= 1", name="seq"),
    )

    id: UUID = id_column()
    offer: UUID = uuid_column()
    seq: int = integer_column()
    action: OfferAction = text_enum(OfferAction, "action")
    by: UUID | None = uuid_column(nullable=True)
    office: str = text_column()
    on_date: date
    at: datetime = stamp_column()
    facts: dict[str, Any] = json_column()


class IntakeCount(Base, table=True):
    """How often an address asked since a moment; the key is a digest of the address."""

    __tablename__ = "intake_count"

    kind: Counted = text_enum(Counted, "kind", primary_key=True)
    key_sha256: str = text_column(primary_key=True)
    times: int = integer_column()
    since: datetime = time_column()
