"""The ledger's state machine: short and the same each time, or long by `YIPANQI_STATE_MACHINE=200x40`.

The second half breaks a rule at a time in memory: a machine that does not notice would prove nothing.
"""

import asyncio
import importlib
import os
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from allocation.sharing import postings
from services.kit.database import Database
from services.kit.embedded_postgres import EmbeddedPostgres
from services.kit.errors import DomainError
from tests.services.ledger.state_ground import lay_ground
from tests.services.ledger.state_machine import LedgerMachine

GROUND = "template_state_machine"
LONG = os.environ.get("YIPANQI_STATE_MACHINE", "")
EXAMPLES, STEPS = (int(part) for part in (LONG or "10x12").split("x"))

REACHED = {
    "close",
    "close blocked",
    "closed papers",
    "compute closed",
    "post closed",
    "post conflict",
    "post created",
    "post exists",
    "reissue",
    "nothing to settle",
    "reverse created",
    "reverse refused",
    "settle",
    "supersede refused",
    "uphold",
}
"""What the script comes by."""


async def _lay(url: str) -> list[str]:
    database = Database(url, pool_size=1)
    async with database.session() as session:
        firms = await lay_ground(session)
    await database.close()
    return firms


@pytest.fixture(scope="module")
def machine(server: EmbeddedPostgres, template: str) -> type[LedgerMachine]:
    server.create_database(GROUND, template=template)
    loop = asyncio.new_event_loop()
    LedgerMachine.server, LedgerMachine.ground = server, GROUND
    LedgerMachine.firms = loop.run_until_complete(_lay(server.url(GROUND)))
    loop.close()
    return LedgerMachine


def run(machine, examples, steps, **more):
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=list(Phase) if LONG else [Phase.generate],
        **more,
    )
    run_state_machine_as_test(machine, settings=how)


def test_random_years_agree_with_the_model(machine):
    run(machine, EXAMPLES, STEPS, derandomize=not LONG)


@contextmanager
def office(machine):
    """A machine whose rules are called one by one."""
    made = machine()
    try:
        yield made
    finally:
        made.teardown()


def two_years(made):
    """Two years with everything in them, step by step, each compared with the model."""
    first, june = date(2025, 2, 3), date(2025, 6, 9)
    for step in (
        partial(made.begin, 0, first, 10_001),
        partial(made.pay, 0, first, "stamp", "normal", 7, at_home=True),
        partial(made.compute, "2025-02"),
        partial(made.compute, "2025-02"),
        partial(made.pay, 0, first, "vat", "normal", 5_000, at_home=False),
        partial(made.pay, 1, first, "cit", "normal", 30_001, at_home=True),
        partial(made.pay, 1, june, "vat", "late_fee", 500, at_home=True),
        partial(made.pay, 0, june, "cit", "credit_refund", -2_000, at_home=True),
        partial(made.help_the_firm, 0, june, 1, 1_001),
        partial(made.compute, "2025-06"),
        partial(made.revise, 0, 20_003),
        partial(made.compute, "2025-06"),
        partial(made.withdraw, 1),
        partial(made.import_again, 0),
        partial(made.compute, "2025-06"),
        partial(made.supersede, 0, [10_000, 3_333], None, date(2026, 1, 1)),
        partial(made.supersede, 0, [0, 0], None, date(2025, 3, 1)),
        partial(made.post, 1, 5, "2025-06"),
        partial(made.post, 1, 5, "2025-06"),
        partial(made.post, 1, 11, "2025-06"),
        partial(made.reverse, 0, "2025-12"),
        partial(made.reverse, 0, "2025-12"),
        partial(made.reverse, 1, "2025-12"),
        made.close,
        partial(made.prepare, object_first=True, anew=False),
        partial(made.prepare, object_first=True, anew=True),
        made.close,
        made.settle,
        made.settle,
        partial(made.compute, "2025-12"),
        partial(made.post, 2, 5, "2025-06"),
        partial(made.post, 1, 5, "2025-06"),
        partial(made.revise, 0, 7),
        partial(made.pay, 0, date(2026, 3, 4), "vat", "normal", 10_001, at_home=True),
        partial(made.compute, "2026-03"),
        partial(made.compute, "2026-12"),
    ):
        step()
        made.holds()


def test_two_years_with_everything_in_them(machine):
    machine.reached.clear()
    with office(machine) as made:
        two_years(made)
        assert len(made.log) > 40
    assert set(machine.reached) >= REACHED, machine.reached


# A rule broken at a time: the machine must notice each.


def _patched(monkeypatch, name, wrap):
    module, _, function = name.rpartition(".")
    target = importlib.import_module(module)
    monkeypatch.setattr(target, function, wrap(getattr(target, function)))


def the_whole_is_posted_again(_real):
    """Posting what is due without taking off what was posted before."""
    return lambda lines, _posted: postings.differences(lines, {})


def a_withdrawn_figure_is_kept(real):
    """What is no longer due is not taken back."""
    return lambda lines, posted: tuple(one for one in real(lines, posted) if one.line is not None)


def the_host_gets_the_half_fen(_real):
    """Ties go to the later party."""

    def settle(numerators, whole):
        origin, host = numerators
        host_part = (2 * host + whole) // (2 * whole)
        return ((origin + host) // whole - host_part, host_part)

    return settle


def a_cap_is_forgotten(_real):
    """No party has a cap."""
    return lambda _version, _code, _state: None


def incentives_are_not_deducted(_real):
    """Nothing is taken off for what the host paid the firm."""
    return lambda _total, limits, _kept: tuple(0 for _ in limits)


def an_old_version_stays(_real):
    """The first version governs for ever."""
    return lambda versions, _first_day: versions[0]


def another_treasury_counts(_real):
    """A receipt counts wherever it was paid."""
    return lambda _agreed, _row: True


def a_key_means_nothing(real):
    """The same event posted twice is booked twice."""

    async def post(session, principal, entries):
        fresh = [replace(entry, key=f"{entry.key}#{uuid4()}") for entry in entries]
        return await real(session, principal, fresh)

    return post


BROKEN = [
    ("services.ledger.calculation.differences", the_whole_is_posted_again),
    ("services.ledger.calculation.differences", a_withdrawn_figure_is_kept),
    ("allocation.sharing.contract.segment.settle", the_host_gets_the_half_fen),
    ("allocation.sharing.contract.segment.room_of", a_cap_is_forgotten),
    ("allocation.sharing.contract.segment.fill_in_order", incentives_are_not_deducted),
    ("allocation.sharing.contract.timeline.in_force", an_old_version_stays),
    ("services.ledger.knowledge.shared_here", another_treasury_counts),
    ("tests.services.ledger.state_machine.post_batch", a_key_means_nothing),
]


@pytest.mark.parametrize(("name", "broken"), BROKEN, ids=[broken.__name__ for _, broken in BROKEN])
def test_a_broken_rule_is_noticed(machine, monkeypatch, name, broken):
    _patched(monkeypatch, name, broken)
    with pytest.raises((AssertionError, DomainError)), office(machine) as made:
        two_years(made)
