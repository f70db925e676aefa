"""From a pool to what a solver reads: eligible pairs only, every limit a resource.

"What is due by a date must fit in what is ready by that date" is one constraint for each interval between two
readiness dates, so each interval becomes a resource: a lead uses the land of every interval that ends after
    its deadline, and a park's capacity there is what is ready when it starts, less the holds due before it
    ends.

The pairs are scored by columns (`tabulate`, `pairs`): an instance spells them out for people and files,
`encode_pool` goes straight to the arrays that the kernels read.
"""

from collections.abc import Iterator

import numpy as np

from allocation.matching.columns import Columns
from allocation.matching.encode import UNLIMITED, Encoded, Ints
from allocation.matching.instance import VALUE_LIMIT, CountyLimit, Host, Instance, Option, Seeker
from allocation.matching.limits import encode_columns, needs_of, resources_of, scored
from allocation.matching.pairs import NO
from allocation.matching.pool import Pool
from allocation.matching.tabulate import tabulate


def compile_pool(pool: Pool) -> Instance:
    """Compile a pool.

    Resources in order: `land@DATE` for each interval of any park's land, `hall@DATE` likewise, `energy`,
        `water`, `cod`. A county's land quota bounds the last land interval, in which every lead is due.
        `investment` in 万元 follows where fairness bounds it in a county; no park has a bound of its own.
    """
    columns = tabulate(pool)
    return Instance(
        resources=resources_of(columns),
        hosts=tuple(_hosts(pool, columns)),
        leads=tuple(_seekers(pool, columns)),
        counties=tuple(_counties(columns)),
    )


def encode_pool(pool: Pool) -> Encoded:
    """Compile a pool straight into arrays: the same leads, pairs and limits as of `compile_pool`."""
    return encode_columns(
        tabulate(pool), [lead.id for lead in pool.leads], [park.code for park in pool.parks]
    )


def _hosts(pool: Pool, columns: Columns) -> Iterator[Host]:
    capacities = columns.capacities
    own = np.vstack([capacities.land, capacities.hall, capacities.rest]).T.tolist()
    extra = (VALUE_LIMIT - 1,) if columns.counts_investment else ()
    for park, amounts in zip(pool.parks, own, strict=True):
        yield Host(id=park.code, county=park.owner, capacity=(*amounts, *extra))


def _counties(columns: Columns) -> Iterator[CountyLimit]:
    capacities = columns.capacities
    for number, code in enumerate(columns.counties):
        land, energy, cod = capacities.quota[:, number].tolist()
        yield CountyLimit(
            id=code,
            max_leads=_bound(capacities.most, number),
            min_leads=int(capacities.least[number]),
            capacity=(
                *([None] * (len(columns.land) - 1)),
                land,
                *([None] * len(columns.hall)),
                energy,
                None,
                cod,
                *([_bound(capacities.investment, number)] if columns.counts_investment else []),
            ),
        )


def _bound(amounts: Ints, number: int) -> int | None:
    amount = int(amounts[number])
    return None if amount == UNLIMITED else amount


def _seekers(pool: Pool, columns: Columns) -> Iterator[Seeker]:
    codes = [park.code for park in pool.parks]
    leads = iter(pool.leads)
    uses = iter(needs_of(columns))
    for block in scored(columns):
        for worths in block:
            lead, use = next(leads), tuple(next(uses).tolist())
            hosts = np.flatnonzero(worths != NO)
            yield Seeker(
                id=lead.id,
                origin=lead.origin,
                must_place=lead.must_place,
                held_by=lead.held_by,
                options=tuple(
                    Option(host=codes[host], value=worth, use=use)
                    for host, worth in zip(hosts.tolist(), worths[hosts].tolist(), strict=True)
                ),
            )
