"""The warm re-match after events on a synthetic pool: what `benchmarks.matching --event` adds.

The plan just found stands with prices of its own. Three times a park loses 30 % of its land: one of the
parks that host most leads, one in the middle, and one by the seed. `event_seconds` is the most CPU that one
of them takes, from the event to the repaired plan with its value and bound; `changed` and `evicted` are sums
over the three. Each repaired plan is verified from the columns.
"""

import time
from dataclasses import replace
from typing import Any, Final

import numpy as np

from allocation.matching.columns import Columns
from allocation.matching.encode import STAYS, Small
from allocation.matching.events import CapacityChanged, LeadWithdrawn
from allocation.matching.incremental import Rematch, Standing, rematch, stand
from allocation.matching.limits import encode_columns, limits_of
from allocation.matching.prices import price_all
from allocation.matching.verify_columns import column_faults
from benchmarks.pools import Shape, names

LEFT: Final = 0.7
"""The share of its land that a park keeps."""


def event_figures(columns: Columns, shape: Shape, park: Small, seed: int) -> dict[str, Any]:
    """Repair a plan after events, and tell the figures.

    Args:
        columns: the pool.
        shape: its size.
        park: the plan: L park numbers, negative for a lead that stays.
        seed: of the pool and of the repair.
    """
    hosts = names("P", shape.parks)
    enc = encode_columns(columns, names("L", shape.leads), hosts)
    assignment = {
        lead: None if at < 0 else hosts[at] for lead, at in zip(enc.leads, park.tolist(), strict=True)
    }
    standing = stand(enc, limits_of(columns, hosts), enc.taken(assignment), price_all(enc).limit)
    rematch(standing, LeadWithdrawn(enc.leads[0]), seed=seed)  # compiles
    before = _gap(rematch(standing, CapacityChanged(hosts[0], {}), seed=seed))
    busy = np.argsort(-np.bincount(park[park >= 0], minlength=shape.parks), kind="stable")
    chosen = [int(busy[0]), int(busy[shape.parks // 2]), int(busy[seed % shape.parks])]
    seconds, worse, evicted, changed, verified = 0.0, 0.0, 0, 0, True
    for place in chosen:
        event = _loss(standing, hosts[place])
        started = time.process_time()
        found = rematch(standing, event, seed=seed)
        seconds = max(seconds, time.process_time() - started)
        worse = max(worse, _gap(found) - before)
        evicted += len(found.evicted)
        changed += len(found.evicted) + len(found.changed)
        verified &= _verified(columns, found, event, place)
    return {
        "event_seconds": round(seconds, 3),
        "changed": changed,
        "evicted": evicted,
        "event_gap_worse_points": round(worse, 4),
        "event_verified": verified,
    }


def _gap(found: Rematch) -> float:
    return 100 * (found.bound - found.value) / max(1, found.value)


def _loss(standing: Standing, host: str) -> CapacityChanged:
    limits = zip(standing.enc.label, standing.enc.most.tolist(), strict=True)
    return CapacityChanged(
        host,
        {name: int(most * LEFT) for (place, name), most in limits if place == host and name[:4] == "land"},
    )


def _verified(columns: Columns, found: Rematch, event: CapacityChanged, place: int) -> bool:
    land = columns.capacities.land.copy()
    for interval, name in enumerate(columns.land):
        land[interval, place] = event.most.get(name, land[interval, place])
    after = replace(columns, capacities=columns.capacities._replace(land=land))
    enc, taken = found.standing.enc, found.standing.taken
    park = np.full(len(taken), STAYS, np.int32)
    placed = taken != STAYS
    park[placed] = enc.host[taken[placed]]
    return not found.missing and not column_faults(after, park, found.value, found.bound)
