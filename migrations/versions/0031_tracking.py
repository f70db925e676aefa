"""Tracking from signing to full production: schedule lists, sponsors, blocks, reviews, promises, trips.

All of it is append-only but the item of a schedule list, whose steps the database keeps in order.
"""

from alembic import op

revision = "0031_tracking"
down_revision = "0030_one_journal"
branch_labels = None
depends_on = None

TABLES = (
    "schedule_item",
    "schedule_step",
    "sponsorship",
    "sponsorship_end",
    "coordination",
    "blocking_factor",
    "blocking_factor_end",
    "stage_department",
    "look_back",
    "cultivation",
    "promise_fulfilment",
    "fiscal_strength",
    "promise_review",
    "outing",
    "outing_firm",
    "outing_withdrawal",
)
KEPT = tuple(table for table in TABLES if table != "schedule_item")

ITEM = """
CREATE FUNCTION schedule_item_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF ROW(NEW.city, NEW.id, NEW.project, NEW.what, NEW.due_on, NEW.unit, NEW.department, NEW.post, NEW.person,
           NEW.opened_by, NEW.opened_name, NEW.opened_on, NEW.at)
        IS DISTINCT FROM
       ROW(OLD.city, OLD.id, OLD.project, OLD.what, OLD.due_on, OLD.unit, OLD.department, OLD.post, OLD.person,
           OLD.opened_by, OLD.opened_name, OLD.opened_on, OLD.at)
        OR NEW.revision <> OLD.revision + 1
        OR (OLD.state, NEW.state) NOT IN (
            ('opened', 'done'), ('done', 'opened'), ('done', 'verified'),
            ('verified', 'closed'), ('verified', 'opened'), ('closed', 'opened')
        )
    THEN
        RAISE EXCEPTION 'an item goes from opened to done, verified and closed, or is opened again'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'schedule_item_steps';
    END IF;
    RETURN NEW;
END
$$
"""

PAID = """
CREATE FUNCTION promise_fulfilment_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    promised bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('promise ' || NEW.city || NEW.sheet || NEW.seq, 0));
    SELECT coalesce(i.amount_fen, 0) INTO promised FROM commitment_item AS i
    WHERE i.city = NEW.city AND i.sheet = NEW.sheet AND i.seq = NEW.seq;
    IF promised < NEW.amount_fen + coalesce((
        SELECT sum(f.amount_fen) FROM promise_fulfilment AS f
        WHERE f.city = NEW.city AND f.sheet = NEW.sheet AND f.seq = NEW.seq
    ), 0) THEN
        RAISE EXCEPTION 'more was paid than promised'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'promise_fulfilment_most';
    END IF;
    RETURN NEW;
END
$$
"""

PRODUCES = """
CREATE FUNCTION cultivation_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM project AS p
        WHERE p.city = NEW.city AND p.id = NEW.project AND p.produced_on <= NEW.since
    ) THEN
        RAISE EXCEPTION 'a project is cultivated from its production on'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'cultivation_produces';
    END IF;
    IF NEW.stage = 'above_scale' AND NOT EXISTS (
        SELECT FROM cultivation AS c
        WHERE c.city = NEW.city AND c.project = NEW.project AND c.stage = 'cultivated' AND c.since <= NEW.since
    ) THEN
        RAISE EXCEPTION 'a project is cultivated before it counts above scale'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'cultivation_order';
    END IF;
    RETURN NEW;
END
$$
"""

ONE = """
CREATE FUNCTION sponsorship_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sponsor ' || NEW.city || NEW.project || NEW.role, 0));
    IF EXISTS (
        SELECT FROM sponsorship AS s
        WHERE s.city = NEW.city AND s.project = NEW.project AND s.role = NEW.role AND NOT EXISTS (
            SELECT FROM sponsorship_end AS e WHERE e.city = s.city AND e.sponsorship = s.id
        )
    ) THEN
        RAISE EXCEPTION 'somebody answers in this role'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'sponsorship_one';
    END IF;
    RETURN NEW;
END
$$
"""

