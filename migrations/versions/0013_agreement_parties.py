"""Parties outside the city, terms in two times, what was proposed between versions, and auditors' letters.

Whoever may be a party of an agreement stands in `sharing_party`: every region of the city, and every party
outside it that was declared and checked. What named a region as a party names this table from here on, so that an
undeclared party is refused by a foreign key. Terms in two times are kept by triggers alone and held apart by an
exclusion constraint; it takes `btree_gist`, a trusted extension, since ranges are compared within a project.
"""

from alembic import op

revision = "0013_agreement_parties"
down_revision = "0012_ledger_units"
branch_labels = None
depends_on = None

PARTIES = (
    ("agreement", "origin"),
    ("agreement", "host"),
    ("receipt_version", "treasury"),
    ("incentive", "county"),
    ("ledger_account", "counterparty"),
)

REGION_IS_PARTY = """
CREATE FUNCTION yipanqi_region_is_party() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM sharing_party WHERE city = OLD.city AND code = OLD.code;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO sharing_party (city, code, outside) VALUES (NEW.city, NEW.code, false);
    END IF;
    RETURN NULL;
END
$$
"""

# What was checked stays as it is: accounts and agreements refer to it. A checked declaration makes the party.
OUTSIDE_GUARD = """
CREATE FUNCTION yipanqi_guard_outside_party() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.checked_by IS NOT NULL OR NEW.code <> OLD.code)) THEN
        RAISE EXCEPTION 'a declared party is checked once and kept' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.checked_by IS NOT NULL THEN
        RAISE EXCEPTION 'a party is declared first and checked later' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.checked_by IS NOT NULL THEN
        IF (NEW.name, NEW.place, NEW.kind, NEW.route, NEW.account, NEW.declared_by)
            IS DISTINCT FROM (OLD.name, OLD.place, OLD.kind, OLD.route, OLD.account, OLD.declared_by) THEN
            RAISE EXCEPTION 'a party is checked as it was declared' USING ERRCODE = 'restrict_violation';
        END IF;
        INSERT INTO sharing_party (city, code, outside) VALUES (NEW.city, NEW.code, true);
    END IF;
    RETURN NEW;
END
$$
"""

PARTIES_GUARD = """
CREATE FUNCTION yipanqi_guard_agreement_parties() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    away text[];
BEGIN
    SELECT array_agg(CASE p.code WHEN NEW.origin THEN 'origin' ELSE 'host' END) INTO away
    FROM sharing_party AS p WHERE p.city = NEW.city AND p.code IN (NEW.origin, NEW.host) AND p.outside;
    IF cardinality(away) > 1 OR NEW.outside IS DISTINCT FROM away[1] THEN
        RAISE EXCEPTION 'an agreement says which one of its parties lies outside the city'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_outside';
    END IF;
    RETURN NEW;
END
$$
"""

# From `known_from` on, `version` holds from `from_day`: what stood open from that day on ends there, in both times.
TERMS_KNOWN = """
CREATE FUNCTION yipanqi_terms_known(
    in_city text, in_agreement uuid, in_version integer, from_day date, known_from bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    old record;
    next_seq integer;
    in_project uuid;
BEGIN
    SELECT a.project INTO in_project FROM agreement AS a WHERE a.city = in_city AND a.id = in_agreement;
    SELECT coalesce(max(t.seq), 0) INTO next_seq FROM agreement_term AS t
    WHERE t.city = in_city AND t.agreement = in_agreement;
    FOR old IN
        SELECT t.* FROM agreement_term AS t
        WHERE t.city = in_city AND t.agreement = in_agreement AND upper_inf(t.known)
            AND t.valid && daterange(from_day, NULL)
        ORDER BY t.seq
    LOOP
        UPDATE agreement_term AS t SET known = int8range(lower(t.known), known_from)
        WHERE t.city = old.city AND t.agreement = old.agreement AND t.seq = old.seq;
        IF lower(old.valid) < from_day THEN
            next_seq := next_seq + 1;
            INSERT INTO agreement_term (city, agreement, seq, project, version, valid, known)
            VALUES (in_city, in_agreement, next_seq, in_project, old.version,
                daterange(lower(old.valid), from_day), int8range(known_from, NULL));
        END IF;
    END LOOP;
    IF in_version IS NOT NULL THEN
        INSERT INTO agreement_term (city, agreement, seq, project, version, valid, known)
        VALUES (in_city, in_agreement, next_seq + 1, in_project, in_version,
            daterange(from_day, NULL), int8range(known_from, NULL));
    END IF;
END
$$
"""

