"""产业链图谱: the city's chains with their nodes, and what stands at each as the asker sees it."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from allocation.libraries import Fact, Node, Objects, Position, linked
from allocation.lifecycle import FINAL_STATES, State
from auth.principal import Principal
from services.libraries.answers import ChainAnswer, ChainsAnswer, ChainThing, NodeAnswer
from services.libraries.counties import county_chains
from services.libraries.gathering import gather
from services.libraries.in_force import layout_on
from services.libraries.schemas import LayoutIn
from services.libraries.shelves import Entry
from services.regions.repo import load_chains, load_parks, load_positioning, load_regions
from services.regions.tables import ChainIndustry, Tier

OVER = frozenset(state.value for state in FINAL_STATES | {State.ended})
"""Stages of projects that are gone: they stand at no node."""

Standing = dict[str, ChainThing]


async def chain_map(session: AsyncSession, principal: Principal, today: date) -> ChainsAnswer:
    """Return all chains of the city; of projects those whose class the asker sees."""
    layout = (await layout_on(session, principal.city, today)).layout
    gathered = await gather(
        session, principal, frozenset({Objects.projects, Objects.planned, Objects.targets})
    )
    projects = [
        entry
        for entry in gathered.entries[Objects.projects]
        if Fact.industry in entry.item.facts and entry.item.on(Fact.stage, today) not in OVER
    ]
    planned = gathered.entries[Objects.planned]
    parks = {row.code: row for row in await load_parks(session, principal.city)}
    settled = [
        (row.park, row.industry)
        for row in await load_positioning(session, principal.city)
        if row.tier is not Tier.forbidden
    ]
    things = _Things(
        {one.item.key: _thing(one, today) for one in projects},
        {one.item.key: _thing(one, today) for one in planned},
        {code: ChainThing(id=code, title=row.name, href=f"/parks/{code}") for code, row in parks.items()},
    )
    rows: dict[str, list[ChainIndustry]] = {}
    chain_of: dict[str, str] = {}
    for row in await load_chains(session, principal.city):
        rows.setdefault(row.chain, []).append(row)
        chain_of[row.industry] = row.chain
    answers = []
    for chain, classes in rows.items():
        title, nodes = nodes_of(layout, chain, classes)
        answers.append(
            ChainAnswer(
                chain=chain,
                title=title,
                key_chain=any(row.key_chain for row in classes),
                nodes=things.at(nodes, _classed(projects), settled, _classed(planned)),
                targets=[
                    _thing(one, today)
                    for one in gathered.entries[Objects.targets]
                    if one.item.on(Fact.chain, today) == chain and one.item.on(Fact.closed_on, today) is None
                ],
            )
        )
    return ChainsAnswer(
        as_of=today,
        chains=answers,
        counties=county_chains(
            principal,
            {region.code: region.name for region in await load_regions(session, principal.city)},
            list(rows),
            projects,
            planned,
            {(parks[park].owner, chain_of.get(industry, ""), park) for park, industry in settled},
            today,
        ),
    )


def nodes_of(layout: LayoutIn, chain: str, classes: Sequence[ChainIndustry]) -> tuple[str, list[Node]]:
    """Return a chain's name and nodes: those that the layout draws, then a node for each class left over."""
    drawn = next((one for one in layout.chains if one.chain == chain), None)
    nodes = [node.node() for node in drawn.nodes] if drawn else []
    known = frozenset(industry for node in nodes for industry in node.industries)
    nodes += [
        Node(f"c{row.industry}", row.industry_name, Position.whole, frozenset({row.industry}))
        for row in classes
        if row.industry not in known
    ]
    return (drawn.title if drawn else chain), nodes


def _classed(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    return [(one.item.key, str(one.item.on(Fact.industry, date.max))) for one in entries]


def _thing(entry: Entry, today: date) -> ChainThing:
    stage = entry.item.on(Fact.stage, today)
    return ChainThing(id=entry.item.key, title=entry.title, href=entry.href, stage=str(stage or ""))


class _Things:
    """What can stand at nodes, by key."""

    def __init__(self, projects: Standing, planned: Standing, parks: Standing) -> None:
        self._projects, self._planned, self._parks = projects, planned, parks

    def at(
        self,
        nodes: Sequence[Node],
        projects: Sequence[tuple[str, str]],
        parks: Sequence[tuple[str, str]],
        planned: Sequence[tuple[str, str]],
    ) -> list[NodeAnswer]:
        """Return the nodes with what stands at each."""
        found = []
        for link in linked(nodes, projects, parks, planned):
            standing = [self._projects[key] for key in link.projects]
            stages: dict[str, int] = {}
            for one in standing:
                stages[one.stage] = stages.get(one.stage, 0) + 1
            found.append(
                NodeAnswer(
                    key=link.node.key,
                    title=link.node.title,
                    position=link.node.position,
                    industries=sorted(link.node.industries),
                    projects=standing,
                    by_stage=stages,
                    parks=[self._parks[key] for key in link.parks],
                    planned=[self._planned[key] for key in link.planned],
                    gap=link.is_gap,
                )
            )
        return found
