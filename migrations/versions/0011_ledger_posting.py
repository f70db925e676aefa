"""One way into the journal, `post_batch`, and guards that look at all rows of a statement at once.

A trigger that fires for each leg costs more than the leg, and so does a foreign key. The new guards fire once a
statement: `post_batch` writes journals and their legs in one statement, at whose end both are seen together. They
hold what three foreign keys held (a leg's journal, a leg's account, a journal's period); what those refer to is
never deleted. What is dropped here was the database's own: no client calls the old functions.
"""

import importlib

from alembic import op

revision = "0011_ledger_posting"
down_revision = "0010_matching_questions"
branch_labels = None
depends_on = None

# A posting reads its periods' rows FOR SHARE. An advisory lock would not do: a writer with an older snapshot would
# still see the period open; the row lock makes it wait, and then fail.
JOURNALS_ENTERED = """
CREATE FUNCTION ledger_journals_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
    standing text;
    missing text;
BEGIN
    FOR asked IN SELECT DISTINCT e.city, e.period FROM entered AS e ORDER BY e.city, e.period LOOP
        SELECT p.state INTO standing FROM period AS p WHERE p.city = asked.city AND p.code = asked.period FOR SHARE;
        IF standing IS DISTINCT FROM 'open' THEN
            RAISE EXCEPTION 'period % is not open', asked.period
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_period_open', DETAIL = asked.period;
        END IF;
    END LOOP;
    IF EXISTS (
        SELECT FROM entered AS e JOIN journal AS j ON j.city = e.city AND j.id = e.reverses
        WHERE j.kind = 'reversal'
    ) THEN
        RAISE EXCEPTION 'a reversal is never reversed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_no_second_reversal';
    END IF;
    SELECT e.key INTO missing FROM entered AS e
    WHERE NOT EXISTS (SELECT FROM leg AS l WHERE l.city = e.city AND l.journal = e.id)
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % has no legs; it comes in one statement with them', missing
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_has_legs';
    END IF;
    IF EXISTS (
        SELECT FROM entered AS e
        JOIN leg AS l ON l.city = e.city AND l.journal IN (e.id, e.reverses)
        WHERE e.reverses IS NOT NULL
        GROUP BY e.city, e.id, l.account HAVING sum(l.amount_fen) <> 0
    ) THEN
        RAISE EXCEPTION 'a reversal takes back exactly what was booked'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_exact_reversal';
    END IF;
    RETURN NULL;
END
$$
"""

# Legs balance for each county and unit, not only overall: each county's book stands alone.
LEGS_ENTERED = """
CREATE FUNCTION ledger_legs_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lame record;
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT e.city, e.journal FROM entered AS e) AS l
        LEFT JOIN journal AS j ON j.city = l.city AND j.id = l.journal
        WHERE j.xact IS DISTINCT FROM pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'legs are written with their journal'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'leg_same_transaction';
    END IF;
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT e.city, e.account, e.county, e.unit FROM entered AS e) AS l
        LEFT JOIN ledger_account AS a
            ON a.city = l.city AND a.id = l.account AND a.county = l.county AND a.unit = l.unit
        WHERE a.id IS NULL
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

# Entries are columns, one place an entry; legs are columns of their own that name
# the place of their entry and of their account, for numbers travel faster than ids.
# Idempotency comes first: what was posted before is not looked at again, its period may have closed since. Where
# another transaction posts the same key meanwhile, its row decides, and the rest is tried once more.
POST_BATCH = """
CREATE FUNCTION post_batch(
    in_city text, in_by uuid, ids uuid[], keys text[], hashes text[], kinds text[], periods text[],
    agreements uuid[], runs uuid[], reversed uuid[], notes text[],
    leg_places integer[], leg_seqs integer[], accounts uuid[], leg_accounts integer[], leg_counties text[],
    leg_units text[], leg_amounts bigint[]
) RETURNS text[]
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    fresh uuid[] := ids;
    tried integer;
    outcomes text[];
