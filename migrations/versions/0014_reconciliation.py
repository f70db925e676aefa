"""Both sides' figures compared, and control totals of files."""

revision = "0014_reconciliation"
down_revision = "0013_agreement_parties"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
