"""A city's pool as the offices know it, from a seed: for what reads a pool itself, not its columns.

Sizes have heavy tails, and all leads together want `load` times the land of all parks. Nothing is tuned to
the matcher.
"""

from datetime import date, timedelta
from random import Random
from typing import Final

from allocation.matching.pool import (
    County,
    Hall,
    Industry,
    LandUse,
    Lead,
    Needs,
    Park,
    Plot,
    Pool,
)
from allocation.units import FEN_PER_WAN, Fen, Mu

AS_OF: Final = date(2027, 1, 15)
LATER: Final = AS_OF + timedelta(days=120)
CITY: Final = "610100"
EVERY: Final = 25
"""Every so many parks one belongs to the city itself."""

HALL_ONLY, HALL_TOO, DRY, CLEAN, REPLAN = 0.15, 0.92, 0.1, 0.3, 0.2
"""Shares: leads that need halls alone; up to which share none beside land; leads without water, without COD;
parks whose later land is 可调规."""

_INDUSTRIES: Final = tuple(Industry("2017", str(code)) for code in range(3610, 3650))
_CHAINS: Final = tuple(f"chain{number}" for number in range(14))


def city(
    leads: int = 2_000, parks: int = 25, counties: int = 10, *, load: float = 1.3, seed: int = 1
) -> Pool:
    """Make a pool.

    Args:
        leads: number of leads.
        parks: number of parks.
        counties: number of counties.
        load: what all leads want, as a multiple of all land.
        seed: same seed, same pool.
    """
    rng = Random(seed)
    codes = [str(610_101 + number) for number in range(counties)]
    made = [_lead(rng, number, codes) for number in range(leads)]
    total = {
        name: sum(getattr(lead.needs, name) for lead in made) / load
        for name in ("land_mu", "hall_m2", "energy_tce", "water_td", "cod_kg")
    }
    sizes = [rng.lognormvariate(0, 0.7) for _ in range(parks)]
    shares = [size / sum(sizes) for size in sizes]
    owners = [CITY if number % EVERY == EVERY - 1 else codes[number % counties] for number in range(parks)]
    grounds = [_park(rng, number, owners[number], share, total) for number, share in enumerate(shares)]
    inside = dict.fromkeys([*codes, CITY], 0.0)
    for share, owner in zip(shares, owners, strict=True):
        inside[owner] += share
    return Pool(
        as_of=AS_OF,
        leads=tuple(made),
        parks=tuple(grounds),
        counties={
            code: County(
                code=code,
                chains=frozenset(rng.sample(_CHAINS, 2)),
                energy_tce=int(total["energy_tce"] * share * rng.uniform(0.8, 1.2)) + 1,
                cod_kg=int(total["cod_kg"] * share * rng.uniform(0.8, 1.2)) + 1,
                land_mu=Mu(int(total["land_mu"] * share * rng.uniform(0.8, 1.1)) + 1),
            )
            for code, share in inside.items()
            if code != CITY
        },
        chains={industry: frozenset(rng.sample(_CHAINS, rng.choice((1, 1, 2)))) for industry in _INDUSTRIES},
    )


def _lead(rng: Random, number: int, codes: list[str]) -> Lead:
    wan = min(2_000_000, max(500, int(rng.lognormvariate(9.6, 1.1))))
    kind = rng.random()
    mu = 0 if kind < HALL_ONLY else max(100, int(100 * wan / rng.lognormvariate(5.8, 0.45)))
    hall = max(300, int(wan * rng.uniform(0.2, 0.6))) if kind < HALL_ONLY or kind > HALL_TOO else 0
    return Lead(
        id=f"L{number:05d}",
        origin=rng.choice(codes),
        industry=rng.choice(_INDUSTRIES),
        investment_fen=Fen(int(wan * rng.uniform(1.1, 1.6)) * FEN_PER_WAN),
        fixed_investment_fen=Fen(wan * FEN_PER_WAN),
        tax_fen=Fen(int(wan * rng.lognormvariate(-2.6, 0.5)) * FEN_PER_WAN),
        needs=Needs(
            land_mu=Mu(mu),
            hall_m2=hall,
            energy_tce=int(wan * rng.lognormvariate(-1.9, 0.8)),
            water_td=int(wan * rng.lognormvariate(-4.6, 0.8)) * (rng.random() > DRY),
            cod_kg=int(wan * rng.lognormvariate(-1.6, 0.8)) * (rng.random() > CLEAN),
        ),
        deadline=AS_OF + timedelta(days=rng.choice((30, 60, 90, 150, 200, 300))),
    )


def _park(rng: Random, number: int, owner: str, share: float, total: dict[str, float]) -> Park:
    code = f"P{number:03d}"
    land = int(total["land_mu"] * share)
    now = int(land * rng.uniform(0.45, 0.85))
    hall = int(total["hall_m2"] * share * rng.uniform(0.7, 1.4)) + 1
    checked = AS_OF - timedelta(days=60)
    own = rng.sample(_INDUSTRIES, 16)

    def plot(name: str, area: int, ready: date, *, replan: bool) -> Plot:
        return Plot(
            code=f"{code}-{name}",
            land_use=LandUse.INDUSTRIAL,
            replan=replan,
            area_mu=Mu(area),
            ready_on=ready,
            verified_on=checked,
        )

    return Park(
        code=code,
        owner=owner,
        leading=frozenset(own[:2]),
        main=frozenset(own[2:6]),
        forbidden=frozenset(own[6:]),
        investment_floor_fen=Fen(rng.choice((150, 200, 250, 300)) * FEN_PER_WAN),
        tax_floor_fen=Fen(rng.choice((0, 8, 12, 16)) * FEN_PER_WAN),
        energy_tce=int(total["energy_tce"] * share * rng.uniform(0.8, 1.4)) + 1,
        water_td=int(total["water_td"] * share * rng.uniform(0.8, 1.4)) + 1,
        cod_kg=int(total["cod_kg"] * share * rng.uniform(0.8, 1.4)) + 1,
        plots=(
            plot("now", now, AS_OF, replan=False),
            plot("later", land - now, LATER, replan=rng.random() < REPLAN),
        ),
        halls=(
            Hall(code=f"{code}-F1", area_m2=hall // 2, ready_on=AS_OF, verified_on=checked),
            Hall(code=f"{code}-F2", area_m2=hall - hall // 2, ready_on=LATER, verified_on=checked),
        ),
    )
