"""Settlement through the city: nets, payment orders, payments."""

revision = "0017_settlement"
down_revision = "0016_objections"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema up."""


def downgrade() -> None:
    """Take it back."""
