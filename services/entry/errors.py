"""What the entry rules refuse with.

DomainError
├── Forbidden
│   └── NotTheOffice        only the city's office sets the rules
├── Stale                   (kit) another version came first
└── Invalid
    ├── EntryRefused        a filing breaks rules that refuse; `rules` names each with its measured value
    └── BadRuleSet          a new version that cannot be
"""

from collections.abc import Sequence
from typing import Any

from allocation.entry import Measure
from services.entry.schemas import FindingAnswer, stored
from services.entry.words import FIELDS, REFUSALS
from services.kit.errors import FieldError, Forbidden, Invalid
from services.kit.i18n import lazy

RELOCATIONS = "/v1/relocations"
"""Where a move inside the city is filed instead."""


class NotTheOffice(Forbidden):
    """Only the city's office sets the rules."""

    slug = "entry-rules-are-the-citys"
    title = lazy("准入规则由市级统筹部门维护")


class EntryRefused(Invalid):
    """A filing breaks rules that refuse. Each stands in `rules` with its measured value and threshold.

    Args:
        version: the version of the rules.
        findings: all broken rules.
    """

    slug = "entry-refused"
    title = lazy("不符合报备准入规则，不予受理")

    def __init__(self, version: int, findings: Sequence[FindingAnswer]) -> None:
        places = [FieldError(FIELDS[item.measure], item.code, REFUSALS[item.measure]) for item in findings]
        facts: dict[str, Any] = {"rules": [stored(item) for item in findings], "rule_set": version}
        if any(item.measure is Measure.registered for item in findings):
            facts["file_at"] = RELOCATIONS
        super().__init__(errors=places, **facts)
        self.findings = tuple(findings)


class BadRuleSet(Invalid):
    """A new version of the rules that cannot be."""

    slug = "bad-rule-set"
    title = lazy("准入规则填写有误")
