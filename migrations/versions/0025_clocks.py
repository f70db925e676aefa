"""Clocks: what was brought to a superior, once for each clock and superior."""

from alembic import op

revision = "0025_clocks"
down_revision = "0024_pooling"
branch_labels = None
depends_on = None


def _trigger(table: str, name: str, when: str, each: str) -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    """Make the table."""
    op.execute(
        """
        CREATE TABLE clock_escalation (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            project UUID NOT NULL,
            kind VARCHAR(40) NOT NULL,
            county TEXT NOT NULL,
            seq INTEGER NOT NULL,
            started_on DATE NOT NULL,
            due_on DATE NOT NULL,
            level INTEGER NOT NULL,
            superior VARCHAR(40) NOT NULL,
            office TEXT NOT NULL,
            escalated_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_clock_escalation PRIMARY KEY (city, id),
            CONSTRAINT uq_clock_escalation_once UNIQUE (city, project, kind, county, seq, started_on, level),
            CONSTRAINT fk_clock_escalation_city_project FOREIGN KEY(city, project) REFERENCES project (city, id),
            CONSTRAINT fk_clock_escalation_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT fk_clock_escalation_city_office FOREIGN KEY(city, office) REFERENCES region (city, code),
            CONSTRAINT ck_clock_escalation_seq CHECK (seq >= 0),
            CONSTRAINT ck_clock_escalation_level CHECK (level BETWEEN 1 AND 2),
            CONSTRAINT ck_clock_escalation_late CHECK (started_on <= due_on AND due_on < escalated_on),
            CONSTRAINT ck_clock_escalation_office CHECK (superior <> 'city_office' OR office = city),
            CONSTRAINT ck_clock_escalation_kind CHECK (kind IN ('respond', 'judge', 'feed_back', 'accept', 'protection', 'follow_up', 'stale', 'transfer_review', 'window', 'host_reply', 'decide', 'hold_progress')),
            CONSTRAINT ck_clock_escalation_superior CHECK (superior IN ('county_leader', 'city_office'))
        )
        """
    )
    op.execute("CREATE INDEX ix_clock_escalation_office ON clock_escalation (city, office, superior)")
    _trigger("clock_escalation", "clock_escalation_append_only", "UPDATE OR DELETE", "ROW")
    _trigger("clock_escalation", "clock_escalation_no_truncate", "TRUNCATE", "STATEMENT")


def downgrade() -> None:
    """Undo it."""
    op.execute("DROP TABLE clock_escalation")
