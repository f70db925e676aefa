"""Bundles of a real database: both verifiers say the same of them, and one changed byte shows."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from allocation.evidence.checkpoint import parse_checkpoint
from allocation.evidence.verdict import Known
from allocation.evidence.verifying import verify_bundle
from services.evidence import bundles, repo
from services.evidence.errors import NothingSealed, NotSealed, TooManyEntries
from services.kit.database import Database
from services.ledger.errors import NoSuchBook, NoSuchStatement
from tests.services.evidence.parts import (
    confirmed,
    cosigned,
    counties,
    enroll,
    hold,
    seal,
    year_statement,
)
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, People

ONE_FILE = Path(__file__).parents[3] / "services" / "evidence" / "verifier.py"


async def made(database: Database) -> tuple[str, str, bytes]:
    """A county that co-signed with its own key what it confirmed; another; the bundle of the first."""
    async with database.session() as session:
        county, other, third = (await counties(session))[:3]
        await enroll(session, county)
        await hold(session, other)
        number = await confirmed(session, county)
        await confirmed(session, other)
    await seal(database)
    async with database.session() as session:
        await cosigned(session, county)
    async with database.session() as session:
        await confirmed(session, third)
    await seal(database)
    async with database.session() as session:
        found = await bundles.statement_bundle(session, People.county(county), number)
    return county, other, found.content


def one_file(content: bytes, folder: Path) -> dict[str, Any]:
    """What the verifier that needs only Python's standard library says."""
    bundle = folder / "bundle.json"
    bundle.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-I", str(ONE_FILE), str(bundle)], capture_output=True, text=True, check=False
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode == 0) is found["verified"]
    return found


async def test_a_statements_bundle_holds_and_names_who_co_signed(issued: Database, tmp_path: Path) -> None:
    county, _other, content = await made(issued)
    verdict = verify_bundle(content)
    assert verdict.verified, verdict.faults
    (statement,) = verdict.statements
    assert (statement.number, statement.version) == (f"JS-{county}-2025", 1)
    assert statement.cosigned == (county,)
    assert verdict.covered > statement.entry
    assert one_file(content, tmp_path)["verified"] is True
    document = json.loads(content)
    kinds = {json.loads(entry["entry"])["kind"] for entry in document["entries"]}
    assert kinds == {"statement", "statement_event", "journal"}
    assert document["statements"][0]["body"]["number"] == f"JS-{county}-2025"


async def test_a_countys_bundle_shows_no_other_countys_matters(issued: Database) -> None:
    county, other, content = await made(issued)
    document = json.loads(content)
    async with issued.session() as session:
        foreign = await session.execute(
            text(
                "SELECT s.index FROM seal s JOIN journal j ON j.city = s.city AND j.id::text = s.source"
                " WHERE NOT EXISTS (SELECT FROM leg l WHERE l.journal = j.id AND l.county = :county)"
            ),
            {"county": county},
        )
        others = set(foreign.scalars())
        events = await session.execute(
            text(
                "SELECT s.index FROM seal s JOIN statement_event e ON e.id::text = s.source"
                " JOIN statement t ON t.id = e.statement WHERE t.county <> :county"
            ),
            {"county": county},
        )
        others |= set(events.scalars())
    assert others
    assert not others & {entry["index"] for entry in document["entries"]}
    assert f"/{other}+" not in content.decode()
    assert {one["number"] for one in document["statements"]} == {f"JS-{county}-2025"}


async def test_years_and_whole_logs_hold_for_those_who_may_have_them(
    issued: Database, tmp_path: Path
) -> None:
    county, other, _content = await made(issued)
    auditor, finance = story.PEOPLE.auditor, People.county(county)
    async with issued.session() as session:
        own = await bundles.year_bundle(session, finance, 2025, county)
        every = await bundles.year_bundle(session, auditor, 2025, None)
        whole = await bundles.log_bundle(session, auditor)
        log = await repo.log_of(session, CITY)
        for refused in (
            bundles.year_bundle(session, finance, 2025, other),
            bundles.year_bundle(session, finance, 2025, None),
            bundles.log_bundle(session, finance),
        ):
            with pytest.raises(NoSuchBook):
                await refused
        theirs = await year_statement(session, other)
        with pytest.raises(NoSuchStatement):
            await bundles.statement_bundle(session, finance, theirs.id)
        with pytest.raises(TooManyEntries):
            await bundles.log_bundle(session, auditor, most=3)
    assert log is not None
    for file in (own, every, whole):
        verdict = verify_bundle(file.content)
        assert verdict.verified, verdict.faults
        assert verdict.entries == file.entries
    assert whole.entries == log.size == verify_bundle(whole.content).size
    assert own.entries < every.entries < whole.entries
    cosigners = {one.county: one.held_by.value for one in verify_bundle(whole.content).cosigned}
    assert cosigners == {county: "county", other: "city"}
    assert one_file(whole.content, tmp_path)["verified"] is True


