"""Reopening a closed year by two people, and adjustment sheets."""

revision = "0015_ledger_reopening"
down_revision = "0014_reconciliation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
