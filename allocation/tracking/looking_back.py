"""回看: when a large project is looked at again."""

from datetime import date

from allocation.clocks import add_months


def due_on(happened_on: date | None, months: int) -> date | None:
    """Return the day by which a project is looked at again, so many months after a step; None before it."""
    return None if happened_on is None else add_months(happened_on, months)
