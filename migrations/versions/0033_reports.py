"""Reports and their frozen figures."""

from alembic import op

revision = "0033_reports"
down_revision = "0032_funds"
branch_labels = None
depends_on = None

TABLES = ("report_request", "report_frozen", "report_rows", "quota_award", "quota_award_line")
APPEND_ONLY = frozenset({"report_request", "report_frozen", "report_rows", "quota_award_line"})

# A period is frozen once, and none before one that is: what changes in it is a correction of a later one.
FROZEN_IN_ORDER = """
CREATE FUNCTION report_frozen_in_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM report_frozen AS f
               WHERE f.city = NEW.city AND f.kind = NEW.kind AND f.last_on >= NEW.last_on) THEN
        RAISE EXCEPTION 'a report of this or a later % is frozen', NEW.kind
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'report_frozen_in_order';
    END IF;
    RETURN NEW;
END
$$
"""

# Rows come with their report: once it has as many sets as it says, nothing is added to it.
ROWS_COMPLETE = """
CREATE FUNCTION report_rows_complete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said integer;
    kept bigint;
BEGIN
    SELECT f.row_sets INTO said FROM report_frozen AS f
    WHERE f.city = NEW.city AND f.id = NEW.report FOR UPDATE;
    SELECT count(*) INTO kept FROM report_rows AS r WHERE r.city = NEW.city AND r.report = NEW.report;
    IF kept >= said THEN
        RAISE EXCEPTION 'the rows of a frozen report are complete'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'report_rows_complete';
    END IF;
    RETURN NEW;
END
$$
"""

# Of an award only state, revision and who confirmed it move, and not after the end; lines come with it.
AWARD_CONTENT = """
CREATE FUNCTION quota_award_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'drawn_up' THEN
            RAISE EXCEPTION 'an award begins as drawn up'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quota_award_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - 'state' - 'revision' - 'confirmed_by' - 'confirmed_name' - 'confirmed_on'
        IS DISTINCT FROM
        to_jsonb(NEW) - 'state' - 'revision' - 'confirmed_by' - 'confirmed_name' - 'confirmed_on'
        OR OLD.state <> 'drawn_up'
    THEN
        RAISE EXCEPTION 'the content of an award never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quota_award_content';
    END IF;
    RETURN NEW;
END
$$
"""

LINES_DRAWN_UP = """
CREATE FUNCTION quota_award_line_drawn_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM quota_award AS a WHERE a.city = NEW.city AND a.id = NEW.award
                   AND a.state = 'drawn_up') THEN
        RAISE EXCEPTION 'an award that is confirmed or withdrawn gets no more lines'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'quota_award_line_drawn_up';
    END IF;
    RETURN NEW;
END
$$
"""

GUARDS = (
    ("report_frozen", "report_frozen_in_order", "INSERT", FROZEN_IN_ORDER),
    ("report_rows", "report_rows_complete", "INSERT", ROWS_COMPLETE),
    ("quota_award", "quota_award_content", "INSERT OR UPDATE", AWARD_CONTENT),
    ("quota_award_line", "quota_award_line_drawn_up", "INSERT", LINES_DRAWN_UP),
)


