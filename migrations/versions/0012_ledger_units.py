"""Units beside money, accounts towards the city's settlement, and journals without an agreement.

Money, statistics credit and land quota each have accounts of their own, so that nothing mixes; a settlement moves
dues of many agreements at once and names none. A reversal names what its journal named.
"""

import importlib

from alembic import op

revision = "0012_ledger_units"
down_revision = "0011_ledger_posting"
branch_labels = None
depends_on = None

UNITS = ("fen", "credit", "land")
ACCOUNTS = (
    "share_expense",
    "due_to",
    "due_from",
    "share_income",
    "clearing",
    "cash",
    "credit_given",
    "credit_taken",
)
JOURNALS = ("share", "reversal", "adjustment", "settlement", "payment", "credit")
OLD = {"unit": ("fen",), "account": ACCOUNTS[:4], "journal": JOURNALS[:2]}

ADDED = (
    (
        "ledger_account",
        "ck_ledger_account_with_city",
        "kind NOT IN ('clearing', 'cash') OR county = city OR counterparty = city",
    ),
    (
        "ledger_account",
        "ck_ledger_account_unit_fits",
        "(kind IN ('credit_given', 'credit_taken')) = (unit IN ('credit', 'land'))",
    ),
    (
        "journal",
        "ck_journal_agreement_named",
        "agreement IS NOT NULL OR kind IN ('settlement', 'payment', 'reversal')",
    ),
)

NAMES_AS_REVERSED = """
    IF EXISTS (
        SELECT FROM entered AS e JOIN journal AS j ON j.city = e.city AND j.id = e.reverses
        WHERE j.agreement IS DISTINCT FROM e.agreement
    ) THEN
        RAISE EXCEPTION 'a reversal names the agreement of what it takes back'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_reversal_agreement';
    END IF;
"""
BEFORE = "    SELECT e.key INTO missing FROM entered AS e\n"


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Give a closed list its members anew."""
    name = f"ck_{table}_{column}"
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    _check(table, name, f"{column} IN ({_list(words)})")


def _check(table: str, name: str, condition: str) -> None:
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})"
    )


def _journals_entered(more: str) -> None:
    """Write the journals' guard anew, with more to refuse or as its own migration wrote it."""
    body = importlib.import_module("migrations.versions.0011_ledger_posting").JOURNALS_ENTERED
    op.execute(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(BEFORE, more + BEFORE))


def upgrade() -> None:
    for table in ("ledger_account", "leg"):
        _allow(table, "unit", UNITS)
    _allow("ledger_account", "kind", ACCOUNTS)
    _allow("journal", "kind", JOURNALS)
    op.execute("-- squawk-ignore ban-drop-not-null\nALTER TABLE journal ALTER COLUMN agreement DROP NOT NULL")
    for table, name, condition in ADDED:
        _check(table, name, condition)
    _journals_entered(NAMES_AS_REVERSED)


def downgrade() -> None:
    _journals_entered("")
    for table, name, _condition in reversed(ADDED):
        op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute("ALTER TABLE journal ALTER COLUMN agreement SET NOT NULL")
    _allow("journal", "kind", OLD["journal"])
    _allow("ledger_account", "kind", OLD["account"])
    for table in ("ledger_account", "leg"):
        _allow(table, "unit", OLD["unit"])
