"""Approvals: further posts, delegations, suspensions, chains, sheets with their steps and acts, handovers.

Nobody signs what they made or signs a sheet twice, alone or in another's stead, whoever writes; an act stays.
"""

from alembic import op

revision = "0026_approvals"
down_revision = "0025_clocks"
branch_labels = None
depends_on = None

TABLES = (
    "account_post",
    "delegation",
    "acting_seat",
    "account_suspension",
    "approval_chain",
    "approval_sheet",
    "approval_step",
    "approval_act",
    "handover",
)
APPEND_ONLY = ("approval_act",)
KEPT = (
    "account_post",
    "delegation",
    "account_suspension",
    "approval_chain",
    "approval_sheet",
    "approval_step",
    "handover",
)

POST_FITS = """
CREATE FUNCTION account_post_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (
            SELECT FROM account a WHERE a.city = NEW.city AND a.id = NEW.account
            AND (a.role IN ('administrator', 'auditor') OR (a.role = NEW.role AND a.office = NEW.office))
        ) THEN
            RAISE EXCEPTION 'administrators and auditors have one post, and nobody has a post twice'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'account_post_fits';
        END IF;
    ELSIF OLD.ended_on IS NOT NULL OR to_jsonb(OLD) - 'ended_on' IS DISTINCT FROM to_jsonb(NEW) - 'ended_on' THEN
        RAISE EXCEPTION 'a post is only ended'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'account_post_content';
    END IF;
    RETURN NEW;
END
$$
"""

DELEGATION_FITS = """
CREATE FUNCTION delegation_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.ended_on IS NOT NULL
            OR to_jsonb(OLD) - 'ended_on' - 'ended_by' IS DISTINCT FROM to_jsonb(NEW) - 'ended_on' - 'ended_by'
        THEN
            RAISE EXCEPTION 'a delegation is only ended'
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'delegation_content';
        END IF;
    ELSIF NEW.post IS NOT NULL AND NOT EXISTS (
        SELECT FROM account_post p WHERE p.city = NEW.city AND p.id = NEW.post AND p.account = NEW.delegator
    ) THEN
        RAISE EXCEPTION 'one lends only a post of one''s own'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'delegation_own_post';
    END IF;
    RETURN NEW;
END
$$
"""

SUSPENSION_CONTENT = """
CREATE FUNCTION account_suspension_content() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.lifted_on IS NOT NULL
        OR to_jsonb(OLD) - 'lifted_on' - 'lifted_by' IS DISTINCT FROM to_jsonb(NEW) - 'lifted_on' - 'lifted_by'
    THEN
        RAISE EXCEPTION 'a suspension is only lifted'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'account_suspension_content';
    END IF;
    RETURN NEW;
END
$$
"""

# Whoever signs is neither the maker nor another step's signer, and that goes for both of 甲代乙.
ACT_FITS = """
CREATE FUNCTION approval_act_fits() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    sheet approval_sheet%ROWTYPE;
BEGIN
    SELECT * INTO sheet FROM approval_sheet s WHERE s.city = NEW.city AND s.id = NEW.sheet FOR UPDATE;
    IF NEW.seq <> (SELECT count(*) + 1 FROM approval_act a WHERE a.city = NEW.city AND a.sheet = NEW.sheet) THEN
        RAISE EXCEPTION 'acts on a sheet follow one another'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_act_in_order';
    END IF;
    IF sheet.state IN ('agreed', 'refused', 'withdrawn') AND NEW.verb <> 'copy' THEN
        RAISE EXCEPTION 'a sheet that is % has ended', sheet.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_act_after_end';
    END IF;
    IF NEW.verb IN ('agree', 'refuse', 'return') AND (
        NEW."by" IN (sheet.maker, sheet.kept_by) OR NEW.on_behalf_of IN (sheet.maker, sheet.kept_by)
        OR EXISTS (
            SELECT FROM approval_step p WHERE p.city = NEW.city AND p.sheet = NEW.sheet
            AND (p.signed_by IN (NEW."by", NEW.on_behalf_of) OR p.signed_for IN (NEW."by", NEW.on_behalf_of))
        )
    ) THEN
        RAISE EXCEPTION 'nobody signs what they made, or twice'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_act_other_person';
    END IF;
    IF NEW.on_behalf_of IS NOT NULL AND NOT EXISTS (
        SELECT FROM delegation d WHERE d.city = NEW.city AND d.id = NEW.delegation
        AND d.delegate = NEW."by" AND d.delegator = NEW.on_behalf_of AND sheet.kind = ANY (d.kinds)
        AND NEW.on_date BETWEEN d.from_on AND d.until_on AND d.ended_on IS NULL
    ) THEN
        RAISE EXCEPTION 'one acts for another under a delegation of that day and kind'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_act_delegated';
    END IF;
    RETURN NEW;
END
$$
"""

