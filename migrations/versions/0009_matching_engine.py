"""Matching: what the engine tells of a run, warm runs and progress, and the rules of fairness.

Columns are added with what old rows need and no more: every stored run was solved over all pairs, cold.
"""

from alembic import op

revision = "0009_matching_engine"
down_revision = "0008_interchange"
branch_labels = None
depends_on = None

AMOUNT = "BIGINT CONSTRAINT ck_match_run_{0}_range CHECK ({0} >= 0 AND {0} < 9007199254740992)"
COLUMNS = (
    ("bound_scope", "VARCHAR(40) DEFAULT 'all'"),
    ("route", "TEXT"),
    ("passes", "INTEGER"),
    ("moves", AMOUNT.format("moves")),
    ("move_limit", AMOUNT.format("move_limit")),
    ("work_ms", AMOUNT.format("work_ms")),
    ("peak_mb", "INTEGER"),
    ("cut_short", "VARCHAR(40)"),
    ("warm", "BOOLEAN NOT NULL DEFAULT false"),
    ("churn_budget", "INTEGER"),
    ("warm_from", "UUID"),
    ("changed", "INTEGER"),
    ("evicted", "INTEGER"),
    ("progress_stage", "TEXT"),
    ("progress_bp", "INTEGER"),
    ("progress_value", AMOUNT.format("progress_value")),
    ("progress_bound", AMOUNT.format("progress_bound")),
)
RUN_CHECKS = (
    ("ck_match_run_bound_scope", "CHECK (bound_scope IN ('all', 'pruned'))"),
    ("ck_match_run_cut_short", "CHECK (cut_short IN ('time', 'memory'))"),
    ("ck_match_run_done_has_scope", "CHECK (state <> 'done' OR bound_scope IS NOT NULL)"),
    ("ck_match_run_cut_is_done", "CHECK (cut_short IS NULL OR state = 'done')"),
    ("ck_match_run_warm", "CHECK (warm OR (churn_budget IS NULL AND warm_from IS NULL))"),
    (
        "ck_match_run_warm_counted",
        "CHECK ((warm_from IS NULL OR state <> 'done') OR (changed >= 0 AND evicted >= 0))",
    ),
    ("ck_match_run_progress", "CHECK (progress_bp BETWEEN 0 AND 10000)"),
    (
        "fk_match_run_city_warm_from",
        "FOREIGN KEY (city, warm_from) REFERENCES match_run (city, id)",
    ),
)
FAILURES = (
    "'worker_lost', 'out_of_time', 'out_of_memory', 'crashed', 'not_verified', 'no_result', 'inputs_changing'"
)
RULES = (
    "'origin', 'held', 'forbidden', 'positioning', 'intensity', 'tax', 'land', 'hall', 'stale_land',"
    " 'stale_hall', 'energy', 'water', 'cod', 'county_land', 'county_energy', 'county_cod', 'outranked'"
)
NEW_FAILURES = "'infeasible'"
NEW_RULES = "'county_leads', 'county_investment', 'declined'"


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.execute(f"ALTER TABLE match_run ADD COLUMN {name} {kind}")
    # The column is of this very migration: no client leans on its default, which was there for old rows only.
    op.execute(
        "-- squawk-ignore ban-drop-default\nALTER TABLE match_run ALTER COLUMN bound_scope DROP DEFAULT"
    )
    for name, check in RUN_CHECKS:
        _add("match_run", name, check)
    _replace("match_run", "ck_match_run_failure", f"CHECK (failure IN ({FAILURES}, {NEW_FAILURES}))")
    _replace("match_rejection", "ck_match_rejection_rule", f"CHECK (rule IN ({RULES}, {NEW_RULES}))")


def downgrade() -> None:
    """Go back; runs and reasons of the new kinds are refused by the old checks, so they must be gone first."""
    _replace("match_rejection", "ck_match_rejection_rule", f"CHECK (rule IN ({RULES}))")
    _replace("match_run", "ck_match_run_failure", f"CHECK (failure IN ({FAILURES}))")
    for name, _ in reversed(RUN_CHECKS):
        op.execute(f"ALTER TABLE match_run DROP CONSTRAINT {name}")
    for name, _ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE match_run DROP COLUMN {name}")


def _replace(table: str, name: str, check: str) -> None:
    """Put a wider check in the place of another."""
    op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {name}")
    _add(table, name, check)


def _add(table: str, name: str, check: str) -> None:
    """Add a constraint; runs are few, so that looking at their rows under the lock takes no time."""
    op.execute(
        f"-- squawk-ignore constraint-missing-not-valid\nALTER TABLE {table} ADD CONSTRAINT {name} {check}"
    )
