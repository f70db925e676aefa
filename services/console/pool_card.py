"""What the pages show of the pool's limits, and of what stands around one project."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.lifecycle import POOL_STATES
from auth.policy import View
from auth.principal import Principal
from auth.scopes import Scope, has_scope
from services.console import filters
from services.kit.i18n import Locale, gettext, lazy
from services.matching.repo import candidates, latest_done
from services.pooling import service
from services.pooling.answers import PoolingAnswer, RulesAnswer
from services.pooling.words import INVESTOR_ACTIONS, REFERRAL_REASONS, REFERRAL_STATES, RULINGS
from services.projects.dossier import Dossier
from services.projects.pool_words import LIMITS
from services.regions.repo import load_parks


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules box: lines of figures, and what stands against the county now."""

    lines: list[tuple[str, Any]]
    against: list[str]
    box: RulesAnswer


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a project, with the words for it."""

    found: PoolingAnswer
    rulings: dict[Any, str]
    actions: dict[Any, str]
    reasons: dict[Any, str]
    states: dict[Any, str]
    flags: list[str]

    def __bool__(self) -> bool:
        """Tell whether there is anything to show."""
        found = self.found
        return bool(
            self.flags or found.visits or found.reports or found.agreed or found.acts or found.referral
        )


async def rules_of(session: AsyncSession, principal: Principal, locale: Locale) -> Rules | None:
    """Return the rules box for those who may apply."""
    if principal.county is None or not has_scope(principal.role, Scope.projects_apply):
        return None
    box = await service.rules_box(session, principal)

    def say(text: str, **facts: Any) -> str:
        return gettext(text, locale, **facts)

    lines: list[tuple[str, Any]] = [
        (
            say(lazy("无进展佐证的持有")),
            say(lazy("{n} 个，上限 {most} 个"), n=box.open_holds, most=box.hold_cap),
        ),
        (
            say(lazy("今日申领")),
            say(lazy("{n} 次，上限 {most} 次"), n=box.applied_today, most=box.application_cap),
        ),
        (
            say(lazy("冷静期")),
            say(lazy("至 {day}"), day=box.cooling_until)
            if box.cooling_until
            else say(lazy("无；持有失败后 {n} 天内不能申领和持有"), n=box.cool_down_days),
        ),
        (
            say(lazy("进展佐证")),
            say(lazy("持有后每 {n} 天内登记一次：考察记录、供地文书、备案文件"), n=box.evidence_days),
        ),
    ]
    if box.quarantine_days:
        lines.append((say(lazy("新线索静置")), say(lazy("入池 {n} 天后可以申领"), n=box.quarantine_days)))
    against = [say(text) for limit, text in LIMITS.items() if limit.value in box.against_application]
    return Rules(lines, against, box)


async def pool_card(session: AsyncSession, dossier: Dossier, names: dict[str, str], locale: Locale) -> Around:
    """Return what stands around a project, as far as this person may read it."""
    found = await service.around_dossier(session, dossier)
    flags = [
        gettext(lazy("{county}出具承诺函前没有联合考察记录"), locale, county=names.get(code, code))
        for code in found.visit_missing
    ]
    flags += [
        gettext(lazy("{day} 的联合考察首谈地未到场"), locale, day=filters.day(row.visited_on))
        for row in found.visits
        if not row.origin_present
    ]
    return Around(
        found, dict(RULINGS), dict(INVESTOR_ACTIONS), dict(REFERRAL_REASONS), dict(REFERRAL_STATES), flags
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One park in the common order of applicants and of those that did not apply."""

    rank: int | None
    score: int | None
    county: str
    park: str
    applied: bool
    late: bool


async def ranked_together(session: AsyncSession, dossier: Dossier) -> list[Ranked]:
    """Return, for the city's office, applicants and others in the order of the latest match run.

    Applicants that the run does not place among its best stand behind, in the order in which they applied.
    """
    if dossier.view is not View.office or dossier.project.state not in POOL_STATES:
        return []
    run = await latest_done(session, dossier.project.city)
    best = await candidates(session, run.city, run.id, dossier.project.id) if run is not None else []
    applied = {row.park: row for row in dossier.applications}
    until = dossier.project.window_until
    owners = {park.code: park.owner for park in await load_parks(session, dossier.project.city)}
    late = {code for code, row in applied.items() if until is not None and row.applied_on > until}
    rows = [(row.rank, row.total, row.park) for row in best]
    known = {park for _, _, park in rows}
    everybody: list[tuple[int | None, int | None, str]] = [*rows]
    everybody += [(None, None, code) for code in applied if code not in known]
    return [
        Ranked(
            rank=rank,
            score=score,
            county=owners[park],
            park=park,
            applied=park in applied,
            late=park in late,
        )
        for rank, score, park in everybody
    ]
