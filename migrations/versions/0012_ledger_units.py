"""Units beside money, accounts towards the city, and journals without an agreement."""

revision = "0012_ledger_units"
down_revision = "0011_ledger_posting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