GUARDS = (
    ("schedule_item", "schedule_item_steps", "UPDATE", "schedule_item_guard"),
    ("promise_fulfilment", "promise_fulfilment_most", "INSERT", "promise_fulfilment_guard"),
    ("cultivation", "cultivation_produces", "INSERT", "cultivation_guard"),
    ("sponsorship", "sponsorship_one", "INSERT", "sponsorship_guard"),
)


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE schedule_item (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            what TEXT NOT NULL,
            due_on DATE NOT NULL,
            unit TEXT NOT NULL,
            department VARCHAR(40),
            post TEXT NOT NULL,
            person UUID,
            state VARCHAR(40) NOT NULL,
            opened_by UUID NOT NULL,
            opened_name TEXT NOT NULL,
            opened_on DATE NOT NULL,
            done_by UUID,
            done_on DATE,
            verified_by UUID,
            verified_on DATE,
            closed_on DATE,
            revision INTEGER NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_schedule_item PRIMARY KEY (city, id),
            CONSTRAINT fk_schedule_item_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_schedule_item_city_unit FOREIGN KEY(city, unit) REFERENCES region (city, code),
            CONSTRAINT fk_schedule_item_city_person FOREIGN KEY(city, person) REFERENCES account (city, id),
            CONSTRAINT ck_schedule_item_what CHECK (btrim(what) <> ''),
            CONSTRAINT ck_schedule_item_somebody CHECK (person IS NOT NULL OR btrim(post) <> ''),
            CONSTRAINT ck_schedule_item_no_phone CHECK (post !~ '[0-9]{5}'),
            CONSTRAINT ck_schedule_item_due CHECK (due_on >= opened_on),
            CONSTRAINT ck_schedule_item_done CHECK ((state = 'opened') = (done_by IS NULL)),
            CONSTRAINT ck_schedule_item_done_dated CHECK ((done_by IS NULL) = (done_on IS NULL)),
            CONSTRAINT ck_schedule_item_verified CHECK ((state IN ('verified', 'closed')) = (verified_by IS NOT NULL)),
            CONSTRAINT ck_schedule_item_verified_dated CHECK ((verified_by IS NULL) = (verified_on IS NULL)),
            CONSTRAINT ck_schedule_item_two_people CHECK (verified_by <> done_by),
            CONSTRAINT ck_schedule_item_closed CHECK ((state = 'closed') = (closed_on IS NOT NULL)),
            CONSTRAINT ck_schedule_item_revision CHECK (revision >= 1),
            CONSTRAINT ck_schedule_item_department CHECK (department IN ('commerce', 'reform', 'industry', 'land', 'housing', 'ecology', 'water', 'power', 'finance', 'market', 'statistics', 'park')),
            CONSTRAINT ck_schedule_item_state CHECK (state IN ('opened', 'done', 'verified', 'closed'))
        )
        """
    )
    op.execute("CREATE INDEX ix_schedule_item_project ON schedule_item (city, project)")
    op.execute("CREATE INDEX ix_schedule_item_state ON schedule_item (city, state, due_on)")
    op.execute(
        """
        CREATE TABLE schedule_step (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            item UUID NOT NULL,
            seq INTEGER NOT NULL,
            step VARCHAR(40) NOT NULL,
            evidence TEXT NOT NULL,
            files JSONB NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            office TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_schedule_step PRIMARY KEY (city, id),
            CONSTRAINT uq_schedule_step_city_item_seq UNIQUE (city, item, seq),
            CONSTRAINT fk_schedule_step_city_item FOREIGN KEY(city, item) REFERENCES schedule_item (city, id),
            CONSTRAINT ck_schedule_step_seq CHECK (seq >= 1),
            CONSTRAINT ck_schedule_step_evidenced CHECK (step <> 'finish' OR btrim(evidence) <> '' OR jsonb_array_length(files) > 0),
            CONSTRAINT ck_schedule_step_reasoned CHECK (step NOT IN ('send_back', 'reopen') OR btrim(reason) <> ''),
            CONSTRAINT ck_schedule_step_step CHECK (step IN ('finish', 'send_back', 'verify', 'close', 'reopen'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE sponsorship (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            role VARCHAR(40) NOT NULL,
            unit TEXT NOT NULL,
            post TEXT NOT NULL,
            from_on DATE NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_sponsorship PRIMARY KEY (city, id),
            CONSTRAINT uq_sponsorship_city_id_from_on UNIQUE (city, id, from_on),
            CONSTRAINT fk_sponsorship_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_sponsorship_city_unit FOREIGN KEY(city, unit) REFERENCES region (city, code),
            CONSTRAINT ck_sponsorship_post CHECK (btrim(post) <> ''),
            CONSTRAINT ck_sponsorship_no_phone CHECK (post !~ '[0-9]{5}'),
            CONSTRAINT ck_sponsorship_role CHECK (role IN ('leader', 'department', 'team', 'plan', 'butler'))
        )
        """
    )
    op.execute("CREATE INDEX ix_sponsorship_project ON sponsorship (city, project)")
    op.execute(
        """
        CREATE TABLE sponsorship_end (
            city TEXT NOT NULL,
            sponsorship UUID NOT NULL,
            from_on DATE NOT NULL,
            to_on DATE NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_sponsorship_end PRIMARY KEY (city, sponsorship),
            CONSTRAINT fk_sponsorship_end_city_sponsorship_from_on FOREIGN KEY(city, sponsorship, from_on) REFERENCES sponsorship (city, id, from_on),
            CONSTRAINT ck_sponsorship_end_span CHECK (to_on >= from_on),
            CONSTRAINT ck_sponsorship_end_reason CHECK (btrim(reason) <> '')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE coordination (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            sponsorship UUID,
            kind VARCHAR(40) NOT NULL,
            held_on DATE NOT NULL,
            what TEXT NOT NULL,
            outcome TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_coordination PRIMARY KEY (city, id),
            CONSTRAINT fk_coordination_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_coordination_city_sponsorship FOREIGN KEY(city, sponsorship) REFERENCES sponsorship (city, id),
            CONSTRAINT ck_coordination_what CHECK (btrim(what) <> ''),
            CONSTRAINT ck_coordination_past CHECK (held_on <= on_date),
            CONSTRAINT ck_coordination_kind CHECK (kind IN ('visit', 'meeting', 'settled'))
        )
        """
    )
    op.execute("CREATE INDEX ix_coordination_project ON coordination (city, project)")
    op.execute(
        """
        CREATE TABLE blocking_factor (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            what TEXT NOT NULL,
            department VARCHAR(40) NOT NULL,
            unit TEXT NOT NULL,
            opened_on DATE NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_blocking_factor PRIMARY KEY (city, id),
            CONSTRAINT uq_blocking_factor_city_id_opened_on UNIQUE (city, id, opened_on),
            CONSTRAINT fk_blocking_factor_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_blocking_factor_city_unit FOREIGN KEY(city, unit) REFERENCES region (city, code),
            CONSTRAINT ck_blocking_factor_what CHECK (btrim(what) <> ''),
            CONSTRAINT ck_blocking_factor_past CHECK (opened_on <= on_date),
            CONSTRAINT ck_blocking_factor_kind CHECK (kind IN ('land', 'water', 'energy', 'power', 'environment', 'financing', 'other')),
            CONSTRAINT ck_blocking_factor_department CHECK (department IN ('commerce', 'reform', 'industry', 'land', 'housing', 'ecology', 'water', 'power', 'finance', 'market', 'statistics', 'park'))
        )
        """
    )
    op.execute("CREATE INDEX ix_blocking_factor_project ON blocking_factor (city, project)")
    op.execute(
        """
        CREATE TABLE blocking_factor_end (
            city TEXT NOT NULL,
            factor UUID NOT NULL,
            opened_on DATE NOT NULL,
            resolved_on DATE NOT NULL,
            evidence TEXT NOT NULL,
            files JSONB NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_blocking_factor_end PRIMARY KEY (city, factor),
            CONSTRAINT fk_blocking_factor_end_city_factor_opened_on FOREIGN KEY(city, factor, opened_on) REFERENCES blocking_factor (city, id, opened_on),
            CONSTRAINT ck_blocking_factor_end_span CHECK (resolved_on >= opened_on AND resolved_on <= on_date),
            CONSTRAINT ck_blocking_factor_end_evidenced CHECK (btrim(evidence) <> '' OR jsonb_array_length(files) > 0)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE stage_department (
            city TEXT NOT NULL,
            stage VARCHAR(40) NOT NULL,
            effective_from DATE NOT NULL,
            department VARCHAR(40) NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_stage_department PRIMARY KEY (city, stage, effective_from),
            CONSTRAINT fk_stage_department_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_stage_department_of_a_stage CHECK (stage IN ('signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output')),
            CONSTRAINT ck_stage_department_stage CHECK (stage IN ('registered', 'returned', 'reviewed', 'accepted', 'transfer_requested', 'pooled', 'applied', 'terms_accepted', 'committed', 'chosen', 'held', 'signed', 'contracted', 'incorporated', 'ready', 'started', 'statistics', 'completed', 'producing', 'full_output', 'released', 'recalled', 'disputed', 'withdrawn', 'lost', 'ended')),
            CONSTRAINT ck_stage_department_department CHECK (department IN ('commerce', 'reform', 'industry', 'land', 'housing', 'ecology', 'water', 'power', 'finance', 'market', 'statistics', 'park'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE look_back (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            occasion VARCHAR(40) NOT NULL,
            due_on DATE NOT NULL,
            held_on DATE NOT NULL,
            finding VARCHAR(40) NOT NULL,
            words TEXT NOT NULL,
            files JSONB NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_look_back PRIMARY KEY (city, id),
            CONSTRAINT uq_look_back_city_project_occasion_due_on UNIQUE (city, project, occasion, due_on),
            CONSTRAINT fk_look_back_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_look_back_words CHECK (btrim(words) <> ''),
            CONSTRAINT ck_look_back_past CHECK (held_on <= on_date),
            CONSTRAINT ck_look_back_occasion CHECK (occasion IN ('signing', 'production')),
            CONSTRAINT ck_look_back_finding CHECK (finding IN ('as_agreed', 'slower', 'smaller', 'idle', 'changed'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE cultivation (
            city TEXT NOT NULL,
            project UUID NOT NULL,
            stage VARCHAR(40) NOT NULL,
            since DATE NOT NULL,
            evidence TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_cultivation PRIMARY KEY (city, project, stage),
            CONSTRAINT fk_cultivation_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_cultivation_past CHECK (since <= on_date),
            CONSTRAINT ck_cultivation_evidence CHECK (btrim(evidence) <> ''),
            CONSTRAINT ck_cultivation_stage CHECK (stage IN ('cultivated', 'above_scale'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE promise_fulfilment (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            sheet UUID NOT NULL,
            seq INTEGER NOT NULL,
            paid_on DATE NOT NULL,
            amount_fen BIGINT NOT NULL CONSTRAINT ck_promise_fulfilment_amount_fen_range CHECK (amount_fen >= 0 AND amount_fen < 9007199254740992),
            evidence TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_promise_fulfilment PRIMARY KEY (city, id),
            CONSTRAINT fk_promise_fulfilment_city_sheet_seq FOREIGN KEY(city, sheet, seq) REFERENCES commitment_item (city, sheet, seq),
            CONSTRAINT ck_promise_fulfilment_amount CHECK (amount_fen > 0),
            CONSTRAINT ck_promise_fulfilment_evidence CHECK (btrim(evidence) <> ''),
            CONSTRAINT ck_promise_fulfilment_past CHECK (paid_on <= on_date)
        )
        """
    )
    op.execute("CREATE INDEX ix_promise_fulfilment_item ON promise_fulfilment (city, sheet, seq)")
    op.execute(
        """
        CREATE TABLE fiscal_strength (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            county TEXT NOT NULL,
            year INTEGER NOT NULL,
            amount_fen BIGINT NOT NULL CONSTRAINT ck_fiscal_strength_amount_fen_range CHECK (amount_fen >= 0 AND amount_fen < 9007199254740992),
            source TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_fiscal_strength PRIMARY KEY (city, id),
            CONSTRAINT uq_fiscal_strength_city_id_by UNIQUE (city, id, by),
            CONSTRAINT fk_fiscal_strength_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_fiscal_strength_year CHECK (year BETWEEN 2000 AND 2100),
            CONSTRAINT ck_fiscal_strength_source CHECK (btrim(source) <> '')
        )
        """
    )
    op.execute("CREATE INDEX ix_fiscal_strength_county ON fiscal_strength (city, county, year)")
    op.execute(
        """
        CREATE TABLE promise_review (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            strength UUID NOT NULL,
            made_by UUID NOT NULL,
            promised_fen BIGINT NOT NULL CONSTRAINT ck_promise_review_promised_fen_range CHECK (promised_fen >= 0 AND promised_fen < 9007199254740992),
            cap_fen BIGINT NOT NULL CONSTRAINT ck_promise_review_cap_fen_range CHECK (cap_fen >= 0 AND cap_fen < 9007199254740992),
            outcome VARCHAR(40) NOT NULL,
            words TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_promise_review PRIMARY KEY (city, id),
            CONSTRAINT fk_promise_review_city_strength_made_by FOREIGN KEY(city, strength, made_by) REFERENCES fiscal_strength (city, id, by),
            CONSTRAINT ck_promise_review_two_people CHECK (by <> made_by),
            CONSTRAINT ck_promise_review_words CHECK (btrim(words) <> ''),
            CONSTRAINT ck_promise_review_outcome CHECK (outcome IN ('affordable', 'watch', 'reduce'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE outing (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            unit TEXT NOT NULL,
            role VARCHAR(40) NOT NULL,
            post TEXT NOT NULL,
            from_on DATE NOT NULL,
            to_on DATE NOT NULL,
            place TEXT NOT NULL,
            visits INTEGER NOT NULL,
            result TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_outing PRIMARY KEY (city, id),
            CONSTRAINT fk_outing_city_unit FOREIGN KEY(city, unit) REFERENCES region (city, code),
            CONSTRAINT ck_outing_span CHECK (to_on >= from_on AND to_on <= on_date),
            CONSTRAINT ck_outing_post CHECK (btrim(post) <> ''),
            CONSTRAINT ck_outing_no_phone CHECK (post !~ '[0-9]{5}'),
            CONSTRAINT ck_outing_place CHECK (btrim(place) <> ''),
            CONSTRAINT ck_outing_visits CHECK (visits >= 0),
            CONSTRAINT ck_outing_role CHECK (role IN ('leader', 'deputy', 'bureau'))
        )
        """
    )
    op.execute("CREATE INDEX ix_outing_from ON outing (city, from_on)")
    op.execute(
        """
        CREATE TABLE outing_firm (
            city TEXT NOT NULL,
            outing UUID NOT NULL,
            seq INTEGER NOT NULL,
            name TEXT NOT NULL,
            target UUID,
            CONSTRAINT pk_outing_firm PRIMARY KEY (city, outing, seq),
            CONSTRAINT fk_outing_firm_city_outing FOREIGN KEY(city, outing) REFERENCES outing (city, id),
            CONSTRAINT fk_outing_firm_city_target FOREIGN KEY(city, target) REFERENCES target_firm (city, id),
            CONSTRAINT ck_outing_firm_name CHECK (btrim(name) <> ''),
            CONSTRAINT ck_outing_firm_seq CHECK (seq >= 1)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE outing_withdrawal (
            city TEXT NOT NULL,
            outing UUID NOT NULL,
            reason TEXT NOT NULL,
            by UUID NOT NULL,
            by_name TEXT NOT NULL,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_outing_withdrawal PRIMARY KEY (city, outing),
            CONSTRAINT fk_outing_withdrawal_city_outing FOREIGN KEY(city, outing) REFERENCES outing (city, id),
            CONSTRAINT ck_outing_withdrawal_reason CHECK (btrim(reason) <> '')
        )
        """
    )
    for function in (ITEM, PAID, PRODUCES, ONE):
        op.execute(function)
    for table, name, when, function in GUARDS:
        _trigger(table, name, when, function)
    for table in KEPT:
        _trigger(table, f"{table}_append_only", "UPDATE OR DELETE", "yipanqi_refuse_change")
        _trigger(table, f"{table}_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")
    _trigger("schedule_item", "schedule_item_stays", "DELETE", "yipanqi_refuse_change")
    _trigger("schedule_item", "schedule_item_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    for _, _, _, function in GUARDS:
        op.execute(f"DROP FUNCTION {function}()")
