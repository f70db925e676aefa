"""The ledger: receipts, periods, calculations, books and statements, with the guards the database keeps."""

from alembic import op

revision = "0007_ledger"
down_revision = "0006_agreements"
branch_labels = None
depends_on = None

TABLES = (
    "receipt_batch",
    "receipt_version",
    "receipt_declaration",
    "incentive",
    "period",
    "year_close",
    "calc_run",
    "entitlement_line",
    "ledger_account",
    "journal",
    "leg",
    "statement",
    "statement_event",
)
APPEND_ONLY = (
    "receipt_batch",
    "receipt_version",
    "receipt_declaration",
    "incentive",
    "calc_run",
    "entitlement_line",
    "journal",
    "leg",
    "statement_event",
)

# A posting reads its period's row FOR SHARE. An advisory lock would not do: a writer with an older snapshot would
# still see the period open; the row lock makes it wait, and then fail.
JOURNAL_ENTRY = """
CREATE FUNCTION ledger_journal_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text;
BEGIN
    SELECT state INTO found FROM period WHERE city = NEW.city AND code = NEW.period FOR SHARE;
    IF found IS DISTINCT FROM 'open' THEN
        RAISE EXCEPTION 'period % is not open', NEW.period
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_period_open';
    END IF;
    IF NEW.reverses IS NOT NULL AND EXISTS (
        SELECT FROM journal WHERE city = NEW.city AND id = NEW.reverses AND kind = 'reversal'
    ) THEN
        RAISE EXCEPTION 'a reversal is never reversed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'journal_no_second_reversal';
    END IF;
    NEW.xact := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END
$$
"""

LEG_ENTRY = """
CREATE FUNCTION ledger_leg_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    written bigint;
BEGIN
    SELECT xact INTO written FROM journal WHERE city = NEW.city AND id = NEW.journal;
    IF written IS DISTINCT FROM pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION 'legs are written with their journal'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'leg_same_transaction';
    END IF;
    RETURN NEW;
END
$$
"""

# Legs balance for each county and unit, not only overall: each county's book stands alone.
BALANCED = """
CREATE FUNCTION ledger_balanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry uuid;
    legs bigint;
    over bigint;
BEGIN
    IF TG_TABLE_NAME = 'journal' THEN
        entry := NEW.id;
    ELSE
        entry := NEW.journal;
    END IF;
    SELECT coalesce(sum(n), 0), count(*) FILTER (WHERE total <> 0) INTO legs, over
    FROM (
        SELECT count(*) AS n, sum(amount_fen) AS total FROM leg
        WHERE city = NEW.city AND journal = entry GROUP BY county, unit
    ) AS book;
    IF legs < 2 OR over > 0 THEN
        RAISE EXCEPTION 'journal % does not balance in every book', entry
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_balanced';
    END IF;
    RETURN NULL;
END
$$
"""

PERIOD_ORDER = """
CREATE FUNCTION ledger_period_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'closed' OR EXISTS (
            SELECT FROM period WHERE city = NEW.city AND code > NEW.code AND state = 'closed'
        ) THEN
            RAISE EXCEPTION 'period % would open behind a closed one', NEW.code
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'period_order';
        END IF;
    ELSIF ROW (OLD.city, OLD.code) IS DISTINCT FROM ROW (NEW.city, NEW.code) OR OLD.state = 'closed' THEN
        RAISE EXCEPTION 'period % is closed for good', OLD.code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'period_closed';
    ELSIF NEW.state = 'closed' AND EXISTS (
        SELECT FROM period WHERE city = NEW.city AND code < NEW.code AND state = 'open'
    ) THEN
        RAISE EXCEPTION 'an earlier period than % is open', NEW.code
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'period_order';
    END IF;
    RETURN NEW;
END
$$
"""

