"""The books attacked in SQL as every role of the database: superuser, owner, the program's own, a reader."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from services.kit import rights
from services.kit.database import Database
from services.ledger.books import book_faults
from tests.services.ledger import story
from tests.services.ledger.attacks import (
    BACK,
    BOOK_BEFORE,
    CLOSED,
    FORBIDDEN,
    GIVE_AWAY,
    HOST,
    MAKE_ROLES,
    OPEN,
    OWNER,
    READER,
    WRITER,
    Bare,
    stored,
)
from tests.services.ledger.factories import CITY

TEMPLATE = "template_ledger_roles"
KEPT = (
    "receipt_batch",
    "receipt_version",
    "receipt_declaration",
    "incentive",
    "calc_run",
    "entitlement_line",
    "ledger_account",
    "journal",
    "leg",
    "statement_event",
)
READABLE = {"period", "year_close", "calc_run", "ledger_account", "journal", "leg"}
DENIED = "permission denied|must be owner|permission to set"


def acting(url: str, role: str | None) -> str:
    """The address as which a role connects; None is the superuser."""
    parsed = make_url(url)
    return (parsed.set(username=role) if role else parsed).render_as_string(hide_password=False)


async def attempt(url: str, *statements: str, level: str | None = None) -> None:
    """Run statements as one transaction that is committed."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation=level):
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()


async def refused(url: str, words: str, *statements: str) -> None:
    with pytest.raises(asyncpg.PostgresError, match=words):
        await attempt(url, *statements)


@pytest.fixture(scope="module")
async def roles_template(server, issued_template):
    """The issued year, owned by an ordinary role; two journals booked and one of them taken back."""
    server.psql(MAKE_ROLES)
    server.create_database(TEMPLATE, template=issued_template)
    url = server.url(TEMPLATE)
    first, second, back = (
        Bare(key="first"),
        Bare(key="second"),
        Bare(key="back", kind="reversal", reverses=stored("first"), legs=BACK),
    )
    await attempt(url, first.sql(), second.sql(), back.sql(), BOOK_BEFORE, GIVE_AWAY)
    await rights.grant(acting(url, OWNER), writer=WRITER, reader=READER)
    return TEMPLATE


@pytest.fixture(scope="module")
def attacked(server, roles_template):
    """One database for all attacks that fail: they leave nothing behind."""
    server.create_database("attacked", template=roles_template)
    yield server.url("attacked")
    server.drop_database("attacked")


@pytest.fixture
def own(server, roles_template):
    """A database of a test's own."""
    server.create_database("attacked_alone", template=roles_template)
    yield server.url("attacked_alone")
    server.drop_database("attacked_alone")


async def test_what_is_forbidden_is_so_for_nothing_else(own):
    await attempt(acting(own, OWNER), Bare().sql())


@pytest.mark.parametrize("name", FORBIDDEN)
async def test_no_role_writes_what_is_forbidden(attacked, name):
    statement, words = FORBIDDEN[name]
    await refused(attacked, words, statement)
    if "fk_" not in words:
        await refused(attacked, words, "SET LOCAL session_replication_role = replica", statement)
    await refused(acting(attacked, OWNER), words, statement)
    await refused(acting(attacked, WRITER), f"{DENIED}|{words}", statement)
    await refused(acting(attacked, READER), f"{DENIED}|{words}", statement)


@pytest.mark.parametrize("role", [None, OWNER, WRITER, READER])
async def test_what_is_written_stays_for_every_role(attacked, role):
    words = "append-only" if role in (None, OWNER) else DENIED
    for table in KEPT:
        for statement in (f"UPDATE {table} SET city = city", f"DELETE FROM {table}"):
            await refused(acting(attacked, role), words, statement)
        await refused(acting(attacked, role), words, f"TRUNCATE {table} CASCADE")
    for table in ("statement", "period"):
        await refused(acting(attacked, role), words, f"DELETE FROM {table}")


