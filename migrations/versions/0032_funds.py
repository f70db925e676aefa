"""Paid-in funds: entries with their check, exchange rates, closed months; and versions of targets."""

from alembic import op

revision = "0032_funds"
down_revision = "0031_tracking"
branch_labels = None
depends_on = None

# What counts: imported rows, dollars at their month's rate (none where no rate is known), and confirmed entries.
COUNTED = """
CREATE FUNCTION funds_counted(a_city text)
RETURNS TABLE (project uuid, month text, fund_kind text, currency text, amount bigint, rate_e4 integer, fen bigint,
    entry uuid, seq integer, evidence text, corrects_month text)
LANGUAGE sql STABLE AS $$
    SELECT i.project, i.month, i.fund_kind::text, CASE WHEN i.unit = '万元' THEN 'CNY' ELSE 'USD' END, i.amount,
        r.rate_e4, CASE WHEN i.unit = '万元' THEN i.amount ELSE div(i.amount::numeric * r.rate_e4 + 5000, 10000)::bigint END,
        NULL::uuid, i.seq, i.evidence, NULL::text
    FROM paid_in AS i
    LEFT JOIN LATERAL (
        SELECT x.rate_e4 FROM exchange_rate AS x
        WHERE x.city = i.city AND x.month = i.month AND i.unit <> '万元' ORDER BY x.version DESC LIMIT 1
    ) AS r ON true
    WHERE i.city = a_city
    UNION ALL
    SELECT e.project, e.month, e.fund_kind::text, e.currency::text, e.amount, e.rate_e4, e.fen, e.id, NULL::integer,
        e.evidence, e.corrects_month
    FROM fund_entry AS e WHERE e.city = a_city AND e.state = 'confirmed'
$$
"""

# Whoever writes a month's funds shares the city's lock, whoever closes a month takes it alone: neither misses the other.
CLOSED_THROUGH = """
CREATE FUNCTION funds_closed_through(a_city text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('funds ' || a_city, 0));
    RETURN (SELECT max(c.month) FROM fund_close AS c WHERE c.city = a_city);
END
$$
"""

REFUSE_CLOSED = """
CREATE FUNCTION funds_refuse_closed(a_month text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the funds of % are closed; a correction is booked in the first open month', a_month
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'funds_closed', DETAIL = a_month;
END
$$
"""

CLOSE_GUARD = """
CREATE FUNCTION funds_close() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('funds ' || NEW.city, 0));
    IF EXISTS (SELECT FROM fund_close AS c WHERE c.city = NEW.city AND c.month >= NEW.month) THEN
        PERFORM funds_refuse_closed(NEW.month);
    END IF;
    RETURN NEW;
END
$$
"""

# A file that brings a closed month's rows once more, unchanged, loads; any other does not.
PAID_IN_GUARD = """
CREATE FUNCTION funds_paid_in() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    closed text := funds_closed_through(coalesce(NEW.city, OLD.city));
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.month <= closed AND NOT EXISTS (
            SELECT FROM paid_in AS i
            WHERE i.city = NEW.city AND i.project = NEW.project AND i.month = NEW.month
                AND i.fund_kind = NEW.fund_kind AND i.seq = NEW.seq AND i.amount = NEW.amount AND i.unit = NEW.unit
        ) THEN
            PERFORM funds_refuse_closed(NEW.month);
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.month <= closed AND (TG_OP = 'DELETE' OR (NEW.project, NEW.month, NEW.fund_kind, NEW.amount, NEW.unit)
        IS DISTINCT FROM (OLD.project, OLD.month, OLD.fund_kind, OLD.amount, OLD.unit)) THEN
        PERFORM funds_refuse_closed(OLD.month);
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.month <= closed AND NEW.month <> OLD.month THEN
        PERFORM funds_refuse_closed(NEW.month);
    END IF;
    RETURN NEW;
END
$$
"""

RATE_GUARD = """
CREATE FUNCTION funds_rate() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.month <= funds_closed_through(NEW.city) THEN
        PERFORM funds_refuse_closed(NEW.month);
    END IF;
    RETURN NEW;
END
$$
"""

