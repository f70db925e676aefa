"""Overrides and objections to matches.

A decision keeps the told price with all its sums, who decided, and the business date. Objections, reviewers, answers
and messages are append-only; who had a hand in a match reviews no objection to it.
"""

from alembic import op

revision = "0027_overrides"
down_revision = "0026_approvals"
branch_labels = None
depends_on = None

STATES = ("waiting", "final", "refused", "returned")
STATES_BEFORE = ("waiting", "final", "refused")
TABLES = (
    "match_objection",
    "match_objection_reviewer",
    "match_objection_answer",
    "match_objection_message",
)

PRICED = """
CREATE FUNCTION match_decision_priced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.rank IS DISTINCT FROM 1 AND NOT EXISTS (
        SELECT FROM match_question AS q
        WHERE q.city = NEW.city AND q.id = NEW.question AND q.run = NEW.run AND q.project = NEW.project
            AND q.park = NEW.park AND q.kind = 'override_price' AND q.state = 'done'
    ) THEN
        RAISE EXCEPTION 'an override is signed on its price'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'match_decision_priced';
    END IF;
    RETURN NEW;
END
$$
"""

# The project's row is held: of two objections at once one waits and then sees the other.
ENTERED = """
CREATE FUNCTION match_objection_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM project AS p WHERE p.city = NEW.city AND p.id = NEW.project FOR UPDATE;
    IF NEW.decision IS NOT NULL AND NOT EXISTS (
        SELECT FROM match_decision AS d WHERE d.city = NEW.city AND d.id = NEW.decision AND d.project = NEW.project
    ) THEN
        RAISE EXCEPTION 'the decision is on another project'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'match_objection_decision';
    END IF;
    IF EXISTS (
        SELECT FROM match_objection AS o
        LEFT JOIN match_objection_answer AS a ON a.city = o.city AND a.objection = o.id
        WHERE o.city = NEW.city AND o.project = NEW.project AND o.county = NEW.county AND a.objection IS NULL
            AND o.decision IS NOT DISTINCT FROM NEW.decision
    ) THEN
        RAISE EXCEPTION 'an objection of the county is open'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'match_objection_open_once';
    END IF;
    RETURN NEW;
END
$$
"""

HANDS = """
CREATE FUNCTION match_objection_hands(of_city text, of_objection uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.by FROM match_objection AS o WHERE o.city = of_city AND o.id = of_objection
    UNION
    SELECT unnest(ARRAY[d.decided_by, d.second_by, r.requested_by])
    FROM match_objection AS o
    JOIN match_decision AS d ON d.city = o.city AND d.project = o.project
        AND (o.decision IS NULL OR d.id = o.decision)
    JOIN match_run AS r ON r.city = d.city AND r.id = d.run
    WHERE o.city = of_city AND o.id = of_objection
    UNION
    SELECT r.requested_by FROM match_objection AS o
    JOIN match_run AS r ON r.city = o.city AND r.id = o.run
    WHERE o.city = of_city AND o.id = of_objection
    UNION
    SELECT m.actor FROM match_objection AS o
    JOIN project_move AS m ON m.city = o.city AND m.project = o.project AND m.action = 'propose'
    WHERE o.city = of_city AND o.id = of_objection
    UNION
    SELECT a.applied_by FROM match_objection AS o
    JOIN application AS a ON a.city = o.city AND a.project = o.project
    WHERE o.city = of_city AND o.id = of_objection
    UNION
    SELECT t.accepted_by FROM match_objection AS o
    JOIN terms_acceptance AS t ON t.city = o.city AND t.project = o.project
    WHERE o.city = of_city AND o.id = of_objection
    UNION
    SELECT c.committed_by FROM match_objection AS o
    JOIN commitment AS c ON c.city = o.city AND c.project = o.project
    WHERE o.city = of_city AND o.id = of_objection
$$
"""

INDEPENDENT = """
CREATE FUNCTION match_objection_independent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.reviewer IN (SELECT h FROM match_objection_hands(NEW.city, NEW.objection) AS h WHERE h IS NOT NULL) THEN
        RAISE EXCEPTION 'who had a hand in a match reviews no objection to it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'match_objection_independent';
    END IF;
    RETURN NEW;
END
$$
"""

