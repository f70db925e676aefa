"""Objections with clocks both ways, and sealed scans of statements.

What was objected to before stands in the statements' events; it is copied into the new tables under the events' ids.
"""

from alembic import op

revision = "0016_objections"
down_revision = "0015_ledger_reopening"
branch_labels = None
depends_on = None

ACTIONS = [
    "compute",
    "prepare",
    "check",
    "review",
    "approve",
    "confirm",
    "confirm_by_rule",
    "object",
    "withdraw",
    "uphold",
    "accept",
    "resolve",
    "ask_reject",
    "reject",
    "reissue",
    "supersede",
    "reopen",
    "close",
    "scan",
    "check_scan",
    "return_scan",
]
ACTIONS_BEFORE = [
    "compute",
    "prepare",
    "check",
    "review",
    "approve",
    "confirm",
    "object",
    "uphold",
    "reissue",
    "supersede",
    "close",
    "reopen",
]

# The statement's row is held: of two objections to one line, or of an objection and a confirmation, one waits and
# then sees what the other did.
OBJECTION_ENTERED = """
CREATE FUNCTION ledger_objection_entered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    standing text;
BEGIN
    SELECT s.state INTO standing FROM statement AS s
    WHERE s.city = NEW.city AND s.id = NEW.statement AND s.kind = 'year' FOR UPDATE;
    IF standing IS NULL OR standing NOT IN ('issued', 'disputed') OR (standing = 'issued' AND NOT NEW.reserved) THEN
        RAISE EXCEPTION 'a statement that is % takes no such objection', standing
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'objection_statement_open';
    END IF;
    IF EXISTS (
        SELECT FROM objection AS o
        LEFT JOIN objection_answer AS a ON a.city = o.city AND a.objection = o.id
        WHERE o.city = NEW.city AND o.statement = NEW.statement AND o.line = NEW.line AND a.objection IS NULL
    ) THEN
        RAISE EXCEPTION 'an objection to line % is open', NEW.line
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'objection_open_once';
    END IF;
    RETURN NEW;
END
$$
"""

STATEMENT_ANSWERED = """
CREATE FUNCTION ledger_statement_answered() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state IS DISTINCT FROM OLD.state AND NEW.state IN ('issued', 'confirmed', 'closed') AND EXISTS (
        SELECT FROM objection AS o
        LEFT JOIN objection_answer AS a ON a.city = o.city AND a.objection = o.id
        WHERE o.city = NEW.city AND o.statement = NEW.id AND NOT o.reserved AND a.objection IS NULL
    ) THEN
        RAISE EXCEPTION 'an objection to the statement is open'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'statement_answered';
    END IF;
    RETURN NEW;
END
$$
"""

SCAN_GUARD = """
CREATE FUNCTION ledger_sealed_scan() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'uploaded' OR NOT EXISTS (
            SELECT FROM statement AS s WHERE s.city = NEW.city AND s.id = NEW.statement AND s.kind = 'year'
            AND s.body_sha256 = NEW.body_sha256 AND s.state IN ('issued', 'disputed', 'confirmed', 'closed')
        ) OR NOT EXISTS (
            SELECT FROM signed_scan AS f WHERE f.city = NEW.city AND f.id = NEW.scan AND f.sha256 = NEW.scan_sha256
        ) THEN
            RAISE EXCEPTION 'a sealed scan names the content of an issued statement, and its own'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sealed_scan_content';
        END IF;
    ELSIF TG_OP = 'DELETE' OR OLD.state <> 'uploaded' OR
        to_jsonb(OLD) - 'state' - 'checked_by' - 'checked_name' - 'checked_at' - 'reason'
        IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'checked_by' - 'checked_name' - 'checked_at' - 'reason' THEN
        RAISE EXCEPTION 'a sealed scan is checked or sent back once, as it was uploaded'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sealed_scan_once';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("ledger_objection_entered", OBJECTION_ENTERED),
    ("ledger_statement_answered", STATEMENT_ANSWERED),
    ("ledger_sealed_scan", SCAN_GUARD),
)
APPEND_ONLY = ("objection", "objection_answer", "objection_message")
TABLES = (*APPEND_ONLY, "sealed_scan")

COPIED_OBJECTIONS = """
INSERT INTO objection (city, id, statement, kind, line, line_key, reserved, expected_fen, reason, by, by_name, office,
    on_date, at)