ENTRY_GUARD = """
CREATE FUNCTION funds_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    closed text := funds_closed_through(NEW.city);
    before record;
    stands bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' OR NEW.revision <> 1 THEN
            RAISE EXCEPTION 'an entry begins as one that waits to be confirmed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_entry_begins';
        END IF;
        IF NEW.month <= closed THEN
            PERFORM funds_refuse_closed(NEW.month);
        END IF;
        IF NEW.corrects_month IS NOT NULL AND NEW.month <> NEW.corrects_month AND (closed IS NULL
            OR NEW.corrects_month > closed OR NEW.month <> to_char((closed || '-01')::date + interval '1 month', 'YYYY-MM'))
        THEN
            RAISE EXCEPTION 'a correction is booked in its own month, or in the first open one once that is closed'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_entry_correction';
        END IF;
        IF NEW.replaces IS NOT NULL THEN
            SELECT e.project, e.month, e.fund_kind, e.corrects_month, e.state INTO before FROM fund_entry AS e
            WHERE e.city = NEW.city AND e.id = NEW.replaces;
            IF before.state IS DISTINCT FROM 'confirmed' OR (before.project, before.month, before.fund_kind)
                IS DISTINCT FROM (NEW.project, NEW.month, NEW.fund_kind)
                OR before.corrects_month IS DISTINCT FROM NEW.corrects_month THEN
                RAISE EXCEPTION 'a revision is of a confirmed entry of the same project, month and kind'
                    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_entry_revision';
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - ARRAY['state', 'revision', 'checked_by', 'checked_name', 'checked_on', 'ended_by', 'ended_on', 'end_reason']
        IS DISTINCT FROM
        to_jsonb(NEW) - ARRAY['state', 'revision', 'checked_by', 'checked_name', 'checked_on', 'ended_by', 'ended_on', 'end_reason']
        OR NEW.revision <> OLD.revision + 1
        OR NOT ((OLD.state = 'pending' AND NEW.state IN ('confirmed', 'refused', 'withdrawn'))
            OR (OLD.state = 'confirmed' AND NEW.state IN ('replaced', 'withdrawn')
                AND (NEW.checked_by, NEW.checked_on) IS NOT DISTINCT FROM (OLD.checked_by, OLD.checked_on))) THEN
        RAISE EXCEPTION 'of an entry only the state moves, one step at a time'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_entry_moves';
    END IF;
    IF NEW.month <= closed AND 'confirmed' IN (OLD.state, NEW.state) THEN
        PERFORM funds_refuse_closed(NEW.month);
    END IF;
    IF NEW.state = 'confirmed' AND NEW.replaces IS NOT NULL AND NOT EXISTS (
        SELECT FROM fund_entry AS e WHERE e.city = NEW.city AND e.id = NEW.replaces AND e.state = 'replaced'
    ) THEN
        RAISE EXCEPTION 'what an entry revises must have left before it counts'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_entry_revision';
    END IF;
    IF NEW.state = 'confirmed' AND NEW.fen < 0 THEN
        SELECT coalesce(sum(c.fen), 0) INTO stands FROM funds_counted(NEW.city) AS c
        WHERE c.project = NEW.project AND c.fund_kind = NEW.fund_kind
            AND coalesce(c.corrects_month, c.month) = NEW.corrects_month;
        IF stands + NEW.fen < 0 THEN
            RAISE EXCEPTION 'a correction takes back no more than the month has'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'fund_entry_too_much';
        END IF;
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("funds_counted(text)", COUNTED),
    ("funds_closed_through(text)", CLOSED_THROUGH),
    ("funds_refuse_closed(text)", REFUSE_CLOSED),
    ("funds_close()", CLOSE_GUARD),
    ("funds_paid_in()", PAID_IN_GUARD),
    ("funds_rate()", RATE_GUARD),
    ("funds_entry()", ENTRY_GUARD),
)
APPEND_ONLY = ("exchange_rate", "fund_close", "goal")
TABLES = ("fund_entry", *APPEND_ONLY)

# Lists that other migrations lengthen too: the words are put before what stands there.
WORDS = (
    ("file", "ck_file_purpose", ("capital_report", "bank_slip")),
    ("file_binding", "ck_file_binding_proves", ("capital_report", "bank_slip")),
    ("file_binding", "ck_file_binding_subject", ("funds",)),
    ("file_unlock", "ck_file_unlock_subject", ("funds",)),
)


def _relist(table: str, name: str, words: tuple[str, ...], *, take: bool) -> None:
    """Put words into the list of a CHECK, or take them out of it."""
    listed = "".join(f"''{word}''::character varying, " for word in words)
    old, new = ("ARRAY[", f"ARRAY[{listed}") if take else (f"ARRAY[{listed}", "ARRAY[")
    op.execute(
        f"""
        DO $do$
        DECLARE
            listed text := (
                SELECT pg_get_constraintdef(c.oid) FROM pg_constraint AS c
                WHERE c.conname = '{name}' AND c.conrelid = '{table}'::regclass
            );
        BEGIN
            EXECUTE format('ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} %s',
                replace(listed, '{old}', '{new}'));
        END
        $do$
        """  # noqa: S608 -- our own words
    )


def _guard(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(
        """
        CREATE TABLE fund_entry (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            month TEXT NOT NULL,
            fund_kind VARCHAR(40) NOT NULL,
            currency VARCHAR(40) NOT NULL,
            amount BIGINT NOT NULL CONSTRAINT ck_fund_entry_amount_range CHECK (amount > -9007199254740992 AND amount < 9007199254740992),
            rate_e4 INTEGER,
            fen BIGINT NOT NULL CONSTRAINT ck_fund_entry_fen_range CHECK (fen > -9007199254740992 AND fen < 9007199254740992),
            evidence TEXT NOT NULL,
            corrects_month TEXT,
            replaces UUID,
            reason TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            revision INTEGER NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            checked_by UUID,
            checked_name TEXT NOT NULL,
            checked_on DATE,
            ended_by UUID,
            ended_on DATE,
            end_reason TEXT NOT NULL,
            CONSTRAINT pk_fund_entry PRIMARY KEY (city, id),
            CONSTRAINT fk_fund_entry_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_fund_entry_city_replaces FOREIGN KEY(city, replaces) REFERENCES fund_entry (city, id),
            CONSTRAINT ck_fund_entry_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
            CONSTRAINT ck_fund_entry_corrects_month CHECK (corrects_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$' AND corrects_month <= month),
            CONSTRAINT ck_fund_entry_something CHECK (amount <> 0 AND (amount > 0 OR corrects_month IS NOT NULL)),
            CONSTRAINT ck_fund_entry_rate_of_dollars CHECK ((currency = 'USD') = (rate_e4 IS NOT NULL)),
            CONSTRAINT ck_fund_entry_rate CHECK (rate_e4 > 0),
            CONSTRAINT ck_fund_entry_dollars_are_foreign CHECK (currency = 'CNY' OR fund_kind = 'foreign'),
            CONSTRAINT ck_fund_entry_converted CHECK (fen = CASE WHEN rate_e4 IS NULL THEN amount ELSE sign(amount::numeric) * div(abs(amount::numeric) * rate_e4 + 5000, 10000) END),
            CONSTRAINT ck_fund_entry_evidence CHECK (evidence <> ''),
            CONSTRAINT ck_fund_entry_reason CHECK ((reason <> '') = (corrects_month IS NOT NULL OR replaces IS NOT NULL)),
            CONSTRAINT ck_fund_entry_two_people CHECK (checked_by <> made_by),
            CONSTRAINT ck_fund_entry_checked CHECK (CASE state WHEN 'pending' THEN checked_by IS NULL WHEN 'withdrawn' THEN ended_by IS NOT NULL ELSE checked_by IS NOT NULL END),
            CONSTRAINT ck_fund_entry_ended CHECK ((state IN ('refused', 'withdrawn')) = (end_reason <> '')),
            CONSTRAINT ck_fund_entry_revision CHECK (revision >= 1),
            CONSTRAINT ck_fund_entry_fund_kind CHECK (fund_kind IN ('province_outside', 'province_inside', 'foreign')),
            CONSTRAINT ck_fund_entry_currency CHECK (currency IN ('CNY', 'USD')),
            CONSTRAINT ck_fund_entry_state CHECK (state IN ('pending', 'confirmed', 'refused', 'replaced', 'withdrawn'))
        )
        """
    )
    op.execute("CREATE INDEX ix_fund_entry_month ON fund_entry (city, month, state)")
    op.execute("CREATE INDEX ix_fund_entry_project ON fund_entry (city, project, month)")
    op.execute(
        "CREATE UNIQUE INDEX uq_fund_entry_replaces ON fund_entry (city, replaces)"
        " WHERE state IN ('pending', 'confirmed', 'replaced')"
    )
    op.execute(
        """
        CREATE TABLE exchange_rate (
            city TEXT NOT NULL,
            month TEXT NOT NULL,
            version INTEGER NOT NULL,
            rate_e4 INTEGER NOT NULL,
            source TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_exchange_rate PRIMARY KEY (city, month, version),
            CONSTRAINT fk_exchange_rate_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_exchange_rate_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
            CONSTRAINT ck_exchange_rate_version CHECK (version >= 1),
            CONSTRAINT ck_exchange_rate_rate CHECK (rate_e4 BETWEEN 1 AND 9999999),
            CONSTRAINT ck_exchange_rate_source CHECK (source <> '')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE fund_close (
            city TEXT NOT NULL,
            month TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_fund_close PRIMARY KEY (city, month),
            CONSTRAINT fk_fund_close_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_fund_close_month CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE goal (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            year INTEGER NOT NULL,
            actor VARCHAR(40) NOT NULL,
            unit TEXT NOT NULL,
            indicator TEXT NOT NULL,
            version INTEGER NOT NULL,
            value BIGINT NOT NULL CONSTRAINT ck_goal_value_range CHECK (value >= 0 AND value < 9007199254740992),
            value_unit TEXT NOT NULL,
            effective_from DATE NOT NULL,
            document_no TEXT NOT NULL,
            reason TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_goal PRIMARY KEY (city, id),
            CONSTRAINT fk_goal_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT uq_goal_city_year_actor_unit_indicator_version UNIQUE (city, year, actor, unit, indicator, version),
            CONSTRAINT ck_goal_named CHECK (unit <> '' AND indicator <> '' AND value_unit <> ''),
            CONSTRAINT ck_goal_grounds CHECK (document_no <> '' AND reason <> ''),
            CONSTRAINT ck_goal_year CHECK (year BETWEEN 2000 AND 2100),
            CONSTRAINT ck_goal_version CHECK (version >= 1),
            CONSTRAINT ck_goal_actor CHECK (actor IN ('county', 'park', 'outpost', 'department', 'team'))
        )
        """
    )
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in APPEND_ONLY:
        _guard(table, "append_only", "UPDATE OR DELETE", "yipanqi_refuse_change")
    _guard("fund_entry", "kept", "DELETE", "yipanqi_refuse_change")
    for table in TABLES:
        _guard(table, "no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")
    _guard("fund_entry", "moves", "INSERT OR UPDATE", "funds_entry")
    _guard("exchange_rate", "open", "INSERT", "funds_rate")
    _guard("fund_close", "onwards", "INSERT", "funds_close")
    _guard("paid_in", "open", "INSERT OR UPDATE OR DELETE", "funds_paid_in")
    for table, name, words in WORDS:
        _relist(table, name, words, take=True)


def downgrade() -> None:
    """Undo it."""
    for table, name, words in WORDS:
        _relist(table, name, words, take=False)
    op.execute("DROP TRIGGER paid_in_open ON paid_in")
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
