"""What of a park is used by what this program does not know."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text

from services.kit.tables import (
    Base,
    amount_column,
    id_column,
    integer_column,
    stamp_column,
    text_column,
    uuid_column,
)


class OutsideUse(Base, table=True):
    """One use outside the program (平台外占用). Only its end is written later, once.

    Land names its plot and halls theirs, so that it is known which one is no longer to be given.
    """

    __tablename__ = "outside_use"
    __table_args__ = (
        ForeignKeyConstraint(["city", "park"], ["park.city", "park.code"]),
        ForeignKeyConstraint(["city", "plot"], ["plot.city", "plot.code"]),
        ForeignKeyConstraint(["city", "hall"], ["hall.city", "hall.code"]),
        CheckConstraint("(land_mu > 0) = (plot IS NOT NULL)", name="plot_named"),
        CheckConstraint("(hall_m2 > 0) = (hall IS NOT NULL)", name="hall_named"),
        CheckConstraint("land_mu + hall_m2 + energy_tce + water_td + cod_kg > 0", name="something"),
        CheckConstraint("until >= since", name="period"),
        CheckConstraint("used_by <> '' AND evidence <> ''", name="filled"),
        CheckConstraint(
            "(ended_on IS NULL) = (ended_by IS NULL) AND (ended_on IS NULL) = (end_reason = '')", name="ended"
        ),
        CheckConstraint("revision = CASE WHEN ended_on IS NULL THEN 1 ELSE 2 END", name="revision"),
        Index("ix_outside_use_park", "city", "park", postgresql_where=text("ended_on IS NULL")),
    )

    id: UUID = id_column()
    park: str = text_column()
    plot: str | None = text_column(nullable=True)
    hall: str | None = text_column(nullable=True)
    land_mu: int = amount_column("land_mu")
    hall_m2: int = amount_column("hall_m2")
    energy_tce: int = amount_column("energy_tce")
    water_td: int = amount_column("water_td")
    cod_kg: int = amount_column("cod_kg")
    used_by: str = text_column()
    since: date
    until: date | None = None
    evidence: str = text_column()
    recorded_on: date
    recorded_by: UUID = uuid_column()
    recorded_name: str = text_column()
    at: datetime = stamp_column()
    ended_on: date | None = None
    ended_by: UUID | None = uuid_column(nullable=True)
    end_reason: str = text_column()
    revision: int = integer_column()
