"""What the log's addresses take and give. Hashes are hexadecimal, times seconds since 1970 where signed."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from allocation.evidence.bundle import Holder
from services.evidence.standing import Standing
from services.evidence.states import KeyState
from services.evidence.tables import EvidenceKey, SignedCheckpoint


class CheckpointView(BaseModel):
    """A checkpoint: how many entries, the root over them, the signed note, when it was made."""

    size: int
    root: str
    note: str
    at: datetime


class Checkpoints(BaseModel):
    """Checkpoints, the newest first; `before` asks for older ones."""

    items: list[CheckpointView]


class Consistency(BaseModel):
    """The proof that the older checkpoint is the beginning of the newer one: hashes in their order."""

    old: int
    new: int
    proof: list[str]
    note: str


class KeyView(BaseModel):
    """A public key and who holds its private part. `counts` is false for keys that bind no county."""

    id: UUID
    county: str | None
    held_by: Holder
    counts: bool
    vkey: str
    state: KeyState
    proposed_by: str
    confirmed_by: str | None
    valid_from: datetime | None
    retired_at: datetime | None


class Keys(BaseModel):
    """The log's keys and the counties'."""

    items: list[KeyView]


class NewKey(BaseModel):
    """A key to register: with `vkey` the county's own, without it one that the city's server is to hold."""

    model_config = ConfigDict(extra="forbid")

    county: str = Field(pattern=r"^[0-9]{6}$")
    vkey: str | None = Field(default=None, max_length=300)


class NewCosignature(BaseModel):
    """A county's co-signature: the co-signed checkpoint that `yipanqi cosign` wrote."""

    model_config = ConfigDict(extra="forbid")

    county: str = Field(pattern=r"^[0-9]{6}$")
    note: str = Field(max_length=4000)


class CosignatureView(BaseModel):
    """A co-signature that is kept. `time` is what its signer says."""

    county: str
    size: int
    time: int
    line: str


class StatementEvidenceView(BaseModel):
    """How a statement stands: its entry's number, and the co-signatures that cover it."""

    standing: Standing
    entry: int | None
    cosigned: list[CosignatureView]


def checkpoint_view(row: SignedCheckpoint) -> CheckpointView:
    """A stored checkpoint as it is shown."""
    return CheckpointView(size=row.size, root=bytes(row.root).hex(), note=row.note, at=row.at)


def key_view(row: EvidenceKey) -> KeyView:
    """A stored key as it is shown: never its private part."""
    return KeyView(
        id=row.id,
        county=row.county,
        held_by=row.held_by,
        counts=row.county is None or row.held_by is Holder.county,
        vkey=row.vkey,
        state=row.state,
        proposed_by=row.proposed_name,
        confirmed_by=row.confirmed_name,
        valid_from=row.valid_from,
        retired_at=row.retired_at,
    )
