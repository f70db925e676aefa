"""Units beside money, accounts towards the city's settlement, journals without an agreement, one way to write them.

Money, statistics credit and land quota each have accounts of their own, so that nothing mixes; a settlement moves
dues of many agreements at once and names none. A reversal names what its journal named. `post_batch` writes with its
owner's rights: the role that the program runs as may then be refused all other writing of journals.
"""

import importlib
from types import ModuleType

from alembic import op

revision = "0012_ledger_units"
down_revision = "0011_ledger_posting"
branch_labels = None
depends_on = None

UNITS = ("fen", "credit", "land")
ACCOUNTS = (
    "share_expense",
    "due_to",
    "due_from",
    "share_income",
    "clearing",
    "cash",
    "credit_given",
    "credit_taken",
)
JOURNALS = ("share", "reversal", "adjustment", "settlement", "payment", "credit")
OLD = {"unit": ("fen",), "account": ACCOUNTS[:4], "journal": JOURNALS[:2]}

ADDED = (
    (
        "ledger_account",
        "ck_ledger_account_with_city",
        "kind NOT IN ('clearing', 'cash') OR county = city OR counterparty = city",
    ),
    (
        "ledger_account",
        "ck_ledger_account_unit_fits",
        "(kind IN ('credit_given', 'credit_taken')) = (unit IN ('credit', 'land'))",
    ),
    (
        "journal",
        "ck_journal_agreement_named",
        "agreement IS NOT NULL OR kind IN ('settlement', 'payment', 'reversal')",
    ),
)

# Beside what the guards of 0011 hold they hold what foreign keys on the journal held: what they refer to (agreements,
# runs, journals) is never deleted. Reversals are rare: what they need is asked only where there is one. A plan is kept
# for a session that may begin when the tables are empty, so rows are looked up one by one, by their key: as scalar
# subqueries, which are never made into joins, and without sequential scans.
JOURNALS_ENTERED = """
CREATE OR REPLACE FUNCTION ledger_journals_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    asked record;
    standing text;
    missing text;
    with_runs boolean;
    with_reversals boolean;
BEGIN
    FOR asked IN SELECT DISTINCT e.city, e.period FROM entered AS e ORDER BY e.city, e.period LOOP
        SELECT p.state INTO standing FROM period AS p WHERE p.city = asked.city AND p.code = asked.period FOR SHARE;
        IF standing IS DISTINCT FROM 'open' THEN
            RAISE EXCEPTION 'period % is not open', asked.period
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_period_open', DETAIL = asked.period;
        END IF;
    END LOOP;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT n.city, n.agreement FROM entered AS n WHERE n.agreement IS NOT NULL) AS e
        WHERE (SELECT a.id FROM agreement AS a WHERE a.city = e.city AND a.id = e.agreement) IS NULL
    ) THEN
        RAISE EXCEPTION 'a journal names an agreement of its own city'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'journal_agreement';
    END IF;
    SELECT e.key INTO missing FROM entered AS e
    WHERE (SELECT l.seq FROM leg AS l WHERE l.city = e.city AND l.journal = e.id LIMIT 1) IS NULL
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % has no legs; it comes in one statement with them', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_has_legs';
    END IF;
    SELECT bool_or(e.run IS NOT NULL), bool_or(e.reverses IS NOT NULL) INTO with_runs, with_reversals
    FROM entered AS e;
    IF with_runs AND EXISTS (
        SELECT FROM (SELECT DISTINCT n.city, n.run FROM entered AS n WHERE n.run IS NOT NULL) AS e
        WHERE (SELECT r.id FROM calc_run AS r WHERE r.city = e.city AND r.id = e.run) IS NULL
    ) THEN
        RAISE EXCEPTION 'a journal names a run of its own city'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'journal_run';
    END IF;
    IF with_reversals THEN
        PERFORM ledger_reversal_entered(e.city, e.id, e.agreement, e.reverses)
        FROM entered AS e WHERE e.reverses IS NOT NULL;
    END IF;
    RETURN NULL;
END
$$
"""

REVERSAL_ENTERED = """
CREATE FUNCTION ledger_reversal_entered(of_city text, entry uuid, under uuid, taken_back uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before journal;
BEGIN
    SELECT j.* INTO before FROM journal AS j WHERE j.city = of_city AND j.id = taken_back;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a reversal names a journal of its own city'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'journal_reverses';
    END IF;
    IF before.kind = 'reversal' THEN
        RAISE EXCEPTION 'a reversal is never reversed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_no_second_reversal';
    END IF;
    IF before.agreement IS DISTINCT FROM under THEN
        RAISE EXCEPTION 'a reversal names the agreement of what it takes back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_reversal_agreement';
    END IF;
    IF EXISTS (
        SELECT FROM leg AS l WHERE l.city = of_city AND l.journal IN (entry, taken_back)
        GROUP BY l.account HAVING sum(l.amount_fen) <> 0
    ) THEN
        RAISE EXCEPTION 'a reversal takes back exactly what was booked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_exact_reversal';
    END IF;
END
$$
"""

