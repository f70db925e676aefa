"""First negotiation: answers before the end of protection, cases between counties, rulings.

Answers, decisions, statements, steps, rulings and the words on them are append-only. A case and its parties move
until the case ends, then never again; a ruling is written and confirmed while its case is open.
"""

from alembic import op

revision = "0023_first_talk"
down_revision = "0022_intake"
branch_labels = None
depends_on = None

CASE_KEPT = """
CREATE FUNCTION first_talk_case_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state NOT IN ('filed', 'open') OR
        to_jsonb(OLD) - ARRAY['state', 'revision', 'admitted_on', 'statements_due', 'hearing_due', 'ruling_due',
            'hearing_on', 'hearing_place', 'holder', 'closed_on']
        IS DISTINCT FROM to_jsonb(NEW) - ARRAY['state', 'revision', 'admitted_on', 'statements_due', 'hearing_due',
            'ruling_due', 'hearing_on', 'hearing_place', 'holder', 'closed_on'] THEN
        RAISE EXCEPTION 'a case moves until it ends, and keeps what it was opened with'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_talk_case_kept';
    END IF;
    RETURN NEW;
END
$$
"""

PARTY_KEPT = """
CREATE FUNCTION first_talk_party_kept() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NOT OLD.is_open OR
        to_jsonb(OLD) - ARRAY['is_open', 'paused', 'state_before', 'outcome']
        IS DISTINCT FROM to_jsonb(NEW) - ARRAY['is_open', 'paused', 'state_before', 'outcome'] THEN
        RAISE EXCEPTION 'a party stays what it was, and its outcome is final'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_talk_party_kept';
    END IF;
    RETURN NEW;
END
$$
"""

