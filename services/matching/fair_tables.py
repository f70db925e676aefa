"""The tables of fairness: the city's rule, what each run says of each county, and the counties' balances.

The rule is dated; what a run says is written once with it; balances are a chain of bookings that the database
checks link by link.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from allocation.matching.fairness import Measure
from allocation.matching.fairness_report import FairRule
from services.kit.tables import (
    Base,
    amount_column,
    fen_column,
    stamp_column,
    text_column,
    text_enum,
    uuid_column,
)
from services.matching.run_words import CreditKind


def _optional() -> int | None:
    """Make a whole number that may be missing."""
    column: int | None = Field(default=None, sa_column=Column(Integer, nullable=True))
    return column


class FairnessSetting(Base, table=True):
    """The city's rule from a day on; `version` counts the city's changes and is what an edit must name."""

    __tablename__ = "fairness_setting"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["city.city"]),
        UniqueConstraint("city", "version"),
        CheckConstraint("months BETWEEN 1 AND 60", name="months"),
        CheckConstraint("ceiling_bp BETWEEN 10000 AND 100000", name="ceiling_bp"),
        CheckConstraint("floor_bp BETWEEN 0 AND 10000", name="floor_bp"),
        CheckConstraint("balance_bound BETWEEN 1 AND 100000", name="balance_bound"),
        CheckConstraint("version >= 1", name="version"),
    )

    effective_from: date = Field(primary_key=True)
    enabled: bool = Field(sa_column=Column(Boolean, nullable=False))
    months: int = Field(sa_column=Column(Integer, nullable=False))
    measure: Measure = text_enum(Measure, "measure")
    ceiling_bp: int | None = _optional()
    floor_bp: int | None = _optional()
    weights_bp: dict[str, int] = Field(sa_column=Column(JSONB(none_as_null=True), nullable=False))
    credits: bool = Field(sa_column=Column(Boolean, nullable=False))
    balance_bound: int = Field(sa_column=Column(Integer, nullable=False))
    version: int = Field(sa_column=Column(Integer, nullable=False))
    changed_by: UUID | None = uuid_column(nullable=True)
    changed_at: datetime = stamp_column()


class MatchCounty(Base, table=True):
    """A county in a run: its share, what the window held, what the run gives, what the rules let it take."""

    __tablename__ = "match_county"
    __table_args__ = (
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("share_bp BETWEEN 0 AND 10000", name="share_bp"),
        CheckConstraint("least(past_leads, given_leads, without_leads, min_leads) >= 0", name="counted"),
        CheckConstraint("max_leads >= 0", name="max_leads"),
    )

    run: UUID = uuid_column(primary_key=True)
    county: str = text_column(primary_key=True)
    share_bp: int = Field(sa_column=Column(Integer, nullable=False))
    past_leads: int = Field(sa_column=Column(Integer, nullable=False))
    past_wan: int = amount_column("past_wan")
    without_leads: int = Field(sa_column=Column(Integer, nullable=False))
    given_leads: int = Field(sa_column=Column(Integer, nullable=False))
    given_wan: int = amount_column("given_wan")
    ratio_bp: int | None = amount_column("ratio_bp", nullable=True)
    max_leads: int | None = _optional()
    max_wan: int | None = amount_column("max_wan", nullable=True)
    min_leads: int = Field(sa_column=Column(Integer, nullable=False))
    multiplier_bp: int = Field(sa_column=Column(Integer, nullable=False))


class MatchRulePrice(Base, table=True):
    """What a rule of fairness costs the city in a run; `least` and `most` are certain, `price` is found."""

    __tablename__ = "match_rule_price"
    __table_args__ = (
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
        CheckConstraint("bound >= value", name="bound"),
        CheckConstraint("most >= least", name="range"),
    )

    run: UUID = uuid_column(primary_key=True)
    rule: FairRule = text_enum(FairRule, "rule", primary_key=True)
    value: int | None = amount_column("value", nullable=True)
    bound: int | None = amount_column("bound", nullable=True)
    price: int | None = fen_column("price", nullable=True)
    least: int = fen_column("least")
    most: int | None = fen_column("most", nullable=True)
    exact: bool = Field(sa_column=Column(Boolean, nullable=False))


class MatchDisplaced(Base, table=True):
    """A project that the rules of fairness moved in a run; no park: it stays in the pool."""

    __tablename__ = "match_displaced"
    __table_args__ = (
        ForeignKeyConstraint(
            ["city", "run", "project"],
            ["match_placement.city", "match_placement.run", "match_placement.project"],
        ),
        ForeignKeyConstraint(["city", "without_park"], ["park.city", "park.code"]),
        CheckConstraint("without_park IS DISTINCT FROM with_park", name="moved"),
    )

    run: UUID = uuid_column(primary_key=True)
    project: UUID = uuid_column(primary_key=True)
    without_park: str | None = text_column(nullable=True)
    with_park: str | None = text_column(nullable=True)


class CreditBooking(Base, table=True):
    """One link of a county's balance: `after` is `before + earned - paid`, cut off at the bounds."""

    __tablename__ = "credit_booking"
    __table_args__ = (
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
        CheckConstraint("seq >= 1 AND bound >= 1 AND earned >= 0 AND paid >= 0", name="counted"),
        CheckConstraint("after = greatest(-bound, least(bound, before + earned - paid))", name="sum"),
    )

    county: str = text_column(primary_key=True)
    seq: int = Field(sa_column=Column(Integer, primary_key=True, nullable=False))
    run: UUID = uuid_column()
    before: int = Field(sa_column=Column(Integer, nullable=False))
    earned: int = Field(sa_column=Column(Integer, nullable=False))
    paid: int = Field(sa_column=Column(Integer, nullable=False))
    bound: int = Field(sa_column=Column(Integer, nullable=False))
    after: int = Field(sa_column=Column(Integer, nullable=False))
    booked_at: datetime = stamp_column()


class CreditHold(Base, table=True):
    """A hold whose giving, or whose release, has been booked: each once."""

    __tablename__ = "credit_hold"
    __table_args__ = (
        ForeignKeyConstraint(["city", "hold"], ["hold.city", "hold.id"]),
        ForeignKeyConstraint(["city", "run"], ["match_run.city", "match_run.id"]),
    )

    hold: UUID = uuid_column(primary_key=True)
    kind: CreditKind = text_enum(CreditKind, "kind", primary_key=True)
    run: UUID = uuid_column()
