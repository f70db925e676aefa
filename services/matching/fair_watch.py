"""Fairness over months: what all stored runs of the last year gave to each county, with or without a rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import ceil
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import add_months
from allocation.matching.fairness import FairnessRule, entitlements
from allocation.matching.fairness_watch import Watched, WatchedRun, WatchRule, last_of_months, watch
from allocation.matching.record import read_pool
from allocation.units import WHOLE
from auth.principal import Principal
from services.matching.fair_schemas import SeriesAnswer, WatchAnswer, WatchLine
from services.matching.fair_words import Series
from services.matching.sight import CITY_EYES
from services.matching.tables import MatchPlacement, MatchRun
from services.matching.words import RunState
from services.projects.tables import Project
from services.regions.settings import settings_on
from services.regions.tables import Park

MONTHS: Final = 12
"""So many months the watch goes back, the latest one included."""
RULE: Final = WatchRule()
FEWEST_OTHERS: Final = 3
"""A county is not told a sum in which fewer projects than these are others'."""
_PPM: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Done:
    """A done run, and its business date."""

    id: UUID
    day: date


async def read_watch(session: AsyncSession, principal: Principal, until: date | None = None) -> WatchAnswer:
    """Look at the last done run of each of the last months: a county at its own line, the city at all.

    Args:
        session: the database.
        principal: who reads.
        until: the last business date that counts; None for all.
    """
    whole = principal.role in CITY_EYES
    chosen = await _chosen(session, principal.city, until)
    runs, major = await _runs(session, principal.city, chosen)
    series = {Series.all: runs}
    threshold = None
    if whole and chosen:
        threshold = (await settings_on(session, principal.city, chosen[-1].day)).major_threshold_fen
        large = {lead for lead, fen in major.items() if fen >= threshold}
        series[Series.major] = [_only(run, large) for run in runs]
    found = {kind: watch(items, RULE) for kind, items in series.items()}
    return WatchAnswer(
        view="all" if whole else "own",
        months=len(chosen),
        first=chosen[0].day if chosen else None,
        last=chosen[-1].day if chosen else None,
        least_months=RULE.months,
        low_bp=RULE.low_bp,
        high_bp=RULE.high_bp,
        chance_ppm=_ppm(RULE.chance),
        major_from_fen=threshold,
        series=tuple(
            SeriesAnswer(kind=kind, total=lines[0].total if lines else 0, counties=tuple(map(_told, lines)))
            for kind, lines in ((kind, _seen(principal, lines)) for kind, lines in found.items())
        ),
    )


def _only(run: WatchedRun, leads: set[str]) -> WatchedRun:
    return replace(run, hosts={lead: county for lead, county in run.hosts.items() if lead in leads})


def _seen(principal: Principal, lines: Sequence[Watched]) -> list[Watched]:
    """Keep the lines that somebody may read: the city's office all, a county its own."""
    if principal.role in CITY_EYES:
        return list(lines)
    own = [line for line in lines if line.county == principal.county]
    return [line for line in own if not 0 < line.total - line.leads < FEWEST_OTHERS]


def _told(line: Watched) -> WatchLine:
    return WatchLine(
        county=line.county,
        months=sum(ratio is not None for ratio in line.ratios_bp),
        leads=line.leads,
        due_bp=line.due_bp,
        share_bp=line.due_bp // line.total if line.total else None,
        received_bp=line.leads * WHOLE // line.total if line.total else None,
        ratio_bp=line.ratio_bp,
        chance_ppm=_ppm(line.chance),
        verdict=line.verdict,
    )


def _ppm(chance: float) -> int:
    """Write a probability in millionths, rounded up: it is told as "at most"."""
    return ceil(round(chance * _PPM, 6))


async def _chosen(session: AsyncSession, city: str, until: date | None) -> list[_Done]:
    """List the last done run of each month of the year that ends with the latest one."""
    query = (
        select(col(MatchRun.id), col(MatchRun.as_of))
        .where(col(MatchRun.city) == city, col(MatchRun.state) == RunState.done)
        .order_by(col(MatchRun.id))
    )
    done = [
        _Done(key, day)
        for key, day in await session.execute(query)
        if day is not None and (until is None or day <= until)
    ]
    kept = last_of_months(done, lambda run: run.day)
    first = add_months(kept[-1].day.replace(day=1), 1 - MONTHS) if kept else date.max
    return [run for run in kept if run.day >= first]


async def _runs(
    session: AsyncSession, city: str, chosen: Sequence[_Done]
) -> tuple[list[WatchedRun], dict[str, int]]:
    """Read what runs gave, with the investment of each project as it is registered now."""
    keys = [run.id for run in chosen]
    # The pool's leads are most of a snapshot, and shares depend on parks alone.
    frozen = select(
        col(MatchRun.id), col(MatchRun.snapshot).op("-")("leads").label("pool"), col(MatchRun.fairness)
    ).where(col(MatchRun.city) == city, col(MatchRun.id).in_(keys))
    pools = {row.id: (row.pool, row.fairness) for row in await session.execute(frozen)}
    place, park, lead = MatchPlacement, Park, Project
    places = (
        select(col(place.run), col(place.project), col(park.owner), col(lead.investment_fen))
        .join(park, (col(park.city) == col(place.city)) & (col(park.code) == col(place.park)))
        .join(lead, (col(lead.city) == col(place.city)) & (col(lead.id) == col(place.project)))
        .where(col(place.city) == city, col(place.run).in_(keys))
        .order_by(col(place.run), col(place.project))
    )
    hosts: dict[UUID, dict[str, str]] = {key: {} for key in keys}
    worth: dict[str, int] = {}
    for row in await session.execute(places):
        hosts[row.run][str(row.project)] = row.owner
        worth[str(row.project)] = row.investment_fen
    return [_watched(run.day, *pools[run.id], hosts[run.id]) for run in chosen], worth


def _watched(
    day: date, record: Mapping[str, Any], fairness: Mapping[str, Any] | None, hosts: Mapping[str, str]
) -> WatchedRun:
    pool = read_pool({**record, "leads": []})
    weights = {} if fairness is None else fairness["rule"]["weights_bp"]
    entitled = entitlements(pool, FairnessRule(weights_bp=weights))
    return WatchedRun(day, entitled, {lead: host for lead, host in hosts.items() if host in pool.counties})
