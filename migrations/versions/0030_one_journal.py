"""One journal without the arrays of a batch, and a guard of journals that asks once what it asked one by one.

A settlement, a payment or a reversal is one journal a transaction, and then what a statement costs to begin weighs
more than what it does. `post_batch` takes one journal as plain values too, under the same name: it stays the only way
into the journal. The journals' guard holds what it held, in two questions instead of five; that of the legs stays as it
is, since it asks once for each account and not for each leg, which is what a batch lives by.
"""

import importlib

from alembic import op

revision = "0030_one_journal"
down_revision = "0029_capacity"
branch_labels = None
depends_on = None

# Where all journals of a statement lie in one period, as nearly always, that period is read without a loop. As before
# rows are looked up one by one, by their key: scalar subqueries are never made into joins.
JOURNALS_ENTERED = """
CREATE OR REPLACE FUNCTION ledger_journals_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    met record;
    asked record;
    standing text;
BEGIN
    SELECT min(e.city) AS city, min(e.period) AS period,
           min(e.city) = max(e.city) AND min(e.period) = max(e.period) AS in_one,
           bool_or(e.agreement IS NOT NULL AND (
               SELECT a.id FROM agreement AS a WHERE a.city = e.city AND a.id = e.agreement
           ) IS NULL) AS without_agreement,
           min(e.key) FILTER (WHERE (
               SELECT l.seq FROM leg AS l WHERE l.city = e.city AND l.journal = e.id LIMIT 1
           ) IS NULL) AS without_legs,
           bool_or(e.run IS NOT NULL AND (
               SELECT r.id FROM calc_run AS r WHERE r.city = e.city AND r.id = e.run
           ) IS NULL) AS without_run,
           bool_or(e.reverses IS NOT NULL) AS with_reversals
    INTO met FROM entered AS e;
    IF met.in_one THEN
        SELECT p.state INTO standing FROM period AS p WHERE p.city = met.city AND p.code = met.period FOR SHARE;
        IF standing IS DISTINCT FROM 'open' THEN
            RAISE EXCEPTION 'period % is not open', met.period
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_period_open', DETAIL = met.period;
        END IF;
    ELSE
        FOR asked IN SELECT DISTINCT e.city, e.period FROM entered AS e ORDER BY e.city, e.period LOOP
            SELECT p.state INTO standing FROM period AS p
            WHERE p.city = asked.city AND p.code = asked.period FOR SHARE;
            IF standing IS DISTINCT FROM 'open' THEN
                RAISE EXCEPTION 'period % is not open', asked.period
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_period_open', DETAIL = asked.period;
            END IF;
        END LOOP;
    END IF;
    IF met.without_agreement THEN
        RAISE EXCEPTION 'a journal names an agreement of its own city'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'journal_agreement';
    END IF;
    IF met.without_legs IS NOT NULL THEN
        RAISE EXCEPTION 'journal % has no legs; it comes in one statement with them', met.without_legs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_has_legs';
    END IF;
    IF met.without_run THEN
        RAISE EXCEPTION 'a journal names a run of its own city'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'journal_run';
    END IF;
    IF met.with_reversals THEN
        PERFORM ledger_reversal_entered(e.city, e.id, e.agreement, e.reverses)
        FROM entered AS e WHERE e.reverses IS NOT NULL;
    END IF;
    RETURN NULL;
END
$$
"""

# A leg takes county and unit from its account; one that names no account of the city is refused by the columns.
POST_ONE = """
CREATE FUNCTION post_batch(
    in_city text, in_by uuid, in_id uuid, in_key text, in_sha256 text, in_kind text, in_period text,
    in_agreement uuid, in_run uuid, in_reverses uuid, in_note text, accounts uuid[], amounts bigint[]
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    fresh uuid;
BEGIN
    WITH made AS (
        INSERT INTO journal (city, id, key, sha256, kind, period, agreement, run, reverses, note, by)
        VALUES (
            in_city, in_id, in_key, in_sha256, in_kind, in_period, in_agreement, in_run, in_reverses, in_note, in_by
        )
        ON CONFLICT (city, key) DO NOTHING
        RETURNING id
    ), put AS (
        INSERT INTO leg (city, journal, seq, account, county, unit, amount_fen)
        SELECT in_city, m.id, n, accounts[n], a.county, a.unit, amounts[n]
        FROM made AS m CROSS JOIN generate_series(1, cardinality(accounts)) AS n
        LEFT JOIN LATERAL (
            SELECT o.county, o.unit FROM ledger_account AS o
            WHERE o.city = in_city AND o.id = accounts[n] OFFSET 0
        ) AS a ON true
    )
    SELECT m.id INTO fresh FROM made AS m;
    IF fresh IS NOT NULL THEN
        RETURN 'created';
    END IF;
    RETURN (
        SELECT CASE WHEN j.sha256 = in_sha256 THEN 'exists' ELSE 'conflict' END
        FROM journal AS j WHERE j.city = in_city AND j.key = in_key
    );
END
$$
"""
ARGUMENTS = "text, uuid, uuid, text, text, text, text, uuid, uuid, uuid, text, uuid[], bigint[]"


def upgrade() -> None:
    op.execute(JOURNALS_ENTERED)
    op.execute(POST_ONE)
    op.execute(f"REVOKE EXECUTE ON FUNCTION post_batch({ARGUMENTS}) FROM PUBLIC")


def downgrade() -> None:
    op.execute(f"DROP FUNCTION post_batch({ARGUMENTS})")
    before = importlib.import_module("migrations.versions.0012_ledger_units")
    op.execute(before.JOURNALS_ENTERED)
