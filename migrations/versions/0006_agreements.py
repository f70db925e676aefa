"""Agreements: sharing agreements with versions, transfer confirmations, signatures, signed scans, numbers.

What is in force is never changed and comes into force only with every side's checked signature; the triggers
here hold that whatever a program does.
"""

from alembic import op

revision = "0006_agreements"
down_revision = "0005_matching"
branch_labels = None
depends_on = None

VERSION_GUARD = """
CREATE FUNCTION yipanqi_guard_agreement_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a version of an agreement is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state <> 'draft' AND (NEW.terms IS DISTINCT FROM OLD.terms OR NEW.method <> OLD.method
            OR NEW.effective_on <> OLD.effective_on OR NEW.remark <> OLD.remark) THEN
            RAISE EXCEPTION 'terms change only while they are a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.known IS NOT NULL AND (NEW.known IS DISTINCT FROM OLD.known OR NEW.imported <> OLD.imported
            OR (NEW.state <> OLD.state AND (OLD.state, NEW.state) <> ('in_force', 'amended'))) THEN
            RAISE EXCEPTION 'a version in force can only be amended' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.state = 'in_force' AND NOT NEW.imported AND (
        SELECT count(DISTINCT party) FROM agreement_signature s
        WHERE s.city = NEW.city AND s.agreement = NEW.agreement AND s.version = NEW.version
            AND s.state = 'checked') <> 3 THEN
        RAISE EXCEPTION 'an agreement comes into force with three checked signatures'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

CONFIRMATION_GUARD = """
CREATE FUNCTION yipanqi_guard_confirmation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state = 'in_force' AND (
        SELECT count(DISTINCT party) FROM agreement_signature s
        WHERE s.city = NEW.city AND s.confirmation = NEW.id AND s.state = 'checked') <> 3 THEN
        RAISE EXCEPTION 'a confirmation comes into force with three checked signatures'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

PAPER_GUARD = """
CREATE FUNCTION yipanqi_guard_paper() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a paper is ended, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.code, NEW.project, NEW.origin, NEW.host) IS DISTINCT FROM (OLD.code, OLD.project, OLD.origin, OLD.host) THEN
        RAISE EXCEPTION 'a paper keeps its number, project and parties' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

SIGNATURE_GUARD = """
CREATE FUNCTION yipanqi_guard_signature() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state <> 'uploaded' THEN
        RAISE EXCEPTION 'a signature is checked or rejected once and never deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.agreement, NEW.version, NEW.confirmation, NEW.party, NEW.signer, NEW.signed_on, NEW.scan, NEW.made_by)
        IS DISTINCT FROM
       (OLD.agreement, OLD.version, OLD.confirmation, OLD.party, OLD.signer, OLD.signed_on, OLD.scan, OLD.made_by) THEN
        RAISE EXCEPTION 'a signature is checked as it was uploaded' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

