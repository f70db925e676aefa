"""Firms' names: every name under which a firm is known, ready to be compared; warnings of duplicates."""

from alembic import op

revision = "0021_firms"
down_revision = "0020_files"
branch_labels = None
depends_on = None

TABLES = ("firm_name", "firm_check", "duplicate_warning")

# An open warning is cleared or answered; an answer stays, and who was warned of what never changes.
WARNING_STAYS = """
CREATE FUNCTION duplicate_warning_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.state IN ('noted', 'different') AND OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'a warning that was answered stays so'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'duplicate_warning_final';
    END IF;
    IF (OLD.city, OLD.id, OLD.project, OLD.other, OLD.warned_on, OLD.at)
        IS DISTINCT FROM (NEW.city, NEW.id, NEW.project, NEW.other, NEW.warned_on, NEW.at)
    THEN
        RAISE EXCEPTION 'what was warned of never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'duplicate_warning_content';
    END IF;
    RETURN NEW;
END
$$
"""

# Names that stand already. Their keys are made by `yipanqi firms index`: SQL knows no pinyin.
STANDING = (
    """
    INSERT INTO firm_name (city, id, subject_kind, subject, name, kind, credit_code, county)
    SELECT city, id, 'project', id, investor_name, 'current', investor_credit_code, ''
    FROM project WHERE btrim(investor_name) <> ''
    """,
    """
    INSERT INTO firm_name (city, id, subject_kind, subject, name, kind, credit_code, county)
    SELECT city, gen_random_uuid(), 'company', project, name, 'subsidiary', credit_code, ''
    FROM company WHERE btrim(name) <> ''
    """,
)


def _guard(table: str, name: str, rest: str) -> None:
    op.execute(f"CREATE TRIGGER {name} {rest}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _guards() -> None:
    op.execute(WARNING_STAYS)
    for table, event in (("firm_check", "UPDATE OR DELETE"), ("duplicate_warning", "DELETE")):
        for name, when, each in (("append_only", event, "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
            _guard(
                table,
                f"{table}_{name}",
                f"BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()",
            )
    _guard(
        "duplicate_warning",
        "duplicate_warning_stays",
        "BEFORE UPDATE ON duplicate_warning FOR EACH ROW EXECUTE FUNCTION duplicate_warning_stays()",
    )


def upgrade() -> None:
    """Make the tables and their guards; take over the names that stand."""
    op.execute(
        """
        CREATE TABLE firm_name (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            subject_kind VARCHAR(40) NOT NULL,
            subject UUID NOT NULL,
            name TEXT NOT NULL,
            kind VARCHAR(40) NOT NULL,
            credit_code TEXT NOT NULL,
            keys BIGINT[] DEFAULT '{}' NOT NULL,
            county TEXT NOT NULL,
            recorded_by UUID,
            recorded_on DATE,
            ended_on DATE,
            CONSTRAINT pk_firm_name PRIMARY KEY (city, id),
            CONSTRAINT uq_firm_name_city_subject_kind_subject UNIQUE (city, subject_kind, subject),
            CONSTRAINT ck_firm_name_name CHECK (btrim(name) <> ''),
            CONSTRAINT ck_firm_name_alias_is_itself CHECK (subject_kind <> 'alias' OR subject = id),
            CONSTRAINT ck_firm_name_alias_recorded CHECK ((subject_kind = 'alias') = (recorded_by IS NOT NULL AND recorded_on IS NOT NULL)),
            CONSTRAINT ck_firm_name_alias_of CHECK (subject_kind <> 'alias' OR (kind <> 'current' AND credit_code <> '')),
            CONSTRAINT ck_firm_name_alias_ends CHECK (ended_on IS NULL OR subject_kind = 'alias'),
            CONSTRAINT ck_firm_name_subject_kind CHECK (subject_kind IN ('project', 'company', 'alias')),
            CONSTRAINT ck_firm_name_kind CHECK (kind IN ('current', 'former', 'short', 'subsidiary', 'parent'))
        )
        """
    )
    op.execute("CREATE INDEX ix_firm_name_keys ON firm_name USING gin (keys) WITH (fastupdate = off)")
    op.execute("CREATE INDEX ix_firm_name_credit_code ON firm_name (city, credit_code)")
    op.execute(
        """
        CREATE TABLE firm_check (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            account UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            county TEXT NOT NULL,
            name TEXT NOT NULL,
            credit_code TEXT NOT NULL,
            found INTEGER NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_firm_check PRIMARY KEY (city, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_firm_check_account ON firm_check (city, account, at)")
    op.execute("CREATE INDEX ix_firm_check_day ON firm_check (city, on_date, id)")
    op.execute(
        """
        CREATE TABLE duplicate_warning (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            other UUID NOT NULL,
            alike VARCHAR(40) NOT NULL,
            likeness INTEGER NOT NULL,
            state VARCHAR(40) NOT NULL,
            warned_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            noted_by UUID,
            noted_name TEXT NOT NULL,
            noted_on DATE,
            reason TEXT NOT NULL,
            CONSTRAINT pk_duplicate_warning PRIMARY KEY (city, id),
            CONSTRAINT uq_duplicate_warning_city_project_other UNIQUE (city, project, other),
            CONSTRAINT fk_duplicate_warning_city_project FOREIGN KEY (city, project) REFERENCES project (city, id),
            CONSTRAINT fk_duplicate_warning_city_other FOREIGN KEY (city, other) REFERENCES project (city, id),
            CONSTRAINT ck_duplicate_warning_two_projects CHECK (project <> other),
            CONSTRAINT ck_duplicate_warning_likeness CHECK (likeness BETWEEN 0 AND 10000),
            CONSTRAINT ck_duplicate_warning_noted CHECK ((state IN ('noted', 'different')) = (noted_by IS NOT NULL AND noted_on IS NOT NULL AND btrim(reason) <> '')),
            CONSTRAINT ck_duplicate_warning_alike CHECK (alike IN ('credit_code', 'identical', 'alias', 'branch', 'place', 'short_name', 'group', 'related', 'sound', 'shape', 'slip', 'nothing')),
            CONSTRAINT ck_duplicate_warning_state CHECK (state IN ('open', 'cleared', 'noted', 'different'))
        )
        """
    )
    op.execute("CREATE INDEX ix_duplicate_warning_state ON duplicate_warning (city, state, warned_on, id)")
    op.execute("CREATE INDEX ix_duplicate_warning_other ON duplicate_warning (city, other)")
    _guards()
    for statement in STANDING:
        op.execute(statement)


def downgrade() -> None:
    """Take tables and guards back."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION duplicate_warning_stays()")
