"""The evidence log: sealed entries, checkpoints, co-signatures, keys.

What is sealed, signed and co-signed is append-only. The log's row says how many entries there are; it only
grows, and only by as many as were sealed with it. A key's content never changes, and who confirms it is not who handed it in.
"""

from alembic import op

revision = "0018_evidence_log"
down_revision = "0017_settlement"
branch_labels = None
depends_on = None

APPEND_ONLY = ("seal", "checkpoint", "cosignature")
KEPT = ("evidence_log", "evidence_key")

# The count is an index scan over what was just written.
LOG_GROWS = """
CREATE FUNCTION evidence_log_grows() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    before bigint := 0;
    sealed bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF ROW (OLD.city, OLD.origin, OLD.algorithm) IS DISTINCT FROM ROW (NEW.city, NEW.origin, NEW.algorithm) THEN
            RAISE EXCEPTION 'a log keeps its name and its hash'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'evidence_log_name';
        END IF;
        before := OLD.size;
    END IF;
    SELECT count(*) INTO sealed FROM seal WHERE city = NEW.city AND index >= before AND index < NEW.size;
    IF NEW.size < before OR sealed <> NEW.size - before THEN
        RAISE EXCEPTION 'a log grows by what was sealed: from % to % with % entries', before, NEW.size, sealed
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'evidence_log_grows';
    END IF;
    RETURN NEW;
END
$$
"""

KEY_CONTENT = """
CREATE FUNCTION evidence_key_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'state' - 'confirmed_by' - 'confirmed_name' - 'valid_from' - 'retired_at'
        IS DISTINCT FROM
        to_jsonb(NEW) - 'state' - 'confirmed_by' - 'confirmed_name' - 'valid_from' - 'retired_at'
        OR (OLD.confirmed_by IS NOT NULL AND OLD.confirmed_by IS DISTINCT FROM NEW.confirmed_by)
    THEN
        RAISE EXCEPTION 'a key never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'evidence_key_content';
    END IF;
    IF OLD.state = 'retired' OR (OLD.state = 'active' AND NEW.state = 'proposed') THEN
        RAISE EXCEPTION 'a key that is % stays so', OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'evidence_key_state';
    END IF;
    RETURN NEW;
END
$$
"""

