"""Compiling is told once, from its beginning to its end, and nothing else is."""

from collections.abc import Iterator

import numba
import pytest
from numba.core import event

from allocation.matching import compiling


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What is told during a test."""
    said: list[str] = []
    listeners = event._registered["numba:compile"]
    before = list(listeners)
    compiling.watch(lambda: said.append("begun"), lambda: said.append("ended"))
    yield said
    listeners[:] = before


def test_what_compiles_others_on_its_way_is_told_once(heard: list[str]) -> None:
    with event.trigger_event("numba:compile"):
        assert heard == ["begun"]
        with event.trigger_event("numba:compile"):
            pass
        assert heard == ["begun"]
    assert heard == ["begun", "ended"]


@pytest.mark.compiled
def test_a_new_kernel_is_told_and_one_that_is_there_is_not(heard: list[str]) -> None:
    twice = numba.njit(lambda number: number * 2)
    assert (twice(3), heard) == (6, ["begun", "ended"])
    assert (twice(4), heard) == (8, ["begun", "ended"])


def test_loading_compiles_something(heard: list[str]) -> None:
    compiling.load()
    compiles = not numba.config.DISABLE_JIT  # type: ignore[attr-defined] # numba makes its settings when imported
    assert heard == (["begun", "ended"] if compiles else [])
