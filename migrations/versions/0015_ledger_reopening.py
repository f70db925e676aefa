"""Reopening a closed year by two people, adjustment sheets, and the level table's own history.

A month's row stays closed for good: what a reopened year still needs is booked in an open month and names its own.
"""

import importlib

from alembic import op

revision = "0015_ledger_reopening"
down_revision = "0014_reconciliation"
branch_labels = None
depends_on = None

ACTIONS_BEFORE = [
    "compute",
    "prepare",
    "check",
    "review",
    "approve",
    "confirm",
    "object",
    "uphold",
    "reissue",
    "supersede",
    "close",
]

# A year's row is held: of two requests, or of a request and a close, one waits and sees what the other did.
# Years are reopened from the newest back and closed again from the oldest on, so that no year stays closed upon one
# that may still change.
REOPENING = """
CREATE FUNCTION ledger_reopening() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    standing text;
BEGIN
    SELECT c.state INTO standing FROM year_close AS c WHERE c.city = NEW.city AND c.year = NEW.year FOR UPDATE;
    IF standing IS DISTINCT FROM 'closed' THEN
        RAISE EXCEPTION 'year % is not closed', NEW.year
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reopening_closed_year';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'requested' THEN
            RAISE EXCEPTION 'a reopening begins with a request'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reopening_steps';
        END IF;
    ELSIF
        ROW (OLD.city, OLD.id, OLD.year, OLD.reason, OLD.words, OLD.document_no, OLD.requested_by, OLD.requested_on)
            IS DISTINCT FROM
        ROW (NEW.city, NEW.id, NEW.year, NEW.reason, NEW.words, NEW.document_no, NEW.requested_by, NEW.requested_on)
        OR OLD.decided_by IS NOT NULL AND OLD.decided_by IS DISTINCT FROM NEW.decided_by
        OR OLD.state IN ('refused', 'closed')
        OR (OLD.state, NEW.state) NOT IN (
            ('requested', 'open'), ('requested', 'refused'), ('open', 'closing'), ('closing', 'closing'),
            ('closing', 'closed')
        )
    THEN
        RAISE EXCEPTION 'a reopening that is % does not become %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reopening_steps';
    END IF;
    IF NEW.state IN ('requested', 'open') AND EXISTS (
        SELECT FROM year_close AS c WHERE c.city = NEW.city AND c.year > NEW.year AND c.state = 'closed' AND NOT EXISTS (
            SELECT FROM year_reopening AS r
            WHERE r.city = c.city AND r.year = c.year AND r.state IN ('open', 'closing')
        )
    ) THEN
        RAISE EXCEPTION 'a later year than % is closed', NEW.year
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reopening_order';
    END IF;
    IF NEW.state = 'closed' AND EXISTS (
        SELECT FROM year_reopening AS r
        WHERE r.city = NEW.city AND r.year < NEW.year AND r.state IN ('open', 'closing')
    ) THEN
        RAISE EXCEPTION 'an earlier year than % is reopened', NEW.year
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reopening_order';
    END IF;
    RETURN NEW;
END
$$
"""

YEAR_CLOSE = """
CREATE FUNCTION ledger_year_close() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'closed' THEN
        RAISE EXCEPTION 'the close of year % stays as it is', OLD.year
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'year_close_final';
    END IF;
    IF NEW.state = 'closed' AND EXISTS (
        SELECT FROM year_reopening AS r
        WHERE r.city = NEW.city AND r.year < NEW.year AND r.state IN ('open', 'closing')
    ) THEN
        RAISE EXCEPTION 'an earlier year than % is reopened', NEW.year
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'year_close_order';
    END IF;
    RETURN NEW;
END
$$
"""

# A closed year's paper has a next version only while the year is reopened.
STATEMENT_VERSION = """
CREATE FUNCTION ledger_statement_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.kind = 'year' AND EXISTS (
        SELECT FROM year_close AS c WHERE c.city = NEW.city AND c.year::text = NEW.period AND c.state = 'closed'
    ) AND NOT EXISTS (
        SELECT FROM year_reopening AS r
        WHERE r.city = NEW.city AND r.year::text = NEW.period AND r.state IN ('open', 'closing')
    ) THEN
        RAISE EXCEPTION 'year % is closed and not reopened', NEW.period
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_year_reopened';
    END IF;
    RETURN NEW;
END
$$
"""