ROW_GUARDS = (
    ("agreement_version", "INSERT OR UPDATE OR DELETE", "yipanqi_guard_agreement_version"),
    ("transfer_confirmation", "INSERT OR UPDATE", "yipanqi_guard_confirmation"),
    ("agreement", "UPDATE OR DELETE", "yipanqi_guard_paper"),
    ("transfer_confirmation", "UPDATE OR DELETE", "yipanqi_guard_paper"),
    ("agreement_signature", "UPDATE OR DELETE", "yipanqi_guard_signature"),
    ("signed_scan", "UPDATE OR DELETE", "yipanqi_refuse_change"),
)
KEPT_TABLES = (
    "agreement",
    "agreement_version",
    "transfer_confirmation",
    "agreement_signature",
    "signed_scan",
    "paper_number",
)


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE agreement (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            code TEXT NOT NULL,
            project UUID NOT NULL,
            origin TEXT NOT NULL,
            host TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            live INTEGER,
            minutes_no TEXT NOT NULL,
            minutes_on DATE,
            deduction_consent BOOLEAN NOT NULL,
            imported BOOLEAN NOT NULL,
            drafted_by UUID,
            ended_on DATE,
            ended_known BIGINT,
            end_reason TEXT NOT NULL,
            revision INTEGER NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_agreement PRIMARY KEY (city, id),
            CONSTRAINT uq_agreement_city_code UNIQUE (city, code),
            CONSTRAINT fk_agreement_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_agreement_city_origin FOREIGN KEY(city, origin) REFERENCES region (city, code),
            CONSTRAINT fk_agreement_city_host FOREIGN KEY(city, host) REFERENCES region (city, code),
            CONSTRAINT ck_agreement_two_parties CHECK (origin <> host),
            CONSTRAINT ck_agreement_state_of_whole CHECK (state <> 'amended'),
            CONSTRAINT ck_agreement_minutes_and_consent CHECK (imported OR state IN ('draft', 'ended') OR (minutes_no <> '' AND deduction_consent)),
            CONSTRAINT ck_agreement_live CHECK ((state = 'in_force') <= (live IS NOT NULL)),
            CONSTRAINT ck_agreement_ended CHECK ((state = 'ended') = (ended_on IS NOT NULL)),
            CONSTRAINT ck_agreement_ended_known CHECK ((ended_known IS NOT NULL) = (state = 'ended' AND live IS NOT NULL)),
            CONSTRAINT ck_agreement_revision CHECK (revision >= 1),
            CONSTRAINT ck_agreement_state CHECK (state IN ('draft', 'signing', 'in_force', 'amended', 'ended'))
        )
        """
    )
    op.execute("CREATE INDEX ix_agreement_host ON agreement (city, host)")
    op.execute("CREATE INDEX ix_agreement_origin ON agreement (city, origin)")
    op.execute("CREATE UNIQUE INDEX uq_agreement_live ON agreement (city, project) WHERE state <> 'ended'")
    op.execute(
        """
        CREATE TABLE agreement_version (
            city TEXT NOT NULL,
            agreement UUID NOT NULL,
            version INTEGER NOT NULL,
            terms JSONB NOT NULL,
            method VARCHAR(40) NOT NULL,
            effective_on DATE NOT NULL,
            remark TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            known BIGINT,
            imported BOOLEAN NOT NULL,
            drafted_by UUID,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_agreement_version PRIMARY KEY (city, agreement, version),
            CONSTRAINT fk_agreement_version_city_agreement FOREIGN KEY(city, agreement) REFERENCES agreement (city, id),
            CONSTRAINT ck_agreement_version_version CHECK (version >= 1),
            CONSTRAINT ck_agreement_version_known CHECK (known >= 1),
            CONSTRAINT ck_agreement_version_known_in_force CHECK ((state IN ('in_force', 'amended')) = (known IS NOT NULL)),
            CONSTRAINT ck_agreement_version_method CHECK (method IN ('fixed', 'yearly', 'ningde', 'kunming_enclave')),
            CONSTRAINT ck_agreement_version_state CHECK (state IN ('draft', 'signing', 'in_force', 'amended', 'ended'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_agreement_version_in_force ON agreement_version (city, agreement) WHERE state = 'in_force'"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_agreement_version_open ON agreement_version (city, agreement) WHERE state IN ('draft', 'signing')"
    )
    op.execute(
        """
        CREATE TABLE transfer_confirmation (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            code TEXT NOT NULL,
            project UUID NOT NULL,
            origin TEXT NOT NULL,
            host TEXT NOT NULL,
            investor_name TEXT NOT NULL,
            investor_credit_code TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            drafted_by UUID,
            signed_on DATE,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_transfer_confirmation PRIMARY KEY (city, id),
            CONSTRAINT uq_transfer_confirmation_city_code UNIQUE (city, code),
            CONSTRAINT fk_transfer_confirmation_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_transfer_confirmation_city_origin FOREIGN KEY(city, origin) REFERENCES region (city, code),
            CONSTRAINT fk_transfer_confirmation_city_host FOREIGN KEY(city, host) REFERENCES region (city, code),
            CONSTRAINT ck_transfer_confirmation_two_parties CHECK (origin <> host),
            CONSTRAINT ck_transfer_confirmation_state_of_whole CHECK (state <> 'amended'),
            CONSTRAINT ck_transfer_confirmation_investor CHECK (investor_name <> ''),
            CONSTRAINT ck_transfer_confirmation_signed CHECK ((state = 'in_force') <= (signed_on IS NOT NULL)),
            CONSTRAINT ck_transfer_confirmation_state CHECK (state IN ('draft', 'signing', 'in_force', 'amended', 'ended'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_transfer_confirmation_live ON transfer_confirmation (city, project) WHERE state <> 'ended'"
    )
    op.execute(
        """
        CREATE TABLE signed_scan (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            sha256 TEXT NOT NULL,
            media_type VARCHAR(40) NOT NULL,
            name TEXT NOT NULL,
            size INTEGER NOT NULL,
            content BYTEA NOT NULL,
            uploaded_by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_signed_scan PRIMARY KEY (city, id),
            CONSTRAINT uq_signed_scan_city_sha256 UNIQUE (city, sha256),
            CONSTRAINT ck_signed_scan_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ck_signed_scan_size CHECK (octet_length(content) = size AND size BETWEEN 1 AND 10485760),
            CONSTRAINT ck_signed_scan_media_type CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE agreement_signature (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            agreement UUID,
            version INTEGER,
            confirmation UUID,
            party VARCHAR(40) NOT NULL,
            signer TEXT NOT NULL,
            signed_on DATE NOT NULL,
            scan UUID NOT NULL,
            state VARCHAR(40) NOT NULL,
            made_by UUID NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            checked_by UUID,
            checked_at TIMESTAMP WITH TIME ZONE,
            reason TEXT NOT NULL,
            CONSTRAINT pk_agreement_signature PRIMARY KEY (city, id),
            CONSTRAINT fk_agreement_signature_city_agreement_version FOREIGN KEY(city, agreement, version) REFERENCES agreement_version (city, agreement, version),
            CONSTRAINT fk_agreement_signature_city_confirmation FOREIGN KEY(city, confirmation) REFERENCES transfer_confirmation (city, id),
            CONSTRAINT fk_agreement_signature_city_scan FOREIGN KEY(city, scan) REFERENCES signed_scan (city, id),
            CONSTRAINT ck_agreement_signature_one_paper CHECK ((confirmation IS NULL AND agreement IS NOT NULL AND version IS NOT NULL AND party IN ('origin', 'host', 'witness')) OR (confirmation IS NOT NULL AND agreement IS NULL AND version IS NULL AND party IN ('origin', 'host', 'investor'))),
            CONSTRAINT ck_agreement_signature_two_people CHECK (checked_by <> made_by),
            CONSTRAINT ck_agreement_signature_checked CHECK ((state = 'uploaded') = (checked_by IS NULL) AND (checked_by IS NULL) = (checked_at IS NULL)),
            CONSTRAINT ck_agreement_signature_rejected CHECK ((state = 'rejected') = (reason <> '')),
            CONSTRAINT ck_agreement_signature_party CHECK (party IN ('origin', 'host', 'witness', 'investor')),
            CONSTRAINT ck_agreement_signature_state CHECK (state IN ('uploaded', 'checked', 'rejected'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_agreement_signature_agreement ON agreement_signature (city, agreement, version, party) WHERE agreement IS NOT NULL AND state <> 'rejected'"
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_agreement_signature_confirmation ON agreement_signature (city, confirmation, party) WHERE confirmation IS NOT NULL AND state <> 'rejected'"
    )
    op.execute(
        """
        CREATE TABLE paper_number (
            city TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            year INTEGER NOT NULL,
            last INTEGER NOT NULL,
            CONSTRAINT pk_paper_number PRIMARY KEY (city, kind, year),
            CONSTRAINT ck_paper_number_last CHECK (last >= 1),
            CONSTRAINT ck_paper_number_kind CHECK (kind IN ('agreement', 'confirmation'))
        )
        """
    )
    for function in (VERSION_GUARD, CONFIRMATION_GUARD, PAPER_GUARD, SIGNATURE_GUARD):
        op.execute(function)
    for table, events, function in ROW_GUARDS:
        name = f"{table}_{function.removeprefix('yipanqi_')}"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    for table in KEPT_TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")


def downgrade() -> None:
    for table in (
        "agreement_signature",
        "signed_scan",
        "agreement_version",
        "agreement",
        "transfer_confirmation",
        "paper_number",
    ):
        op.execute(f"DROP TABLE {table}")
    for function in ("agreement_version", "confirmation", "paper", "signature"):
        op.execute(f"DROP FUNCTION yipanqi_guard_{function}()")