SELECT e.city, e.id, e.statement, 'county', coalesce((e.facts->>'line')::int, 0),
    concat_ws('|', l.line->>'direction', l.line->>'agreement', l.line->>'tax', l.line->>'year',
        l.line->>'agreement_year', l.line->>'counterparty'),
    coalesce((e.facts->>'reserved')::boolean, false), (e.facts->>'expected_fen')::bigint, e.facts->>'reason',
    e.by, e.by_name, e.office, e.on_date, e.at
FROM statement_event AS e
JOIN statement AS s ON s.city = e.city AND s.id = e.statement
LEFT JOIN LATERAL (SELECT s.body->'lines'->((e.facts->>'line')::int - 1) AS line) AS l ON e.facts->>'line' IS NOT NULL
WHERE e.action = 'object'
"""
COPIED_ANSWERS = """
INSERT INTO objection_answer (city, objection, objected_by, outcome, reason, successor, by, by_name, office, on_date, at)
SELECT DISTINCT ON (o.city, o.id) o.city, o.id, o.by,
    CASE a.action WHEN 'uphold' THEN 'upheld' WHEN 'reissue' THEN 'accepted' ELSE 'replaced' END,
    coalesce(a.facts->>'reason', ''), CASE a.action WHEN 'supersede' THEN n.id END,
    a.by, a.by_name, a.office, a.on_date, a.at
FROM objection AS o
JOIN statement_event AS raised ON raised.city = o.city AND raised.id = o.id
JOIN statement_event AS a ON a.city = o.city AND a.statement = o.statement AND a.seq > raised.seq
    AND a.action IN ('uphold', 'reissue', 'supersede')