# Only the state and its counter move. jsonb is compared with IS DISTINCT FROM, so that nothing hides in a NULL.
STATEMENT_CONTENT = """
CREATE FUNCTION ledger_statement_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'state' - 'revision' IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'revision' THEN
        RAISE EXCEPTION 'the content of a statement never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_content';
    END IF;
    IF OLD.state = 'superseded' OR (OLD.state = 'closed' AND NEW.state <> 'superseded') THEN
        RAISE EXCEPTION 'a statement that is % stays so', OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_final';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("ledger_journal_entry", JOURNAL_ENTRY),
    ("ledger_leg_entry", LEG_ENTRY),
    ("ledger_balanced", BALANCED),
    ("ledger_period_order", PERIOD_ORDER),
    ("ledger_statement_content", STATEMENT_CONTENT),
)


def _guard(table: str, name: str, rest: str) -> None:
    op.execute(f"CREATE {rest.format(name=name, table=table)}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _guards() -> None:
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in APPEND_ONLY:
        _guard(
            table,
            f"{table}_append_only",
            "TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION yipanqi_refuse_change()",
        )
    for table in ("period", "statement"):
        _guard(
            table,
            f"{table}_no_delete",
            "TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION yipanqi_refuse_change()",
        )
    for table in (*APPEND_ONLY, "period", "statement"):
        _guard(
            table,
            f"{table}_no_truncate",
            "TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION yipanqi_refuse_change()",
        )
    _guard(
        "journal",
        "journal_entry",
        "TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_journal_entry()",
    )
    _guard(
        "leg",
        "leg_entry",
        "TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_leg_entry()",
    )
    for table in ("journal", "leg"):
        _guard(
            table,
            f"{table}_balanced",
            "CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION ledger_balanced()",
        )
    _guard(
        "period",
        "period_order",
        "TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_period_order()",
    )
    _guard(
        "statement",
        "statement_content",
        "TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_statement_content()",
    )


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE receipt_batch (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            known BIGINT NOT NULL,
            rows INTEGER NOT NULL,
            sha256 TEXT NOT NULL,
            by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_receipt_batch PRIMARY KEY (city, id),
            CONSTRAINT uq_receipt_batch_city_known UNIQUE (city, known),
            CONSTRAINT ck_receipt_batch_kind CHECK (kind IN ('receipts', 'incentives'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE receipt_version (
            city TEXT NOT NULL,
            ticket TEXT NOT NULL,
            revision INTEGER NOT NULL,
            batch UUID NOT NULL,
            known BIGINT NOT NULL,
            tax_period TEXT NOT NULL,
            paid_on DATE NOT NULL,
            treasury TEXT NOT NULL,
            credit_code TEXT NOT NULL,
            taxpayer TEXT NOT NULL,
            tax VARCHAR(40) NOT NULL,
            subject TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            amount_fen BIGINT NOT NULL CONSTRAINT ck_receipt_version_amount_fen_range CHECK (amount_fen > -9007199254740992 AND amount_fen < 9007199254740992),
            central_fen BIGINT CONSTRAINT ck_receipt_version_central_fen_range CHECK (central_fen > -9007199254740992 AND central_fen < 9007199254740992),
            province_fen BIGINT CONSTRAINT ck_receipt_version_province_fen_range CHECK (province_fen > -9007199254740992 AND province_fen < 9007199254740992),
            city_fen BIGINT CONSTRAINT ck_receipt_version_city_fen_range CHECK (city_fen > -9007199254740992 AND city_fen < 9007199254740992),
            county_fen BIGINT CONSTRAINT ck_receipt_version_county_fen_range CHECK (county_fen > -9007199254740992 AND county_fen < 9007199254740992),
            CONSTRAINT pk_receipt_version PRIMARY KEY (city, ticket, revision),
            CONSTRAINT fk_receipt_version_city_batch FOREIGN KEY(city, batch) REFERENCES receipt_batch (city, id),
            CONSTRAINT fk_receipt_version_city_treasury FOREIGN KEY(city, treasury) REFERENCES region (city, code),
            CONSTRAINT ck_receipt_version_revision_positive CHECK (revision >= 1),
            CONSTRAINT ck_receipt_version_split_whole CHECK (num_nonnulls(central_fen, province_fen, city_fen, county_fen) IN (0, 4)),
            CONSTRAINT ck_receipt_version_tax CHECK (tax IN ('vat', 'cit', 'pit', 'urban_construction', 'stamp', 'land_use', 'property')),
            CONSTRAINT ck_receipt_version_kind CHECK (kind IN ('normal', 'exemption_credit', 'credit_refund', 'inspection', 'late_fee'))
        )
        """
    )
    op.execute("CREATE INDEX ix_receipt_version_firm ON receipt_version (city, credit_code, paid_on)")
    op.execute("CREATE INDEX ix_receipt_version_paid ON receipt_version (city, paid_on, ticket)")
    op.execute(
        """
        CREATE TABLE receipt_declaration (
            city TEXT NOT NULL,
            month TEXT NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_receipt_declaration PRIMARY KEY (city, month),
            CONSTRAINT ck_receipt_declaration_month_code CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE incentive (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            batch UUID NOT NULL,
            known BIGINT NOT NULL,
            credit_code TEXT NOT NULL,
            document_no TEXT NOT NULL,
            revision INTEGER NOT NULL,
            county TEXT NOT NULL,
            amount_fen BIGINT NOT NULL CONSTRAINT ck_incentive_amount_fen_range CHECK (amount_fen >= 0 AND amount_fen < 9007199254740992),
            paid_on DATE NOT NULL,
            CONSTRAINT pk_incentive PRIMARY KEY (city, id),
            CONSTRAINT uq_incentive_city_credit_code_document_no_revision UNIQUE (city, credit_code, document_no, revision),
            CONSTRAINT fk_incentive_city_batch FOREIGN KEY(city, batch) REFERENCES receipt_batch (city, id),
            CONSTRAINT fk_incentive_city_county FOREIGN KEY(city, county) REFERENCES region (city, code)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE period (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            watermark BIGINT,
            closed_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_period PRIMARY KEY (city, code),
            CONSTRAINT ck_period_code_form CHECK (code ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
            CONSTRAINT ck_period_watermark_when_closed CHECK ((state = 'closed') = (watermark IS NOT NULL)),
            CONSTRAINT ck_period_state CHECK (state IN ('open', 'closed'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE year_close (
            city TEXT NOT NULL,
            year INTEGER NOT NULL,
            state VARCHAR(40) NOT NULL,
            requested_by UUID NOT NULL,
            requested_name TEXT NOT NULL,
            requested_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            checked_by UUID,
            checked_name TEXT,
            closed_at TIMESTAMP WITH TIME ZONE,
            facts JSONB NOT NULL,
            CONSTRAINT pk_year_close PRIMARY KEY (city, year),
            CONSTRAINT ck_year_close_two_people CHECK (checked_by IS NULL OR checked_by <> requested_by),
            CONSTRAINT ck_year_close_checked_when_closed CHECK ((state = 'closed') = (checked_by IS NOT NULL)),
            CONSTRAINT ck_year_close_state CHECK (state IN ('requested', 'closed'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE calc_run (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            period TEXT NOT NULL,
            known BIGINT NOT NULL,
            engine TEXT NOT NULL,
            input_sha256 TEXT NOT NULL,
            output_sha256 TEXT NOT NULL,
            lines INTEGER NOT NULL,
            by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_calc_run PRIMARY KEY (city, id),
            CONSTRAINT uq_calc_run_city_known UNIQUE (city, known),
            CONSTRAINT fk_calc_run_city_period FOREIGN KEY(city, period) REFERENCES period (city, code)
        )
        """
    )
    op.execute("CREATE INDEX ix_calc_run_period ON calc_run (city, period, known)")
    op.execute(
        """
        CREATE TABLE entitlement_line (
            city TEXT NOT NULL,
            run UUID NOT NULL,
            seq INTEGER NOT NULL,
            agreement UUID NOT NULL,
            agreement_version INTEGER NOT NULL,
            origin TEXT NOT NULL,
            host TEXT NOT NULL,
            agreement_year INTEGER NOT NULL,
            tax VARCHAR(40) NOT NULL,
            month TEXT NOT NULL,
            base_fen BIGINT NOT NULL CONSTRAINT ck_entitlement_line_base_fen_range CHECK (base_fen > -9007199254740992 AND base_fen < 9007199254740992),
            deducted_fen BIGINT NOT NULL CONSTRAINT ck_entitlement_line_deducted_fen_range CHECK (deducted_fen > -9007199254740992 AND deducted_fen < 9007199254740992),
            shared_fen BIGINT NOT NULL CONSTRAINT ck_entitlement_line_shared_fen_range CHECK (shared_fen > -9007199254740992 AND shared_fen < 9007199254740992),
            origin_fen BIGINT NOT NULL CONSTRAINT ck_entitlement_line_origin_fen_range CHECK (origin_fen > -9007199254740992 AND origin_fen < 9007199254740992),
            host_fen BIGINT NOT NULL CONSTRAINT ck_entitlement_line_host_fen_range CHECK (host_fen > -9007199254740992 AND host_fen < 9007199254740992),
            facts JSONB NOT NULL,
            CONSTRAINT pk_entitlement_line PRIMARY KEY (city, run, seq),
            CONSTRAINT fk_entitlement_line_city_run FOREIGN KEY(city, run) REFERENCES calc_run (city, id),
            CONSTRAINT fk_entitlement_line_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT ck_entitlement_line_parties_sum CHECK (origin_fen + host_fen = shared_fen),
            CONSTRAINT ck_entitlement_line_tax CHECK (tax IN ('vat', 'cit', 'pit', 'urban_construction', 'stamp', 'land_use', 'property'))
        )
        """
    )
    op.execute("CREATE INDEX ix_entitlement_line_agreement ON entitlement_line (city, agreement, month)")
    op.execute(
        """
        CREATE TABLE ledger_account (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            county TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            counterparty TEXT NOT NULL,
            unit VARCHAR(40) NOT NULL,
            CONSTRAINT pk_ledger_account PRIMARY KEY (city, id),
            CONSTRAINT uq_ledger_account_city_county_kind_counterparty_unit UNIQUE (city, county, kind, counterparty, unit),
            CONSTRAINT uq_ledger_account_city_id_county_unit UNIQUE (city, id, county, unit),
            CONSTRAINT fk_ledger_account_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_ledger_account_city_counterparty FOREIGN KEY(city, counterparty) REFERENCES region (city, code),
            CONSTRAINT ck_ledger_account_two_counties CHECK (county <> counterparty),
            CONSTRAINT ck_ledger_account_kind CHECK (kind IN ('share_expense', 'due_to', 'due_from', 'share_income')),
            CONSTRAINT ck_ledger_account_unit CHECK (unit IN ('fen'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE journal (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            key TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            period TEXT NOT NULL,
            agreement UUID NOT NULL,
            run UUID,
            reverses UUID,
            note TEXT NOT NULL,
            by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            xact BIGINT DEFAULT '0' NOT NULL,
            CONSTRAINT pk_journal PRIMARY KEY (city, id),
            CONSTRAINT uq_journal_city_key UNIQUE (city, key),
            CONSTRAINT uq_journal_city_reverses UNIQUE (city, reverses),
            CONSTRAINT fk_journal_city_period FOREIGN KEY(city, period) REFERENCES period (city, code),
            CONSTRAINT fk_journal_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT fk_journal_city_run FOREIGN KEY(city, run) REFERENCES calc_run (city, id),
            CONSTRAINT fk_journal_city_reverses FOREIGN KEY(city, reverses) REFERENCES journal (city, id),
            CONSTRAINT ck_journal_reversal_names CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
            CONSTRAINT ck_journal_kind CHECK (kind IN ('share', 'reversal'))
        )
        """
    )
    op.execute("CREATE INDEX ix_journal_period ON journal (city, period)")
    op.execute(
        """
        CREATE TABLE leg (
            city TEXT NOT NULL,
            journal UUID NOT NULL,
            seq INTEGER NOT NULL,
            account UUID NOT NULL,
            county TEXT NOT NULL,
            unit VARCHAR(40) NOT NULL,
            amount_fen BIGINT NOT NULL CONSTRAINT ck_leg_amount_fen_range CHECK (amount_fen > -9007199254740992 AND amount_fen < 9007199254740992),
            CONSTRAINT pk_leg PRIMARY KEY (city, journal, seq),
            CONSTRAINT fk_leg_city_journal FOREIGN KEY(city, journal) REFERENCES journal (city, id),
            CONSTRAINT fk_leg_city_account_county_unit FOREIGN KEY(city, account, county, unit) REFERENCES ledger_account (city, id, county, unit),
            CONSTRAINT ck_leg_not_zero CHECK (amount_fen <> 0),
            CONSTRAINT ck_leg_unit CHECK (unit IN ('fen'))
        )
        """
    )
    op.execute("CREATE INDEX ix_leg_account ON leg (city, account)")
    op.execute(
        """
        CREATE TABLE statement (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            county TEXT NOT NULL,
            period TEXT NOT NULL,
            version INTEGER NOT NULL,
            number TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            known BIGINT NOT NULL,
            supersedes UUID,
            body JSONB NOT NULL,
            body_sha256 TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_statement PRIMARY KEY (city, id),
            CONSTRAINT uq_statement_city_kind_county_period_version UNIQUE (city, kind, county, period, version),
            CONSTRAINT uq_statement_city_number_version UNIQUE (city, number, version),
            CONSTRAINT fk_statement_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_statement_city_supersedes FOREIGN KEY(city, supersedes) REFERENCES statement (city, id),
            CONSTRAINT ck_statement_only_years_have_states CHECK ((kind = 'year') = (state <> 'computed') OR state = 'superseded'),
            CONSTRAINT ck_statement_kind CHECK (kind IN ('month', 'quarter', 'year')),
            CONSTRAINT ck_statement_state CHECK (state IN ('computed', 'draft', 'checked', 'reviewed', 'issued', 'disputed', 'confirmed', 'closed', 'superseded'))
        )
        """
    )
    op.execute("CREATE INDEX ix_statement_list ON statement (city, period, kind, county, version)")
    op.execute(
        "CREATE UNIQUE INDEX uq_statement_live ON statement (city, kind, county, period) WHERE state <> 'superseded'"
    )
    op.execute(
        """
        CREATE TABLE statement_event (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            statement UUID NOT NULL,
            seq INTEGER NOT NULL,
            action VARCHAR(40) NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            body_sha256 TEXT NOT NULL,
            facts JSONB NOT NULL,
            CONSTRAINT pk_statement_event PRIMARY KEY (city, id),
            CONSTRAINT uq_statement_event_city_statement_seq UNIQUE (city, statement, seq),
            CONSTRAINT fk_statement_event_city_statement FOREIGN KEY(city, statement) REFERENCES statement (city, id),
            CONSTRAINT ck_statement_event_action CHECK (action IN ('compute', 'prepare', 'check', 'review', 'approve', 'confirm', 'object', 'uphold', 'reissue', 'supersede', 'close'))
        )
        """
    )
    _guards()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