VERSION_TERMS = """
CREATE FUNCTION yipanqi_version_terms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.known IS NULL OR (TG_OP = 'UPDATE' AND OLD.known IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT FROM agreement_term AS t
        WHERE t.city = NEW.city AND t.agreement = NEW.agreement AND upper_inf(t.known)
            AND lower(t.valid) > NEW.effective_on
    ) THEN
        RAISE EXCEPTION 'a version takes effect no earlier than the one before it'
            USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'agreement_term_apart';
    END IF;
    PERFORM yipanqi_terms_known(NEW.city, NEW.agreement, NEW.version, NEW.effective_on, NEW.known);
    RETURN NULL;
END
$$
"""

AGREEMENT_TERMS = """
CREATE FUNCTION yipanqi_agreement_terms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.ended_known IS NOT NULL AND OLD.ended_known IS NULL THEN
        PERFORM yipanqi_terms_known(NEW.city, NEW.id, NULL, NEW.ended_on + 1, NEW.ended_known);
    END IF;
    RETURN NULL;
END
$$
"""

# Only the two triggers above write terms, and they only ever end what was open.
TERM_GUARD = """
CREATE FUNCTION yipanqi_guard_agreement_term() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'terms follow from versions in force' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NOT upper_inf(OLD.known) OR lower(NEW.known) <> lower(OLD.known)
        OR (NEW.agreement, NEW.seq, NEW.project, NEW.version, NEW.valid)
            IS DISTINCT FROM (OLD.agreement, OLD.seq, OLD.project, OLD.version, OLD.valid)) THEN
        RAISE EXCEPTION 'what was known of terms is only ended' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

PROPOSAL_GUARD = """
CREATE FUNCTION yipanqi_guard_agreement_proposal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.act = 'accept' AND NOT EXISTS (
        SELECT FROM agreement_proposal AS p
        WHERE p.city = NEW.city AND p.agreement = NEW.agreement AND p.version = NEW.version
            AND p.seq = NEW.answers AND p.act = 'propose' AND p.side <> NEW.side
            AND (p.terms, p.clause) = (NEW.terms, NEW.clause)
            AND NOT EXISTS (
                SELECT FROM agreement_proposal AS l
                WHERE l.city = p.city AND l.agreement = p.agreement AND l.seq > p.seq AND l.act = 'propose'
            )
    ) THEN
        RAISE EXCEPTION 'the other side accepts the last proposal as it stands'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agreement_proposal_accepts_last';
    END IF;
    RETURN NEW;
END
$$
"""

LETTER_GUARD = """
CREATE FUNCTION yipanqi_guard_audit_letter() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.checked_by IS NOT NULL OR NEW.ended_on IS NOT NULL THEN
            RAISE EXCEPTION 'a letter is recorded first and checked later' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR (NEW.number, NEW.auditor, NEW.counties, NEW.from_on, NEW.until_on, NEW.recorded_by, NEW.note)
        IS DISTINCT FROM (OLD.number, OLD.auditor, OLD.counties, OLD.from_on, OLD.until_on, OLD.recorded_by, OLD.note)
        OR (OLD.checked_by IS NOT NULL AND NEW.checked_by IS DISTINCT FROM OLD.checked_by)
        OR (OLD.checked_at IS NOT NULL AND NEW.checked_at IS DISTINCT FROM OLD.checked_at)
        OR OLD.ended_on IS NOT NULL THEN
        RAISE EXCEPTION 'a letter is checked once, ended once and otherwise kept'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