RULING_ENTERED = """
CREATE FUNCTION first_talk_ruling_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM first_talk_case AS c WHERE c.city = NEW.city AND c.id = NEW.case_id AND c.state = 'open' FOR UPDATE
    ) THEN
        RAISE EXCEPTION 'a ruling is written and confirmed while its case is open'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'first_talk_ruling_entered';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("first_talk_case_kept", CASE_KEPT),
    ("first_talk_party_kept", PARTY_KEPT),
    ("first_talk_ruling_entered", RULING_ENTERED),
)
APPEND_ONLY = (
    "protection_answer",
    "protection_decision",
    "first_talk_statement",
    "first_talk_event",
    "first_talk_ruling",
    "first_talk_ruling_check",
)
TABLES = (
    "protection_answer",
    "protection_decision",
    "first_talk_case",
    "first_talk_party",
    "first_talk_statement",
    "first_talk_event",
    "first_talk_ruling",
    "first_talk_ruling_check",
)


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(
        """
        CREATE TABLE protection_answer (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            protected_until DATE NOT NULL,
            kind VARCHAR(40) NOT NULL,
            evidence_kind VARCHAR(40),
            evidence TEXT NOT NULL,
            happened_on DATE,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_protection_answer PRIMARY KEY (city, id),
            CONSTRAINT uq_protection_answer_city_id_by UNIQUE (city, id, by),
            CONSTRAINT fk_protection_answer_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_protection_answer_evidenced CHECK (kind NOT IN ('progress', 'extension') OR (evidence_kind IS NOT NULL AND evidence <> '' AND happened_on IS NOT NULL)),
            CONSTRAINT ck_protection_answer_reasoned CHECK (kind = 'progress' OR reason <> ''),
            CONSTRAINT ck_protection_answer_happened CHECK (happened_on <= on_date),
            CONSTRAINT ck_protection_answer_asked_in_time CHECK (kind <> 'extension' OR on_date <= protected_until),
            CONSTRAINT ck_protection_answer_kind CHECK (kind IN ('progress', 'extension', 'release', 'transfer')),
            CONSTRAINT ck_protection_answer_evidence_kind CHECK (evidence_kind IN ('visit_record', 'minutes', 'correspondence', 'land_letter', 'filing_receipt', 'licence', 'contract'))
        )
        """
    )
    op.execute("CREATE INDEX ix_protection_answer_project ON protection_answer (city, project)")
    op.execute(
        """
        CREATE TABLE protection_decision (
            city TEXT NOT NULL,
            answer UUID NOT NULL,
            asked_by UUID NOT NULL,
            outcome VARCHAR(40) NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_protection_decision PRIMARY KEY (city, answer),
            CONSTRAINT fk_protection_decision_city_answer_asked_by FOREIGN KEY(city, answer, asked_by) REFERENCES protection_answer (city, id, by),
            CONSTRAINT ck_protection_decision_two_people CHECK (by <> asked_by),
            CONSTRAINT ck_protection_decision_reason CHECK (reason <> ''),
            CONSTRAINT ck_protection_decision_outcome CHECK (outcome IN ('granted', 'refused'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE first_talk_case (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            year INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            number TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            filed_by UUID NOT NULL,
            filed_name TEXT NOT NULL,
            filed_county TEXT,
            filed_on DATE NOT NULL,
            claim TEXT NOT NULL,
            chain TEXT NOT NULL,
            counties INTEGER NOT NULL,
            admitted_on DATE,
            statements_due DATE,
            hearing_due DATE,
            ruling_due DATE,
            hearing_on DATE,
            hearing_place TEXT NOT NULL,
            holder INTEGER,
            closed_on DATE,
            CONSTRAINT pk_first_talk_case PRIMARY KEY (city, id),
            CONSTRAINT uq_first_talk_case_city_year_seq UNIQUE (city, year, seq),
            CONSTRAINT uq_first_talk_case_city_number UNIQUE (city, number),
            CONSTRAINT ck_first_talk_case_claim CHECK (claim <> ''),
            CONSTRAINT ck_first_talk_case_counties CHECK (counties >= 2),
            CONSTRAINT ck_first_talk_case_revision CHECK (revision >= 1),
            CONSTRAINT ck_first_talk_case_admitted CHECK (state IN ('filed', 'refused', 'withdrawn') OR (admitted_on IS NOT NULL AND statements_due IS NOT NULL AND hearing_due IS NOT NULL AND ruling_due IS NOT NULL)),
            CONSTRAINT ck_first_talk_case_closed_dated CHECK ((state IN ('filed', 'open')) = (closed_on IS NULL)),
            CONSTRAINT ck_first_talk_case_holder_named CHECK ((state IN ('ruled', 'settled')) = (holder IS NOT NULL)),
            CONSTRAINT ck_first_talk_case_state CHECK (state IN ('filed', 'open', 'refused', 'ruled', 'settled', 'withdrawn'))
        )
        """
    )
    op.execute("CREATE INDEX ix_first_talk_case_state ON first_talk_case (city, state)")
    op.execute(
        """
        CREATE TABLE first_talk_party (
            city TEXT NOT NULL,
            case_id UUID NOT NULL,
            seq INTEGER NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            is_open BOOLEAN NOT NULL,
            paused BOOLEAN NOT NULL,
            state_before VARCHAR(40),
            outcome VARCHAR(40),
            CONSTRAINT pk_first_talk_party PRIMARY KEY (city, case_id, seq),
            CONSTRAINT uq_first_talk_party_city_case_id_project UNIQUE (city, case_id, project),
            CONSTRAINT fk_first_talk_party_city_case_id FOREIGN KEY(city, case_id) REFERENCES first_talk_case (city, id),
            CONSTRAINT fk_first_talk_party_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_first_talk_party_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_first_talk_party_seq CHECK (seq >= 1),
            CONSTRAINT ck_first_talk_party_outcome_named CHECK (is_open OR NOT paused OR outcome IS NOT NULL),
            CONSTRAINT ck_first_talk_party_state_before CHECK (state_before IN ('registered', 'returned', 'reviewed', 'accepted', 'transfer_requested', 'pooled', 'applied', 'terms_accepted', 'committed', 'chosen', 'held', 'signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output', 'released', 'recalled', 'disputed', 'withdrawn', 'lost', 'ended')),
            CONSTRAINT ck_first_talk_party_outcome CHECK (outcome IN ('holder', 'closed', 'merged', 'support', 'resumed'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_first_talk_party_open ON first_talk_party (city, project) WHERE is_open"
    )
    op.execute(
        """
        CREATE TABLE first_talk_statement (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            case_id UUID NOT NULL,
            party INTEGER NOT NULL,
            words TEXT NOT NULL,
            evidence_kind VARCHAR(40),
            evidence TEXT NOT NULL,
            happened_on DATE,
            late BOOLEAN NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_first_talk_statement PRIMARY KEY (city, id),
            CONSTRAINT fk_first_talk_statement_city_case_id_party FOREIGN KEY(city, case_id, party) REFERENCES first_talk_party (city, case_id, seq),
            CONSTRAINT ck_first_talk_statement_words CHECK (words <> ''),
            CONSTRAINT ck_first_talk_statement_evidence_whole CHECK ((evidence_kind IS NULL) = (evidence = '') AND (evidence_kind IS NULL) = (happened_on IS NULL)),
            CONSTRAINT ck_first_talk_statement_happened CHECK (happened_on <= on_date),
            CONSTRAINT ck_first_talk_statement_evidence_kind CHECK (evidence_kind IN ('visit_record', 'minutes', 'correspondence', 'land_letter', 'filing_receipt', 'licence', 'contract'))
        )
        """
    )
    op.execute("CREATE INDEX ix_first_talk_statement_case_id ON first_talk_statement (city, case_id)")
    op.execute(
        """
        CREATE TABLE first_talk_event (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            case_id UUID NOT NULL,
            seq INTEGER NOT NULL,
            action VARCHAR(40) NOT NULL,
            party INTEGER,
            facts JSONB NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_first_talk_event PRIMARY KEY (city, id),
            CONSTRAINT uq_first_talk_event_city_case_id_seq UNIQUE (city, case_id, seq),
            CONSTRAINT fk_first_talk_event_city_case_id FOREIGN KEY(city, case_id) REFERENCES first_talk_case (city, id),
            CONSTRAINT ck_first_talk_event_seq CHECK (seq >= 1),
            CONSTRAINT ck_first_talk_event_action CHECK (action IN ('file', 'admit', 'refuse', 'state', 'hear', 'offer', 'agree', 'settle', 'withdraw', 'propose', 'reject', 'rule'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE first_talk_ruling (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            case_id UUID NOT NULL,
            number TEXT NOT NULL,
            year INTEGER NOT NULL,
            ground VARCHAR(40) NOT NULL,
            holder INTEGER NOT NULL,
            effect VARCHAR(40) NOT NULL,
            findings TEXT NOT NULL,
            reasons TEXT NOT NULL,
            masked TEXT NOT NULL,
            minutes_no TEXT NOT NULL,
            credit_note TEXT NOT NULL,
            cites TEXT[] DEFAULT '{}' NOT NULL,
            chain TEXT NOT NULL,
            counties INTEGER NOT NULL,
            body JSONB NOT NULL,
            sha256 TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_first_talk_ruling PRIMARY KEY (city, id),
            CONSTRAINT uq_first_talk_ruling_city_number UNIQUE (city, number),
            CONSTRAINT uq_first_talk_ruling_city_id_made_by UNIQUE (city, id, made_by),
            CONSTRAINT uq_first_talk_ruling_city_id_case_id UNIQUE (city, id, case_id),
            CONSTRAINT fk_first_talk_ruling_city_case_id_holder FOREIGN KEY(city, case_id, holder) REFERENCES first_talk_party (city, case_id, seq),
            CONSTRAINT ck_first_talk_ruling_ground_of_order CHECK (ground NOT IN ('sole_filing', 'open_question')),
            CONSTRAINT ck_first_talk_ruling_reasoned CHECK (findings <> '' AND reasons <> '' AND minutes_no <> ''),
            CONSTRAINT ck_first_talk_ruling_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ck_first_talk_ruling_ground CHECK (ground IN ('sole_filing', 'agreement', 'earlier_acceptance', 'follow_up', 'others_lapsed', 'ruling', 'open_question')),
            CONSTRAINT ck_first_talk_ruling_effect CHECK (effect IN ('closed', 'merged', 'support'))
        )
        """
    )
    op.execute("CREATE INDEX ix_first_talk_ruling_case_id ON first_talk_ruling (city, case_id)")
    op.execute(
        """
        CREATE TABLE first_talk_ruling_check (
            city TEXT NOT NULL,
            ruling UUID NOT NULL,
            case_id UUID NOT NULL,
            made_by UUID NOT NULL,
            outcome VARCHAR(40) NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_first_talk_ruling_check PRIMARY KEY (city, ruling),
            CONSTRAINT fk_first_talk_ruling_check_city_ruling_made_by FOREIGN KEY(city, ruling, made_by) REFERENCES first_talk_ruling (city, id, made_by),
            CONSTRAINT fk_first_talk_ruling_check_city_ruling_case_id FOREIGN KEY(city, ruling, case_id) REFERENCES first_talk_ruling (city, id, case_id),
            CONSTRAINT ck_first_talk_ruling_check_two_people CHECK (by <> made_by),
            CONSTRAINT ck_first_talk_ruling_check_reason CHECK (outcome = 'confirmed' OR reason <> ''),
            CONSTRAINT ck_first_talk_ruling_check_outcome CHECK (outcome IN ('confirmed', 'rejected'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_first_talk_ruling_check_confirmed ON first_talk_ruling_check (city, case_id) WHERE outcome = 'confirmed'"
    )
    for _name, body in FUNCTIONS:
        op.execute(body)
    _trigger("first_talk_case", "first_talk_case_kept", "UPDATE OR DELETE", "first_talk_case_kept")
    _trigger("first_talk_party", "first_talk_party_kept", "UPDATE OR DELETE", "first_talk_party_kept")
    _trigger("first_talk_ruling", "first_talk_ruling_entered", "INSERT", "first_talk_ruling_entered")
    _trigger("first_talk_ruling_check", "first_talk_check_entered", "INSERT", "first_talk_ruling_entered")
    for table in APPEND_ONLY:
        _trigger(table, f"{table}_append_only", "UPDATE OR DELETE", "yipanqi_refuse_change")
    for table in TABLES:
        _trigger(table, f"{table}_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
