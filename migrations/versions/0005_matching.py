"""Matching: runs on frozen inputs, their results with every reason, and what was decided on them."""

from alembic import op

revision = "0005_matching"
down_revision = "0004_projects"
branch_labels = None
depends_on = None

RESULTS = ("match_placement", "match_candidate", "match_rejection")
"""Tables whose rows are written with their run and never changed or removed."""

RUN_GUARD = """
CREATE FUNCTION yipanqi_guard_match_run() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a match run is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('done', 'failed', 'superseded') THEN
        RAISE EXCEPTION 'a finished match run does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE match_run (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            state VARCHAR(40) NOT NULL,
            seconds INTEGER NOT NULL,
            seed INTEGER NOT NULL,
            requested_by UUID,
            requested_office TEXT NOT NULL,
            replaces UUID,
            round INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            as_of DATE,
            snapshot JSONB,
            snapshot_sha256 TEXT,
            weights JSONB,
            versions JSONB,
            status VARCHAR(40),
            value BIGINT CONSTRAINT ck_match_run_value_range CHECK (value >= 0 AND value < 9007199254740992),
            bound BIGINT CONSTRAINT ck_match_run_bound_range CHECK (bound >= 0 AND bound < 9007199254740992),
            gap_ppm BIGINT CONSTRAINT ck_match_run_gap_ppm_range CHECK (gap_ppm >= 0 AND gap_ppm < 9007199254740992),
            leads INTEGER,
            parks INTEGER,
            placed INTEGER,
            work_limit_ms INTEGER,
            limited_by_wall BOOLEAN NOT NULL,
            elapsed_ms INTEGER,
            verified BOOLEAN NOT NULL,
            failure VARCHAR(40),
            created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            started_at TIMESTAMP WITH TIME ZONE,
            finished_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_match_run PRIMARY KEY (city, id),
            CONSTRAINT fk_match_run_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT fk_match_run_city_replaces FOREIGN KEY(city, replaces) REFERENCES match_run (city, id),
            CONSTRAINT ck_match_run_failure_named CHECK ((state = 'failed') = (failure IS NOT NULL)),
            CONSTRAINT ck_match_run_done_is_verified CHECK (state <> 'done' OR (verified AND value IS NOT NULL AND bound >= value AND snapshot IS NOT NULL)),
            CONSTRAINT ck_match_run_attempts CHECK (attempts BETWEEN 0 AND 2),
            CONSTRAINT ck_match_run_snapshot_hashed CHECK ((snapshot IS NULL) = (snapshot_sha256 IS NULL)),
            CONSTRAINT ck_match_run_state CHECK (state IN ('queued', 'running', 'done', 'failed', 'superseded')),
            CONSTRAINT ck_match_run_status CHECK (status IN ('optimal', 'feasible', 'infeasible', 'unknown')),
            CONSTRAINT ck_match_run_failure CHECK (failure IN ('worker_lost', 'out_of_time', 'out_of_memory', 'crashed', 'not_verified', 'no_result', 'inputs_changing'))
        )
        """
    )
    op.execute("CREATE INDEX ix_match_run_latest ON match_run (city, id) WHERE state = 'done'")
    op.execute(
        """
        CREATE TABLE match_placement (
            city TEXT NOT NULL,
            run UUID NOT NULL,
            project UUID NOT NULL,
            park TEXT,
            value BIGINT NOT NULL CONSTRAINT ck_match_placement_value_range CHECK (value >= 0 AND value < 9007199254740992),
            CONSTRAINT pk_match_placement PRIMARY KEY (city, run, project),
            CONSTRAINT fk_match_placement_city_run FOREIGN KEY(city, run) REFERENCES match_run (city, id),
            CONSTRAINT fk_match_placement_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_match_placement_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_match_placement_placed_has_value CHECK ((park IS NULL) = (value = 0))
        )
        """
    )
    op.execute("CREATE INDEX ix_match_placement_project ON match_placement (city, project, run)")
    op.execute(
        """
        CREATE TABLE match_candidate (
            city TEXT NOT NULL,
            run UUID NOT NULL,
            project UUID NOT NULL,
            rank INTEGER NOT NULL,
            park TEXT NOT NULL,
            positioning INTEGER NOT NULL,
            fit INTEGER NOT NULL,
            headroom INTEGER NOT NULL,
            intensity INTEGER NOT NULL,
            tax INTEGER NOT NULL,
            total INTEGER NOT NULL,
            value BIGINT NOT NULL CONSTRAINT ck_match_candidate_value_range CHECK (value >= 0 AND value < 9007199254740992),
            price BIGINT CONSTRAINT ck_match_candidate_price_range CHECK (price >= 0 AND price < 9007199254740992),
            placed BOOLEAN NOT NULL,
            shortfalls JSONB NOT NULL,
            CONSTRAINT pk_match_candidate PRIMARY KEY (city, run, project, rank),
            CONSTRAINT fk_match_candidate_city_run_project FOREIGN KEY(city, run, project) REFERENCES match_placement (city, run, project),
            CONSTRAINT fk_match_candidate_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_match_candidate_rank CHECK (rank BETWEEN 1 AND 3),
            CONSTRAINT ck_match_candidate_total CHECK (total = positioning + fit + headroom + intensity + tax AND total <= 10000)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE match_rejection (
            city TEXT NOT NULL,
            run UUID NOT NULL,
            project UUID NOT NULL,
            park TEXT NOT NULL,
            seq INTEGER NOT NULL,
            rule VARCHAR(40) NOT NULL,
            measured TEXT NOT NULL,
            limit_ TEXT NOT NULL,
            crowded BOOLEAN NOT NULL,
            CONSTRAINT pk_match_rejection PRIMARY KEY (city, run, project, park, seq),
            CONSTRAINT fk_match_rejection_city_run_project FOREIGN KEY(city, run, project) REFERENCES match_placement (city, run, project),
            CONSTRAINT fk_match_rejection_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_match_rejection_rule CHECK (rule IN ('origin', 'held', 'forbidden', 'positioning', 'intensity', 'tax', 'land', 'hall', 'stale_land', 'stale_hall', 'energy', 'water', 'cod', 'county_land', 'county_energy', 'county_cod', 'outranked'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE match_decision (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            run UUID NOT NULL,
            project UUID NOT NULL,
            park TEXT NOT NULL,
            rank INTEGER,
            override_reason VARCHAR(40),
            minutes TEXT NOT NULL,
            note TEXT NOT NULL,
            price BIGINT CONSTRAINT ck_match_decision_price_range CHECK (price >= 0 AND price < 9007199254740992),
            state VARCHAR(40) NOT NULL,
            decided_by UUID NOT NULL,
            decided_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            second_by UUID,
            second_at TIMESTAMP WITH TIME ZONE,
            hold UUID,
            CONSTRAINT pk_match_decision PRIMARY KEY (city, id),
            CONSTRAINT fk_match_decision_city_run_project FOREIGN KEY(city, run, project) REFERENCES match_placement (city, run, project),
            CONSTRAINT fk_match_decision_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_match_decision_override_reasoned CHECK (rank IS NOT DISTINCT FROM 1 OR override_reason IS NOT NULL),
            CONSTRAINT ck_match_decision_meeting_has_minutes CHECK (override_reason <> 'meeting' OR minutes <> ''),
            CONSTRAINT ck_match_decision_other_signed_twice CHECK (override_reason <> 'other' OR state <> 'final' OR second_by IS NOT NULL),
            CONSTRAINT ck_match_decision_two_people CHECK (second_by <> decided_by),
            CONSTRAINT ck_match_decision_override_reason CHECK (override_reason IN ('meeting', 'investor_choice', 'supply_chain', 'balance', 'safety', 'other')),
            CONSTRAINT ck_match_decision_state CHECK (state IN ('waiting', 'final', 'refused'))
        )
        """
    )
    op.execute("CREATE INDEX ix_match_decision_run ON match_decision (city, run, project)")
    op.execute(
        "CREATE UNIQUE INDEX uq_match_decision_waiting ON match_decision (city, project) WHERE state = 'waiting'"
    )
    op.execute(RUN_GUARD)
    op.execute(
        "CREATE TRIGGER match_run_guard BEFORE UPDATE OR DELETE ON match_run"
        " FOR EACH ROW EXECUTE FUNCTION yipanqi_guard_match_run()"
    )
    op.execute("ALTER TABLE match_run ENABLE ALWAYS TRIGGER match_run_guard")
    for table in RESULTS:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION yipanqi_refuse_change()"
        )
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate")


def downgrade() -> None:
    for table in ("match_decision", "match_rejection", "match_candidate", "match_placement", "match_run"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION yipanqi_guard_match_run()")
