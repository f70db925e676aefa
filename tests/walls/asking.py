"""How tests ask an operation: its path filled in, and the parts that every write needs."""

import re
from uuid import uuid4

from tests.walls.operations import Operation

FILLED = {
    "act": lambda: "transfer",
    "action": lambda: "recall",
    "account": lambda: str(uuid4()),
    "code": lambda: "6110P01",
    "form": lambda: "csv",
    "hall": lambda: "6110P01-F01",
    "kind": lambda: "projects",
    "layout_version": lambda: "1",
    "line": lambda: "1",
    "month": lambda: "2026-05",
    "number": lambda: str(uuid4()),
    "papers": lambda: "agreements",
    "party": lambda: "host",
    "plan": lambda: str(uuid4()),
    "plot": lambda: "6110P01-001",
    "ref": lambda: "no-such-lead",
    "step": lambda: "check",
    "year": lambda: "2026",
}


def fill(operation: Operation, known: dict[str, str] | None = None) -> str:
    """Put something in the place of each path parameter: what is known, else what does not exist."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if known is not None and name in known:
            return known[name]
        return FILLED.get(name, lambda: str(uuid4()))()

    return re.sub(r"\{(\w+)(?::\w+)?\}", value, operation.path)


def once() -> dict[str, str]:
    """The headers that a write needs."""
    return {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
