"""Assessment credit: provisional, confirmed once a year, final from then on."""

from alembic import op

revision = "0019_credit"
down_revision = "0018_evidence_log"
branch_labels = None
depends_on = None

TABLES = ("credit_run", "credit_line", "credit_sheet", "credit_event")
APPEND_ONLY = ("credit_run", "credit_line", "credit_event")

# A line reads its year's sheet FOR SHARE, so that a confirmation under way is waited for.
LINES_ENTERED = """
CREATE FUNCTION credit_lines_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
    standing text;
BEGIN
    FOR asked IN SELECT DISTINCT e.city, left(e.month, 4)::int AS year FROM entered AS e ORDER BY 1, 2 LOOP
        SELECT s.state INTO standing FROM credit_sheet AS s
        WHERE s.city = asked.city AND s.year = asked.year AND s.state <> 'superseded' FOR SHARE;
        IF standing = 'confirmed' THEN
            RAISE EXCEPTION 'the credit of % is confirmed', asked.year
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'credit_line_year_open';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$
"""

# Only state, revision and who confirmed move. A sheet is confirmed once all five bureaus agreed to this content.
SHEET_CONTENT = """
CREATE FUNCTION credit_sheet_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    agreed bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'filed' OR NEW.confirmed_by IS NOT NULL THEN
            RAISE EXCEPTION 'a sheet begins as filed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'credit_sheet_begins';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - 'state' - 'revision' - 'confirmed_by'
        IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'revision' - 'confirmed_by'
    THEN
        RAISE EXCEPTION 'the content of a sheet never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'credit_sheet_content';
    END IF;
    IF OLD.state IN ('confirmed', 'superseded') THEN
        RAISE EXCEPTION 'a sheet that is % stays so', OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'credit_sheet_final';
    END IF;
    IF NEW.state IN ('examined', 'confirmed') THEN
        SELECT count(*) INTO agreed FROM (
            SELECT DISTINCT ON (e.facts->>'bureau') e.facts->'agrees' AS agrees FROM credit_event AS e
            WHERE e.city = NEW.city AND e.sheet = NEW.id AND e.action = 'opine'
                AND e.body_sha256 = NEW.body_sha256
            ORDER BY e.facts->>'bureau', e.seq DESC
        ) AS said WHERE said.agrees = 'true'::jsonb;
        IF agreed <> 5 THEN
            RAISE EXCEPTION 'five bureaus agree before a sheet is confirmed, % do', agreed
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'credit_sheet_examined';
        END IF;
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (("credit_lines_entered", LINES_ENTERED), ("credit_sheet_content", SHEET_CONTENT))


def _guard(table: str, name: str, rest: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {rest}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _guards() -> None:
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in TABLES:
        event = "UPDATE OR DELETE" if table in APPEND_ONLY else "DELETE"
        for name, when, each in (("append_only", event, "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
            _guard(
                table,
                f"{table}_{name}",
                f"BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()",
            )
    _guard(
        "credit_line",
        "credit_lines_entered",
        "AFTER INSERT ON credit_line REFERENCING NEW TABLE AS entered"
        " FOR EACH STATEMENT EXECUTE FUNCTION credit_lines_entered()",
    )
    _guard(
        "credit_sheet",
        "credit_sheet_content",
        "BEFORE INSERT OR UPDATE ON credit_sheet FOR EACH ROW EXECUTE FUNCTION credit_sheet_content()",
    )


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(
        """
        CREATE TABLE credit_run (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            period TEXT NOT NULL,
            known BIGINT NOT NULL,
            input_sha256 TEXT NOT NULL,
            output_sha256 TEXT NOT NULL,
            lines INTEGER NOT NULL,
            by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_credit_run PRIMARY KEY (city, id),
            CONSTRAINT uq_credit_run_city_known UNIQUE (city, known),
            CONSTRAINT fk_credit_run_city_period FOREIGN KEY (city, period) REFERENCES period (city, code)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE credit_line (
            city TEXT NOT NULL,
            run UUID NOT NULL,
            seq INTEGER NOT NULL,
            agreement UUID NOT NULL,
            agreement_version INTEGER NOT NULL,
            origin TEXT NOT NULL,
            host TEXT NOT NULL,
            indicator VARCHAR(40) NOT NULL,
            month TEXT NOT NULL,
            value BIGINT NOT NULL CONSTRAINT ck_credit_line_value_range CHECK (value > -9007199254740992 AND value < 9007199254740992),
            origin_value BIGINT NOT NULL CONSTRAINT ck_credit_line_origin_value_range CHECK (origin_value > -9007199254740992 AND origin_value < 9007199254740992),
            host_value BIGINT NOT NULL CONSTRAINT ck_credit_line_host_value_range CHECK (host_value > -9007199254740992 AND host_value < 9007199254740992),
            CONSTRAINT pk_credit_line PRIMARY KEY (city, run, seq),
            CONSTRAINT fk_credit_line_city_run FOREIGN KEY (city, run) REFERENCES credit_run (city, id),
            CONSTRAINT fk_credit_line_city_agreement FOREIGN KEY (city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT ck_credit_line_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
            CONSTRAINT ck_credit_line_not_nothing CHECK (value <> 0 OR origin_value <> 0 OR host_value <> 0),
            CONSTRAINT ck_credit_line_indicator CHECK (indicator IN ('paid_in'))
        )
        """
    )
    op.execute("CREATE INDEX ix_credit_line_agreement ON credit_line (city, agreement, month)")
    op.execute(
        """
        CREATE TABLE credit_sheet (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            year INTEGER NOT NULL,
            version INTEGER NOT NULL,
            number TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            known BIGINT NOT NULL,
            body JSONB NOT NULL,
            body_sha256 TEXT NOT NULL,
            made_on DATE NOT NULL,
            made_by UUID NOT NULL,
            confirmed_by UUID,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_credit_sheet PRIMARY KEY (city, id),
            CONSTRAINT uq_credit_sheet_city_year_version UNIQUE (city, year, version),
            CONSTRAINT uq_credit_sheet_city_number_version UNIQUE (city, number, version),
            CONSTRAINT ck_credit_sheet_version CHECK (version >= 1),
            CONSTRAINT ck_credit_sheet_confirmed CHECK ((state = 'confirmed') <= (confirmed_by IS NOT NULL)),
            CONSTRAINT ck_credit_sheet_two_people CHECK (confirmed_by IS NULL OR confirmed_by <> made_by),
            CONSTRAINT ck_credit_sheet_state CHECK (state IN ('filed', 'examined', 'confirmed', 'superseded'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_credit_sheet_live ON credit_sheet (city, year) WHERE state <> 'superseded'"
    )
    op.execute(
        """
        CREATE TABLE credit_event (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            sheet UUID NOT NULL,
            seq INTEGER NOT NULL,
            action VARCHAR(40) NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            body_sha256 TEXT NOT NULL,
            facts JSONB NOT NULL,
            CONSTRAINT pk_credit_event PRIMARY KEY (city, id),
            CONSTRAINT uq_credit_event_city_sheet_seq UNIQUE (city, sheet, seq),
            CONSTRAINT fk_credit_event_city_sheet FOREIGN KEY (city, sheet) REFERENCES credit_sheet (city, id),
            CONSTRAINT ck_credit_event_action CHECK (action IN ('file', 'opine', 'confirm', 'supersede'))
        )
        """
    )
    _guards()


def downgrade() -> None:
    """Take tables and guards back."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
