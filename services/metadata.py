"""Every slice's tables in one metadata: what the migrations are compared with."""

from importlib import import_module
from importlib.util import find_spec

from sqlmodel import SQLModel

for _part in ("accounts", "agreements", "interchange", "ledger", "matching", "projects", "regions"):
    if find_spec(f"services.{_part}.tables") is not None:
        import_module(f"services.{_part}.tables")
for _part in ("events", "idempotency", "known"):
    import_module(f"services.kit.{_part}")

metadata = SQLModel.metadata