LEGS_ENTERED = """
CREATE OR REPLACE FUNCTION ledger_legs_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    own bigint := pg_current_xact_id()::text::bigint;
    lame record;
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT e.city, e.journal FROM entered AS e) AS l
        WHERE (SELECT j.xact FROM journal AS j WHERE j.city = l.city AND j.id = l.journal) IS DISTINCT FROM own
    ) THEN
        RAISE EXCEPTION 'legs are written with their journal'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'leg_same_transaction';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT e.city, e.account, e.county, e.unit FROM entered AS e) AS l
        WHERE (
            SELECT a.county = l.county AND a.unit = l.unit FROM ledger_account AS a
            WHERE a.city = l.city AND a.id = l.account
        ) IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'a leg names an account of its own county and unit'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'leg_account';
    END IF;
    SELECT e.journal, e.county, e.unit INTO lame FROM entered AS e
    GROUP BY e.city, e.journal, e.county, e.unit HAVING sum(e.amount_fen) <> 0
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % does not balance in every book', lame.journal
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balanced',
            DETAIL = lame.county || ' ' || lame.unit;
    END IF;
    RETURN NULL;
END
$$
"""

# As the function of 0011, with its owner's rights, so that the program's own role needs none to write journals; counties
# and units stand once with their account, not with each leg. A key that is there already is passed over, also where
# another transaction writes it meanwhile, which is waited for. One plan serves all batches: making one takes longer
# than posting a journal.
POST_BATCH = """
CREATE FUNCTION post_batch(
    in_city text, in_by uuid, ids uuid[], keys text[], hashes text[], kinds text[], periods text[],
    agreements uuid[], runs uuid[], reversed uuid[], notes text[],
    accounts uuid[], counties text[], units text[],
    leg_places integer[], leg_seqs integer[], leg_accounts integer[], leg_amounts bigint[]
) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    fresh uuid[];
    outcomes text[];
BEGIN
    WITH made AS (
        INSERT INTO journal (city, id, key, sha256, kind, period, agreement, run, reverses, note, by)
        SELECT in_city, u.id, u.key, u.sha256, u.kind, u.period, u.agreement, u.run, u.reverses, u.note, in_by
        FROM unnest(ids, keys, hashes, kinds, periods, agreements, runs, reversed, notes)
            AS u (id, key, sha256, kind, period, agreement, run, reverses, note)
        ON CONFLICT (city, key) DO NOTHING
        RETURNING id
    ), put AS (
        INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen)
        SELECT in_city, m.id, leg_seqs[n], a.id, a.county, a.unit, leg_amounts[n]
        FROM generate_series(1, cardinality(leg_places)) AS n
        JOIN made AS m ON m.id = ids[leg_places[n]]
        LEFT JOIN unnest(accounts, counties, units) WITH ORDINALITY AS a (id, county, unit, place)
            ON a.place = leg_accounts[n]
    )
    SELECT coalesce(array_agg(m.id), '{}') INTO fresh FROM made AS m;
    IF cardinality(fresh) = cardinality(ids) THEN
        RETURN array_fill('created'::text, ARRAY[cardinality(ids)]);
    END IF;
    SELECT array_agg(
        CASE WHEN u.id = ANY (fresh) THEN 'created' WHEN j.sha256 = u.sha256 THEN 'exists' ELSE 'conflict' END
        ORDER BY u.place
    ) INTO outcomes
    FROM unnest(ids, keys, hashes) WITH ORDINALITY AS u (id, key, sha256, place)
    LEFT JOIN journal AS j ON j.city = in_city AND j.key = u.key AND j.key = ANY (keys);
    RETURN outcomes;
END
$$
"""
POST_BATCH_ARGUMENTS = (
    "text, uuid, uuid[], text[], text[], text[], text[], uuid[], uuid[], uuid[], text[],"
    " uuid[], text[], text[], integer[], integer[], integer[], bigint[]"
)

HELD_BY_TRIGGERS = (
    ("journal", "fk_journal_city_agreement", "(city, agreement) REFERENCES agreement (city, id)"),
    ("journal", "fk_journal_city_run", "(city, run) REFERENCES calc_run (city, id)"),
    ("journal", "fk_journal_city_reverses", "(city, reverses) REFERENCES journal (city, id)"),
)


