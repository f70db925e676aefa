"""The log's tables. What is sealed, signed and co-signed is append-only; triggers hold it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    inspect,
    text,
)
from sqlmodel import Field

from allocation.evidence.bundle import Holder
from allocation.evidence.hashing import HashName
from services.evidence.states import KeyState
from services.kit.tables import (
    Base,
    id_column,
    stamp_column,
    text_column,
    text_enum,
    time_column,
    uuid_column,
)
from services.ledger.tables import Journal


def _number(*, primary_key: bool = False) -> int:
    """Make a column of a whole number that may grow large."""
    found: int = Field(sa_column=Column(BigInteger, primary_key=primary_key, nullable=False))
    return found


class Seal(Base, table=True):
    """One entry of the log: the canonical JSON that was hashed, the hash, and the row it was made from.

    `index` counts from 0 without gaps. `source` names the row among those of its kind.
    """

    __tablename__ = "seal"
    __table_args__ = (
        UniqueConstraint("city", "kind", "source"),
        CheckConstraint("index >= 0 AND index < 9007199254740992", name="index_range"),
        CheckConstraint("octet_length(leaf) = 32", name="leaf_size"),
    )

    index: int = _number(primary_key=True)
    kind: str = text_column()
    source: str = text_column()
    entry: str = text_column()
    leaf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class EvidenceLog(Base, table=True):
    """A city's log: its name and hash, how far it is sealed, and the roots of its complete subtrees.

    Sealers take this row's lock, so that there is one at a time. `journal_xact` and `journal_id` are the last
    journal that was sealed, `cluster` the database system in which transactions are numbered so.
    """

    __tablename__ = "evidence_log"
    __table_args__ = (
        CheckConstraint(
            "size >= 0 AND octet_length(peaks) = 32 * length(replace(size::bit(64)::text, '0', ''))",
            name="peaks_fit",
        ),
    )

    origin: str = text_column()
    algorithm: HashName = text_enum(HashName, "algorithm")
    size: int = _number()
    peaks: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    journal_xact: int = _number()
    journal_id: UUID = uuid_column()
    cluster: int = _number()


class SignedCheckpoint(Base, table=True):
    """A checkpoint: how many entries there were, the root over them, and the note that the log signed."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        ForeignKeyConstraint(["city"], ["evidence_log.city"]),
        CheckConstraint("size > 0", name="size_positive"),
        CheckConstraint("octet_length(root) = 32", name="root_size"),
    )

    size: int = _number(primary_key=True)
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    note: str = text_column()
    at: datetime = stamp_column()


class EvidenceKey(Base, table=True):
    """A public key: the log's own (no county) or a county's.

    `sealed` is the private part under the installation's secret, of keys that the city's server holds; of a
    county's own key there is none here.
    """

    __tablename__ = "evidence_key"
    __table_args__ = (
        UniqueConstraint("city", "vkey"),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("county IS NULL OR confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "state = 'proposed' OR county IS NULL OR confirmed_by IS NOT NULL"
            " OR (state = 'retired' AND valid_from IS NULL)",
            name="confirmed",
        ),
        CheckConstraint(
            "(state = 'active') <= (valid_from IS NOT NULL)"
            " AND (state = 'retired') = (retired_at IS NOT NULL)",
            name="valid",
        ),
        CheckConstraint("(held_by = 'county') = (sealed IS NULL)", name="private_part"),
        CheckConstraint("county IS NOT NULL OR held_by = 'city'", name="log_held_by_city"),
        Index(
            "uq_evidence_key_active",
            "city",
            "county",
            unique=True,
            postgresql_where=text("state = 'active'"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = id_column()
    county: str | None = text_column(nullable=True)
    held_by: Holder = text_enum(Holder, "held_by")
    vkey: str = text_column()
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    state: KeyState = text_enum(KeyState, "state")
    proposed_by: UUID = uuid_column()
    proposed_name: str = text_column()
    proposed_at: datetime = stamp_column()
    confirmed_by: UUID | None = uuid_column(nullable=True)
    confirmed_name: str | None = text_column(nullable=True)
    valid_from: datetime | None = time_column(nullable=True)
    retired_at: datetime | None = time_column(nullable=True)


class Cosignature(Base, table=True):
    """A county's co-signature on a checkpoint, as the line of the note. `time` is what its signer says."""

    __tablename__ = "cosignature"
    __table_args__ = (
        ForeignKeyConstraint(["city", "size"], ["checkpoint.city", "checkpoint.size"]),
        ForeignKeyConstraint(["city", "key"], ["evidence_key.city", "evidence_key.id"]),
        ForeignKeyConstraint(["city", "county"], ["region.city", "region.code"]),
        CheckConstraint("time >= 0", name="time_positive"),
        Index("ix_cosignature_county", "city", "county", "size"),
    )

    size: int = _number(primary_key=True)
    key: UUID = uuid_column(primary_key=True)
    county: str = text_column()
    line: str = text_column()
    time: int = _number()
    by: UUID = uuid_column()
    at: datetime = stamp_column()


_journal = inspect(Journal).local_table.c
Index("ix_journal_xact", _journal.city, _journal.xact, _journal.id)
"""The log's way to journals by their transaction. It grows at its end only, which costs a posting little."""
