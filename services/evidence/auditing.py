"""The audit of the log: does the database still say what was sealed, and does the log agree with itself?

It works inside, on the database's word for what the log is. Who can rewrite rows, seals and checkpoints all
together, and has the log's key, passes it; against that stand the counties' co-signatures and the bundles
that were handed out (docs/evidence.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.checkpoint import parse_checkpoint
from allocation.evidence.cosigning import signed_by
from allocation.evidence.entry import leaf_hash, text_bytes
from allocation.evidence.hashing import hasher
from allocation.evidence.merkle import Tree
from allocation.evidence.note import parse_note
from allocation.sharing.canonical import sha256_of
from services.evidence import repo
from services.evidence.sealing import frontier_of
from services.evidence.sources import SOURCES, Source
from services.evidence.states import Kind
from services.evidence.tables import EvidenceLog, SignedCheckpoint
from services.kit.database import raw
from services.kit.i18n import lazy


class Finding(StrEnum):
    """What the audit found."""

    changed = "changed"
    removed = "removed"
    body = "body"
    leaf = "leaf"
    gap = "gap"
    frontier = "frontier"
    checkpoint = "checkpoint"
    signature = "signature"

    @property
    def zh(self) -> str:
        """What it means, a message id."""
        return FINDINGS[self]


FINDINGS: Final = {
    Finding.changed: lazy("数据库中的内容与封存时不同"),
    Finding.removed: lazy("封存过的内容在数据库中已不存在"),
    Finding.body: lazy("结算单内容与其哈希不符"),
    Finding.leaf: lazy("封存记录本身被改动"),
    Finding.gap: lazy("缺少封存记录"),
    Finding.frontier: lazy("封存进度与封存记录不符"),
    Finding.checkpoint: lazy("存证点与封存记录不符"),
    Finding.signature: lazy("存证点没有日志自己的有效签名"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding: the entry's number (or the checkpoint's size), its kind, and the row it was made from."""

    finding: Finding
    index: int
    kind: str = ""
    source: str = ""

    def document(self) -> dict[str, Any]:
        """The finding as JSON shows it."""
        return {"code": self.finding.value, "entry": self.index, "kind": self.kind, "source": self.source}


@dataclass(frozen=True, slots=True)
class Audit:
    """How many entries and checkpoints were looked at, and what was found, in the order of the log."""

    entries: int
    checkpoints: int
    faults: tuple[Fault, ...]

    def document(self) -> dict[str, Any]:
        """The audit as JSON shows it."""
        return {
            "sealed": self.entries,
            "checkpoints": self.checkpoints,
            "faults": [fault.document() for fault in self.faults],
            "passed": not self.faults,
        }


async def audit(session: AsyncSession, city: str) -> Audit:
    """Compare what is sealed with what the database says now, and the log with itself."""
    connection = await raw(session)
    faults: list[Fault] = []
    for source in SOURCES:
        rows = await connection.fetch(_compared(source), city)
        faults += [
            Fault(
                Finding.removed if row["missing"] else Finding.changed,
                row["index"],
                source.kind.value,
                row["source"],
            )
            for row in rows
        ]
    faults += await _bodies(connection, city)
    log = await repo.log_of(session, city)
    if log is None:
        return Audit(0, 0, tuple(faults))
    tree, itself = await _itself(connection, log)
    faults += itself
    stored = await repo.checkpoints(session, city, None, 2**31)
    faults += _checkpoints(log, tree, stored, [key.vkey for key in await repo.keys_of(session, city)])
    return Audit(tree.size, len(stored), tuple(sorted(faults, key=lambda one: (one.index, one.finding))))


def _compared(source: Source) -> str:
    """The sealed rows of a kind whose entry would be written differently today, or not at all."""
    kind = f"s.city = $1 AND s.kind = '{source.kind}'"
    absent = "" if source.lasting else " AND n.source IS NOT NULL"
    return (
        f"SELECT s.index, s.source, n.source IS NULL AS missing FROM seal AS s"  # noqa: S608 -- our own names
        f" LEFT JOIN (SELECT {source.key} AS source, {source.entry} AS entry {source.rows}) AS n"
        f" ON n.source = s.source WHERE {kind} AND s.entry IS DISTINCT FROM n.entry{absent} ORDER BY s.index"
    )


async def _bodies(connection: Any, city: str) -> list[Fault]:
    """Statements whose content has another hash than the one that is sealed and printed."""
    found = []
    async for row in connection.cursor(
        "SELECT s.index, s.source, t.body::text AS body, t.body_sha256 FROM seal s"
        " JOIN statement t ON t.city = s.city AND t.id::text = s.source"
        " WHERE s.city = $1 AND s.kind = 'statement' ORDER BY s.index",
        city,
    ):
        body = orjson.loads(row["body"])
        if sha256_of("statement", body) != row["body_sha256"]:
            found.append(Fault(Finding.body, row["index"], Kind.statement.value, row["source"]))
    return found


async def _itself(connection: Any, log: EvidenceLog) -> tuple[Tree, list[Fault]]:
    """The tree over what is sealed, and where the seals do not agree with their hashes or their numbers."""
    digest, tree = hasher(log.algorithm), Tree(log.algorithm)
    faults: list[Fault] = []
    async for row in connection.cursor(
        "SELECT index, kind, source, entry, leaf FROM seal WHERE city = $1 ORDER BY index",
        log.city,
        prefetch=1000,
    ):
        if row["index"] != tree.size and not any(one.finding is Finding.gap for one in faults):
            faults.append(Fault(Finding.gap, tree.size))
        if leaf_hash(digest, text_bytes(row["entry"])) != row["leaf"]:
            faults.append(Fault(Finding.leaf, row["index"], row["kind"], row["source"]))
        tree.append(row["leaf"])
    frontier = frontier_of({"peaks": log.peaks, "size": log.size, "algorithm": log.algorithm})
    if frontier.size != tree.size or frontier.root() != tree.root():
        faults.append(Fault(Finding.frontier, min(frontier.size, tree.size)))
    return tree, faults


def _checkpoints(
    log: EvidenceLog, tree: Tree, stored: Iterable[SignedCheckpoint], keys: list[str]
) -> list[Fault]:
    """Checkpoints that do not say what the seals give, or that the log did not sign."""
    faults = []
    for one in stored:
        note = parse_note(one.note)
        said = parse_checkpoint(note.text)
        fits = (said.origin, said.size, said.root) == (log.origin, one.size, bytes(one.root))
        if not fits or one.size > tree.size or tree.root(one.size) != said.root:
            faults.append(Fault(Finding.checkpoint, one.size))
        if not any(signed_by(note, key) for key in keys):
            faults.append(Fault(Finding.signature, one.size))
    return faults


async def pending(session: AsyncSession, city: str) -> int:
    """How many rows are not sealed yet."""
    connection = await raw(session)
    return sum([int(await connection.fetchval(_unsealed(source), city)) for source in SOURCES])


def _unsealed(source: Source) -> str:
    return (
        f"SELECT count(*) FROM {source.table} AS t WHERE t.city = $1 AND {source.where}"  # noqa: S608 -- our own names
        f" AND NOT EXISTS (SELECT FROM seal AS s WHERE s.city = $1 AND s.kind = '{source.kind}'"
        f" AND s.source = {source.key})"
    )
