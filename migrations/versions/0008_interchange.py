"""Interchange: the stored plan of an import."""

from alembic import op

revision = "0008_interchange"
down_revision = "0007_ledger"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE import_plan (
            city TEXT NOT NULL,
            id UUID NOT NULL,
            kind TEXT NOT NULL,
            filename TEXT NOT NULL,
            file_sha256 TEXT NOT NULL,
            state VARCHAR(40) NOT NULL,
            header JSONB NOT NULL,
            rows JSONB NOT NULL,
            bad_rows JSONB NOT NULL,
            faults JSONB NOT NULL,
            counts JSONB NOT NULL,
            totals JSONB NOT NULL,
            basis TEXT NOT NULL,
            made_by UUID NOT NULL,
            made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
            committed_by UUID,
            committed_at TIMESTAMP WITH TIME ZONE,
            written INTEGER NOT NULL,
            CONSTRAINT pk_import_plan PRIMARY KEY (city, id),
            CONSTRAINT fk_import_plan_city FOREIGN KEY(city) REFERENCES city (city),
            CONSTRAINT ck_import_plan_committed CHECK ((state = 'committed') = (committed_at IS NOT NULL)),
            CONSTRAINT ck_import_plan_file_sha256 CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
            CONSTRAINT ck_import_plan_state CHECK (state IN ('planned', 'committed'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ix_import_plan_made ON import_plan (city, made_at)
        """
    )


def downgrade() -> None:
    op.execute("DROP TABLE import_plan")
