"""Parties outside the city, and what was negotiated between versions."""

revision = "0013_agreement_parties"
down_revision = "0012_ledger_units"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
