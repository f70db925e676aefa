"""What the matcher says when it is asked why: plain frozen records, kept by whoever asked.

No number here is a float and nothing imports a solver, so a service may store and show these. Units are
those of the pool: land in hundredths of a mu, halls in m², energy in tce a year, water in t/d, COD in kg a
year, money in fen; values are score × weight.

Every field whose content tells of other leads is marked: `leads` where single leads can be read off (their
ids, amounts or moves), `sums` where only what others take together shows. `answer_record.walled` empties
them. A change itself is never emptied: how much would be enough is what was asked.
"""

from dataclasses import dataclass, field

from allocation.matching.answer_parts import LEADS, SUMS, Change, Held, Missing, Moved, Plan, Side
from allocation.matching.result import Blocker


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a lead is not at a park.

    Attributes:
        lead: its id.
        park: the park asked about.
        host: where the run places the lead; None if it stays in the pool.
        blockers: every rule that the pair breaks by itself, whoever else is placed.
        missing: what is too little there while all other placements stay.
        here: the lead at its host; None if it stays.
        there: the lead at the park asked about.
        held: who draws on each limit that is too small.
    """

    lead: str
    park: str
    host: str | None
    blockers: tuple[Blocker, ...]
    missing: tuple[Missing, ...]
    here: Side | None
    there: Side
    held: tuple[Held, ...] = ()

    @property
    def free(self) -> bool:
        """Whether nothing stands in the way: then it is the score or the prices that speak for the host."""
        return not self.blockers and not self.missing


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldWin:
    """What would have to change for a lead to be placed at a park, and whether it then is.

    Attributes:
        level: 0: what is missing with nothing moved, not solved again; 1: the change was applied and the pool
            solved again; 2: the smallest such change that was found.
        lead: its id.
        park: the park asked about.
        barred: rules that no change of a figure mends, or that the change leaves broken.
        change: what is changed, together.
        wins: level 0: the lead fits once the change is made and nobody moves. Levels 1 and 2: the new plan
            places the lead there; among plans of equal value the one that does is taken.
        standing: the value of the plan before.
        value: the value of the new plan that wins; None at level 0, and of a plan that does not win.
        exact: levels 1 and 2: the solves that decide are proven.
        minimal: level 2: proven that no smaller amount wins (of several, that none can fall alone).
        up_to: level 2: the largest amount tried of a single figure, if none wins.
        solves: how many solves it took.
        moved: other leads that the new plan moves.
    """

    level: int
    lead: str
    park: str
    barred: tuple[Blocker, ...]
    change: tuple[Change, ...]
    wins: bool
    standing: int | None = field(default=None, metadata=SUMS)
    value: int | None = field(default=None, metadata=SUMS)
    exact: bool = False
    minimal: bool = False
    up_to: int | None = None
    solves: int = 0
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverridePrice:
    """What it costs the whole pool to place a lead at a park against the run.

    Attributes:
        lead: its id.
        park: the host wished for.
        bent: rules that the pair breaks by itself; then there is no price, for no plan may hold the pair.
        standing: the plan without the override.
        forced: the best plan found with it; None if the pair is barred.
        loss: value of the standing plan less that of the forced one; None if there is no such plan.
        moved: who else moves, from where to where.
        exact: whether both plans are proven optimal; otherwise the true loss lies between what the plans'
            values and bounds allow.
    """

    lead: str
    park: str
    bent: tuple[Blocker, ...] = ()
    standing: Plan | None = field(default=None, metadata=SUMS)
    forced: Plan | None = field(default=None, metadata=SUMS)
    loss: int | None = field(default=None, metadata=SUMS)
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another host that a lead could have, everything else solved again around it.

    Attributes:
        rank: from 1.
        side: the lead there.
        loss: what the whole pool loses.
        exact: whether both values are proven.
        moved: who else moves.
    """

    rank: int
    side: Side
    loss: int | None = field(default=None, metadata=SUMS)
    exact: bool = False
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """The best other hosts of a lead, by value less the run's prices; none of them unseats another's hold."""

    lead: str
    host: str | None
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a park or county takes in two plans: (before, after) of each figure; holds from before apart.

    Attributes:
        owner: the park's or county's code.
        leads: how many leads.
        investment_fen: their total investment.
        land_mu, hall_m2, energy_tce, water_td, cod_kg: what they take.
    """

    owner: str
    leads: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    investment_fen: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    land_mu: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    hall_m2: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    energy_tce: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    water_td: tuple[int, int] = field(metadata=SUMS, default=(0, 0))
    cod_kg: tuple[int, int] = field(metadata=SUMS, default=(0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioDiff:
    """Two pools solved the same way, side by side.

    Attributes:
        before: the plan of the pool as it is.
        after: the plan of the pool with the scenario's changes.
        gain: value after less value before, each by the weights of its own pool; None without two results.
        gain_before: the same by the weights of the pool as it is: what the new plan would be worth to whoever
            keeps them; None where the plan holds a pair that these rules forbid.
        exact: whether both plans are proven optimal.
        moved: every lead whose host differs.
        searched: where a run that is not proven was searched once more for `before`, every lead whose host
            there differs from the run's.
        counties, parks: what each takes in both plans, by code; the city's own parks stand under its code.
    """

    before: Plan = field(metadata=SUMS)
    after: Plan = field(metadata=SUMS)
    gain: int | None = field(default=None, metadata=SUMS)
    gain_before: int | None = field(default=None, metadata=SUMS)
    exact: bool = False
    moved: tuple[Moved, ...] = field(default=(), metadata=LEADS)
    searched: tuple[Moved, ...] = field(default=(), metadata=LEADS)
    counties: tuple[Tally, ...] = ()
    parks: tuple[Tally, ...] = ()


Answer = WhyNot | WouldWin | OverridePrice | Alternatives | ScenarioDiff