TRIGGERS = (
    (
        "region",
        "region_is_party",
        "AFTER INSERT OR DELETE OR UPDATE OF city, code",
        "yipanqi_region_is_party",
    ),
    (
        "outside_party",
        "outside_party_guard",
        "BEFORE INSERT OR UPDATE OR DELETE",
        "yipanqi_guard_outside_party",
    ),
    ("agreement", "agreement_guard_parties", "BEFORE INSERT OR UPDATE", "yipanqi_guard_agreement_parties"),
    ("agreement", "agreement_terms", "AFTER UPDATE", "yipanqi_agreement_terms"),
    ("agreement_version", "agreement_version_terms", "AFTER INSERT OR UPDATE", "yipanqi_version_terms"),
    (
        "agreement_term",
        "agreement_term_guard",
        "BEFORE INSERT OR UPDATE OR DELETE",
        "yipanqi_guard_agreement_term",
    ),
    ("agreement_proposal", "agreement_proposal_guard", "BEFORE INSERT", "yipanqi_guard_agreement_proposal"),
    (
        "agreement_proposal",
        "agreement_proposal_append_only",
        "BEFORE UPDATE OR DELETE",
        "yipanqi_refuse_change",
    ),
    ("audit_letter", "audit_letter_guard", "BEFORE INSERT OR UPDATE OR DELETE", "yipanqi_guard_audit_letter"),
)
NEW_TABLES = ("sharing_party", "outside_party", "agreement_term", "agreement_proposal", "audit_letter")
FUNCTIONS = (
    ("yipanqi_region_is_party()", REGION_IS_PARTY),
    ("yipanqi_guard_outside_party()", OUTSIDE_GUARD),
    ("yipanqi_guard_agreement_parties()", PARTIES_GUARD),
    ("yipanqi_terms_known(text, uuid, integer, date, bigint)", TERMS_KNOWN),
    ("yipanqi_version_terms()", VERSION_TERMS),
    ("yipanqi_agreement_terms()", AGREEMENT_TERMS),
    ("yipanqi_guard_agreement_term()", TERM_GUARD),
    ("yipanqi_guard_agreement_proposal()", PROPOSAL_GUARD),
    ("yipanqi_guard_audit_letter()", LETTER_GUARD),
)