@pytest.mark.parametrize("role", [WRITER, READER])
@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE leg DISABLE TRIGGER ALL",
        "ALTER TABLE journal DISABLE TRIGGER journals_entered",
        "DROP TRIGGER legs_entered ON leg",
        "ALTER TABLE leg DROP CONSTRAINT ck_leg_not_zero",
        "CREATE OR REPLACE FUNCTION ledger_legs_entered() RETURNS trigger LANGUAGE sql AS 'SELECT'",
        "DROP TABLE leg",
        "CREATE TABLE own (x int)",
        "SET session_replication_role = replica",
        f"SET ROLE {OWNER}",
        f"SELECT yipanqi_grant_writer('{READER}')",
        "COPY leg FROM PROGRAM 'true'",
        "INSERT INTO alembic_version VALUES ('x')",
    ],
)
async def test_the_guards_are_out_of_the_programs_and_the_readers_reach(attacked, role, statement):
    await refused(acting(attacked, role), DENIED, statement)


async def test_the_owner_cannot_put_triggers_to_sleep_for_a_session(attacked):
    await refused(acting(attacked, OWNER), DENIED, "SET session_replication_role = replica")


def call(period: str = OPEN, agreement: str = "6110-XY-006", amounts: str = "100, -100") -> str:
    """`post_batch` called from SQL with two legs of the host's book."""
    return f"""
    SELECT post_batch('{CITY}', gen_random_uuid(), ARRAY[gen_random_uuid()], ARRAY['call'], ARRAY['x'],
        ARRAY['share'], ARRAY['{period}'], ARRAY[(SELECT id FROM agreement WHERE code = '{agreement}')],
        ARRAY[NULL]::uuid[], ARRAY[NULL]::uuid[], ARRAY[''], array_agg(a.id ORDER BY a.kind DESC),
        array_agg(a.county), array_agg(a.unit::text), ARRAY[1, 1], ARRAY[1, 2], ARRAY[1, 2],
        ARRAY[{amounts}]::bigint[])
    FROM ledger_account AS a WHERE a.county = '{HOST}' AND a.counterparty = '611024'
        AND a.kind IN ('share_expense', 'due_to')
    """


def call_one(period: str = OPEN, agreement: str = "6110-XY-006", amounts: str = "100, -100") -> str:
    """The same for one journal, by its plain values."""
    return f"""
    SELECT post_batch('{CITY}', gen_random_uuid(), gen_random_uuid(), 'call', 'x', 'share', '{period}',
        (SELECT id FROM agreement WHERE code = '{agreement}'), NULL, NULL, '',
        array_agg(a.id ORDER BY a.kind DESC), ARRAY[{amounts}]::bigint[])
    FROM ledger_account AS a WHERE a.county = '{HOST}' AND a.counterparty = '611024'
        AND a.kind IN ('share_expense', 'due_to')
    """


@pytest.mark.parametrize("call", [call, call_one])
async def test_the_program_posts_by_the_function_alone_and_by_its_rules(own, call):
    writer = acting(own, WRITER)
    await refused(writer, "does not balance", call(amounts="100, -99"))
    await refused(writer, "is not open", call(period=CLOSED))
    await refused(writer, "agreement_named", call(agreement="none"))
    await refused(acting(own, READER), DENIED, call())
    await attempt(writer, call())
    connection = await asyncpg.connect(acting(own, READER))
    assert await connection.fetchval("SELECT count(*) FROM journal WHERE key = 'call'") == 1
    await connection.close()


async def test_a_journal_of_no_known_account_or_without_legs_is_refused(own):
    writer = acting(own, WRITER)
    nobody = call_one().replace("array_agg(a.id ORDER BY a.kind DESC)", "array_agg(gen_random_uuid())")
    await refused(writer, "null value in column", nobody)
    empty = call_one(amounts="").replace("array_agg(a.id ORDER BY a.kind DESC)", "ARRAY[]::uuid[]")
    await refused(writer, "has no legs", empty)


