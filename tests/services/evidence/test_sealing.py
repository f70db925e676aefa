"""What is sealed, in which bytes, and that nothing is lost or sealed twice."""

import hashlib
import json
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.evidence.entry import Entry, entry_text
from allocation.evidence.hashing import HashName
from allocation.evidence.merkle import Tree
from allocation.evidence.reading import read_entry
from services.evidence.sealing import ensure_log, frontier_of, seal_pending
from services.evidence.sources import SOURCES
from services.evidence.states import Kind
from services.kit.database import Database, raw
from tests.services.ledger import story
from tests.services.ledger.factories import CITY, receipt_inputs

SETTLED = {Kind.settlement, Kind.settlement_event, Kind.payment_order}


async def sealed(session: AsyncSession) -> list[tuple[int, str, str, str, bytes]]:
    rows = await session.execute(
        text("SELECT index, kind, source, entry, leaf FROM seal WHERE city = :city ORDER BY index"),
        {"city": CITY},
    )
    return [(index, kind, source, entry, bytes(leaf)) for index, kind, source, entry, leaf in rows]


async def seal_all(database: Database, limit: int = 10_000) -> int:
    total = 0
    while True:
        async with database.session() as session:
            done = await seal_pending(session, CITY, limit)
        total += done
        if done == 0:
            return total


async def counts(session: AsyncSession) -> dict[str, int]:
    tables = {
        Kind.agreement_version: "agreement_version WHERE known IS NOT NULL",
        Kind.receipt_batch: "receipt_batch WHERE true",
        Kind.run: "calc_run WHERE true",
        Kind.journal: "journal WHERE true",
        Kind.statement: "statement WHERE true",
        Kind.statement_event: "statement_event WHERE true",
    }
    found = {}
    for kind, table in tables.items():
        number = await session.scalar(text(f"SELECT count(*) FROM {table} AND city = '{CITY}'"))
        found[kind.value] = int(number or 0)
    return {kind: number for kind, number in found.items() if number}


async def test_everything_is_sealed_once_in_batches_and_starting_again_seals_nothing(
    issued: Database,
) -> None:
    total = await seal_all(issued, limit=7)
    async with issued.session() as session:
        rows = await sealed(session)
        wanted = await counts(session)
    assert [index for index, *_ in rows] == list(range(total))
    found: dict[str, int] = {}
    for _, kind, *_ in rows:
        found[kind] = found.get(kind, 0) + 1
    assert found == wanted
    assert await seal_all(issued) == 0


async def test_the_databases_bytes_are_the_canonical_ones_and_the_frontier_is_the_trees(
    issued: Database,
) -> None:
    async with issued.session() as session:
        for statement in await story.live(session, "2025"):
            if statement.kind.value == "year":
                await story.confirm(session, statement)
        await story.declare_january(session)
        await story.close(session, 2025)
    await seal_all(issued, limit=50)
    tree = Tree(HashName.sha256)
    async with issued.session() as session:
        rows = await sealed(session)
        connection = await raw(session)
        held = await connection.fetchrow("SELECT * FROM evidence_log WHERE city = $1", CITY)
    for _index, kind, _source, text_, leaf in rows:
        entry = read_entry(text_)  # refuses what is not canonical
        assert (entry.city, entry.kind) == (CITY, kind)
        assert entry_text(Entry(entry.city, entry.kind, entry.facts)) == text_
        assert hashlib.sha256(b"\x00yipanqi.entry/1\x00" + text_.encode()).digest() == leaf
        tree.append(leaf)
    assert {kind for _, kind, *_ in rows} == set(Kind) - SETTLED
    assert frontier_of(held).root() == tree.root()


async def test_a_settlement_its_steps_and_its_orders_are_sealed(posted: Database) -> None:
    await seal_all(posted)
    async with posted.session() as session:
        rows = await sealed(session)
        orders = await session.scalar(text("SELECT count(*) FROM payment_order"))
    found = [read_entry(entry) for _index, kind, _source, entry, _leaf in rows if kind in SETTLED]
    assert {entry.kind for entry in found} == SETTLED
    assert sum(entry.kind == Kind.payment_order for entry in found) == orders
    for _index, _kind, _source, entry, _leaf in rows:
        one = read_entry(entry)
        assert entry_text(Entry(one.city, one.kind, one.facts)) == entry