SHEET = """
CREATE FUNCTION ledger_adjustment_sheet() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'made' THEN
            RAISE EXCEPTION 'an adjustment sheet is made before it is decided'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'adjustment_sheet_steps';
        END IF;
    ELSIF OLD.state <> 'made' OR NEW.state = 'made' OR
        to_jsonb(OLD) - 'state' - 'revision' - 'known' - 'decided_by' - 'decided_name' - 'decided_on' - 'decision'
        IS DISTINCT FROM
        to_jsonb(NEW) - 'state' - 'revision' - 'known' - 'decided_by' - 'decided_name' - 'decided_on' - 'decision'
    THEN
        RAISE EXCEPTION 'an adjustment sheet is decided once, as it was made'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'adjustment_sheet_steps';
    END IF;
    RETURN NEW;
END
$$
"""

# The level table takes no known number of its own: a change counts from the next number on. The clock's row is held,
# so that no calculation takes that number before the change is there.
LEVELS = """
CREATE FUNCTION ledger_level_share_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    changed level_share;
    so_far bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        changed := OLD;
    ELSE
        changed := NEW;
    END IF;
    INSERT INTO known_clock (city, value) VALUES (changed.city, 0) ON CONFLICT DO NOTHING;
    SELECT k.value INTO so_far FROM known_clock AS k WHERE k.city = changed.city FOR UPDATE;
    INSERT INTO level_share_version
        (city, treasury, tax, effective_from, revision, after_known, removed, central_bp, province_bp, city_bp, county_bp)
    SELECT changed.city, changed.treasury, changed.tax, changed.effective_from, coalesce(max(v.revision), 0) + 1, so_far,
        TG_OP = 'DELETE', changed.central_bp, changed.province_bp, changed.city_bp, changed.county_bp
    FROM level_share_version AS v
    WHERE v.city = changed.city AND v.treasury = changed.treasury AND v.tax = changed.tax
        AND v.effective_from = changed.effective_from;
    RETURN NULL;
END
$$
"""

# A closed statement's state stays while the step of its year's reopening is counted.
CLOSED_STAYS = "OLD.state = 'closed' AND NEW.state <> 'superseded'"
CLOSED_COUNTS = "OLD.state = 'closed' AND NEW.state NOT IN ('closed', 'superseded')"

FUNCTIONS = (
    ("ledger_reopening", REOPENING),
    ("ledger_year_close", YEAR_CLOSE),
    ("ledger_statement_version", STATEMENT_VERSION),
    ("ledger_adjustment_sheet", SHEET),
    ("ledger_level_share_history", LEVELS),
)
TABLES = ("year_reopening", "adjustment_sheet", "level_share_version")
KEPT = ("year_reopening", "adjustment_sheet", "year_close")
GUARDS = (
    ("year_reopening", "year_reopening_steps", "BEFORE INSERT OR UPDATE", "ROW", "ledger_reopening"),
    ("year_close", "year_close_order", "BEFORE INSERT OR UPDATE", "ROW", "ledger_year_close"),
    ("statement", "statement_version", "BEFORE INSERT", "ROW", "ledger_statement_version"),
    (
        "adjustment_sheet",
        "adjustment_sheet_steps",
        "BEFORE INSERT OR UPDATE",
        "ROW",
        "ledger_adjustment_sheet",
    ),
    (
        "level_share",
        "level_share_history",
        "AFTER INSERT OR UPDATE OR DELETE",
        "ROW",
        "ledger_level_share_history",
    ),
    *((table, f"{table}_no_delete", "BEFORE DELETE", "ROW", "yipanqi_refuse_change") for table in KEPT),
    *(
        (table, f"{table}_no_truncate", "BEFORE TRUNCATE", "STATEMENT", "yipanqi_refuse_change")
        for table in KEPT
    ),
    (
        "level_share_version",
        "level_share_version_append_only",
        "BEFORE UPDATE OR DELETE",
        "ROW",
        "yipanqi_refuse_change",
    ),
    (
        "level_share_version",
        "level_share_version_no_truncate",
        "BEFORE TRUNCATE",
        "STATEMENT",
        "yipanqi_refuse_change",
    ),
)


def _actions(names: list[str]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE statement_event DROP CONSTRAINT ck_statement_event_action"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE statement_event ADD CONSTRAINT ck_statement_event_action CHECK (action IN ({listed}))"
    )


def _statement_content(closed: str) -> None:
    """Write the guard of a statement's content anew, with another rule for what is closed."""
    body = importlib.import_module("migrations.versions.0007_ledger").STATEMENT_CONTENT
    op.execute(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(CLOSED_STAYS, closed))


