"""Words and forms of the matching pages: closed lists, units, what a form's fields mean."""

from typing import Annotated, Any, Final

from fastapi import Depends, Form, Path, Request
from pydantic import ValidationError

from auth.principal import Principal
from auth.scopes import Scope
from services.console.frame import field_errors
from services.console.session import NeedsScope
from services.kit.errors import DomainError, FieldError, Invalid
from services.kit.i18n import lazy
from services.matching.run_words import CLASHES, CUTS, FAIR_RULES, MEASURES, ROUTES, SCOPES, STAGES
from services.matching.words import FAILURES, OVERRIDES, PARTS, RULES, RUN_STATES, STATUSES
from services.projects.words import STATE_LABELS

Reader = Annotated[Principal, Depends(NeedsScope(Scope.matches_read))]
Runner = Annotated[Principal, Depends(NeedsScope(Scope.matches_run))]
Decider = Annotated[Principal, Depends(NeedsScope(Scope.matches_decide))]
Ref = Annotated[str, Path(min_length=1, max_length=40)]
Field = Annotated[str, Form(max_length=2000)]

WORDS: Final[dict[str, Any]] = {
    "rules": RULES,
    "parts": PARTS,
    "states": STATE_LABELS,
    "run_states": RUN_STATES,
    "statuses": STATUSES,
    "failures": FAILURES,
    "overrides": OVERRIDES,
    "fair_rules": FAIR_RULES,
    "clashes": CLASHES,
    "measures": MEASURES,
    "scopes": SCOPES,
    "cuts": CUTS,
    "stages": STAGES,
    "routes": ROUTES,
    "versions": lambda used: " · ".join(f"{name} {used[name]}" for name in sorted(used or {})),
}
UNITS: Final = {
    "mu": lazy("亩"),
    "m2": lazy("平方米"),
    "tce": lazy("吨标准煤/年"),
    "td": lazy("吨/日"),
    "kg": lazy("千克/年"),
    "days": lazy("天"),
    "leads": lazy("个项目"),
    "wan": lazy("万元"),
    "fen_per_mu": lazy("万元/亩"),
    "score": lazy("分"),
    "bp": "",
    "region": "",
    "industry": "",
}


def number(text: str) -> int:
    """Read a small whole number; -1, which no form takes, for anything else."""
    most = 9
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else -1


def form_errors(request: Request, error: ValidationError | DomainError) -> dict[str, str]:
    """Name what is wrong by field."""
    if isinstance(error, DomainError):
        return field_errors(request, error)
    places = [
        FieldError("/" + "/".join(map(str, item["loc"])), item["type"], lazy("请检查填写的内容"))
        for item in error.errors()
    ]
    return field_errors(request, Invalid(errors=places))