SHEET_STEP = """
CREATE FUNCTION approval_sheet_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'state' - 'revision' - 'kept_by' - 'seen_version'
        IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'revision' - 'kept_by' - 'seen_version'
    THEN
        RAISE EXCEPTION 'the matter of a sheet never changes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_sheet_content';
    END IF;
    IF OLD.state IN ('agreed', 'refused', 'withdrawn') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'a sheet that is % stays so', OLD.state
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_sheet_final';
    END IF;
    IF NEW.state = 'agreed' AND EXISTS (
        SELECT FROM approval_step p WHERE p.city = NEW.city AND p.sheet = NEW.id
        AND p.kind <> 'read' AND p.signed_by IS NULL
    ) THEN
        RAISE EXCEPTION 'a sheet is agreed by every signature'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'approval_sheet_signed';
    END IF;
    RETURN NEW;
END
$$
"""

HANDOVER_STEP = """
CREATE FUNCTION handover_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.done_on IS NOT NULL
        OR (OLD.giver_at IS NOT NULL AND NEW.giver_at IS DISTINCT FROM OLD.giver_at)
        OR (OLD.taker_at IS NOT NULL AND NEW.taker_at IS DISTINCT FROM OLD.taker_at)
        OR to_jsonb(OLD) - 'giver_at' - 'taker_at' - 'done_on' - 'revision'
        IS DISTINCT FROM to_jsonb(NEW) - 'giver_at' - 'taker_at' - 'done_on' - 'revision'
    THEN
        RAISE EXCEPTION 'a handover is confirmed once by each, on one list'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'handover_content';
    END IF;
    RETURN NEW;
END
$$
"""

FUNCTIONS = (
    ("account_post_fits", POST_FITS),
    ("delegation_fits", DELEGATION_FITS),
    ("account_suspension_content", SUSPENSION_CONTENT),
    ("approval_act_fits", ACT_FITS),
    ("approval_sheet_step", SHEET_STEP),
    ("handover_step", HANDOVER_STEP),
)
STEPS = (
    ("account_post", "BEFORE INSERT OR UPDATE", "account_post_fits"),
    ("delegation", "BEFORE INSERT OR UPDATE", "delegation_fits"),
    ("account_suspension", "BEFORE UPDATE", "account_suspension_content"),
    ("approval_act", "BEFORE INSERT", "approval_act_fits"),
    ("approval_sheet", "BEFORE UPDATE", "approval_sheet_step"),
    ("handover", "BEFORE UPDATE", "handover_step"),
)

