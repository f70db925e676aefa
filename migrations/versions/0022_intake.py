"""Before a lead: target firms, contacts, entry rules, public intake."""

from alembic import op

revision = "0022_intake"
down_revision = "0021_firms"
branch_labels = None
depends_on = None

TABLES = (
    *("entry_rule_set", "entry_check", "target_firm", "contact_filing", "relocation"),
    *("intake_offer", "intake_contact", "intake_event", "intake_count"),
)
APPEND_ONLY = ("entry_rule_set", "entry_check", "relocation", "intake_event")
KEPT = ("target_firm", "contact_filing", "intake_offer", "intake_contact")
COLUMNS = (
    ("accepted_at", "TIMESTAMP WITH TIME ZONE"),
    ("filing_reason", "VARCHAR(40)"),
    ("kind", "VARCHAR(40)"),
    ("environment_class", "VARCHAR(40)"),
    ("channel_unit", "TEXT"),
    ("channel_reference", "TEXT"),
    ("channel_fee_fen", "BIGINT"),
    ("filing_consent_on", "DATE"),
    ("filing_consent_evidence", "TEXT"),
)
CHECKS = (
    ("consent_with_evidence", "(filing_consent_on IS NULL) = (filing_consent_evidence IS NULL)"),
    ("channel_fee_fen_range", "channel_fee_fen >= 0 AND channel_fee_fen < 9007199254740992"),
    (
        "filing_reason",
        "filing_reason IN ('new_build', 'transfer_in', 'acquisition', 'assigned', 'expansion')",
    ),
    (
        "kind",
        (
            "kind IN ('industrial', 'infrastructure', 'real_estate', 'registered_capital',"
            " 'state_investment', 'no_fixed_assets')"
        ),
    ),
    ("environment_class", "environment_class IN ('report', 'form', 'registration')"),
)

# Versions stand in one row without gaps, and none begins before the one it follows.
RULE_SET_ORDER = """
CREATE FUNCTION entry_rule_set_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('entry_rule_set ' || NEW.city, 0));
    SELECT r.version, r.effective_from INTO last FROM entry_rule_set AS r
    WHERE r.city = NEW.city ORDER BY r.version DESC LIMIT 1;
    IF NEW.version <> coalesce(last.version, 0) + 1 OR NEW.effective_from < last.effective_from THEN
        RAISE EXCEPTION 'a version of the entry rules follows the last one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'entry_rule_set_order';
    END IF;
    RETURN NEW;
END
$$
"""

# No more counties call on one firm in a window than the city allows; what was filed stays as it was filed.
CONTACT_LIMIT = """
CREATE FUNCTION contact_filing_limit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first_day date;
    others integer;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(OLD) - '{state,contact_on,result,result_on,limit_counties,window_days,revision}'::text[]
            IS DISTINCT FROM
            to_jsonb(NEW) - '{state,contact_on,result,result_on,limit_counties,window_days,revision}'::text[]
            OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn')
            OR (OLD.state <> 'queued' AND NEW.contact_on <> OLD.contact_on)
        THEN
            RAISE EXCEPTION 'the content of a filed contact never changes'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contact_filing_content';
        END IF;
        IF OLD.state = 'filed' THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.state <> 'filed' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('contact name ' || NEW.city || NEW.name_key, 0));
    IF NEW.credit_code IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('contact code ' || NEW.city || NEW.credit_code, 0));
    END IF;
    FOR back IN 0 .. NEW.window_days - 1 LOOP
        first_day := NEW.contact_on - back;
        SELECT count(DISTINCT c.county) INTO others FROM contact_filing AS c
        WHERE c.city = NEW.city AND c.state = 'filed' AND c.county <> NEW.county
            AND c.result IS DISTINCT FROM 'cancelled'
            AND (c.name_key = NEW.name_key OR c.credit_code = NEW.credit_code)
            AND c.contact_on BETWEEN first_day AND first_day + NEW.window_days - 1;
        IF others >= NEW.limit_counties THEN
            RAISE EXCEPTION 'as many counties as allowed call on the firm already'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'contact_filing_limit';
        END IF;
    END LOOP;
    RETURN NEW;
END
$$
"""

# What was left by the public stays as it was left; what is ended stays ended.
OFFER_CONTENT = """
CREATE FUNCTION intake_offer_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - '{state,responded_on,judged_on,county,reason,reply,project,revision}'::text[]
        IS DISTINCT FROM
        to_jsonb(NEW) - '{state,responded_on,judged_on,county,reason,reply,project,revision}'::text[]
        OR (OLD.state IN ('filed', 'refused', 'withdrawn') AND NEW.state <> OLD.state)
    THEN
        RAISE EXCEPTION 'an offer of the public stays as it was left'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'intake_offer_content';
    END IF;
    RETURN NEW;
END
$$
"""

