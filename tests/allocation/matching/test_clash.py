"""What is called impossible is impossible, and most of what is impossible is called so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from allocation.matching.clash import cannot_fit
from allocation.matching.encode import encode_gap, encode_instance
from allocation.matching.instance import CountyLimit, Gap, Instance
from allocation.matching.lagrange import sealed
from tests.allocation.matching import factories as make
from tests.allocation.matching.planted import best_value, planted, relaxed_value


@settings(max_examples=40)
@given(make.small_instances)
def test_no_false_alarm_and_every_clash_of_shares_is_found(problem: Instance) -> None:
    enc = encode_instance(problem)
    proven = cannot_fit(enc, passes=120)
    assert not proven or best_value(enc) is None
    assert proven or relaxed_value(enc) is not None


@settings(max_examples=40)
@given(make.gaps)
def test_jobs_that_cannot_all_be_done(gap: Gap) -> None:
    assert not cannot_fit(encode_gap(gap)) or make.cheapest(gap) is None


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_placement_is_never_denied(seed: int) -> None:
    case = planted(seed)
    assert not cannot_fit(case.enc, passes=50)
    everybody = replace(case.enc, must=sealed(np.ones(len(case.enc.leads), np.bool_)))
    assert cannot_fit(everybody)  # some leads have no pair, or the limits are used up


def test_a_floor_above_what_there_is() -> None:
    problem = make.instance(
        {"A": ("a", (9,))},
        make.seeker("x", make.option("A", 10, 1)),
        counties=(CountyLimit("a", None, 2, (None,)),),
    )
    assert cannot_fit(encode_instance(problem))


def test_a_clash_of_whole_leads_only_is_not_seen() -> None:
    leads = [make.seeker(name, make.option("A", 1, 2), make.option("B", 1, 2), must=True) for name in "xyz"]
    enc = encode_instance(make.instance({"A": ("a", (3,)), "B": ("b", (3,))}, *leads))
    assert best_value(enc) is None
    assert not cannot_fit(enc)
