"""Maps of a city's counties."""

from alembic import op

revision = "0036_maps"
down_revision = "0035_libraries"
branch_labels = None
depends_on = None

TABLES = ("city_map", "map_shape")


def upgrade() -> None:
    """Make the tables; neither is ever changed."""
    op.execute(
        """
        CREATE TABLE city_map (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            version INTEGER NOT NULL,
            source TEXT NOT NULL,
            approval TEXT NOT NULL,
            sketch BOOLEAN NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            file_sha256 TEXT NOT NULL,
            imported_on DATE NOT NULL,
            at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            CONSTRAINT pk_city_map PRIMARY KEY (city, id),
            CONSTRAINT uq_city_map_city_version UNIQUE (city, version),
            CONSTRAINT fk_city_map_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_city_map_version CHECK (version >= 1),
            CONSTRAINT ck_city_map_source CHECK (source <> ''),
            CONSTRAINT ck_city_map_approval CHECK (sketch = (approval = '')),
            CONSTRAINT ck_city_map_sheet CHECK (width BETWEEN 1 AND 1200 AND height BETWEEN 1 AND 1200),
            CONSTRAINT ck_city_map_file_sha256 CHECK (file_sha256 ~ '^[0-9a-f]{64}$')
        )
        """
    )
    op.execute(
        """
        CREATE TABLE map_shape (
            city TEXT NOT NULL,
            map UUID NOT NULL,
            county TEXT NOT NULL,
            label_x INTEGER NOT NULL,
            label_y INTEGER NOT NULL,
            rings JSONB NOT NULL,
            CONSTRAINT pk_map_shape PRIMARY KEY (city, map, county),
            CONSTRAINT fk_map_shape_city_map FOREIGN KEY(city, map) REFERENCES city_map (city, id),
            CONSTRAINT fk_map_shape_city_county FOREIGN KEY(city, county) REFERENCES region (city, code),
            CONSTRAINT ck_map_shape_rings CHECK (jsonb_typeof(rings) = 'array' AND jsonb_array_length(rings) > 0)
        )
        """
    )
    for table in TABLES:
        for name, when, each in (
            ("append_only", "UPDATE OR DELETE", "ROW"),
            ("no_truncate", "TRUNCATE", "STATEMENT"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table}"
                f" FOR EACH {each} EXECUTE FUNCTION yipanqi_refuse_change()"
            )
            op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}")


def downgrade() -> None:
    """Undo it."""
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