# A co-signature counts for the county whose key made it, at a checkpoint no older than its last.
COSIGNATURE_ORDER = """
CREATE FUNCTION evidence_cosignature_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    standing text;
BEGIN
    SELECT state INTO standing FROM evidence_key
    WHERE city = NEW.city AND id = NEW.key AND county = NEW.county FOR SHARE;
    IF standing IS DISTINCT FROM 'active' THEN
        RAISE EXCEPTION 'the key is not in force'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'cosignature_key_active';
    END IF;
    IF EXISTS (SELECT FROM cosignature WHERE city = NEW.city AND county = NEW.county AND size > NEW.size) THEN
        RAISE EXCEPTION 'a later checkpoint is co-signed already'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'cosignature_order';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("evidence_log_grows", LOG_GROWS),
    ("evidence_key_content", KEY_CONTENT),
    ("evidence_cosignature_order", COSIGNATURE_ORDER),
)


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE seal (
            city TEXT NOT NULL,
            index BIGINT NOT NULL,
            kind TEXT NOT NULL,
            source TEXT NOT NULL,
            entry TEXT NOT NULL,
            leaf BYTEA NOT NULL,
            CONSTRAINT pk_seal PRIMARY KEY (city, index),
            CONSTRAINT uq_seal_city_kind_source UNIQUE (city, kind, source),
            CONSTRAINT ck_seal_index_range CHECK (index >= 0 AND index < 9007199254740992),
            CONSTRAINT ck_seal_leaf_size CHECK (octet_length(leaf) = 32)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE evidence_log (
            city TEXT NOT NULL,
            origin TEXT NOT NULL,
            algorithm VARCHAR(40) NOT NULL,
            size BIGINT NOT NULL,
            peaks BYTEA NOT NULL,
            journal_xact BIGINT NOT NULL,
            journal_id UUID NOT NULL,
            cluster BIGINT NOT NULL,
            CONSTRAINT pk_evidence_log PRIMARY KEY (city),
            CONSTRAINT ck_evidence_log_peaks_fit CHECK (size >= 0 AND octet_length(peaks) = 32 * length(replace(size::bit(64)::text, '0', ''))),
            CONSTRAINT ck_evidence_log_algorithm CHECK (algorithm IN ('sha256', 'sm3'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE checkpoint (
            city TEXT NOT NULL,
            size BIGINT NOT NULL,
            root BYTEA NOT NULL,
            note TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_checkpoint PRIMARY KEY (city, size),
            CONSTRAINT fk_checkpoint_city FOREIGN KEY(city) REFERENCES evidence_log (city),
            CONSTRAINT ck_checkpoint_size_positive CHECK (size > 0),
            CONSTRAINT ck_checkpoint_root_size CHECK (octet_length(root) = 32)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE evidence_key (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            county TEXT,
            held_by VARCHAR(40) NOT NULL,
            vkey TEXT NOT NULL,
            sealed BYTEA,
            state VARCHAR(40) NOT NULL,
            proposed_by UUID NOT NULL,
            proposed_name TEXT NOT NULL,
            proposed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            confirmed_by UUID,
            confirmed_name TEXT,
            valid_from TIMESTAMP WITH TIME ZONE,
            retired_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_evidence_key PRIMARY KEY (city, id),
            CONSTRAINT uq_evidence_key_city_vkey UNIQUE (city, vkey),
            CONSTRAINT fk_evidence_key_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_evidence_key_two_people CHECK (county IS NULL OR confirmed_by <> proposed_by),
            CONSTRAINT ck_evidence_key_confirmed CHECK (state = 'proposed' OR county IS NULL OR confirmed_by IS NOT NULL OR (state = 'retired' AND valid_from IS NULL)),
            CONSTRAINT ck_evidence_key_valid CHECK ((state = 'active') <= (valid_from IS NOT NULL) AND (state = 'retired') = (retired_at IS NOT NULL)),
            CONSTRAINT ck_evidence_key_private_part CHECK ((held_by = 'county') = (sealed IS NULL)),
            CONSTRAINT ck_evidence_key_log_held_by_city CHECK (county IS NOT NULL OR held_by = 'city'),
            CONSTRAINT ck_evidence_key_held_by CHECK (held_by IN ('county', 'city')),
            CONSTRAINT ck_evidence_key_state CHECK (state IN ('proposed', 'active', 'retired'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_evidence_key_active ON evidence_key (city, county) NULLS NOT DISTINCT WHERE state = 'active'"
    )
    op.execute(
        """
        CREATE TABLE cosignature (
            city TEXT NOT NULL,
            size BIGINT NOT NULL,
            key UUID NOT NULL,
            county TEXT NOT NULL,
            line TEXT NOT NULL,
            time BIGINT NOT NULL,
            by UUID NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_cosignature PRIMARY KEY (city, size, key),
            CONSTRAINT fk_cosignature_city_size FOREIGN KEY(city, size) REFERENCES checkpoint (city, size),
            CONSTRAINT fk_cosignature_city_key FOREIGN KEY(city, key) REFERENCES evidence_key (city, id),
            CONSTRAINT fk_cosignature_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_cosignature_time_positive CHECK (time >= 0)
        )
        """
    )
    op.execute("CREATE INDEX ix_cosignature_county ON cosignature (city, county, size)")
    # Journals of one transaction lie together, so that a summary of each range of blocks finds them.
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX ix_journal_xact ON journal (city, xact, id)"
    )
    _guards()


def _guards() -> None:
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in APPEND_ONLY:
        _trigger(table, "append_only", "BEFORE UPDATE OR DELETE", "ROW", "yipanqi_refuse_change")
    for table in KEPT:
        _trigger(table, "no_delete", "BEFORE DELETE", "ROW", "yipanqi_refuse_change")
    for table in (*APPEND_ONLY, *KEPT):
        _trigger(table, "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "yipanqi_refuse_change")
    _trigger("evidence_log", "grows", "BEFORE INSERT OR UPDATE", "ROW", "evidence_log_grows")
    _trigger("evidence_key", "content", "BEFORE UPDATE", "ROW", "evidence_key_content")
    _trigger("cosignature", "order", "BEFORE INSERT", "ROW", "evidence_cosignature_order")


def _trigger(table: str, name: str, when: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def downgrade() -> None:
    op.execute("DROP INDEX ix_journal_xact")
    for table in ("cosignature", "evidence_key", "checkpoint", "evidence_log", "seal"):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
