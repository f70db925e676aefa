"""Small formulas for the tests of the engine; the published ones stand in the packs."""

from typing import Any

ROLES = {"head": {"zh": "总", "en": "head"}, "branch": {"zh": "分", "en": "branch"}}


def named(**more: Any) -> dict[str, Any]:
    return {"zh": "数", "en": "figure", "unit": "number", **more}


def formula(**changes: Any) -> dict[str, Any]:
    """A total divided by weights."""
    facts: dict[str, Any] = {
        "inputs": {
            "total": {"zh": "总额", "en": "total", "unit": "fen"},
            "weight": {"zh": "权数", "en": "weight", "unit": "number", "each": True},
        },
        "steps": [{"name": "part", "zh": "份额", "en": "part", "apportion": "total", "by": "weight"}],
        "result": "part",
        "base": "total",
    }
    return facts | changes


def case(total: Any = 100, weights: Any = None, **changes: Any) -> dict[str, Any]:
    """100 fen by 1 : 1 : 1."""
    weights = {"a": 1, "b": 1, "c": 1} if weights is None else weights
    facts: dict[str, Any] = {
        "formula": formula(),
        "parties": [{"id": name} for name in weights],
        "inputs": {"total": total, "weight": weights},
    }
    return facts | changes
