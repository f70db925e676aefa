"""Samples of a country: any seed gives an order of all leads, the same each time."""

import pytest

from allocation.matching.descent import _shuffled


@pytest.mark.parametrize("seed", [0, 1, 11, 2**63, 2**64 + 1])
def test_every_seed_orders_all_leads(seed: int) -> None:
    order = _shuffled(100, seed).tolist()
    assert sorted(order) == list(range(100))
    assert order != list(range(100))
    assert order == _shuffled(100, seed).tolist()
    assert (order == _shuffled(100, 1).tolist()) is (seed in {1, 2**64 + 1})