LEFT JOIN statement AS n ON n.city = o.city AND n.supersedes = o.statement
WHERE NOT o.reserved
ORDER BY o.city, o.id, a.seq
"""


def _actions(names: list[str]) -> None:
    listed = ", ".join(f"'{name}'" for name in names)
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE statement_event DROP CONSTRAINT ck_statement_event_action"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE statement_event ADD CONSTRAINT ck_statement_event_action CHECK (action IN ({listed}))"
    )


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    _actions(ACTIONS)
    op.execute(
        """
        CREATE TABLE objection (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            statement UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            line INTEGER NOT NULL,
            line_key TEXT NOT NULL,
            reserved BOOLEAN NOT NULL,
            expected_fen BIGINT CONSTRAINT ck_objection_expected_fen_range CHECK (expected_fen > -9007199254740992 AND expected_fen < 9007199254740992),
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_objection PRIMARY KEY (city, id),
            CONSTRAINT uq_objection_city_id_by UNIQUE (city, id, by),
            CONSTRAINT fk_objection_city_statement FOREIGN KEY(city, statement) REFERENCES statement (city, id),
            CONSTRAINT ck_objection_line CHECK (line >= 0),
            CONSTRAINT ck_objection_line_named CHECK ((line = 0) = (line_key = '')),
            CONSTRAINT ck_objection_reason CHECK (reason <> ''),
            CONSTRAINT ck_objection_whole_by_issuer CHECK (kind = 'county' OR (line = 0 AND NOT reserved)),
            CONSTRAINT ck_objection_kind CHECK (kind IN ('county', 'issuer_error'))
        )
        """
    )
    op.execute("CREATE INDEX ix_objection_statement ON objection (city, statement)")
    op.execute(
        """
        CREATE TABLE objection_answer (
            city TEXT NOT NULL,
            objection UUID NOT NULL,
            objected_by UUID NOT NULL,
            outcome VARCHAR(40) NOT NULL,
            reason TEXT NOT NULL,
            agreed_fen BIGINT CONSTRAINT ck_objection_answer_agreed_fen_range CHECK (agreed_fen > -9007199254740992 AND agreed_fen < 9007199254740992),
            successor UUID,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_objection_answer PRIMARY KEY (city, objection),
            CONSTRAINT fk_objection_answer_city_objection_objected_by FOREIGN KEY(city, objection, objected_by) REFERENCES objection (city, id, by),
            CONSTRAINT fk_objection_answer_city_successor FOREIGN KEY(city, successor) REFERENCES statement (city, id),
            CONSTRAINT ck_objection_answer_two_people CHECK (outcome = 'withdrawn' OR by <> objected_by),
            CONSTRAINT ck_objection_answer_reason CHECK (reason <> '' OR outcome IN ('withdrawn', 'replaced')),
            CONSTRAINT ck_objection_answer_agreed_in_part CHECK ((outcome = 'in_part') = (agreed_fen IS NOT NULL)),
            CONSTRAINT ck_objection_answer_replaced_by CHECK ((outcome = 'replaced') = (successor IS NOT NULL)),
            CONSTRAINT ck_objection_answer_outcome CHECK (outcome IN ('upheld', 'accepted', 'in_part', 'withdrawn', 'replaced'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE objection_message (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            objection UUID NOT NULL,
            side VARCHAR(40) NOT NULL,
            private BOOLEAN NOT NULL,
            text TEXT NOT NULL,
            scan UUID,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_objection_message PRIMARY KEY (city, id),
            CONSTRAINT fk_objection_message_city_objection FOREIGN KEY(city, objection) REFERENCES objection (city, id),
            CONSTRAINT fk_objection_message_city_scan FOREIGN KEY(city, scan) REFERENCES signed_scan (city, id),
            CONSTRAINT ck_objection_message_says_something CHECK (text <> '' OR scan IS NOT NULL),
            CONSTRAINT ck_objection_message_side CHECK (side IN ('county', 'city'))
        )
        """
    )
    op.execute("CREATE INDEX ix_objection_message_objection ON objection_message (city, objection)")
    op.execute(
        """
        CREATE TABLE sealed_scan (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            statement UUID NOT NULL,
            body_sha256 TEXT NOT NULL,
            scan UUID NOT NULL,
            scan_sha256 TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            checked_by UUID,
            checked_name TEXT NOT NULL,
            checked_at TIMESTAMP WITH TIME ZONE,
            reason TEXT NOT NULL,
            CONSTRAINT pk_sealed_scan PRIMARY KEY (city, id),
            CONSTRAINT fk_sealed_scan_city_statement FOREIGN KEY(city, statement) REFERENCES statement (city, id),
            CONSTRAINT fk_sealed_scan_city_scan FOREIGN KEY(city, scan) REFERENCES signed_scan (city, id),
            CONSTRAINT ck_sealed_scan_two_people CHECK (checked_by <> made_by),
            CONSTRAINT ck_sealed_scan_checked CHECK ((state = 'uploaded') = (checked_by IS NULL) AND (checked_by IS NULL) = (checked_at IS NULL)),
            CONSTRAINT ck_sealed_scan_rejected CHECK ((state = 'rejected') = (reason <> '')),
            CONSTRAINT ck_sealed_scan_state CHECK (state IN ('uploaded', 'checked', 'rejected'))
        )
        """
    )
    for column in ("statement", "scan"):
        op.execute(
            f"CREATE UNIQUE INDEX uq_sealed_scan_{column} ON sealed_scan (city, {column}) WHERE state <> 'rejected'"
        )
    op.execute(COPIED_OBJECTIONS)
    op.execute(COPIED_ANSWERS)
    for _name, body in FUNCTIONS:
        op.execute(body)
    _trigger("objection", "objection_entered", "INSERT", "ledger_objection_entered")
    _trigger("statement", "statement_answered", "UPDATE", "ledger_statement_answered")
    _trigger("sealed_scan", "sealed_scan_guard", "INSERT OR UPDATE OR DELETE", "ledger_sealed_scan")
    for table in APPEND_ONLY:
        _trigger(table, f"{table}_append_only", "UPDATE OR DELETE", "yipanqi_refuse_change")
    for table in TABLES:
        _trigger(table, f"{table}_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")


def downgrade() -> None:
    op.execute("DROP TRIGGER statement_answered ON statement")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    _actions(ACTIONS_BEFORE)
