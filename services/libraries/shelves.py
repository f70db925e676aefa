"""From the city's rows to dated facts and shown values: what may stand in a library, as the asker sees it.

A masked row knows only the facts that its view shows; a library whose rules ask for others does not take it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from allocation.libraries import Fact, History, Item, Library, constant, course, starts
from allocation.lifecycle import SIGNED_STATES, State
from auth.policy import Part, View, may_see
from services.intake.tables import TargetFirm
from services.libraries.words import Column
from services.projects.answers import Exact, Masked
from services.projects.tables import PlannedProject, Project
from services.projects.views import build
from services.regions.tables import Hall, Plot

Cell = str | int | None
WAN_FEN: Final = 1_000_000
MU: Final = 100

_DATED: Final = (
    (Fact.registered_on, State.registered),
    (Fact.accepted_on, State.accepted),
    (Fact.pooled_on, State.pooled),
    (Fact.signed_on, State.signed),
    (Fact.contracted_on, State.contracted),
    (Fact.incorporated_on, State.incorporated),
    (Fact.ready_on, State.ready),
    (Fact.started_on, State.started),
    (Fact.counted_on, State.statistics),
    (Fact.completed_on, State.completed),
    (Fact.produced_on, State.producing),
    (Fact.full_output_on, State.full_output),
)

# By name: an enumeration's value is slow to ask for, and there are twenty of them a project.
STEPS: Final = tuple((fact, fact.value, state.value) for fact, state in _DATED)
"""The dated steps of a project's row, in their order."""

BANDS: Final = frozenset({Fact.stage, Fact.land_deadline})
EXACT: Final = BANDS | {
    *(Fact.chain, Fact.industry, Fact.investment_wan, Fact.land_mu, Fact.hall_m2),
}
WHOLE: Final = frozenset({View.owner, View.office})
"""Views that read every recorded move."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that may stand in a library: its facts, and what the asker is shown of it.

    `known` are the facts that the asker may see; none: all. `href` is its page.
    """

    item: Item
    title: str
    values: Mapping[Column, Cell]
    href: str = ""
    known: frozenset[Fact] | None = None
    investment_fen: int | None = None

    def told(self, library: Library) -> Library | None:
        """Return a library as far as the asker sees the facts that it asks of this thing; none where not."""
        return library if self.known is None else library.among(self.known)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the city's tables say of places and classes: names by code, chain by class, owner by park."""

    chains: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)


def _history(row: Project, view: View, moves: Sequence[tuple[date, str]]) -> History:
    """Return a project's stages by day.

    Who did not lead it so far does not read what others did with it: the dated steps alone tell, and the
    stage of today stands from the last of them on.
    """
    steps = [(day, stage) for _fact, name, stage in STEPS if (day := getattr(row, name)) is not None]
    if view in WHOLE:
        return course(steps, moves)
    last = max(day for day, _state in steps)
    return course([one for one in steps if one[0] <= last], [(last, row.state.value)])


