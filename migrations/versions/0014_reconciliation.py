"""Both sides' figures compared, their differences, the quarter's papers; control totals of files; withdrawals.

Everything here is append-only: what a county stated, what was said of a difference and who acknowledged which
content stays. The state of a difference is its last event.
"""

from alembic import op

revision = "0014_reconciliation"
down_revision = "0013_agreement_parties"
branch_labels = None
depends_on = None

BATCH_COLUMNS = (
    ("filename", "TEXT NOT NULL DEFAULT ''"),
    (
        "file_sha256",
        "TEXT CONSTRAINT ck_receipt_batch_file_sha256 CHECK (file_sha256 ~ '^[0-9a-f]{64}$')",
    ),
    ("counts", "JSONB NOT NULL DEFAULT '{}'"),
    ("totals", "JSONB NOT NULL DEFAULT '{}'"),
    ("declared", "JSONB"),
    ("note", "TEXT NOT NULL DEFAULT ''"),
)
WITHDRAWN = (
    "BOOLEAN NOT NULL DEFAULT false CONSTRAINT ck_receipt_version_withdrawn_is_nothing"
    " CHECK (NOT withdrawn OR amount_fen = 0)"
)
TAXES = "'vat', 'cit', 'pit', 'urban_construction', 'stamp', 'land_use', 'property'"
REASONS = "'timing', 'scope', 'refund', 'treasury_error', 'entry_error', 'unmatched', 'other'"
AMOUNT = "BIGINT NOT NULL CONSTRAINT ck_{0}_{1}_range CHECK ({1} >= 0 AND {1} < 9007199254740992)"
SIGNED = "BIGINT{2} CONSTRAINT ck_{0}_{1}_range CHECK ({1} > -9007199254740992 AND {1} < 9007199254740992)"
MONTH = "TEXT NOT NULL CONSTRAINT ck_{0}_month_code CHECK (month ~ '^[0-9]{{4}}-(0[1-9]|1[0-2])$')"
STAMP = "TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL"

TABLES = (
    "figure_batch",
    "tax_figure",
    "tax_difference",
    "tax_difference_event",
    "reconciliation_sheet",
    "reconciliation_answer",
    "incentive_check",
)
FUNCTIONS = (
    "reconciliation_figure_side",
    "reconciliation_event_order",
    "reconciliation_answer_party",
    "reconciliation_check_party",
)

# A county speaks only for its own side of an agreement, and the treasury's figures come through the city.
FIGURE_SIDE = """
CREATE FUNCTION reconciliation_figure_side() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM agreement AS a WHERE a.city = NEW.city AND a.id = NEW.agreement
        AND NEW.county = CASE NEW.side WHEN 'host' THEN a.host WHEN 'origin' THEN a.origin ELSE NEW.city END
    ) THEN
        RAISE EXCEPTION '% does not speak for the % of this agreement', NEW.county, NEW.side
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tax_figure_own_side';
    END IF;
    RETURN NEW;
END
$$
"""

# Events come in order, nothing follows the end, and who resolves is not who explained.
EVENT_ORDER = """
CREATE FUNCTION reconciliation_event_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    SELECT e.seq, e.action, e.by AS hand INTO last FROM tax_difference_event AS e
    WHERE e.city = NEW.city AND e.difference = NEW.difference ORDER BY e.seq DESC LIMIT 1;
    IF NEW.seq IS DISTINCT FROM coalesce(last.seq, 0) + 1 OR (NEW.action = 'open') <> (NEW.seq = 1)
        OR last.action IN ('resolve', 'settle')
        OR (NEW.action = 'resolve' AND (last.action <> 'explain' OR last.hand IS DISTINCT FROM NEW.explained_by))
    THEN
        RAISE EXCEPTION 'this event does not follow the last one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'tax_difference_event_order';
    END IF;
    RETURN NEW;
END
$$
"""

ANSWER_PARTY = """
CREATE FUNCTION reconciliation_answer_party() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM reconciliation_sheet AS s WHERE s.city = NEW.city AND s.id = NEW.sheet
        AND NEW.county IN (s.county_a, s.county_b) AND NOT EXISTS (
            SELECT FROM reconciliation_sheet AS n WHERE n.city = s.city AND n.county_a = s.county_a
            AND n.county_b = s.county_b AND n.period = s.period AND n.version > s.version
        )
    ) THEN
        RAISE EXCEPTION 'only a party answers, and only the newest version'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reconciliation_answer_party';
    END IF;
    RETURN NEW;
END
$$
"""

CHECK_PARTY = """
CREATE FUNCTION reconciliation_check_party() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM agreement AS a WHERE a.city = NEW.city AND a.id = NEW.agreement AND a.origin = NEW.county
    ) THEN
        RAISE EXCEPTION 'only the origin checks an incentive'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'incentive_check_origin';
    END IF;
    RETURN NEW;
END
$$
"""

