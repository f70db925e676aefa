"""Notices: an outbox that every event enters, what people were told, and what they chose."""

from alembic import op

revision = "0034_notices"
down_revision = "0033_reports"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE notice_pending (
        city TEXT NOT NULL,
        event UUID NOT NULL,
        CONSTRAINT pk_notice_pending PRIMARY KEY (city, event),
        CONSTRAINT fk_notice_pending_city_event FOREIGN KEY(city, event) REFERENCES audit_event (city, id)
    )
    """,
    """
    CREATE TABLE notice (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        event UUID NOT NULL,
        account UUID NOT NULL,
        action TEXT NOT NULL,
        subject VARCHAR(40) NOT NULL,
        subject_id UUID NOT NULL,
        urgent BOOLEAN NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        read_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_notice PRIMARY KEY (city, id),
        CONSTRAINT uq_notice_city_event_account UNIQUE (city, event, account),
        CONSTRAINT fk_notice_city_event FOREIGN KEY(city, event) REFERENCES audit_event (city, id),
        CONSTRAINT fk_notice_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
        CONSTRAINT ck_notice_read_after CHECK (read_at IS NULL OR read_at >= made_at),
        CONSTRAINT ck_notice_subject CHECK (subject IN ('project', 'agreement', 'statement', 'settlement', 'first_talk_case'))
    )
    """,
    "CREATE INDEX ix_notice_inbox ON notice (city, account, id)",
    "CREATE INDEX ix_notice_unread ON notice (city, account) WHERE read_at IS NULL",
    "CREATE INDEX ix_notice_made ON notice (city, made_at)",
    """
    CREATE TABLE notice_preference (
        city TEXT NOT NULL,
        account UUID NOT NULL,
        email TEXT NOT NULL,
        digest_hour INTEGER,
        working_days_only BOOLEAN NOT NULL,
        urgent_mail BOOLEAN NOT NULL,
        muted TEXT[] DEFAULT '{}' NOT NULL,
        digested_on DATE,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_notice_preference PRIMARY KEY (city, account),
        CONSTRAINT fk_notice_preference_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
        CONSTRAINT ck_notice_preference_hour CHECK (digest_hour BETWEEN 0 AND 23),
        CONSTRAINT ck_notice_preference_email CHECK (email = '' OR (length(email) <= 254 AND email ~ '^[!-~]+@[!-~]+$')),
        CONSTRAINT ck_notice_preference_digest_goes_somewhere CHECK (digest_hour IS NULL OR email <> ''),
        CONSTRAINT ck_notice_preference_revision CHECK (revision >= 1)
    )
    """,
    """
    CREATE TABLE notice_channel (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        office TEXT NOT NULL,
        kind VARCHAR(40) NOT NULL,
        name TEXT NOT NULL,
        host TEXT NOT NULL,
        sealed_url BYTEA NOT NULL,
        sealed_secret BYTEA,
        urgent_only BOOLEAN NOT NULL,
        active BOOLEAN NOT NULL,
        made_by UUID NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        revision INTEGER NOT NULL,
        CONSTRAINT pk_notice_channel PRIMARY KEY (city, id),
        CONSTRAINT fk_notice_channel_city_office FOREIGN KEY(city, office) REFERENCES region (city, code),
        CONSTRAINT fk_notice_channel_city_made_by FOREIGN KEY(city, made_by) REFERENCES account (city, id),
        CONSTRAINT ck_notice_channel_named CHECK (name <> '' AND host <> ''),
        CONSTRAINT ck_notice_channel_webhook_signed CHECK (kind <> 'webhook' OR sealed_secret IS NOT NULL),
        CONSTRAINT ck_notice_channel_revision CHECK (revision >= 1),
        CONSTRAINT ck_notice_channel_kind CHECK (kind IN ('webhook', 'wecom', 'dingtalk', 'feishu'))
    )
    """,
    """
    CREATE TABLE notice_delivery (
        city TEXT NOT NULL,
        id UUID NOT NULL,
        channel UUID,
        account UUID,
        event UUID,
        action TEXT,
        subject VARCHAR(40),
        subject_id UUID,
        digest_on DATE,
        state VARCHAR(40) NOT NULL,
        attempts INTEGER NOT NULL,
        next_at TIMESTAMP WITH TIME ZONE NOT NULL,
        last_status TEXT NOT NULL,
        made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        sent_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_notice_delivery PRIMARY KEY (city, id),
        CONSTRAINT uq_notice_delivery_city_channel_event UNIQUE (city, channel, event),
        CONSTRAINT uq_notice_delivery_city_account_event UNIQUE (city, account, event),
        CONSTRAINT uq_notice_delivery_city_account_digest_on UNIQUE (city, account, digest_on),
        CONSTRAINT fk_notice_delivery_city_channel FOREIGN KEY(city, channel) REFERENCES notice_channel (city, id),
        CONSTRAINT fk_notice_delivery_city_account FOREIGN KEY(city, account) REFERENCES account (city, id),
        CONSTRAINT fk_notice_delivery_city_event FOREIGN KEY(city, event) REFERENCES audit_event (city, id),
        CONSTRAINT ck_notice_delivery_one_receiver CHECK (num_nonnulls(channel, account) = 1),
        CONSTRAINT ck_notice_delivery_one_matter CHECK (num_nonnulls(event, digest_on) = 1),
        CONSTRAINT ck_notice_delivery_digest_to_person CHECK (digest_on IS NULL OR account IS NOT NULL),
        CONSTRAINT ck_notice_delivery_whole_event CHECK (num_nonnulls(event, action, subject, subject_id) IN (0, 4)),
        CONSTRAINT ck_notice_delivery_attempts CHECK (attempts >= 0),
        CONSTRAINT ck_notice_delivery_sent_dated CHECK (state <> 'sent' OR sent_at IS NOT NULL),
        CONSTRAINT ck_notice_delivery_subject CHECK (subject IN ('project', 'agreement', 'statement', 'settlement', 'first_talk_case')),
        CONSTRAINT ck_notice_delivery_state CHECK (state IN ('waiting', 'sent', 'dead', 'stopped'))
    )
    """,
    "CREATE INDEX ix_notice_delivery_due ON notice_delivery (city, next_at) WHERE state = 'waiting'",
    "CREATE INDEX ix_notice_delivery_made ON notice_delivery (city, made_at)",
)

# Whoever may write an event may put it into the outbox, and nothing else: the function acts as its owner.
PENDING = """
CREATE FUNCTION notice_event_pending() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO notice_pending (city, event) SELECT city, id FROM written;
    RETURN NULL;
