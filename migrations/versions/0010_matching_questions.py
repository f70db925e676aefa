"""Questions on match runs with their stored answers, and what leads without a host lack."""

from alembic import op

revision = "0010_matching_questions"
down_revision = "0009_matching_engine"
branch_labels = None
depends_on = None

QUESTION_GUARD = """
CREATE FUNCTION yipanqi_guard_match_question() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a question is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('done', 'failed') THEN
        RAISE EXCEPTION 'an answered question does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE match_question (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            run UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            project UUID,
            park TEXT,
            level INTEGER,
            asked JSONB NOT NULL,
            asked_sha256 TEXT NOT NULL,
            snapshot_sha256 TEXT NOT NULL,
            county TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            failure VARCHAR(40),
            attempts INTEGER NOT NULL,
            requested_by UUID NOT NULL,
            requested_office TEXT NOT NULL,
            answer JSONB,
            versions JSONB,
            elapsed_ms INTEGER,
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            started_at TIMESTAMP WITH TIME ZONE,
            finished_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_match_question PRIMARY KEY (city, id),
            CONSTRAINT fk_match_question_city_run FOREIGN KEY(city, run) REFERENCES match_run (city, id),
            CONSTRAINT fk_match_question_city_run_project FOREIGN KEY(city, run, project) REFERENCES match_placement (city, run, project),
            CONSTRAINT fk_match_question_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_match_question_about_a_project CHECK ((kind = 'scenario') = (project IS NULL)),
            CONSTRAINT ck_match_question_about_a_park CHECK ((kind IN ('alternatives', 'scenario')) = (park IS NULL)),
            CONSTRAINT ck_match_question_level_named CHECK ((kind = 'would_win') = (level IS NOT NULL)),
            CONSTRAINT ck_match_question_level CHECK (level BETWEEN 1 AND 2),
            CONSTRAINT ck_match_question_failure_named CHECK ((state = 'failed') = (failure IS NOT NULL)),
            CONSTRAINT ck_match_question_done_is_answered CHECK ((state = 'done') = (answer IS NOT NULL)),
            CONSTRAINT ck_match_question_attempts CHECK (attempts BETWEEN 0 AND 2),
            CONSTRAINT ck_match_question_kind CHECK (kind IN ('why_not', 'would_win', 'override_price', 'alternatives', 'scenario')),
            CONSTRAINT ck_match_question_state CHECK (state IN ('queued', 'running', 'done', 'failed')),
            CONSTRAINT ck_match_question_failure CHECK (failure IN ('worker_lost', 'out_of_time', 'out_of_memory', 'crashed', 'not_verified'))
        )
        """
    )
    op.execute("CREATE INDEX ix_match_question_asker ON match_question (city, requested_by, created_at)")
    op.execute("CREATE INDEX ix_match_question_pair ON match_question (city, run, project, park)")
    op.execute(
        "CREATE UNIQUE INDEX uq_match_question_asked"
        " ON match_question (city, run, county, asked_sha256) WHERE state <> 'failed'"
    )
    op.execute(
        """
        CREATE TABLE match_shortage (
            city TEXT NOT NULL,
            run UUID NOT NULL,
            project UUID NOT NULL,
            park TEXT NOT NULL,
            barred BOOLEAN NOT NULL,
            answer JSONB NOT NULL,
            CONSTRAINT pk_match_shortage PRIMARY KEY (city, run, project, park),
            CONSTRAINT fk_match_shortage_city_run_project FOREIGN KEY(city, run, project) REFERENCES match_placement (city, run, project),
            CONSTRAINT fk_match_shortage_city_park FOREIGN KEY(city, park) REFERENCES park (city, code)
        )
        """
    )
    op.execute("ALTER TABLE match_decision ADD COLUMN question UUID")
    op.execute(QUESTION_GUARD)
    op.execute(
        "CREATE TRIGGER match_question_guard BEFORE UPDATE OR DELETE ON match_question"
        " FOR EACH ROW EXECUTE FUNCTION yipanqi_guard_match_question()"
    )
    op.execute("ALTER TABLE match_question ENABLE ALWAYS TRIGGER match_question_guard")
    op.execute(
        "CREATE TRIGGER match_shortage_append_only BEFORE UPDATE OR DELETE ON match_shortage"
        " FOR EACH ROW EXECUTE FUNCTION yipanqi_refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER match_shortage_no_truncate BEFORE TRUNCATE ON match_shortage"
        " FOR EACH STATEMENT EXECUTE FUNCTION yipanqi_refuse_change()"
    )
    op.execute("ALTER TABLE match_shortage ENABLE ALWAYS TRIGGER match_shortage_append_only")
    op.execute("ALTER TABLE match_shortage ENABLE ALWAYS TRIGGER match_shortage_no_truncate")


def downgrade() -> None:
    op.execute("ALTER TABLE match_decision DROP COLUMN question")
    op.execute("DROP TABLE match_shortage")
    op.execute("DROP TABLE match_question")
    op.execute("DROP FUNCTION yipanqi_guard_match_question()")
