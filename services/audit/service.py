"""Asking the ready questions: who may, and findings written for the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from allocation.figures import mu, yuan
from auth.money import can_run_audit
from auth.principal import Principal, Role
from services.agreements.parties import party_names
from services.audit.checks import CHECKS, Asked, Found
from services.audit.errors import NotYourAudit
from services.audit.queries import PROJECTS
from services.audit.schemas import CheckList, CheckSummary, Finding, Findings, Limits, ProjectName
from services.audit.words import CHECK_NAMES, CHECK_RULES, FINDINGS, STEPS, Check, Severity
from services.kit.i18n import Locale, gettext, lazy
from services.matching.words import OVERRIDES, OverrideReason

MONEY: Final = frozenset({"fen", "retained"})


async def list_checks(
    session: AsyncSession, principal: Principal, today: date, limits: Limits, locale: Locale
) -> CheckList:
    """Ask every question; tell how many things each finds.

    Raises:
        NotYourAudit: the person is neither the auditor nor of the city's two offices.
    """
    asked = _asked(principal, today, limits)
    items = []
    for check, ask in CHECKS.items():
        found = await ask(session, asked)
        items.append(
            CheckSummary(
                check=check,
                name=gettext(CHECK_NAMES[check], locale),
                rule=_rule(check, limits, locale),
                findings=len(found),
                high=sum(one.severity is Severity.high for one in found),
            )
        )
    return CheckList(limits=asdict(limits), items=items)


async def run_check(
    session: AsyncSession, principal: Principal, check: Check, today: date, limits: Limits, locale: Locale
) -> Findings:
    """Ask one question; write what it finds for the reader. Raises as `list_checks`."""
    found = await CHECKS[check](session, _asked(principal, today, limits))
    projects = await _projects(session, principal, found)
    names = await party_names(session, principal.city)
    rule = _rule(check, limits, locale)
    return Findings(
        check=check,
        name=gettext(CHECK_NAMES[check], locale),
        rule=rule,
        items=[
            Finding(
                key=f"{check.value}/{one.subject}",
                check=check,
                severity=one.severity,
                county=one.county,
                county_name=names.get(one.county, one.county),
                projects=[projects[number] for number in one.projects],
                says=gettext(FINDINGS[one.says], locale, **_said(one.facts, locale)),
                rule=rule,
                facts=dict(one.facts),
                links=_links(one),
            )
            for one in found
        ],
    )


def _asked(principal: Principal, today: date, limits: Limits) -> Asked:
    if not can_run_audit(principal):
        raise NotYourAudit
    return Asked(city=principal.city, today=today, limits=limits)


def _rule(check: Check, limits: Limits, locale: Locale) -> str:
    return gettext(CHECK_RULES[check], locale, **asdict(limits))


def _said(facts: Mapping[str, Any], locale: Locale) -> dict[str, Any]:
    """Write a finding's facts as its sentence shows them: yuan, mu, steps and reasons in words."""
    said = {
        name: f"{yuan(value)} {gettext(lazy('元'), locale)}" if name in MONEY else value
        for name, value in facts.items()
    }
    if "land" in facts:
        said["land"] = mu(facts["land"])
    if "steps" in facts:
        words = (gettext(STEPS[step], locale) for step in facts["steps"])
        said["steps"] = gettext(lazy("、"), locale).join(words)
    if "reason" in facts:
        said["reason"] = gettext(OVERRIDES[OverrideReason(facts["reason"])], locale)
    return said


def _links(one: Found) -> list[str]:
    links = [f"/projects/{number}" for number in one.projects]
    return links + ([f"/statements/{one.statement}"] if one.statement else [])


async def _projects(
    session: AsyncSession, principal: Principal, found: Sequence[Found]
) -> dict[UUID, ProjectName]:
    wanted = list({number for one in found for number in one.projects})
    rows = await session.execute(text(PROJECTS), {"city": principal.city, "projects": wanted})
    masked = principal.role is Role.auditor
    return {
        row.id: ProjectName(id=row.id, code=row.code, name=row.code_name if masked else row.name)
        for row in rows
    }