ROW_GUARDS = (
    ("tax_figure", "tax_figure_own_side", "reconciliation_figure_side"),
    ("tax_difference_event", "tax_difference_event_order", "reconciliation_event_order"),
    ("reconciliation_answer", "reconciliation_answer_party", "reconciliation_answer_party"),
    ("incentive_check", "incentive_check_origin", "reconciliation_check_party"),
)


def upgrade() -> None:
    for name, kind in BATCH_COLUMNS:
        op.execute(f"ALTER TABLE receipt_batch ADD COLUMN {name} {kind}")
    op.execute(
        "CREATE INDEX ix_receipt_batch_file ON receipt_batch (city, kind, file_sha256)"
        " WHERE file_sha256 IS NOT NULL"
    )
    op.execute(f"ALTER TABLE receipt_version ADD COLUMN withdrawn {WITHDRAWN}")
    op.execute("ALTER TABLE incentive ADD COLUMN voucher TEXT")
    _figures()
    _differences()
    _sheets()
    for body in (FIGURE_SIDE, EVENT_ORDER, ANSWER_PARTY, CHECK_PARTY):
        op.execute(body)
    for table, name, function in ROW_GUARDS:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    for table in TABLES:
        for name, event, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("no_truncate", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def _figures() -> None:
    op.execute(
        f"""
        CREATE TABLE figure_batch (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            county TEXT NOT NULL,
            filename TEXT NOT NULL,
            file_sha256 TEXT CONSTRAINT ck_figure_batch_file_sha256 CHECK (file_sha256 ~ '^[0-9a-f]{{64}}$'),
            rows INTEGER NOT NULL CONSTRAINT ck_figure_batch_rows_positive CHECK (rows >= 1),
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at {STAMP},
            CONSTRAINT pk_figure_batch PRIMARY KEY (city, id),
            CONSTRAINT uq_figure_batch_city_id_county UNIQUE (city, id, county),
            CONSTRAINT fk_figure_batch_city_county FOREIGN KEY(city, county) REFERENCES region (city, code)
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_figure_batch_file ON figure_batch (city, county, file_sha256)"
        " WHERE file_sha256 IS NOT NULL"
    )
    op.execute(
        f"""
        CREATE TABLE tax_figure (
            city TEXT NOT NULL,
            side TEXT NOT NULL,
            agreement UUID NOT NULL,
            tax VARCHAR(40) NOT NULL,
            month {MONTH.format("tax_figure")},
            revision INTEGER NOT NULL,
            batch UUID NOT NULL,
            county TEXT NOT NULL,
            paid_fen {AMOUNT.format("tax_figure", "paid_fen")},
            refund_fen {AMOUNT.format("tax_figure", "refund_fen")},
            CONSTRAINT pk_tax_figure PRIMARY KEY (city, side, agreement, tax, month, revision),
            CONSTRAINT fk_tax_figure_city_batch_county FOREIGN KEY(city, batch, county) REFERENCES figure_batch (city, id, county),
            CONSTRAINT fk_tax_figure_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT ck_tax_figure_revision_positive CHECK (revision >= 1),
            CONSTRAINT ck_tax_figure_side CHECK (side IN ('host', 'origin', 'treasury')),
            CONSTRAINT ck_tax_figure_tax CHECK (tax IN ({TAXES}))
        )
        """
    )
    op.execute("CREATE INDEX ix_tax_figure_place ON tax_figure (city, month, agreement)")


def _differences() -> None:
    op.execute(
        f"""
        CREATE TABLE tax_difference (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            agreement UUID NOT NULL,
            tax VARCHAR(40) NOT NULL,
            month {MONTH.format("tax_difference")},
            number INTEGER NOT NULL CONSTRAINT ck_tax_difference_number_positive CHECK (number >= 1),
            opened_on DATE NOT NULL,
            CONSTRAINT pk_tax_difference PRIMARY KEY (city, id),
            CONSTRAINT uq_tax_difference_city_agreement_tax_month_number UNIQUE (city, agreement, tax, month, number),
            CONSTRAINT fk_tax_difference_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT ck_tax_difference_tax CHECK (tax IN ({TAXES}))
        )
        """
    )
    sides = ",\n            ".join(
        f"{side}_fen " + SIGNED.format("tax_difference_event", f"{side}_fen", null)
        for side, null in (("computed", " NOT NULL"), ("host", ""), ("origin", ""), ("treasury", ""))
    )
    op.execute(
        f"""
        CREATE TABLE tax_difference_event (
            city TEXT NOT NULL,
            difference UUID NOT NULL,
            seq INTEGER NOT NULL,
            action VARCHAR(40) NOT NULL,
            {sides},
            reason VARCHAR(40),
            words TEXT NOT NULL,
            explained_by UUID,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at {STAMP},
            CONSTRAINT pk_tax_difference_event PRIMARY KEY (city, difference, seq),
            CONSTRAINT fk_tax_difference_event_city_difference FOREIGN KEY(city, difference) REFERENCES tax_difference (city, id),
            CONSTRAINT ck_tax_difference_event_explained CHECK ((action = 'explain') = (reason IS NOT NULL)),
            CONSTRAINT ck_tax_difference_event_worded CHECK (action <> 'explain' OR words <> ''),
            CONSTRAINT ck_tax_difference_event_resolved CHECK ((action = 'resolve') = (explained_by IS NOT NULL)),
            CONSTRAINT ck_tax_difference_event_two_people CHECK (explained_by <> by),
            CONSTRAINT ck_tax_difference_event_action CHECK (action IN ('open', 'change', 'explain', 'resolve', 'settle')),
            CONSTRAINT ck_tax_difference_event_reason CHECK (reason IN ({REASONS}))
        )
        """
    )


def _sheets() -> None:
    op.execute(
        f"""
        CREATE TABLE reconciliation_sheet (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            county_a TEXT NOT NULL,
            county_b TEXT NOT NULL,
            period TEXT NOT NULL CONSTRAINT ck_reconciliation_sheet_quarter CHECK (period ~ '^[0-9]{{4}}Q[1-4]$'),
            version INTEGER NOT NULL CONSTRAINT ck_reconciliation_sheet_version_positive CHECK (version >= 1),
            number TEXT NOT NULL,
            known BIGINT NOT NULL,
            body JSONB NOT NULL,
            content_sha256 TEXT NOT NULL,
            body_sha256 TEXT NOT NULL CONSTRAINT ck_reconciliation_sheet_sha256 CHECK (body_sha256 ~ '^[0-9a-f]{{64}}$'),
            made_on DATE NOT NULL,
            made_by UUID NOT NULL,
            made_by_name TEXT NOT NULL,
            at {STAMP},
            CONSTRAINT pk_reconciliation_sheet PRIMARY KEY (city, id),
            CONSTRAINT uq_reconciliation_sheet_version UNIQUE (city, county_a, county_b, period, version),
            CONSTRAINT uq_reconciliation_sheet_city_id_body_sha256 UNIQUE (city, id, body_sha256),
            CONSTRAINT fk_reconciliation_sheet_city_county_a FOREIGN KEY(city, county_a) REFERENCES region (city, code),
            CONSTRAINT fk_reconciliation_sheet_city_county_b FOREIGN KEY(city, county_b) REFERENCES region (city, code),
            CONSTRAINT ck_reconciliation_sheet_two_counties CHECK (county_a < county_b)
        )
        """
    )
    op.execute("CREATE INDEX ix_reconciliation_sheet_number ON reconciliation_sheet (number)")
    op.execute(
        f"""
        CREATE TABLE reconciliation_answer (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            sheet UUID NOT NULL,
            body_sha256 TEXT NOT NULL,
            county TEXT NOT NULL,
            action VARCHAR(40) NOT NULL,
            words TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at {STAMP},
            CONSTRAINT pk_reconciliation_answer PRIMARY KEY (city, id),
            CONSTRAINT fk_reconciliation_answer_city_sheet_body_sha256 FOREIGN KEY(city, sheet, body_sha256) REFERENCES reconciliation_sheet (city, id, body_sha256),
            CONSTRAINT ck_reconciliation_answer_worded CHECK (action <> 'note' OR words <> ''),
            CONSTRAINT ck_reconciliation_answer_action CHECK (action IN ('acknowledge', 'note'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_reconciliation_answer_once ON reconciliation_answer (city, sheet, county)"
        " WHERE action = 'acknowledge'"
    )
    op.execute(
        f"""
        CREATE TABLE incentive_check (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            credit_code TEXT NOT NULL,
            document_no TEXT NOT NULL,
            incentive_revision INTEGER NOT NULL,
            agreement UUID NOT NULL,
            county TEXT NOT NULL,
            seq INTEGER NOT NULL CONSTRAINT ck_incentive_check_seq_positive CHECK (seq >= 1),
            action VARCHAR(40) NOT NULL,
            words TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at {STAMP},
            CONSTRAINT pk_incentive_check PRIMARY KEY (city, id),
            CONSTRAINT uq_incentive_check_seq UNIQUE (city, credit_code, document_no, incentive_revision, agreement, seq),
            CONSTRAINT fk_incentive_check_incentive FOREIGN KEY(city, credit_code, document_no, incentive_revision) REFERENCES incentive (city, credit_code, document_no, revision),
            CONSTRAINT fk_incentive_check_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT ck_incentive_check_worded CHECK (action <> 'queried' OR words <> ''),
            CONSTRAINT ck_incentive_check_action CHECK (action IN ('checked', 'queried'))
        )
        """
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.execute("ALTER TABLE incentive DROP COLUMN voucher")
    op.execute("ALTER TABLE receipt_version DROP COLUMN withdrawn")
    for name, _kind in reversed(BATCH_COLUMNS):
        op.execute(f"ALTER TABLE receipt_batch DROP COLUMN {name}")
