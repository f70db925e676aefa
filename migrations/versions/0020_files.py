"""Files: what is kept as evidence, what each file proves, and leads that are merged into one."""

from alembic import op

revision = "0020_files"
down_revision = "0019_credit"
branch_labels = None
depends_on = None

TABLES = ("file_content", "file", "file_binding", "file_binding_end", "file_unlock", "project_merge")
APPEND_ONLY = ("file", "file_binding", "file_binding_end", "file_unlock")

# Content goes when its time is over, and may come back with the same bytes; what it was stays.
CONTENT_STAYS = """
CREATE FUNCTION file_content_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.city, OLD.sha256, OLD.size, OLD.kind, OLD.kept_at)
        IS DISTINCT FROM (NEW.city, NEW.sha256, NEW.size, NEW.kind, NEW.kept_at)
    THEN
        RAISE EXCEPTION 'what a file was never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'file_content_stays';
    END IF;
    RETURN NEW;
END
$$
"""

# A merge is one way. Both leads' rows are locked by the program; here the rules stand for everybody.
MERGE_RULES = """
CREATE FUNCTION project_merge_rules() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    accepted bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state <> 'requested' THEN
            RAISE EXCEPTION 'a merge that is % stays so', OLD.state
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'project_merge_final';
        END IF;
        IF to_jsonb(OLD) - 'state' - 'decided_by' - 'decided_name' - 'decided_on' - 'decided_reason'
            IS DISTINCT FROM
            to_jsonb(NEW) - 'state' - 'decided_by' - 'decided_name' - 'decided_on' - 'decided_reason'
        THEN
            RAISE EXCEPTION 'what was asked for never changes'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'project_merge_content';
        END IF;
    END IF;
    SELECT count(*) INTO accepted FROM project AS p
    WHERE p.city = NEW.city AND p.id IN (NEW.kept, NEW.merged) AND p.accepted_on IS NOT NULL;
    IF accepted = 2 AND NOT NEW.two_people THEN
        RAISE EXCEPTION 'two accepted leads are merged by two people'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'project_merge_two_people';
    END IF;
    IF NEW.state = 'merged' AND EXISTS (
        SELECT FROM project_merge AS m WHERE m.city = NEW.city AND m.merged = NEW.kept AND m.state = 'merged'
    ) THEN
        RAISE EXCEPTION 'the lead that is kept went into another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'project_merge_kept';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (("file_content_stays", CONTENT_STAYS), ("project_merge_rules", MERGE_RULES))


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
        "file_content",
        "file_content_stays",
        "BEFORE UPDATE ON file_content FOR EACH ROW EXECUTE FUNCTION file_content_stays()",
    )
    _guard(
        "project_merge",
        "project_merge_rules",
        "BEFORE INSERT OR UPDATE ON project_merge FOR EACH ROW EXECUTE FUNCTION project_merge_rules()",
    )


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(
        """
        CREATE TABLE file_content (
            city TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            size BIGINT NOT NULL CONSTRAINT ck_file_content_size_range CHECK (size >= 0 AND size < 9007199254740992),
            kind VARCHAR(40) NOT NULL,
            content BYTEA,
            kept_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            pruned_at TIMESTAMP WITH TIME ZONE,
            pruned_reason TEXT NOT NULL,
            CONSTRAINT pk_file_content PRIMARY KEY (city, sha256),
            CONSTRAINT fk_file_content_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_file_content_addressed CHECK (content IS NULL OR encode(sha256(content), 'hex') = sha256),
            CONSTRAINT ck_file_content_whole CHECK (content IS NULL OR octet_length(content) = size),
            CONSTRAINT ck_file_content_digest CHECK (sha256 ~ '^[0-9a-f]{64}$' AND size > 0),
            CONSTRAINT ck_file_content_pruned CHECK ((content IS NULL) = (pruned_at IS NOT NULL) AND (content IS NULL) = (btrim(pruned_reason) <> '')),
            CONSTRAINT ck_file_content_kind CHECK (kind IN ('pdf', 'png', 'jpeg', 'xlsx', 'docx', 'ofd'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE file (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            purpose VARCHAR(40) NOT NULL,
            note TEXT NOT NULL,
            uploader UUID NOT NULL,
            uploader_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_file PRIMARY KEY (city, id),
            CONSTRAINT fk_file_city_sha256 FOREIGN KEY(city, sha256) REFERENCES file_content (city, sha256),
            CONSTRAINT ck_file_name CHECK (btrim(name) <> ''),
            CONSTRAINT ck_file_purpose CHECK (purpose IN ('visit_record', 'land_letter', 'filing_receipt', 'consent', 'minutes', 'commitment', 'review_opinion', 'capacity_sheet', 'contract', 'licence', 'permit', 'statistics_proof', 'completion_report', 'invoice', 'correspondence', 'photo', 'other'))
        )
        """
    )
    op.execute("CREATE INDEX ix_file_sha256 ON file (city, sha256)")
    op.execute(
        """
        CREATE TABLE file_binding (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            file UUID NOT NULL,
            subject VARCHAR(40) NOT NULL,
            subject_id UUID NOT NULL,
            proves VARCHAR(40) NOT NULL,
            bound_by UUID NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_file_binding PRIMARY KEY (city, id),
            CONSTRAINT fk_file_binding_city_file FOREIGN KEY(city, file) REFERENCES file (city, id),
            CONSTRAINT ck_file_binding_subject CHECK (subject IN ('project', 'move', 'consent', 'visit', 'commitment', 'review', 'case', 'meeting', 'objection', 'contact', 'adjustment')),
            CONSTRAINT ck_file_binding_proves CHECK (proves IN ('visit_record', 'land_letter', 'filing_receipt', 'consent', 'minutes', 'commitment', 'review_opinion', 'capacity_sheet', 'contract', 'licence', 'permit', 'statistics_proof', 'completion_report', 'invoice', 'correspondence', 'photo', 'other'))
        )
        """
    )
    op.execute("CREATE INDEX ix_file_binding_file ON file_binding (city, file)")
    op.execute("CREATE INDEX ix_file_binding_subject ON file_binding (city, subject, subject_id)")
    op.execute(
        """
        CREATE TABLE file_binding_end (
            city TEXT NOT NULL,
            binding UUID NOT NULL,
            reason TEXT NOT NULL,
            ended_by UUID NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_file_binding_end PRIMARY KEY (city, binding),
            CONSTRAINT fk_file_binding_end_city_binding FOREIGN KEY(city, binding) REFERENCES file_binding (city, id),
            CONSTRAINT ck_file_binding_end_reason CHECK (btrim(reason) <> '')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE file_unlock (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            subject VARCHAR(40) NOT NULL,
            subject_id UUID NOT NULL,
            account UUID NOT NULL,
            office TEXT NOT NULL,
            reason TEXT NOT NULL,
            from_on DATE NOT NULL,
            until_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_file_unlock PRIMARY KEY (city, id),
            CONSTRAINT ck_file_unlock_reason CHECK (btrim(reason) <> ''),
            CONSTRAINT ck_file_unlock_span CHECK (until_on >= from_on),
            CONSTRAINT ck_file_unlock_subject CHECK (subject IN ('project', 'move', 'consent', 'visit', 'commitment', 'review', 'case', 'meeting', 'objection', 'contact', 'adjustment'))
        )
        """
    )
    op.execute("CREATE INDEX ix_file_unlock_subject ON file_unlock (city, subject, subject_id, account)")
    op.execute(
        """
        CREATE TABLE project_merge (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            kept UUID NOT NULL,
            merged UUID NOT NULL,
            reason TEXT NOT NULL,
            told TEXT NOT NULL,
            two_people BOOLEAN NOT NULL,
            state VARCHAR(40) NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            decided_by UUID,
            decided_name TEXT NOT NULL,
            decided_on DATE,
            decided_reason TEXT NOT NULL,
            CONSTRAINT pk_project_merge PRIMARY KEY (city, id),
            CONSTRAINT fk_project_merge_city_kept FOREIGN KEY(city, kept) REFERENCES project (city, id),
            CONSTRAINT fk_project_merge_city_merged FOREIGN KEY(city, merged) REFERENCES project (city, id),
            CONSTRAINT ck_project_merge_two_leads CHECK (kept <> merged),
            CONSTRAINT ck_project_merge_reason CHECK (btrim(reason) <> '' AND btrim(told) <> ''),
            CONSTRAINT ck_project_merge_decided CHECK ((decided_by IS NULL) = (decided_on IS NULL)),
            CONSTRAINT ck_project_merge_refused CHECK (state <> 'refused' OR decided_by IS NOT NULL),
            CONSTRAINT ck_project_merge_two_people CHECK (NOT two_people OR state = 'requested' OR (decided_by IS NOT NULL AND decided_by <> made_by)),
            CONSTRAINT ck_project_merge_state CHECK (state IN ('requested', 'merged', 'refused'))
        )
        """
    )
    op.execute("CREATE INDEX ix_project_merge_kept ON project_merge (city, kept)")
    op.execute(
        "CREATE UNIQUE INDEX uq_project_merge_live ON project_merge (city, merged) WHERE state <> 'refused'"
    )
    _guards()


def downgrade() -> None:
    """Take tables and guards back."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