def project_entry(
    row: Project, view: View, moves: Sequence[tuple[date, str]], ground: Ground
) -> Entry | None:
    """Return a project as the asker sees it; none where it sees no stage of it."""
    if not may_see(view, Part.bands):
        return None
    if not may_see(view, Part.identity):
        return _masked_entry(row, view, ground)
    stages = _history(row, view, moves)
    county = row.host_county or row.origin
    chain = ground.chains.get(row.industry, "")
    facts: dict[Fact, History] = {
        Fact.stage: stages,
        Fact.stage_since: starts(stages),
        Fact.chain: constant(chain),
        Fact.industry: constant(row.industry),
        Fact.county: constant(county),
        Fact.fund_kind: constant(row.fund_kind.value),
        Fact.investment_wan: constant(row.investment_fen // WAN_FEN),
        Fact.land_mu: constant(row.land_mu // MU),
        Fact.hall_m2: constant(row.hall_m2),
        Fact.land_deadline: constant(row.land_deadline),
    }
    facts |= {fact: constant(day) for fact, name, _ in STEPS if (day := getattr(row, name)) is not None}
    values: dict[Column, Cell] = {
        Column.code: row.code,
        Column.investor: row.investor_name,
        Column.county: county,
        Column.park: row.host_park,
        Column.chain: chain,
        Column.industry: row.industry,
        Column.fund_kind: row.fund_kind.value,
        Column.investment: row.investment_fen,
        Column.land: row.land_mu,
        Column.hall: row.hall_m2,
        Column.stage: row.state.value,
        Column.deadline: row.land_deadline.isoformat(),
    }
    return Entry(
        Item(row.public_id, facts, row.registered_on),
        row.name,
        values,
        f"/projects/{row.public_id}",
        None,
        row.investment_fen,
    )


def _masked_entry(row: Project, view: View, ground: Ground) -> Entry:
    """Return a project of which the asker sees bands, perhaps exact figures, and no name, place or day."""
    shown = build(row, view)
    assert isinstance(shown, Masked)  # noqa: S101 -- finance, the one view without bands, was turned away
    facts = {
        Fact.stage: constant(shown.state.value),
        Fact.land_deadline: constant(shown.land_deadline),
    }
    values: dict[Column, Cell] = {
        Column.industry: shown.division,
        Column.investment: shown.investment_band,
        Column.land: shown.land_band,
        Column.stage: shown.state.value,
        Column.deadline: shown.land_deadline.isoformat(),
    }
    known, money = BANDS, None
    if isinstance(shown, Exact):
        chain = ground.chains.get(shown.industry, "")
        facts |= {
            Fact.chain: constant(chain),
            Fact.industry: constant(shown.industry),
            Fact.investment_wan: constant(shown.investment_fen // WAN_FEN),
            Fact.land_mu: constant(shown.land_mu // MU),
            Fact.hall_m2: constant(shown.hall_m2),
        }
        values |= {
            Column.chain: chain,
            Column.industry: shown.industry,
            Column.investment: shown.investment_fen,
            Column.land: shown.land_mu,
            Column.hall: shown.hall_m2,
        }
        known, money = EXACT, shown.investment_fen
    return Entry(Item(shown.id, facts), shown.code_name, values, f"/projects/{shown.id}", known, money)


def planned_entry(row: PlannedProject) -> Entry:
    """Return a planned project."""
    facts: dict[Fact, History] = {
        Fact.mark: constant(row.library),
        Fact.chain: constant(row.chain),
        Fact.industry: constant(row.industry),
        Fact.county: constant(row.county),
        Fact.investment_wan: constant(row.investment_fen // WAN_FEN),
    }
    values: dict[Column, Cell] = {
        Column.code: row.code,
        Column.county: row.county,
        Column.chain: row.chain,
        Column.industry: row.industry,
        Column.investment: row.investment_fen,
        Column.mark: row.library,
    }
    return Entry(Item(row.code, facts), row.name, values, investment_fen=row.investment_fen)


def stock_entry(row: Plot | Hall, ground: Ground) -> Entry:
    """Return a plot or a standard hall."""
    county = ground.owners.get(row.park, "")
    facts: dict[Fact, History] = {
        Fact.county: constant(county),
        Fact.ready_on: constant(row.ready_on),
        Fact.verified_on: constant(row.verified_on),
    }
    values: dict[Column, Cell] = {
        Column.county: county,
        Column.park: row.park,
        Column.deadline: row.ready_on.isoformat(),
        Column.verified_on: row.verified_on.isoformat(),
    }
    if row.untrue_on is not None and row.untrue_on >= row.verified_on:
        facts[Fact.untrue_on] = constant(row.untrue_on)
    if isinstance(row, Plot):
        facts |= {
            Fact.land_use: constant(row.land_use.value),
            Fact.status: constant(row.status.value),
            Fact.land_mu: constant(row.area_mu // MU),
        }
        values |= {
            Column.land: row.area_mu,
            Column.land_use: row.land_use.value,
            Column.status: row.status.value,
        }
    else:
        facts[Fact.hall_m2] = constant(row.area_m2)
        values[Column.hall] = row.area_m2
    return Entry(Item(row.code, facts), row.code, values, f"/parks/{row.park}")


def target_entry(row: TargetFirm) -> Entry:
    """Return a target firm."""
    facts: dict[Fact, History] = {
        Fact.chain: constant(row.chain),
        Fact.county: constant(row.owner),
        Fact.listed_on: constant(row.listed_on),
    }
    if row.closed_on is not None:
        facts[Fact.closed_on] = constant(row.closed_on)
    values: dict[Column, Cell] = {
        Column.county: row.owner,
        Column.chain: row.chain,
        Column.follower: row.follower,
    }
    return Entry(Item(str(row.id), facts, row.listed_on), row.firm_name, values, "/targets")


def investor_entries(rows: Iterable[Project]) -> list[Entry]:
    """Return the investors of projects that the asker sees in full, one for each credit code."""
    firms: dict[str, list[Project]] = {}
    for row in rows:
        firms.setdefault(row.investor_credit_code, []).append(row)
    return [_investor(code, sorted(own, key=lambda row: row.registered_on)) for code, own in firms.items()]


def _investor(code: str, own: Sequence[Project]) -> Entry:
    signed = sorted(row.signed_on for row in own if row.signed_on is not None and row.state in SIGNED_STATES)
    money = sum(row.investment_fen for row in own)
    running, brought = 0, []
    for row in own:
        running += row.investment_fen
        brought.append((row.registered_on, running // WAN_FEN))
    facts: dict[Fact, History] = {
        Fact.projects: tuple((row.registered_on, n) for n, row in enumerate(own, 1)),
        Fact.signed: ((date.min, 0), *((day, n) for n, day in enumerate(signed, 1))),
        Fact.investment_wan: tuple(brought),
        Fact.registered_on: constant(own[0].registered_on),
    }
    if signed:
        facts[Fact.signed_on] = constant(signed[0])
    values: dict[Column, Cell] = {
        Column.code: code,
        Column.projects: len(own),
        Column.signed: len(signed),
        Column.investment: money,
    }
    return Entry(Item(code, facts, own[0].registered_on), own[-1].investor_name, values, investment_fen=money)
