"""Contacts around an origin, investors' codes and what was done with them, leads handed to the province."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text

from services.kit.tables import (
    Base,
    id_column,
    integer_column,
    json_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    uuid_column,
)
from services.pooling.words import Door, InvestorAction, ReferralReason, ReferralState, Ruling


class OriginBypass(Base, table=True):
    """A report that a county spoke to the investor around the origin; the city's office rules on it once."""

    __tablename__ = "origin_bypass"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("what <> '' AND evidence <> ''", name="filled"),
        CheckConstraint(
            "(ruling IS NULL) = (ruled_on IS NULL) AND (ruling IS NULL) = (ruled_by IS NULL)"
            " AND (ruling IS NULL) = (reason = '')",
            name="ruled",
        ),
        CheckConstraint("ruled_by <> reported_by", name="two_people"),
        Index("ix_origin_bypass_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    county: str = text_column()
    what: str = text_column()
    evidence: str = text_column()
    reported_on: date
    reported_by: UUID = uuid_column()
    reported_name: str = text_column()
    ruling: Ruling | None = text_enum(Ruling, "ruling", nullable=True)
    reason: str = text_column()
    ruled_on: date | None = None
    ruled_by: UUID | None = uuid_column(nullable=True)
    revision: int = integer_column()
    at: datetime = stamp_column()


class InvestorLink(Base, table=True):
    """A code with which an investor without an account answers for its project. Only its hash is stored."""

    __tablename__ = "investor_link"
    __table_args__ = (
        UniqueConstraint("city", "code_hash"),
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("contact <> ''", name="contact"),
        Index("ix_investor_link_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    code_hash: str = text_column()
    contact: str = text_column()
    """The one office that the investor may turn to, as it is shown to it."""
    issued_on: date
    expires_on: date
    issued_by: UUID | None = uuid_column(nullable=True)
    issued_name: str = text_column()
    revoked_on: date | None = None
    revoked_by: UUID | None = uuid_column(nullable=True)


class InvestorAct(Base, table=True):
    """What was done with an investor's code: every view and every answer. Append-only."""

    __tablename__ = "investor_act"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        ForeignKeyConstraint(["city", "link"], ["investor_link.city", "investor_link.id"]),
        CheckConstraint("(link IS NOT NULL) = (door = 'link')", name="door_named"),
        Index("ix_investor_act_project", "city", "project"),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    door: Door = text_enum(Door, "door")
    link: UUID | None = uuid_column(nullable=True)
    action: InvestorAction = text_enum(InvestorAction, "action")
    counties: list[str] = texts_column()
    park: str | None = text_column(nullable=True)
    on_date: date
    at: datetime = stamp_column()


class ProvincialReferral(Base, table=True):
    """A lead that no county fits, handed to the province's pool: a row of its own that names the project.

    The city's record stays as it is; what the province answers stands here.
    """

    __tablename__ = "provincial_referral"
    __table_args__ = (
        ForeignKeyConstraint(["city", "project"], ["project.city", "project.id"]),
        CheckConstraint("province ~ '^[1-9][0-9]0000$'", name="province"),
        CheckConstraint("document <> ''", name="document"),
        CheckConstraint(
            "(state = 'sent') = (answered_on IS NULL) AND (state = 'sent') = (answer = '')", name="answered"
        ),
        CheckConstraint("revision >= 1", name="revision"),
        Index(
            "uq_provincial_referral_open",
            "city",
            "project",
            unique=True,
            postgresql_where=text("state IN ('sent', 'taken')"),
        ),
    )

    id: UUID = id_column()
    project: UUID = uuid_column()
    province: str = text_column()
    """The province's code, whose pool it goes to."""
    reason: ReferralReason = text_enum(ReferralReason, "reason")
    document: str = text_column()
    card: dict[str, Any] = json_column()
    """What was handed on: what a sealed view shows, no name and no exact figure."""
    state: ReferralState = text_enum(ReferralState, "state")
    sent_on: date
    sent_by: UUID | None = uuid_column(nullable=True)
    answer: str = text_column()
    answered_on: date | None = None
    revision: int = integer_column()
    at: datetime = stamp_column()
