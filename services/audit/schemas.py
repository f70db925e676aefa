"""What the auditor's questions take and give."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.audit.words import Check, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of the rules; each may be asked otherwise."""

    unpaid_days: int = 90
    late_days: int = 30
    idle_months: int = 12


class ProjectName(BaseModel):
    """A project of a finding. The auditor reads its code name."""

    id: UUID
    code: str
    name: str


class Finding(BaseModel):
    """One thing that a question found: what it is about, the rule with its numbers, and where to look.

    `key` names the finding: the same facts give the same key at every asking.
    """

    key: str
    check: Check
    severity: Severity
    county: str
    county_name: str
    projects: list[ProjectName]
    says: str
    rule: str
    facts: dict[str, Any]
    links: list[str]


class CheckSummary(BaseModel):
    """A question with how many things it finds now."""

    check: Check
    name: str
    rule: str
    findings: int
    high: int


class CheckList(BaseModel):
    """Every question, with the numbers of its rule."""

    limits: dict[str, int]
    items: list[CheckSummary]


class Findings(BaseModel):
    """What one question found."""

    check: Check
    name: str
    rule: str
    items: list[Finding]