async def test_a_journal_is_sealed_with_its_legs(issued: Database) -> None:
    await seal_all(issued)
    async with issued.session() as session:
        rows = await session.execute(
            text(
                "SELECT s.entry, j.key, j.at, l.county, a.kind, a.counterparty, l.amount_fen FROM seal s"
                " JOIN journal j ON j.city = s.city AND j.id::text = s.source AND s.kind = 'journal'"
                " JOIN leg l ON l.city = j.city AND l.journal = j.id"
                " JOIN ledger_account a ON a.city = l.city AND a.id = l.account"
                " WHERE s.city = :city ORDER BY j.id, l.seq"
            ),
            {"city": CITY},
        )
        found = rows.all()
    assert found
    for entry, key, at, county, account, towards, amount in found:
        facts = json.loads(entry)["facts"]
        assert facts["key"] == key
        assert facts["at"].startswith(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}")
        leg = {"account": account, "amount": amount, "county": county, "towards": towards, "unit": "fen"}
        assert leg in [{k: v for k, v in one.items() if k != "seq"} for one in facts["legs"]]
        assert sum(one["amount"] for one in facts["legs"]) == 0


async def test_a_batch_is_sealed_with_its_sum(issued: Database) -> None:
    await seal_all(issued)
    async with issued.session() as session:
        rows = await session.execute(text("SELECT entry FROM seal WHERE kind = 'receipt_batch'"))
        facts = [json.loads(entry)["facts"] for entry in rows.scalars()]
    sums = {one["kind"]: one["total_fen"] for one in facts}
    assert sums["receipts"] == sum(row.amount_fen for row in receipt_inputs())
    assert sums["incentives"] > 0


@given(
    words=st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), max_size=30)
)
async def test_any_text_is_escaped_as_the_canonical_form_asks(
    session: AsyncSession, words: list[str]
) -> None:
    connection = await raw(session)
    row = await connection.fetchval(
        "SELECT row_to_json(f)::text FROM (SELECT $1::text[] AS a, 1 AS b, NULL AS c) AS f", words
    )
    assert row == entry_text(Entry("611000", "x", {"a": words, "b": 1, "c": None}))[25:-12]


def test_every_kind_has_one_source_whose_facts_and_key_name_the_city_first() -> None:
    assert sorted(source.kind for source in SOURCES) == sorted(Kind)
    for source in SOURCES:
        assert all(name.isascii() for name in source.facts)
        assert "t.city = $1" in source.rows


async def test_a_log_may_use_the_other_hash(issued: Database) -> None:
    async with issued.session() as session:
        await ensure_log(session, CITY, HashName.sm3)
    await seal_all(issued)
    async with issued.session() as session:
        for _index, _kind, _source, entry, leaf in await sealed(session):
            assert hashlib.new("sm3", b"\x00yipanqi.entry/1\x00" + entry.encode()).digest() == leaf


ATTACKS = (
    ("UPDATE seal SET entry = 'x'", "append-only"),
    ("DELETE FROM seal WHERE index = 3", "append-only"),
    ("TRUNCATE seal", "append-only"),
    ("TRUNCATE checkpoint CASCADE", "append-only"),
    ("DELETE FROM evidence_log", "append-only"),
    ("TRUNCATE evidence_log CASCADE", "append-only"),
    ("UPDATE evidence_log SET size = 0, peaks = ''", "grows by what was sealed"),
    ("UPDATE evidence_log SET size = size + 1, peaks = peaks", "grows by what was sealed"),
    ("UPDATE evidence_log SET origin = 'else/611000'", "keeps its name"),
    ("UPDATE evidence_log SET algorithm = 'sm3'", "keeps its name"),
    (
        "INSERT INTO seal SELECT city, index, 'journal', 'x', entry, leaf FROM seal WHERE index = 0",
        "pk_seal",
    ),
    (
        "INSERT INTO seal SELECT city, index + 100000, kind, source, entry, leaf FROM seal",
        "uq_seal_city_kind_source",
    ),
    (
        (
            "INSERT INTO seal (city, index, kind, source, entry, leaf)"
            " VALUES ('611000', 99999, 'x', 'x', 'x', 'x')"
        ),
        "ck_seal_leaf_size",
    ),
)


async def test_the_log_itself_cannot_be_changed(issued: Database) -> None:
    await seal_all(issued)
    async with issued.session() as session:
        for attack, constraint in ATTACKS:
            with pytest.raises(DBAPIError, match=constraint):
                async with session.begin_nested():
                    await session.execute(text(attack))


async def test_another_citys_log_stays_empty(issued: Database) -> None:
    async with issued.session() as session:
        assert await seal_pending(session, "622000", 10) == 0
    await seal_all(issued)
    async with issued.session() as session:
        sizes = await session.execute(text("SELECT city, size > 0 FROM evidence_log ORDER BY city"))
        assert sizes.all() == [(CITY, True), ("622000", False)]