def _guard(table: str, name: str, rest: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {rest}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _guards() -> None:
    for table in TABLES:
        event = "UPDATE OR DELETE" if table in APPEND_ONLY else "DELETE"
        for name, when, each in (("append_only", event, "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
            _guard(
                table,
                f"{table}_{name}",
                f"BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()",
            )
    for table, name, when, body in GUARDS:
        op.execute(body)
        _guard(table, name, f"BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(
        """
        CREATE TABLE report_request (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            period TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_report_request PRIMARY KEY (city, id),
            CONSTRAINT uq_report_request_city_id_period_sha256_by UNIQUE (city, id, period, sha256, by),
            CONSTRAINT fk_report_request_city FOREIGN KEY (city) REFERENCES city (city),
            CONSTRAINT ck_report_request_period_form CHECK (period ~ '^20[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?$'),
            CONSTRAINT ck_report_request_sha256_form CHECK (sha256 ~ '^[0-9a-f]{64}$')
        )
        """
    )
    op.execute("CREATE INDEX ix_report_request_period ON report_request (city, period, id)")
    op.execute(
        """
        CREATE TABLE report_frozen (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            period TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            last_on DATE NOT NULL,
            request UUID NOT NULL,
            asked_by UUID NOT NULL,
            sha256 TEXT NOT NULL,
            row_sets INTEGER NOT NULL,
            body JSONB NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_report_frozen PRIMARY KEY (city, id),
            CONSTRAINT uq_report_frozen_city_period UNIQUE (city, period),
            CONSTRAINT fk_report_frozen_city_request_period_sha256_asked_by
                FOREIGN KEY (city, request, period, sha256, asked_by)
                REFERENCES report_request (city, id, period, sha256, by),
            CONSTRAINT ck_report_frozen_two_people CHECK (by <> asked_by),
            CONSTRAINT ck_report_frozen_period_over CHECK (on_date > last_on),
            CONSTRAINT ck_report_frozen_row_sets CHECK (row_sets >= 1),
            CONSTRAINT ck_report_frozen_kind CHECK (kind IN ('month', 'quarter', 'year'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE report_rows (
            city TEXT NOT NULL,
            report UUID NOT NULL,
            name TEXT NOT NULL,
            refs TEXT[] NOT NULL,
            regions TEXT[] NOT NULL,
            amounts BIGINT[] NOT NULL,
            CONSTRAINT pk_report_rows PRIMARY KEY (city, report, name),
            CONSTRAINT fk_report_rows_city_report FOREIGN KEY (city, report) REFERENCES report_frozen (city, id),
            CONSTRAINT ck_report_rows_as_long
                CHECK (cardinality(refs) = cardinality(regions) AND cardinality(refs) = cardinality(amounts))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE quota_award (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            year INTEGER NOT NULL,
            report UUID NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            confirmed_by UUID,
            confirmed_name TEXT NOT NULL,
            confirmed_on DATE,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_quota_award PRIMARY KEY (city, id),
            CONSTRAINT fk_quota_award_city_report FOREIGN KEY (city, report) REFERENCES report_frozen (city, id),
            CONSTRAINT ck_quota_award_two_people CHECK (confirmed_by <> made_by),
            CONSTRAINT ck_quota_award_confirmed
                CHECK ((state = 'confirmed') = (confirmed_by IS NOT NULL AND confirmed_on IS NOT NULL)),
            CONSTRAINT ck_quota_award_year CHECK (year BETWEEN 2000 AND 2100),
            CONSTRAINT ck_quota_award_state CHECK (state IN ('drawn_up', 'confirmed', 'withdrawn'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_quota_award_live ON quota_award (city, year) WHERE state <> 'withdrawn'"
    )
    op.execute(
        """
        CREATE TABLE quota_award_line (
            city TEXT NOT NULL,
            award UUID NOT NULL,
            region TEXT NOT NULL,
            place INTEGER NOT NULL,
            mu BIGINT NOT NULL CONSTRAINT ck_quota_award_line_mu_range CHECK (mu >= 0 AND mu < 9007199254740992),
            CONSTRAINT pk_quota_award_line PRIMARY KEY (city, award, region),
            CONSTRAINT fk_quota_award_line_city_award FOREIGN KEY (city, award) REFERENCES quota_award (city, id),
            CONSTRAINT fk_quota_award_line_city_region FOREIGN KEY (city, region) REFERENCES region (city, code),
            CONSTRAINT ck_quota_award_line_place CHECK (place >= 1),
            CONSTRAINT ck_quota_award_line_something CHECK (mu > 0)
        )
        """
    )
    _guards()


def downgrade() -> None:
    """Take tables and guards back."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for _table, name, _when, _body in GUARDS:
        op.execute(f"DROP FUNCTION {name}()")
