"""A scenario as asked, read as the library's own: the same for who checks it and who works it out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from allocation.matching.answer_parts import Change, Lever
from allocation.matching.pool import Pool
from allocation.matching.scenario import Scenario


def scenario_of(pool: Pool, asked: Mapping[str, Any]) -> Scenario:
    """Read a stored scenario; weights that it does not name stay as the pool has them."""
    weights = None if asked["weights"] is None else replace(pool.weights, **asked["weights"])
    return Scenario(weights=weights, changes=tuple(_change(item) for item in asked["changes"]))


def _change(item: Mapping[str, Any]) -> Change:
    ready = item["on"]
    return Change(
        lever=Lever(item["lever"]),
        owner=item["owner"],
        amount=item["amount"],
        on=None if ready is None else date.fromisoformat(ready),
    )