async def test_without_a_checkpoint_or_before_sealing_there_is_no_bundle(issued: Database) -> None:
    async with issued.session() as session:
        county = (await counties(session))[0]
        statement = await year_statement(session, county)
        with pytest.raises(NothingSealed):
            await bundles.statement_bundle(session, People.county(county), statement.id)
        with pytest.raises(NothingSealed):
            await bundles.log_bundle(session, story.PEOPLE.auditor)
    await seal(issued)
    async with issued.session() as session:
        with pytest.raises(NotSealed):
            await bundles.year_bundle(session, story.PEOPLE.auditor, 2031, None)
        # Before anybody co-signed, the older checkpoint is the first.
        file = await bundles.statement_bundle(session, People.county(county), statement.id)
    verdict = verify_bundle(file.content)
    assert verdict.verified
    assert verdict.old_size == verdict.size
    assert verdict.covered == 0


def regions(document: dict[str, Any], content: bytes) -> list[tuple[str, int, int]]:
    """Where the parts of a bundle are in its file: name, start, end."""
    raw = content.decode()
    found = []
    for place, entry in enumerate(document["entries"]):
        shown = json.dumps(entry["entry"], ensure_ascii=False)
        start = raw.index(shown)
        found.append((f"entry {place}", start + 1, start + len(shown) - 1))
        start = raw.index(entry["proof"], start)
        found.append((f"proof {place}", start, start + len(entry["proof"])))
    for name in ("old", "new"):
        shown = json.dumps(document["checkpoints"][name], ensure_ascii=False)
        start = raw.index(shown)
        found.append((f"checkpoint {name}", start + 1, start + len(shown) - 1))
    proof = document["checkpoints"]["consistency"]
    found.append(("consistency", raw.index(proof), raw.index(proof) + len(proof)))
    for place, key in enumerate(document["keys"]):
        start = raw.index(key["vkey"])
        found.append((f"key {place}", start, start + len(key["vkey"])))
    statements = raw.index('"statements":')
    found.append(("statements", statements + 14, len(raw) - 2))
    return found


def changed(raw: str, place: int) -> bytes:
    """The file with one sign changed into another of its kind."""
    sign = raw[place]
    other = {"0": "1", "a": "b", "A": "B"}.get(sign, "0" if sign.isalnum() else "x")
    return (raw[:place] + other + raw[place + 1 :]).encode()


async def test_one_changed_byte_in_any_part_shows_and_an_entrys_is_named(
    issued: Database, tmp_path: Path
) -> None:
    _county, _other, content = await made(issued)
    raw, document = content.decode(), json.loads(content)
    good = verify_bundle(content)
    second = 0
    for name, start, end in regions(document, content):
        for place in range(start, end, max(1, (end - start) // 3)):
            bad = changed(raw, place)
            verdict = verify_bundle(bad)
            kind, _, number = name.partition(" ")
            if kind == "checkpoint" and verdict.verified:
                # A co-signature under an unknown name is passed over: it counts no longer.
                assert len(verdict.cosigned) < len(good.cosigned), (name, place)
                continue
            assert not verdict.verified, (name, place)
            if kind in {"entry", "proof"} and verdict.faults[0].code.value != "malformed":
                assert document["entries"][int(number)]["index"] in {one.entry for one in verdict.faults}
            if place == start and second < 6:
                second += 1
                assert one_file(bad, tmp_path)["verified"] is False


async def test_a_kept_checkpoint_is_found_in_a_later_bundle(issued: Database) -> None:
    county, _other, content = await made(issued)
    async with issued.session() as session:
        last = await repo.last_cosigned(session, CITY, county)
        kept = await repo.checkpoint_at(session, CITY, last)
    assert kept is not None
    point = parse_checkpoint(repo.note_of(kept).text)
    assert verify_bundle(content, known=point).known is Known.old