ANSWERED = """
CREATE FUNCTION match_objection_answered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.outcome <> 'withdrawn' AND to_jsonb(NEW)->>'by' IS DISTINCT FROM (
        SELECT r.reviewer::text FROM match_objection_reviewer AS r
        WHERE r.city = NEW.city AND r.objection = NEW.objection ORDER BY r.seq DESC LIMIT 1
    ) THEN
        RAISE EXCEPTION 'an objection is answered by its reviewer'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'match_objection_reviewer_answers';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("match_decision_priced()", PRICED),
    ("match_objection_entered()", ENTERED),
    ("match_objection_hands(text, uuid)", HANDS),
    ("match_objection_independent()", INDEPENDENT),
    ("match_objection_answered()", ANSWERED),
)


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )


def _states(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE match_decision DROP CONSTRAINT ck_match_decision_state"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE match_decision ADD CONSTRAINT ck_match_decision_state CHECK (state IN ({listed}))"
    )


def upgrade() -> None:
    op.execute("ALTER TABLE match_decision ADD COLUMN told JSONB")
    op.execute(
        "ALTER TABLE match_decision ADD COLUMN body VARCHAR(40) CONSTRAINT ck_match_decision_body"
        " CHECK (body IN ('office', 'special_meeting', 'joint_meeting'))"
    )
    op.execute("ALTER TABLE match_decision ADD COLUMN decided_on DATE")
    _states(STATES)
    op.execute(
        """
        CREATE TABLE match_objection (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            decision UUID,
            run UUID,
            county TEXT NOT NULL,
            standing VARCHAR(40) NOT NULL,
            ground VARCHAR(40) NOT NULL,
            reasons TEXT NOT NULL,
            evidence TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            due_on DATE NOT NULL,
            answer_by DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_match_objection PRIMARY KEY (city, id),
            CONSTRAINT uq_match_objection_city_id_by UNIQUE (city, id, by),
            CONSTRAINT fk_match_objection_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_match_objection_city_decision FOREIGN KEY(city, decision) REFERENCES match_decision (city, id),
            CONSTRAINT fk_match_objection_city_run FOREIGN KEY(city, run) REFERENCES match_run (city, id),
            CONSTRAINT fk_match_objection_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_match_objection_reasons CHECK (reasons <> ''),
            CONSTRAINT ck_match_objection_answer_by CHECK (answer_by >= on_date),
            CONSTRAINT ck_match_objection_standing CHECK (standing IN ('origin', 'applicant', 'candidate')),
            CONSTRAINT ck_match_objection_ground CHECK (ground IN ('stock', 'score', 'rule', 'order', 'override', 'interest', 'other'))
        )
        """
    )
    op.execute("CREATE INDEX ix_match_objection_project ON match_objection (city, project, county)")
    op.execute(
        """
        CREATE TABLE match_objection_reviewer (
            city TEXT NOT NULL,
            objection UUID NOT NULL,
            seq INTEGER NOT NULL,
            reviewer UUID NOT NULL,
            reviewer_name TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_match_objection_reviewer PRIMARY KEY (city, objection, seq),
            CONSTRAINT fk_match_objection_reviewer_city_objection FOREIGN KEY(city, objection) REFERENCES match_objection (city, id),
            CONSTRAINT ck_match_objection_reviewer_seq CHECK (seq >= 1)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE match_objection_answer (
            city TEXT NOT NULL,
            objection UUID NOT NULL,
            objected_by UUID NOT NULL,
            outcome VARCHAR(40) NOT NULL,
            consequence VARCHAR(40) NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_match_objection_answer PRIMARY KEY (city, objection),
            CONSTRAINT fk_match_objection_answer_city_objection_objected_by FOREIGN KEY(city, objection, objected_by) REFERENCES match_objection (city, id, by),
            CONSTRAINT ck_match_objection_answer_two_people CHECK (outcome = 'withdrawn' OR by <> objected_by),
            CONSTRAINT ck_match_objection_answer_reason CHECK (reason <> ''),
            CONSTRAINT ck_match_objection_answer_consequence_of_upheld CHECK (consequence = 'none' OR outcome = 'upheld'),
            CONSTRAINT ck_match_objection_answer_outcome CHECK (outcome IN ('upheld', 'dismissed', 'withdrawn')),
            CONSTRAINT ck_match_objection_answer_consequence CHECK (consequence IN ('none', 'decision_returned', 'hold_released', 'run_requested'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE match_objection_message (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            objection UUID NOT NULL,
            side VARCHAR(40) NOT NULL,
            text TEXT NOT NULL,
            file UUID,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_match_objection_message PRIMARY KEY (city, id),
            CONSTRAINT fk_match_objection_message_city_objection FOREIGN KEY(city, objection) REFERENCES match_objection (city, id),
            CONSTRAINT fk_match_objection_message_city_file FOREIGN KEY(city, file) REFERENCES file (city, id),
            CONSTRAINT ck_match_objection_message_says_something CHECK (text <> '' OR file IS NOT NULL),
            CONSTRAINT ck_match_objection_message_side CHECK (side IN ('county', 'city'))
        )
        """
    )
    op.execute(
        "CREATE INDEX ix_match_objection_message_objection ON match_objection_message (city, objection)"
    )
    for _name, text in FUNCTIONS:
        op.execute(text)
    _trigger("match_decision", "match_decision_priced", "INSERT", "match_decision_priced")
    _trigger("match_objection", "match_objection_entered", "INSERT", "match_objection_entered")
    _trigger(
        "match_objection_reviewer", "match_objection_independent", "INSERT", "match_objection_independent"
    )
    _trigger("match_objection_answer", "match_objection_answered", "INSERT", "match_objection_answered")
    for table in TABLES:
        for name, when, each in (
            (f"{table}_append_only", "UPDATE OR DELETE", "ROW"),
            (f"{table}_no_truncate", "TRUNCATE", "STATEMENT"),
        ):
            _trigger(table, name, when, "yipanqi_refuse_change", each)
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP TRIGGER match_decision_priced ON match_decision")
    for name, _text in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
    op.execute("UPDATE match_decision SET state = 'refused' WHERE state = 'returned'")
    _states(STATES_BEFORE)
    for column in ("told", "body", "decided_on"):
        op.execute(f"-- squawk-ignore ban-drop-column\nALTER TABLE match_decision DROP COLUMN {column}")
