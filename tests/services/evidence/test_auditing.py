"""What the audit finds when who rules the database changes it, and what it cannot find."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from allocation.evidence.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from allocation.evidence.hashing import HashName
from allocation.evidence.merkle import Frontier, Tree
from allocation.evidence.verdict import FaultCode
from allocation.evidence.verifying import verify_bundle
from services.cli import app
from services.evidence import bundles, repo
from services.evidence.auditing import Audit, Finding, audit, pending
from services.evidence.checkpoints import log_key, private_part
from services.kit.database import Database
from tests.conftest import SECRET
from tests.services.evidence.parts import NOW, confirmed, cosigned, counties, enroll, seal
from tests.services.ledger import story
from tests.services.ledger.factories import CITY

runner = CliRunner()
EVERY = (
    "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"
)


async def tampered(database: Database, *attacks: str) -> None:
    """What somebody does who rules the database: guards off, change, guards on."""
    async with database.session() as session:
        await attacked(session, attacks)


async def attacked(session: AsyncSession, attacks: Sequence[str]) -> None:
    tables = sorted(set((await session.execute(text(EVERY))).scalars()))
    await session.execute(text(f"DO $$ BEGIN {''.join(switched(tables, 'DISABLE'))} END $$"))
    for attack in attacks:
        await session.execute(text(attack))
    await session.execute(text(f"DO $$ BEGIN {''.join(switched(tables, 'ENABLE'))} END $$"))


def switched(tables: Sequence[str], way: str) -> list[str]:
    return [f'ALTER TABLE "{table}" {way} TRIGGER ALL;' for table in tables]


async def sealed_year(database: Database) -> None:
    async with database.session() as session:
        for county in await counties(session):
            await confirmed(session, county)
        await story.declare_january(session)
    await seal(database)
    async with database.session() as session:
        await story.close(session, 2025)
    await seal(database)


FIRST = "(SELECT id FROM {table} WHERE city = '611000' ORDER BY id LIMIT 1)"


def first(table: str) -> str:
    return FIRST.format(table=table)


ATTACKS = {
    "a leg": (
        f"UPDATE leg SET amount_fen = amount_fen + 1 WHERE journal = {first('journal')} AND seq = 1",
        {Finding.changed: "journal"},
    ),
    "an account": (
        (
            f"UPDATE leg SET account = (SELECT l.account FROM leg l WHERE l.county <> leg.county LIMIT 1)"
            f" WHERE journal = {first('journal')} AND seq = 2"
        ),
        {Finding.changed: "journal"},
    ),
    "a journal's note": (
        f"UPDATE journal SET note = 'x' WHERE id = {first('journal')}",
        {Finding.changed: "journal"},
    ),
    "a receipt": (
        (
            "UPDATE receipt_version SET amount_fen = amount_fen + 1"
            " WHERE ticket = (SELECT min(ticket) FROM receipt_version)"
        ),
        {Finding.changed: "receipt_batch"},
    ),
    "two receipts with one sum": (
        (
            "UPDATE receipt_version SET amount_fen = amount_fen + CASE ticket WHEN (SELECT min(ticket) FROM"
            " receipt_version) THEN 1 ELSE -1 END WHERE ticket IN ((SELECT min(ticket) FROM receipt_version),"
            " (SELECT max(ticket) FROM receipt_version))"
        ),
        {Finding.changed: "receipt_batch"},
    ),
    "a statement's body": (
        (f'UPDATE statement SET body = body || \'{{"made_on": "x"}}\' WHERE id = {first("statement")}'),
        {Finding.body: "statement"},
    ),
    "a statement's hash": (
        f"UPDATE statement SET body_sha256 = repeat('0', 64) WHERE id = {first('statement')}",
        {Finding.body: "statement", Finding.changed: "statement"},
    ),
    "who confirmed": (
        (
            "UPDATE statement_event SET by_name = 'x' WHERE id = (SELECT id FROM statement_event"
            " WHERE action = 'confirm' ORDER BY id LIMIT 1)"
        ),
        {Finding.changed: "statement_event"},
    ),
    "a removed step": (
        "DELETE FROM statement_event WHERE id = (SELECT id FROM statement_event ORDER BY id LIMIT 1)",
        {Finding.removed: "statement_event"},
    ),
    "a run's hash": (
        f"UPDATE calc_run SET output_sha256 = '' WHERE id = {first('calc_run')}",
        {Finding.changed: "run"},
    ),
    "terms": (
        (
            "UPDATE agreement_version SET terms = terms || '{\"years\": 99}' WHERE agreement ="
            " (SELECT agreement FROM agreement_version ORDER BY agreement LIMIT 1)"
        ),
        {Finding.changed: "agreement_version"},
    ),
    "a closed month": (
        "UPDATE period SET closed_at = closed_at + interval '1 day' WHERE code = '2025-03'",
        {Finding.changed: "period_close"},
    ),
    "a sealed entry": (
        "UPDATE seal SET entry = entry || ' ' WHERE index = 20",
        {Finding.leaf: None},
    ),
}


async def audited(database: Database, *attacks: str) -> Audit:
    """What the audit finds after attacks, which are then taken back."""
    async with database.session() as session:
        await attacked(session, attacks)
        found = await audit(session, CITY)
        await session.rollback()
    return found


async def test_the_audit_names_the_entry_whose_row_was_changed(issued: Database) -> None:
    await sealed_year(issued)
    assert (await audited(issued)).faults == ()
    for name, (attack, wanted) in ATTACKS.items():
        found = await audited(issued, attack)
        for finding, kind in wanted.items():
            hits = [one for one in found.faults if one.finding is finding]
            assert len(hits) == 1, (name, found.faults)
            assert kind is None or hits[0].kind == kind, name
            assert hits[0].document()["entry"] == hits[0].index
        assert found.document()["passed"] is False
    opened = "UPDATE period SET state = 'open', watermark = NULL, closed_at = NULL WHERE code = '2025-03'"
    assert (await audited(issued, opened)).faults == (), "a month that is opened again is no fault"


INSIDE = (
    ("DELETE FROM seal WHERE index = 10", {Finding.gap, Finding.frontier, Finding.checkpoint}),
    (
        "DELETE FROM seal WHERE index >= (SELECT max(index) - 2 FROM seal)",
        {Finding.frontier, Finding.checkpoint},
    ),
    ("UPDATE evidence_log SET peaks = set_byte(peaks, 0, get_byte(peaks, 0) # 1)", {Finding.frontier}),
    ("UPDATE checkpoint SET root = set_byte(root, 0, get_byte(root, 0) # 1)", {Finding.checkpoint}),
    ("UPDATE checkpoint SET note = replace(note, '— yipanqi', '— other')", {Finding.signature}),
)


async def test_the_audit_finds_a_log_that_does_not_agree_with_itself(issued: Database) -> None:
    await seal(issued)
    for attack, wanted in INSIDE:
        found = await audited(issued, attack)
        assert {one.finding for one in found.faults} == wanted, attack


async def test_who_rewrites_all_and_signs_anew_is_caught_by_co_signatures_alone(issued: Database) -> None:
    """The named limit of the audit: rows, seals, checkpoints and signatures agree; the county's does not."""
    async with issued.session() as session:
        county = (await counties(session))[0]
        await enroll(session, county)
        number = await confirmed(session, county)
    await seal(issued)
    async with issued.session() as session:
        await cosigned(session, county)
        kept = await repo.latest_checkpoint(session, CITY)
    assert kept is not None
    known = parse_checkpoint(repo.note_of(kept).text)
    await rewritten(issued)
    async with issued.session() as session:
        assert (await audit(session, CITY)).faults == ()
        file = await bundles.statement_bundle(session, story.PEOPLE.auditor, number)
    verdict = verify_bundle(file.content)
    # The county's line stands on a root that it never saw.
    assert {fault.code for fault in verdict.faults} == {FaultCode.signature}
    assert FaultCode.known in {fault.code for fault in verify_bundle(file.content, known=known).faults}