FILL_TERMS = """
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN
        SELECT v.city, v.agreement, v.version, v.effective_on AS day, v.known FROM agreement_version AS v
        WHERE v.known IS NOT NULL
        UNION ALL
        SELECT a.city, a.id, NULL, a.ended_on + 1, a.ended_known FROM agreement AS a
        WHERE a.ended_known IS NOT NULL
        ORDER BY city, agreement, known
    LOOP
        PERFORM yipanqi_terms_known(one.city, one.agreement, one.version, one.day, one.known);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _tables()
    for _name, body in FUNCTIONS:
        op.execute(body)
    op.execute("INSERT INTO sharing_party (city, code, outside) SELECT city, code, false FROM region")
    for table, column in PARTIES:
        _refer(table, column, "sharing_party")
    op.execute("ALTER TABLE agreement ADD COLUMN outside VARCHAR(40)")
    _check(
        "agreement", "ck_agreement_outside", "CHECK (outside IN ('origin', 'host', 'witness', 'investor'))"
    )
    _check("agreement", "ck_agreement_outside_party", "CHECK (outside IN ('origin', 'host'))")
    op.execute(FILL_TERMS)
    for table, name, events, function in TRIGGERS:
        op.execute(f"CREATE TRIGGER {name} {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    for table in NEW_TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")


def downgrade() -> None:
    """Go back; agreements with a party outside the city are refused by the old keys, so they must be gone first."""
    for table, name, _events, _function in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute("ALTER TABLE agreement DROP COLUMN outside")
    for table, column in PARTIES:
        _refer(table, column, "region")
    for table in ("audit_letter", "agreement_proposal", "agreement_term", "outside_party", "sharing_party"):
        op.execute(f"DROP TABLE {table}")
    for name, _body in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")


def _refer(table: str, column: str, target: str) -> None:
    """Let a column name rows of another table than before; every value that stands there is known to it."""
    name = f"fk_{table}_city_{column}"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY(city, {column})"
        f" REFERENCES {target} (city, code) NOT VALID"
    )
    op.execute(
        f"-- squawk-ignore constraint-missing-not-valid\nALTER TABLE {table} VALIDATE CONSTRAINT {name}"
    )


def _check(table: str, name: str, check: str) -> None:
    """Add a check to a new column, which is empty in every row."""
    op.execute(
        f"-- squawk-ignore constraint-missing-not-valid\nALTER TABLE {table} ADD CONSTRAINT {name} {check}"
    )


def _tables() -> None:
    op.execute(
        """
        CREATE TABLE sharing_party (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            outside BOOLEAN NOT NULL,
            CONSTRAINT pk_sharing_party PRIMARY KEY (city, code)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE outside_party (
            city TEXT NOT NULL,
            code TEXT NOT NULL,
            name TEXT NOT NULL,
            place TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            route TEXT NOT NULL,
            account TEXT NOT NULL,
            declared_by UUID NOT NULL,
            declared_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            checked_by UUID,
            checked_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_outside_party PRIMARY KEY (city, code),
            CONSTRAINT fk_outside_party_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_outside_party_code CHECK (code ~ '^[0-9]{6}$'),
            CONSTRAINT ck_outside_party_named CHECK (btrim(name) <> '' AND btrim(place) <> '' AND btrim(route) <> ''),
            CONSTRAINT ck_outside_party_two_people CHECK (checked_by <> declared_by),
            CONSTRAINT ck_outside_party_checked CHECK ((checked_by IS NULL) = (checked_at IS NULL)),
            CONSTRAINT ck_outside_party_kind CHECK (kind IN ('government', 'enclave', 'province'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE agreement_term (
            city TEXT NOT NULL,
            agreement UUID NOT NULL,
            seq INTEGER NOT NULL,
            project UUID NOT NULL,
            version INTEGER NOT NULL,
            valid DATERANGE NOT NULL,
            known INT8RANGE NOT NULL,
            CONSTRAINT pk_agreement_term PRIMARY KEY (city, agreement, seq),
            CONSTRAINT fk_agreement_term_city_agreement FOREIGN KEY(city, agreement, version) REFERENCES agreement_version (city, agreement, version),
            CONSTRAINT fk_agreement_term_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_agreement_term_ranges CHECK (NOT isempty(valid) AND NOT isempty(known) AND NOT lower_inf(valid) AND NOT lower_inf(known)),
            CONSTRAINT ex_agreement_term_apart EXCLUDE USING gist (city WITH =, project WITH =, valid WITH &&, known WITH &&)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE agreement_proposal (
            city TEXT NOT NULL,
            agreement UUID NOT NULL,
            seq INTEGER NOT NULL,
            version INTEGER NOT NULL,
            act VARCHAR(40) NOT NULL,
            side VARCHAR(40) NOT NULL,
            terms JSONB NOT NULL,
            clause TEXT NOT NULL,
            note TEXT NOT NULL,
            answers INTEGER,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_agreement_proposal PRIMARY KEY (city, agreement, seq),
            CONSTRAINT fk_agreement_proposal_city_agreement FOREIGN KEY(city, agreement, version) REFERENCES agreement_version (city, agreement, version),
            CONSTRAINT ck_agreement_proposal_seq CHECK (seq >= 1),
            CONSTRAINT ck_agreement_proposal_answers CHECK ((act = 'accept') = (answers IS NOT NULL)),
            CONSTRAINT ck_agreement_proposal_act CHECK (act IN ('propose', 'accept')),
            CONSTRAINT ck_agreement_proposal_side CHECK (side IN ('origin', 'host', 'city'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE audit_letter (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            number TEXT NOT NULL,
            auditor UUID NOT NULL,
            counties TEXT[] DEFAULT '{}' NOT NULL,
            from_on DATE NOT NULL,
            until_on DATE NOT NULL,
            note TEXT NOT NULL,
            recorded_by UUID NOT NULL,
            recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            checked_by UUID,
            checked_at TIMESTAMP WITH TIME ZONE,
            ended_on DATE,
            CONSTRAINT pk_audit_letter PRIMARY KEY (city, id),
            CONSTRAINT fk_audit_letter_city_auditor FOREIGN KEY(city, auditor) REFERENCES account (city, id),
            CONSTRAINT uq_audit_letter_city_number_auditor UNIQUE (city, number, auditor),
            CONSTRAINT ck_audit_letter_number CHECK (btrim(number) <> ''),
            CONSTRAINT ck_audit_letter_span CHECK (from_on <= until_on),
            CONSTRAINT ck_audit_letter_three_people CHECK (checked_by <> recorded_by AND auditor <> recorded_by AND auditor <> checked_by),
            CONSTRAINT ck_audit_letter_checked CHECK ((checked_by IS NULL) = (checked_at IS NULL))
        )
        """
    )
