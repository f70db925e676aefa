"""The city's entry rules: dated versions, and the examination of a filing.

A version is never changed; a new one begins on a day that has not passed. A filing is examined by the version
in force on the day of its registration, also when it is accepted later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.entry import Filing, broken, examine
from auth.intake import can_set_entry_rules
from auth.principal import Principal
from services.entry.errors import BadRuleSet, EntryRefused, NotTheOffice
from services.entry.repo import in_force, rule_sets, seeded
from services.entry.schemas import (
    FindingAnswer,
    RuleIn,
    RuleSetAnswer,
    RuleSetIn,
    RuleSetsAnswer,
    finding_answer,
    stored,
)
from services.entry.tables import EntryCheck, EntryRuleSet
from services.entry.words import CheckStage
from services.kit.errors import FieldError, Stale
from services.kit.events import record_event
from services.kit.i18n import lazy

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Examined:
    """What the rules in force say of a filing."""

    version: int
    findings: tuple[FindingAnswer, ...]
    refusing: tuple[FindingAnswer, ...]

    def refuse(self) -> None:
        """Refuse a filing that breaks a rule that refuses.

        Raises:
            EntryRefused: with every broken rule.
        """
        if self.refusing:
            raise EntryRefused(self.version, self.refusing)


async def examined(session: AsyncSession, city: str, on: date, filing: Filing) -> Examined:
    """Answer every rule in force on a day for a filing."""
    return _examined(in_force(await rule_sets(session, city), on), filing)


async def keep_check(
    session: AsyncSession,
    principal: Principal,
    project: UUID,
    stage: CheckStage,
    found: Examined,
    on_date: date,
) -> None:
    """Keep what was found of a lead at a step."""
    await seeded(session, principal.city)
    session.add(
        EntryCheck(
            city=principal.city,
            project=project,
            stage=stage,
            rule_set=found.version,
            findings=[stored(item) for item in found.findings],
            on_date=on_date,
            by=None if principal.is_system else principal.account,
        )
    )
    await session.flush()


async def versions(session: AsyncSession, principal: Principal, today: date) -> RuleSetsAnswer:
    """Return all versions of the city's rules, newest first."""
    sets = await rule_sets(session, principal.city)
    current = in_force(sets, today)
    items = [
        _answer(row, _until(sets, place), sets[-1].version, current=row is current)
        for place, row in enumerate(sets)
    ]
    return RuleSetsAnswer(items=items[::-1])


async def new_version(
    session: AsyncSession, principal: Principal, form: RuleSetIn, today: date, after: int
) -> RuleSetAnswer:
    """Add a version of the rules.

    Args:
        session: the maker's transaction.
        principal: who makes it.
        form: the rules and their first day.
        today: the business date.
        after: the version that the maker saw as the newest.

    Raises:
        NotTheOffice: the maker is not the city's office.
        Stale: another version came first.
        BadRuleSet: it begins in the past, or before the newest one.
    """
    if not can_set_entry_rules(principal):
        raise NotTheOffice
    sets = await seeded(session, principal.city)
    if sets[-1].version != after:
        raise Stale
    if form.effective_from < today:
        raise BadRuleSet(errors=[FieldError("/effective_from", "past", lazy("生效日期不能早于今天"))])
    if form.effective_from < sets[-1].effective_from:
        raise BadRuleSet(
            errors=[FieldError("/effective_from", "before_last", lazy("生效日期不能早于上一版"))]
        )
    row = EntryRuleSet(
        city=principal.city,
        version=after + 1,
        effective_from=form.effective_from,
        rules=[stored(rule) for rule in form.rules],
        note=form.note,
        made_by=principal.account,
        made_on=today,
    )
    session.add(row)
    await session.flush()
    await record_event(
        session,
        principal.city,
        actor=principal,
        action="entry.rules_set",
        entity="entry_rule_set",
        entity_id=row.version,
        before={"version": after},
        after={"effective_from": form.effective_from.isoformat(), "rules": row.rules},
    )
    return _answer(row, None, row.version, current=form.effective_from <= today)


def _examined(row: EntryRuleSet, filing: Filing) -> Examined:
    rules = [RuleIn.model_validate(rule).rule() for rule in row.rules]
    found = examine(filing, rules)
    return Examined(
        row.version,
        tuple(finding_answer(item) for item in found),
        tuple(finding_answer(item) for item in broken(found)),
    )


def _until(sets: Sequence[EntryRuleSet], place: int) -> date | None:
    """Return the last day on which a version may be in force; none for the newest."""
    return sets[place + 1].effective_from - _DAY if place + 1 < len(sets) else None


def _answer(row: EntryRuleSet, until: date | None, newest: int, *, current: bool) -> RuleSetAnswer:
    return RuleSetAnswer(
        version=row.version,
        effective_from=row.effective_from,
        until=until,
        in_force=current,
        rules=[RuleIn.model_validate(rule) for rule in row.rules],
        note=row.note,
        made_on=row.made_on,
        revision=newest,
    )
