"""In what capacity a person acts: further posts, the seat chosen for a sign-in, delegations, suspensions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from auth.principal import Role
from services.kit.tables import (
    Base,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    texts_column,
    uuid_column,
)

_ACCOUNT = ("account.city", "account.id")


class AccountPost(Base, table=True):
    """A post that a person has beside that of the account: a role in an office, until it is ended."""

    __tablename__ = "account_post"
    __table_args__ = (
        ForeignKeyConstraint(["city", "account"], _ACCOUNT),
        CheckConstraint(
            "(role IN ('county_officer', 'county_leader', 'county_finance') AND office = county)"
            " OR (role IN ('city_office', 'city_finance') AND office = city AND county = city)"
            " OR (role = 'park_officer' AND office <> county)",
            name="office_fits_role",
        ),
        CheckConstraint("given_by <> account", name="given_by_another"),
        Index(
            "uq_account_post_once",
            "city",
            "account",
            "role",
            "office",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: UUID = id_column()
    account: UUID = uuid_column()
    role: Role = text_enum(Role, "role")
    office: str = text_column()
    county: str = text_column()
    since: date
    ended_on: date | None = None
    given_by: UUID = uuid_column()
    at: datetime = stamp_column()


class Delegation(Base, table=True):
    """甲代乙: for some days one person signs in another's stead, for the named kinds of matters.

    `seat` is the post, or the delegator's account for its own post: one seat is lent to one person at a time.
    `linked_until` is the last day on which the two count as one hand where one checks the other.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        ForeignKeyConstraint(["city", "delegator"], _ACCOUNT),
        ForeignKeyConstraint(["city", "delegate"], _ACCOUNT),
        ForeignKeyConstraint(["city", "post"], ["account_post.city", "account_post.id"]),
        CheckConstraint("delegate <> delegator", name="two_people"),
        CheckConstraint("given_by <> delegate", name="not_by_the_delegate"),
        CheckConstraint("seat = coalesce(post, delegator)", name="seat_named"),
        CheckConstraint("from_on <= until_on AND until_on <= linked_until", name="days_in_order"),
        CheckConstraint("cardinality(kinds) > 0", name="kinds_named"),
        CheckConstraint("(ended_on IS NULL) = (ended_by IS NULL)", name="end_has_person"),
        ExcludeConstraint(
            ("city", "="),
            ("seat", "="),
            (text("daterange(from_on, until_on, '[]')"), "&&"),
            where=text("ended_on IS NULL"),
            name="ex_delegation_one_at_a_time",
            using="gist",
        ),
        Index("ix_delegation_delegate", "city", "delegate"),
        Index("ix_delegation_delegator", "city", "delegator"),
    )

    id: UUID = id_column()
    delegator: UUID = uuid_column()
    delegator_name: str = text_column()
    delegate: UUID = uuid_column()
    delegate_name: str = text_column()
    post: UUID | None = uuid_column(nullable=True)
    seat: UUID = uuid_column()
    office: str = text_column()
    kinds: list[str] = texts_column()
    reason: str = text_column()
    from_on: date
    until_on: date
    linked_until: date
    given_by: UUID = uuid_column()
    given_name: str = text_column()
    at: datetime = stamp_column()
    ended_on: date | None = None
    ended_by: UUID | None = uuid_column(nullable=True)


class ActingSeat(Base, table=True):
    """The seat a sign-in acts from; without a row it is the account's own post."""

    __tablename__ = "acting_seat"
    __table_args__ = (
        ForeignKeyConstraint(["city", "session"], ["account_session.city", "account_session.id"]),
        ForeignKeyConstraint(["city", "post"], ["account_post.city", "account_post.id"]),
        ForeignKeyConstraint(["city", "delegation"], ["delegation.city", "delegation.id"]),
        CheckConstraint("num_nonnulls(post, delegation) <= 1", name="one_seat"),
    )

    session: UUID = uuid_column(primary_key=True)
    post: UUID | None = uuid_column(nullable=True)
    delegation: UUID | None = uuid_column(nullable=True)


class Suspension(Base, table=True):
    """Days on which a person may read and may not act (暂停办理); open-ended without a last day."""

    __tablename__ = "account_suspension"
    __table_args__ = (
        ForeignKeyConstraint(["city", "account"], _ACCOUNT),
        CheckConstraint("made_by <> account", name="by_another"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="days_in_order"),
        CheckConstraint("(lifted_on IS NULL) = (lifted_by IS NULL)", name="lift_has_person"),
        CheckConstraint("reason <> ''", name="reason_given"),
        Index("ix_account_suspension_account", "city", "account"),
    )

    id: UUID = id_column()
    account: UUID = uuid_column()
    from_on: date
    until_on: date | None = None
    reason: str = text_column()
    made_by: UUID = uuid_column()
    made_name: str = text_column()
    at: datetime = stamp_column()
    lifted_on: date | None = None
    lifted_by: UUID | None = uuid_column(nullable=True)
