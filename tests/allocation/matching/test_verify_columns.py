"""The judge of placements over columns finds each broken rule, and believes no sum."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from allocation.matching.columns import Columns, Leads, Parks
from allocation.matching.encode import STAYS, Small
from allocation.matching.limits import encode_columns
from allocation.matching.pairs import NO, score_block
from allocation.matching.pool import CountyCount, Pool
from allocation.matching.tabulate import tabulate
from allocation.matching.verify_columns import column_faults
from allocation.units import FEN_LIMIT, Fen
from tests.allocation.matching import factories as make
from tests.allocation.matching.test_columns import fair_pools


def placed() -> tuple[Columns, Small, int]:
    """Two leads at two parks of one county."""
    leads = (make.lead("L1", 40, held_by="610001"), make.lead("L2", 50, needs=make.needs(50, hall_m2=500)))
    pool = make.pool(
        leads,
        (make.park("A"), make.park("B")),
        limits={"610001": CountyCount(max_leads=2, min_leads=2, max_investment_wan=40_000)},
    )
    columns = tabulate(pool)
    worths = score_block(columns.leads, columns.parks, columns.most, 0, 2)
    return columns, np.array([0, 1], np.int32), int(worths[0, 0] + worths[1, 1])


def test_a_right_placement_is_verified() -> None:
    columns, park, value = placed()
    assert column_faults(columns, park, value, value) == []


def test_false_sums_are_found() -> None:
    columns, park, value = placed()
    assert column_faults(columns, park, value + 1, value + 1) == [
        f"value {value + 1} is said, {value} is true"
    ]
    assert column_faults(columns, park, value, value - 1) == [
        f"bound {value - 1} excludes the result {value}"
    ]
    alone = np.array([0, STAYS], np.int32)
    assert column_faults(columns, alone, value, value) == ["1 limits of least county leads do not hold"]
    assert column_faults(columns, park[:1], value, value) == ["the placement is not of this pool"]
    assert column_faults(columns, park + 2, value, value) == ["the placement is not of this pool"]


def test_a_must_place_lead_must_be_placed() -> None:
    columns, park, value = placed()
    capacities = columns.capacities._replace(least=columns.capacities.least * 0)
    free = replace(columns, must=np.array([True, False]), capacities=capacities)
    assert column_faults(free, park, value, value) == []
    faults = column_faults(free, np.array([STAYS, STAYS], np.int32), 0, 0)
    assert faults == ["a must-place lead is not placed"]


def lead_change(name: str, values: list[int]) -> Callable[[Columns], Columns]:
    def change(columns: Columns) -> Columns:
        kind = getattr(columns.leads, name).dtype
        leads: Leads = columns.leads._replace(**{name: np.array(values, kind)})
        return replace(columns, leads=leads)

    return change


def park_change(name: str, shift: int) -> Callable[[Columns], Columns]:
    def change(columns: Columns) -> Columns:
        parks: Parks = columns.parks._replace(**{name: getattr(columns.parks, name) * 0 + shift})
        return replace(columns, parks=parks)

    return change


def capacity_change(name: str, row: int | None) -> Callable[[Columns], Columns]:
    """Leave one unit less than two leads need together, or one."""

    def change(columns: Columns) -> Columns:
        amounts = getattr(columns.capacities, name).copy()
        amounts[... if row is None else row] = 1
        return replace(columns, capacities=columns.capacities._replace(**{name: amounts}))

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lead_change("origin", [0, -1]), "1 leads break the rule of origin"),
        (lead_change("held", [7, -1]), "1 leads break the rule of holder"),
        (
            lambda columns: lead_change("declined", [0])(lead_change("declined_from", [0, 0, 1])(columns)),
            "1 leads break the rule of refusal",
        ),
        (park_change("points", -1), "2 leads break the rule of industry"),
        (park_change("investment_floor", 10**12), "2 leads break the rule of investment"),
        (park_change("tax_floor", 10**12), "2 leads break the rule of tax"),
        (capacity_change("land", 0), "2 limits of land 0 do not hold"),
        (capacity_change("hall", 0), "1 limits of hall 0 do not hold"),
        (capacity_change("rest", 0), "2 limits of energy do not hold"),
        (capacity_change("rest", 1), "2 limits of water do not hold"),
        (capacity_change("rest", 2), "2 limits of COD do not hold"),
        (capacity_change("quota", 0), "1 limits of county land do not hold"),
        (capacity_change("quota", 1), "1 limits of county energy do not hold"),
        (capacity_change("quota", 2), "1 limits of county COD do not hold"),
        (capacity_change("investment", None), "1 limits of county investment do not hold"),
        (capacity_change("most", None), "1 limits of county leads do not hold"),
    ],
)
def test_each_broken_rule_is_found(change: Callable[[Columns], Columns], fault: str) -> None:
    columns, park, value = placed()
    assert column_faults(change(columns), park, value, value) == [fault]


@given(fair_pools)
@settings(max_examples=40)
def test_the_judge_sums_as_the_kernels_do(pool: Pool) -> None:
    """Alone in the pool, each lead is at each park that may take it: the judge agrees with every worth."""
    free = replace(pool, limits={})
    for lead in free.leads:
        columns = tabulate(replace(free, leads=(lead,)))
        worths = score_block(columns.leads, columns.parks, columns.most, 0, 1)[0]
        for park, worth in enumerate(worths.tolist()):
            said = column_faults(columns, np.array([park], np.int32), max(0, worth), 2**60)
            assert bool(said) is (worth == NO)


def test_money_near_the_limit_is_summed_without_overflow() -> None:
    lead = make.lead(fixed_investment_fen=Fen(FEN_LIMIT - 1), tax_fen=Fen(FEN_LIMIT - 1), needs=make.needs(1))
    park = make.park(investment_floor_fen=Fen(FEN_LIMIT - 2**40), tax_floor_fen=Fen(2**50))
    columns = tabulate(make.pool((lead,), (park,)))
    worth = int(encode_columns(columns, ["L1"], ["A"]).worth[0])
    assert column_faults(columns, np.array([0], np.int32), worth, worth) == []