DDL = (
    """
    CREATE TABLE account_post (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        account UUID NOT NULL,
        role VARCHAR(40) NOT NULL,
        office TEXT NOT NULL,
        county TEXT NOT NULL,
        since DATE NOT NULL,
        ended_on DATE,
        given_by UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_account_post PRIMARY KEY (city, id),
        CONSTRAINT fk_account_post_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
        CONSTRAINT ck_account_post_office_fits_role CHECK ((role IN ('county_officer', 'county_leader', 'county_finance') AND office = county) OR (role IN ('city_office', 'city_finance') AND office = city AND county = city) OR (role = 'park_officer' AND office <> county)),
        CONSTRAINT ck_account_post_given_by_another CHECK (given_by <> account),
        CONSTRAINT ck_account_post_role CHECK (role IN ('county_officer', 'county_leader', 'park_officer', 'city_office', 'county_finance', 'city_finance', 'auditor', 'administrator'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_account_post_once ON account_post (city, account, role, office) WHERE ended_on IS NULL
    """,
    """
    CREATE TABLE delegation (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        delegator UUID NOT NULL,
        delegator_name TEXT NOT NULL,
        delegate UUID NOT NULL,
        delegate_name TEXT NOT NULL,
        post UUID,
        seat UUID NOT NULL,
        office TEXT NOT NULL,
        kinds TEXT[] DEFAULT '{}' NOT NULL,
        reason TEXT NOT NULL,
        from_on DATE NOT NULL,
        until_on DATE NOT NULL,
        linked_until DATE NOT NULL,
        given_by UUID NOT NULL,
        given_name TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        ended_on DATE,
        ended_by UUID,
        CONSTRAINT pk_delegation PRIMARY KEY (city, id),
        CONSTRAINT fk_delegation_city_delegator FOREIGN KEY(city, delegator) REFERENCES account (city, id),
        CONSTRAINT fk_delegation_city_delegate FOREIGN KEY(city, delegate) REFERENCES account (city, id),
        CONSTRAINT fk_delegation_city_post FOREIGN KEY(city, post) REFERENCES account_post (city, id),
        CONSTRAINT ck_delegation_two_people CHECK (delegate <> delegator),
        CONSTRAINT ck_delegation_not_by_the_delegate CHECK (given_by <> delegate),
        CONSTRAINT ck_delegation_seat_named CHECK (seat = coalesce(post, delegator)),
        CONSTRAINT ck_delegation_days_in_order CHECK (from_on <= until_on AND until_on <= linked_until),
        CONSTRAINT ck_delegation_kinds_named CHECK (cardinality(kinds) > 0),
        CONSTRAINT ck_delegation_end_has_person CHECK ((ended_on IS NULL) = (ended_by IS NULL)),
        CONSTRAINT ex_delegation_one_at_a_time EXCLUDE USING gist (city WITH =, seat WITH =, daterange(from_on, until_on, '[]') WITH &&) WHERE (ended_on IS NULL)
    )
    """,
    """
    CREATE INDEX ix_delegation_delegate ON delegation (city, delegate)
    """,
    """
    CREATE INDEX ix_delegation_delegator ON delegation (city, delegator)
    """,
    """
    CREATE TABLE acting_seat (
        city TEXT NOT NULL,
        session UUID NOT NULL,
        post UUID,
        delegation UUID,
        CONSTRAINT pk_acting_seat PRIMARY KEY (city, session),
        CONSTRAINT fk_acting_seat_city_session FOREIGN KEY(city, session) REFERENCES account_session (city, id),
        CONSTRAINT fk_acting_seat_city_post FOREIGN KEY(city, post) REFERENCES account_post (city, id),
        CONSTRAINT fk_acting_seat_city_delegation FOREIGN KEY(city, delegation) REFERENCES delegation (city, id),
        CONSTRAINT ck_acting_seat_one_seat CHECK (num_nonnulls(post, delegation) <= 1)
    )
    """,
    """
    CREATE TABLE account_suspension (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        account UUID NOT NULL,
        from_on DATE NOT NULL,
        until_on DATE,
        reason TEXT NOT NULL,
        made_by UUID NOT NULL,
        made_name TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        lifted_on DATE,
        lifted_by UUID,
        CONSTRAINT pk_account_suspension PRIMARY KEY (city, id),
        CONSTRAINT fk_account_suspension_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
        CONSTRAINT ck_account_suspension_by_another CHECK (made_by <> account),
        CONSTRAINT ck_account_suspension_days_in_order CHECK (until_on IS NULL OR until_on >= from_on),
        CONSTRAINT ck_account_suspension_lift_has_person CHECK ((lifted_on IS NULL) = (lifted_by IS NULL)),
        CONSTRAINT ck_account_suspension_reason_given CHECK (reason <> '')
    )
    """,
    """
    CREATE INDEX ix_account_suspension_account ON account_suspension (city, account)
    """,
    """
    CREATE TABLE approval_chain (
        city TEXT NOT NULL,
        kind TEXT NOT NULL,
        office TEXT NOT NULL,
        effective_from DATE NOT NULL,
        steps JSONB NOT NULL,
        set_by UUID NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_approval_chain PRIMARY KEY (city, kind, office, effective_from)
    )
    """,
    """
    CREATE TABLE approval_sheet (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        kind TEXT NOT NULL,
        subject UUID NOT NULL,
        cycle INTEGER NOT NULL,
        office TEXT NOT NULL,
        state VARCHAR(40) NOT NULL,
        revision INTEGER NOT NULL,
        seen_version INTEGER NOT NULL,
        maker UUID,
        kept_by UUID,
        opened_on DATE NOT NULL,
        due_on DATE,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_approval_sheet PRIMARY KEY (city, id),
        CONSTRAINT uq_approval_sheet_city_kind_subject_cycle UNIQUE (city, kind, subject, cycle),
        CONSTRAINT ck_approval_sheet_counts CHECK (cycle >= 1 AND revision >= 0),
        CONSTRAINT ck_approval_sheet_state CHECK (state IN ('open', 'returned', 'agreed', 'refused', 'withdrawn'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_approval_sheet_live ON approval_sheet (city, kind, subject) WHERE state = 'open'
    """,
    """
    CREATE TABLE approval_step (
        city TEXT NOT NULL,
        sheet UUID NOT NULL,
        key INTEGER NOT NULL,
        place INTEGER NOT NULL,
        kind VARCHAR(40) NOT NULL,
        role VARCHAR(40),
        office TEXT,
        title TEXT NOT NULL,
        person UUID,
        person_name TEXT,
        turn INTEGER NOT NULL,
        signed_by UUID,
        signed_for UUID,
        signed_on DATE,
        CONSTRAINT pk_approval_step PRIMARY KEY (city, sheet, key),
        CONSTRAINT fk_approval_step_city_sheet FOREIGN KEY(city, sheet) REFERENCES approval_sheet (city, id),
        CONSTRAINT ck_approval_step_somebody_signs CHECK (num_nonnulls(role, person) >= 1),
        CONSTRAINT ck_approval_step_role_in_office CHECK ((role IS NULL) = (office IS NULL)),
        CONSTRAINT ck_approval_step_signature_dated CHECK ((signed_by IS NULL) = (signed_on IS NULL)),
        CONSTRAINT ck_approval_step_for_another CHECK (signed_for IS NULL OR signed_for <> signed_by),
        CONSTRAINT ck_approval_step_kind CHECK (kind IN ('sign', 'countersign', 'read')),
        CONSTRAINT ck_approval_step_role CHECK (role IN ('county_officer', 'county_leader', 'park_officer', 'city_office', 'county_finance', 'city_finance', 'auditor', 'administrator'))
    )
    """,
    """
    CREATE INDEX ix_approval_step_person ON approval_step (city, person)
    """,
    """
    CREATE TABLE approval_act (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        sheet UUID NOT NULL,
        seq INTEGER NOT NULL,
        verb VARCHAR(40) NOT NULL,
        step INTEGER,
        turn INTEGER NOT NULL,
        by UUID NOT NULL,
        by_name TEXT NOT NULL,
        role VARCHAR(40) NOT NULL,
        office TEXT NOT NULL,
        on_behalf_of UUID,
        delegation UUID,
        to_step INTEGER,
        person UUID,
        person_name TEXT,
        reason TEXT NOT NULL,
        on_date DATE NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_approval_act PRIMARY KEY (city, id),
        CONSTRAINT fk_approval_act_city_sheet FOREIGN KEY(city, sheet) REFERENCES approval_sheet (city, id),
        CONSTRAINT fk_approval_act_city_delegation FOREIGN KEY(city, delegation) REFERENCES delegation (city, id),
        CONSTRAINT uq_approval_act_city_sheet_seq UNIQUE (city, sheet, seq),
        CONSTRAINT ck_approval_act_for_another CHECK (on_behalf_of IS NULL OR on_behalf_of <> by),
        CONSTRAINT ck_approval_act_delegation_named CHECK ((on_behalf_of IS NULL) = (delegation IS NULL)),
        CONSTRAINT ck_approval_act_reason_given CHECK (verb NOT IN ('refuse', 'return', 'forward') OR reason <> ''),
        CONSTRAINT ck_approval_act_person_named CHECK ((verb IN ('add_before', 'add_after', 'forward', 'copy')) = (person IS NOT NULL)),
        CONSTRAINT ck_approval_act_verb CHECK (verb IN ('agree', 'refuse', 'return', 'add_before', 'add_after', 'forward', 'copy', 'withdraw_act', 'withdraw', 'submit')),
        CONSTRAINT ck_approval_act_role CHECK (role IN ('county_officer', 'county_leader', 'park_officer', 'city_office', 'county_finance', 'city_finance', 'auditor', 'administrator'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_approval_act_once ON approval_act (city, sheet, step, turn) WHERE verb IN ('agree', 'refuse')
    """,
    """
    CREATE TABLE handover (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        kind VARCHAR(40) NOT NULL,
        giver UUID NOT NULL,
        giver_name TEXT NOT NULL,
        taker UUID NOT NULL,
        taker_name TEXT NOT NULL,
        role VARCHAR(40) NOT NULL,
        office TEXT NOT NULL,
        revision INTEGER NOT NULL,
        items JSONB NOT NULL,
        made_by UUID NOT NULL,
        made_on DATE NOT NULL,
        at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        giver_at TIMESTAMP WITH TIME ZONE,
        taker_at TIMESTAMP WITH TIME ZONE,
        done_on DATE,
        CONSTRAINT pk_handover PRIMARY KEY (city, id),
        CONSTRAINT fk_handover_city_giver FOREIGN KEY(city, giver) REFERENCES account (city, id),
        CONSTRAINT fk_handover_city_taker FOREIGN KEY(city, taker) REFERENCES account (city, id),
        CONSTRAINT ck_handover_two_people CHECK (giver <> taker),
        CONSTRAINT ck_handover_done_by_both CHECK ((done_on IS NOT NULL) = (giver_at IS NOT NULL AND taker_at IS NOT NULL)),
        CONSTRAINT ck_handover_kind CHECK (kind IN ('post', 'leave')),
        CONSTRAINT ck_handover_role CHECK (role IN ('county_officer', 'county_leader', 'park_officer', 'city_office', 'county_finance', 'city_finance', 'auditor', 'administrator'))
    )
    """,
    """
    CREATE UNIQUE INDEX uq_handover_live ON handover (city, giver, office) WHERE done_on IS NULL
    """,
)


def _guard(table: str, name: str, event: str, each: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_{name} {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def upgrade() -> None:
    """Make the tables and their guards."""
    for statement in DDL:
        op.execute(statement)
    for _name, body in FUNCTIONS:
        op.execute(body)
    for table in APPEND_ONLY:
        _guard(table, "append_only", "BEFORE UPDATE OR DELETE", "ROW", "yipanqi_refuse_change")
    for table in KEPT:
        _guard(table, "no_delete", "BEFORE DELETE", "ROW", "yipanqi_refuse_change")
    for table in TABLES:
        _guard(table, "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "yipanqi_refuse_change")
    for table, event, function in STEPS:
        _guard(table, "step", event, "ROW", function)


def downgrade() -> None:
    """Undo it."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for name, _body in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