# A contact that was erased never comes back.
CONTACT_ERASED = """
CREATE FUNCTION intake_contact_erased() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.erased_on IS NOT NULL OR NEW.erased_on IS NULL THEN
        RAISE EXCEPTION 'a contact is erased once'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'intake_contact_erased';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("entry_rule_set", "entry_rule_set_order", "BEFORE INSERT", RULE_SET_ORDER),
    ("contact_filing", "contact_filing_limit", "BEFORE INSERT OR UPDATE", CONTACT_LIMIT),
    ("intake_offer", "intake_offer_content", "BEFORE UPDATE", OFFER_CONTENT),
    ("intake_contact", "intake_contact_erased", "BEFORE UPDATE", CONTACT_ERASED),
)


def _guard(table: str, name: str, rest: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {rest}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _guards() -> None:
    for table, name, when, body in FUNCTIONS:
        op.execute(body)
        _guard(table, name, f"{when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    for table in (*APPEND_ONLY, *KEPT):
        event = "UPDATE OR DELETE" if table in APPEND_ONLY else "DELETE"
        for name, when, each in (("append_only", event, "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
            _guard(
                table,
                f"{table}_{name}",
                f"BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()",
            )


def upgrade() -> None:
    """Make the tables and their guards."""
    for name, kind in COLUMNS:
        op.execute(f"ALTER TABLE project ADD COLUMN {name} {kind}")
    for name, condition in CHECKS:
        # The new columns are empty: there is nothing to wait for while the rows are checked.
        op.execute(
            "-- squawk-ignore constraint-missing-not-valid\n"
            f"ALTER TABLE project ADD CONSTRAINT ck_project_{name} CHECK ({condition})"
        )
    op.execute(
        """
            CREATE TABLE entry_rule_set (
                city TEXT NOT NULL,
                version INTEGER NOT NULL,
                effective_from DATE NOT NULL,
                rules JSONB NOT NULL,
                note TEXT NOT NULL,
                made_by UUID,
                made_on DATE NOT NULL,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                CONSTRAINT pk_entry_rule_set PRIMARY KEY (city, version),
                CONSTRAINT ck_entry_rule_set_version CHECK (version >= 1)
            )
        """
    )
    op.execute(
        """
            CREATE TABLE entry_check (
                city TEXT NOT NULL,
                id UUID NOT NULL,
                project UUID NOT NULL,
                stage VARCHAR(40) NOT NULL,
                rule_set INTEGER NOT NULL,
                findings JSONB NOT NULL,
                on_date DATE NOT NULL,
                by UUID,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                CONSTRAINT pk_entry_check PRIMARY KEY (city, id),
                CONSTRAINT fk_entry_check_city_project FOREIGN KEY (city, project) REFERENCES project (city, id),
                CONSTRAINT fk_entry_check_city_rule_set FOREIGN KEY (city, rule_set) REFERENCES entry_rule_set (city, version),
                CONSTRAINT ck_entry_check_stage CHECK (stage IN ('register', 'correct', 'accept'))
            )
        """
    )
    op.execute("CREATE INDEX ix_entry_check_project ON entry_check (city, project, at)")
    op.execute(
        """
            CREATE TABLE target_firm (
                city TEXT NOT NULL,
                id UUID NOT NULL,
                owner TEXT NOT NULL,
                firm_name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                credit_code TEXT,
                chain TEXT NOT NULL,
                reason TEXT NOT NULL,
                follower TEXT NOT NULL,
                listed_on DATE NOT NULL,
                closed_on DATE,
                revision INTEGER NOT NULL,
                made_by UUID NOT NULL,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                CONSTRAINT pk_target_firm PRIMARY KEY (city, id),
                CONSTRAINT fk_target_firm_city_owner FOREIGN KEY (city, owner) REFERENCES region (city, code),
                CONSTRAINT ck_target_firm_revision CHECK (revision >= 1)
            )
        """
    )
    op.execute("CREATE INDEX ix_target_firm_name_key ON target_firm (city, name_key)")
    op.execute(
        "CREATE UNIQUE INDEX uq_target_firm_live ON target_firm (city, owner, name_key) WHERE closed_on IS NULL"
    )
    op.execute(
        """
            CREATE TABLE contact_filing (
                city TEXT NOT NULL,
                id UUID NOT NULL,
                county TEXT NOT NULL,
                firm_name TEXT NOT NULL,
                name_key TEXT NOT NULL,
                credit_code TEXT,
                contact_on DATE NOT NULL,
                purpose VARCHAR(40) NOT NULL,
                person_role VARCHAR(40) NOT NULL,
                note TEXT NOT NULL,
                state VARCHAR(40) NOT NULL,
                limit_counties INTEGER NOT NULL,
                window_days INTEGER NOT NULL,
                result VARCHAR(40),
                result_on DATE,
                filed_on DATE NOT NULL,
                filed_by UUID NOT NULL,
                revision INTEGER NOT NULL,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                CONSTRAINT pk_contact_filing PRIMARY KEY (city, id),
                CONSTRAINT fk_contact_filing_city_county FOREIGN KEY (city, county) REFERENCES region (city, code),
                CONSTRAINT ck_contact_filing_revision CHECK (revision >= 1),
                CONSTRAINT ck_contact_filing_limits CHECK (limit_counties >= 1 AND window_days BETWEEN 1 AND 366),
                CONSTRAINT ck_contact_filing_result_dated CHECK ((result IS NULL) = (result_on IS NULL)),
                CONSTRAINT ck_contact_filing_result_of_filed CHECK (result IS NULL OR state = 'filed'),
                CONSTRAINT ck_contact_filing_purpose CHECK (purpose IN ('introduce', 'visit', 'site', 'talks', 'follow_up')),
                CONSTRAINT ck_contact_filing_person_role CHECK (person_role IN ('county_head', 'deputy_head', 'bureau_head', 'park_head', 'team_head', 'officer')),
                CONSTRAINT ck_contact_filing_state CHECK (state IN ('filed', 'queued', 'withdrawn')),
                CONSTRAINT ck_contact_filing_result CHECK (result IN ('interested', 'follow', 'registered', 'declined', 'cancelled'))
            )
        """
    )
    op.execute("CREATE INDEX ix_contact_filing_county ON contact_filing (city, county, contact_on)")
    op.execute("CREATE INDEX ix_contact_filing_credit_code ON contact_filing (city, credit_code, contact_on)")
    op.execute("CREATE INDEX ix_contact_filing_name_key ON contact_filing (city, name_key, contact_on)")
    op.execute(
        """
            CREATE TABLE relocation (
                city TEXT NOT NULL,
                id UUID NOT NULL,
                firm_name TEXT NOT NULL,
                credit_code TEXT NOT NULL,
                from_region TEXT NOT NULL,
                to_region TEXT NOT NULL,
                ground VARCHAR(40) NOT NULL,
                evidence TEXT NOT NULL,
                last_year_tax_fen BIGINT NOT NULL CONSTRAINT ck_relocation_last_year_tax_fen_range CHECK (last_year_tax_fen >= 0 AND last_year_tax_fen < 9007199254740992),
                base_fen BIGINT NOT NULL CONSTRAINT ck_relocation_base_fen_range CHECK (base_fen >= 0 AND base_fen < 9007199254740992),
                filed_on DATE NOT NULL,
                filed_by UUID NOT NULL,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                CONSTRAINT pk_relocation PRIMARY KEY (city, id),
                CONSTRAINT fk_relocation_city_from_region FOREIGN KEY (city, from_region) REFERENCES region (city, code),
                CONSTRAINT fk_relocation_city_to_region FOREIGN KEY (city, to_region) REFERENCES region (city, code),
                CONSTRAINT ck_relocation_moves CHECK (from_region <> to_region),
                CONSTRAINT ck_relocation_base CHECK (base_fen IN (0, last_year_tax_fen)),
                CONSTRAINT ck_relocation_ground CHECK (ground IN ('own_choice', 'planning', 'environment', 'safety'))
            )
        """
    )
    op.execute("CREATE INDEX ix_relocation_from ON relocation (city, from_region)")
    op.execute("CREATE INDEX ix_relocation_to ON relocation (city, to_region)")
    op.execute(
        """
            CREATE TABLE intake_offer (
                city TEXT NOT NULL,
                id UUID NOT NULL,
                number TEXT NOT NULL,
                code_sha256 TEXT NOT NULL,
                key_sha256 TEXT NOT NULL,
                sender VARCHAR(40) NOT NULL,
                firm_name TEXT NOT NULL,
                idea TEXT NOT NULL,
                land TEXT NOT NULL,
                state VARCHAR(40) NOT NULL,
                received_on DATE NOT NULL,
                responded_on DATE,
                judged_on DATE,
                county TEXT,
                reason VARCHAR(40),
                reply TEXT NOT NULL,
                project UUID,
                revision INTEGER NOT NULL,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                CONSTRAINT pk_intake_offer PRIMARY KEY (city, id),
                CONSTRAINT uq_intake_offer_city_number UNIQUE (city, number),
                CONSTRAINT uq_intake_offer_city_code_sha256 UNIQUE (city, code_sha256),
                CONSTRAINT uq_intake_offer_city_key_sha256 UNIQUE (city, key_sha256),
                CONSTRAINT fk_intake_offer_city_county FOREIGN KEY (city, county) REFERENCES region (city, code),
                CONSTRAINT fk_intake_offer_city_project FOREIGN KEY (city, project) REFERENCES project (city, id),
                CONSTRAINT ck_intake_offer_revision CHECK (revision >= 1),
                CONSTRAINT ck_intake_offer_filed_has_project CHECK ((state = 'filed') = (project IS NOT NULL)),
                CONSTRAINT ck_intake_offer_assigned_to CHECK (state NOT IN ('assigned', 'filed') OR county IS NOT NULL),
                CONSTRAINT ck_intake_offer_refused_has_reason CHECK ((state = 'refused') = (reason IS NOT NULL)),
                CONSTRAINT ck_intake_offer_judged_has_reply CHECK (state NOT IN ('assigned', 'filed', 'refused') OR (reply <> '' AND judged_on IS NOT NULL)),
                CONSTRAINT ck_intake_offer_sender CHECK (sender IN ('investor', 'citizen')),
                CONSTRAINT ck_intake_offer_state CHECK (state IN ('received', 'responded', 'assigned', 'filed', 'refused', 'withdrawn')),
                CONSTRAINT ck_intake_offer_reason CHECK (reason IN ('out_of_scope', 'not_real', 'known', 'forbidden', 'incomplete'))
            )
        """
    )
    op.execute("CREATE INDEX ix_intake_offer_county ON intake_offer (city, county)")
    op.execute("CREATE INDEX ix_intake_offer_state ON intake_offer (city, state, received_on)")
    op.execute("CREATE UNIQUE INDEX uq_intake_offer_project ON intake_offer (city, project)")
    op.execute(
        """
            CREATE TABLE intake_contact (
                city TEXT NOT NULL,
                offer UUID NOT NULL,
                name TEXT,
                phone TEXT,
                consent_version TEXT NOT NULL,
                consented_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                erased_on DATE,
                CONSTRAINT pk_intake_contact PRIMARY KEY (city, offer),
                CONSTRAINT fk_intake_contact_city_offer FOREIGN KEY (city, offer) REFERENCES intake_offer (city, id),
                CONSTRAINT ck_intake_contact_erased CHECK ((erased_on IS NULL) = (name IS NOT NULL) AND (name IS NULL) = (phone IS NULL))
            )
        """
    )
    op.execute(
        """
            CREATE TABLE intake_event (
                city TEXT NOT NULL,
                id UUID NOT NULL,
                offer UUID NOT NULL,
                seq INTEGER NOT NULL,
                action VARCHAR(40) NOT NULL,
                by UUID,
                office TEXT NOT NULL,
                on_date DATE NOT NULL,
                at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
                facts JSONB NOT NULL,
                CONSTRAINT pk_intake_event PRIMARY KEY (city, id),
                CONSTRAINT uq_intake_event_city_offer_seq UNIQUE (city, offer, seq),
                CONSTRAINT fk_intake_event_city_offer FOREIGN KEY (city, offer) REFERENCES intake_offer (city, id),
                CONSTRAINT ck_intake_event_seq CHECK (seq >= 1),
                CONSTRAINT ck_intake_event_action CHECK (action IN ('receive', 'respond', 'assign', 'refuse', 'file', 'withdraw', 'read_contact', 'erase_contact'))
            )
        """
    )
    op.execute(
        """
            CREATE TABLE intake_count (
                city TEXT NOT NULL,
                kind VARCHAR(40) NOT NULL,
                key_sha256 TEXT NOT NULL,
                times INTEGER NOT NULL,
                since TIMESTAMP WITH TIME ZONE NOT NULL,
                CONSTRAINT pk_intake_count PRIMARY KEY (city, kind, key_sha256),
                CONSTRAINT ck_intake_count_kind CHECK (kind IN ('offer', 'all_offers', 'look'))
            )
        """
    )
    _guards()


def downgrade() -> None:
    """Take tables, guards and columns back."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for _table, name, _when, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for name, _condition in CHECKS:
        op.execute(f"ALTER TABLE project DROP CONSTRAINT ck_project_{name}")
    for name, _kind in reversed(COLUMNS):
        op.execute(f"ALTER TABLE project DROP COLUMN {name}")
