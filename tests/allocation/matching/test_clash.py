"""What is called impossible is impossible, and most of what is impossible is called so."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from allocation.matching import clash
from allocation.matching.bound import exact_bound, whole_prices
from allocation.matching.clash import cannot_fit, short
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
@given(make.small_instances, st.lists(st.integers(-30, 60), min_size=8, max_size=8))
def test_the_account_says_what_the_bound_says_of_any_prices(problem: Instance, drawn: list[int]) -> None:
    """Prices of any kind: those that prove nothing must prove nothing in either account."""
    enc = encode_instance(problem)
    assume(not (enc.least > enc.most).any())
    free = replace(enc, worth=sealed(np.zeros(enc.pairs, np.int64)))
    prices = np.resize(np.array(drawn, np.float64) / 8, len(enc.most))
    whole = whole_prices(free, prices)
    says = short(enc, whole.limit)
    assert says == (exact_bound(free, prices) < 0)
    assert not says or best_value(enc) is None


def test_one_word_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    enc = planted(1).enc
    monkeypatch.setattr(clash, "exact_bound", lambda *_: -1)
    assert not cannot_fit(enc, passes=20)
    assert enc.least.any()
    assert not short(enc, [-1] * len(enc.most)), "only a limit with a least count may pay"


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


@pytest.mark.parametrize("county", [False, True])
def test_a_little_too_little_on_the_whole_is_found(county: bool) -> None:
    """30 hosts have 999 together, or their county has; 1000 are asked for. No search comes so near."""
    hosts = {f"h{number:02}": ("c", (1000 if county else 33 + (number < 9),)) for number in range(30)}
    leads = [
        make.seeker(f"l{number:03}", *(make.option(host, 1, 10) for host in hosts), must=True)
        for number in range(100)
    ]
    bounds = (CountyLimit("c", None, 0, (999,)),) if county else ()
    enc = encode_instance(make.instance(hosts, *leads, counties=bounds))
    assert cannot_fit(enc, passes=1)


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