async def test_a_table_of_ones_own_does_not_stand_before_the_ledgers(attacked):
    """Functions with their owner's rights look for names in a fixed order, temporary tables last."""
    planted = f"CREATE TEMP TABLE period AS SELECT '{CITY}' AS city, '{CLOSED}' AS code, 'open' AS state"
    await refused(acting(attacked, WRITER), "is not open", planted, call(period=CLOSED))
    for table in ("leg", "journal"):
        planted = f"CREATE TEMP TABLE {table} AS SELECT * FROM public.{table} WHERE false"
        await refused(acting(attacked, WRITER), "does not balance", planted, call(amounts="1, -2"))


@pytest.mark.parametrize("level", ["read_committed", "repeatable_read", "serializable"])
async def test_the_program_with_an_older_view_posts_into_no_closed_month(own, level):
    connection = await asyncpg.connect(acting(own, WRITER))
    transaction = connection.transaction(isolation=level)
    await transaction.start()
    assert await connection.fetchval(f"SELECT state FROM period WHERE code = '{OPEN}'") == "open"
    await attempt(own, "UPDATE period SET state = 'closed', watermark = 2 WHERE state = 'open'")
    with pytest.raises(asyncpg.PostgresError, match=r"is not open|could not serialize"):
        await connection.execute(call())
    await transaction.rollback()
    await connection.close()


async def held(url: str, role: str) -> dict[str, set[str]]:
    """The rights that a role has on the tables of the program, by table."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT c.relname, p.name FROM pg_class AS c"
        " CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS p (name)"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        " AND has_table_privilege($1, c.oid, p.name)",
        role,
    )
    await connection.close()
    found: dict[str, set[str]] = {}
    for table, right in rows:
        found.setdefault(table, set()).add(right)
    return found


async def test_rights_are_the_least(attacked):
    writer = await held(attacked, WRITER)
    assert writer["journal"] == writer["leg"] == {"SELECT"}
    assert "alembic_version" not in writer
    assert all(writer[table] == {"SELECT", "INSERT"} for table in KEPT if table not in ("journal", "leg"))
    assert writer["statement"] == writer["period"] == {"SELECT", "INSERT", "UPDATE"}
    assert writer["project"] >= {"SELECT", "INSERT", "UPDATE"}
    assert not any({"TRUNCATE", "TRIGGER"} & rights for rights in writer.values())
    reader = await held(attacked, READER)
    assert reader == {table: {"SELECT"} for table in READABLE}


async def test_functions_with_their_owners_rights_are_closed_to_readers_and_fix_their_path(attacked):
    connection = await asyncpg.connect(attacked)
    rows = await connection.fetch(
        "SELECT p.proname, p.prorettype = 'trigger'::regtype AS guard, p.proconfig,"
        " has_function_privilege($1, p.oid, 'EXECUTE') AS open FROM pg_proc AS p"
        " WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef",
        READER,
    )
    await connection.close()
    names = {row["proname"] for row in rows}
    assert {"post_batch", "ledger_journals_entered", "ledger_legs_entered"} <= names
    for row in rows:
        (path,) = (one for one in row["proconfig"] if one.startswith("search_path="))
        assert path.startswith("search_path=pg_catalog")
        assert path.endswith("pg_temp")
        assert not row["open"], row["proname"]


async def test_the_program_runs_a_year_as_its_own_role(own):
    """What the office does is done without a right that the role does not have."""
    database = Database(acting(own, WRITER))
    async with database.session() as session:
        await story.compute_year(session, 2026)
        await story.issue(session, "2026")
    async with database.session() as session:
        await story.confirm_all(session, "2026")
        assert await book_faults(session, CITY) == ["pair/611024/611002"], "a bare journal stands in one book"
        assert (await session.execute(text("SELECT current_user"))).scalar_one() == WRITER
    await database.close()


async def test_granting_again_changes_nothing(own):
    before = await held(own, WRITER), await held(own, READER)
    await rights.grant(acting(own, OWNER), writer=WRITER)
    await rights.grant(acting(own, OWNER), reader=READER)
    assert (await held(own, WRITER), await held(own, READER)) == before