# What the program's role may do follows from the guards themselves: where a table refuses an update or a deletion to
# everybody, the role has no right to it either; of journals and legs it has none but to read. Both functions may be
# called again, and are after a migration, for tables that it brought. Granting takes the owner's rights.
GRANT_WRITER = """
CREATE FUNCTION yipanqi_grant_writer(grantee name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part record;
BEGIN
    FOR part IN SELECT nspname AS name FROM pg_namespace WHERE nspname IN ('public', 'pgqueuer') LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', part.name, grantee);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', part.name, grantee);
        EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', part.name, grantee);
        EXECUTE format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA %I TO %I', part.name, grantee);
    END LOOP;
    FOR part IN
        SELECT c.oid::regclass AS name,
               c.oid NOT IN ('public.journal'::regclass, 'public.leg'::regclass) AS may_insert,
               coalesce(bit_or(t.tgtype::integer) & 16, 0) = 0 AS may_update,
               coalesce(bit_or(t.tgtype::integer) & 8, 0) = 0 AS may_delete
        FROM pg_class AS c
        LEFT JOIN pg_trigger AS t
            ON t.tgrelid = c.oid AND t.tgfoid = 'public.yipanqi_refuse_change()'::regprocedure AND t.tgattr = ''
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relname NOT LIKE 'alembic_version%'
            AND c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'pgqueuer'))
        GROUP BY c.oid
    LOOP
        EXECUTE format('GRANT SELECT ON %s TO %I', part.name, grantee);
        IF part.may_insert THEN
            EXECUTE format('GRANT INSERT ON %s TO %I', part.name, grantee);
        END IF;
        IF part.may_update THEN
            EXECUTE format('GRANT UPDATE ON %s TO %I', part.name, grantee);
        END IF;
        IF part.may_delete THEN
            EXECUTE format('GRANT DELETE ON %s TO %I', part.name, grantee);
        END IF;
    END LOOP;
END
$$
"""

# Whoever reads the books from outside the program sees the books: no leads, no firms, no receipts, no papers' text.
GRANT_READER = """
CREATE FUNCTION yipanqi_grant_reader(grantee name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part record;
BEGIN
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA public FROM %I', grantee);
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', grantee);
    EXECUTE format('GRANT SELECT (city, code, name, kind) ON public.region TO %I', grantee);
    EXECUTE format(
        'GRANT SELECT ON public.period, public.year_close, public.calc_run, public.ledger_account, public.journal,'
        ' public.leg TO %I',
        grantee
    );
    FOR part IN
        SELECT p.oid::regprocedure AS name FROM pg_proc AS p
        WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC, %I', part.name, grantee);
    END LOOP;
END
$$
"""
GRANTS = (("yipanqi_grant_writer", GRANT_WRITER), ("yipanqi_grant_reader", GRANT_READER))


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Give a closed list its members anew."""
    name = f"ck_{table}_{column}"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    _check(table, name, f"{column} IN ({_list(words)})")


def _check(table: str, name: str, condition: str) -> None:
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"
    )


def _written_before() -> ModuleType:
    """The revision that wrote the functions that are replaced here."""
    return importlib.import_module("migrations.versions.0011_ledger_posting")


def upgrade() -> None:
    for table in ("ledger_account", "leg"):
        _allow(table, "unit", UNITS)
    _allow("ledger_account", "kind", ACCOUNTS)
    _allow("journal", "kind", JOURNALS)
    op.execute("-- squawk-ignore ban-drop-not-null\nALTER TABLE journal ALTER COLUMN agreement DROP NOT NULL")
    for table, name, condition in ADDED:
        _check(table, name, condition)
    op.execute(REVERSAL_ENTERED)
    op.execute(JOURNALS_ENTERED)
    op.execute(LEGS_ENTERED)
    for table, name, _rest in HELD_BY_TRIGGERS:
        op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(
        "CREATE TRIGGER agreement_keeps_key BEFORE UPDATE OF city, id ON agreement"
        " FOR EACH ROW EXECUTE FUNCTION yipanqi_refuse_change()"
    )
    op.execute("ALTER TABLE agreement ENABLE ALWAYS TRIGGER agreement_keeps_key")
    # Balances are sums over all legs, and a book reads the legs of its months: neither goes by account.
    op.execute("-- squawk-ignore require-concurrent-index-deletion\nDROP INDEX ix_leg_account")
    op.execute(
        f"-- squawk-ignore ban-drop-function\nDROP FUNCTION post_batch({_written_before().POST_BATCH_ARGUMENTS})"
    )
    op.execute(POST_BATCH)
    op.execute(f"REVOKE EXECUTE ON FUNCTION post_batch({POST_BATCH_ARGUMENTS}) FROM PUBLIC")
    for _name, body in GRANTS:
        op.execute(body)


def downgrade() -> None:
    before = _written_before()
    for name, _body in GRANTS:
        op.execute(f"DROP FUNCTION {name}(name)")
    op.execute(f"DROP FUNCTION post_batch({POST_BATCH_ARGUMENTS})")
    op.execute(before.POST_BATCH)
    op.execute("CREATE INDEX ix_leg_account ON leg (city, account)")
    op.execute("DROP TRIGGER agreement_keeps_key ON agreement")
    for table, name, rest in HELD_BY_TRIGGERS:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {rest}")
    for body in (before.JOURNALS_ENTERED, before.LEGS_ENTERED):
        op.execute(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))
    op.execute("DROP FUNCTION ledger_reversal_entered(text, uuid, uuid, uuid)")
    for table, name, _condition in reversed(ADDED):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute("ALTER TABLE journal ALTER COLUMN agreement SET NOT NULL")
    _allow("journal", "kind", OLD["journal"])
    _allow("ledger_account", "kind", OLD["account"])
    for table in ("ledger_account", "leg"):
        _allow(table, "unit", OLD["unit"])
