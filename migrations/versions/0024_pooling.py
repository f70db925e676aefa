"""In the pool: limits of counties, visits, who may be named, joint meetings, leads passed to the province."""

from alembic import op

revision = "0024_pooling"
down_revision = "0023_first_talk"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "hold_progress",
    "origin_agreement",
    "investor_refusal",
    "joint_visit",
    "meeting_opinion",
    "investor_act",
)
"""Tables whose rows are never changed or removed."""
KEPT = ("joint_meeting", "meeting_item", "origin_bypass", "investor_link", "provincial_referral")
"""Tables whose rows are answered once, and never removed."""
TABLES = (
    "provincial_referral",
    "investor_act",
    "investor_link",
    "origin_bypass",
    "meeting_opinion",
    "meeting_item",
    "joint_meeting",
    "joint_visit",
    "investor_refusal",
    "origin_agreement",
    "hold_progress",
)

# The default stands for a city that never set the figure; the program's own default is tested to be the same.
SETTING = """
CREATE FUNCTION pool_setting(of_city text, of_key text, otherwise bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce((
        SELECT (s.value #>> '{}')::bigint FROM city_setting AS s JOIN city AS c ON c.city = s.city
        WHERE s.city = of_city AND s.key = of_key AND s.effective_from
            <= coalesce(c.business_date, (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
        ORDER BY s.effective_from DESC LIMIT 1
    ), otherwise)
$$
"""

# One county's holds are given one after another: the lock is taken before the count, and each statement of the
# function sees what others have committed meanwhile.
NEW_HOLD = """
CREATE FUNCTION pool_guard_new_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    today date;
    standing bigint;
BEGIN
    IF NEW.released_at IS NOT NULL THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('pool hold ' || NEW.city || ' ' || NEW.county, 0));
    SELECT count(*) INTO standing FROM hold AS h JOIN project AS p ON p.city = h.city AND p.id = h.project
    WHERE h.city = NEW.city AND h.county = NEW.county AND h.released_at IS NULL AND p.state = 'held'
        AND h.project <> NEW.project
        AND NOT EXISTS (SELECT FROM hold_progress AS g WHERE g.city = h.city AND g.hold = h.id);
    IF standing >= pool_setting(NEW.city, 'open_hold_cap', 5) THEN
        RAISE EXCEPTION 'county % has % holds without evidence of progress', NEW.county, standing
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hold_cap';
    END IF;
    SELECT coalesce(c.business_date, (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date) INTO today
    FROM city AS c WHERE c.city = NEW.city;
    IF EXISTS (
        SELECT FROM hold AS h WHERE h.city = NEW.city AND h.county = NEW.county
            AND h.failed_on + pool_setting(NEW.city, 'cool_down_days', 30)::int > today
    ) THEN
        RAISE EXCEPTION 'a hold of county % failed lately', NEW.county
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hold_cool_down';
    END IF;
    IF EXISTS (
        SELECT FROM project AS p WHERE p.city = NEW.city AND p.id = NEW.project
            AND p.investment_fen >= pool_setting(NEW.city, 'major_threshold_fen', 100000000000)
    ) AND NOT EXISTS (
        SELECT FROM meeting_item AS i JOIN joint_meeting AS m ON m.city = i.city AND m.id = i.meeting
        WHERE i.city = NEW.city AND i.project = NEW.project AND i.park = NEW.park AND m.minutes_no IS NOT NULL
            AND (SELECT count(*) FROM meeting_opinion AS o WHERE o.city = i.city AND o.item = i.id)
                >= pool_setting(NEW.city, 'major_opinions_least', 3)
    ) THEN
        RAISE EXCEPTION 'a major project is held as the joint meeting assigned it'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'hold_assigned';
    END IF;
    RETURN NEW;
END
$$
"""