END
$$
"""
# A notice is what it was made; it may only be read, once.
KEPT = """
CREATE FUNCTION notice_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.read_at IS NOT NULL
        OR (OLD.city, OLD.id, OLD.event, OLD.account, OLD.action, OLD.subject, OLD.subject_id, OLD.urgent, OLD.made_at)
        IS DISTINCT FROM
        (NEW.city, NEW.id, NEW.event, NEW.account, NEW.action, NEW.subject, NEW.subject_id, NEW.urgent, NEW.made_at)
    THEN
        RAISE EXCEPTION 'a notice is read once and changes in nothing else'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'notice_kept';
    END IF;
    RETURN NEW;
END
$$
"""


def upgrade() -> None:
    """Make the tables and the outbox's trigger."""
    for statement in TABLES:
        op.execute(statement)
    op.execute(PENDING)
    op.execute(
        "CREATE TRIGGER audit_event_pending AFTER INSERT ON audit_event REFERENCING NEW TABLE AS written"
        " FOR EACH STATEMENT EXECUTE FUNCTION notice_event_pending()"
    )
    op.execute(KEPT)
    op.execute(
        "CREATE TRIGGER notice_kept BEFORE UPDATE ON notice FOR EACH ROW EXECUTE FUNCTION notice_kept()"
    )
    op.execute("ALTER TABLE notice ENABLE ALWAYS TRIGGER notice_kept")


def downgrade() -> None:
    """Undo it."""
    op.execute("DROP TRIGGER audit_event_pending ON audit_event")
    op.execute("DROP FUNCTION notice_event_pending()")
    for table in ("notice_delivery", "notice_channel", "notice_preference", "notice", "notice_pending"):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION notice_kept()")