async def rewritten(database: Database) -> None:
    """Change a journal, its seal and all after it, the log, and sign the checkpoints anew."""
    await tampered(database, f"UPDATE journal SET note = 'x' WHERE id = {first('journal')}")
    async with database.session() as session:
        log = await repo.log_of(session, CITY)
        assert log is not None
        index = (await audit(session, CITY)).faults[0].index
        secret = private_part(await log_key(session, CITY, SECRET, NOW), SECRET)
        point = await repo.latest_checkpoint(session, CITY)
        assert point is not None
        note = parse_checkpoint(repo.note_of(point).text)
    await tampered(
        database,
        """UPDATE seal SET entry = regexp_replace(entry, '"note":"[^"]*"', '"note":"x"')"""
        f" WHERE index = {index}",
        "UPDATE seal SET leaf = sha256('\\x00'::bytea || 'yipanqi.entry/1'::bytea || '\\x00'::bytea"
        f" || convert_to(entry, 'UTF8')) WHERE index = {index}",
    )
    async with database.session() as session:
        tree = await repo.tree_of(session, CITY, HashName.sha256, note.size)
        leaves = [tree.node(0, place) for place in range(tree.size)]
    frontier = Frontier(HashName.sha256).extended(leaves)
    root = Tree(HashName.sha256, leaves).root()
    forged = sign_checkpoint(Checkpoint(note.origin, note.size, root), secret).document
    peaks = b"".join(frontier.peaks).hex()
    await tampered(
        database,
        f"UPDATE evidence_log SET peaks = '\\x{peaks}'",
        f"UPDATE checkpoint SET root = '\\x{root.hex()}', note = '{forged}' WHERE size = {note.size}",
    )


async def test_a_city_without_a_log_has_nothing_to_audit(issued: Database) -> None:
    async with issued.session() as session:
        found = await audit(session, CITY)
        assert (found.entries, found.checkpoints, found.faults) == (0, 0, ())
        assert await pending(session, CITY) > 50
    await seal(issued)
    async with issued.session() as session:
        assert await pending(session, CITY) == 0


async def test_the_commands_seal_audit_and_write_bundles(
    issued: Database, issued_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", issued_url)
    monkeypatch.setenv("YIPANQI_SECRET", SECRET)

    async def said(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(runner.invoke, app, list(words))
        return done.exit_code, done.stdout

    code, out = await said("seal", CITY)
    assert code == 0, out
    total = json.loads(out.splitlines()[-1])["sealed"]
    assert total > 50
    assert json.loads((await said("seal", CITY))[1])["sealed"] == 0
    code, out = await said("seal", CITY, "--check")
    assert (code, json.loads(out)["sealed"], json.loads(out)["passed"]) == (0, total, True)
    async with issued.session() as session:
        county = (await counties(session))[0]
    for words in (("--statement", f"js-{county}-2025"), ("--year", "2025", "--county", county), ()):
        file = tmp_path / "bundle.json"
        code, out = await said("bundle", CITY, "-o", str(file), *words)
        assert code == 0, out
        assert json.loads(out)["entries"] > 0
        assert verify_bundle(file.read_bytes()).verified
    code, _ = await said("bundle", CITY, "-o", str(file), "--county", county)
    assert code == 2
    await tampered(issued, f"UPDATE journal SET note = 'x' WHERE id = {first('journal')}")
    code, out = await said("seal", CITY, "--check")
    assert code == 1
    assert "与封存时不同（记账" in out
