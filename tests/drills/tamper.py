"""Tamper as the database's superuser: `python -m tests.drills.tamper [--plant [WHICH]]`.

A year is booked, confirmed and sealed; one county holds its key itself and co-signs. An outsider keeps the
keys and the bundle of that day, then asks for a bundle again and checks it by both verifiers, compares it
with the one that was kept, and has the log's own audit run over the rows. Without `--plant` nothing may be
found.

`--plant` makes each attack on a copy of the database with every trigger switched off: change a row, change a
seal, delete, swap, add, truncate the tail, rewrite all and sign it anew with the log's key. Each must be
found, and the entry named. `--plant rewrite` makes that one alone. The last is caught by co-signatures
alone: the log's own signature holds over the new history.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from allocation.evidence.bundle import HeldKey, Holder
from allocation.evidence.checkpoint import cosign, parse_checkpoint
from allocation.evidence.keys import SignatureKind, VerifierKey, public_of
from allocation.evidence.verifying import verify_bundle
from auth.principal import Principal
from services.evidence import bundles, cosignatures, keys, repo, verifier
from services.evidence.auditing import audit
from services.evidence.jobs import seal_city
from services.kit.clock import Clock
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.ledger import service
from services.ledger.imports import write_receipts
from tests.conftest import SECRET
from tests.drills.attacks import ATTACKS, Log, disarm
from tests.drills.stage import QUICK, Findings, finish, migrated, own_server, parser, tell
from tests.services.ledger import factories, story
from tests.services.ledger.factories import CITY, TODAY, People
from tests.services.ledger.story import PEOPLE

COUNTY, PRIVATE = "611002", b"\x02" * 32
FOUND = "found"


@dataclass(frozen=True)
class Outsider:
    """What somebody outside kept: a bundle, its entries, and the keys, got on another way."""

    bundle: bytes
    keys: list[HeldKey]
    line: str

    @property
    def entries(self) -> dict[int, str]:
        """The entries of the bundle that was kept."""
        return {one["index"]: one["entry"] for one in json.loads(self.bundle)["entries"]}


async def prepare(database: Database) -> tuple[Outsider, Log]:
    """Book, confirm and seal a year, let a county co-sign, and go on a little."""
    async with database.session() as session:
        await factories.load_ground(session)
        await factories.load_agreements(session)
        receipts = [row for row in factories.receipt_inputs() if row.paid_on.isoformat() < "2026-02"]
        await write_receipts(session, factories.SYSTEM, receipts)
        await service.compute_month(session, PEOPLE.maker, "2025-06", TODAY)
        await service.compute_month(session, PEOPLE.maker, "2025-12", TODAY)
        await story.issue(session, "2025")
        await story.confirm_all(session, "2025")
        name = await keys.key_name(session, CITY, COUNTY)
        vkey = VerifierKey(name, SignatureKind.cosignature, public_of(PRIVATE)).text
        made = await keys.hand_in(session, People.county(COUNTY), COUNTY, vkey)
        await keys.confirm_key(session, PEOPLE.maker, made.id, datetime.now(UTC))
    await seal_city(database, CITY, SECRET, Clock())
    async with database.session() as session:
        newest = await repo.latest_checkpoint(session, CITY)
        assert newest is not None
        note = repo.note_of(newest)
        signed = cosign(parse_checkpoint(note.text), COUNTY, PRIVATE, int(time.time()))
        paper = note.signed_by(signed).document
        await cosignatures.hand_in(session, People.county(COUNTY), COUNTY, paper)
        first = newest.size
        await service.compute_month(session, PEOPLE.maker, "2026-01", TODAY)
    await seal_city(database, CITY, SECRET, Clock())
    async with database.session() as session:
        file = await bundles.log_bundle(session, Principal.system(CITY))
        held = [
            HeldKey(key.vkey, None if key.county is None else key.held_by)
            for key in await repo.keys_of(session, CITY)
        ]
        rows = await session.execute(
            text("SELECT index FROM seal WHERE kind = 'journal' AND index < :first ORDER BY index"),
            {"first": first},
        )
        places = tuple(rows.scalars().all()[::5])
        size = await session.scalar(text("SELECT size FROM evidence_log"))
    return Outsider(file.content, held, signed.text), Log(first, size, places)


async def look(database: Database, kept: Outsider) -> dict[str, Any]:
    """Everything that an outsider and the audit find; empty where nothing is wrong."""
    found: dict[str, Any] = {}
    async with database.session() as session:
        for fault in (await audit(session, CITY)).faults:
            found.setdefault(f"audit {fault.finding.value}", []).append(fault.index)
    try:
        async with database.session() as session:
            data = (await bundles.log_bundle(session, Principal.system(CITY))).content
    except (ValueError, LookupError) as error:
        return found | {"no bundle": [repr(error)]}
    verdict = verify_bundle(data, given=kept.keys)
    alone = verifier.check(data, [key.document() for key in kept.keys])
    if alone["verified"] != verdict.verified:
        found["verifiers differ"] = [alone["faults"]]
    for fault in verdict.faults:
        found.setdefault(f"verifier {fault.code.value}", []).append(fault.entry)
    before = verify_bundle(kept.bundle, given=kept.keys)
    if (verdict.size or 0) < (before.size or 0):
        found["shorter"] = [verdict.size]
    now = {one["index"]: one["entry"] for one in json.loads(data)["entries"]}
    other = [index for index, entry in kept.entries.items() if now.get(index) != entry]
    if other:
        found["not as kept"] = other
    proven = {one.number: one.cosigned for one in verdict.statements}
    gone = [one.entry for one in before.statements if set(one.cosigned) - set(proven.get(one.number, ()))]
    if gone:
        found["co-signature gone"] = gone
    return found


async def alone_by_cosignature(database: Database, kept: Outsider) -> bool:
    """Whether a rewritten log passes all but the co-signatures, and does not take the old one.

    The audit finds nothing, the log's signature holds; a reader without the county's key sees nothing wrong.
    With it, the county's signature is missing where it was, and put on the new checkpoint it does not hold.
    """
    async with database.session() as session:
        clean = not (await audit(session, CITY)).faults
        data = (await bundles.log_bundle(session, Principal.system(CITY))).content
        believed = verify_bundle(data, given=[key for key in kept.keys if key.held_by is None])
        missing = verify_bundle(data, given=kept.keys)
        await session.execute(
            text(
                "INSERT INTO cosignature (city, size, key, county, line, time, by)"
                " SELECT c.city, c.size, k.id, k.county, :line, 1, k.proposed_by"
                " FROM checkpoint c JOIN evidence_key k ON k.city = c.city AND k.county = :county"
            ),
            {"line": kept.line, "county": COUNTY},
        )
        data = (await bundles.log_bundle(session, Principal.system(CITY))).content
        pasted = verify_bundle(data, given=kept.keys)
    unsigned = not any(one.held_by is Holder.county for one in missing.cosigned)
    refused = {fault.code.value for fault in pasted.faults} == {"signature"}
    return clean and believed.verified and missing.verified and unsigned and refused


async def attacked(url: str, name: str, kept: Outsider, log: Log) -> dict[str, Any]:
    """Make one attack on a copy and say what was found of it, and whether that names it."""
    database = Database(url, pool_size=2)
    try:
        async with database.session() as session:
            await disarm(session)
            entry = await ATTACKS[name](session, log)
        if name == "rewrite":
            await seal_city(database, CITY, SECRET, Clock())
        seen = await look(database, kept)
        named = entry in {one for places in seen.values() for one in places}
        if name == "rewrite":
            named = named and await alone_by_cosignature(database, kept)
    finally:
        await database.close()
    brief = {by: places[:3] for by, places in seen.items()}
    tell(f"tamper: {name} of entry {entry}: {brief}")
    return {"entry": entry, "named": named, "by": sorted(seen)}


async def drill(server: EmbeddedPostgres, name: str, planted: list[str]) -> Findings:
    """Prepare on the database of a name, look, and attack copies of it."""
    found = Findings()
    database = Database(server.url(name), pool_size=2)
    try:
        kept, log = await prepare(database)
        found.counts["entries"], found.counts["first_checkpoint"] = log.size, log.first
        seen = {} if planted else await look(database, kept)
    finally:
        await database.close()
    for fault, places in seen.items():
        found.check(False, fault, f"{places}")  # noqa: FBT003
    attacks = {}
    for attack in planted:
        copy = f"{name}_{attack}"
        server.create_database(copy, template=name)
        attacks[attack] = await attacked(server.url(copy), attack, kept, log)
        server.drop_database(copy)
    if planted:
        found.facts["attacks"] = attacks
        found.faults[FOUND] = int(all(one["named"] for one in attacks.values()))
    return found


def main() -> None:
    """Run the drill."""
    options = parser("tamper", __doc__)
    options.add_argument("--plant", nargs="?", const="all", choices=["all", *ATTACKS])
    asked = options.parse_args()
    started = time.monotonic()
    planted = {"all": list(ATTACKS), None: []}.get(asked.plant, [asked.plant])
    with own_server(QUICK) as server:
        migrated(server)
        found = asyncio.run(drill(server, "drill", planted))
    finish("tamper", found, FOUND if planted else None, started)


if __name__ == "__main__":
    main()