def upgrade() -> None:
    _actions([*ACTIONS_BEFORE, "reopen"])
    op.execute(
        """
        CREATE TABLE year_reopening (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            year INTEGER NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            reason VARCHAR(40) NOT NULL,
            words TEXT NOT NULL,
            document_no TEXT NOT NULL,
            requested_by UUID NOT NULL,
            requested_name TEXT NOT NULL,
            requested_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            decided_by UUID,
            decided_name TEXT,
            decided_on DATE,
            decision TEXT,
            close_asked_by UUID,
            close_asked_name TEXT,
            closed_by UUID,
            closed_name TEXT,
            closed_on DATE,
            facts JSONB NOT NULL,
            CONSTRAINT pk_year_reopening PRIMARY KEY (city, id),
            CONSTRAINT fk_year_reopening_city_year FOREIGN KEY(city, year) REFERENCES year_close (city, year),
            CONSTRAINT ck_year_reopening_two_people CHECK (decided_by IS NULL OR decided_by <> requested_by),
            CONSTRAINT ck_year_reopening_decided_when_not_requested CHECK ((state = 'requested') = (decided_by IS NULL)),
            CONSTRAINT ck_year_reopening_close_two_people CHECK (closed_by IS NULL OR closed_by <> close_asked_by),
            CONSTRAINT ck_year_reopening_closed_when_closed CHECK ((state = 'closed') = (closed_by IS NOT NULL)),
            CONSTRAINT ck_year_reopening_asked_when_closing CHECK ((state IN ('closing', 'closed')) = (close_asked_by IS NOT NULL)),
            CONSTRAINT ck_year_reopening_state CHECK (state IN ('requested', 'open', 'closing', 'closed', 'refused')),
            CONSTRAINT ck_year_reopening_reason CHECK (reason IN ('receipts', 'agreement', 'incentive', 'audit', 'ruling', 'mistake'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_year_reopening_live ON year_reopening (city, year)"
        " WHERE state IN ('requested', 'open', 'closing')"
    )
    op.execute(
        """
        CREATE TABLE adjustment_sheet (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            number TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            basis_known BIGINT NOT NULL,
            known BIGINT,
            body JSONB NOT NULL,
            body_sha256 TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            decided_by UUID,
            decided_name TEXT,
            decided_on DATE,
            decision TEXT,
            CONSTRAINT pk_adjustment_sheet PRIMARY KEY (city, id),
            CONSTRAINT uq_adjustment_sheet_city_number UNIQUE (city, number),
            CONSTRAINT uq_adjustment_sheet_city_basis_known UNIQUE (city, basis_known),
            CONSTRAINT ck_adjustment_sheet_two_people CHECK (decided_by IS NULL OR decided_by <> made_by),
            CONSTRAINT ck_adjustment_sheet_decided_when_not_made CHECK ((state = 'made') = (decided_by IS NULL)),
            CONSTRAINT ck_adjustment_sheet_known_when_approved CHECK ((state = 'approved') = (known IS NOT NULL)),
            CONSTRAINT ck_adjustment_sheet_known_after_basis CHECK (known > basis_known),
            CONSTRAINT ck_adjustment_sheet_state CHECK (state IN ('made', 'approved', 'rejected'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE level_share_version (
            city TEXT NOT NULL,
            treasury TEXT NOT NULL,
            tax TEXT NOT NULL,
            effective_from DATE NOT NULL,
            revision INTEGER NOT NULL,
            after_known BIGINT NOT NULL,
            removed BOOLEAN NOT NULL,
            central_bp BIGINT NOT NULL,
            province_bp BIGINT NOT NULL,
            city_bp BIGINT NOT NULL,
            county_bp BIGINT NOT NULL,
            CONSTRAINT pk_level_share_version PRIMARY KEY (city, treasury, tax, effective_from, revision)
        )
        """
    )
    # What stands today was known from the beginning: nothing older is on record.
    op.execute(
        "INSERT INTO level_share_version (city, treasury, tax, effective_from, revision, after_known, removed,"
        " central_bp, province_bp, city_bp, county_bp)"
        " SELECT city, treasury, tax, effective_from, 1, 0, false, central_bp, province_bp, city_bp, county_bp"
        " FROM level_share"
    )
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table, name, when, each, function in GUARDS:
        op.execute(f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    _statement_content(CLOSED_COUNTS)


def downgrade() -> None:
    _statement_content(CLOSED_STAYS)
    for table, name, *_rest in GUARDS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    _actions(ACTIONS_BEFORE)
