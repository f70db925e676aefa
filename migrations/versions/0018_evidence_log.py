"""The evidence log: sealed entries, checkpoints, co-signatures, keys."""

revision = "0018_evidence_log"
down_revision = "0017_settlement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