NEW_APPLICATION = """
CREATE FUNCTION pool_guard_new_application() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    standing bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('pool application ' || NEW.city || ' ' || NEW.county, 0));
    SELECT count(*) INTO standing FROM application AS a
    WHERE a.city = NEW.city AND a.county = NEW.county AND a.applied_on = NEW.applied_on;
    IF standing >= pool_setting(NEW.city, 'application_day_cap', 10) THEN
        RAISE EXCEPTION 'county % has applied % times on %', NEW.county, standing, NEW.applied_on
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'application_cap';
    END IF;
    RETURN NEW;
END
$$
"""

REVEAL = """
CREATE FUNCTION pool_guard_reveal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.revealed_at IS NOT NULL AND NOT (
        EXISTS (
            SELECT FROM investor_consent AS c WHERE c.city = NEW.city AND c.project = NEW.project
                AND c.kind <> 'pool' AND NEW.county = ANY (c.counties)
                AND NOT EXISTS (
                    SELECT FROM investor_refusal AS r WHERE r.city = c.city AND r.project = c.project
                        AND r.at > c.at AND (r.kind = 'pool' OR NEW.county = ANY (r.counties))
                )
        ) AND EXISTS (
            SELECT FROM origin_agreement AS a
            WHERE a.city = NEW.city AND a.project = NEW.project AND a.county = NEW.county
        )
    ) THEN
        RAISE EXCEPTION 'a name is revealed after the investor and the origin agree'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'reveal_agreed';
    END IF;
    RETURN NEW;
END
$$
"""

OPINION = """
CREATE FUNCTION pool_guard_opinion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM meeting_item AS i JOIN joint_meeting AS m ON m.city = i.city AND m.id = i.meeting
        WHERE i.city = NEW.city AND i.id = NEW.item AND m.minutes_no IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'opinions are given before the minutes'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'opinion_before_minutes';
    END IF;
    RETURN NEW;
END
$$
"""

# What was recorded stays; only the answer is written, and it is written once.
ONCE = """
CREATE FUNCTION pool_guard_once() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a row of % is kept', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(OLD) - string_to_array(TG_ARGV[0], ',') IS DISTINCT FROM
        to_jsonb(NEW) - string_to_array(TG_ARGV[0], ',') OR NOT (
            to_jsonb(OLD) ->> TG_ARGV[1] IS NULL OR to_jsonb(OLD) ->> TG_ARGV[1] IN ('sent', 'taken')
        )
    THEN
        RAISE EXCEPTION 'of a row of % only its answer is written, once', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""
ANSWERS = {
    "joint_meeting": ("minutes_no,minutes_on,minutes_by,revision", "minutes_no"),
    "meeting_item": ("park,reason", "park"),
    "origin_bypass": ("ruling,reason,ruled_on,ruled_by,revision", "ruling"),
    "investor_link": ("revoked_on,revoked_by", "revoked_on"),
    "provincial_referral": ("state,answer,answered_on,revision", "state"),
}
"""Of each kept table: the columns of its answer, and the one that tells whether it was given."""

# Until now the investor's consent alone revealed a name; what was agreed to before stays agreed to.
AGREED_BEFORE = """
INSERT INTO origin_agreement (city, id, project, county, agreed_on, by, by_name)
SELECT c.city, gen_random_uuid(), c.project, named.county, c.consented_on, c.recorded_by, ''
FROM investor_consent AS c CROSS JOIN LATERAL unnest(c.counties) AS named (county)
WHERE c.kind = 'counties' AND EXISTS (
    SELECT FROM region AS r WHERE r.city = c.city AND r.code = named.county
)
"""

GUARDED = """
CREATE OR REPLACE FUNCTION yipanqi_guard_hold() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a hold is released, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.released_at IS NOT NULL
        OR to_jsonb(NEW) - ARRAY[%s]
        IS DISTINCT FROM to_jsonb(OLD) - ARRAY[%s]
    THEN
        RAISE EXCEPTION 'of a hold only its release may be written, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""