BEGIN
    LOOP
        BEGIN
            tried := cardinality(fresh);
            WITH made AS (
                INSERT INTO journal (city, id, key, sha256, kind, period, agreement, run, reverses, note, by)
                SELECT in_city, u.id, u.key, u.sha256, u.kind, u.period, u.agreement, u.run, u.reverses, u.note, in_by
                FROM unnest(ids, keys, hashes, kinds, periods, agreements, runs, reversed, notes)
                    AS u (id, key, sha256, kind, period, agreement, run, reverses, note)
                WHERE tried = cardinality(ids) OR u.id = ANY (fresh)
            )
            INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen)
            SELECT in_city, ids[u.place], u.seq, accounts[u.account], u.county, u.unit, u.amount
            FROM unnest(leg_places, leg_seqs, leg_accounts, leg_counties, leg_units, leg_amounts)
                AS u (place, seq, account, county, unit, amount)
            WHERE tried = cardinality(ids) OR ids[u.place] = ANY (fresh);
            EXIT;
        EXCEPTION WHEN unique_violation THEN
            SELECT coalesce(array_agg(g.id), '{}') INTO fresh
            FROM (
                SELECT DISTINCT ON (u.key) u.id FROM unnest(ids, keys) WITH ORDINALITY AS u (id, key, place)
                WHERE u.key <> ALL (
                    ARRAY(SELECT j.key FROM journal AS j WHERE j.city = in_city AND j.key = ANY (keys))
                )
                ORDER BY u.key, u.place
            ) AS g;
            IF cardinality(fresh) = tried THEN
                RAISE;
            END IF;
        END;
    END LOOP;
    IF tried = cardinality(ids) THEN
        RETURN array_fill('created'::text, ARRAY[tried]);
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

FUNCTIONS = (
    ("ledger_journals_entered()", JOURNALS_ENTERED),
    ("ledger_legs_entered()", LEGS_ENTERED),
)
POST_BATCH_ARGUMENTS = (
    "text, uuid, uuid[], text[], text[], text[], text[], uuid[], uuid[], uuid[], text[],"
    " integer[], integer[], uuid[], integer[], text[], text[], bigint[]"
)
OLD_TRIGGERS = (
    ("journal", "journal_entry"),
    ("leg", "leg_entry"),
    ("journal", "journal_balanced"),
    ("leg", "leg_balanced"),
)
OLD_FUNCTIONS = ("ledger_journal_entry", "ledger_leg_entry", "ledger_balanced")


HELD_BY_TRIGGERS = (
    ("leg", "fk_leg_city_journal", "(city, journal) REFERENCES journal (city, id)"),
    (
        "leg",
        "fk_leg_city_account_county_unit",
        "(city, account, county, unit) REFERENCES ledger_account (city, id, county, unit)",
    ),
    ("journal", "fk_journal_city_period", "(city, period) REFERENCES period (city, code)"),
)


def upgrade() -> None:
    for table, trigger in OLD_TRIGGERS:
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
    for name in OLD_FUNCTIONS:
        op.execute(f"-- squawk-ignore ban-drop-function\nDROP FUNCTION {name}()")
    for table, name, _rest in HELD_BY_TRIGGERS:
        op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nALTER TABLE journal DROP CONSTRAINT uq_journal_city_reverses"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_journal_city_reverses ON journal (city, reverses) WHERE reverses IS NOT NULL"
    )
    op.execute("ALTER TABLE journal ALTER COLUMN xact SET DEFAULT pg_current_xact_id()::text::bigint")
    for _name, body in FUNCTIONS:
        op.execute(body)
    op.execute(POST_BATCH)
    for table in ("journal", "leg"):
        op.execute(
            f"CREATE TRIGGER {table}s_entered AFTER INSERT ON {table} REFERENCING NEW TABLE AS entered"
            f" FOR EACH STATEMENT EXECUTE FUNCTION ledger_{table}s_entered()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}s_entered")
    for name, event, each in (
        ("append_only", "UPDATE OR DELETE", "ROW"),
        ("no_truncate", "TRUNCATE", "STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER ledger_account_{name} BEFORE {event} ON ledger_account"
            f" FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(f"ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_{name}")


def downgrade() -> None:
    for name in ("append_only", "no_truncate"):
        op.execute(f"DROP TRIGGER ledger_account_{name} ON ledger_account")
    for table in ("journal", "leg"):
        op.execute(f"DROP TRIGGER {table}s_entered ON {table}")
    op.execute(f"DROP FUNCTION post_batch({POST_BATCH_ARGUMENTS})")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    op.execute("ALTER TABLE journal ALTER COLUMN xact SET DEFAULT 0")
    op.execute("DROP INDEX uq_journal_city_reverses")
    op.execute("ALTER TABLE journal ADD CONSTRAINT uq_journal_city_reverses UNIQUE (city, reverses)")
    for table, name, rest in HELD_BY_TRIGGERS:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {rest}")
    _old_guards()


def _old_guards() -> None:
    """Put back the guards as the ledger's first migration wrote them."""
    ledger = importlib.import_module("migrations.versions.0007_ledger")
    for body in (ledger.JOURNAL_ENTRY, ledger.LEG_ENTRY, ledger.BALANCED):
        op.execute(body)
    for table in ("journal", "leg"):
        op.execute(
            f"CREATE TRIGGER {table}_entry BEFORE INSERT ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION ledger_{table}_entry()"
        )
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_balanced AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION ledger_balanced()"
        )
        for name in ("entry", "balanced"):
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")
