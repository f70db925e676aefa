"""The record of a pool that came as a file."""

import json
from typing import Any

import pytest

from allocation.matching.record import pool_record
from services.matching.explaining import Unanswered, read
from tests.allocation.matching import factories as make

WHOLE = "must be a whole number from 0 to 2^40 - 1"
MONEY = "must be a whole number from 0 to 2^50 - 1"


def record() -> Any:
    return json.loads(json.dumps(pool_record(make.pool((make.lead("L1", 5_000), make.lead("L2", 3_000))))))


def test_a_sound_pool_is_read() -> None:
    assert read(json.dumps(record()).encode()) == make.pool((make.lead("L1", 5_000), make.lead("L2", 3_000)))


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("leads", 0, "needs", "land_mu"), -1, f"pool.leads.0.needs.land_mu: {WHOLE}"),
        (("leads", 1, "needs", "land_mu"), 1.5, f"pool.leads.1.needs.land_mu: {WHOLE}"),
        (("leads", 0, "needs", "cod_kg"), float("nan"), f"pool.leads.0.needs.cod_kg: {WHOLE}"),
        (("leads", 0, "needs", "cod_kg"), 2**40, f"pool.leads.0.needs.cod_kg: {WHOLE}"),
        (("leads", 0, "tax_fen"), 2**50, f"pool.leads.0.tax_fen: {MONEY}"),
        (("leads", 0, "origin"), [], "pool.leads.0.origin: must be str"),
        (("leads", 0, "held_by"), 7, "pool.leads.0.held_by: must be str"),
        (("leads", 0, "must_place"), 1, "pool.leads.0.must_place: must be bool"),
        (("parks", 0, "energy_tce"), None, f"pool.parks.0.energy_tce: {WHOLE}"),
        (("rules", "stock_days"), True, f"pool.rules.stock_days: {WHOLE}"),
        (("weights", "by_investment"), [], "pool.weights.by_investment: must begin with 0"),
        (("weights", "by_investment"), [[5, 1]], "pool.weights.by_investment: must begin with 0"),
        (("weights", "by_investment"), [[0]], "pool.weights.by_investment.0: must have 2 entries"),
    ],
)
def test_what_a_pool_cannot_hold_is_refused_with_its_place(
    place: tuple[str | int, ...], value: object, fault: str
) -> None:
    document = record()
    inside = document
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    with pytest.raises(Unanswered) as refused:
        read(json.dumps(document).encode())
    assert (refused.value.what, refused.value.facts) == ("pool", {"detail": fault})
