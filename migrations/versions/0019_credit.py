"""Assessment credit: provisional, confirmed once a year."""

revision = "0019_credit"
down_revision = "0018_evidence_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