RELEASE = "'released_at', 'release_reason'"
FUNCTIONS = {
    "pool_setting(text, text, bigint)": SETTING,
    "pool_guard_new_hold()": NEW_HOLD,
    "pool_guard_new_application()": NEW_APPLICATION,
    "pool_guard_reveal()": REVEAL,
    "pool_guard_opinion()": OPINION,
    "pool_guard_once()": ONCE,
}
ON_INSERT = {"hold": "new_hold", "application": "new_application", "meeting_opinion": "opinion"}


def _trigger(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    call = function if function.endswith(")") else f"{function}()"
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {call}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    """Make the tables."""
    op.execute("ALTER TABLE hold ADD COLUMN failed_on DATE")
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "ALTER TABLE hold ADD CONSTRAINT ck_hold_failed CHECK (failed_on IS NULL OR released_at IS NOT NULL)"
    )
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX ix_hold_county ON hold (city, county)"
    )
    released = f"{RELEASE}, 'failed_on'"
    op.execute(GUARDED % (released, released))
    op.execute(
        """
        CREATE TABLE hold_progress (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            hold UUID NOT NULL,
            project UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            document TEXT NOT NULL,
            happened_on DATE NOT NULL,
            by UUID,
            by_name TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_hold_progress PRIMARY KEY (city, id),
            CONSTRAINT fk_hold_progress_city_hold FOREIGN KEY(city, hold) REFERENCES hold (city, id),
            CONSTRAINT fk_hold_progress_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_hold_progress_document CHECK (document <> ''),
            CONSTRAINT ck_hold_progress_kind CHECK (kind IN ('visit_record', 'land_letter', 'filing_receipt'))
        )
        """
    )
    op.execute("CREATE INDEX ix_hold_progress_hold ON hold_progress (city, hold)")
    op.execute(
        """
        CREATE TABLE origin_agreement (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            agreed_on DATE NOT NULL,
            by UUID,
            by_name TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_origin_agreement PRIMARY KEY (city, id),
            CONSTRAINT fk_origin_agreement_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_origin_agreement_city_county FOREIGN KEY(city, county) REFERENCES region (city, code)
        )
        """
    )
    op.execute("CREATE INDEX ix_origin_agreement_project ON origin_agreement (city, project)")
    op.execute(
        """
        CREATE TABLE investor_refusal (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            counties TEXT[] DEFAULT '{}' NOT NULL,
            refused_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_investor_refusal PRIMARY KEY (city, id),
            CONSTRAINT fk_investor_refusal_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_investor_refusal_counties_named CHECK ((kind = 'pool') = (cardinality(counties) = 0)),
            CONSTRAINT ck_investor_refusal_kind CHECK (kind IN ('pool', 'counties', 'host'))
        )
        """
    )
    op.execute("CREATE INDEX ix_investor_refusal_project ON investor_refusal (city, project)")
    op.execute(
        """
        CREATE TABLE joint_visit (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            park TEXT NOT NULL,
            visited_on DATE NOT NULL,
            origin_present BOOLEAN NOT NULL,
            origin_people TEXT NOT NULL,
            host_people TEXT NOT NULL,
            investor_people TEXT NOT NULL,
            record TEXT NOT NULL,
            files TEXT[] DEFAULT '{}' NOT NULL,
            by UUID,
            by_name TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_joint_visit PRIMARY KEY (city, id),
            CONSTRAINT fk_joint_visit_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_joint_visit_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_joint_visit_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_joint_visit_filled CHECK (record <> '' AND host_people <> '' AND investor_people <> ''),
            CONSTRAINT ck_joint_visit_origin_named CHECK ((origin_people <> '') = origin_present)
        )
        """
    )
    op.execute("CREATE INDEX ix_joint_visit_project ON joint_visit (city, project, county)")
    op.execute(
        """
        CREATE TABLE joint_meeting (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            title TEXT NOT NULL,
            held_on DATE NOT NULL,
            agenda TEXT NOT NULL,
            called_by UUID,
            called_name TEXT NOT NULL,
            minutes_no TEXT,
            minutes_on DATE,
            minutes_by UUID,
            revision INTEGER NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_joint_meeting PRIMARY KEY (city, id),
            CONSTRAINT uq_joint_meeting_city_minutes_no UNIQUE (city, minutes_no),
            CONSTRAINT ck_joint_meeting_title CHECK (title <> ''),
            CONSTRAINT ck_joint_meeting_minutes CHECK ((minutes_no IS NULL) = (minutes_on IS NULL) AND minutes_no <> '' AND minutes_on >= held_on),
            CONSTRAINT ck_joint_meeting_revision CHECK (revision >= 1)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE meeting_item (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            meeting UUID NOT NULL,
            project UUID NOT NULL,
            question TEXT NOT NULL,
            park TEXT,
            reason TEXT NOT NULL,
            CONSTRAINT pk_meeting_item PRIMARY KEY (city, id),
            CONSTRAINT uq_meeting_item_city_meeting_project UNIQUE (city, meeting, project),
            CONSTRAINT fk_meeting_item_city_meeting FOREIGN KEY(city, meeting) REFERENCES joint_meeting (city, id),
            CONSTRAINT fk_meeting_item_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_meeting_item_city_park FOREIGN KEY(city, park) REFERENCES park (city, code),
            CONSTRAINT ck_meeting_item_assigned CHECK ((park IS NULL) = (reason = ''))
        )
        """
    )
    op.execute("CREATE INDEX ix_meeting_item_project ON meeting_item (city, project)")
    op.execute(
        """
        CREATE TABLE meeting_opinion (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            item UUID NOT NULL,
            body TEXT NOT NULL,
            position VARCHAR(40) NOT NULL,
            opinion TEXT NOT NULL,
            document TEXT NOT NULL,
            given_on DATE NOT NULL,
            by UUID,
            by_name TEXT NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_meeting_opinion PRIMARY KEY (city, id),
            CONSTRAINT uq_meeting_opinion_city_item_body UNIQUE (city, item, body),
            CONSTRAINT fk_meeting_opinion_city_item FOREIGN KEY(city, item) REFERENCES meeting_item (city, id),
            CONSTRAINT ck_meeting_opinion_filled CHECK (body <> '' AND opinion <> ''),
            CONSTRAINT ck_meeting_opinion_position CHECK (position IN ('support', 'conditional', 'oppose'))
        )
        """
    )
    op.execute(
        """
        CREATE TABLE origin_bypass (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            county TEXT NOT NULL,
            what TEXT NOT NULL,
            evidence TEXT NOT NULL,
            reported_on DATE NOT NULL,
            reported_by UUID NOT NULL,
            reported_name TEXT NOT NULL,
            ruling VARCHAR(40),
            reason TEXT NOT NULL,
            ruled_on DATE,
            ruled_by UUID,
            revision INTEGER NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_origin_bypass PRIMARY KEY (city, id),
            CONSTRAINT fk_origin_bypass_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_origin_bypass_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_origin_bypass_filled CHECK (what <> '' AND evidence <> ''),
            CONSTRAINT ck_origin_bypass_ruled CHECK ((ruling IS NULL) = (ruled_on IS NULL) AND (ruling IS NULL) = (ruled_by IS NULL) AND (ruling IS NULL) = (reason = '')),
            CONSTRAINT ck_origin_bypass_two_people CHECK (ruled_by <> reported_by),
            CONSTRAINT ck_origin_bypass_ruling CHECK (ruling IN ('upheld', 'dismissed'))
        )
        """
    )
    op.execute("CREATE INDEX ix_origin_bypass_project ON origin_bypass (city, project)")
    op.execute(
        """
        CREATE TABLE investor_link (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            code_hash TEXT NOT NULL,
            contact TEXT NOT NULL,
            issued_on DATE NOT NULL,
            expires_on DATE NOT NULL,
            issued_by UUID,
            issued_name TEXT NOT NULL,
            revoked_on DATE,
            revoked_by UUID,
            CONSTRAINT pk_investor_link PRIMARY KEY (city, id),
            CONSTRAINT uq_investor_link_city_code_hash UNIQUE (city, code_hash),
            CONSTRAINT fk_investor_link_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_investor_link_contact CHECK (contact <> '')
        )
        """
    )
    op.execute("CREATE INDEX ix_investor_link_project ON investor_link (city, project)")
    op.execute(
        """
        CREATE TABLE investor_act (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            door VARCHAR(40) NOT NULL,
            link UUID,
            action VARCHAR(40) NOT NULL,
            counties TEXT[] DEFAULT '{}' NOT NULL,
            park TEXT,
            on_date DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_investor_act PRIMARY KEY (city, id),
            CONSTRAINT fk_investor_act_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_investor_act_city_link FOREIGN KEY(city, link) REFERENCES investor_link (city, id),
            CONSTRAINT ck_investor_act_door_named CHECK ((link IS NOT NULL) = (door = 'link')),
            CONSTRAINT ck_investor_act_door CHECK (door IN ('link', 'intake')),
            CONSTRAINT ck_investor_act_action CHECK (action IN ('viewed', 'agreed_pool', 'refused_pool', 'agreed_counties', 'refused_counties', 'agreed_host', 'refused_host'))
        )
        """
    )
    op.execute("CREATE INDEX ix_investor_act_project ON investor_act (city, project)")
    op.execute(
        """
        CREATE TABLE provincial_referral (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            province TEXT NOT NULL,
            reason VARCHAR(40) NOT NULL,
            document TEXT NOT NULL,
            card JSONB NOT NULL,
            state VARCHAR(40) NOT NULL,
            sent_on DATE NOT NULL,
            sent_by UUID,
            answer TEXT NOT NULL,
            answered_on DATE,
            revision INTEGER NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_provincial_referral PRIMARY KEY (city, id),
            CONSTRAINT fk_provincial_referral_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT ck_provincial_referral_province CHECK (province ~ '^[1-9][0-9]0000$'),
            CONSTRAINT ck_provincial_referral_document CHECK (document <> ''),
            CONSTRAINT ck_provincial_referral_answered CHECK ((state = 'sent') = (answered_on IS NULL) AND (state = 'sent') = (answer = '')),
            CONSTRAINT ck_provincial_referral_revision CHECK (revision >= 1),
            CONSTRAINT ck_provincial_referral_reason CHECK (reason IN ('no_land', 'no_energy', 'no_environment', 'no_chain', 'all_declined', 'investor')),
            CONSTRAINT ck_provincial_referral_state CHECK (state IN ('sent', 'taken', 'returned', 'placed'))
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_provincial_referral_open ON provincial_referral (city, project) WHERE state IN ('sent', 'taken')"
    )
    op.execute(AGREED_BEFORE)
    for body in FUNCTIONS.values():
        op.execute(body)
    for table, what in ON_INSERT.items():
        _trigger(table, f"{table}_pool_guard", "INSERT", f"pool_guard_{what}")
    _trigger(
        "terms_acceptance", "terms_acceptance_reveal", "INSERT OR UPDATE OF revealed_at", "pool_guard_reveal"
    )
    for table in APPEND_ONLY:
        _trigger(table, f"{table}_append_only", "UPDATE OR DELETE", "yipanqi_refuse_change")
    for table, (columns, told) in ANSWERS.items():
        _trigger(table, f"{table}_once", "UPDATE OR DELETE", f"pool_guard_once('{columns}', '{told}')")
    for table in (*APPEND_ONLY, *KEPT):
        _trigger(table, f"{table}_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")


def downgrade() -> None:
    """Undo it."""
    op.execute("DROP TRIGGER terms_acceptance_reveal ON terms_acceptance")
    for table in ("hold", "application"):
        op.execute(f"DROP TRIGGER {table}_pool_guard ON {table}")
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {name}")
    op.execute(GUARDED % (RELEASE, RELEASE))
    op.execute("DROP INDEX ix_hold_county")
    op.execute("ALTER TABLE hold DROP COLUMN failed_on")
