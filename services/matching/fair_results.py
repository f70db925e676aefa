"""What runs say about fairness: written with the run, read by the city, and by each county its own line."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.clocks import add_months
from allocation.matching.fairness import Measure, Placement, Tally, window
from allocation.matching.fairness_report import FairnessReport, FairRule
from allocation.matching.pool import Pool
from allocation.units import FEN_PER_WAN, WHOLE
from auth.principal import Principal
from services.matching.fair_errors import NoSuchFairness
from services.matching.fair_schemas import CountyLine, LoweredLine, MovedLine, PriceLine, RunFairness
from services.matching.fair_tables import MatchCounty, MatchDisplaced, MatchRulePrice
from services.matching.sight import CITY_EYES
from services.matching.tables import MatchRun
from services.matching.words import RunState
from services.projects import repo as projects
from services.projects.tables import Project, ProjectMove

_WATCHED: Final = 24
"""So many runs the watch over time goes back."""


async def past_of(session: AsyncSession, city: str, as_of: date, months: int) -> dict[str, Tally]:
    """Count what each county was given over the window: leads of others that it holds or has signed.

    The day is that of the city's decision; of a project signed before this program held it, its signing.
    """
    query = (
        projects.visible_to(Principal.system(city))
        .where(col(Project.host_county).is_not(None), col(Project.host_county) != col(Project.origin))
        .order_by(col(Project.id))
    )
    hosted = (await session.scalars(query)).all()
    decided = {
        move.project: move.on_date
        for move in await session.scalars(
            select(ProjectMove)
            .where(
                col(ProjectMove.city) == city,
                col(ProjectMove.action) == "hold",
                col(ProjectMove.on_date) > add_months(as_of, -months),
            )
            .order_by(col(ProjectMove.seq))
        )
    }
    found = [
        Placement(row.host_county or "", day, -(-row.investment_fen // FEN_PER_WAN))
        for row in hosted
        if (day := decided.get(row.id, row.signed_on)) is not None
    ]
    return window(found, as_of, months)


async def store_report(
    session: AsyncSession, city: str, run: UUID, pool: Pool, report: FairnessReport
) -> None:
    """Write what a run says; its placements must be written before."""
    key = {"city": city, "run": run}
    lines = [
        {
            **key,
            "county": line.county,
            "share_bp": line.share_bp,
            "past_leads": line.past.leads,
            "past_wan": line.past.investment_wan,
            "without_leads": line.without.leads,
            "given_leads": line.given.leads,
            "given_wan": line.given.investment_wan,
            "ratio_bp": line.ratio_bp,
            "max_leads": line.bound.max_leads,
            "max_wan": line.bound.max_investment_wan,
            "min_leads": line.bound.min_leads,
            "multiplier_bp": pool.multipliers_bp.get(line.county, WHOLE),
        }
        for line in report.counties
    ]
    prices = [
        {
            **key,
            "rule": price.rule,
            "value": price.value,
            "bound": price.bound,
            "price": price.price,
            "least": price.least,
            "most": price.most,
            "exact": price.exact,
        }
        for price in report.prices
    ]
    moved = [
        {**key, "project": UUID(item.lead), "without_park": item.without, "with_park": item.with_rules}
        for item in report.displaced
    ]
    for table, rows in ((MatchCounty, lines), (MatchRulePrice, prices), (MatchDisplaced, moved)):
        if rows:
            await session.execute(insert(table), rows)


async def fairness_of(session: AsyncSession, principal: Principal, run: MatchRun) -> RunFairness:
    """Show what a run says about fairness.

    Raises:
        NoSuchFairness: the run kept no rule.
    """
    found = await _answers(session, principal, [run])
    if not found:
        raise NoSuchFairness
    return found[0]


async def watch(session: AsyncSession, principal: Principal) -> list[RunFairness]:
    """Show the same over time: the latest stored runs that kept a rule, latest first."""
    query = (
        select(MatchRun)
        .where(
            col(MatchRun.city) == principal.city,
            col(MatchRun.state) == RunState.done,
            col(MatchRun.fairness).is_not(None),
        )
        .order_by(col(MatchRun.id).desc())
        .limit(_WATCHED)
    )
    return await _answers(session, principal, (await session.scalars(query)).all())


async def _answers(
    session: AsyncSession, principal: Principal, runs: Sequence[MatchRun]
) -> list[RunFairness]:
    city, whole = principal.city, principal.role in CITY_EYES
    keys = [run.id for run in runs if run.fairness is not None]
    lines = select(MatchCounty).where(col(MatchCounty.city) == city, col(MatchCounty.run).in_(keys))
    if not whole:
        lines = lines.where(col(MatchCounty.county) == principal.county)
    counties = (await session.scalars(lines.order_by(col(MatchCounty.county)))).all()
    prices = await _prices(session, city, keys) if whole else []
    moved = await _moved(session, principal, keys) if whole else []
    answers = []
    for run in runs:
        if run.fairness is None:
            continue
        own = tuple(
            CountyLine.model_validate(row, from_attributes=True) for row in counties if row.run == run.id
        )
        ratios = [line.ratio_bp for line in own if line.ratio_bp is not None]
        lowered = run.fairness.get("lowered", []) if whole else []
        answers.append(
            RunFairness(
                view="all" if whole else "own",
                run=run.id,
                as_of=run.as_of,
                finished_at=run.finished_at,
                measure=Measure(run.fairness["rule"]["measure"]),
                months=run.fairness["rule"]["months"],
                counties=own,
                least_ratio_bp=min(ratios, default=None) if whole else None,
                most_ratio_bp=max(ratios, default=None) if whole else None,
                prices=tuple(line for key, line in prices if key == run.id),
                displaced=tuple(line for key, line in moved if key == run.id),
                lowered=tuple(LoweredLine(**item) for item in lowered),
            )
        )
    return answers


async def _prices(session: AsyncSession, city: str, runs: Sequence[UUID]) -> list[tuple[UUID, PriceLine]]:
    query = select(MatchRulePrice).where(col(MatchRulePrice.city) == city, col(MatchRulePrice.run).in_(runs))
    order = list(FairRule)
    rows = sorted(await session.scalars(query), key=lambda row: order.index(row.rule))
    return [(row.run, PriceLine.model_validate(row, from_attributes=True)) for row in rows]


async def _moved(
    session: AsyncSession, principal: Principal, runs: Sequence[UUID]
) -> list[tuple[UUID, MovedLine]]:
    query = (
        select(MatchDisplaced)
        .where(col(MatchDisplaced.city) == principal.city, col(MatchDisplaced.run).in_(runs))
        .order_by(col(MatchDisplaced.project))
    )
    rows = (await session.scalars(query)).all()
    known = projects.visible_to(principal).where(col(Project.id).in_({row.project for row in rows}))
    named = {row.id: row for row in await session.scalars(known)}
    return [
        (
            row.run,
            MovedLine(
                project=named[row.project].public_id,
                name=named[row.project].code_name,
                without_park=row.without_park,
                with_park=row.with_park,
            ),
        )
        for row in rows
    ]
