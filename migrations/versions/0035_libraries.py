"""Libraries: a city's layouts in versions, and who confirmed them."""

from alembic import op

revision = "0035_libraries"
down_revision = "0034_notices"
branch_labels = None
depends_on = None

TABLES = ("library_layout", "library_layout_confirmation")

# Versions stand in one row without gaps; only the newest can be confirmed.
ORDER = """
CREATE FUNCTION library_layout_order() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    last integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('library_layout ' || NEW.city, 0));
    SELECT coalesce(max(l.version), 0) INTO last FROM library_layout AS l WHERE l.city = NEW.city;
    IF TG_TABLE_NAME = 'library_layout' AND NEW.version <> last + 1 THEN
        RAISE EXCEPTION 'a version of the layout follows the last one'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'library_layout_order';
    END IF;
    IF TG_TABLE_NAME = 'library_layout_confirmation' AND NEW.version <> last THEN
        RAISE EXCEPTION 'only the newest version of the layout is confirmed'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'library_layout_newest';
    END IF;
    RETURN NEW;
END
$$
"""


def _guard(table: str, name: str, when: str, function: str, each: str = "ROW") -> None:
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
    )
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def upgrade() -> None:
    """Make the tables and their guards."""
    op.execute(
        """
        CREATE TABLE library_layout (
            city TEXT NOT NULL,
            version INTEGER NOT NULL,
            effective_from DATE NOT NULL,
            layout JSONB NOT NULL,
            note TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_name TEXT NOT NULL,
            made_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_library_layout PRIMARY KEY (city, version),
            CONSTRAINT uq_library_layout_city_version_made_by UNIQUE (city, version, made_by),
            CONSTRAINT fk_library_layout_city FOREIGN KEY (city) REFERENCES city (city),
            CONSTRAINT ck_library_layout_version CHECK (version >= 1),
            CONSTRAINT ck_library_layout_document CHECK (jsonb_typeof(layout) = 'object'),
            CONSTRAINT ck_library_layout_filled CHECK (note <> '' AND made_name <> '')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE library_layout_confirmation (
            city TEXT NOT NULL,
            version INTEGER NOT NULL,
            made_by UUID NOT NULL,
            confirmed_by UUID NOT NULL,
            confirmed_name TEXT NOT NULL,
            confirmed_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_library_layout_confirmation PRIMARY KEY (city, version),
            CONSTRAINT fk_library_layout_confirmation_city_version_made_by
                FOREIGN KEY (city, version, made_by) REFERENCES library_layout (city, version, made_by),
            CONSTRAINT ck_library_layout_confirmation_two_people CHECK (confirmed_by <> made_by),
            CONSTRAINT ck_library_layout_confirmation_filled CHECK (confirmed_name <> '')
        )
        """
    )
    op.execute(ORDER)
    for table in TABLES:
        _guard(table, f"{table}_order", "INSERT", "library_layout_order")
        _guard(table, f"{table}_append_only", "UPDATE OR DELETE", "yipanqi_refuse_change")
        _guard(table, f"{table}_no_truncate", "TRUNCATE", "yipanqi_refuse_change", "STATEMENT")


def downgrade() -> None:
    """Undo it."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION library_layout_order()")
