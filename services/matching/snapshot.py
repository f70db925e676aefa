"""Freezes a city's pool: projects that look for a host, what parks have free, what is held already."""

from collections import defaultdict
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from allocation.lifecycle import State
from allocation.matching.pool import (
    County,
    Hall,
    Hold,
    Industry,
    LandUse,
    Lead,
    Needs,
    Park,
    Plot,
    Pool,
    Rules,
    Weights,
)
from allocation.units import Fen, Mu
from auth.principal import Principal
from services.projects import repo as projects
from services.projects.schemas import ProjectForm
from services.projects.tables import Hold as HoldRow
from services.projects.tables import Project
from services.regions import repo as regions
from services.regions.queries import Drawn, added, is_true, outside_uses
from services.regions.settings import settings_on
from services.regions.tables import PlotStatus, Region, Tier

SEEKING: Final = frozenset({State.pooled, State.applied, State.terms_accepted, State.committed, State.chosen})
"""States in which a project looks for a host; a chosen one only in the county that the investor chose."""


_NOTHING: Final = Drawn()


async def build_pool(session: AsyncSession, city: str, as_of: date) -> Pool:
    """Read a city's pool as it stands on a business date."""
    weights, rules = await method_on(session, city, as_of)
    counties = {row.code: _county(row) for row in await regions.load_counties(session, city)}
    return Pool(
        as_of=as_of,
        leads=await _leads(session, city),
        parks=await _parks(session, city),
        counties=counties,
        chains=await _chains(session, city),
        weights=weights,
        rules=rules,
    )


async def method_on(session: AsyncSession, city: str, on: date) -> tuple[Weights, Rules]:
    """Return how scores are made and hard rules are set on a day: what a run freezes, and the card shows."""
    settings = await settings_on(session, city, on)
    rules = Rules(stock_days=settings.stock_stale_days, positioning_gate=settings.positioning_is_gate)
    return Weights(), rules


def lead_of(
    project: Project | ProjectForm, held_by: str | None = None, declined: tuple[str, ...] = ()
) -> Lead:
    """Read a project, or what is typed of one that has no id yet, as a lead."""
    return Lead(
        id=str(project.id) if isinstance(project, Project) else "",
        origin=project.origin,
        industry=Industry(project.edition, project.industry),
        investment_fen=Fen(project.investment_fen),
        fixed_investment_fen=Fen(project.fixed_investment_fen),
        tax_fen=Fen(project.tax_fen),
        needs=_needs(project),
        deadline=project.land_deadline,
        held_by=held_by,
        declined=declined,
    )


def _needs(row: Project | ProjectForm | HoldRow) -> Needs:
    return Needs(
        land_mu=Mu(row.land_mu),
        hall_m2=row.hall_m2,
        energy_tce=row.energy_tce,
        water_td=row.water_td,
        cod_kg=row.cod_kg,
    )


def _county(row: Region) -> County:
    # A county has all three quotas (the table's CHECK says so); only the city's own row has none.
    return County(
        code=row.code,
        chains=frozenset({*row.potential_chains, *([row.leading_chain] if row.leading_chain else [])}),
        energy_tce=row.energy_quota_tce or 0,
        cod_kg=row.cod_quota_kg or 0,
        land_mu=Mu(row.land_quota_mu or 0),
    )


async def _leads(session: AsyncSession, city: str) -> tuple[Lead, ...]:
    query = projects.visible_to(Principal.system(city)).where(col(Project.state).in_(SEEKING))
    rows = (await session.scalars(query)).all()
    chosen: dict[str, str] = {}
    for row in rows:
        if row.state is State.chosen:
            host = projects.chosen_host(await projects.consents(session, row))
            if host is not None:
                chosen[str(row.id)] = host[0]
    declined = await projects.declined_hosts(session, city)
    leads = (lead_of(row, chosen.get(str(row.id)), declined.get(row.id, ())) for row in rows)
    return tuple(sorted(leads, key=lambda lead: lead.id))


async def _chains(session: AsyncSession, city: str) -> dict[Industry, frozenset[str]]:
    chains: dict[Industry, set[str]] = defaultdict(set)
    for row in await regions.load_chains(session, city):
        chains[Industry(row.edition, row.industry)].add(row.chain)
    return {industry: frozenset(names) for industry, names in chains.items()}


async def _parks(session: AsyncSession, city: str) -> tuple[Park, ...]:
    tiers: dict[tuple[str, Tier], set[Industry]] = defaultdict(set)
    for position in await regions.load_positioning(session, city):
        tiers[position.park, position.tier].add(Industry(position.edition, position.industry))
    # What others use outside the program is not there to be given; nor is what is not true any more.
    uses = await outside_uses(session, city)
    plots: dict[str, list[Plot]] = defaultdict(list)
    for plot in filter(is_true, await regions.load_plots(session, city)):
        used = sum(use.drawn.land_mu for use in uses if use.plot == plot.code)
        plots[plot.park].append(
            Plot(
                code=plot.code,
                land_use=LandUse(plot.land_use.value),
                replan=plot.status is PlotStatus.replan,
                area_mu=Mu(max(0, plot.area_mu - used)),
                ready_on=plot.ready_on,
                verified_on=plot.verified_on,
            )
        )
    halls: dict[str, list[Hall]] = defaultdict(list)
    for hall in filter(is_true, await regions.load_halls(session, city)):
        used = sum(use.drawn.hall_m2 for use in uses if use.hall == hall.code)
        halls[hall.park].append(
            Hall(
                code=hall.code,
                area_m2=max(0, hall.area_m2 - used),
                ready_on=hall.ready_on,
                verified_on=hall.verified_on,
            )
        )
    holds: dict[str, list[Hold]] = defaultdict(list)
    for hold in await projects.active_holds(session, city):
        holds[hold.park].append(Hold(lead=str(hold.project), needs=_needs(hold), deadline=hold.land_deadline))
    drawn = {code: added(use for use in uses if use.park == code) for code in {use.park for use in uses}}
    return tuple(
        Park(
            code=park.code,
            owner=park.owner,
            leading=frozenset(tiers[park.code, Tier.lead]),
            main=frozenset(tiers[park.code, Tier.main]),
            forbidden=frozenset(tiers[park.code, Tier.forbidden]),
            investment_floor_fen=Fen(park.investment_floor_fen_per_mu),
            tax_floor_fen=Fen(park.tax_floor_fen_per_mu),
            energy_tce=max(0, park.energy_tce - drawn.get(park.code, _NOTHING).energy_tce),
            water_td=max(0, park.water_td - drawn.get(park.code, _NOTHING).water_td),
            cod_kg=max(0, park.cod_kg - drawn.get(park.code, _NOTHING).cod_kg),
            plots=tuple(plots[park.code]),
            halls=tuple(halls[park.code]),
            holds=tuple(sorted(holds[park.code], key=lambda hold: hold.lead)),
        )
        for park in sorted(await regions.load_parks(session, city), key=lambda park: park.code)
    )
